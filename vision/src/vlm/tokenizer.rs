//! The checkpoint's tokenizer: text to tokens, and tokens to text as they come.

use std::path::Path;

use tokenizers::Tokenizer as Inner;

use super::EngineError;

/// A checkpoint's `tokenizer.json`.
pub(super) struct Tokenizer {
    inner: Inner,
}

impl Tokenizer {
    /// Reads the tokenizer of a checkpoint's folder.
    pub fn read(folder: &Path) -> Result<Self, EngineError> {
        let path = folder.join("tokenizer.json");
        if !path.exists() {
            return Err(EngineError::NotACheckpoint { folder: folder.to_owned(), missing: "tokenizer.json" });
        }
        let malformed = |e: tokenizers::Error| EngineError::Malformed { path: path.clone(), reason: e.to_string() };
        let mut inner = Inner::from_file(&path).map_err(malformed)?;
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
pub(super) struct Stream {
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
