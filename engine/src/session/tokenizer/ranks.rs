//! A tokenizer kept as tiktoken keeps it, which OpenCUA's is: `tiktoken.model` has each token's bytes with its rank,
//! `tokenizer_config.json` the names of the model's own marks behind them. Rewritten as a `tokenizer.json`.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::EngineError;
use crate::load::files::{self, Fields};

/// The file of tokens and ranks.
pub(super) const FILE: &str = "tiktoken.model";

/// How Kimi's tokenizers cut text before merging bytes (`pat_str` of moonshotai's `tokenization_kimi.py`).
const CUT: &str = concat!(
    r"[\p{Han}]+",
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

/// Marks that a tokenizer may have behind its tokens: OpenCUA's has 421.
const MARKS: u32 = 4096;

/// The tokenizer of a checkpoint's folder as the text of a `tokenizer.json`.
pub(super) fn as_json(folder: &Path) -> Result<String, EngineError> {
    let tokens = Tokens::read(folder.join(FILE))?;
    let marks = marks(folder, tokens.by_rank.len() as u32)?;
    let bytes = json!({ "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false });
    let cut = json!({ "type": "Split", "pattern": { "Regex": CUT }, "behavior": "Isolated", "invert": false });
    let model = json!({
        "type": "BPE", "vocab": tokens.vocabulary(), "merges": tokens.merges(), "ignore_merges": true,
        "byte_fallback": false, "fuse_unk": false,
    });
    let whole = json!({
        "version": "1.0",
        "added_tokens": marks,
        "pre_tokenizer": { "type": "Sequence", "pretokenizers": [cut, bytes] },
        "decoder": bytes,
        "model": model,
    });
    Ok(whole.to_string())
}

/// The marks, in the order of their ids; those without a name of their own have one as the reference gives it.
fn marks(folder: &Path, first: u32) -> Result<Vec<Value>, EngineError> {
    #[derive(Deserialize)]
    struct Mark {
        content: String,
    }
    let path = folder.join("tokenizer_config.json");
    let fields = Fields::new(&path, files::json(&path)?);
    let named: BTreeMap<u32, Mark> = fields.or("added_tokens_decoder", BTreeMap::new())?;
    let end = named.keys().last().map_or(first, |last| last.saturating_add(1));
    if named.keys().next().is_some_and(|id| *id < first) || end - first.min(end) > MARKS {
        return Err(fields.wrong(format!("\"added_tokens_decoder\" has ids that are not just behind {first} tokens")));
    }
    let name = |id: u32| named.get(&id).map_or_else(|| format!("<|reserved_token_{id}|>"), |mark| mark.content.clone());
    let mark = |id: u32| {
        json!({
            "id": id, "content": name(id), "special": true, "normalized": false,
            "lstrip": false, "rstrip": false, "single_word": false,
        })
    };
    Ok((first..end).map(mark).collect())
}

/// The tokens of a file.
struct Tokens {
    by_rank: Vec<Vec<u8>>,
    ranks: HashMap<Vec<u8>, u32>,
}

impl Tokens {
    fn read(path: PathBuf) -> Result<Self, EngineError> {
        let text = files::text(&path)?;
        let mut ranks = HashMap::new();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let (token, rank) = token(line).ok_or_else(|| EngineError::Malformed {
                path: path.clone(),
                reason: format!("line {} is not a token in base64 and its rank", number + 1),
            })?;
            ranks.insert(token, rank);
        }
        let mut by_rank: Vec<(u32, Vec<u8>)> = ranks.iter().map(|(token, rank)| (*rank, token.clone())).collect();
        by_rank.sort_unstable();
        let is_whole = by_rank.iter().zip(0..).all(|((rank, _), expected)| *rank == expected)
            && (0..=u8::MAX).all(|byte| ranks.contains_key(&vec![byte]));
        if !is_whole {
            let reason = "its ranks are not 0, 1, 2, … or not every byte has one".into();
            return Err(EngineError::Malformed { path, reason });
        }
        Ok(Self { by_rank: by_rank.into_iter().map(|(_, token)| token).collect(), ranks })
    }

    fn vocabulary(&self) -> HashMap<String, u32> {
        self.ranks.iter().map(|(token, rank)| (written(token), *rank)).collect()
    }

    /// Which pairs become one token, those of lower rank first: every way to part a token into two tokens.
    fn merges(&self) -> Vec<[String; 2]> {
        self.by_rank.iter().flat_map(|token| self.parts(token)).collect()
    }

    fn parts(&self, token: &[u8]) -> Vec<[String; 2]> {
        let pair = |at: usize| {
            let (first, second) = token.split_at(at);
            Some((self.ranks.get(first)?, self.ranks.get(second)?, [written(first), written(second)]))
        };
        let mut pairs: Vec<_> = (1..token.len()).filter_map(pair).collect();
        pairs.sort_unstable();
        pairs.into_iter().map(|(_, _, pair)| pair).collect()
    }
}

fn token(line: &str) -> Option<(Vec<u8>, u32)> {
    let (token, rank) = line.trim().split_once(' ')?;
    Some((STANDARD.decode(token).ok().filter(|token| !token.is_empty())?, rank.trim().parse().ok()?))
}

/// Bytes as `tokenizer.json` writes them: each a character that can be seen (GPT-2's table).
fn written(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| character(*byte)).collect()
}

fn character(byte: u8) -> char {
    let is_seen = |byte: u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    if is_seen(byte) {
        return char::from(byte);
    }
    let unseen_before = (0..byte).filter(|byte| !is_seen(*byte)).count() as u32;
    char::from_u32(256 + unseen_before).unwrap_or_default()
}
