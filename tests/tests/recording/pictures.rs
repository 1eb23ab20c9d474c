//! `match` and `verify` on pictures, as a shell sees them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write as _;
use std::process::Stdio;

use crate::support::Place;
use image::{Rgb, RgbImage};
use serde_json::{Value, json};

/// Every place looks different.
fn screen() -> RgbImage {
    RgbImage::from_fn(160, 120, |x, y| Rgb([((x * 7) ^ (y * 13)) as u8, (x + y) as u8, (x * y) as u8]))
}

/// The same with a black box, as a dialog would be.
fn with_box() -> RgbImage {
    let mut picture = screen();
    for (x, y) in (40..90).flat_map(|x| (40..80).map(move |y| (x, y))) {
        picture.put_pixel(x, y, Rgb([0, 0, 0]));
    }
    picture
}

fn place() -> Place {
    let place = Place::new();
    for (name, picture) in [("plain.png", screen()), ("box.png", with_box()), ("ok.png", screen())] {
        picture.save(place.path().join(name)).unwrap();
    }
    place.file("ok.json", r#"{"area":[{"xpos":50,"ypos":50,"width":20,"height":20,"type":"match"}],"tags":[]}"#);
    place
}

/// Exit code and the lines of standard output.
fn said(place: &Place, arguments: &[&str], input: &str) -> (i32, Vec<Value>) {
    let mut command = place.sightstep(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn a_needle_is_found_or_not() {
    let place = place();
    let (code, found) = said(&place, &["match", "plain.png", "ok.json"], "");
    let area = json!({ "x": 50, "y": 50, "w": 20, "h": 20, "similarity": 1.0 });
    assert_eq!((code, &found[0]), (0, &json!({ "matched": true, "similarity": 1.0, "areas": [area] })));
    let (code, found) = said(&place, &["match", "box.png", "ok.json"], "");
    assert_eq!((code, &found[0]["matched"]), (1, &json!(false)), "{found:?}");
    let lines = "{\"id\":1,\"image\":\"plain.png\",\"needle\":\"ok.json\"}\n{\"id\":2,\"image\":\"plain.png\",\"needle\":\"no.json\"}\n";
    let (code, found) = said(&place, &["match", "--jsonl"], lines);
    assert_eq!((code, &found[0]["id"], &found[0]["matched"]), (0, &json!(1), &json!(true)));
    assert!(found[1]["error"].as_str().unwrap().contains("no.json"), "{found:?}");
}

#[test]
fn an_action_is_judged_from_two_pictures() {
    let place = place();
    let click = r#"{"type":"click","at":{"x":60,"y":60}}"#;
    let verdict = |after: &str, more: &[&str]| {
        let arguments = [&["verify", "plain.png", after, "--action", click], more].concat();
        let (code, found) = said(&place, &arguments, "");
        assert_eq!(code, 0, "{found:?}");
        found[0]["verdict"].as_str().unwrap().to_owned()
    };
    let there = r#"{"type":"image_matches","needle":"ok.json"}"#;
    let stays = r#"[{"type":"region_stays","region":{"x":0,"y":0,"width":20,"height":20}}]"#;
    let cases = [
        ("box.png", &[] as &[&str], "confirmed"),
        ("plain.png", &[], "no_effect"),
        ("box.png", &["--expect", there], "contradicted"),
        ("plain.png", &["--expect", there], "unknown"),
        ("box.png", &["--expect", stays], "confirmed"),
    ];
    let wrong: Vec<_> = cases.iter().filter(|(after, more, want)| verdict(after, more) != *want).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let line = format!(r#"{{"id":"a","before":"plain.png","after":"box.png","action":{click}}}"#);
    let (_, found) = said(&place, &["verify", "--jsonl"], &line);
    assert_eq!((&found[0]["id"], &found[0]["verdict"]), (&json!("a"), &json!("confirmed")));
    assert!(found[0]["evidence"][0]["seen"].as_str().unwrap().contains("50x40 px at 40,40"), "{found:?}");
}

#[test]
fn bad_usage_is_told() {
    let place = place();
    for arguments in [
        &["match", "plain.png"] as &[&str],
        &["match", "plain.png", "plain.png"],
        &["verify", "plain.png", "box.png"],
        &["verify", "plain.png", "box.png", "--action", "click"],
        &["verify", "plain.png", "box.png", "--action", r#"{"type":"screenshot"}"#, "--expect", "3"],
    ] {
        assert_eq!(place.run(arguments).0, 2, "{arguments:?}");
    }
}
