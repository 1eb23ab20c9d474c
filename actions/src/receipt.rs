//! What was really done for one action.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was really done for one action.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    /// How: `mouse`, `keys`, `spawn`, `none`.
    pub method: String,
    /// Milliseconds from start to end.
    pub millis: f64,
    /// Anything a person should know.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}
