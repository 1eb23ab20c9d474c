//! The campaign of strangers' tasks: every task of a folder once, as it was written, with what came of it and why.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use serde_json::Value;
use sightstep_tests::figures::{median, share};
use sightstep_tests::task_files::{name, tasks};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, folder, runs] = arguments.as_slice() else {
        eprintln!("usage: campaign PROGRAM FOLDER RUNS\nFOLDER holds the tasks; their recordings go to RUNS");
        return ExitCode::from(2);
    };
    match tasks(Path::new(folder)) {
        Ok(tasks) => {
            report(Path::new(program), &tasks, Path::new(runs));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {folder}: {error}");
            ExitCode::from(2)
        }
    }
}

fn report(program: &Path, tasks: &[PathBuf], runs: &Path) {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut passed, mut seconds, mut steps) = (0, Vec::new(), Vec::new());
    for task in tasks {
        let name = name(task);
        let begun = Instant::now();
        let mut command = Command::new(program);
        command.arg("run").arg(task).arg("--runs").arg(runs.join(&name)).stdout(Stdio::null()).stderr(Stdio::null());
        let is_good = command.status().is_ok_and(|status| status.success());
        let took = begun.elapsed().as_secs_f64();
        let events = events(&runs.join(&name));
        let kind = if is_good { "passed" } else { kind(&events) };
        *kinds.entry(kind).or_default() += 1;
        passed += usize::from(is_good);
        seconds.push(took);
        steps.extend(events.iter().filter(|e| e["event"] == "acted").filter_map(|acted| spent(acted, &events)));
        let why: String = if is_good { String::new() } else { reason(&events).chars().take(150).collect() };
        println!("{name:<22}{took:>6.1} s  {kind:<34}{why}");
    }
    println!("\npassed at the first try: {}, median {:.1} s", share(passed, tasks.len()), median(&seconds));
    for (kind, count) in kinds {
        println!("  {kind:<34}{count}");
    }
    steps.sort_by(f64::total_cmp);
    let at = |part: usize| steps.get(steps.len() * part / 100).copied().unwrap_or_default();
    println!("an action with its judgement: median {:.2} s, 95 % within {:.2} s, n = {}", at(50), at(95), steps.len());
}

/// How long it took from an action to its judgement, in seconds; waits that were asked for are none.
fn spent(acted: &Value, events: &[Value]) -> Option<f64> {
    if acted["action"]["type"] == "wait" {
        return None;
    }
    let same = |e: &&Value| e["event"] == "verified" && e["step"] == acted["step"] && e["number"] == acted["number"];
    Some(events.iter().find(same)?["t"].as_f64()? - acted["t"].as_f64()?)
}

/// What kind of failure it was.
fn kind(events: &[Value]) -> &'static str {
    let reason = reason(events);
    let said = |what: &str| reason.contains(what);
    let is_claimed = events.iter().rev().find(|e| e["event"] == "planned").is_some_and(|planned| {
        let last = planned["plan"]["actions"].as_array().and_then(|actions| actions.last());
        last.is_some_and(|action| action["type"] == "finish" && action["status"] == "success")
    });
    match () {
        () if events.is_empty() => "not understood",
        () if said("set-up") => "set-up failed",
        () if is_claimed => "done by its own account, not so",
        () if said("equally well") => "several places fit",
        () if said("not on the screen") || said("no window is called") => "not found",
        () if said("did not arrive") || said("type had no effect") => "typed text did not arrive",
        () if said("is on the screen, but") => "not seen for what it is",
        () => "another",
    }
}

fn reason(events: &[Value]) -> String {
    let ended = events.iter().find(|e| e["event"] == "run_finished");
    ended.and_then(|ended| ended["reason"].as_str()).unwrap_or_default().to_owned()
}

/// The events of the newest recording in a folder.
fn events(runs: &Path) -> Vec<Value> {
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(runs).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    folders.sort();
    let text = folders.last().and_then(|folder| std::fs::read_to_string(folder.join("recording.jsonl")).ok());
    text.unwrap_or_default().lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}
