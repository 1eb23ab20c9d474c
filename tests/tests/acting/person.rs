//! A person at the terminal: asked, waited for, and heard.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::{FromRawFd as _, OwnedFd};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::Place;

/// Two fields of the same name.
const TWICE: &str = r#"
goal = "Type 'Ada' into Name. Press the OK button."
screen.sandbox = "800x600"

[[setup]]
launch = ["sh", "-c", "zenity --forms --title Twice --text Two --add-entry Name --add-entry Name > answers.txt"]
wait_for = { window = "Twice" }

[[check]]
file = "answers.txt"
equals = "|Ada\n"
"#;

/// A terminal: what the person's side writes is typed, what it reads is shown.
fn terminal() -> (File, OwnedFd) {
    let (mut person, mut program) = (0, 0);
    // SAFETY: two valid places for descriptors, and no name, settings or size wanted.
    let opened =
        unsafe { libc::openpty(&mut person, &mut program, std::ptr::null_mut(), std::ptr::null(), std::ptr::null()) };
    assert_eq!(opened, 0);
    // SAFETY: both descriptors are open and nobody else's.
    unsafe { (File::from_raw_fd(person), OwnedFd::from_raw_fd(program)) }
}

#[test]
fn a_question_is_answered_at_the_terminal_and_the_run_goes_on() {
    let place = Place::new();
    place.file("twice.toml", TWICE);
    let (mut person, program) = terminal();
    let mut command = place.sightstep(&["run", "twice.toml"]);
    command.stdin(Stdio::from(program.try_clone().unwrap())).stderr(Stdio::from(program)).stdout(Stdio::null());
    let mut run = command.spawn().unwrap();
    drop(command);
    let mut shown = String::new();
    let mut part = [0; 4096];
    let deadline = Instant::now() + Duration::from_secs(60);
    while !shown.contains("waiting 120 s for an answer") {
        assert!(Instant::now() < deadline, "never asked: {shown}");
        let count = person.read(&mut part).unwrap_or_else(|e| panic!("{e}: {shown}"));
        shown.push_str(&String::from_utf8_lossy(&part[..count]));
    }
    assert!(shown.contains("fits 2 places equally well"), "{shown}");
    person.write_all(b"2\n").unwrap();
    // The terminal is emptied, or the program could not go on writing.
    let reader = std::thread::spawn(move || {
        let _ = person.read_to_string(&mut String::new());
    });
    let status = run.wait().unwrap();
    reader.join().unwrap();
    let events = place.events();
    assert_eq!(status.code(), Some(0), "{:?}", events.last());
    let asked: Vec<_> = events.iter().filter(|event| event["event"] == "asked").collect();
    assert_eq!((asked.len(), asked[0]["answer"].as_str()), (1, Some("2")));
}
