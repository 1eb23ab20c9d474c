//! However a run ends, its recording is whole and nothing of it stays behind.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Place, ended};

/// A goal that takes long enough to be ended from outside.
const LONG: &str = "Open xterm. Wait 9 seconds.";

fn spawned(place: &Place, arguments: &[&str]) -> Child {
    place.sightstep(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until the recording holds an event of this name.
fn wait_for_event(place: &Place, event: &str) {
    let deadline = Instant::now() + Duration::from_secs(60);
    let needle = format!("\"event\":\"{event}\"");
    loop {
        let runs = std::fs::read_dir(place.path().join("runs")).into_iter().flatten().flatten();
        let mut texts = runs.filter_map(|run| std::fs::read_to_string(run.path().join("recording.jsonl")).ok());
        if texts.any(|text| text.contains(&needle)) {
            return;
        }
        assert!(Instant::now() < deadline, "{event} never came");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The X server that a process started.
fn x_server_of(parent: u32) -> u32 {
    let is_child = |pid: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let rest = stat.rsplit_once(") ").map(|(_, rest)| rest.to_owned()).unwrap_or_default();
        stat.contains("(Xvfb)") && rest.split(' ').nth(1) == Some(&parent.to_string())
    };
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let mut pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.find(is_child).unwrap()
}

#[test]
fn ctrl_c_stops_a_run_and_leaves_nothing() {
    let place = Place::new();
    let run = spawned(&place, &["do", LONG, "--sandbox", "640x480"]);
    wait_for_event(&place, "verified");
    let display = x_server_of(run.id());
    // SAFETY: sends a signal to a child of ours that has not been waited for.
    unsafe { libc::kill(run.id() as i32, libc::SIGINT) };
    let (code, said) = ended(run.wait_with_output().unwrap());
    assert_eq!(code, 4, "{said}");
    let last = place.events().pop().unwrap();
    assert_eq!((last["event"].as_str(), last["outcome"].as_str()), (Some("run_finished"), Some("stopped")));
    assert_eq!(last["reason"], "interrupted");
    assert!(!std::path::Path::new(&format!("/proc/{display}")).exists(), "the X server is still there");
}

#[test]
fn a_limit_stops_a_run() {
    let place = Place::new();
    place.file("slow.toml", &format!("goal = '{LONG}'\nscreen.sandbox = '640x480'\nlimits.seconds = 3\n"));
    let (code, said) = place.run(&["run", "slow.toml"]);
    assert_eq!(code, 4, "{said}");
    assert_eq!(place.events().pop().unwrap()["reason"], "the limit of 3 s was reached");
}

#[test]
fn a_display_that_dies_fails_the_run_and_keeps_the_recording() {
    let place = Place::new();
    let mut server = Command::new("Xvfb");
    server.args(["-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset"]);
    let mut server = server.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut number = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(server.stdout.take().unwrap()), &mut number).unwrap();
    let display = format!(":{}", number.trim());
    let run = spawned(&place, &["do", LONG, "--display", &display]);
    wait_for_event(&place, "verified");
    server.kill().unwrap();
    server.wait().unwrap();
    let (code, said) = ended(run.wait_with_output().unwrap());
    assert_eq!(code, 3, "{said}");
    let events = place.events();
    assert_eq!(events.last().unwrap()["outcome"], "failed", "{said}");
    for frame in events.iter().filter_map(|event| event["frame"].as_str()) {
        let run = std::fs::read_dir(place.path().join("runs")).unwrap().next().unwrap().unwrap();
        assert!(image::open(run.path().join(format!("frames/{frame}.png"))).is_ok(), "{frame}");
    }
}
