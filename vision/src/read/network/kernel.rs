//! Sums of products of a few rows with a strip of a matrix, with the widest registers that the machine has, or plainly.
//!
//! In single precision: pairs in bfloat16 took a third less time for a whole screen, but then another processor would read
//! otherwise (21 of 1527 lines on 40 screenshots).

/// Rows that are multiplied side by side, at most.
pub(super) const ROWS: usize = 8;

/// Columns of a strip, at most: three registers of AVX-512.
pub(super) const COLUMNS: usize = 48;

/// The sums of some rows and columns.
pub(super) type Tile = [[f32; COLUMNS]; ROWS];

/// What multiplies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kernel {
    /// What every machine has.
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Kernel {
    /// The fastest that this machine has.
    pub fn best() -> Self {
        Self::all().pop().unwrap_or(Self::Plain)
    }

    /// All that this machine has, the fastest last.
    pub fn all() -> Vec<Self> {
        #[cfg_attr(not(target_arch = "x86_64"), expect(unused_mut, reason = "only x86 has others"))]
        let mut all = vec![Self::Plain];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                all.push(Self::Avx2);
            }
            if is_x86_feature_detected!("avx512f") {
                all.push(Self::Avx512);
            }
        }
        all
    }

    /// Columns in a register.
    pub fn lanes(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => 16,
            _ => 8,
        }
    }

    /// Rows at once: as many as the registers hold.
    pub fn rows(self) -> usize {
        if self.lanes() == 16 { ROWS } else { 4 }
    }

    /// Multiplies as many rows as are done at once with a strip: for each number of a row, one of each column. `vectors` is how
    /// many registers wide the strip is, 1 to 3.
    #[inline]
    pub fn multiply(self, rows: &[f32], strip: &[f32], vectors: usize, tile: &mut Tile) {
        let inputs = strip.len() / (vectors * self.lanes());
        assert!(rows.len() == inputs * self.rows() && (1..=3).contains(&vectors), "sizes agree");
        #[cfg(target_arch = "x86_64")]
        macro_rules! of_width {
            ($multiply:ident) => {
                match vectors {
                    1 => $multiply::<1>(rows, strip, tile),
                    2 => $multiply::<2>(rows, strip, tile),
                    _ => $multiply::<3>(rows, strip, tile),
                }
            };
        }
        match self {
            Self::Plain => plain(rows, strip, vectors * 8, tile),
            // SAFETY: the machine has it, and the sizes agree, as was looked at above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { of_width!(avx2) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { of_width!(avx512) },
        }
    }
}

fn plain(rows: &[f32], strip: &[f32], columns: usize, tile: &mut Tile) {
    let inputs = strip.len() / columns;
    for (row, sums) in rows.chunks_exact(inputs).zip(tile) {
        let sums = &mut sums[..columns];
        sums.fill(0.0);
        for (x, weights) in row.iter().zip(strip.chunks_exact(columns)) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += x * weight;
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::Tile;

    /// A product of so many rows and of a strip that is `VECTORS` registers wide, all of whose sums are in registers.
    macro_rules! product {
        ($name:ident, $features:literal, rows $rows:literal, lanes $lanes:literal, $zero:ident, $load:ident, $each:ident, $add:ident, $store:ident) => {
            #[target_feature(enable = $features)]
            pub(in super::super) unsafe fn $name<const VECTORS: usize>(rows: &[f32], strip: &[f32], tile: &mut Tile) {
                let inputs = strip.len() / (VECTORS * $lanes);
                let mut sums = [[$zero(); VECTORS]; $rows];
                for input in 0..inputs {
                    let mut weights = [$zero(); VECTORS];
                    for (vector, weight) in weights.iter_mut().enumerate() {
                        // SAFETY: a strip has so many registers for every input.
                        *weight = unsafe { $load(strip.as_ptr().add((input * VECTORS + vector) * $lanes)) };
                    }
                    for (row, sums) in sums.iter_mut().enumerate() {
                        // SAFETY: there are so many rows of so many inputs.
                        let x = $each(unsafe { *rows.as_ptr().add(row * inputs + input) });
                        for (sum, weight) in sums.iter_mut().zip(&weights) {
                            *sum = $add(x, *weight, *sum);
                        }
                    }
                }
                for (sums, out) in sums.iter().zip(tile.iter_mut()) {
                    for (vector, sum) in sums.iter().enumerate() {
                        // SAFETY: a tile's row holds three of the widest registers.
                        unsafe { $store(out.as_mut_ptr().add(vector * $lanes), *sum) };
                    }
                }
            }
        };
    }

    product!(
        avx2, "avx2,fma", rows 4, lanes 8,
        _mm256_setzero_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_fmadd_ps, _mm256_storeu_ps
    );
    product!(
        avx512, "avx512f", rows 8, lanes 16,
        _mm512_setzero_ps, _mm512_loadu_ps, _mm512_set1_ps, _mm512_fmadd_ps, _mm512_storeu_ps
    );
}

#[cfg(target_arch = "x86_64")]
use x86::{avx2, avx512};
