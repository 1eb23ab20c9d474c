//! `add_box_token`: a past answer as it goes back to the model.

use sightstep_actions::profile::{Conversation, Part, Role, Turn};

use super::Case;
use super::calls::with_tokens;

/// Compares the past answer of a prompt.
pub fn check(case: &Case) -> Result<(), String> {
    let answer = case.text("input_string").unwrap_or_default().to_owned();
    let conversation = Conversation {
        goal: "g".into(),
        language: "English".into(),
        past: vec![Turn { answer, frame: Some(0), feedback: None }],
        frame: Some(1),
        screen: None,
    };
    let messages = with_tokens().ok_or("no profile with box tokens")?.prompt(&conversation);
    let sent = messages.iter().find(|message| message.role == Role::Assistant).map(|message| &message.content);
    let expected = case.expected.as_str().unwrap_or_default();
    match sent.map(Vec::as_slice) {
        Some([Part::Text(text)]) if text == expected => Ok(()),
        other => Err(format!("expected {expected:?}, sent {other:?}")),
    }
}
