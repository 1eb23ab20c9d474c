//! Text weights from a GGUF file in a checkpoint's folder: they are quantised already, and called by other names.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use candle_core::quantized::gguf_file::{Content, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};

use crate::EngineError;

/// The architectures whose text model this is.
const ARCHITECTURES: [&str; 2] = ["qwen2vl", "qwen3vl"];

/// What can stand before the names of the text model's weights.
const ROOTS: [&str; 4] = ["model.language_model.", "language_model.model.", "language_model.", "model."];

/// The names of weights outside the layers, and what GGUF calls them.
const OUTER: [(&str, &str); 3] = [("embed_tokens", "token_embd"), ("norm", "output_norm"), ("lm_head", "output")];

/// The names of weights in a layer, and what GGUF calls them.
const INNER: [(&str, &str); 11] = [
    ("input_layernorm", "attn_norm"),
    ("post_attention_layernorm", "ffn_norm"),
    ("self_attn.q_proj", "attn_q"),
    ("self_attn.k_proj", "attn_k"),
    ("self_attn.v_proj", "attn_v"),
    ("self_attn.o_proj", "attn_output"),
    ("self_attn.q_norm", "attn_q_norm"),
    ("self_attn.k_norm", "attn_k_norm"),
    ("mlp.gate_proj", "ffn_gate"),
    ("mlp.up_proj", "ffn_up"),
    ("mlp.down_proj", "ffn_down"),
];

/// A GGUF file with the weights of a text model.
pub(crate) struct Gguf {
    path: PathBuf,
    content: Content,
    file: Mutex<BufReader<File>>,
}

impl Gguf {
    /// The only one in the folder that is no file of pictures' weights, if there is one.
    pub fn of_folder(folder: &Path) -> Result<Option<Self>, EngineError> {
        let Ok(entries) = std::fs::read_dir(folder) else { return Ok(None) };
        let is_text = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            name.ends_with(".gguf") && !name.contains("mmproj")
        };
        let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_text).collect();
        paths.sort();
        match &paths[..] {
            [] => Ok(None),
            [path] => Self::open(path).map(Some),
            [path, other, ..] => {
                let reason = format!("{} holds text weights too: keep one of them", other.display());
                Err(EngineError::Malformed { path: path.clone(), reason })
            }
        }
    }

    fn open(path: &Path) -> Result<Self, EngineError> {
        let unreadable = |e: std::io::Error| EngineError::Unreadable { path: path.to_owned(), reason: e.to_string() };
        let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
        let content = Content::read(&mut file).map_err(|e| EngineError::broken(path, &e))?;
        let found = match content.metadata.get("general.architecture") {
            Some(Value::String(name)) => name.clone(),
            _ => String::new(),
        };
        if !ARCHITECTURES.contains(&found.as_str()) {
            let what = format!("a GGUF file of the architecture \"{found}\"");
            return Err(EngineError::Unsupported { path: path.to_owned(), what });
        }
        Ok(Self { path: path.to_owned(), content, file: Mutex::new(file) })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of all its weights.
    pub fn bytes(&self) -> u64 {
        let bytes = |kind: GgmlDType, numbers: usize| numbers / kind.block_size() * kind.type_size();
        let infos = self.content.tensor_infos.values();
        infos.map(|info| bytes(info.ggml_dtype, info.shape.elem_count()) as u64).sum()
    }

    /// Whether it has the weight that checkpoints call this.
    pub fn has(&self, name: &str) -> bool {
        named(name).is_some_and(|name| self.content.tensor_infos.contains_key(&name))
    }

    /// The weight that checkpoints call this, as it is stored.
    pub fn weight(&self, name: &str, shape: &[usize]) -> Result<QTensor, EngineError> {
        let missing = || EngineError::MissingWeight { name: name.to_owned(), folder: self.path.clone() };
        let own = named(name).ok_or_else(missing)?;
        let info = self.content.tensor_infos.get(&own).ok_or_else(missing)?;
        if info.shape.dims() != shape {
            let found = info.shape.dims().to_vec();
            return Err(EngineError::WrongShape { name: own, found, expected: shape.to_vec() });
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let read = self.content.tensor(&mut *file, &own, &Device::Cpu);
        read.map_err(|e| EngineError::broken(&self.path, &e))
    }

    /// The weight's numbers.
    pub fn tensor(&self, name: &str, shape: &[usize]) -> Result<Tensor, EngineError> {
        Ok(self.weight(name, shape)?.dequantize(&Device::Cpu)?)
    }
}

/// What GGUF calls a weight of a text model; none where it is no such weight.
fn named(name: &str) -> Option<String> {
    let name = ROOTS.iter().find_map(|root| name.strip_prefix(root)).unwrap_or(name);
    let (name, kind) = name.rsplit_once('.')?;
    let translated =
        |table: &[(&str, &'static str)], name: &str| table.iter().find(|(own, _)| *own == name).map(|e| e.1);
    match name.strip_prefix("layers.") {
        Some(rest) => {
            let (number, part) = rest.split_once('.')?;
            Some(format!("blk.{number}.{}.{kind}", translated(&INNER, part)?))
        }
        None => Some(format!("{}.{kind}", translated(&OUTER, name)?)),
    }
}

#[cfg(test)]
mod tests {
    use candle_core::quantized::gguf_file;
    use tempfile::TempDir;

    use super::*;
    use crate::tests::goldens::{conversation, folder};
    use crate::{Engine, LoadOptions, Message, Params, Quantize, Role};

    /// How weights are stored in a file that a test writes.
    type Kind = fn(&str) -> GgmlDType;

    /// The tiny checkpoint of Qwen2.5-VL with its text weights in a GGUF file of this architecture.
    fn checkpoint(architecture: &str, kind: Kind) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        let mut text = Vec::new();
        for file in std::fs::read_dir(folder("qwen2_5_vl")).unwrap().map(Result::unwrap) {
            let name = file.file_name().to_string_lossy().into_owned();
            if name.starts_with("golden-") {
                continue;
            }
            if !name.ends_with(".safetensors") {
                std::fs::copy(file.path(), copy.path().join(name)).unwrap();
                continue;
            }
            let all = candle_core::safetensors::load(file.path(), &Device::Cpu).unwrap();
            let (words, pictures): (Vec<_>, Vec<_>) = all.into_iter().partition(|(name, _)| named(name).is_some());
            text.extend(words.into_iter().map(|(name, tensor)| {
                let kind = if tensor.rank() == 2 { kind(&name) } else { GgmlDType::F32 };
                (
                    named(&name).unwrap(),
                    QTensor::quantize(&tensor.to_dtype(candle_core::DType::F32).unwrap(), kind).unwrap(),
                )
            }));
            // A file that held nothing else is not needed.
            if !pictures.is_empty() {
                let pictures = pictures.into_iter().collect();
                candle_core::safetensors::save(&pictures, copy.path().join(name)).unwrap();
            }
        }
        let architecture = Value::String(architecture.to_owned());
        let tensors: Vec<_> = text.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
        let mut file = File::create(copy.path().join("text.gguf")).unwrap();
        gguf_file::write(&mut file, &[("general.architecture", &architecture)], &tensors).unwrap();
        copy
    }

    fn answer(folder: &Path, options: &LoadOptions) -> Vec<u32> {
        said(folder, options, &conversation("one"))
    }

    fn said(folder: &Path, options: &LoadOptions, messages: &[Message]) -> Vec<u32> {
        let engine = Engine::load(folder, options).unwrap();
        let mut session = engine.session();
        let mut answer = session.generate(messages, &Params { max_tokens: 48, ..Params::default() }).unwrap();
        answer.until(|_| false).unwrap();
        answer.tokens().to_vec()
    }

    fn refused(folder: &Path, options: &LoadOptions) -> String {
        Engine::load(folder, options).err().unwrap().to_string()
    }

    #[test]
    fn answers_are_those_of_the_same_weights_quantised_while_loading() {
        let quantize = LoadOptions { quantize: Some(Quantize::Q8_0), ..LoadOptions::default() };
        let exact = checkpoint("qwen2vl", |_| GgmlDType::F32);
        assert_eq!(
            answer(exact.path(), &LoadOptions::default()),
            answer(&folder("qwen2_5_vl"), &LoadOptions::default())
        );
        // The engine leaves the embedding as it is, and the file the tower: so there is no picture.
        let mixed = checkpoint("qwen2vl", |name| match name.contains("embed_tokens") {
            true => GgmlDType::F32,
            false => GgmlDType::Q8_0,
        });
        let text = [Message::text(Role::User, "Where is the button?")];
        let found = said(mixed.path(), &LoadOptions::default(), &text);
        assert_eq!(found, said(&folder("qwen2_5_vl"), &quantize, &text));
        let all = checkpoint("qwen2vl", |_| GgmlDType::Q8_0);
        assert_eq!(answer(all.path(), &LoadOptions::default()).len(), 48);
    }

    #[test]
    fn what_cannot_be_used_is_refused() {
        let quantize = LoadOptions { quantize: Some(Quantize::Q8_0), ..LoadOptions::default() };
        let plain = LoadOptions::default();
        let good = checkpoint("qwen2vl", |_| GgmlDType::Q8_0);
        assert!(refused(good.path(), &quantize).contains("are quantised already\nhint: leave --quantize out"));
        let llama = checkpoint("llama", |_| GgmlDType::Q8_0);
        assert!(refused(llama.path(), &plain).contains("the architecture \"llama\" is not supported"));
        let path = good.path().join("text.gguf");
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(good.path().join("more.gguf"), &bytes).unwrap();
        assert!(refused(good.path(), &plain).contains("text.gguf holds text weights too: keep one of them"));
        std::fs::remove_file(good.path().join("more.gguf")).unwrap();
        for len in [0, 7, 100, bytes.len() / 2, bytes.len() - 33] {
            std::fs::write(&path, &bytes[..len]).unwrap();
            let said = refused(good.path(), &plain);
            assert!(said.contains("text.gguf is not whole") && said.contains("hint:"), "{len}: {said}");
        }
    }

    #[test]
    fn weights_have_their_names_in_both() {
        let cases = [
            ("model.language_model.layers.12.self_attn.q_proj.bias", Some("blk.12.attn_q.bias")),
            ("model.layers.0.post_attention_layernorm.weight", Some("blk.0.ffn_norm.weight")),
            ("model.norm.weight", Some("output_norm.weight")),
            ("language_model.lm_head.weight", Some("output.weight")),
            ("lm_head.weight", Some("output.weight")),
            ("model.embed_tokens.weight", Some("token_embd.weight")),
            ("visual.blocks.0.norm1.weight", None),
            ("model.layers.0.mlp.gate.weight", None),
        ];
        for (name, own) in cases {
            assert_eq!(named(name).as_deref(), own, "{name}");
        }
    }
}
