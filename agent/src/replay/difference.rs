//! The first place where two events differ, in words.

use std::fmt;

use serde_json::Value;

/// Where and how two events differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The field, such as `plan.actions[0].at.x`; empty where the events as such differ.
    pub field: String,
    /// What was recorded.
    pub expected: String,
    /// What came out now.
    pub got: String,
}

impl Difference {
    /// The first difference of two events' JSON.
    pub(super) fn first(expected: &Value, got: &Value) -> Self {
        let mut field = String::new();
        let (expected, got) = descend(&mut field, expected, got);
        Self { field, expected: written(expected), got: written(got) }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = if self.field.is_empty() { String::new() } else { format!("{}: ", self.field) };
        write!(f, "{field}expected {}\n  got {}", self.expected, self.got)
    }
}

const NOTHING: Value = Value::Null;

fn descend<'v>(field: &mut String, expected: &'v Value, got: &'v Value) -> (&'v Value, &'v Value) {
    match (expected, got) {
        (Value::Object(a), Value::Object(b)) => {
            let names = a.keys().chain(b.keys().filter(|name| !a.contains_key(*name)));
            for name in names {
                let (x, y) = (a.get(name).unwrap_or(&NOTHING), b.get(name).unwrap_or(&NOTHING));
                if x != y {
                    let dot = if field.is_empty() { "" } else { "." };
                    *field = format!("{field}{dot}{name}");
                    return descend(field, x, y);
                }
            }
            (expected, got)
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            match a.iter().zip(b).enumerate().find(|(_, (x, y))| x != y) {
                Some((at, (x, y))) => {
                    *field = format!("{field}[{at}]");
                    descend(field, x, y)
                }
                None => (expected, got),
            }
        }
        _ => (expected, got),
    }
}

fn written(value: &Value) -> String {
    if value.is_null() { "nothing".to_owned() } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_difference_is_named_by_its_path() {
        let cases = [
            (json!({"a": {"b": [1, 2]}}), json!({"a": {"b": [1, 3]}}), ("a.b[1]", "2", "3")),
            (json!({"a": [1]}), json!({"a": [1, 2]}), ("a", "[1]", "[1,2]")),
            (json!({"a": "x"}), json!({}), ("a", "\"x\"", "nothing")),
            (json!({}), json!({"b": true}), ("b", "nothing", "true")),
        ];
        for (expected, got, (field, was, is)) in cases {
            let found = Difference::first(&expected, &got);
            assert_eq!((found.field.as_str(), found.expected.as_str(), found.got.as_str()), (field, was, is));
        }
    }
}
