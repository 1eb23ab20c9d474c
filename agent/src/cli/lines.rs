//! `--jsonl`: one case a line on standard input, one result a line on standard output.

use std::io::{BufRead as _, Write as _};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Failure;
use crate::exit::Exit;

/// Answers each line of standard input with one of standard output: the result with the line's `id`, or its error.
pub fn each<C: DeserializeOwned>(mut answer: impl FnMut(&C) -> Result<Value, Failure>) -> Result<Exit, Failure> {
    for (number, line) in (1..).zip(std::io::stdin().lock().lines()) {
        let line = line.map_err(|e| Failure::usage(format!("standard input, line {number}: {e}")))?;
        if !line.trim().is_empty() {
            print(&answered(&line, number, &mut answer));
        }
    }
    Ok(Exit::Done)
}

fn answered<C: DeserializeOwned>(
    line: &str,
    number: usize,
    answer: &mut impl FnMut(&C) -> Result<Value, Failure>,
) -> Value {
    let broken = |id: Value, e: serde_json::Error| json!({ "id": id, "error": format!("line {number}: {e}") });
    let fields: Value = match serde_json::from_str(line) {
        Ok(fields) => fields,
        Err(e) => return broken(Value::Null, e),
    };
    let id = fields.get("id").cloned().unwrap_or_default();
    let case: C = match serde_json::from_value(fields) {
        Ok(case) => case,
        Err(e) => return broken(id, e),
    };
    match answer(&case) {
        Ok(Value::Object(mut fields)) => {
            fields.insert("id".into(), id);
            Value::Object(fields)
        }
        Ok(other) => json!({ "id": id, "result": other }),
        Err(error) => json!({ "id": id, "error": error.to_string() }),
    }
}

/// Writes a line at once, so that whoever feeds the lines gets each answer before the next question.
pub fn print(value: &impl Serialize) {
    let mut out = std::io::stdout().lock();
    let _ = serde_json::to_writer(&mut out, value);
    let _ = writeln!(out).and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Case {
        word: String,
    }

    #[test]
    fn a_line_is_answered_with_its_id() {
        let mut answer = |case: &Case| {
            if case.word == "bad" { Err(Failure::usage("no such thing".into())) } else { Ok(json!({"x": 1})) }
        };
        let mut wrong = Vec::new();
        for (line, expected) in [
            (r#"{"id":"a","word":"good"}"#, json!({"id":"a","x":1})),
            (r#"{"id":7,"word":"bad"}"#, json!({"id":7,"error":"no such thing"})),
            (r#"{"word":"good"}"#, json!({"id":null,"x":1})),
        ] {
            let found = answered(line, 1, &mut answer);
            if found != expected {
                wrong.push((line, found));
            }
        }
        assert!(wrong.is_empty(), "{wrong:?}");
        for (line, id) in [("{", Value::Null), (r#"{"id":3}"#, json!(3))] {
            let broken = answered(line, 3, &mut answer);
            assert!(broken["error"].as_str().unwrap().starts_with("line 3: "), "{broken}");
            assert_eq!(broken["id"], id);
        }
    }
}
