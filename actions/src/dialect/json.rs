//! JSON inside answers, also with the slips that models make in it.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::call::{Argument, Value};
use super::{Fault, Problem};

/// The most closing braces that are added where an answer forgot them.
const MOST_FORGOTTEN: usize = 3;

/// The JSON value at the start of the text, and what stands behind it.
pub(super) fn first(text: &str) -> Result<(Json, &str), Fault<'_>> {
    match next(text) {
        Ok((json, length)) => Ok((json, &text[length..])),
        Err(error) => match repaired(text) {
            Some(json) => Ok((json, "")),
            None => Err(Fault::new(Problem::Json(said(&error)), text)),
        },
    }
}

/// What is wrong, without serde's own place, which counts from where the JSON begins.
fn said(error: &serde_json::Error) -> String {
    error.to_string().split(" at line ").next().unwrap_or_default().to_owned()
}

/// The JSON value at the start of a text that may go on; nothing where it is not complete.
pub(super) fn complete(text: &str) -> Option<Json> {
    next(text).ok().map(|(json, _)| json)
}

fn next(text: &str) -> Result<(Json, usize), serde_json::Error> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Json>();
    match values.next() {
        Some(Ok(json)) => Ok((json, values.byte_offset())),
        Some(Err(error)) => Err(error),
        None => serde_json::from_str(text).map(|json| (json, text.len())),
    }
}

/// The value of a text with line breaks inside its strings, or without its last closing braces.
fn repaired(text: &str) -> Option<Json> {
    let text = text.find("</").map_or(text, |end| &text[..end]);
    let text = escaped(text.trim_end());
    (0..=MOST_FORGOTTEN).find_map(|braces| next(&(text.to_string() + &"}".repeat(braces))).ok()).map(|(json, _)| json)
}

/// The text with the control characters inside its strings escaped.
fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| c.is_control()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let (mut is_inside, mut is_escaped) = (false, false);
    for c in text.chars() {
        match c {
            '"' if !is_escaped => is_inside = !is_inside,
            '\n' if is_inside => out.push_str("\\n"),
            '\t' if is_inside => out.push_str("\\t"),
            c if is_inside && c.is_control() => continue,
            _ => {}
        }
        if !(is_inside && matches!(c, '\n' | '\t')) {
            out.push(c);
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    Cow::Owned(out)
}

/// The members of an object as arguments, all written at `source`.
pub(super) fn arguments<'a>(object: Map<String, Json>, source: &'a str) -> Vec<Argument<'a>> {
    let argument = |(name, json): (String, Json)| Argument { name: Some(Cow::Owned(name)), value: value(json), source };
    object.into_iter().map(argument).collect()
}

/// A JSON value as an argument's value. An object with `x` and `y` is a point.
fn value(json: Json) -> Value<'static> {
    match json {
        Json::Null => Value::Word("None"),
        Json::Bool(true) => Value::Word("True"),
        Json::Bool(false) => Value::Word("False"),
        Json::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
        Json::String(text) => Value::Text(Cow::Owned(text)),
        Json::Array(items) => Value::List(items.into_iter().map(value).collect()),
        Json::Object(mut object) => {
            let pair = object.remove("x").zip(object.remove("y"));
            pair.map_or(Value::Word("None"), |(x, y)| Value::List(vec![value(x), value(y)]))
        }
    }
}

/// Whether JSON could begin here.
pub(super) fn begins(text: &str) -> bool {
    text.starts_with(['{', '['])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_with_their_slips() {
        let cases = [
            (r#"{"a": 1} rest"#, Some((json!({"a": 1}), " rest"))),
            (r#"{"a": {"b": 1}"#, Some((json!({"a": {"b": 1}}), ""))),
            ("{\"a\": \"x\ny\"}", Some((json!({"a": "x\ny"}), ""))),
            ("{\n\"a\": \"x\ty\\\"\n\"\n}</tool_call>", Some((json!({"a": "x\ty\"\n"}), ""))),
            (r#"{"a": 1}}}"#, Some((json!({"a": 1}), "}}"))),
            (r#"{"a": 1+1}"#, None),
            (r#"{"a": 1e999}"#, None),
            ("{'a': 1}", None),
            ("", None),
        ];
        let wrong: Vec<_> = cases.iter().filter(|(text, want)| first(text).ok() != *want).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert_eq!(complete(r#"{"a": {"b": 1}"#), None);
    }

    #[test]
    fn deep_nesting_is_an_error() {
        assert!(first(&"[".repeat(100_000)).is_err());
    }
}
