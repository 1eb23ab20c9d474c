//! Conformance with the model families' own test suites: their cases through our parser, resizing and names.
//!
//! A corpus is a folder of `.jsonl` files. A line holds `fn`, the upstream function; `input`, what it was given;
//! `expected`, what it gave, or `throws`. `kind` is `call` for cases that upstream asserts, and `oracle` for what its
//! code was seen to do, bugs included. Where we differ on purpose, a line of the waiver list says why.

mod agreement;
mod box_tokens;
mod calls;
mod case;
mod grounding;
mod names;
mod resize;
mod security;
mod tool_calls;
mod waivers;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

pub use case::Case;
pub use waivers::Waivers;

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// We agree.
    Passed,
    /// We do not, and the waiver list says why.
    Waived,
    /// We do not: how.
    Failed(String),
    /// It is about something that Sightstep does not have.
    NotOurs,
}

/// How a file did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// Cases with which we agree.
    pub passed: usize,
    /// Cases with which we do not agree, on purpose.
    pub waived: usize,
    /// Cases about something that Sightstep does not have.
    pub not_ours: usize,
    /// The other cases: the line and what is wrong.
    pub failed: Vec<(usize, String)>,
}

/// Runs every file of a corpus; a score a file.
///
/// # Errors
/// When the folder or a file of it cannot be read.
pub fn run(folder: &Path, waivers: &mut Waivers) -> Result<BTreeMap<String, Score>, Box<dyn Error>> {
    let mut scores = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            scores.insert(name, file(&std::fs::read_to_string(&path)?, waivers)?);
        }
    }
    Ok(scores)
}

fn file(content: &str, waivers: &mut Waivers) -> Result<Score, Box<dyn Error>> {
    let mut score = Score::default();
    for (number, line) in (1..).zip(content.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let case: Case = serde_json::from_str(line)?;
        match judge(&case, waivers) {
            Outcome::Passed => score.passed += 1,
            Outcome::Waived => score.waived += 1,
            Outcome::NotOurs => score.not_ours += 1,
            Outcome::Failed(how) => score.failed.push((number, format!("{} {}: {how}", case.function, case.input))),
        }
    }
    Ok(score)
}

/// Judges one case.
pub fn judge(case: &Case, waivers: &mut Waivers) -> Outcome {
    if waivers.is_not_ours(&case.function) {
        return Outcome::NotOurs;
    }
    let result = match case.function.as_str() {
        "parseActionVlm" | "actionParser" | "DefaultActionParser.parsePrediction" | "XMLFormatParser.parse" => {
            calls::typescript(case)
        }
        "parse_action_to_structure_output" => calls::structured(case),
        "parsing_response_to_pyautogui_code" => calls::pyautogui(case),
        "add_box_token" => box_tokens::check(case),
        "smart_resize" => resize::smart(case),
        "unifyActionType" | "unifyActionInputName" => names::check(case),
        "Qwen25VLAgent.parse_response" | "Qwen3VLAgent.parse_response" => tool_calls::qwen(case),
        "ComputerTool.__call__" => tool_calls::anthropic(case),
        "scale_coordinates" => tool_calls::scaling(case),
        "extract_click_coords" => tool_calls::openai(case),
        "parse_uitars_response|convert_to_computer_actions" | "parse_box_coordinates" => security::check(case),
        name if name.ends_with("_parse") => grounding::check(case),
        other => Err(format!("there is no check for {other}")),
    };
    match result {
        Ok(()) => Outcome::Passed,
        Err(_) if waivers.waive(case) => Outcome::Waived,
        Err(how) => Outcome::Failed(how),
    }
}
