//! A case of a corpus.

use serde::Deserialize;
use serde_json::Value;
use sightstep_actions::space::Size;

/// A line.
#[derive(Debug, Clone, Deserialize)]
pub struct Case {
    /// The upstream function.
    #[serde(rename = "fn", default)]
    pub function: String,
    /// What it is given.
    #[serde(default)]
    pub input: Value,
    /// What it gives.
    #[serde(default)]
    pub expected: Value,
    /// What it throws instead.
    #[serde(default)]
    pub throws: Option<String>,
    /// The machine's state that it depends on.
    #[serde(default)]
    pub env: Value,
}

impl Case {
    /// A text of the input.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.input[key].as_str()
    }

    /// A size from two numbers of the input.
    pub fn size(&self, width: &str, height: &str) -> Option<Size> {
        size(&self.input[width], &self.input[height])
    }
}

/// A size from two numbers.
pub fn size(width: &Value, height: &Value) -> Option<Size> {
    let side = |value: &Value| value.as_f64().filter(|side| *side > 0.0).map(|side| side as u32);
    Some(Size { width: side(width)?, height: side(height)? })
}
