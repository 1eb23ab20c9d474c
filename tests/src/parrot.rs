//! A real checkpoint that always gives one answer: its text layers add nothing, so that only the last token decides the
//! next one. For tests of what surrounds a model; the pictures are encoded and the prompt is read like any.

use std::error::Error;
use std::fs;
use std::path::Path;

use candle_core::{DType, Device, Tensor, safetensors};
use serde_json::{Value, json};

/// The token that the answer becomes, one that the tiny checkpoints leave free.
const ANSWER: usize = 285;

/// The token that ends an answer.
const END: usize = 278;

/// Writes a checkpoint that answers `answer`; all else comes from `texts`, a tiny checkpoint of Qwen2.5-VL.
///
/// # Errors
/// What goes wrong with a file.
pub fn write(folder: &Path, texts: &Path, answer: &str) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(texts)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match name.as_str() {
            "tokenizer.json" => {}
            name if name.starts_with("golden") => {}
            name if name.ends_with(".safetensors") => {
                let last = newline(&json_of(&texts.join("tokenizer.json"))?)?;
                let mut all = safetensors::load(&path, &Device::Cpu)?;
                for (name, tensor) in &mut all {
                    *tensor = changed(name, tensor, last)?;
                }
                safetensors::save(&all, folder.join(name))?;
            }
            name => drop(fs::copy(&path, folder.join(name))?),
        }
    }
    let mut tokenizer = json_of(&texts.join("tokenizer.json"))?;
    if let Some(added) = tokenizer["added_tokens"].as_array_mut() {
        added.push(json!({
            "id": ANSWER, "content": answer, "special": false, "normalized": false,
            "single_word": false, "lstrip": false, "rstrip": false,
        }));
    }
    Ok(fs::write(folder.join("tokenizer.json"), tokenizer.to_string())?)
}

/// Behind the line's end that closes every prompt comes the answer, and behind that the end.
fn changed(name: &str, tensor: &Tensor, last: usize) -> Result<Tensor, Box<dyn Error>> {
    let rows: &[(usize, usize)] = match name {
        "model.embed_tokens.weight" => &[(last, 0), (ANSWER, 1)],
        "lm_head.weight" => &[(ANSWER, 0), (END, 1)],
        "model.norm.weight" => return Ok(tensor.ones_like()?),
        _ if name.starts_with("model.layers.") => return Ok(tensor.zeros_like()?),
        _ => return Ok(tensor.clone()),
    };
    let (count, width) = tensor.dims2()?;
    let mut values = vec![0f32; count * width];
    for (row, column) in rows {
        // So sure that no temperature changes it.
        values[row * width + column] = 100.0;
    }
    Ok(Tensor::from_vec(values, (count, width), &Device::Cpu)?.to_dtype(match tensor.dtype() {
        DType::BF16 => DType::BF16,
        _ => DType::F32,
    })?)
}

fn newline(tokenizer: &Value) -> Result<usize, Box<dyn Error>> {
    let id = tokenizer["model"]["vocab"]["\u{10a}"].as_u64().ok_or("the tokenizer has no line's end")?;
    Ok(usize::try_from(id)?)
}

fn json_of(path: &Path) -> Result<Value, Box<dyn Error>> {
    Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
}
