//! Running the program in a folder of its own.

#![allow(dead_code, reason = "every test file uses its own part of this")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder for task files and recordings.
pub struct Place {
    folder: TempDir,
}

impl Place {
    /// A new, empty one.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file and gives its path.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The program with these arguments, to be run in the folder.
    pub fn sightstep(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sightstep-under-test"));
        command.args(arguments).current_dir(self.path()).env("NO_COLOR", "1");
        command
    }

    /// Runs it to its end: exit code and what it said on standard error.
    pub fn run(&self, arguments: &[&str]) -> (i32, String) {
        ended(self.sightstep(arguments).output().unwrap())
    }

    /// Runs it to its end: exit code and what it wrote on standard output.
    pub fn output(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.sightstep(arguments).output().unwrap();
        (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The events of the only recording there is.
    pub fn events(&self) -> Vec<serde_json::Value> {
        let runs: Vec<_> = std::fs::read_dir(self.path().join("runs")).unwrap().collect();
        assert_eq!(runs.len(), 1, "one recording is expected");
        let lines = std::fs::read_to_string(runs[0].as_ref().unwrap().path().join("recording.jsonl")).unwrap();
        lines.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Exit code and what was said on standard error.
pub fn ended(output: Output) -> (i32, String) {
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}
