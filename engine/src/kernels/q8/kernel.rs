//! Sixteen outputs of a few rows: with the instructions of AVX-512 for 8 bits, those of AVX2, or plainly.

use half::f16;

use super::rows::RowPart;
use super::{Q8Block, SHARED, SIDE, TOGETHER};

/// The outputs of up to eight rows.
pub(super) type Sums = [[f32; SIDE]; TOGETHER];

/// What multiplies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kernel(Level);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni,
}

impl Kernel {
    /// The fastest that this machine has.
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni") {
                return Self(Level::Avx512Vnni);
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("f16c") {
                return Self(Level::Avx2);
            }
        }
        Self(Level::Plain)
    }

    /// The one that every machine has.
    #[cfg(test)]
    pub fn plain() -> Self {
        Self(Level::Plain)
    }

    /// All that this machine has.
    #[cfg(test)]
    pub fn all() -> Vec<Self> {
        #[cfg(target_arch = "x86_64")]
        if Self::best() == Self(Level::Avx512Vnni) {
            return vec![Self(Level::Plain), Self(Level::Avx2), Self(Level::Avx512Vnni)];
        }
        if Self::best() == Self::plain() { vec![Self::plain()] } else { vec![Self::plain(), Self::best()] }
    }

    /// The products of one, two, four or eight rows with these outputs' blocks, one block for each 32 inputs.
    #[inline]
    pub fn multiply(self, blocks: &[Q8Block], rows: &RowPart) -> Sums {
        let all = rows.scales.len();
        let whole = rows.numbers.len() == all * SHARED && rows.excess.len() == all && all == rows.len() * rows.blocks;
        assert!(whole && blocks.len() == rows.blocks && [1, 2, 4, TOGETHER].contains(&rows.len()), "sizes agree");
        match self.0 {
            Level::Plain => plain(blocks, rows),
            // SAFETY: the level is only chosen where the machine has it, as are the rows' sizes checked above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { avx2(blocks, rows) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512Vnni => unsafe {
                match rows.len() {
                    1 => avx512::<1>(blocks, rows),
                    2 => avx512::<2>(blocks, rows),
                    4 => avx512::<4>(blocks, rows),
                    _ => avx512::<8>(blocks, rows),
                }
            },
        }
    }
}

fn plain(blocks: &[Q8Block], rows: &RowPart) -> Sums {
    let mut sums = [[0f32; SIDE]; TOGETHER];
    for (row, sums) in sums.iter_mut().enumerate().take(rows.len()) {
        for (n, block) in blocks.iter().enumerate() {
            let at = row * rows.blocks + n;
            let numbers = &rows.numbers[at * SHARED..][..SHARED];
            for (output, sum) in sums.iter_mut().enumerate() {
                let products = numbers.iter().enumerate();
                let whole: i32 = products
                    .map(|(n, number)| i32::from(*number) * i32::from(block.weights[n / 4][output][n % 4]))
                    .sum();
                let scale = f16::from_bits(block.scales[output]).to_f32() * rows.scales[at];
                *sum += (whole + rows.excess[at]) as f32 * scale;
            }
        }
    }
    sums
}

/// Exactly so many rows, with a block of each for every block of the outputs: the caller sees to it. Were it looked at
/// here, number by number, the sums would not stay in registers.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vnni")]
unsafe fn avx512<const ROWS: usize>(blocks: &[Q8Block], rows: &RowPart) -> Sums {
    use std::arch::x86_64::*;
    let mut sums = [_mm512_setzero_ps(); ROWS];
    for (n, block) in blocks.iter().enumerate() {
        // SAFETY: a block's weights are eight times 64 bytes and its scales 32, all within the block.
        let (weights, scales) = unsafe {
            let start = block.weights.as_ptr().cast::<__m512i>();
            let weights: [__m512i; 8] = std::array::from_fn(|four| _mm512_load_si512(start.add(four)));
            (weights, _mm512_cvtph_ps(_mm256_loadu_si256(block.scales.as_ptr().cast())))
        };
        for (row, sum) in sums.iter_mut().enumerate() {
            let at = row * blocks.len() + n;
            // SAFETY: there are so many rows of so many blocks, as the caller saw to.
            let (numbers, scale, excess) = unsafe {
                let numbers = rows.numbers.as_ptr().add(at * SHARED).cast::<i32>();
                (numbers, *rows.scales.as_ptr().add(at), *rows.excess.as_ptr().add(at))
            };
            // SAFETY: a block has eight times four numbers.
            let four = |n: usize| _mm512_set1_epi32(unsafe { numbers.add(n).read_unaligned() });
            let mut whole = _mm512_set1_epi32(excess);
            for (n, weights) in weights.iter().enumerate() {
                whole = _mm512_dpbusd_epi32(whole, *weights, four(n));
            }
            let whole = _mm512_cvtepi32_ps(whole);
            *sum = _mm512_fmadd_ps(whole, _mm512_mul_ps(scales, _mm512_set1_ps(scale)), *sum);
        }
    }
    let mut out = [[0f32; SIDE]; TOGETHER];
    for (out, sum) in out.iter_mut().zip(sums) {
        // SAFETY: a row's outputs are 64 bytes.
        unsafe { _mm512_storeu_ps(out.as_mut_ptr(), sum) };
    }
    out
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,f16c")]
fn avx2(blocks: &[Q8Block], rows: &RowPart) -> Sums {
    use std::arch::x86_64::*;
    let mut out = [[0f32; SIDE]; TOGETHER];
    let (offset, ones) = (_mm256_set1_epi8(-128), _mm256_set1_epi16(1));
    for (row, out) in out.iter_mut().enumerate().take(rows.len()) {
        let mut sums = [_mm256_setzero_ps(); 2];
        for (n, block) in blocks.iter().enumerate() {
            let at = row * rows.blocks + n;
            let fours = rows.numbers[at * SHARED..][..SHARED].as_chunks::<4>().0;
            let mut whole = [_mm256_setzero_si256(); 2];
            for (four, weights) in fours.iter().zip(&block.weights) {
                let numbers = _mm256_set1_epi32(i32::from_le_bytes(four.map(i8::cast_unsigned)));
                for (half, whole) in whole.iter_mut().enumerate() {
                    // SAFETY: the weights of eight outputs are 32 bytes.
                    let weights = unsafe { _mm256_loadu_si256(weights[half * 8..].as_ptr().cast()) };
                    let weights = _mm256_xor_si256(weights, offset);
                    // Unsigned by signed: the weights' signs are given to the numbers.
                    let pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(weights), _mm256_sign_epi8(numbers, weights));
                    *whole = _mm256_add_epi32(*whole, _mm256_madd_epi16(pairs, ones));
                }
            }
            for (half, sum) in sums.iter_mut().enumerate() {
                // SAFETY: the scales of eight outputs are 16 bytes.
                let scales = unsafe { _mm_loadu_si128(block.scales[half * 8..].as_ptr().cast()) };
                let scales = _mm256_mul_ps(_mm256_cvtph_ps(scales), _mm256_set1_ps(rows.scales[at]));
                *sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(whole[half]), scales, *sum);
            }
        }
        for (half, sum) in sums.into_iter().enumerate() {
            // SAFETY: eight outputs are 32 bytes.
            unsafe { _mm256_storeu_ps(out[half * 8..].as_mut_ptr(), sum) };
        }
    }
    out
}
