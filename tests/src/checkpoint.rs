//! A checkpoint of full size with random weights, made when it is needed: what a model costs does not depend on what it
//! has learned.

use std::fs::{self, File};
use std::io::{BufWriter, Result, Write};
use std::path::Path;

use serde_json::{Map, Value, json};

/// The sizes of a model of the Qwen2.5-VL family.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Numbers of a token in the text model.
    pub hidden: usize,
    /// Numbers between the text model's networks' layers.
    pub intermediate: usize,
    /// Layers of the text model.
    pub layers: usize,
    /// Heads of queries; 128 numbers each.
    pub heads: usize,
    /// Heads of keys and values.
    pub kv_heads: usize,
    /// Tokens that there are.
    pub vocabulary: usize,
    /// Blocks of the vision tower.
    pub blocks: usize,
}

impl Sizes {
    /// The text model of Qwen2-VL-2B behind the tower of Qwen2.5-VL.
    pub const TWO_BILLION: Self =
        Self { hidden: 1536, intermediate: 8960, layers: 28, heads: 12, kv_heads: 2, vocabulary: 151_936, blocks: 32 };
}

/// The tower of Qwen2.5-VL.
const TOWER: usize = 1280;
const TOWER_INNER: usize = 3420;

/// Writes the checkpoint; what is not weights comes from `texts`, a checkpoint of the same family of any size.
///
/// # Errors
/// What the system says where a file cannot be read or written.
pub fn write(folder: &Path, sizes: &Sizes, texts: &Path) -> Result<()> {
    for file in ["tokenizer.json", "chat_template.json", "generation_config.json", "preprocessor_config.json"] {
        fs::copy(texts.join(file), folder.join(file))?;
    }
    let mut config: Value = serde_json::from_str(&fs::read_to_string(texts.join("config.json"))?)?;
    let changes = json!({
        "hidden_size": sizes.hidden, "intermediate_size": sizes.intermediate, "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads, "num_key_value_heads": sizes.kv_heads, "vocab_size": sizes.vocabulary,
        "tie_word_embeddings": true, "rope_scaling": { "type": "mrope", "mrope_section": [16, 24, 24] },
    });
    let vision = json!({
        "depth": sizes.blocks, "hidden_size": TOWER, "intermediate_size": TOWER_INNER, "num_heads": 16,
        "out_hidden_size": sizes.hidden, "fullatt_block_indexes": [7, 15, 23, 31],
    });
    change(&mut config, changes);
    change(&mut config["vision_config"], vision);
    fs::write(folder.join("config.json"), config.to_string())?;
    weights(&folder.join("model.safetensors"), &all(sizes))
}

fn change(value: &mut Value, changes: Value) {
    if let (Value::Object(fields), Value::Object(changes)) = (value, changes) {
        fields.extend(changes);
    }
}

type Weight = (String, Vec<usize>);

fn linear(name: &str, inputs: usize, outputs: usize, bias: bool) -> Vec<Weight> {
    let mut weights = vec![(format!("{name}.weight"), vec![outputs, inputs])];
    weights.extend(bias.then(|| (format!("{name}.bias"), vec![outputs])));
    weights
}

fn norm(name: &str, width: usize) -> Vec<Weight> {
    vec![(format!("{name}.weight"), vec![width])]
}

fn all(sizes: &Sizes) -> Vec<Weight> {
    let mut weights = vec![("visual.patch_embed.proj.weight".to_owned(), vec![TOWER, 3, 2, 14, 14])];
    weights.extend((0..sizes.blocks).flat_map(|n| block(&format!("visual.blocks.{n}"))));
    weights.extend(norm("visual.merger.ln_q", TOWER));
    weights.extend(linear("visual.merger.mlp.0", 4 * TOWER, 4 * TOWER, true));
    weights.extend(linear("visual.merger.mlp.2", 4 * TOWER, sizes.hidden, true));
    weights.push(("model.embed_tokens.weight".into(), vec![sizes.vocabulary, sizes.hidden]));
    weights.extend((0..sizes.layers).flat_map(|n| layer(&format!("model.layers.{n}"), sizes)));
    weights.extend(norm("model.norm", sizes.hidden));
    weights
}

fn block(at: &str) -> Vec<Weight> {
    let norms = ["norm1", "norm2"].map(|name| norm(&format!("{at}.{name}"), TOWER));
    let linears = [
        ("attn.qkv", TOWER, 3 * TOWER),
        ("attn.proj", TOWER, TOWER),
        ("mlp.gate_proj", TOWER, TOWER_INNER),
        ("mlp.up_proj", TOWER, TOWER_INNER),
        ("mlp.down_proj", TOWER_INNER, TOWER),
    ];
    let linears = linears.map(|(name, inputs, outputs)| linear(&format!("{at}.{name}"), inputs, outputs, true));
    norms.into_iter().chain(linears).flatten().collect()
}

fn layer(at: &str, sizes: &Sizes) -> Vec<Weight> {
    let (q, kv) = (sizes.heads * 128, sizes.kv_heads * 128);
    let norms = ["input_layernorm", "post_attention_layernorm"].map(|name| norm(&format!("{at}.{name}"), sizes.hidden));
    let linears = [
        ("self_attn.q_proj", sizes.hidden, q, true),
        ("self_attn.k_proj", sizes.hidden, kv, true),
        ("self_attn.v_proj", sizes.hidden, kv, true),
        ("self_attn.o_proj", q, sizes.hidden, false),
        ("mlp.gate_proj", sizes.hidden, sizes.intermediate, false),
        ("mlp.up_proj", sizes.hidden, sizes.intermediate, false),
        ("mlp.down_proj", sizes.intermediate, sizes.hidden, false),
    ];
    let linears = linears.map(|(name, inputs, outputs, bias)| linear(&format!("{at}.{name}"), inputs, outputs, bias));
    norms.into_iter().chain(linears).flatten().collect()
}

/// A file of weights in bf16: the length of the header, the header, the numbers.
fn weights(path: &Path, all: &[Weight]) -> Result<()> {
    let mut header = Map::new();
    let mut end = 0;
    for (name, shape) in all {
        let start = end;
        end += shape.iter().product::<usize>() * 2;
        header.insert(name.clone(), json!({ "dtype": "BF16", "shape": shape, "data_offsets": [start, end] }));
    }
    let mut header = Value::Object(header).to_string();
    let missing = header.len().next_multiple_of(8) - header.len();
    header.push_str(&" ".repeat(missing));
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    file.write_all(&(header.len() as u64).to_le_bytes())?;
    file.write_all(header.as_bytes())?;
    numbers(&mut file, end / 8)?;
    file.flush()
}

/// So many times four numbers from -1/32 to 1/32, most of them near the ends.
fn numbers(file: &mut impl Write, fours: usize) -> Result<()> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..fours {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // Any sign and mantissa, with the exponents of 2^-6 or 2^-7.
        file.write_all(&(state & 0x80ff_80ff_80ff_80ff | 0x3c00_3c00_3c00_3c00).to_le_bytes())?;
    }
    Ok(())
}
