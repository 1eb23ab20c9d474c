//! What a recording holds beside the events themselves: the terms of a run, and what its pictures said.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What bounded a run: its limits and its policy. A replay holds today's code to the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Terms {
    /// After how many plans it ended.
    pub steps: u32,
    /// After how many seconds it ended.
    pub seconds: u64,
    /// The policy's rules, as they were written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<String>,
    /// What might not be done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deny: Vec<String>,
    /// What a person was asked before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confirm: Vec<String>,
    /// Whether giving up could be right.
    #[serde(default)]
    pub may_be_infeasible: bool,
}

/// A line of text that was read from a picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LineSeen {
    /// What it says.
    pub text: String,
    /// Where it stands, `[x, y, w, h]` in frame pixels.
    #[serde(rename = "box")]
    pub area: [i32; 4],
    /// How sure the reader was, 0 to 1.
    pub confidence: f32,
    /// Its words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<WordSeen>,
}

/// A word of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WordSeen {
    /// What it says.
    pub text: String,
    /// Where it stands, `[x, y, w, h]` in frame pixels.
    #[serde(rename = "box")]
    pub area: [i32; 4],
}
