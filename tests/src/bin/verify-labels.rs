//! What text alone can tell: judges the sub-tasks of a folder with `verification.jsonl` from one screenshot each, and
//! prints the judgements against people's labels.
//!
//! A row holds `subtask`, `image` (relative to the folder's parent) and `label`: `sub_task_success` or `need_retry`.
//! Only a sub-task that types a quoted text says what must be read; of the others nothing is known.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use serde::Deserialize;
use sightstep_tasks::confusables;
use sightstep_vision::frame::Frame;
use sightstep_vision::read::{Reader, TextModels};
use sightstep_vision::weights;

/// Words of sub-tasks after which a quoted text stands on the screen.
const TYPING: [&str; 4] = ["type", "enter", "input", "write"];

#[derive(Deserialize)]
struct Row {
    subtask: String,
    image: String,
    label: String,
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: verify-labels FOLDER\nFOLDER holds verification.jsonl");
        return ExitCode::from(2);
    };
    match measure(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut reader = Reader::new(Arc::new(TextModels::load(&weights::locate()?)?));
    let mut counts: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for line in std::fs::read_to_string(folder.join("verification.jsonl"))?.lines() {
        let row: Row = serde_json::from_str(line)?;
        let judgement = match typed(&row.subtask) {
            Some(text) => judged(text, &folder.join("..").join(&row.image), &mut reader)?,
            None => "unknown",
        };
        *counts.entry((row.label, judgement)).or_default() += 1;
    }
    for ((label, judgement), count) in counts {
        println!("{label:<18} {judgement:<13} {count}");
    }
    Ok(())
}

/// The quoted text of a sub-task that types it.
fn typed(subtask: &str) -> Option<&str> {
    let first = subtask.split_whitespace().next()?.to_lowercase();
    let text = subtask.split('\'').nth(1)?;
    TYPING.contains(&first.as_str()).then_some(text)
}

fn judged(text: &str, image: &Path, reader: &mut Reader) -> Result<&'static str, Box<dyn Error>> {
    let frame = Frame::from_image(image::open(image)?.into_rgb8());
    let lines: Vec<String> = reader.read(&frame).lines.iter().map(|line| line.text.clone()).collect();
    Ok(if confusables::is_among(text, &lines) { "confirmed" } else { "contradicted" })
}
