//! The versions of Anthropic's computer tool, and which model takes which.

use serde_json::{Value, json};
use sightstep_actions::space::Size;

/// A version of the tool.
#[derive(Debug, PartialEq, Eq)]
pub struct Tool {
    /// Its type.
    pub kind: &'static str,
    /// The `anthropic-beta` header that it needs.
    pub beta: Option<&'static str>,
    /// Parts of the names of the models that are known to want this one.
    models: &'static [&'static str],
    /// Whether its actions are tools of their own, which need no size of the display.
    is_set: bool,
}

/// All of them, the newest first: it is what a model that is not known is tried with.
const TOOLS: [Tool; 4] = [
    Tool { kind: "computer_toolset_20260801", beta: None, models: &[], is_set: true },
    Tool {
        kind: "computer_20251124",
        beta: Some("computer-use-2025-11-24"),
        models: &["opus-4-5", "opus-4-6", "opus-4-7", "opus-4-8", "sonnet-4-6"],
        is_set: false,
    },
    Tool {
        kind: "computer_20250124",
        beta: Some("computer-use-2025-01-24"),
        models: &[
            "sonnet-4-5",
            "haiku-4-5",
            "opus-4-1",
            "opus-4-2025",
            "sonnet-4-2025",
            "opus-4-0",
            "sonnet-4-0",
            "3-7-sonnet",
        ],
        is_set: false,
    },
    Tool { kind: "computer_20241022", beta: Some("computer-use-2024-10-22"), models: &["3-5-sonnet"], is_set: false },
];

impl Tool {
    /// The version that a model is tried with first.
    pub fn of_model(model: &str) -> &'static Self {
        TOOLS.iter().find(|tool| tool.models.iter().any(|part| model.contains(part))).unwrap_or(&TOOLS[0])
    }

    /// The next older version.
    pub fn older(&self) -> Option<&'static Self> {
        let this = TOOLS.iter().position(|tool| tool == self)?;
        TOOLS.get(this + 1)
    }

    /// The tool as a request declares it, for pictures of this size.
    pub fn declared(&self, size: Size) -> Value {
        if self.is_set {
            return json!({ "type": self.kind });
        }
        json!({
            "type": self.kind,
            "name": "computer",
            "display_width_px": size.width,
            "display_height_px": size.height,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_have_their_versions() {
        let cases = [
            ("claude-3-5-sonnet-20241022", "computer_20241022"),
            ("claude-3-7-sonnet-latest", "computer_20250124"),
            ("claude-sonnet-4-20250514", "computer_20250124"),
            ("claude-sonnet-4-5", "computer_20250124"),
            ("claude-opus-4-5-20251101", "computer_20251124"),
            ("claude-sonnet-4-6", "computer_20251124"),
            ("claude-opus-5-5", "computer_toolset_20260801"),
            ("", "computer_toolset_20260801"),
        ];
        assert_eq!(cases.map(|(model, _)| (model, Tool::of_model(model).kind)), cases);
    }

    #[test]
    fn each_version_steps_down_to_the_one_before() {
        let kinds: Vec<&str> =
            std::iter::successors(Some(&TOOLS[0]), |tool| tool.older()).map(|tool| tool.kind).collect();
        assert_eq!(kinds, ["computer_toolset_20260801", "computer_20251124", "computer_20250124", "computer_20241022"]);
    }
}
