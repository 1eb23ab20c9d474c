//! What a model is told: the messages of a conversation, with placeholders for its pictures.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::profile::{OlderAnswers, Profile};
use crate::space::Size;

use crate::dialect::box_tokens::with_box_tokens;

/// The texts of a profile's prompt. Names in braces are filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prompt {
    /// The system message, if the family has one.
    pub system: Option<&'static str>,
    /// The first text of the user.
    pub user: &'static str,
    /// What a single place is asked for with; where this is nothing, as for a step.
    pub grounding: &'static str,
    /// What stands for `{action_space}` or `{functions}`.
    pub actions: &'static str,
    /// Whether past answers get box tokens round their coordinates, which servers strip from what a model writes.
    pub adds_box_tokens: bool,
}

/// A goal and how far it has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// What is to be reached.
    pub goal: String,
    /// The language of the thoughts, in English: `English`, `Chinese`.
    pub language: String,
    /// The steps of the past, the first one first.
    pub past: Vec<Turn>,
    /// The index of the current picture; absent where there is none yet, as in `sightstep prompt`.
    pub frame: Option<usize>,
    /// The screenshot's size; absent where there is none yet.
    pub screen: Option<Size>,
}

/// A step of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The model's answer, as it was given.
    pub answer: String,
    /// The index of the picture that it was given for.
    pub frame: Option<usize>,
    /// What came of it, where the model is to be told.
    pub feedback: Option<String>,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The rules of the conversation.
    System,
    /// The one who asks.
    User,
    /// The model.
    Assistant,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// Texts and pictures, in order.
    pub content: Vec<Part>,
}

/// A part of a message; as JSON `{"type":"text","text":…}` or `{"type":"image","image":…}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A text.
    Text(String),
    /// The picture with this index.
    Image(usize),
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut part = serializer.serialize_map(Some(2))?;
        match self {
            Self::Text(text) => {
                part.serialize_entry("type", "text")?;
                part.serialize_entry("text", text)?;
            }
            Self::Image(number) => {
                part.serialize_entry("type", "image")?;
                part.serialize_entry("image", number)?;
            }
        }
        part.end()
    }
}

impl Message {
    fn new(role: Role, content: Vec<Part>) -> Self {
        Self { role, content }
    }
}

impl Prompt {
    /// The messages that ask for the next step.
    pub(crate) fn messages(&self, profile: &Profile, conversation: &Conversation) -> Vec<Message> {
        let shown = shown(profile, conversation);
        let mut messages = self.opening(profile, conversation);
        let summarises = profile.older_answers == OlderAnswers::Summarised;
        let first = if summarises { shown } else { 0 };
        let older = summaries(&conversation.past[..first]);
        let mut text = Some(self.fill(self.user, profile, conversation, &older));
        if !summarises {
            messages.push(Message::new(Role::User, text.take().map(Part::Text).into_iter().collect()));
        }
        let mut feedback: Option<&str> = None;
        for (number, turn) in conversation.past.iter().enumerate().skip(first) {
            let image = turn.frame.filter(|_| number >= shown);
            messages.extend(user(feedback.take(), image, text.take()));
            messages.push(Message::new(Role::Assistant, vec![Part::Text(self.past_answer(&turn.answer))]));
            feedback = turn.feedback.as_deref();
        }
        messages.extend(user(feedback, conversation.frame, text.take()));
        messages
    }

    /// The messages that ask where in a picture something is.
    pub(crate) fn grounding(&self, profile: &Profile, conversation: &Conversation) -> Vec<Message> {
        if self.grounding.is_empty() {
            return self.messages(profile, conversation);
        }
        let text = self.fill(self.grounding, profile, conversation, NONE);
        let mut messages = self.opening(profile, conversation);
        messages.extend(user(None, conversation.frame, Some(text)));
        messages
    }

    fn opening(&self, profile: &Profile, conversation: &Conversation) -> Vec<Message> {
        let system = self.system.map(|text| self.fill(text, profile, conversation, NONE));
        system.map(|text| Message::new(Role::System, vec![Part::Text(text)])).into_iter().collect()
    }

    fn past_answer(&self, answer: &str) -> String {
        if self.adds_box_tokens { with_box_tokens(answer) } else { answer.to_owned() }
    }

    fn fill(&self, template: &str, profile: &Profile, conversation: &Conversation, history: &str) -> String {
        let display = || {
            let size = profile.resize(conversation.screen?).ok()?.size;
            Some(format!("\\n* The screen's resolution is {}x{}.", size.width, size.height))
        };
        filled(template, |name| match name {
            "instruction" => Some(conversation.goal.clone()),
            "language" => Some(conversation.language.clone()),
            "action_space" | "functions" => Some(self.actions.to_owned()),
            "display" => Some(display().unwrap_or_default()),
            "history" => Some(history.to_owned()),
            _ => None,
        })
    }
}

/// What stands for the steps of the past where there are none.
const NONE: &str = "None";

/// The first turn whose picture is sent again.
fn shown(profile: &Profile, conversation: &Conversation) -> usize {
    let framed: Vec<usize> = (0..).zip(&conversation.past).filter(|(_, t)| t.frame.is_some()).map(|(i, _)| i).collect();
    let kept = profile.images.kept(framed.len() + 1) - 1;
    framed.len().checked_sub(kept).and_then(|dropped| framed.get(dropped)).copied().unwrap_or(conversation.past.len())
}

/// A user's message of what there is to say, if there is anything.
fn user(feedback: Option<&str>, image: Option<usize>, text: Option<String>) -> Option<Message> {
    let feedback = feedback.map(|text| Part::Text(text.to_owned()));
    let content: Vec<Part> = feedback.into_iter().chain(image.map(Part::Image)).chain(text.map(Part::Text)).collect();
    (!content.is_empty()).then(|| Message::new(Role::User, content))
}

fn summaries(past: &[Turn]) -> String {
    let lines: Vec<String> = (1..)
        .zip(past)
        .map(|(number, turn)| {
            let feedback = turn.feedback.as_ref().map(|text| format!(" ({text})")).unwrap_or_default();
            format!("Step {number}: {}{feedback}", summary(&turn.answer))
        })
        .collect();
    if lines.is_empty() { NONE.to_owned() } else { lines.join("\n") }
}

/// A past answer in a line: what it says of its action, or its first words.
fn summary(answer: &str) -> String {
    const LONGEST: usize = 200;
    let said = ["## Action:", "Action:"].iter().find_map(|label| answer.rsplit_once(label)).map_or(answer, |(_, s)| s);
    let ends = ["<tool_call>", "##", "```"].iter().filter_map(|end| said.find(end)).min();
    let line = said[..ends.unwrap_or(said.len())].split_whitespace().collect::<Vec<_>>().join(" ");
    let line = if line.is_empty() { answer.split_whitespace().collect::<Vec<_>>().join(" ") } else { line };
    line.chars().take(LONGEST).collect()
}

/// The template with each known `{name}` replaced once; what is filled in is not looked at again.
fn filled(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let known = after.split_once('}').and_then(|(name, behind)| Some((value(name)?, behind)));
        match known {
            Some((text, behind)) => {
                out.push_str(&text);
                rest = behind;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}
