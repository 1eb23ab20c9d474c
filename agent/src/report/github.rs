//! Annotations for GitHub's CI: what failed stands beside its file.

use std::path::Path;

use super::TaskEnded;

/// The variable that is `true` in GitHub's CI.
const VARIABLE: &str = "GITHUB_ACTIONS";

/// Whether this is GitHub's CI.
pub fn is_here() -> bool {
    std::env::var(VARIABLE).is_ok_and(|value| value == "true")
}

/// The annotation of a task that was not done.
pub fn of_task(task: &TaskEnded) -> Option<String> {
    if task.is_done() {
        return None;
    }
    let mut lines = vec![task.why()];
    lines.extend(task.failed_checks().map(|check| format!("check fails: {check}")));
    lines.extend(task.recording.as_ref().map(|folder| format!("recording: {}", folder.display())));
    Some(error(&task.file, &task.task, &lines.join("\n")))
}

/// A workflow command that GitHub shows as an error of this file.
pub fn error(file: &Path, title: &str, message: &str) -> String {
    let file = property(&file.to_string_lossy());
    format!("::error file={file},title={}::{}", property(title), data(message))
}

/// A message as workflow commands hold it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property's value as workflow commands hold it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use sightstep_tasks::recording::Outcome;

    use super::super::ended::tests::ended;
    use super::*;

    #[test]
    fn what_failed_is_one_line_beside_its_file() {
        let bad = of_task(&ended("bad", Ok(Outcome::NotAchieved), Some("50% done\nreally"))).unwrap();
        assert_eq!(
            bad,
            "::error file=tasks/bad.toml,title=bad::not achieved: 50%25 done%0Areally%0Acheck fails: the file note.txt \
             (no such file)%0Arecording: runs/bad"
        );
        assert_eq!(of_task(&ended("good", Ok(Outcome::Done), None)), None);
        assert_eq!(error(Path::new("a,b"), "c:d", "::x"), "::error file=a%2Cb,title=c%3Ad::::x");
    }
}
