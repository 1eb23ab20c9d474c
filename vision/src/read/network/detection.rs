//! The network that says of each pixel how probably it belongs to text: PP-OCRv6's small detector.

use super::activation::Activation;
use super::backbone::{Backbone, Gate};
use super::convolution::{Convolution, Doubling};
use super::depthwise::Depthwise;
use super::kernel::Kernel;
use super::layers::Layers;
use super::map::Map;

/// The detector, ready to run.
pub struct Detection {
    backbone: Backbone,
    /// To the same number of channels, the smallest picture first.
    lateral: Vec<Gated>,
    /// What is seen around each place, the smallest picture first.
    around: Vec<(Depthwise, Gated)>,
    head: Convolution,
    half: Doubling,
    whole: Doubling,
}

impl Detection {
    pub(super) fn load(kernel: Kernel, layers: &mut Layers) -> Result<Self, String> {
        /// Sizes that the neck looks at: a quarter of the picture's sides to a thirty-second.
        const SIZES: usize = 4;
        let backbone = Backbone::load(kernel, layers)?;
        let lateral = (0..SIZES).map(|_| Gated::load(kernel, layers)).collect::<Result<_, _>>()?;
        let around =
            |_| Ok::<_, String>((Depthwise::new(&layers.depthwise()?, Activation::None), Gated::load(kernel, layers)?));
        let around = (0..SIZES).map(around).collect::<Result<_, _>>()?;
        let head = Convolution::new(kernel, &layers.convolution()?, Activation::Relu);
        let half = Doubling::new(kernel, &layers.doubling()?, Activation::Relu);
        let whole = Doubling::new(kernel, &layers.doubling()?, Activation::Sigmoid);
        Ok(Self { backbone, lateral, around, head, half, whole })
    }

    /// Of each pixel the probability that it belongs to text. The picture's sides are multiples of 32.
    pub(super) fn run(&self, picture: &Map) -> Vec<f32> {
        let seen = self.backbone.run(picture);
        let mut levels: Vec<Map> = Vec::new();
        for (map, lateral) in seen.iter().rev().zip(&self.lateral) {
            let mut level = lateral.run(map);
            if let Some(smaller) = levels.last() {
                level.add(smaller);
            }
            levels.push(level);
        }
        drop(seen);
        let around = |(level, (around, gated)): (&Map, &(Depthwise, Gated))| gated.run(&around.run(level));
        let levels: Vec<Map> = levels.iter().zip(&self.around).map(around).collect();
        let all = Map::together(&levels.iter().collect::<Vec<_>>());
        self.whole.run(&self.half.run(&self.head.run(&all, None))).into_values()
    }
}

/// A product of the channels, and again as much of those that count.
struct Gated {
    product: Convolution,
    gate: Gate,
}

impl Gated {
    fn load(kernel: Kernel, layers: &mut Layers) -> Result<Self, String> {
        let product = Convolution::new(kernel, &layers.convolution()?, Activation::None);
        Ok(Self { product, gate: Gate::load(kernel, layers, 0.2)? })
    }

    fn run(&self, map: &Map) -> Map {
        let mut out = self.product.run(map, None);
        let factors: Vec<f32> = self.gate.run(&out).iter().map(|factor| 1.0 + factor).collect();
        out.scale(&factors);
        out
    }
}
