//! Files as checks see them.

use std::path::Path;

use serde_json::Value;

use super::Content;

/// Whether the file is as expected, and what was found.
pub(super) fn look(path: &Path, expected: &Content) -> (bool, String) {
    match expected {
        Content::Exists(wanted) => {
            let there = path.exists();
            (there == *wanted, if there { "it is there" } else { "there is no such file" }.to_owned())
        }
        Content::Text(matching) => match text(path) {
            Ok(text) => (matching.holds(&text), format!("it holds {}", shortened(&text))),
            Err(why) => (false, why),
        },
        Content::Json { place, matching } => match text(path).and_then(|text| value(&text, place)) {
            Ok(value) => {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                (matching.holds(&text), format!("there is {}", shortened(&text)))
            }
            Err(why) => (false, why),
        },
    }
}

fn text(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => e.to_string(),
    })?;
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())
}

/// The value at a place such as `user.names[0]`.
fn value(text: &str, place: &str) -> Result<Value, String> {
    let document: Value = serde_json::from_str(text).map_err(|e| format!("it is not JSON: {e}"))?;
    let pointer = pointer(place).ok_or_else(|| format!("'{place}' is no place; write user.names[0]"))?;
    document.pointer(&pointer).cloned().ok_or_else(|| format!("there is nothing at {place}"))
}

/// `a.b[0]` as a JSON pointer, `/a/b/0`.
fn pointer(place: &str) -> Option<String> {
    let mut out = String::new();
    for part in place.split('.').filter(|part| !part.is_empty()) {
        let (name, indices) = part.split_once('[').map_or((part, None), |(n, i)| (n, Some(i)));
        if !name.is_empty() {
            out.push('/');
            out.push_str(&name.replace('~', "~0").replace('/', "~1"));
        }
        for index in indices.into_iter().flat_map(|i| i.split('[')) {
            let number: usize = index.strip_suffix(']')?.parse().ok()?;
            out.push_str(&format!("/{number}"));
        }
    }
    Some(out)
}

/// The text for a line of a report.
pub(super) fn shortened(text: &str) -> String {
    const SHOWN: usize = 120;
    if text.chars().count() <= SHOWN {
        return format!("{text:?}");
    }
    let start: String = text.chars().take(SHOWN).collect();
    format!("{start:?}… ({} characters)", text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Match;

    #[test]
    fn places_in_json() {
        let text = r#"{"user":{"names":["Ann","Bob"],"age":7,"a/b":true}}"#;
        let cases = [
            ("user.names[1]", Ok("\"Bob\"")),
            ("user.age", Ok("7")),
            ("user.a/b", Ok("true")),
            ("user.names", Ok("[\"Ann\",\"Bob\"]")),
            ("user.names[2]", Err("nothing at")),
            ("user.names[x]", Err("is no place")),
            ("user.names[0", Err("is no place")),
        ];
        let wrong: Vec<_> = cases
            .iter()
            .map(|(place, want)| (place, want, value(text, place).map(|found| found.to_string())))
            .filter(|(_, want, got)| match (want, got) {
                (Ok(want), Ok(got)) => got != want,
                (Err(want), Err(got)) => !got.contains(want),
                _ => true,
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn files_are_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let (note, none) = (folder.path().join("note.txt"), folder.path().join("none"));
        std::fs::write(&note, "hello\n").unwrap();
        std::fs::write(folder.path().join("raw"), [0xff]).unwrap();
        let text = |m: Match| Content::Text(m);
        let cases = [
            (&note, Content::Exists(true), true),
            (&none, Content::Exists(true), false),
            (&none, Content::Exists(false), true),
            (&note, text(Match::Equals("hello".into())), true),
            (&note, text(Match::Contains("bye".into())), false),
            (&none, text(Match::Contains("hello".into())), false),
            (&folder.path().join("raw"), text(Match::Contains("".into())), false),
        ];
        let wrong: Vec<_> = cases.iter().filter(|(path, expected, want)| look(path, expected).0 != *want).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
