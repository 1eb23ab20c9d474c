//! The words before an action: `Thought:`, `Reflection:`, `Action_Summary:`, and thinking in tags.

use super::tags::{self, Thinking};

/// What an answer says besides its actions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Words {
    pub thought: Option<String>,
    pub reflection: Option<String>,
}

/// Between a thought and the summary of the action: UI-TARS' own parser puts it there.
const SUMMARY: &str = "\n<Action_Summary>\n";

/// Reads the words. A labelled thought counts more than thinking in tags, and that more than words without a label.
pub(super) fn words(text: &str) -> Words {
    let thinking = tags::thinking(text);
    let (inside, rest, is_thought) = match &thinking {
        Some(Thinking { tag, inside, rest, .. }) => (Some(*inside), *rest, tag.eq_ignore_ascii_case("thought")),
        None => (None, text, false),
    };
    let thought = labelled(rest, "Thought").or(inside.filter(|_| is_thought));
    let thought = match (thought, labelled(rest, "Action_Summary")) {
        (Some(thought), Some(summary)) => Some(format!("{thought}{SUMMARY}{summary}")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => inside.or_else(|| unlabelled(rest)).map(str::to_owned),
    };
    Words {
        thought: thought.filter(|text| !text.is_empty()),
        reflection: labelled(rest, "Reflection").filter(|text| !text.is_empty()).map(str::to_owned),
    }
}

const LABELS: [&str; 3] = ["Thought", "Reflection", "Action_Summary"];

/// The text behind a label, up to the next one.
fn labelled<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let text = &text[after_label(text, label)?..];
    let end = LABELS.iter().filter_map(|next| label_start(text, next)).min().unwrap_or(text.len());
    Some(text[..end].trim())
}

/// The text before any label.
fn unlabelled(text: &str) -> Option<&str> {
    let end = LABELS.iter().filter_map(|label| label_start(text, label)).min().unwrap_or(text.len());
    Some(text[..end].trim()).filter(|text| !text.is_empty())
}

fn label_start(text: &str, label: &str) -> Option<usize> {
    let is_label = |at: &usize| colon(&text[at + label.len()..]).is_some() && is_free(&text[..*at], label);
    text.match_indices(label).map(|(at, _)| at).find(is_label)
}

fn after_label(text: &str, label: &str) -> Option<usize> {
    let end = label_start(text, label)? + label.len();
    Some(end + colon(&text[end..])?)
}

/// A `Thought` begins a line; the other labels are words that nothing else is called by.
fn is_free(before: &str, label: &str) -> bool {
    match label {
        "Thought" => before.trim_end_matches([' ', '\t', '#', '*']).chars().next_back().is_none_or(|c| c == '\n'),
        _ => !before.ends_with(|c: char| c.is_alphanumeric() || c == '_'),
    }
}

/// How long the colon at the start of the text is, with blanks before it.
pub(super) fn colon(text: &str) -> Option<usize> {
    let after = text.trim_start_matches([' ', '*']);
    let colon = after.chars().next().filter(|c| matches!(c, ':' | '：'))?;
    Some(text.len() - after.len() + colon.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart() {
        let cases = [
            ("Thought: a\n", Some("a"), None),
            ("Thought:a", Some("a"), None),
            ("Thought： a", Some("a"), None),
            ("Thought: a\nb c", Some("a\nb c"), None),
            ("Reflection: r\nAction_Summary: s\n", Some("s"), Some("r")),
            ("Reflection: r Action_Summary: s", Some("s"), Some("r")),
            ("Thought: a\nReflection: r", Some("a"), Some("r")),
            ("<think>long</think>\nThought: a", Some("a"), None),
            ("<think>long</think>\n", Some("long"), None),
            ("<Thought>a</Thought>\nAction_Summary: s", Some("a\n<Action_Summary>\ns"), None),
            ("plain words", Some("plain words"), None),
            ("My Thought: is", Some("My Thought: is"), None),
            ("Thought:", None, None),
            ("", None, None),
        ];
        let got = |text| words(text);
        let wrong: Vec<_> = cases
            .iter()
            .filter(|(text, t, r)| (got(text).thought.as_deref(), got(text).reflection.as_deref()) != (*t, *r))
            .map(|(text, ..)| (text, got(text)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
