//! What verification says of an action, and what it says it from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The judgement of one action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// What was expected is seen.
    Confirmed,
    /// Nothing changed that the action could have changed.
    NoEffect,
    /// Something else than expected is seen.
    Contradicted,
    /// It cannot be told, and why is said.
    Unknown,
}

/// One observation that a judgement rests on, checkable by a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The rule that was applied, a fixed word such as `region_changed` or `text_read_back`.
    pub rule: String,
    /// Whether the observation speaks for the expectation; absent when it speaks neither way.
    pub holds: Option<bool>,
    /// What was seen, in a sentence with its numbers.
    pub seen: String,
    /// Where, `[x, y, w, h]` in frame pixels.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none", default)]
    pub area: Option<[i32; 4]>,
}

/// A judgement with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// The judgement.
    #[serde(rename = "verdict")]
    pub judgement: Judgement,
    /// Why, in the order looked at.
    pub evidence: Vec<Evidence>,
}
