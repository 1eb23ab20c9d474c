//! Quoted texts in calls: Python's own, and those that models write without escaping the quotes inside.

use std::borrow::Cow;

use super::{Fault, Problem};

/// A quoted text that was read.
pub(super) struct Quoted<'a> {
    /// What it says, escapes resolved.
    pub text: Cow<'a, str>,
    /// What stands behind its closing quote.
    pub rest: &'a str,
    /// Whether it is a Python literal: read as far as its first unescaped quote, which is there.
    pub is_plain: bool,
}

/// Reads a Python literal: up to the first unescaped quote, or three of them.
pub(super) fn strict(text: &str) -> Result<Quoted<'_>, Fault<'_>> {
    let quote = if text.starts_with("'''") || text.starts_with("\"\"\"") { &text[..3] } else { &text[..1] };
    let inside = &text[quote.len()..];
    let end = unescaped(inside, quote).ok_or_else(|| Fault::expected("a closing quote", text))?;
    Ok(Quoted { text: unescape(&inside[..end]), rest: &inside[end + quote.len()..], is_plain: true })
}

/// Reads a text as models write it: up to the quote that an argument can end with.
pub(super) fn lenient(text: &str) -> Result<Quoted<'_>, Fault<'_>> {
    let (quote, inside) = text.split_at(1);
    let mut from = 0;
    let mut is_plain = true;
    let mut last = None;
    while let Some(at) = unescaped(&inside[from..], quote).map(|at| from + at) {
        let after = &inside[at + 1..];
        if ends_argument(after) {
            return Ok(Quoted { text: unescape(&inside[..at]), rest: after, is_plain });
        }
        if let Some(found) = expression(after) {
            return Err(Fault::new(Problem::NotEvaluated { found }, text));
        }
        (last, is_plain, from) = (Some(at), false, at + 1);
    }
    Ok(unclosed(inside, quote, last))
}

/// A text without a quote that can close it: the last quote does, also one that was written as `\'` behind a path.
fn unclosed<'a>(inside: &'a str, quote: &str, last: Option<usize>) -> Quoted<'a> {
    let escaped = inside.rfind(quote).filter(|at| inside[..*at].ends_with('\\') && ends_argument(&inside[at + 1..]));
    if let Some(at) = escaped {
        let text = Cow::Owned(unescape(&inside[..at - 1]).into_owned() + "\\");
        return Quoted { text, rest: &inside[at + 1..], is_plain: false };
    }
    let (text, rest) = match last {
        Some(at) => (&inside[..at], &inside[at + 1..]),
        None => inside.split_at(inside.trim_end().strip_suffix(')').unwrap_or(inside).len()),
    };
    Quoted { text: unescape(text), rest, is_plain: false }
}

/// Where the first `quote` without a backslash before it stands.
fn unescaped(text: &str, quote: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'\\' {
            at += 2;
        } else if bytes[at..].starts_with(quote.as_bytes()) {
            return Some(at);
        } else {
            at += 1;
        }
    }
    None
}

/// Whether what stands behind a quote shows that it closed an argument.
fn ends_argument(after: &str) -> bool {
    let after = after.trim_start();
    match after.as_bytes().first() {
        None => true,
        Some(b',') => is_named(&after[1..]),
        Some(b')') => ends_call(&after[1..]),
        _ => false,
    }
}

/// Whether a name and `=` stand here.
fn is_named(text: &str) -> bool {
    let text = text.trim_start();
    let name = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    name.len() < text.len() && name.trim_start().starts_with('=')
}

/// Whether what stands behind a closing parenthesis shows that it closed a call.
fn ends_call(after: &str) -> bool {
    let blank = after.trim_start_matches([' ', '\t']);
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    blank.is_empty()
        || blank.starts_with(['\n', '\r', '<', '[', '`', ';', '#'])
        || (blank.starts_with(is_name) && blank.trim_start_matches(is_name).starts_with('('))
}

/// What makes an expression of a quote inside a text: `'a' + 'b'`, `'a'.upper()`.
fn expression(after: &str) -> Option<&'static str> {
    let blank = after.trim_start();
    let operand = blank.strip_prefix('+').map(str::trim_start);
    if operand.is_some_and(|o| o.starts_with(['\'', '"']) || o.starts_with(|c: char| c.is_ascii_alphabetic())) {
        return Some("an expression");
    }
    let method = after.strip_prefix('.')?;
    let name = method.trim_start_matches(|c: char| c.is_ascii_lowercase() || c == '_');
    (name.len() < method.len() && name.starts_with('(')).then_some("a call")
}

/// Resolves Python's escapes; what is none stays as it was written.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut characters = after.chars();
        let (meant, taken) = match characters.next() {
            Some('n') => (Some('\n'), 1),
            Some('t') => (Some('\t'), 1),
            Some('r') => (Some('\r'), 1),
            Some(c @ ('\\' | '\'' | '"')) => (Some(c), 1),
            Some('x') => coded(after, 2),
            Some('u') => coded(after, 4),
            Some('U') => coded(after, 8),
            _ => (None, 0),
        };
        out.push(meant.unwrap_or('\\'));
        rest = &after[taken..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character of a code of so many hexadecimal digits behind one letter, and how much that takes.
fn coded(after: &str, digits: usize) -> (Option<char>, usize) {
    let code = after.get(1..=digits).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
    match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
        Some(c) => (Some(c), digits + 1),
        None => (None, 0),
    }
}

/// The text as a Python literal in single quotes.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\\' | '\'' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_models_write_is_read() {
        let cases = [
            (r"'hello')", "hello", ")"),
            (r"'hello\n')", "hello\n", ")"),
            ("'hello\n')", "hello\n", ")"),
            (r"'open')", "open", ")"),
            (r"'C:\\Users\\new\\')", r"C:\Users\new\", ")"),
            (r"'C:\Windows\')", r"C:\Windows\", ")"),
            (r"'C:\Users')", r"C:\Users", ")"),
            (r"'It\'s fine')", "It's fine", ")"),
            ("'It's fine')", "It's fine", ")"),
            (r#"'say \"hi\"')"#, "say \"hi\"", ")"),
            (r#""dq")"#, "dq", ")"),
            (r#""it's")"#, "it's", ")"),
            ("'f(x)=(1,2)')", "f(x)=(1,2)", ")"),
            ("'a', start_box='(1,2)')", "a", ", start_box='(1,2)')"),
            ("'He said 'yes', then left')", "He said 'yes', then left", ")"),
            ("'f('a')')", "f('a')", ")"),
            ("'a')\n\ntype(content='b')", "a", ")\n\ntype(content='b')"),
            ("'a')<|im_end|>", "a", ")<|im_end|>"),
            ("'(100,200))", "(100,200)", ")"),
            ("'(100,200)'", "(100,200)", ""),
            (r"'\u4f60\x41\q')", r"你A\q", ")"),
            ("'')", "", ")"),
        ];
        let wrong: Vec<String> = cases
            .iter()
            .map(|(written, text, rest)| (written, *text, *rest, lenient(written)))
            .filter(|(_, text, rest, got)| !got.as_ref().is_ok_and(|q| q.text == *text && q.rest == *rest))
            .map(|(written, .., got)| format!("{written}: {:?}", got.map(|q| (q.text, q.rest))))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn expressions_are_refused() {
        for written in ["'a' + 'b')", "'a'+x)", "'a'.upper())", "'a'.join(x))"] {
            assert!(lenient(written).is_err(), "{written}");
        }
        assert!(strict("'open").is_err());
    }

    #[test]
    fn plain_ones_are_known() {
        assert!(lenient("'a')").is_ok_and(|q| q.is_plain));
        assert!(lenient("'it's')").is_ok_and(|q| !q.is_plain));
        assert!(lenient("'(1,2)").is_ok_and(|q| !q.is_plain));
        assert!(strict("'''a'b''' x").is_ok_and(|q| q.text == "a'b" && q.rest == " x"));
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "[ -~\\n\\té中]{0,40}") {
            let written = format!("{})", quote(&text));
            let read = strict(&written).unwrap();
            prop_assert_eq!(&read.text, &text);
            prop_assert_eq!(read.rest, ")");
            let read = lenient(&written).unwrap();
            prop_assert_eq!(&read.text, &text);
        }

        #[test]
        fn nothing_makes_it_panic(text in "['\"\\\\a-z(),=<> é\\n]{0,40}") {
            for written in [format!("'{text}"), format!("\"{text}")] {
                let _ = lenient(&written);
                let _ = strict(&written);
            }
        }
    }
}
