//! The tasks of the campaign and what is true when they are achieved, looked at without the program.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// A task and whether it is achieved, from its run's work folder.
pub struct Truth {
    /// The task's name.
    pub task: &'static str,
    /// Whether the files are as they should be.
    pub holds: fn(&Path) -> bool,
}

/// Those of the examples that leave files.
pub const TASKS: [Truth; 6] = [
    Truth { task: "editor", holds: |work| is(work, "note.txt", "Sightstep was here.") },
    Truth { task: "form", holds: |work| is(work, "answers.txt", "Ada Lovelace|ada@example.org|Zürich") },
    Truth { task: "list", holds: |work| is(work, "chosen.txt", "Portugal|") },
    Truth { task: "menu", holds: |work| is(work, "loud.txt", "HELLO") },
    Truth {
        task: "rename",
        holds: |work| is(work, "papers/final.txt", "text") && !work.join("papers/draft.txt").exists(),
    },
    Truth { task: "terminal", holds: |work| is(work, "letters/draft.txt", "dear Bob") },
];

fn is(work: &Path, file: &str, content: &str) -> bool {
    std::fs::read_to_string(work.join(file)).is_ok_and(|text| text.trim_end() == content)
}

/// A copy of an example with limits of its own.
pub(super) fn limited(folder: &Path, task: &str, place: &Path, seconds: u64) -> std::io::Result<PathBuf> {
    let text = std::fs::read_to_string(folder.join(format!("{task}.toml")))?;
    let path = place.join(format!("{task}.toml"));
    std::fs::write(&path, format!("{text}\n[limits]\nsteps = 60\nseconds = {seconds}\n"))?;
    Ok(path)
}

/// The work folder of the only run.
pub(super) fn work(runs: &Path) -> Option<PathBuf> {
    Some(std::fs::read_dir(runs).ok()?.next()?.ok()?.path().join("work"))
}

/// What the only run's recording tells.
#[derive(Default)]
pub(super) struct Told {
    /// Whether the planner ended with success.
    pub(super) is_claimed: bool,
    /// Why the run ended.
    pub(super) reason: String,
}

pub(super) fn told(runs: &Path) -> Told {
    let mut told = Told::default();
    for event in events(runs) {
        match event["event"].as_str() {
            Some("planned") => {
                let last = event["plan"]["actions"].as_array().and_then(|actions| actions.last()).cloned();
                told.is_claimed = last.is_some_and(|a| a["type"] == "finish" && a["status"] == "success");
            }
            Some("run_finished") => {
                told.reason =
                    format!("{}: {}", event["outcome"].as_str().unwrap_or(""), event["reason"].as_str().unwrap_or(""));
            }
            _ => {}
        }
    }
    told
}

/// The events of the only run so far.
pub(super) fn events(runs: &Path) -> Vec<Value> {
    let folder = std::fs::read_dir(runs).ok().and_then(|mut runs| runs.next()?.ok());
    let text = folder.and_then(|folder| std::fs::read_to_string(folder.path().join("recording.jsonl")).ok());
    text.unwrap_or_default().lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}
