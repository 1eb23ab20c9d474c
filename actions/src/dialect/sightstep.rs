//! Sightstep's own dialect, for instruct models: the JSON of a plan, its points from 0 to 1000.

use serde_json::{Map, Value as Json, json};

use crate::key::Chord;
use crate::plan::{Action, Expectation, Plan};
use crate::space::{FramePoint, FrameRect};

use super::error::short;
use super::{Canvas, Family, Fault, Problem, SerialiseError, grounding, json, point, tags};

const HINT: &str = "an answer is one JSON object: {\"thought\": …, \"actions\": [{\"type\": \"click\", …}]}";

const EXPECTATIONS: [&str; 8] = [
    "text_appears",
    "text_disappears",
    "text_equals",
    "region_changes",
    "region_stays",
    "element_state",
    "question",
    "window_title",
];

pub(super) struct Sightstep;

impl Family for Sightstep {
    fn parse<'a>(&self, answer: &'a str, canvas: &Canvas) -> Result<Plan, Fault<'a>> {
        let Some(text) = object(tags::trimmed(answer)) else {
            return Err(Fault::new(Problem::NoAction { hint: HINT }, ""));
        };
        let Json::Object(mut plan) = json::first(text)?.0 else {
            return Err(Fault::expected("a JSON object", text));
        };
        let text_of =
            |json: Option<Json>| json.and_then(|json| json.as_str().map(str::to_owned)).filter(|t| !t.is_empty());
        let (thought, reflection) = (text_of(plan.remove("thought")), text_of(plan.remove("reflection")));
        let expect = list(plan.remove("expect")).into_iter().map(|json| expectation(json, text, canvas));
        let expect = expect.collect::<Result<_, _>>()?;
        let several = plan.remove("actions").or_else(|| plan.remove("action").filter(Json::is_object));
        let several = several.map_or_else(|| vec![Json::Object(plan)], |json| list(Some(json)));
        let actions = several.into_iter().map(|json| action(json, text, canvas)).collect::<Result<Vec<_>, _>>()?;
        if actions.is_empty() {
            return Err(Fault::new(Problem::NoAction { hint: HINT }, ""));
        }
        Ok(Plan { thought, reflection, actions, expect })
    }

    fn first(&self, answer: &str, canvas: &Canvas) -> Option<Vec<Action>> {
        let text = object(answer)?;
        if let Some(json) = actions_start(text).and_then(json::complete) {
            return action(json, text, canvas).ok().map(|action| vec![action]);
        }
        json::complete(text)?;
        self.parse(text, canvas).ok().map(|plan| plan.actions)
    }

    fn serialise(&self, plan: &Plan, canvas: &Canvas) -> Result<String, SerialiseError> {
        let mut json = serde_json::to_value(plan).unwrap_or_default();
        let mut failed = None;
        relate(&mut json, canvas, &mut failed);
        failed.map_or_else(|| Ok(json.to_string()), |error| Err(SerialiseError::Space(error)))
    }
}

/// The answer from its first brace on, behind closed thinking and a fence.
fn object(answer: &str) -> Option<&str> {
    let thinking = tags::thinking(answer);
    if thinking.as_ref().is_some_and(|thinking| !thinking.is_closed) {
        return None;
    }
    let spoken = thinking.map_or(answer, |thinking| thinking.rest);
    spoken.find('{').map(|at| &spoken[at..])
}

/// What stands behind `"actions": [` at the object's own level, as far as its members before are complete.
fn actions_start(text: &str) -> Option<&str> {
    let mut rest = text.strip_prefix('{')?;
    loop {
        let (key, behind) = member(rest)?;
        if key == "actions" {
            return behind.trim_start().strip_prefix('[');
        }
        let mut values = serde_json::Deserializer::from_str(behind).into_iter::<serde::de::IgnoredAny>();
        values.next()?.ok()?;
        rest = behind[values.byte_offset()..].trim_start().strip_prefix(',')?;
    }
}

fn member(text: &str) -> Option<(String, &str)> {
    let mut keys = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let key = keys.next()?.ok()?;
    let behind = text[keys.byte_offset()..].trim_start().strip_prefix(':')?;
    Some((key, behind))
}

fn list(json: Option<Json>) -> Vec<Json> {
    match json {
        Some(Json::Array(items)) => items,
        None | Some(Json::Null) => Vec::new(),
        Some(one) => vec![one],
    }
}

fn action<'a>(json: Json, source: &'a str, canvas: &Canvas) -> Result<Action, Fault<'a>> {
    let (name, mut action) = typed(json, &Action::NAMES, source)?;
    for field in ["at", "path", "keys", "key"] {
        if let Some(value) = action.remove(field) {
            let meant = match field {
                "at" => place(value, source, canvas)?,
                "path" => Json::Array(
                    list(Some(value)).into_iter().map(|p| place(p, source, canvas)).collect::<Result<_, _>>()?,
                ),
                "keys" => json!(chord(&value, source)?),
                _ => json!(chord(&value, source)?.first()),
            };
            action.insert(field.to_owned(), meant);
        }
    }
    serde_json::from_value(Json::Object(action)).map_err(|error| incomplete(&name, &error, source))
}

fn expectation<'a>(json: Json, source: &'a str, canvas: &Canvas) -> Result<Expectation, Fault<'a>> {
    let (name, mut expectation) = typed(json, &EXPECTATIONS, source)?;
    if let Some(region) = expectation.remove("region") {
        expectation.insert("region".into(), rectangle(region, source, canvas)?);
    }
    serde_json::from_value(Json::Object(expectation)).map_err(|error| incomplete(&name, &error, source))
}

/// An object with a known `type`.
fn typed<'a>(json: Json, known: &[&'static str], source: &'a str) -> Result<(String, Map<String, Json>), Fault<'a>> {
    let Json::Object(object) = json else { return Err(Fault::expected("an object with a \"type\"", source)) };
    let Some(name) = object.get("type").and_then(Json::as_str).map(str::to_owned) else {
        return Err(Fault::new(Problem::NoAction { hint: HINT }, ""));
    };
    if !known.contains(&name.as_str()) {
        return Err(Fault::unknown(&name, known.iter().copied(), source));
    }
    Ok((name, object))
}

fn incomplete<'a>(name: &str, error: &serde_json::Error, source: &'a str) -> Fault<'a> {
    Fault::new(Problem::Json(short(&format!("{name}: {error}"))), source)
}

/// A point of the answer as one of the frame; nothing stays nothing.
fn place<'a>(json: Json, source: &'a str, canvas: &Canvas) -> Result<Json, Fault<'a>> {
    if json.is_null() {
        return Ok(Json::Null);
    }
    let numbers = grounding::listed(&json).ok_or_else(|| Fault::expected("a point {\"x\": …, \"y\": …}", source))?;
    Ok(json!(point::pixel(&numbers, canvas, source)?))
}

fn rectangle<'a>(json: Json, source: &'a str, canvas: &Canvas) -> Result<Json, Fault<'a>> {
    if json.is_null() {
        return Ok(Json::Null);
    }
    let number = |key: &str| json[key].as_f64();
    let sides = number("x").zip(number("y")).zip(number("width").zip(number("height")));
    let ((x, y), (width, height)) =
        sides.ok_or_else(|| Fault::expected("a region {\"x\", \"y\", \"width\", \"height\"}", source))?;
    let pixel = |x, y| canvas.pixel(x, y).map_err(|error| Fault::new(error, source));
    let (from, to) = (pixel(x, y)?, pixel(x + width, y + height)?);
    let side = |from: u32, to: u32| to.saturating_sub(from).max(1);
    Ok(json!(FrameRect { x: from.x, y: from.y, width: side(from.x, to.x), height: side(from.y, to.y) }))
}

fn chord<'a>(keys: &Json, source: &'a str) -> Result<Vec<String>, Fault<'a>> {
    let chord = match keys {
        Json::String(text) => text.parse::<Chord>(),
        Json::Array(keys) => Chord::of(&keys.iter().filter_map(|k| k.as_str().map(str::to_owned)).collect::<Vec<_>>()),
        _ => return Err(Fault::expected("a list of keys", source)),
    };
    chord.map(|chord| chord.names()).map_err(|error| Fault::new(error, source))
}

/// Turns every point and region of the frame into the numbers that the model would write.
fn relate(json: &mut Json, canvas: &Canvas, failed: &mut Option<crate::space::SpaceError>) {
    if let Ok(area) = serde_json::from_value::<FrameRect>(json.clone()) {
        let to = FramePoint { x: area.x.saturating_add(area.width), y: area.y.saturating_add(area.height) };
        let corners =
            related(FramePoint { x: area.x, y: area.y }, canvas).and_then(|from| Ok((from, edge(to, canvas)?)));
        match corners {
            Ok(((x, y), (right, bottom))) => {
                *json = json!({ "x": x, "y": y, "width": right - x, "height": bottom - y });
            }
            Err(error) => *failed = Some(error),
        }
    } else if let Ok(at) = serde_json::from_value::<FramePoint>(json.clone()) {
        match related(at, canvas) {
            Ok((x, y)) => *json = json!({ "x": x, "y": y }),
            Err(error) => *failed = Some(error),
        }
    } else {
        match json {
            Json::Array(items) => items.iter_mut().for_each(|item| relate(item, canvas, failed)),
            Json::Object(members) => members.values_mut().for_each(|member| relate(member, canvas, failed)),
            _ => {}
        }
    }
}

fn related(point: FramePoint, canvas: &Canvas) -> Result<(f64, f64), crate::space::SpaceError> {
    let (x, y) = canvas.numbers(point)?;
    Ok((x.parse().unwrap_or_default(), y.parse().unwrap_or_default()))
}

/// The far corner of a region, which may be one past the last pixel.
fn edge(point: FramePoint, canvas: &Canvas) -> Result<(f64, f64), crate::space::SpaceError> {
    let inside = FramePoint { x: point.x.min(canvas.screen.width - 1), y: point.y.min(canvas.screen.height - 1) };
    related(inside, canvas)
}
