//! The checkpoint's tokenizer: text to tokens, and tokens to text as they come.

use std::path::Path;

use tokenizers::Tokenizer as Inner;

use crate::EngineError;
use crate::load::files;

mod ranks;

/// A checkpoint's tokenizer.
pub(crate) struct Tokenizer {
    inner: Inner,
}

impl Tokenizer {
    /// Reads the tokenizer of a checkpoint's folder: its `tokenizer.json`, or what tiktoken has instead.
    pub fn read(folder: &Path) -> Result<Self, EngineError> {
        let [path, ranks] = ["tokenizer.json", ranks::FILE].map(|name| folder.join(name));
        let (path, text) = if !path.exists() && ranks.exists() {
            (ranks, ranks::as_json(folder)?)
        } else if path.exists() {
            let text = files::text(&path)?;
            (path, text)
        } else {
            return Err(EngineError::NotACheckpoint { folder: folder.to_owned(), missing: "tokenizer.json" });
        };
        let malformed = |e: tokenizers::Error| EngineError::Malformed { path: path.clone(), reason: e.to_string() };
        let mut inner = Inner::from_bytes(text).map_err(malformed)?;
        inner.with_truncation(None).map_err(malformed)?.with_padding(None);
        Ok(Self { inner })
    }

    /// The tokens of a text; the model's own marks in it become the tokens that they name.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        let encoding = self.inner.encode_fast(text, false).map_err(failed)?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The text of tokens; the model's own marks are written out.
    pub fn decode(&self, tokens: &[u32]) -> Result<String, EngineError> {
        self.inner.decode(tokens, false).map_err(failed)
    }
}

fn failed(error: tokenizers::Error) -> EngineError {
    EngineError::Tokenizer { reason: error.to_string() }
}

/// Gives the text of tokens as they come, and never a part of a character.
#[derive(Default)]
pub(crate) struct Stream {
    tokens: Vec<u32>,
    /// Tokens before this one have been given.
    given: usize,
    /// Where decoding starts: a few tokens back, since some texts depend on the token before.
    start: usize,
}

impl Stream {
    /// The text that a token adds; nothing while it may be a part of a character.
    pub fn push(&mut self, tokenizer: &Tokenizer, token: u32) -> Result<String, EngineError> {
        self.tokens.push(token);
        let text = tokenizer.decode(&self.tokens[self.start..])?;
        if text.ends_with(char::REPLACEMENT_CHARACTER) {
            return Ok(String::new());
        }
        self.rest(tokenizer, &text)
    }

    /// What was held back at the end.
    pub fn finish(&mut self, tokenizer: &Tokenizer) -> Result<String, EngineError> {
        let text = tokenizer.decode(&self.tokens[self.start..])?;
        self.rest(tokenizer, &text)
    }

    fn rest(&mut self, tokenizer: &Tokenizer, text: &str) -> Result<String, EngineError> {
        let before = tokenizer.decode(&self.tokens[self.start..self.given])?;
        let rest = text.strip_prefix(before.as_str()).unwrap_or_default().to_owned();
        self.start = self.given;
        self.given = self.tokens.len();
        Ok(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::goldens;

    #[test]
    fn a_tokenizer_of_tiktoken_s_gives_its_tokens() {
        let folder = goldens::folder("opencua");
        let tokenizer = Tokenizer::read(&folder).unwrap();
        let known: Vec<(String, Vec<u32>)> =
            serde_json::from_value(files::json(&folder.join("golden-texts.json")).unwrap()).unwrap();
        assert!(known.len() >= 10);
        let mut wrong = Vec::new();
        for (text, right) in known {
            let found = tokenizer.encode(&text).unwrap();
            let back = tokenizer.decode(&found).unwrap();
            if found != right || back != text {
                wrong.push((text, found, right, back));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn a_damaged_vocabulary_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let whole = std::fs::read_to_string(goldens::folder("opencua").join(ranks::FILE)).unwrap();
        std::fs::copy(
            goldens::folder("opencua").join("tokenizer_config.json"),
            folder.path().join("tokenizer_config.json"),
        )
        .unwrap();
        let first_line = whole.lines().next().unwrap();
        for (written, said) in [
            (whole.replacen(first_line, "!!! 0", 1), "line 1 is not a token in base64 and its rank"),
            (whole.replacen(' ', "\t", 1), "line 1 is not a token in base64 and its rank"),
            (whole.replacen(first_line, "", 1), "ranks are not 0, 1, 2"),
            (String::new(), "ranks are not 0, 1, 2"),
            (whole.lines().take(200).map(|line| format!("{line}\n")).collect(), "not every byte has one"),
            (format!("{whole}AAAA 9999\n"), "ranks are not 0, 1, 2"),
            (format!("{whole}AAAA {}\n", whole.lines().count()), "has ids that are not just behind"),
        ] {
            std::fs::write(folder.path().join(ranks::FILE), written).unwrap();
            let error = Tokenizer::read(folder.path()).err().map(|e| e.to_string()).unwrap_or_default();
            assert!(error.contains(said), "{error:?} does not say {said:?}");
        }
    }
}
