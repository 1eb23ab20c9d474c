//! Planners that ask a model behind a server: what each step sends, and what is made of what comes back.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod anthropic;
mod chat;
mod find;
mod openai;

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use sightstep::cached_reader::{CachedReader, Read};
use sightstep::model::Model;
use sightstep::observation::{Done, Observation};
use sightstep::planner::Planner;
use sightstep::planner::answer_stream::AnswerStream;
use sightstep_actions::executor::Receipt;
use sightstep_actions::plan::Action;
use sightstep_actions::verdict::{Evidence, Judgement, Verdict};
use sightstep_engine::LoadOptions;
use sightstep_tasks::task::Task;
use sightstep_vision::frame::Frame;
use sightstep_vision::read::{ReadError, Reading};
use sightstep_vision::screen::Settled;

const KEY: &str = "sk-secret-0123456789";

/// Reads nothing: these planners never ask for it.
struct Blind;

impl Read for Blind {
    fn read(&mut self, _frame: &Frame) -> Result<Arc<Reading>, ReadError> {
        unreachable!("a planner that asks a model reads nothing itself")
    }
}

/// A planner for a goal; the environment has a key, and `addresses` where the vendors' APIs are.
fn planner(model: &str, profile: Option<&str>, task: &str, addresses: &[(&str, String)]) -> Box<dyn Planner> {
    let environment = |name: &str| match name {
        "SIGHTSTEP_API_KEY" => Some(KEY.to_owned()),
        _ => addresses.iter().find(|(known, _)| *known == name).map(|(_, url)| url.clone()),
    };
    let secrets = |name: &str| (name == "PIN").then(|| "4711-secret".to_owned());
    let task = Task::parse(task, Path::new("task.toml")).unwrap().resolve(Path::new("/work"), &secrets).unwrap();
    Model::named(model, profile, &LoadOptions::default(), &environment)
        .unwrap()
        .planner(&task, &CachedReader::new(Blind), &AnswerStream::default())
        .unwrap()
}

/// A screen of 1280x800 in one grey.
fn seen(grey: u8) -> Observation {
    let frame = Frame::from_image(image::RgbImage::from_pixel(1280, 800, image::Rgb([grey; 3])));
    Observation { settled: Settled::still(frame), windows: vec![], pointer: None }
}

/// An action that was done, with what came of it.
fn done(step: u32, action: &Action, judgement: Judgement, said: &str) -> Done {
    let evidence = Evidence { rule: "rule".into(), holds: Some(false), seen: said.into(), area: None };
    Done {
        step,
        action: action.clone(),
        receipt: Ok(Receipt { method: "mouse".into(), millis: 1.0, note: None }),
        verdict: Some(Verdict { judgement, evidence: vec![evidence] }),
    }
}

/// The request with what stands in its pictures replaced by their size: `PNG 1288x812`.
fn readable(json: &Value) -> Value {
    match json {
        Value::String(text) => match pixels(text) {
            Some(size) => Value::String(size),
            None => Value::String(text.clone()),
        },
        Value::Array(all) => all.iter().map(readable).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), readable(value))).collect(),
        other => other.clone(),
    }
}

/// The size of a picture in Base64, alone or in a data URL. A PNG's width and height are at fixed places.
fn pixels(text: &str) -> Option<String> {
    let base64 = text.strip_prefix("data:image/png;base64,").unwrap_or(text);
    let bytes = decoded(base64.get(..32).filter(|_| base64.starts_with("iVBORw0KGgo"))?);
    let number = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    Some(format!("PNG {}x{}", number(16), number(20)))
}

fn decoded(base64: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = |letter: u8| LETTERS.iter().position(|known| *known == letter).unwrap() as u32;
    let groups = base64.as_bytes().chunks(4);
    groups
        .flat_map(|group| group.iter().fold(0, |all, letter| all << 6 | bits(*letter)).to_be_bytes()[1..].to_vec())
        .collect()
}
