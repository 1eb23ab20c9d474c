//! What task files may hold, and what is said of those that hold something else.

use std::path::Path;

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::check::{Content, Kind, Match};

const WHOLE: &str = r#"
goal = "Write 'hello' and save it as {file}"
[inputs]
file = "note.txt"
count = 3
password = { env = "APP_PASSWORD", secret = true }
[screen]
sandbox = "1280x800"
[[setup]]
run = ["touch", "{work_dir}/ready"]
[[setup]]
launch = ["mousepad"]
wait_for = { text = "Untitled" }
[limits]
steps = 20
[policy]
confirm = ["key:alt+f4"]
deny = ["open"]
[[check]]
file = "{file}"
contains = "hello"
[[check]]
any = [{ text = "Saved" }, { window = "{file}", within = 1 }]
[[teardown]]
run = ["rm", "-f", "{file}"]
"#;

fn parsed(text: &str) -> Result<Task, TaskError> {
    Task::parse(text, Path::new("some/task.toml"))
}

fn resolved() -> ResolvedTask {
    let environment = |name: &str| (name == "APP_PASSWORD").then(|| "s3cret".to_owned());
    parsed(WHOLE).unwrap().resolve(Path::new("/runs/work"), &environment).unwrap()
}

#[test]
fn a_task_is_resolved() {
    let task = resolved();
    assert_eq!(task.goal, "Write 'hello' and save it as {file}");
    assert_eq!(task.inputs["file"], "note.txt");
    assert_eq!(task.inputs["count"], "3");
    assert_eq!(task.secrets.redact("s3cret!"), "{password}!");
    assert_eq!(task.screen.map(|s| s.place), Some(Place::Sandbox(1280, 800)));
    assert_eq!(task.limits, Limits { steps: 20, seconds: 300 });
    assert_eq!(task.setup[0].start, Start::Run(vec!["touch".into(), "/runs/work/ready".into()]));
    assert_eq!(task.setup[1].wait_for.as_ref().map(|w| w.limit), Some(Duration::from_secs(30)));
    assert_eq!(task.teardown, [["rm", "-f", "note.txt"]]);
    let expected = Content::Text(Match::Contains("hello".into()));
    assert_eq!(task.checks[0].kind, Kind::File { path: "/runs/work/note.txt".into(), expected });
}

#[test]
fn a_goal_is_told_without_its_secrets() {
    let environment = |name: &str| (name == "APP_PASSWORD").then(|| "s3cret".to_owned());
    let told = |goal: &str| {
        let text = WHOLE.replace("Write 'hello' and save it as {file}", goal);
        parsed(&text).unwrap().resolve(Path::new("/runs/work"), &environment).unwrap().told_goal()
    };
    assert_eq!(told("Save {{it}} as {file}, {count} times"), "Save {it} as note.txt, 3 times");
    assert_eq!(
        told("Log in with {password}"),
        "Log in with {password}\n(Type {password} just like that, braces included: the real text takes its place.)"
    );
}

#[test]
fn a_goal_alone_is_a_task() {
    let task = Task::of_goal("Press Enter").unwrap().resolve(Path::new("/w"), &|_| None).unwrap();
    assert_eq!((task.goal.as_str(), task.checks.len(), task.screen), ("Press Enter", 0, None));
    assert_snapshot!(Task::of_goal("Type {nothing}").unwrap_err(), @r#"
    goal: there is no input "nothing"
    hint: add it to [inputs], or write {{ and }} for braces; the names here are task_dir, work_dir
    "#);
}

#[test]
fn a_missing_variable_is_named() {
    let error = parsed(WHOLE).unwrap().resolve(Path::new("/w"), &|_| None).unwrap_err();
    assert_snapshot!(error, @r#"
    some/task.toml:6:12: inputs.password: the environment has no variable APP_PASSWORD
    6 | password = { env = "APP_PASSWORD", secret = true }
      |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: set it before the run: APP_PASSWORD=… sightstep run …
    "#);
}

/// Everything that can be wrong, with what is said of it.
#[test]
fn every_error_says_where_and_what_to_do() {
    let wrong = [
        "gaol = 'x'",
        "goal = 'x'\n[screen]\nsandbx = '1x1'",
        "goal = 'x'\n[colour]\na = 1",
        "inputs = {}",
        "goal = ",
        "goal = 3",
        "goal = ''",
        "goal = 'type {nam}'\n[inputs]\nname = 'Ann'",
        "goal = 'a } b'",
        "goal = 'x'\n[inputs]\na = { secret = true }",
        "goal = 'x'\n[inputs]\na = ['b']",
        "goal = 'x'\n[inputs]\nwork_dir = 'b'",
        "goal = 'x'\n[inputs]\n'a b' = 'b'",
        "goal = 'x'\n[screen]\nsandbox = '1280'",
        "goal = 'x'\n[screen]\nsandbox = '1280x800'\ndisplay = ':0'",
        "goal = 'x'\n[screen]\nmonitor = 0",
        "goal = 'x'\n[screen]\nmonitor = 1\nregion = [0, 0, 9, 9]",
        "goal = 'x'\n[screen]\nregion = [0, 0, 0, 9]",
        "goal = 'x'\n[[setup]]",
        "goal = 'x'\n[[setup]]\nlaunch = []",
        "goal = 'x'\n[[setup]]\nlaunch = ['a']\nrun = ['b']",
        "goal = 'x'\n[[setup]]\nwait_for = {}",
        "goal = 'x'\n[[setup]]\nwait_for = { text = 'a', seconds = -1 }",
        "goal = 'x'\n[limits]\nsteps = 0",
        "goal = 'x'\n[limits]\nseconds = 999999",
        "goal = 'x'\n[policy]\ndeny = ['open', 'clik']",
        "goal = 'x'\n[[check]]",
        "goal = 'x'\n[[check]]\ntext = 'a'\nwindow = 'b'",
        "goal = 'x'\n[[check]]\ntext = ' '",
        "goal = 'x'\n[[check]]\ntext = 'a'\ncontains = 'b'",
        "goal = 'x'\n[[check]]\nfile = 'a'\nequals = 'b'\ncontains = 'c'",
        "goal = 'x'\n[[check]]\nfile = 'a'\nexists = false\ncontains = 'c'",
        "goal = 'x'\n[[check]]\nfile = 'a'\nmatches = '('",
        "goal = 'x'\n[[check]]\nfile = 'a'\njson = 'b'",
        "goal = 'x'\n[[check]]\ncommand = ['true']\nregion = [0, 0, 9, 9]",
        "goal = 'x'\n[[check]]\nanswer = {}",
        "goal = 'x'\n[[check]]\ninfeasible = false",
        "goal = 'x'\n[[check]]\nany = []",
        "goal = 'x'\n[[check]]\nall = [{ text = 'a' }, { txt = 'b' }]",
        "goal = 'x'\n[[check]]\nimage = 'a.png'",
        "goal = 'x'\n[[check]]\ntext = 'a'\nwithin = 1e12",
        "goal = 'x'\n[[teardown]]\nrun = ['']",
    ];
    let said: Vec<String> = wrong
        .iter()
        .map(|text| match parsed(text) {
            Ok(_) => format!("{text}\n=> NO ERROR"),
            Err(error) => format!("{text}\n=>\n{error}\n"),
        })
        .collect();
    assert!(!said.iter().any(|s| s.contains("NO ERROR")), "{said:#?}");
    assert_snapshot!("errors", said.join("\n"));
}

#[test]
fn files_that_cannot_be_read_say_so() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Task::load(&folder.path().join("none.toml")).unwrap_err().to_string().contains("hint:"));
    let raw = folder.path().join("raw.toml");
    std::fs::write(&raw, [0xff, 0xfe]).unwrap();
    assert!(Task::load(&raw).unwrap_err().to_string().contains("is not UTF-8 text"));
}

/// `UPDATE_SCHEMA=1 cargo test -p sightstep-tasks` writes the file anew.
#[test]
fn the_published_schema_is_todays() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("task.schema.json");
    let today = format!("{:#}\n", schema());
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &today).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), today, "run with UPDATE_SCHEMA=1 and look at the difference");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,80}") {
        let _ = parsed(&text);
        let _ = parsed(&format!("goal = 'x'\n{text}"));
    }

    #[test]
    fn no_goal_makes_it_panic(goal in ".{0,40}") {
        let _ = Task::of_goal(&goal).map(|task| task.resolve(Path::new("/w"), &|_| None));
    }
}
