//! Recordings are exported for training and thrown away, and nothing else is.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use crate::support::Place;

/// A copy of the recording of version 1 that says it began on this day.
fn recording(place: &Place, name: &str, day: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings/version-1");
    let to = place.path().join("runs").join(name);
    std::fs::create_dir_all(to.join("frames")).unwrap();
    for frame in std::fs::read_dir(from.join("frames")).unwrap().flatten() {
        std::fs::copy(frame.path(), to.join("frames").join(frame.file_name())).unwrap();
    }
    let text = std::fs::read_to_string(from.join("recording.jsonl")).unwrap();
    std::fs::write(to.join("recording.jsonl"), text.replace("2026-11-24T", &format!("{day}T"))).unwrap();
}

fn left(place: &Place) -> Vec<String> {
    let runs = std::fs::read_dir(place.path().join("runs")).unwrap().flatten();
    let mut names: Vec<_> = runs.map(|run| run.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn the_latest_recordings_are_kept_and_what_is_no_recording_is_left_alone() {
    let place = Place::new();
    for (name, day) in [("a", "2020-01-01"), ("b", "2020-01-03"), ("c", "2020-01-02"), ("d", "2020-01-04")] {
        recording(&place, name, day);
    }
    recording(&place, "mixed", "2019-01-01");
    std::fs::write(place.path().join("runs/mixed/thesis.txt"), "mine").unwrap();
    std::fs::create_dir(place.path().join("runs/photos")).unwrap();
    std::fs::create_dir(place.path().join("runs/broken")).unwrap();
    std::fs::write(place.path().join("runs/broken/recording.jsonl"), "no recording").unwrap();
    std::os::unix::fs::symlink(place.path().join("runs/a"), place.path().join("runs/link")).unwrap();
    let (code, said) = place.run(&["recording", "gc", "runs", "--keep", "2", "--dry-run"]);
    assert!(code == 0 && said.contains("2 of 4 recordings would be removed") && left(&place).len() == 8, "{said}");
    let (code, said) = place.run(&["recording", "gc", "runs", "--keep", "2"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(left(&place), ["b", "broken", "d", "link", "mixed", "photos"], "{said}");
    for named in ["mixed: it holds thesis.txt", "broken: ", "link: it is a link"] {
        assert!(said.contains(named), "{named}: {said}");
    }
    let (code, said) = place.run(&["recording", "gc", "runs", "--days", "30"]);
    assert!(code == 0 && left(&place) == ["broken", "link", "mixed", "photos"], "{said}");
    for wrong in [&["recording", "gc", "runs/mixed", "--keep", "1"] as &[&str], &["recording", "gc", "runs"]] {
        assert_eq!(place.run(wrong).0, 2, "{wrong:?}");
    }
}

#[test]
fn a_run_under_way_is_left_alone() {
    let place = Place::new();
    recording(&place, "now", "2020-01-01");
    let path = place.path().join("runs/now/recording.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    let cut: Vec<&str> = text.lines().filter(|line| !line.contains("run_finished")).collect();
    std::fs::write(&path, cut.join("\n")).unwrap();
    let (_, said) = place.run(&["recording", "gc", "runs", "--keep", "0"]);
    assert!(said.contains("its run may still be going on") && left(&place) == ["now"], "{said}");
}

#[test]
fn runs_are_exported_a_line_each() {
    let place = Place::new();
    recording(&place, "a", "2020-01-01");
    recording(&place, "b", "2020-01-02");
    let (code, lines) = place.output(&["recording", "export", "runs", "--done"]);
    assert_eq!(code, 0);
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let seen: Vec<_> = lines.iter().map(|line| (line["run"].as_str().unwrap(), line["reward"].as_f64())).collect();
    assert_eq!(seen, [("a", Some(1.0)), ("b", Some(1.0))]);
    let picture = lines[0]["messages"][0]["content"][1]["image"].as_str().unwrap();
    assert!(image::open(place.path().join(picture)).is_ok(), "{picture}");
    assert_eq!(place.run(&["recording", "export", "nowhere"]).0, 2);
}
