//! `--junit`: what became of tasks, in the form that CI systems read.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};
use sightstep_tasks::recording::Outcome;

use super::TaskEnded;

/// The report's and the suite's name.
const NAME: &str = "sightstep";

/// The XML of a report: a test case a task. What was not achieved is a failure, what kept it from running an error.
///
/// # Errors
/// [`SerializeError`] when the XML cannot be written.
pub fn junit(tasks: &[TaskEnded]) -> Result<String, SerializeError> {
    let mut suite = TestSuite::new(NAME);
    for task in tasks {
        suite.add_test_case(case(task));
    }
    let mut report = Report::new(NAME);
    report.set_time(Duration::from_secs_f64(tasks.iter().map(|task| task.seconds).sum::<f64>().max(0.0)));
    report.add_test_suite(suite);
    report.to_string()
}

fn case(task: &TaskEnded) -> TestCase {
    let mut case = TestCase::new(task.task.as_str(), status(task));
    case.set_classname(task.file.to_string_lossy());
    case.set_time(Duration::from_secs_f64(task.seconds.max(0.0)));
    if let Some(recording) = &task.recording {
        case.set_system_out(format!("recording: {}", recording.display()));
    }
    case
}

fn status(task: &TaskEnded) -> TestCaseStatus {
    let (kind, name) = match task.outcome {
        Ok(Outcome::Done) => return TestCaseStatus::success(),
        Ok(Outcome::NotAchieved) => (NonSuccessKind::Failure, "not_achieved"),
        Ok(Outcome::NeedsPerson) => (NonSuccessKind::Failure, "needs_person"),
        Ok(Outcome::Stopped) => (NonSuccessKind::Failure, "stopped"),
        Ok(Outcome::Failed) => (NonSuccessKind::Error, "failed"),
        Err(_) => (NonSuccessKind::Error, "not_begun"),
    };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(name);
    status.set_message(task.why());
    let failed: Vec<String> = task.failed_checks().map(|check| format!("check fails: {check}")).collect();
    if !failed.is_empty() {
        status.set_description(failed.join("\n"));
    }
    status
}

#[cfg(test)]
mod tests {
    use super::super::ended::tests::ended;
    use super::*;

    #[test]
    fn every_task_is_a_case() {
        let tasks = [
            ended("good", Ok(Outcome::Done), None),
            ended("bad", Ok(Outcome::NotAchieved), Some("1 of 1 checks failed <&\u{1}>")),
            ended("off", Err("no display".into()), None),
        ];
        let xml = junit(&tasks).unwrap();
        let expected = [
            r#"tests="3" skipped="0" failures="1" errors="1""#,
            r#"<testcase name="good" classname="tasks/good.toml" time="1.500">"#,
            "<system-out>recording: runs/good</system-out>",
            r#"<failure message="not achieved: 1 of 1 checks failed &lt;&amp;&gt;" type="not_achieved">"#,
            "check fails: the file note.txt (no such file)",
            r#"<error message="no display" type="not_begun"/>"#,
        ];
        let missing: Vec<_> = expected.iter().filter(|part| !xml.contains(**part)).collect();
        assert!(missing.is_empty(), "{missing:#?}\n{xml}");
    }
}
