//! How a task's run ended, for reports over all of them.

use std::path::{Path, PathBuf};

use sightstep_tasks::recording::{CheckSeen, Event, Outcome, Recording};

/// How one task's run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskEnded {
    /// The task's name.
    pub task: String,
    /// Its file.
    pub file: PathBuf,
    /// How its run ended; the error, where it did not begin.
    pub outcome: Result<Outcome, String>,
    /// Why, where that is not plain.
    pub reason: Option<String>,
    /// What became of its checks.
    pub checks: Vec<CheckSeen>,
    /// How many seconds it took.
    pub seconds: f64,
    /// Where its recording is.
    pub recording: Option<PathBuf>,
}

impl TaskEnded {
    /// The end of a session: its outcome and its recording, or why it did not begin. Reason and checks are those of the
    /// recording, which holds no secrets.
    pub fn of(task: String, file: &Path, ended: Result<(Outcome, PathBuf), String>, seconds: f64) -> Self {
        let recording = ended.as_ref().ok().map(|(_, recording)| recording.clone());
        let last = recording.as_ref().and_then(|folder| Recording::open(folder).ok()?.entries.pop());
        let (reason, checks) = match last.map(|entry| entry.event) {
            Some(Event::RunFinished { reason, checks, .. }) => (reason, checks),
            _ => (None, Vec::new()),
        };
        let outcome = ended.map(|(outcome, _)| outcome);
        Self { task, file: file.to_owned(), outcome, reason, checks, seconds, recording }
    }

    /// Whether it was done.
    pub fn is_done(&self) -> bool {
        self.outcome == Ok(Outcome::Done)
    }

    /// Why it was not done, in a sentence.
    pub fn why(&self) -> String {
        match (&self.outcome, &self.reason) {
            (Err(error), _) => error.clone(),
            (Ok(outcome), None) => word(*outcome).to_owned(),
            (Ok(outcome), Some(reason)) => format!("{}: {reason}", word(*outcome)),
        }
    }

    /// The checks that do not hold, a line each.
    pub fn failed_checks(&self) -> impl Iterator<Item = String> {
        self.checks.iter().filter(|check| !check.holds).map(|check| format!("{} ({})", check.check, check.seen))
    }
}

/// An outcome in words.
pub fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::NotAchieved => "not achieved",
        Outcome::Failed => "failed",
        Outcome::Stopped => "stopped",
        Outcome::NeedsPerson => "needs a person",
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An end with a check that fails where the task was not done.
    pub fn ended(task: &str, outcome: Result<Outcome, String>, reason: Option<&str>) -> TaskEnded {
        let check = CheckSeen { check: "the file note.txt".into(), holds: false, seen: "no such file".into() };
        TaskEnded {
            task: task.into(),
            file: format!("tasks/{task}.toml").into(),
            checks: if outcome == Ok(Outcome::NotAchieved) { vec![check] } else { vec![] },
            recording: outcome.is_ok().then(|| format!("runs/{task}").into()),
            outcome,
            reason: reason.map(str::to_owned),
            seconds: 1.5,
        }
    }

    #[test]
    fn an_end_is_told_in_a_sentence() {
        let cases = [
            (ended("a", Ok(Outcome::Stopped), Some("interrupted")), "stopped: interrupted"),
            (ended("a", Ok(Outcome::NeedsPerson), None), "needs a person"),
            (ended("a", Err("no display".into()), None), "no display"),
        ];
        for (task, said) in cases {
            assert_eq!(task.why(), said);
        }
    }
}
