//! A checkpoint's weights: its files mapped into memory, each weight found under the names that checkpoints have for it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::safetensors::MmapedSafetensors;
use candle_core::{DType, Device, Tensor};
use safetensors::tensor::TensorView;

use super::files;
use super::gguf::Gguf;
use crate::EngineError;
use crate::kernels::linear::Linear;
use crate::kernels::quantize::Quantize;
use crate::kernels::stored::{Store, Stored};

/// All files of weights of a checkpoint.
pub(crate) struct Weights {
    folder: PathBuf,
    shards: Vec<MmapedSafetensors>,
    /// For each weight, the file that has it.
    places: HashMap<String, usize>,
    /// Text weights that count in place of those in the files.
    gguf: Option<Gguf>,
}

impl Weights {
    /// Maps the checkpoint's files; nothing is read yet but where each weight lies.
    pub fn open(folder: &Path) -> Result<Self, EngineError> {
        let gguf = Gguf::of_folder(folder)?;
        let shards = shards(folder, gguf.is_some())?;
        let mut weights = Self { folder: folder.to_owned(), shards: Vec::new(), places: HashMap::new(), gguf };
        for path in shards {
            let shard = open(&path)?;
            let names = shard.tensors().into_iter().map(|(name, _)| name);
            weights.places.extend(names.map(|name| (name, weights.shards.len())));
            weights.shards.push(shard);
        }
        Ok(weights)
    }

    /// The weights whose names begin with one of these: checkpoints differ in what stands before the same names.
    pub fn part(self: &Arc<Self>, roots: &[&str]) -> WeightsPart<'_> {
        WeightsPart { weights: self, roots: roots.iter().map(|root| (*root).to_owned()).collect(), quantize: None }
    }

    /// The file of text weights that are quantised already.
    pub fn gguf(&self) -> Option<&Gguf> {
        self.gguf.as_ref()
    }

    /// Numbers of all weights in the checkpoint's own files together.
    pub fn count(&self) -> u64 {
        let all = self.shards.iter().flat_map(MmapedSafetensors::tensors);
        all.map(|(_, view)| view.shape().iter().product::<usize>() as u64).sum()
    }

    /// Whether all weights are stored as bf16.
    pub fn is_bf16(&self) -> bool {
        self.shards
            .iter()
            .flat_map(MmapedSafetensors::tensors)
            .all(|(_, view)| view.dtype() == safetensors::Dtype::BF16)
    }

    /// A weight as it is stored, by its whole name.
    pub fn view(&self, name: &str) -> Option<TensorView<'_>> {
        self.shards[*self.places.get(name)?].get(name).ok()
    }
}

impl Store for Weights {
    fn bf16(&self, name: &str) -> Option<&[u8]> {
        let view = self.view(name).filter(|view| view.dtype() == safetensors::Dtype::BF16)?;
        Some(view.data())
    }
}

/// The files that the index names, or the only one. Where text weights come from elsewhere, those that hold nothing else
/// may be absent.
fn shards(folder: &Path, may_be_fewer: bool) -> Result<Vec<PathBuf>, EngineError> {
    let index = folder.join("model.safetensors.index.json");
    let Some(value) = files::json_if_there(&index)? else {
        let only = folder.join("model.safetensors");
        let missing = EngineError::NotACheckpoint { folder: folder.to_owned(), missing: "model.safetensors" };
        return if only.exists() { Ok(vec![only]) } else { Err(missing) };
    };
    let fields = files::Fields::new(&index, value);
    let map: HashMap<String, String> = fields.or("weight_map", HashMap::new())?;
    let mut names: Vec<String> = map.into_values().collect();
    names.sort();
    names.dedup();
    let all = names.into_iter().map(|name| shard(folder, &index, &name, &fields));
    all.filter(|shard| !(may_be_fewer && matches!(shard, Err(EngineError::MissingShard { .. })))).collect()
}

/// A file that the index names: one beside it, never elsewhere.
fn shard(folder: &Path, index: &Path, name: &str, fields: &files::Fields) -> Result<PathBuf, EngineError> {
    if Path::new(name).file_name().is_none_or(|file| file != name) {
        return Err(fields.wrong(format!("{name:?} is not the name of a file beside it")));
    }
    let path = folder.join(name);
    if path.exists() { Ok(path) } else { Err(EngineError::MissingShard { path, index: index.to_owned() }) }
}

fn open(path: &Path) -> Result<MmapedSafetensors, EngineError> {
    // SAFETY: the map is only read; that no other program cuts the file off meanwhile is what every user of mapped
    // files relies on.
    let shard = unsafe { MmapedSafetensors::new(path) };
    shard.map_err(|e| EngineError::broken(path, &e))
}

/// The weights of a part of the model.
pub(crate) struct WeightsPart<'a> {
    weights: &'a Arc<Weights>,
    /// The names that the part can have.
    roots: Vec<String>,
    /// How matrices of linear layers are stored; as they are in the files where this is none.
    quantize: Option<Quantize>,
}

impl<'a> WeightsPart<'a> {
    /// A part of this part.
    pub fn at(&self, name: &str) -> Self {
        let roots = self.roots.iter().map(|root| below(root, name)).collect();
        Self { weights: self.weights, roots, quantize: self.quantize }
    }

    /// The same part with its matrices quantised.
    pub fn quantized(self, quantize: Option<Quantize>) -> Self {
        Self { quantize, ..self }
    }

    fn find(&self, name: &str) -> Result<(String, TensorView<'a>), EngineError> {
        let names = self.roots.iter().map(|root| below(root, name));
        let found = names.clone().find_map(|name| Some((self.weights.view(&name)?, name)));
        let missing = || names.clone().next().unwrap_or_default();
        found
            .map(|(view, name)| (name, view))
            .ok_or_else(|| EngineError::MissingWeight { name: missing(), folder: self.weights.folder.clone() })
    }

    /// The shape of a weight as it is stored.
    pub fn shape(&self, name: &str) -> Result<Vec<usize>, EngineError> {
        Ok(self.find(name)?.1.shape().to_vec())
    }

    /// The GGUF file that has a weight, and the weight's whole name.
    pub fn in_gguf(&self, name: &str) -> Option<(&'a Gguf, String)> {
        let gguf = self.weights.gguf.as_ref()?;
        let names = self.roots.iter().map(|root| below(root, name));
        names.into_iter().find(|name| gguf.has(name)).map(|name| (gguf, name))
    }

    /// A weight of that shape, in f32.
    pub fn tensor(&self, name: &str, shape: &[usize]) -> Result<Tensor, EngineError> {
        if let Some((gguf, name)) = self.in_gguf(name) {
            return gguf.tensor(&name, shape);
        }
        let (_, view) = self.find_stored(name, shape)?;
        Ok(load(&view)?)
    }

    /// A weight of that shape as it is stored, with its whole name.
    pub fn find_stored(&self, name: &str, shape: &[usize]) -> Result<(String, TensorView<'a>), EngineError> {
        let (name, view) = self.find(name)?;
        if view.shape() != shape {
            let found = view.shape().to_vec();
            return Err(EngineError::WrongShape { name, found, expected: shape.to_vec() });
        }
        Ok((name, view))
    }

    /// A weight's numbers, row by row.
    pub fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EngineError> {
        Ok(self.tensor(name, shape)?.flatten_all()?.to_vec1()?)
    }

    /// The linear layer of that name.
    pub fn linear(&self, name: &str, inputs: usize, outputs: usize, bias: bool) -> Result<Linear, EngineError> {
        self.joined(&[(name, outputs)], inputs, bias)
    }

    /// Several linear layers of the same input as one, their outputs one after the other.
    pub fn joined(&self, parts: &[(&str, usize)], inputs: usize, bias: bool) -> Result<Linear, EngineError> {
        let biases = bias.then(|| self.biases(parts)).transpose()?;
        let quantized = parts.iter().map(|(name, outputs)| {
            let (gguf, name) = self.in_gguf(&format!("{name}.weight"))?;
            Some(gguf.weight(&name, &[*outputs, inputs]))
        });
        if let Some(quantized) = quantized.collect::<Option<Vec<_>>>() {
            return Ok(Linear::joined(quantized.into_iter().collect::<Result<_, _>>()?, biases)?);
        }
        let names = parts
            .iter()
            .map(|(name, outputs)| Ok((self.find_stored(&format!("{name}.weight"), &[*outputs, inputs])?.0, *outputs)));
        let names = names.collect::<Result<Vec<_>, EngineError>>()?;
        if self.quantize.is_none()
            && let Some(stored) = Stored::new(Arc::clone(self.weights) as Arc<dyn Store>, names, inputs)
        {
            return Ok(Linear::stored(stored, biases));
        }
        let weights = parts.iter().map(|(name, outputs)| self.tensor(&format!("{name}.weight"), &[*outputs, inputs]));
        let weights = weights.collect::<Result<Vec<_>, _>>()?;
        let weight = if let [weight] = &weights[..] { weight.clone() } else { Tensor::cat(&weights, 0)? };
        drop(weights);
        self.layer(&weight, biases)
    }

    fn biases(&self, parts: &[(&str, usize)]) -> Result<Vec<f32>, EngineError> {
        let all = parts.iter().map(|(name, outputs)| self.numbers(&format!("{name}.bias"), &[*outputs]));
        Ok(all.collect::<Result<Vec<_>, _>>()?.concat())
    }

    /// A linear layer of these weights, quantised where this part's are.
    pub fn layer(&self, weight: &Tensor, bias: Option<Vec<f32>>) -> Result<Linear, EngineError> {
        match self.quantize {
            Some(quantize) => Ok(Linear::quantized(quantize.kind(weight), weight, bias)?),
            None => Ok(Linear::plain(weight, bias)?),
        }
    }
}

/// A name below another, which may be empty.
fn below(root: &str, name: &str) -> String {
    if root.is_empty() { name.to_owned() } else { format!("{root}.{name}") }
}

fn load(view: &TensorView<'_>) -> candle_core::Result<Tensor> {
    use candle_core::safetensors::Load as _;
    view.load(&Device::Cpu)?.to_dtype(DType::F32)
}
