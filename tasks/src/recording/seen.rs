//! What a recording holds beside the events themselves: the terms of a run, and what its pictures said.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What bounded a run: its limits and its policy. A replay holds today's code to the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// Which secret might be typed into which field only: its name, and the field's label.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// Whether giving up could be right.
    #[serde(default)]
    pub may_be_infeasible: bool,
}

/// The task of a run as it was written, so that it can be done again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskSeen {
    /// What the task file holds, as JSON; the values of secrets stand as their `{name}`.
    pub content: serde_json::Value,
    /// The folder of the file, which `{task_dir}` stands for.
    pub folder: String,
    /// What the placeholders stood for, `work_dir` and `task_dir` among them; secrets stand as their `{name}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inputs: BTreeMap<String, String>,
}

/// An element of a picture: what a line of text or a drawn box is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ElementSeen {
    /// Its number, the same from one picture to the next while the thing is the same; 0 in recordings of before.
    #[serde(default, skip_serializing_if = "is_unnumbered")]
    pub id: u32,
    /// What it is: button, icon_button, field, checkbox, link, text and the other roles.
    pub kind: String,
    /// What it says, or the label beside its mark.
    pub text: String,
    /// What it is called, where that is not what it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What its icon means.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub icon: String,
    /// What it holds, where it holds something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The part to click, `[x, y, w, h]` in frame pixels.
    #[serde(rename = "box")]
    pub area: [i32; 4],
    /// Whether it is on, where that could be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<bool>,
    /// Whether it is the chosen one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selected: Option<bool>,
    /// Whether it has the keyboard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focused: Option<bool>,
    /// Whether it is greyed out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Whether what belongs to it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expanded: Option<bool>,
    /// The number of the element that labels it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<u32>,
    /// The title of its window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// What it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupSeen>,
    /// Whether its program told of it, rather than the pixels alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told: bool,
}

fn is_unnumbered(id: &u32) -> bool {
    *id == 0
}

/// What an element belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupSeen {
    /// What it is: list, tree, table, menu, toolbar, tabs, dialog or box.
    pub kind: String,
    /// What it is called.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The element's place in it, counted from 1, and how many there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<(u32, u32)>,
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

/// A recorded target that a live replay did not find again, and what a model pointed at in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Healed {
    /// The step of the recording that was performed again.
    pub step: u32,
    /// Which of its actions.
    pub number: usize,
    /// What was acted on then.
    pub was: TargetSeen,
    /// What is acted on now.
    pub now: TargetSeen,
    /// The model that was asked, as `--model` names it.
    pub model: String,
    /// Why there, where it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thought: Option<String>,
}

/// What an action was aimed at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TargetSeen {
    /// The point, `[x, y]` in frame pixels.
    pub at: [i32; 2],
    /// The text that stands there, where one was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl std::fmt::Display for TargetSeen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [x, y] = self.at;
        match &self.text {
            Some(text) => write!(f, "'{text}' at {x},{y}"),
            None => write!(f, "what is at {x},{y}"),
        }
    }
}
