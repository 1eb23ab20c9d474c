//! Recordings outlive versions of the program, and every way in which it can end.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use crate::support::{Place, ended};
use sightstep_tasks::recording::{Event, Recording};

/// How often a run is killed. Each is another moment of it, chosen by chance.
const KILLS: u64 = 8;

/// The variable that says how often instead; `make test-kills` sets it to 50.
const KILLS_VARIABLE: &str = "SIGHTSTEP_TEST_KILLS";

#[test]
fn a_recording_of_every_version_opens_and_replays() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings");
    let mut count = 0;
    for version in std::fs::read_dir(folder).unwrap() {
        let path = version.unwrap().path();
        let (code, said) = Place::new().run(&["replay", path.to_str().unwrap()]);
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("replayed as recorded, 3 steps, 12 events"), "{said}");
        count += 1;
    }
    assert_eq!(count, 1, "one recording for each version of the format");
}

#[test]
fn killed_at_any_moment_a_recording_opens_and_no_finished_step_is_missing() {
    let kills = std::env::var(KILLS_VARIABLE).map_or(KILLS, |count| count.parse().unwrap());
    for _ in 0..kills {
        let place = Place::new();
        let mut command = place.sightstep(&["do", "Open xterm. Type 'a'. Type 'b'.", "--sandbox", "320x200", "--json"]);
        let mut run = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(run.stdout.take().unwrap()).lines();
        let told = std::thread::spawn(move || lines.map_while(Result::ok).collect::<Vec<_>>());
        let chance = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_nanos();
        std::thread::sleep(Duration::from_millis(1500 + u64::from(chance / 1000) % 4000));
        run.kill().unwrap();
        ended(run.wait_with_output().unwrap());
        // A step is finished when the next one has been planned.
        let planned = told.join().unwrap().iter().filter(|line| line.contains("\"event\":\"planned\"")).count();
        let Some(run) = std::fs::read_dir(place.path().join("runs")).ok().and_then(|mut runs| runs.next()) else {
            assert_eq!(planned, 0);
            continue;
        };
        let folder = run.unwrap().path();
        // Killed while it opened the display: nothing was told and nothing is recorded.
        if planned == 0 && !folder.join("recording.jsonl").exists() {
            continue;
        }
        let recording = Recording::open(&folder).unwrap();
        let is_plan = |event: &Event| matches!(event, Event::Planned { .. });
        let kept = recording.entries.iter().filter(|entry| is_plan(&entry.event)).count();
        assert!(kept + 1 >= planned, "{planned} steps were planned and {kept} are kept");
        let (code, said) = place.run(&["replay", folder.to_str().unwrap()]);
        assert!(code == 0 || recording.entries.is_empty(), "{said}");
    }
}
