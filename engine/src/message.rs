//! What a model is told: messages of text and pictures.

use sightstep_vision::frame::Frame;

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Who sets the rules.
    System,
    /// Who asks.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// The name that chat templates have for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// A part of a message.
#[derive(Debug, Clone)]
pub enum Content {
    /// Text.
    Text(String),
    /// A picture, at its place among the texts.
    Picture(Frame),
}

/// One message of a conversation.
#[derive(Debug, Clone)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said, part by part.
    pub content: Vec<Content>,
}

impl Message {
    /// A message of text alone.
    pub fn text(role: Role, text: impl Into<String>) -> Self {
        Self { role, content: vec![Content::Text(text.into())] }
    }

    /// The pictures in it.
    pub(crate) fn pictures(&self) -> impl Iterator<Item = &Frame> {
        self.content.iter().filter_map(|part| match part {
            Content::Picture(frame) => Some(frame),
            Content::Text(_) => None,
        })
    }

    /// The text, where it is one text alone.
    pub(crate) fn only_text(&self) -> Option<&str> {
        match self.content.as_slice() {
            [Content::Text(text)] => Some(text),
            _ => None,
        }
    }
}
