//! Plain loops compiled for the widest registers that the machine has, and the functions that they need.

/// Numbers that are summed side by side: two registers of AVX-512.
const LANES: usize = 32;

/// Registers that a machine may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// What every processor of its kind has.
    Plain,
    /// AVX2 with FMA.
    Avx2,
    /// AVX-512F, BW and VL.
    Avx512,
}

/// The widest that this machine has.
#[inline]
pub fn level() -> Level {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
        {
            return Level::Avx512;
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            return Level::Avx2;
        }
    }
    Level::Plain
}

/// Defines a function that is compiled for every level and called in the version for this machine. `FUSED` says in it
/// whether products and sums are one instruction; see [`mul_add`].
///
/// A closure that is handed on to such a function would be compiled for it only if the compiler chooses to inline it.
#[macro_export]
macro_rules! wide {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block) => {
        $(#[$meta])*
        $vis fn $name($($arg: $type),*) $(-> $result)? {
            #[inline(always)]
            #[allow(clippy::too_many_arguments, reason = "they are what the function takes")]
            fn all<const FUSED: bool>($($arg: $type),*) $(-> $result)? $body
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx2,fma")]
            fn avx512($($arg: $type),*) $(-> $result)? {
                all::<true>($($arg),*)
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2($($arg: $type),*) $(-> $result)? {
                all::<true>($($arg),*)
            }
            match $crate::simd::level() {
                // SAFETY: this machine has it.
                #[cfg(target_arch = "x86_64")]
                $crate::simd::Level::Avx512 => unsafe { avx512($($arg),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                $crate::simd::Level::Avx2 => unsafe { avx2($($arg),*) },
                _ => all::<false>($($arg),*),
            }
        }
    };
}
pub use wide;

/// a·b + c, in one instruction where there is one: in software it would take a hundred.
#[inline(always)]
pub fn mul_add<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// The sum of `f` over the numbers.
#[inline(always)]
pub fn total(values: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0f32; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest: f32 = chunks.remainder().iter().map(|&value| f(value)).sum();
    for chunk in chunks {
        for (sum, &value) in sums.iter_mut().zip(chunk) {
            *sum += f(value);
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// The greatest number; the least there is where there is none.
#[inline(always)]
pub fn greatest(values: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let mut most = [f32::MIN; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest = chunks.remainder().iter().fold(f32::MIN, |most, &value| larger(most, value));
    for chunk in chunks {
        for (most, &value) in most.iter_mut().zip(chunk) {
            *most = larger(*most, value);
        }
    }
    most.iter().fold(rest, |most, &value| larger(most, value))
}

/// e to the power of x, to about two units in the last place; 0 and the largest number at the ends.
///
/// x = n·ln 2 + r; the polynomial for e^r is Cephes' `expf`.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 88.0);
    // The whole number n is in the lowest bits; a conversion would be done number by number.
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * 0.693_359_4 - n * -2.121_944_4e-4;
    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 5.0e-1;
    let scale = f32::from_bits(shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23);
    (p * r * r + r + 1.0) * scale
}

/// x·Φ(x) to about 3e-7 of x.
///
/// erf(x/√2) as a quotient of polynomials of x², fitted to erf within ±4 (Eigen's `generic_fast_erf_float`): beyond it is ±1 in
/// single precision.
#[inline(always)]
pub fn gelu<const FUSED: bool>(x: f32) -> f32 {
    const ABOVE: [f32; 7] = [
        -2.726_142_3e-10,
        2.770_681_4e-8,
        -2.101_024e-6,
        -5.692_506_4e-5,
        -7.349_906_3e-4,
        -2.954_6e-3,
        -1.609_603_3e-2,
    ];
    const BELOW: [f32; 5] = [-1.456_607_2e-5, -2.133_740_6e-4, -1.682_827e-3, -7.373_329_2e-3, -1.426_473_9e-2];
    let t = (x * std::f32::consts::FRAC_1_SQRT_2).clamp(-4.0, 4.0);
    let s = t * t;
    let mut above = ABOVE[0];
    for factor in &ABOVE[1..] {
        above = mul_add::<FUSED>(above, s, *factor);
    }
    let mut below = BELOW[0];
    for factor in &BELOW[1..] {
        below = mul_add::<FUSED>(below, s, *factor);
    }
    let half = 0.5 * x;
    mul_add::<FUSED>(half, t * above / below, half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_near_the_library_s() {
        let mut worst = 0f64;
        for step in -87_000..88_000 {
            let x = step as f32 / 1000.0;
            let (found, right) = (f64::from(exp(x)), f64::from(x).exp());
            worst = worst.max(((found - right) / right).abs());
        }
        assert!(worst < 3e-7, "{worst:e}");
        assert!(exp(-1000.0) < 1e-37 && exp(1000.0).is_finite());
    }

    #[test]
    fn gelu_is_near_the_library_s() {
        let mut worst = 0f64;
        for step in -80_000..80_000 {
            let x = step as f32 / 10_000.0;
            let right = 0.5 * f64::from(x) * (1.0 + libm::erf(f64::from(x) / std::f64::consts::SQRT_2));
            worst = worst.max((f64::from(gelu::<false>(x)) - right).abs() / f64::from(x.abs()).max(1.0));
        }
        assert!(worst < 5e-7, "{worst:e}");
    }

    #[test]
    fn sums_and_maxima_of_any_length() {
        let all: Vec<f32> = (0..100u8).map(|n| f32::from(n) - 70.0).collect();
        let wrong: Vec<usize> = (1..=100)
            .filter(|&n| {
                let (sum, most) = (total(&all[..n], |x| x), greatest(&all[..n]));
                sum != all[..n].iter().sum::<f32>() || most != all[n - 1]
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
