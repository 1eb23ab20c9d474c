//! Products of matrices in memory, on one thread: what is parallel is how the work is cut.

use std::marker::PhantomData;

/// A matrix in memory.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub values: &'a [f32],
    pub rows: usize,
    pub columns: usize,
    pub row_step: usize,
    pub column_step: usize,
}

impl<'a> View<'a> {
    /// A matrix whose rows follow each other.
    pub fn plain(values: &'a [f32], columns: usize) -> Self {
        Self { values, rows: values.len() / columns.max(1), columns, row_step: columns, column_step: 1 }
    }

    /// The same numbers with rows and columns exchanged.
    pub fn turned(self) -> Self {
        let Self { values, rows, columns, row_step, column_step } = self;
        Self { values, rows: columns, columns: rows, row_step: column_step, column_step: row_step }
    }

    fn is_whole(&self) -> bool {
        let last = |count: usize, step: usize| count.saturating_sub(1) * step;
        let last = last(self.rows, self.row_step) + last(self.columns, self.column_step);
        self.rows == 0 || self.columns == 0 || last < self.values.len()
    }
}

/// Where a product goes: some columns of a matrix whose rows follow each other.
pub(crate) struct Target<'a> {
    start: *mut f32,
    rows: usize,
    columns: usize,
    row_step: usize,
    borrowed: PhantomData<&'a mut [f32]>,
}

// SAFETY: a target is an exclusive borrow of its numbers, which are plain.
unsafe impl Send for Target<'_> {}

impl<'a> Target<'a> {
    /// All of a matrix of `width` columns, cut into pieces of so many columns.
    pub fn pieces(values: &'a mut [f32], width: usize, columns: impl Iterator<Item = usize>) -> Vec<Self> {
        let rows = values.len() / width.max(1);
        let start = values.as_mut_ptr();
        let mut first = 0;
        let pieces = columns.map(|columns| {
            let here = first;
            first += columns;
            assert!(first <= width, "the pieces are within the matrix");
            // SAFETY: `here` is at most `width`, so within the numbers or at their end; no two pieces share a column.
            let start = unsafe { start.add(if rows == 0 { 0 } else { here }) };
            Self { start, rows, columns, row_step: width, borrowed: PhantomData }
        });
        pieces.collect()
    }

    /// One number.
    pub fn set(&mut self, row: usize, column: usize, value: f32) {
        assert!(row < self.rows && column < self.columns, "within the target");
        // SAFETY: the place is within the target, as was asserted.
        unsafe { *self.start.add(row * self.row_step + column) = value }
    }

    /// Numbers of a row, from a column on, as far as there are columns.
    pub fn put(&mut self, row: usize, column: usize, values: &[f32]) {
        assert!(row < self.rows && column < self.columns, "within the target");
        let count = values.len().min(self.columns - column);
        // SAFETY: the places are within the target, as was asserted; it is an exclusive borrow of them.
        unsafe { values.as_ptr().copy_to_nonoverlapping(self.start.add(row * self.row_step + column), count) }
    }

    /// This = a · b.
    pub fn product(self, a: View, b: View) {
        let agree = a.columns == b.rows && a.rows == self.rows && b.columns == self.columns;
        assert!(agree && a.is_whole() && b.is_whole(), "sizes agree");
        let step = |step: usize| step as isize;
        // SAFETY: all three matrices lie wholly in memory that is borrowed, as was asserted; this one's is exclusive.
        unsafe {
            gemm::gemm(
                a.rows,
                b.columns,
                a.columns,
                self.start,
                1,
                step(self.row_step),
                false,
                a.values.as_ptr(),
                step(a.column_step),
                step(a.row_step),
                b.values.as_ptr(),
                step(b.column_step),
                step(b.row_step),
                0.0,
                1.0,
                false,
                false,
                false,
                gemm::Parallelism::None,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_product_make_up_the_whole() {
        let (a, b) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1.0, 0.0, 2.0, 0.0, 1.0, -1.0]);
        // Two rows of three by three columns of two rows, turned: each number is a row of one times a row of the other.
        let (a, b) = (View::plain(&a, 3), View::plain(&b, 3));
        let mut out = [0.0; 4];
        for (n, piece) in Target::pieces(&mut out, 2, [1, 1].into_iter()).into_iter().enumerate() {
            let row = View { values: &b.values[n * 3..], rows: 1, ..b };
            piece.product(a, row.turned());
        }
        assert_eq!(out, [7.0, -1.0, 16.0, -1.0]);
        Target::pieces(&mut out, 2, [1, 1].into_iter())[1].set(1, 0, 9.0);
        assert_eq!(out, [7.0, -1.0, 16.0, 9.0]);
    }

    #[test]
    #[should_panic(expected = "within the matrix")]
    fn a_piece_beyond_the_matrix_is_a_defect() {
        Target::pieces(&mut [0.0; 4], 2, [1, 2].into_iter());
    }
}
