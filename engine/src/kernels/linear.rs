//! Linear layers: a matrix of weights, plain or quantised, and perhaps a bias.

use candle_core::quantized::{GgmlDType, QMatMul, QTensor};
use candle_core::{Module as _, Result, Tensor, bail};

use super::host;
use super::q8::{self, Q8Matrix};
use super::stored::Stored;

/// y = x · Wᵀ + b
pub(crate) struct Linear {
    weight: Weight,
    bias: Option<Vec<f32>>,
}

enum Weight {
    /// Transposed: [inputs, outputs], a view of what is stored output by output.
    Plain(Tensor),
    Stored(Stored),
    Q8(Vec<Q8Matrix>),
    /// One after the other: they may be stored in different bits.
    Quantized(Vec<QMatMul>),
}

impl Linear {
    /// A layer with plain weights of shape [outputs, inputs].
    pub fn plain(weight: &Tensor, bias: Option<Vec<f32>>) -> Result<Self> {
        Ok(Self { weight: Weight::Plain(weight.t()?), bias })
    }

    /// A layer whose weights stay in the checkpoint's file.
    pub fn stored(weight: Stored, bias: Option<Vec<f32>>) -> Self {
        Self { weight: Weight::Stored(weight), bias }
    }

    /// A layer whose weights of shape [outputs, inputs] are quantised now.
    pub fn quantized(kind: GgmlDType, weight: &Tensor, bias: Option<Vec<f32>>) -> Result<Self> {
        if kind == GgmlDType::Q8_0 {
            return Ok(Self { weight: Weight::Q8(vec![Q8Matrix::quantized(weight)?]), bias });
        }
        Self::joined(vec![QTensor::quantize(weight, kind)?], bias)
    }

    /// Quantised layers of the same input as one, their outputs one after the other.
    pub fn joined(weights: Vec<QTensor>, bias: Option<Vec<f32>>) -> Result<Self> {
        if weights.iter().all(|weight| weight.dtype() == GgmlDType::Q8_0) {
            let matrices = weights.into_iter().map(|weight| {
                let (outputs, inputs) = weight.shape().dims2()?;
                Q8Matrix::stored(&weight.data()?, outputs, inputs)
            });
            return Ok(Self { weight: Weight::Q8(matrices.collect::<Result<_>>()?), bias });
        }
        let weights = weights.into_iter().map(QMatMul::from_qtensor).collect::<Result<_>>()?;
        Ok(Self { weight: Weight::Quantized(weights), bias })
    }

    /// The weights, [outputs, inputs], in the numbers that the checkpoint has; quantised ones are the processor's alone.
    pub fn weight(&self) -> Result<Tensor> {
        match &self.weight {
            Weight::Plain(weight) => weight.t(),
            Weight::Stored(weight) => weight.tensor(),
            Weight::Q8(_) | Weight::Quantized(_) => bail!("quantised weights stay with the processor"),
        }
    }

    /// What is added to each row.
    pub fn bias(&self) -> Option<&[f32]> {
        self.bias.as_deref()
    }

    /// [rows, inputs] becomes [rows, outputs].
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = self.product(x)?;
        if let Some(bias) = &self.bias {
            host::edit(&y, |values| host::each_row(values, bias.len(), |_, row| host::sum(row, bias)))?;
        }
        Ok(y)
    }

    fn product(&self, x: &Tensor) -> Result<Tensor> {
        match &self.weight {
            Weight::Plain(weight) => x.matmul(weight),
            Weight::Stored(weight) => weight.product(x),
            Weight::Q8(matrices) => q8::product(matrices, x),
            Weight::Quantized(weights) => match &weights[..] {
                [weight] => weight.forward(x),
                weights => Tensor::cat(&weights.iter().map(|weight| weight.forward(x)).collect::<Result<Vec<_>>>()?, 1),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::kernels::quantize::Quantize;

    /// Numbers that look like any.
    fn numbers(rows: usize, columns: usize, seed: u32) -> Tensor {
        let number = |n: u32| (n.wrapping_mul(2_654_435) % 1009 + seed) as f32 / 500.0 - 1.0;
        Tensor::from_vec((0..(rows * columns) as u32).map(number).collect(), (rows, columns), &Device::Cpu).unwrap()
    }

    /// The greatest difference from the plain layer, as a part of its greatest output.
    fn error(quantize: Quantize, inputs: usize) -> f32 {
        let (weight, x) = (numbers(48, inputs, 1), numbers(3, inputs, 2));
        let kind = quantize.kind(&weight);
        let plain = Linear::plain(&weight, None).unwrap().forward(&x).unwrap();
        let found = Linear::quantized(kind, &weight, None).unwrap().forward(&x).unwrap();
        let most = |x: &Tensor| x.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
        most(&(found - &plain).unwrap()) / most(&plain)
    }

    #[test]
    fn fewer_bits_cost_little_and_something() {
        let cases = [
            (Quantize::Q8_0, 256, 0.02),
            (Quantize::Q8_0, 96, 0.02),
            (Quantize::Q8_0, 108, 0.02),
            (Quantize::Q4K, 512, 0.15),
        ];
        let all = cases.map(|(quantize, inputs, most)| (quantize, inputs, most, error(quantize, inputs)));
        let wrong: Vec<_> = all.iter().filter(|(_, _, most, error)| !(0.0001..*most).contains(error)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn rows_that_are_no_whole_blocks_of_four_bits_take_eight() {
        assert_eq!(Quantize::Q4K.kind(&numbers(4, 64, 1)), GgmlDType::Q8_0);
        assert_eq!(Quantize::Q4K.kind(&numbers(4, 512, 1)), GgmlDType::Q4K);
    }
}
