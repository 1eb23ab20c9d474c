//! Performing actions: the trait, and the receipt that says what was really done.

use serde::{Deserialize, Serialize};

/// What was really done for one action.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Receipt {
    /// How: `mouse`, `keys`, `paste`, `spawn`, `none`.
    pub method: String,
    /// Milliseconds from start to end.
    pub millis: f64,
    /// Anything a person should know, such as "typed through the clipboard".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}
