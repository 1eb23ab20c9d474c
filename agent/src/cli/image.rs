//! `read` and `ground`: one picture, or one a line with `--jsonl`.

use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};
use sightstep_vision::frame::Frame;
use sightstep_vision::read::Reader;

use super::arguments::{GroundArguments, ReadArguments};
use super::{Failure, models};
use crate::exit::Exit;
use crate::planner::reader::ground;

/// One line of `--jsonl`.
#[derive(Deserialize)]
struct Case {
    #[serde(default)]
    id: Value,
    image: PathBuf,
    #[serde(default)]
    instruction: String,
}

/// `sightstep read`.
pub fn read(arguments: &ReadArguments) -> Result<Exit, Failure> {
    let mut reader = models::reader()?;
    match &arguments.image {
        Some(image) => {
            print(&reading(&mut reader, image)?);
            Ok(Exit::Done)
        }
        None => each_line(|case| reading(&mut reader, &case.image)),
    }
}

/// `sightstep ground`.
pub fn ground_in(arguments: &GroundArguments) -> Result<Exit, Failure> {
    models::known(&arguments.model)?;
    let mut reader = models::reader()?;
    match (&arguments.image, &arguments.instruction) {
        (Some(image), Some(instruction)) => {
            print(&grounded(&mut reader, image, instruction)?);
            Ok(Exit::Done)
        }
        _ => each_line(|case| grounded(&mut reader, &case.image, &case.instruction)),
    }
}

fn reading(reader: &mut Reader, image: &Path) -> Result<Value, Failure> {
    let read = reader.read(&picture(image)?).map_err(|e| Failure::environment(&e))?;
    Ok(json!({ "lines": read.lines, "elements": read.elements }))
}

fn grounded(reader: &mut Reader, image: &Path, instruction: &str) -> Result<Value, Failure> {
    let frame = picture(image)?;
    let read = reader.read(&frame).map_err(|e| Failure::environment(&e))?;
    let found = ground(&read, frame.width(), frame.height(), instruction).map_err(|e| Failure::not_found(&e))?;
    Ok(json!({ "point": found.point, "box": found.area, "thought": found.thought }))
}

/// A picture file's pixels.
pub(super) fn picture(path: &Path) -> Result<Frame, Failure> {
    let said = |reason: String| {
        Failure::usage(format!("{} cannot be read: {reason}\nhint: give a PNG or JPEG file", path.display()))
    };
    let reader = image::ImageReader::open(path).map_err(|e| said(e.to_string()))?;
    let reader = reader.with_guessed_format().map_err(|e| said(e.to_string()))?;
    Ok(Frame::from_image(reader.decode().map_err(|e| said(e.to_string()))?.into_rgb8()))
}

/// Answers each line of standard input with one of standard output: the result with the line's `id`, or its error.
fn each_line(mut answer: impl FnMut(&Case) -> Result<Value, Failure>) -> Result<Exit, Failure> {
    for (number, line) in (1..).zip(std::io::stdin().lock().lines()) {
        let line = line.map_err(|e| Failure::usage(format!("standard input, line {number}: {e}")))?;
        if !line.trim().is_empty() {
            print(&answered(&line, number, &mut answer));
        }
    }
    Ok(Exit::Done)
}

fn answered(line: &str, number: usize, answer: &mut impl FnMut(&Case) -> Result<Value, Failure>) -> Value {
    let broken = |id: Value, e: serde_json::Error| json!({ "id": id, "error": format!("line {number}: {e}") });
    let fields: Value = match serde_json::from_str(line) {
        Ok(fields) => fields,
        Err(e) => return broken(Value::Null, e),
    };
    let id = fields.get("id").cloned().unwrap_or_default();
    let case: Case = match serde_json::from_value(fields) {
        Ok(case) => case,
        Err(e) => return broken(id, e),
    };
    match answer(&case) {
        Ok(Value::Object(mut fields)) => {
            fields.insert("id".into(), case.id);
            Value::Object(fields)
        }
        Ok(other) => json!({ "id": case.id, "result": other }),
        Err(error) => json!({ "id": case.id, "error": error.to_string() }),
    }
}

/// Writes a line at once, so that whoever feeds the lines gets each answer before the next question.
fn print(value: &Value) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{value}").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_answered_with_its_id() {
        let mut answer = |case: &Case| {
            if case.instruction == "bad" { Err(Failure::usage("no such thing".into())) } else { Ok(json!({"x": 1})) }
        };
        let mut cases = Vec::new();
        for (line, expected) in [
            (r#"{"id":"a","image":"p.png","instruction":"good"}"#, json!({"id":"a","x":1})),
            (r#"{"id":7,"image":"p.png","instruction":"bad"}"#, json!({"id":7,"error":"no such thing"})),
        ] {
            let found = answered(line, 1, &mut answer);
            if found != expected {
                cases.push((line, found));
            }
        }
        assert!(cases.is_empty(), "{cases:?}");
        let broken = answered("{", 3, &mut answer);
        assert!(broken["error"].as_str().unwrap().starts_with("line 3: "), "{broken}");
    }
}
