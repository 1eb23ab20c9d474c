//! The screen in the terminal while a run goes on.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Command;

use crate::support::Place;

const TASK: &str = "goal = 'Wait 0 seconds'\nscreen.sandbox = '320x200'\n";

/// What a run writes to a real terminal.
fn in_a_terminal(place: &Place, variables: &[(&str, &str)]) -> String {
    let program = env!("CARGO_BIN_EXE_sightstep-under-test");
    let mut command = Command::new("script");
    command.args(["-qefc", &format!("{program} run task.toml --watch"), "/dev/null"]).current_dir(place.path());
    command.env_remove("NO_COLOR").env_remove("COLORTERM").env("TERM", "xterm-256color").envs(variables.to_vec());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
    said
}

/// What was said, without the picture.
fn shown(said: &str) -> String {
    said.lines().filter(|line| !line.contains('▀')).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_terminal_that_draws_colours_shows_the_screen() {
    let place = Place::new();
    place.file("task.toml", TASK);
    let said = in_a_terminal(&place, &[("COLORTERM", "truecolor")]);
    assert!(said.contains('▀') && said.contains("\x1b[38;2;"), "no picture in true colour");
    assert!(said.contains("recording: ") && !said.contains("--watch shows nothing"), "{}", shown(&said));
    let said = in_a_terminal(&place, &[]);
    assert!(
        said.contains('▀') && said.contains("\x1b[38;5;") && !said.contains("\x1b[38;2;"),
        "no picture in 216 colours"
    );
}

#[test]
fn elsewhere_a_sentence_says_that_there_is_nothing() {
    let place = Place::new();
    place.file("task.toml", TASK);
    let (code, said) = place.run(&["run", "task.toml", "--watch"]);
    assert!(code == 0 && said.contains("--watch shows nothing here: standard error is no terminal"), "{said}");
    assert!(!said.contains('▀'), "{said}");
    let said = in_a_terminal(&place, &[("TERM", "dumb")]);
    assert!(said.contains("--watch shows nothing") && !said.contains('▀'), "{}", shown(&said));
    let (code, said) = place.run(&["run", "task.toml", "--watch", "--json"]);
    assert!(code == 2 && said.contains("cannot be used with"), "{said}");
}
