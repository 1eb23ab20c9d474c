//! `match` and `verify`: pictures against what they should show.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sightstep_actions::plan::{Action, Expectation};
use sightstep_vision::frame::Frame;
use sightstep_vision::needle::Needle;
use sightstep_vision::read::{ReadError, Reader, Reading};
use sightstep_vision::screen::Settled;
use tokio::runtime::Runtime;

use super::arguments::{MatchArguments, VerifyArguments};
use super::image::picture;
use super::{Failure, lines, models};
use crate::cached_reader::{CachedReader, Read};
use crate::exit::Exit;
use crate::observation::Observation;
use crate::verify::{ScreenVerifier, Verifier as _};

/// One line of `match --jsonl`.
#[derive(Deserialize)]
struct MatchCase {
    image: PathBuf,
    needle: PathBuf,
}

/// One line of `verify --jsonl`.
#[derive(Deserialize)]
struct VerifyCase {
    before: PathBuf,
    after: PathBuf,
    action: Action,
    #[serde(default)]
    expect: Expected,
}

/// One expectation, or several.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "an expectation such as {\"type\":\"text_appears\",\"text\":\"Saved\"}, or a list of them"
)]
enum Expected {
    All(Vec<Expectation>),
    One(Expectation),
}

impl Default for Expected {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl Expected {
    fn all(&self) -> &[Expectation] {
        match self {
            Self::All(all) => all,
            Self::One(one) => std::slice::from_ref(one),
        }
    }
}

/// `sightstep match`.
pub fn needle_in(arguments: &MatchArguments) -> Result<Exit, Failure> {
    let judge = Judge::new()?;
    match (&arguments.image, &arguments.needle) {
        (Some(image), Some(needle)) => {
            let found = judge.matched(image, needle)?;
            lines::print(&found);
            Ok(if found["matched"] == true { Exit::Done } else { Exit::NotAchieved })
        }
        _ => lines::each(|case: &MatchCase| judge.matched(&case.image, &case.needle)),
    }
}

/// `sightstep verify`. A verdict is an answer, whatever it is: the program ends with 0.
pub fn verdict(arguments: &VerifyArguments) -> Result<Exit, Failure> {
    let judge = Judge::new()?;
    let (Some(before), Some(after), Some(action)) = (&arguments.before, &arguments.after, &arguments.action) else {
        return lines::each(|case: &VerifyCase| judge.judged(case));
    };
    let expect = arguments.expect.as_ref();
    let case = VerifyCase {
        before: before.clone(),
        after: after.clone(),
        action: written("--action", action, r#"{"type":"click","at":{"x":20,"y":15}}"#)?,
        expect: expect
            .map(|expect| written("--expect", expect, r#"{"type":"text_appears","text":"Saved"}"#))
            .transpose()?
            .unwrap_or_default(),
    };
    lines::print(&judge.judged(&case)?);
    Ok(Exit::Done)
}

fn written<T: DeserializeOwned>(option: &str, text: &str, example: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|e| Failure::usage(format!("{option}: {e}\nhint: write it as {example}")))
}

/// The models are loaded with the first picture that has to be read, if any.
struct LateReader(Option<Reader>);

impl Read for LateReader {
    fn read(&mut self, frame: &Frame) -> Result<Arc<Reading>, ReadError> {
        let reader = match &mut self.0 {
            Some(reader) => reader,
            none => none.insert(models::reader().map_err(|e| ReadError::Model { reason: e.to_string() })?),
        };
        Ok(reader.read(frame))
    }
}

/// Judges pictures of files as a run judges those of a screen.
struct Judge {
    cached_reader: CachedReader,
    runtime: Runtime,
}

impl Judge {
    fn new() -> Result<Self, Failure> {
        let runtime = Runtime::new().map_err(|e| Failure::environment(&e))?;
        Ok(Self { cached_reader: CachedReader::new(LateReader(None)), runtime })
    }

    fn matched(&self, image: &Path, needle: &Path) -> Result<Value, Failure> {
        let needle = Needle::load(needle).map_err(|e| Failure::usage(e.to_string()))?;
        let frame = picture(image)?;
        let found = self.runtime.block_on(self.cached_reader.find(&needle, &frame));
        Ok(json!(found.map_err(|e| Failure::environment(&e))?))
    }

    fn judged(&self, case: &VerifyCase) -> Result<Value, Failure> {
        let (before, after) = (seen(&case.before)?, seen(&case.after)?);
        let mut verifier = ScreenVerifier::new(self.cached_reader.clone());
        let verdict = verifier.judge(&case.action, case.expect.all(), &before, &after);
        Ok(json!(self.runtime.block_on(verdict).map_err(|e| Failure::environment(&e))?))
    }
}

/// A picture as if the screen had been still. Windows and what moves by itself are not known.
fn seen(path: &Path) -> Result<Observation, Failure> {
    let settled = Settled::still(picture(path)?);
    Ok(Observation { settled, windows: Vec::new(), pointer: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_expectation_or_several_are_taken() {
        let count = |json: &str| serde_json::from_str::<Expected>(json).map(|e| e.all().len()).ok();
        let one = r#"{"type":"text_appears","text":"Saved"}"#;
        assert_eq!([count(one), count(&format!("[{one},{one}]")), count("[]")], [Some(1), Some(2), Some(0)]);
        assert_eq!([count(r#"{"type":"text_appear"}"#), count("3")], [None, None]);
    }
}
