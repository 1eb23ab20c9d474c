//! Matrices in 8 bits (Q8_0: blocks of 32 numbers with a common scale), laid out once as the processor multiplies them.
//! There is one copy of the weights, and a product of few or many rows reads it in order.

use candle_core::{Result, Tensor, bail};
use half::f16;
use rayon::prelude::*;

use super::host;
use super::matrix::Target;

mod kernel;
mod rows;

use kernel::Kernel;
use rows::{RowPart, Rows};

/// Numbers with a common scale.
const SHARED: usize = 32;

/// Outputs that are multiplied side by side.
const SIDE: usize = 16;

/// Rows of input that share one reading of the weights.
const TOGETHER: usize = 8;

/// Rows of input that are kept in the cache.
const GROUP: usize = 64;

/// Bytes of a row in Q8_0: for each block a scale in f16 and its numbers.
const STORED: usize = 2 + SHARED;

/// The same 32 inputs of 16 outputs.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
struct Q8Block {
    /// Four inputs of every output, then the next four. 128 is added to each: the instruction multiplies unsigned numbers
    /// by signed ones, and what is too much is known from the inputs alone.
    weights: [[[u8; 4]; SIDE]; SHARED / 4],
    /// Each output's scale, as the bits of an f16.
    scales: [u16; SIDE],
}

impl Q8Block {
    const ZERO: Self = Self { weights: [[[128; 4]; SIDE]; SHARED / 4], scales: [0; SIDE] };

    /// Sets an output's numbers.
    fn set(&mut self, output: usize, scale: u16, numbers: impl Iterator<Item = i8>) {
        self.scales[output] = scale;
        for (n, number) in numbers.enumerate() {
            self.weights[n / 4][output][n % 4] = number.cast_unsigned() ^ 128;
        }
    }
}

/// A matrix of weights in 8 bits.
pub(crate) struct Q8Matrix {
    /// For each 16 outputs, the blocks of their inputs in order.
    blocks: Vec<Q8Block>,
    inputs: usize,
    outputs: usize,
}

impl Q8Matrix {
    /// Quantises weights of shape [outputs, inputs], as GGML does. Rows that are no whole blocks of 32 are filled up with
    /// zeros, as are the inputs when they come: that changes nothing.
    pub fn quantized(weight: &Tensor) -> Result<Self> {
        let (outputs, inputs) = weight.dims2()?;
        host::read(weight, |weight| {
            Self::filled(outputs, inputs, |output, block| {
                let row = &weight[output * inputs..][..inputs];
                quantized(&row[block * SHARED..inputs.min((block + 1) * SHARED)])
            })
        })?
    }

    /// The matrix of weights that are stored in Q8_0.
    pub fn stored(bytes: &[u8], outputs: usize, inputs: usize) -> Result<Self> {
        if !inputs.is_multiple_of(SHARED) || bytes.len() != outputs * (inputs / SHARED) * STORED {
            bail!("{} bytes are no {outputs} rows of {inputs} numbers in Q8_0", bytes.len());
        }
        Self::filled(outputs, inputs, |output, block| {
            let bytes = &bytes[(output * (inputs / SHARED) + block) * STORED..][..STORED];
            let scale = u16::from_le_bytes([bytes[0], bytes[1]]);
            let mut numbers = [0; SHARED];
            numbers.iter_mut().zip(&bytes[2..]).for_each(|(number, byte)| *number = byte.cast_signed());
            (scale, numbers)
        })
    }

    /// `part` gives the scale and numbers of an output's block.
    fn filled(
        outputs: usize,
        inputs: usize,
        part: impl Fn(usize, usize) -> (u16, [i8; SHARED]) + Sync,
    ) -> Result<Self> {
        if inputs == 0 {
            bail!("a matrix without inputs");
        }
        let count = inputs.div_ceil(SHARED);
        let mut blocks = vec![Q8Block::ZERO; outputs.div_ceil(SIDE) * count];
        blocks.par_chunks_mut(count).enumerate().for_each(|(tile, blocks)| {
            for (number, block) in blocks.iter_mut().enumerate() {
                for output in 0..SIDE.min(outputs - tile * SIDE) {
                    let (scale, numbers) = part(tile * SIDE + output, number);
                    block.set(output, scale, numbers.into_iter());
                }
            }
        });
        Ok(Self { blocks, inputs, outputs })
    }

    /// How many outputs it has.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// x · Wᵀ
    pub fn product(&self, x: &Tensor) -> Result<Tensor> {
        let rows = x.dim(0)?;
        let mut out = vec![0f32; rows * self.outputs];
        host::read(x, |x| self.into(&Rows::quantized(x, self.inputs), &mut out, self.outputs, 0))?;
        Tensor::from_vec(out, (rows, self.outputs), x.device())
    }

    /// The product as the columns from `first` on of a matrix of `width` columns.
    fn into(&self, rows: &Rows, out: &mut [f32], width: usize, first: usize) {
        let count = self.inputs.div_ceil(SHARED);
        let tiles = self.outputs.div_ceil(SIDE);
        // Enough pieces to share the work evenly, each worth waking a thread.
        let piece = tiles.div_ceil(8 * rayon::current_num_threads()).max(4);
        let columns = (0..tiles).step_by(piece).map(|tile| (piece * SIDE).min(self.outputs - tile * SIDE));
        let targets = Target::pieces(out, width, [first].into_iter().chain(columns));
        let work: Vec<_> = self.blocks.chunks(piece * count).zip(targets.into_iter().skip(1)).collect();
        let kernel = Kernel::best();
        // The rows in groups that stay in the cache while all of a piece's outputs go by.
        let parts: Vec<RowPart> = rows.parts().collect();
        work.into_par_iter().for_each(|(blocks, mut target)| {
            for group in parts.chunks(GROUP / TOGETHER) {
                for (tile, blocks) in blocks.chunks(count).enumerate() {
                    for part in group {
                        for (row, sums) in kernel.multiply(blocks, part).iter().take(part.len()).enumerate() {
                            target.put(part.start + row, tile * SIDE, sums);
                        }
                    }
                }
            }
        });
    }
}

/// Several matrices of the same inputs as one: their outputs one after the other.
pub(crate) fn product(matrices: &[Q8Matrix], x: &Tensor) -> Result<Tensor> {
    if let [matrix] = matrices {
        return matrix.product(x);
    }
    let (rows, inputs) = x.dims2()?;
    let width: usize = matrices.iter().map(Q8Matrix::outputs).sum();
    let mut out = vec![0f32; rows * width];
    host::read(x, |x| {
        let quantised = Rows::quantized(x, inputs);
        let mut first = 0;
        for matrix in matrices {
            matrix.into(&quantised, &mut out, width, first);
            first += matrix.outputs;
        }
    })?;
    Tensor::from_vec(out, (rows, width), x.device())
}

/// The scale that makes the largest number 127, and the numbers.
fn quantized(numbers: &[f32]) -> (u16, [i8; SHARED]) {
    let most = numbers.iter().fold(0f32, |most, number| most.max(number.abs()));
    let scale = most / 127.0;
    let share = if scale == 0.0 { 0.0 } else { 1.0 / scale };
    let mut whole = [0i8; SHARED];
    whole.iter_mut().zip(numbers).for_each(|(whole, number)| *whole = (number * share).round() as i8);
    (f16::from_f32(scale).to_bits(), whole)
}

#[cfg(test)]
mod tests {
    use candle_core::Device;
    use candle_core::quantized::{GgmlDType, QTensor};

    use super::*;

    /// Numbers that look like any.
    fn numbers(rows: usize, columns: usize, seed: u32) -> Tensor {
        let number = |n: u32| (n.wrapping_mul(2_654_435) % 1009 + seed) as f32 / 500.0 - 1.0;
        Tensor::from_vec((0..(rows * columns) as u32).map(number).collect(), (rows, columns), &Device::Cpu).unwrap()
    }

    fn values(tensor: &Tensor) -> Vec<f32> {
        tensor.flatten_all().unwrap().to_vec1().unwrap()
    }

    /// The product with the weights as GGML quantises them, in f64.
    fn plainly(weight: &Tensor, x: &Tensor) -> Vec<f64> {
        let weight = QTensor::quantize(weight, GgmlDType::Q8_0).unwrap().dequantize(&Device::Cpu).unwrap();
        let (outputs, inputs) = weight.dims2().unwrap();
        let (weight, x) = (values(&weight), values(x));
        let dot = |x: &[f32], weight: &[f32]| x.iter().zip(weight).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        let row = |x: &[f32]| weight.chunks(inputs).map(|weight| dot(x, weight)).collect::<Vec<f64>>();
        let all: Vec<f64> = x.chunks(inputs).flat_map(row).collect();
        assert_eq!(all.len(), x.len() / inputs * outputs);
        all
    }

    #[test]
    fn products_are_those_of_the_quantised_weights() {
        let mut wrong = Vec::new();
        for (rows, inputs, outputs) in [(1, 32, 16), (1, 96, 50), (3, 64, 17), (8, 128, 64), (21, 256, 300)] {
            let (weight, x) = (numbers(outputs, inputs, 1), numbers(rows, inputs, 2));
            let right = plainly(&weight, &x);
            let most = right.iter().fold(0f64, |most, value| most.max(value.abs()));
            let found = values(&Q8Matrix::quantized(&weight).unwrap().product(&x).unwrap());
            let far = found.iter().zip(&right).map(|(a, b)| (f64::from(*a) - b).abs() / most).fold(0f64, f64::max);
            // Inputs are rounded to one part in 254 of their block's largest.
            if found.len() != right.len() || far > 0.01 {
                wrong.push((rows, inputs, outputs, far));
            }
        }
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn every_kernel_gives_the_same() {
        let (weight, x) = (numbers(48, 160, 3), numbers(TOGETHER, 160, 4));
        let matrix = Q8Matrix::quantized(&weight).unwrap();
        let rows = Rows::quantized(&values(&x), 160);
        let blocks = &matrix.blocks[..5];
        let right = Kernel::plain().multiply(blocks, &rows.part(0, TOGETHER));
        for kernel in Kernel::all() {
            let found = kernel.multiply(blocks, &rows.part(0, TOGETHER));
            let far = |(a, b): (&f32, &f32)| (a - b).abs() > 1e-4;
            assert!(!found.as_flattened().iter().zip(right.as_flattened()).any(far), "{kernel:?}");
        }
    }

    #[test]
    fn stored_weights_are_those_that_were_quantised() {
        let (weight, x) = (numbers(33, 64, 5), numbers(2, 64, 6));
        let stored = QTensor::quantize(&weight, GgmlDType::Q8_0).unwrap();
        let stored = Q8Matrix::stored(&stored.data().unwrap(), 33, 64).unwrap();
        let quantised = Q8Matrix::quantized(&weight).unwrap();
        assert_eq!(values(&stored.product(&x).unwrap()), values(&quantised.product(&x).unwrap()));
        assert!(Q8Matrix::stored(&[0; 33], 1, 32).is_err());
        let both = product(&[stored, quantised], &x).unwrap();
        assert_eq!(both.dims(), [2, 66]);
        let both = values(&both);
        assert_eq!((&both[..33], &both[66..99]), (&both[33..66], &both[99..]));
    }

    #[test]
    fn rows_that_are_no_whole_blocks_are_filled_up() {
        for (rows, inputs) in [(1, 20), (3, 44), (9, 3420)] {
            let (weight, x) = (numbers(18, inputs, 7), numbers(rows, inputs, 8));
            let wider = |x: &Tensor| x.pad_with_zeros(1, 0, inputs.next_multiple_of(SHARED) - inputs).unwrap();
            let found = Q8Matrix::quantized(&weight).unwrap().product(&x).unwrap();
            let right = Q8Matrix::quantized(&wider(&weight)).unwrap().product(&wider(&x)).unwrap();
            assert_eq!(values(&found), values(&right), "{rows} rows of {inputs}");
        }
        assert!(Q8Matrix::stored(&[0; 34], 1, 33).is_err());
    }

    #[test]
    fn numbers_at_the_ends_are_exact() {
        let ends = Tensor::from_vec([127f32, -127.0].repeat(16), (1, 32), &Device::Cpu).unwrap();
        let found = values(&Q8Matrix::quantized(&ends).unwrap().product(&ends).unwrap());
        assert_eq!(found, [127.0 * 127.0 * 32.0]);
        let nothing = Tensor::zeros((1, 32), candle_core::DType::F32, &Device::Cpu).unwrap();
        assert_eq!(values(&Q8Matrix::quantized(&nothing).unwrap().product(&ends).unwrap()), [0.0]);
    }
}
