//! A secret that a run types is nowhere in its recording: no text, no picture, no report, no output.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::support::Place;
use serde_json::Value;
use sightstep_vision::frame::Frame;
use sightstep_vision::read::{Reader, TextModels};

/// The secret is typed where it can be read, and more is typed and clicked afterwards, so that every part of a recording
/// has a chance to tell it.
const TASK: &str = r#"
goal = "Type 'user bob'. Press Enter. Type {password}. Press Enter. Type 'the end'. Click 'Edit'. Press Escape."
[inputs]
password = { env = "APP_PASSWORD", secret = true }
[screen]
sandbox = "900x600"
[[setup]]
launch = ["mousepad"]
wait_for = { window = "Untitled" }
[[check]]
text = "the end"
"#;

const SECRET: &str = "Wolkenbruch 4711";

/// Parts of the secret that are found even where it was read with a mistake.
const PARTS: [&str; 4] = ["Wolken", "kenbruch", "olkenb", "4711"];

fn files(folder: &Path) -> Vec<PathBuf> {
    let inside = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    inside.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_secret_is_nowhere_in_a_recording() {
    let place = Place::new();
    place.file("login.toml", TASK);
    let mut command = place.sightstep(&["run", "login.toml", "--json"]);
    let output = command.env("APP_PASSWORD", SECRET).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    assert!(said.contains("{password}") && !PARTS.iter().any(|part| said.contains(part)), "{said}");
    let run = std::fs::read_dir(place.path().join("runs")).unwrap().next().unwrap().unwrap().path();
    let (code, told) = place.run(&["report", run.to_str().unwrap()]);
    assert_eq!(code, 0, "{told}");
    let (_, exported) = place.output(&["recording", "export", run.to_str().unwrap()]);
    assert!(!PARTS.iter().any(|part| exported.contains(part)), "{exported}");

    let models = TextModels::load(&sightstep_vision::weights::locate().unwrap()).unwrap();
    let mut reader = Reader::new(Arc::new(models));
    let (mut pictures, mut has_read) = (0, false);
    for path in files(&run) {
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!PARTS.iter().any(|part| text.contains(part)), "{}", path.display());
        if path.extension().is_some_and(|e| e == "png") {
            let frame = Frame::from_image(image::open(&path).unwrap().into_rgb8());
            let reading = reader.read(&frame);
            let lines: Vec<&str> = reading.lines.iter().map(|line| line.text.as_str()).collect();
            assert!(
                !PARTS.iter().any(|part| lines.iter().any(|line| line.contains(part))),
                "{}: {lines:?}",
                path.display()
            );
            has_read |= lines.iter().any(|line| line.contains("user bob"));
            pictures += 1;
        }
    }
    // The reader can read what is not hidden: the search would have found the secret.
    assert!(pictures >= 5 && has_read, "{pictures} pictures");
}

/// A form with two fields, and a secret that only one of them is named for.
const FORM: &str = r#"
goal = "Type {password} into FIELD. Click OK."
[inputs]
password = { env = "APP_PASSWORD", secret = true, field = "Password" }
[screen]
sandbox = "900x600"
[[setup]]
launch = ["zenity", "--forms", "--text", "Sign in", "--add-entry", "User", "--add-password", "Password"]
wait_for = { text = "Sign in" }
"#;

#[test]
fn a_secret_goes_only_into_the_field_named_for_it() {
    for (field, expected) in [("Password", 0), ("User", 1)] {
        let place = Place::new();
        place.file("form.toml", &FORM.replace("FIELD", field));
        let mut command = place.sightstep(&["run", "form.toml", "--json"]);
        let output = command.env("APP_PASSWORD", SECRET).output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(expected), "{field}: {said}");
        let refused = "{password} goes only into the field 'Password', and the keyboard is not known to be there";
        assert_eq!(said.contains(refused), field == "User", "{field}: {said}");
        let run = std::fs::read_dir(place.path().join("runs")).unwrap().next().unwrap().unwrap().path();
        if field == "Password" {
            // By its length alone: nothing else is told.
            let verdicts: Vec<Value> =
                place.events().into_iter().filter(|e| e["evidence"][0]["rule"] == "field_told").collect();
            assert_eq!(verdicts.len(), 1, "{said}");
            assert_eq!(verdicts[0]["verdict"], "confirmed", "{}", verdicts[0]);
            assert!(verdicts[0]["evidence"][0]["seen"].as_str().unwrap().starts_with("a secret stands there"));
        }
        let (code, told) = place.run(&["replay", run.to_str().unwrap()]);
        assert_eq!(code, 0, "{field}: {told}");
    }
}
