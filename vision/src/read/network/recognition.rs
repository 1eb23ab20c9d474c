//! The network that says which character stands in each column of a line: PP-OCRv6's small recogniser.

use super::activation::Activation;
use super::backbone::Backbone;
use super::convolution::Convolution;
use super::depthwise::Depthwise;
use super::kernel::Kernel;
use super::layers::Layers;
use super::map::Map;
use super::product::Product;
use super::sequence::{Attending, Norm, linear};
use crate::simd;

/// The most probable class of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    /// 0 is none.
    pub class: usize,
    /// How probable it is, 0 to 1.
    pub probability: f32,
}

/// The recogniser, ready to run.
pub struct Recognition {
    backbone: Backbone,
    /// To the channels of the sequence; this is added again at the end.
    beside: Convolution,
    narrow: Convolution,
    neighbours: Depthwise,
    blocks: Vec<Attending>,
    norm: Norm,
    classes: Product,
}

impl Recognition {
    pub(super) fn load(kernel: Kernel, layers: &mut Layers) -> Result<Self, String> {
        let backbone = Backbone::load(kernel, layers)?;
        let beside = Convolution::new(kernel, &layers.convolution()?, Activation::Silu);
        let narrow = Convolution::new(kernel, &layers.convolution()?, Activation::Silu);
        let neighbours = Depthwise::new(&layers.depthwise()?, Activation::Silu);
        let blocks = (0..2).map(|_| Attending::load(kernel, layers)).collect::<Result<_, _>>()?;
        let norm = Norm::new(&layers.norm()?, 1e-6);
        let classes = linear(kernel, layers, Activation::None)?;
        Ok(Self { backbone, beside, narrow, neighbours, blocks, norm, classes })
    }

    /// The most probable class of every eight columns. The picture is 48 pixels high.
    pub(super) fn run(&self, picture: &Map) -> Vec<Answer> {
        let seen = self.backbone.run(picture).pop().map(|map| map.means(map.height, 2));
        let Some(seen) = seen else { return Vec::new() };
        let mut rows = self.narrow.run(&seen, None);
        rows.add(&self.neighbours.run(&rows));
        let mut rows = rows.into_values();
        for block in &self.blocks {
            block.run(&mut rows);
        }
        let mut rows = self.norm.run(&rows);
        let beside = self.beside.run(&seen, None);
        rows.iter_mut().zip(&beside.values).for_each(|(value, more)| *value += more);
        self.most_probable(&rows)
    }

    fn most_probable(&self, rows: &[f32]) -> Vec<Answer> {
        let (together, inputs, classes) = (self.classes.together(), self.classes.inputs(), self.classes.outputs());
        let mut answers = Vec::with_capacity(rows.len() / inputs);
        let mut sums = Vec::new();
        for rows in rows.chunks(together * inputs) {
            sums.resize(rows.len() / inputs * classes, 0.0);
            self.classes.rows(rows, None, &mut sums);
            answers.extend(sums.chunks_exact(classes).map(greatest));
        }
        answers
    }
}

simd::wide! {
    /// The greatest, and its part of all (softmax).
    fn greatest(sums: &[f32]) -> Answer {
        let most = simd::greatest(sums);
        let class = sums.iter().position(|sum| *sum == most).unwrap_or(0);
        Answer { class, probability: 1.0 / simd::total(sums, |sum| simd::exp(sum - most)) }
    }
}
