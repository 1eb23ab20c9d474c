//! The patches of one picture: how many there are, in which order the tower has them, where each lies.

use std::ops::Range;

/// A picture's patches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Grid {
    /// Patches down.
    pub rows: usize,
    /// Patches across.
    pub columns: usize,
    /// Patches along the side of a block that becomes one token.
    pub merge: usize,
}

impl Grid {
    /// All patches.
    pub fn patches(self) -> usize {
        self.rows * self.columns
    }

    /// The blocks that become tokens, down and across.
    pub fn merged(self) -> (usize, usize) {
        (self.rows / self.merge, self.columns / self.merge)
    }

    /// Tokens that the picture becomes.
    pub fn tokens(self) -> usize {
        let (rows, columns) = self.merged();
        rows * columns
    }

    /// How far positions go on behind the picture.
    pub fn advance(self) -> usize {
        let (rows, columns) = self.merged();
        rows.max(columns)
    }

    /// Row and column of each patch, block by block: the patches of a block lie beside each other.
    pub fn places(self) -> impl Iterator<Item = (usize, usize)> {
        let (rows, columns) = self.merged();
        let merge = self.merge;
        (0..rows * columns).flat_map(move |block| {
            let corner = (block / columns * merge, block % columns * merge);
            (0..merge * merge).map(move |inner| (corner.0 + inner / merge, corner.1 + inner % merge))
        })
    }

    /// The blocks in the order of square windows of `side` blocks, and the blocks of that order in each window.
    pub fn windows(self, side: usize) -> GridWindows {
        let (rows, columns) = self.merged();
        let mut order = Vec::with_capacity(rows * columns);
        let mut ranges = Vec::new();
        for top in (0..rows).step_by(side) {
            for left in (0..columns).step_by(side) {
                let start = order.len();
                for row in top..rows.min(top + side) {
                    order.extend((left..columns.min(left + side)).map(|column| (row * columns + column) as u32));
                }
                ranges.push(start..order.len());
            }
        }
        GridWindows { order, ranges }
    }
}

/// The windows of a grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GridWindows {
    /// For each place in the new order, the block that stands there.
    pub order: Vec<u32>,
    /// The places of each window.
    pub ranges: Vec<Range<usize>>,
}

impl GridWindows {
    /// For each block, its place in the new order.
    pub fn back(&self) -> Vec<u32> {
        let mut back = vec![0; self.order.len()];
        for (place, &block) in self.order.iter().enumerate() {
            back[block as usize] = place as u32;
        }
        back
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_go_block_by_block() {
        let grid = Grid { rows: 4, columns: 4, merge: 2 };
        let places: Vec<_> = grid.places().take(6).collect();
        assert_eq!(places, [(0, 0), (0, 1), (1, 0), (1, 1), (0, 2), (0, 3)]);
        assert_eq!(grid.places().last(), Some((3, 3)));
        assert_eq!((grid.patches(), grid.tokens(), grid.advance()), (16, 4, 2));
    }

    #[test]
    fn windows_at_the_edges_are_smaller() {
        // Three by five blocks in windows of two: sizes 4 4 2 above, 2 2 1 below.
        let windows = Grid { rows: 6, columns: 10, merge: 2 }.windows(2);
        let sizes: Vec<usize> = windows.ranges.iter().map(ExactSizeIterator::len).collect();
        assert_eq!(sizes, [4, 4, 2, 2, 2, 1]);
        assert_eq!(windows.order[..5], [0, 1, 5, 6, 2]);
        let back = windows.back();
        assert!(windows.order.iter().enumerate().all(|(place, &block)| back[block as usize] as usize == place));
    }

    #[test]
    fn a_window_that_fits_exactly_is_the_only_one() {
        let windows = Grid { rows: 8, columns: 8, merge: 2 }.windows(4);
        assert_eq!((windows.ranges.len(), windows.ranges[0].clone()), (1, 0..16));
        assert_eq!(windows.order, (0..16).collect::<Vec<u32>>());
    }
}
