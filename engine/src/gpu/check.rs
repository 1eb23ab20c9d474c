//! Whether a card gives what the processor gives: the same numbers go through each kernel there and each loop here.

use candle_core::{DType, Device, Result, Tensor};

use super::{Gpu, GpuMatrix, GpuNorm, GpuTurns, Steps, activated, attend, gated};
use crate::kernels::activation::Activation;
use crate::kernels::attention::{Shape, Span};
use crate::kernels::linear::Linear;
use crate::kernels::norm::Norm;
use crate::kernels::turns::Turns;

/// The greatest difference of f32 kernels that rounding explains, as a part of the greatest number.
const TOLERANCE: f32 = 1e-4;

/// The same for products in bf16, whose numbers have eight bits.
const ROUGHLY: f32 = 2e-2;

/// What the processor does in a card's place.
fn processor() -> Gpu {
    Gpu { device: Device::Cpu, dtype: DType::F32 }
}

/// The kernels that differ, each with its difference; nothing where all agree.
pub(crate) fn differing(gpu: &Gpu) -> Result<Vec<String>> {
    let mut differing = Vec::new();
    for (name, run, tolerance) in CASES {
        let far = far(&run(gpu)?, &run(&processor())?)?;
        if far > tolerance || far.is_nan() {
            differing.push(format!("{name} by {far:.1e}"));
        }
    }
    Ok(differing)
}

type Case = (&'static str, fn(&Gpu) -> Result<Tensor>, f32);

const CASES: [Case; 8] = [
    ("normalise", |gpu| norm(gpu, None), TOLERANCE),
    ("normalise with a bias", |gpu| norm(gpu, Some(numbers(WIDTH, 5))), TOLERANCE),
    ("turn", turn, TOLERANCE),
    ("activate", |gpu| activated(Activation::TanhGelu, &rows(gpu, 2)?), TOLERANCE),
    ("activate with a gate", |gpu| gated(Activation::Silu, &rows(gpu, 2)?), TOLERANCE),
    ("attend to all", |gpu| attention(gpu, false), TOLERANCE),
    ("attend to what was before", |gpu| attention(gpu, true), TOLERANCE),
    ("multiply", product, ROUGHLY),
];

const ROWS: usize = 40;
const WIDTH: usize = 320;

/// Numbers that look like any.
pub(super) fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let number = |n: u32| (n.wrapping_mul(2_654_435).wrapping_add(seed * 97) % 1009) as f32 / 500.0 - 1.0;
    (0..count as u32).map(number).collect()
}

fn rows(gpu: &Gpu, seed: u32) -> Result<Tensor> {
    gpu.put(&Tensor::from_vec(numbers(ROWS * WIDTH, seed), (ROWS, WIDTH), &Device::Cpu)?)
}

fn norm(gpu: &Gpu, bias: Option<Vec<f32>>) -> Result<Tensor> {
    GpuNorm::of(&Norm::new(numbers(WIDTH, 1), bias, 1e-6), gpu)?.forward(&rows(gpu, 2)?)
}

fn turn(gpu: &Gpu) -> Result<Tensor> {
    let (cosines, sines) = numbers(ROWS * 40, 3).into_iter().map(|angle| (angle.cos(), angle.sin())).unzip();
    GpuTurns::of(&Turns::of_tables([cosines, sines], 40), gpu)?.turn(&rows(gpu, 2)?)
}

/// Four heads of 80 numbers, which two heads of keys serve.
fn attention(gpu: &Gpu, causal: bool) -> Result<Tensor> {
    let (shape, keys) = (Shape { heads: 4, kv_heads: 2, head: 80 }, 2 * ROWS);
    let lying = |seed| gpu.put(&Tensor::from_vec(numbers(2 * keys * 80, seed), (2, keys, 80), &Device::Cpu)?);
    let span = Span { rows: 0..ROWS, keys: 0..keys, causal };
    attend(shape, Steps { row: 80, head: keys * 80 }, &[span], [&rows(gpu, 2)?, &lying(3)?, &lying(4)?])
}

fn product(gpu: &Gpu) -> Result<Tensor> {
    let weight = Tensor::from_vec(numbers(64 * WIDTH, 1), (64, WIDTH), &Device::Cpu)?;
    GpuMatrix::of(&Linear::plain(&weight, Some(numbers(64, 2)))?, gpu)?.forward(&rows(gpu, 2)?)
}

fn far(found: &Tensor, right: &Tensor) -> Result<f32> {
    let all = |tensor: &Tensor| tensor.to_device(&Device::Cpu)?.flatten_all()?.to_vec1::<f32>();
    let (found, right) = (all(found)?, all(right)?);
    let most = right.iter().fold(0f32, |most, number| most.max(number.abs()));
    let worst = |worst: f32, (a, b): (&f32, &f32)| if a.is_nan() { f32::NAN } else { worst.max((a - b).abs()) };
    Ok(found.iter().zip(&right).fold(0.0, worst) / most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_agrees_with_itself_and_fewer_bits_do_not_hide() {
        assert_eq!(differing(&processor()).unwrap(), Vec::<String>::new());
        for (name, run, _) in CASES {
            let (one, other) = (run(&processor()).unwrap(), run(&processor()).unwrap());
            assert!(far(&(one * 1.05).unwrap(), &other).unwrap() > ROUGHLY, "{name}");
        }
    }
}
