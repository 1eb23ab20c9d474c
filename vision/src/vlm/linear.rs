//! Linear layers: a matrix of weights, plain or quantised, and perhaps a bias.

use candle_core::quantized::{GgmlDType, QMatMul, QTensor};
use candle_core::{Module as _, Result, Tensor};

use super::host;

/// y = x · Wᵀ + b
pub(super) struct Linear {
    weight: Weight,
    bias: Option<Vec<f32>>,
}

enum Weight {
    /// Transposed: [inputs, outputs], a view of what is stored output by output.
    Plain(Tensor),
    Quantized(QMatMul),
}

impl Linear {
    /// A layer with plain weights of shape [outputs, inputs].
    pub fn plain(weight: &Tensor, bias: Option<Vec<f32>>) -> Result<Self> {
        Ok(Self { weight: Weight::Plain(weight.t()?), bias })
    }

    /// A layer whose weights of shape [outputs, inputs] are quantised now.
    pub fn quantized(kind: GgmlDType, weight: &Tensor, bias: Option<Vec<f32>>) -> Result<Self> {
        let weight = QMatMul::from_qtensor(QTensor::quantize(weight, kind)?)?;
        Ok(Self { weight: Weight::Quantized(weight), bias })
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
            Weight::Quantized(weight) => weight.forward(x),
        }
    }
}
