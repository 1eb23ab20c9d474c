//! The learned table of positions, stretched over a picture of any size.

use crate::kernels::host;
use crate::model::grid::Grid;

/// A square of places, each with numbers that are added to a patch.
pub(super) struct Table {
    pub side: usize,
    pub hidden: usize,
    /// Row by row: [side · side · hidden].
    pub values: Vec<f32>,
}

/// Two neighbours on an axis and how much the second counts.
type Between = (usize, usize, f32);

impl Table {
    /// Adds to each patch what stands at its place, between the four nearest; the table's corners are the picture's.
    pub fn add(&self, grid: Grid, patches: &mut [f32]) {
        let rows: Vec<Between> = (0..grid.rows).map(|n| self.between(n, grid.rows)).collect();
        let columns: Vec<Between> = (0..grid.columns).map(|n| self.between(n, grid.columns)).collect();
        let places: Vec<_> = grid.places().collect();
        host::each_row(patches, self.hidden, |patch, values| {
            let (row, column) = places[patch];
            self.add_one(rows[row], columns[column], values);
        });
    }

    fn between(&self, n: usize, count: usize) -> Between {
        let place = (n as f32) * (self.side - 1) as f32 / (count.max(2) - 1) as f32;
        let below = place.floor();
        (below as usize, (below as usize + 1).min(self.side - 1), place - below)
    }

    fn add_one(&self, (top, bottom, down): Between, (left, right, along): Between, values: &mut [f32]) {
        let corners = [
            (top, left, (1.0 - down) * (1.0 - along)),
            (top, right, (1.0 - down) * along),
            (bottom, left, down * (1.0 - along)),
            (bottom, right, down * along),
        ];
        let at = |row: usize, column: usize| &self.values[(row * self.side + column) * self.hidden..][..self.hidden];
        let corners = corners.map(|(row, column, share)| (at(row, column), share));
        for (n, value) in values.iter_mut().enumerate() {
            *value += corners.iter().map(|(corner, share)| corner[n] * share).sum::<f32>();
        }
    }
}
