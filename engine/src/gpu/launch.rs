//! Starts the kernels on a card of NVIDIA's; they are compiled there the first time (NVRTC).

use std::sync::OnceLock;

use candle_core::backend::BackendStorage as _;
use candle_core::cuda_backend::cudarc::driver::{CudaView, LaunchConfig, PushKernelArg as _};
use candle_core::cuda_backend::cudarc::nvrtc;
use candle_core::cuda_backend::{CudaDevice, WrapErr as _};
use candle_core::{CudaStorage, Layout, Result, Shape as Sizes, bail};

use super::operations::{Activate, Attend};
use super::tiles::tiles;
use crate::kernels::attention::Shape;

const SOURCE: &str = include_str!("kernels.cu");

/// Threads of a block, as the kernels have it: also the most numbers of a head.
const THREADS: u32 = 128;

/// A tensor on the card.
type Lying<'a> = (&'a CudaStorage, &'a Layout);

/// The kernels, compiled.
fn compiled() -> Result<&'static str> {
    static COMPILED: OnceLock<std::result::Result<String, String>> = OnceLock::new();
    let compile = || nvrtc::compile_ptx(SOURCE).map(|ptx| ptx.to_src()).map_err(|e| e.to_string());
    match COMPILED.get_or_init(compile) {
        Ok(source) => Ok(source),
        Err(reason) => bail!("the kernels for graphics cards do not compile: {reason}"),
    }
}

fn numbers<'a>((storage, layout): Lying<'a>) -> Result<CudaView<'a, f32>> {
    match layout.contiguous_offsets() {
        Some((start, end)) => Ok(storage.as_cuda_slice::<f32>()?.slice(start..end)),
        None => bail!("the engine's kernels are for contiguous numbers"),
    }
}

fn blocks(x: usize, y: usize) -> LaunchConfig {
    LaunchConfig { grid_dim: (x as u32, y as u32, 1), block_dim: (THREADS, 1, 1), shared_mem_bytes: 0 }
}

/// Gives the kernel of that name memory for `count` numbers to write, and what starts it.
macro_rules! launched {
    ($device:expr, $name:literal, $count:expr, $blocks:expr, |$builder:ident, $out:ident| $arguments:block) => {{
        let device: &CudaDevice = $device;
        let function = device.get_or_load_custom_func($name, "sightstep", compiled()?)?;
        // SAFETY: each kernel writes every number of what it is given to write.
        let $out = unsafe { device.alloc::<f32>($count) }?;
        let mut $builder = function.builder();
        $arguments
        // SAFETY: the arguments are those of the kernel, and as long as it takes them to be.
        unsafe { $builder.launch($blocks) }.w()?;
        CudaStorage::wrap_cuda_slice($out, device.clone())
    }};
}

/// x's rows, normalised.
pub(super) fn normalise(x: Lying, weight: Lying, bias: Option<Lying>, eps: f32) -> Result<(CudaStorage, Sizes)> {
    let (sizes, width) = (x.1.shape().clone(), weight.1.shape().elem_count());
    let (rows, device) = (sizes.elem_count() / width, x.0.device());
    let (x, weight, bias) = (numbers(x)?, numbers(weight)?, bias.map(numbers).transpose()?);
    let width = width as i32;
    let out = launched!(device, "normalise", sizes.elem_count(), blocks(rows, 1), |builder, out| {
        builder.arg(&x).arg(&weight);
        match &bias {
            Some(bias) => builder.arg(bias),
            None => builder.arg(&0usize),
        };
        builder.arg(&out).arg(&width).arg(&eps);
    });
    Ok((out, sizes))
}

/// x's heads, turned.
pub(super) fn turn(x: Lying, cosines: Lying, sines: Lying) -> Result<(CudaStorage, Sizes)> {
    let (sizes, device) = (x.1.shape().clone(), x.0.device());
    let ((rows, width), (_, pairs)) = (sizes.dims2()?, cosines.1.shape().dims2()?);
    let (x, cosines, sines) = (numbers(x)?, numbers(cosines)?, numbers(sines)?);
    let (heads, turned) = ((width / (2 * pairs)) as i32, pairs as i32);
    let out = launched!(device, "turn", rows * width, blocks(rows, 1), |builder, out| {
        builder.arg(&x).arg(&cosines).arg(&sines).arg(&out).arg(&heads).arg(&turned);
    });
    Ok((out, sizes))
}

/// x, activated.
pub(super) fn activate(operation: &Activate, x: Lying) -> Result<(CudaStorage, Sizes)> {
    let (rows, width) = operation.sizes(x.1)?;
    let (device, x) = (x.0.device(), numbers(x)?);
    let (each, kind, gated) = (width as i32, operation.activation as i32, i32::from(operation.gated));
    let out = launched!(device, "activate", rows * width, blocks(rows, 1), |builder, out| {
        builder.arg(&x).arg(&out).arg(&each).arg(&kind).arg(&gated);
    });
    Ok((out, Sizes::from((rows, width))))
}

/// The attention.
pub(super) fn attend(operation: &Attend, q: Lying, k: Lying, v: Lying) -> Result<(CudaStorage, Sizes)> {
    let Shape { heads, kv_heads, head } = operation.shape;
    if head > THREADS as usize {
        bail!("heads of {head} numbers are more than the kernel takes")
    }
    let (sizes, device) = (q.1.shape().clone(), q.0.device());
    let tiles = tiles(&operation.spans);
    let (count, tiles) = (tiles.len() / 5, device.clone_htod(&tiles)?);
    let (q, k, v) = (numbers(q)?, numbers(k)?, numbers(v)?);
    let each = [heads, heads / kv_heads, head, operation.steps.row].map(|n| n as i32);
    let head_step = operation.steps.head as i64;
    let out = launched!(device, "attend", sizes.elem_count(), blocks(count, heads), |builder, out| {
        builder.arg(&q).arg(&k).arg(&v).arg(&tiles).arg(&out);
        for number in &each {
            builder.arg(number);
        }
        builder.arg(&head_step);
    });
    Ok((out, sizes))
}
