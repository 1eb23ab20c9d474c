//! Tensors' numbers in memory: reading them, changing them in place, working on their rows in parallel.

use candle_core::{CpuStorage, InplaceOp1, Layout, Result, Storage, Tensor, bail};
use rayon::prelude::*;

/// Numbers that a thread takes at least, so that starting it is worth while.
const SHARE: usize = 1 << 14;

/// Calls `f` with a contiguous tensor's numbers, row by row.
pub(crate) fn read<R>(tensor: &Tensor, f: impl FnOnce(&[f32]) -> R) -> Result<R> {
    let (storage, layout) = tensor.storage_and_layout();
    let Storage::Cpu(CpuStorage::F32(all)) = &*storage else {
        bail!("numbers of {:?} on {:?} are read as f32 in memory", tensor.dtype(), tensor.device())
    };
    match layout.contiguous_offsets() {
        Some((start, end)) => Ok(f(&all[start..end])),
        None => bail!("a tensor of {:?} is not contiguous", tensor.shape()),
    }
}

/// Calls `f` with a contiguous tensor's numbers, to change them in place.
pub(crate) fn edit(tensor: &Tensor, f: impl Fn(&mut [f32])) -> Result<()> {
    tensor.inplace_op1(&Edit(f))
}

struct Edit<F>(F);

impl<F: Fn(&mut [f32])> InplaceOp1 for Edit<F> {
    fn name(&self) -> &'static str {
        "edit"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let (CpuStorage::F32(all), Some((start, end))) = (storage, layout.contiguous_offsets()) else {
            bail!("only contiguous f32 numbers are changed in place")
        };
        (self.0)(&mut all[start..end]);
        Ok(())
    }
}

/// Calls `f` with each row of `width` numbers and its number, several at a time where there are many.
pub(crate) fn each_row(values: &mut [f32], width: usize, f: impl Fn(usize, &mut [f32]) + Sync) {
    let rows = (SHARE / width.max(1)).max(1);
    let part = |chunk: usize, part: &mut [f32]| {
        for (row, values) in part.chunks_mut(width).enumerate() {
            f(chunk * rows + row, values);
        }
    };
    // Waking the other threads takes longer than one chunk does.
    if values.len() <= rows * width {
        part(0, values);
    } else {
        values.par_chunks_mut(rows * width).enumerate().for_each(|(chunk, values)| part(chunk, values));
    }
}

/// `tensor` += `other`, number by number.
pub(crate) fn add(tensor: &Tensor, other: &Tensor) -> Result<()> {
    let width = tensor.dim(candle_core::D::Minus1)?;
    read(other, |other| {
        edit(tensor, |values| {
            each_row(values, width, |row, values| sum(values, &other[row * width..][..width]));
        })
    })?
}

/// `values` += `other`, number by number.
pub(crate) fn sum(values: &mut [f32], other: &[f32]) {
    values.iter_mut().zip(other).for_each(|(value, other)| *value += other);
}
