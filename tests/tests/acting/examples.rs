//! Every example task does what it says, in real programs on private displays.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

#[test]
fn every_example_passes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let runs = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sightstep-under-test"));
    command.args(["run", "tasks/examples", "--runs"]).arg(runs.path()).current_dir(root).env("NO_COLOR", "1");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let tasks = std::fs::read_dir(root.join("tasks/examples")).unwrap();
    let count = tasks.filter(|e| e.as_ref().unwrap().path().extension().is_some_and(|e| e == "toml")).count();
    assert!(count >= 8);
    assert_eq!(said.lines().filter(|line| line.contains(": done in ")).count(), count, "{said}");
    replay_alike(runs.path());
}

/// Every recording replays, and says the same every time.
fn replay_alike(runs: &Path) {
    let recordings: Vec<_> = std::fs::read_dir(runs).unwrap().map(|run| run.unwrap().path()).collect();
    let replay = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sightstep-under-test"));
        command.args(["replay", "--json"]).args(&recordings).env("NO_COLOR", "1").output().unwrap()
    };
    let (first, second) = (replay(), replay());
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    assert_eq!((first.stdout, first.stderr), (second.stdout, second.stderr));
}
