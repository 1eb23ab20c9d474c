//! Tags and tokens round the parts of an answer.

/// What servers leave at the end of an answer.
const END_TOKENS: [&str; 7] =
    ["<|im_end|>", "<|endoftext|>", "[EOS]", "</s>", "<|eot_id|>", "<|end_of_box|>", "<|end|>"];

/// The names of tags in which models think, whole or as a beginning with anything behind it.
const THINKING: [&str; 5] = ["think", "gui_think", "grounding_think", "Thought", "thought"];

/// The answer without blanks and end tokens around it.
pub(super) fn trimmed(answer: &str) -> &str {
    let mut text = answer.trim();
    while let Some(before) = END_TOKENS.iter().find_map(|token| text.strip_suffix(token)) {
        text = before.trim_end();
    }
    text
}

/// Whether nothing but end tokens, closing tags and fences stands here.
pub(super) fn is_trailer(text: &str) -> bool {
    let mut text = text.trim_start();
    while !text.is_empty() {
        let token = END_TOKENS.iter().chain(&["```"]).find_map(|token| text.strip_prefix(token));
        let Some(rest) = token.or_else(|| closing_tag(text)) else { return false };
        text = rest.trim_start();
    }
    true
}

fn closing_tag(text: &str) -> Option<&str> {
    let (name, rest) = text.strip_prefix("</")?.split_once('>')?;
    (!name.contains(['<', '\n'])).then_some(rest)
}

/// What an answer thinks before it says something.
pub(super) struct Thinking<'a> {
    /// The name of the tag.
    pub tag: &'a str,
    /// What stands in it.
    pub inside: &'a str,
    /// What stands behind it.
    pub rest: &'a str,
    /// Whether the tag is closed.
    pub is_closed: bool,
}

/// The thinking at the start of an answer. Where the prompt opened the tag, the answer only closes it.
pub(super) fn thinking(answer: &str) -> Option<Thinking<'_>> {
    let answer = answer.trim_start();
    let opened = answer.strip_prefix('<').and_then(|text| text.split_once('>'));
    match opened.filter(|(tag, _)| is_thinking(tag)) {
        Some((tag, text)) => {
            let close = format!("</{tag}>");
            match text.split_once(close.as_str()) {
                Some((inside, rest)) => Some(Thinking { tag, inside: inside.trim(), rest, is_closed: true }),
                None => Some(Thinking { tag, inside: text.trim(), rest: "", is_closed: false }),
            }
        }
        None => {
            let (inside, rest) = answer.split_once("</think>")?;
            Some(Thinking { tag: "think", inside: inside.trim(), rest, is_closed: true })
        }
    }
}

/// The thought of closed thinking at the start of an answer, and what stands behind it.
pub(super) fn parted(answer: &str) -> (Option<String>, &str) {
    match thinking(answer).filter(|thinking| thinking.is_closed) {
        Some(Thinking { inside, rest, .. }) => (Some(inside.to_owned()).filter(|thought| !thought.is_empty()), rest),
        None => (None, answer),
    }
}

fn is_thinking(tag: &str) -> bool {
    let is_name = tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name && THINKING.iter().any(|known| tag == *known || (*known == "think" && tag.starts_with(known)))
}

/// What stands inside the first tag of this name, also where it is not closed, and whether it is.
pub(super) fn inside<'a>(text: &'a str, tag: &str) -> Option<(&'a str, bool)> {
    let (_, after) = text.split_once(&format!("<{tag}>"))?;
    Some(after.split_once(&format!("</{tag}>")).map_or((after, false), |(inside, _)| (inside, true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_taken_off() {
        for written in ["a<|im_end|>", " a [EOS]\n", "a</s><|endoftext|>", "a"] {
            assert_eq!(trimmed(written), "a", "{written:?}");
        }
        for trailer in ["", "\n</Output>", "</computer_env> <|im_end|>", "\n```\n", "[EOS]"] {
            assert!(is_trailer(trailer), "{trailer:?}");
        }
        for other in ["x", "</a> x", "<b>", "</unclosed"] {
            assert!(!is_trailer(other), "{other:?}");
        }
    }

    #[test]
    fn thinking_is_parted_from_what_is_said() {
        let cases = [
            ("<think>\na\n</think>\nb", Some(("a", "\nb", true))),
            ("<think_never_used_51>a</think_never_used_51>b", Some(("a", "b", true))),
            ("<gui_think> a </gui_think>b", Some(("a", "b", true))),
            ("<Thought>a</Thought>b", Some(("a", "b", true))),
            ("a</think>b", Some(("a", "b", true))),
            ("<think>a", Some(("a", "", false))),
            ("<answer>a</answer>", None),
            ("a", None),
        ];
        let got = |text| thinking(text).map(|t| (t.inside, t.rest, t.is_closed));
        let wrong: Vec<_> = cases.iter().filter(|(text, want)| got(text) != *want).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
