//! Sums of products of a few rows with a strip of a matrix: in pairs of bfloat16 or in single precision, with the widest
//! registers that the machine has, or plainly.

/// Rows that are multiplied side by side, at most.
pub(super) const ROWS: usize = 8;

/// Columns of a strip, at most: three registers of AVX-512.
pub(super) const COLUMNS: usize = 48;

/// The sums of some rows and columns.
pub(super) type Tile = [[f32; COLUMNS]; ROWS];

/// What multiplies. Numbers are kept in words of 32 bits: one in single precision, or two in bfloat16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kernel {
    /// What every machine has.
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// Twice as fast as single precision; the sums are in single precision, and what was read never differed.
    #[cfg(target_arch = "x86_64")]
    Avx512Bf16,
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
            if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bf16") {
                all.push(Self::Avx512Bf16);
            }
        }
        all
    }

    /// Columns in a register.
    pub fn lanes(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 | Self::Avx512Bf16 => 16,
            _ => 8,
        }
    }

    /// Rows at once: as many as the registers hold.
    pub fn rows(self) -> usize {
        if self.lanes() == 16 { ROWS } else { 4 }
    }

    /// Numbers in a word.
    pub fn packed(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Bf16 => 2,
            _ => 1,
        }
    }

    /// Writes numbers as words; the last is filled up with zero.
    pub fn encode(self, values: &[f32], words: &mut [u32]) {
        assert_eq!(words.len(), values.len().div_ceil(self.packed()), "a word for so many numbers");
        match self {
            // SAFETY: the machine has it, and there are as many words as the numbers need.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Bf16 => unsafe { halves(values, words) },
            _ => {
                for (word, value) in words.iter_mut().zip(values) {
                    *word = value.to_bits();
                }
            }
        }
    }

    /// Multiplies as many rows as are done at once with a strip: for each word of a row, a word of each column. `vectors`
    /// is how many registers wide the strip is, 1 to 3.
    #[inline]
    pub fn multiply(self, rows: &[u32], strip: &[u32], vectors: usize, tile: &mut Tile) {
        let words = strip.len() / (vectors * self.lanes());
        assert!(rows.len() == words * self.rows() && (1..=3).contains(&vectors), "sizes agree");
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
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Bf16 => unsafe { of_width!(avx512_bf16) },
        }
    }
}

fn plain(rows: &[u32], strip: &[u32], columns: usize, tile: &mut Tile) {
    let words = strip.len() / columns;
    for (row, sums) in rows.chunks_exact(words).zip(tile) {
        let sums = &mut sums[..columns];
        sums.fill(0.0);
        for (x, weights) in row.iter().zip(strip.chunks_exact(columns)) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += f32::from_bits(*x) * f32::from_bits(*weight);
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    use std::mem::transmute;

    use super::Tile;

    /// A product of so many rows and of a strip that is `VECTORS` registers wide, all of whose sums are in registers.
    macro_rules! product {
        ($name:ident, $features:literal, rows $rows:literal, lanes $lanes:literal, $zero:ident, $load:expr, $each:expr, $add:expr, $store:ident) => {
            #[target_feature(enable = $features)]
            pub(in super::super) unsafe fn $name<const VECTORS: usize>(rows: &[u32], strip: &[u32], tile: &mut Tile) {
                let words = strip.len() / (VECTORS * $lanes);
                let mut sums = [[$zero(); VECTORS]; $rows];
                for word in 0..words {
                    let mut weights = [$zero(); VECTORS];
                    for (vector, weight) in weights.iter_mut().enumerate() {
                        // SAFETY: a strip has so many registers for every word.
                        *weight = unsafe { $load(strip.as_ptr().add((word * VECTORS + vector) * $lanes)) };
                    }
                    for (row, sums) in sums.iter_mut().enumerate() {
                        // SAFETY: there are so many rows of so many words.
                        let x = unsafe { $each(*rows.as_ptr().add(row * words + word)) };
                        for (sum, weight) in sums.iter_mut().zip(&weights) {
                            *sum = $add(*sum, x, *weight);
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
        avx2, "avx2,fma", rows 4, lanes 8, _mm256_setzero_ps,
        |at: *const u32| _mm256_loadu_ps(at.cast()),
        |word: u32| _mm256_set1_ps(f32::from_bits(word)),
        |sum, x, weight| _mm256_fmadd_ps(x, weight, sum),
        _mm256_storeu_ps
    );
    product!(
        avx512, "avx512f", rows 8, lanes 16, _mm512_setzero_ps,
        |at: *const u32| _mm512_loadu_ps(at.cast()),
        |word: u32| _mm512_set1_ps(f32::from_bits(word)),
        |sum, x, weight| _mm512_fmadd_ps(x, weight, sum),
        _mm512_storeu_ps
    );
    product!(
        avx512_bf16, "avx512f,avx512bf16", rows 8, lanes 16, _mm512_setzero_ps,
        |at: *const u32| _mm512_loadu_ps(at.cast()),
        |word: u32| _mm512_castsi512_ps(_mm512_set1_epi32(word.cast_signed())),
        |sum, x, weight| {
            // SAFETY: both are 512 bits.
            let (x, weight) = unsafe { (transmute::<__m512, __m512bh>(x), transmute::<__m512, __m512bh>(weight)) };
            _mm512_dpbf16_ps(sum, x, weight)
        },
        _mm512_storeu_ps
    );

    /// Numbers as pairs of bfloat16, rounded to the nearest.
    #[target_feature(enable = "avx512f,avx512bf16")]
    pub(super) unsafe fn halves(values: &[f32], words: &mut [u32]) {
        let (whole, rest) = values.as_chunks::<16>();
        let (of_whole, of_rest) = words.split_at_mut(whole.len() * 8);
        for (values, words) in whole.iter().zip(of_whole.as_chunks_mut::<8>().0) {
            // SAFETY: sixteen numbers are read, and eight words written.
            unsafe {
                let pairs: __m256i = transmute(_mm512_cvtneps_pbh(_mm512_loadu_ps(values.as_ptr())));
                _mm256_storeu_si256(words.as_mut_ptr().cast(), pairs);
            }
        }
        if rest.is_empty() {
            return;
        }
        let mut values = [0f32; 16];
        values[..rest.len()].copy_from_slice(rest);
        let mut last = [0u32; 8];
        // SAFETY: as above.
        unsafe {
            let pairs: __m256i = transmute(_mm512_cvtneps_pbh(_mm512_loadu_ps(values.as_ptr())));
            _mm256_storeu_si256(last.as_mut_ptr().cast(), pairs);
        }
        of_rest.copy_from_slice(&last[..of_rest.len()]);
    }
}

#[cfg(target_arch = "x86_64")]
use x86::{avx2, avx512, avx512_bf16, halves};
