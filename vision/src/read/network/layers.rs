//! The layers of a network as an ONNX file stores them, in order, with what follows each folded in.

use std::collections::HashMap;
use std::path::Path;

use rten_onnx::onnx::{ModelProto, NodeProto, TensorProto};

use super::convolution::ConvShape;

/// The layers of a file that are still to be taken.
pub(super) struct Layers {
    layers: std::collections::VecDeque<(LayerKind, LayerWeights)>,
    /// The lines of the file's list of characters, where it has one.
    pub characters: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LayerKind {
    Convolution,
    Depthwise,
    Doubling,
    Linear,
    Norm,
}

/// The numbers of a layer.
#[derive(Debug, Clone)]
pub(super) struct LayerWeights {
    /// Channels that go in.
    pub inputs: usize,
    pub window: ConvShape,
    /// For each output: for each place of the window, the weight of every channel that goes in.
    pub values: Vec<f32>,
    /// One for each output.
    pub bias: Vec<f32>,
}

impl Layers {
    /// Reads a file.
    ///
    /// # Errors
    /// What is not as it must be, in words.
    pub fn open(path: &Path) -> Result<Self, String> {
        let file = std::fs::File::open(path).map_err(|e| e.to_string())?;
        let model = ModelProto::parse_file(file).map_err(|e| e.to_string())?;
        let character = model.metadata_props.iter().find(|entry| entry.key.as_deref() == Some("character"));
        let characters = character.and_then(|entry| entry.value.as_deref()).unwrap_or_default();
        let characters = characters.lines().map(str::to_owned).collect();
        let graph = model.graph.ok_or("the file has no graph")?;
        let constants = graph.initializer.iter().filter_map(|tensor| Some((tensor.name.as_deref()?, tensor))).collect();
        let mut found = Found { constants, made_by: HashMap::new(), layers: Vec::new() };
        for node in &graph.node {
            found.node(node)?;
        }
        Ok(Self { layers: found.layers.into(), characters })
    }

    /// The next layer, which is a convolution of all channels with all.
    pub fn convolution(&mut self) -> Result<LayerWeights, String> {
        self.take(LayerKind::Convolution)
    }

    /// The next layer, which is a convolution of each channel with itself.
    pub fn depthwise(&mut self) -> Result<LayerWeights, String> {
        self.take(LayerKind::Depthwise)
    }

    /// The next layer, which makes four pixels of one.
    pub fn doubling(&mut self) -> Result<LayerWeights, String> {
        self.take(LayerKind::Doubling)
    }

    /// The next layer, which multiplies rows.
    pub fn linear(&mut self) -> Result<LayerWeights, String> {
        self.take(LayerKind::Linear)
    }

    /// The next layer, which scales rows to the same spread.
    pub fn norm(&mut self) -> Result<LayerWeights, String> {
        self.take(LayerKind::Norm)
    }

    /// Whether the next layer is a convolution of each channel with itself.
    pub fn is_depthwise(&self) -> bool {
        self.layers.front().is_some_and(|(kind, _)| *kind == LayerKind::Depthwise)
    }

    /// Channels that come out of the next layer.
    pub fn outputs(&self) -> usize {
        self.layers.front().map_or(0, |(_, weights)| weights.bias.len())
    }

    /// How many are left.
    pub fn left(&self) -> usize {
        self.layers.len()
    }

    fn take(&mut self, wanted: LayerKind) -> Result<LayerWeights, String> {
        match self.layers.pop_front() {
            Some((kind, weights)) if kind == wanted => Ok(weights),
            other => Err(format!("{wanted:?} was to come, not {:?}", other.map(|(kind, _)| kind))),
        }
    }
}

struct Found<'a> {
    constants: HashMap<&'a str, &'a TensorProto>,
    /// For values that a layer, or what was folded into it, gives: which.
    made_by: HashMap<&'a str, Made<'a>>,
    layers: Vec<(LayerKind, LayerWeights)>,
}

#[derive(Clone, Copy)]
enum Made<'a> {
    /// Another name for this value.
    Same(&'a str),
    /// By the layer at this place.
    By(usize),
    /// The quotient that a norm multiplies.
    Quotient,
}

impl<'a> Found<'a> {
    /// Takes a node for a layer, or for what is folded into one; any other computes something between layers.
    fn node(&mut self, node: &'a NodeProto) -> Result<(), String> {
        let inputs: Vec<&'a str> = node.input.iter().map(|name| self.resolved(name)).collect();
        let (Some(output), Some(&first)) = (node.output.first(), inputs.first()) else { return Ok(()) };
        let constants: Vec<&'a TensorProto> =
            inputs[1..].iter().filter_map(|name| self.constants.get(name).copied()).collect();
        let made =
            match (node.op_type.as_deref().unwrap_or_default(), constants.as_slice(), self.made_by.get(first).copied())
            {
                ("Identity", ..) => Some(Made::Same(first)),
                ("Div", ..) => Some(Made::Quotient),
                (operation @ ("Conv" | "ConvTranspose" | "MatMul"), &[weights, ..], _) => {
                    Some(self.push(layer(node, operation, weights)?))
                }
                ("Mul", &[scale], Some(Made::Quotient)) => norm(numbers(scale)?).map(|layer| self.push(layer)),
                ("BatchNormalization", &[scale, shift, mean, variance], Some(Made::By(at))) => {
                    let epsilon = attribute(node, "epsilon").and_then(|found| found.f).unwrap_or(1e-5);
                    let four = [numbers(scale)?, numbers(shift)?, numbers(mean)?, numbers(variance)?];
                    self.layers[at].1.normalise(&four, epsilon);
                    Some(Made::By(at))
                }
                ("Add", &[bias], Some(Made::By(at))) => {
                    self.layers[at].1.add(&numbers(bias)?)?;
                    Some(Made::By(at))
                }
                _ => None,
            };
        if let Some(made) = made {
            self.made_by.insert(output, made);
        }
        Ok(())
    }

    fn push(&mut self, layer: (LayerKind, LayerWeights)) -> Made<'a> {
        self.layers.push(layer);
        Made::By(self.layers.len() - 1)
    }

    fn resolved(&self, mut name: &'a str) -> &'a str {
        while let Some(Made::Same(other)) = self.made_by.get(name) {
            name = other;
        }
        name
    }
}

/// A norm with this scale; a quotient that is only multiplied by one number is none.
fn norm(scale: Vec<f32>) -> Option<(LayerKind, LayerWeights)> {
    let window = ConvShape { height: 1, width: 1, stride: (1, 1) };
    let bias = vec![0.0; scale.len()];
    let weights = LayerWeights { inputs: scale.len(), window, values: scale, bias };
    (weights.inputs > 1).then_some((LayerKind::Norm, weights))
}

impl LayerWeights {
    /// Folds in the scale and the shift that a batch's statistics gave.
    fn normalise(&mut self, four: &[Vec<f32>; 4], epsilon: f32) {
        let [scale, shift, mean, variance] = four;
        let each = self.values.len() / self.bias.len();
        for (n, bias) in self.bias.iter_mut().enumerate() {
            let factor = scale[n] / (variance[n] + epsilon).sqrt();
            self.values[n * each..(n + 1) * each].iter_mut().for_each(|weight| *weight *= factor);
            *bias = (*bias - mean[n]) * factor + shift[n];
        }
    }

    /// Adds to the bias; what is given for a channel counts for each pixel that it becomes.
    fn add(&mut self, more: &[f32]) -> Result<(), String> {
        if more.is_empty() || !self.bias.len().is_multiple_of(more.len()) {
            return Err(format!("a bias of {} for {} channels", more.len(), self.bias.len()));
        }
        self.bias.iter_mut().zip(more.iter().cycle()).for_each(|(bias, more)| *bias += more);
        Ok(())
    }
}

fn layer(node: &NodeProto, operation: &str, weights: &TensorProto) -> Result<(LayerKind, LayerWeights), String> {
    let values = numbers(weights)?;
    let sides: Vec<usize> = weights.dims.iter().map(|side| usize::try_from(*side).unwrap_or(0)).collect();
    let strides = attribute(node, "strides").map(|found| found.ints.as_slice()).unwrap_or_default();
    let stride = |at: usize| strides.get(at).and_then(|stride| usize::try_from(*stride).ok()).unwrap_or(1).max(1);
    let stride = (stride(0), stride(1));
    let group = attribute(node, "group").and_then(|found| found.i).unwrap_or(1);
    let one = ConvShape { height: 1, width: 1, stride: (1, 1) };
    let (kind, inputs, outputs, window, values) = match (operation, sides.as_slice()) {
        ("MatMul", &[inputs, outputs]) => {
            (LayerKind::Linear, inputs, outputs, one, moved(&values, [1, inputs, outputs], [2, 0, 1]))
        }
        ("Conv", &[outputs, 1, height, width]) if group > 1 => {
            (LayerKind::Depthwise, 1, outputs, ConvShape { height, width, stride }, values)
        }
        ("Conv", &[outputs, inputs, height, width]) if group == 1 => {
            let values = moved(&values, [outputs, inputs, height * width], [0, 2, 1]);
            (LayerKind::Convolution, inputs, outputs, ConvShape { height, width, stride }, values)
        }
        ("ConvTranspose", &[inputs, outputs, 2, 2]) if stride == (2, 2) => {
            (LayerKind::Doubling, inputs, outputs * 4, one, moved(&values, [inputs, outputs, 4], [2, 1, 0]))
        }
        _ => return Err(format!("{operation} of {sides:?} is not known")),
    };
    Ok((kind, LayerWeights { inputs, window, values, bias: vec![0.0; outputs] }))
}

/// The numbers of a block with its sides in another order.
fn moved(values: &[f32], sides: [usize; 3], order: [usize; 3]) -> Vec<f32> {
    let steps = [sides[1] * sides[2], sides[2], 1];
    let [a, b, c] = order;
    let mut out = Vec::with_capacity(values.len());
    for i in 0..sides[a] {
        for j in 0..sides[b] {
            out.extend((0..sides[c]).map(|k| values[i * steps[a] + j * steps[b] + k * steps[c]]));
        }
    }
    out
}

fn attribute<'a>(node: &'a NodeProto, name: &str) -> Option<&'a rten_onnx::onnx::AttributeProto> {
    node.attribute.iter().find(|attribute| attribute.name.as_deref() == Some(name))
}

fn numbers(tensor: &TensorProto) -> Result<Vec<f32>, String> {
    let name = tensor.name.as_deref().unwrap_or_default();
    let count: i64 = tensor.dims.iter().product();
    let values: Vec<f32> = match &tensor.raw_data {
        Some(bytes) => bytes.borrow().as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect(),
        None => tensor.float_data.clone(),
    };
    if usize::try_from(count).ok() != Some(values.len()) {
        return Err(format!("{name} has {} numbers and not {count}", values.len()));
    }
    Ok(values)
}
