//! The part that both networks share (PP-LCNet's successor): a stem, then blocks that mix places, then channels.

use super::activation::Activation;
use super::convolution::Convolution;
use super::depthwise::Depthwise;
use super::kernel::Kernel;
use super::layers::Layers;
use super::map::Map;

/// From a picture to what is seen in it at several sizes.
pub(super) struct Backbone {
    stem: Stem,
    blocks: Vec<Block>,
}

impl Backbone {
    pub fn load(kernel: Kernel, layers: &mut Layers) -> Result<Self, String> {
        let stem = Stem::load(kernel, layers)?;
        let mut blocks = Vec::new();
        while layers.is_depthwise() {
            blocks.push(Block::load(kernel, layers)?);
        }
        Ok(Self { stem, blocks })
    }

    /// What is seen at the end, and, first, before each block that makes it smaller.
    pub fn run(&self, picture: &Map) -> Vec<Map> {
        let mut seen = Vec::new();
        let mut map = self.stem.run(picture);
        for block in &self.blocks {
            let next = block.run(&map);
            if (next.height, next.width) != (map.height, map.width) {
                seen.push(map);
            }
            map = next;
        }
        seen.push(map);
        seen
    }
}

/// Half the sides, seen in two ways, then half of them again.
struct Stem {
    first: Convolution,
    fine: [Convolution; 2],
    second: Convolution,
    last: Convolution,
}

impl Stem {
    fn load(kernel: Kernel, layers: &mut Layers) -> Result<Self, String> {
        let mut next = || Ok::<_, String>(Convolution::new(kernel, &layers.convolution()?, Activation::Relu));
        Ok(Self { first: next()?, fine: [next()?, next()?], second: next()?, last: next()? })
    }

    fn run(&self, picture: &Map) -> Map {
        let first = self.first.run(picture, None);
        let fine = self.fine[1].run(&self.fine[0].run(&first, None), None);
        let both = Map::together(&[&first.greatest_of_four(), &fine]);
        self.last.run(&self.second.run(&both, None), None)
    }
}

/// Neighbours of the same channel, then all channels of the same place.
struct Block {
    places: Depthwise,
    gate: Option<Gate>,
    widen: Convolution,
    narrow: Convolution,
    /// Whether what goes into the channels' part is added to what comes out of it.
    adds: bool,
}

impl Block {
    fn load(kernel: Kernel, layers: &mut Layers) -> Result<Self, String> {
        let channels = layers.outputs();
        let places = Depthwise::new(&layers.depthwise()?, Activation::None);
        let gate = if layers.outputs() < channels { Some(Gate::load(kernel, layers, 1.0 / 6.0)?) } else { None };
        let widen = Convolution::new(kernel, &layers.convolution()?, Activation::Gelu);
        let narrow = Convolution::new(kernel, &layers.convolution()?, Activation::None);
        let adds = narrow.outputs() == channels;
        Ok(Self { places, gate, widen, narrow, adds })
    }

    fn run(&self, input: &Map) -> Map {
        let mut map = self.places.run(input);
        if let Some(gate) = &self.gate {
            let factors = gate.run(&map);
            map.scale(&factors);
        }
        self.narrow.run(&self.widen.run(&map, None), self.adds.then_some(&map))
    }
}

/// How much each channel counts, from its mean (squeeze and excitation).
pub(super) struct Gate {
    squeeze: Convolution,
    excite: Convolution,
}

impl Gate {
    /// With the slope of its last activation: it is not the same everywhere.
    pub fn load(kernel: Kernel, layers: &mut Layers, slope: f32) -> Result<Self, String> {
        let squeeze = Convolution::new(kernel, &layers.convolution()?, Activation::Relu);
        let excite = Convolution::new(kernel, &layers.convolution()?, Activation::HardSigmoid(slope));
        Ok(Self { squeeze, excite })
    }

    /// A factor for each channel.
    pub fn run(&self, map: &Map) -> Vec<f32> {
        self.excite.run(&self.squeeze.run(&map.mean(), None), None).into_values()
    }
}
