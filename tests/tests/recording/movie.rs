//! A recording as a video that ffmpeg reads again, and what is said where there is no ffmpeg.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

use crate::support::Place;

const RECORDING: &str = "recordings/version-1";

fn recording() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(RECORDING).display().to_string()
}

#[test]
fn ffmpeg_makes_a_video_of_all_stills() {
    let place = Place::new();
    let (code, said) = place.output(&["report", &recording(), "--mp4", "run.mp4", "--gif", "run.gif"]);
    assert_eq!((code, said.as_str()), (0, "run.gif\nrun.mp4\n"));
    let read = |file: &str| {
        let arguments = ["-loglevel", "error", "-i", file, "-f", "rawvideo", "-pix_fmt", "gray", "-"];
        let output = Command::new("ffmpeg").args(arguments).current_dir(place.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let size = size();
    // Every picture is whole, and there are some seconds of ten each.
    let (video, gif) = (read("run.mp4"), read("run.gif"));
    assert!(video.len() % size == 0 && video.len() / size > 20, "{} of {size}", video.len());
    assert!(!gif.is_empty() && gif.len() % size == 0, "{} of {size}", gif.len());
    // The last second is still, and shows something.
    let last = &video[video.len() - size..];
    assert!(last.iter().max() > last.iter().min());
}

/// How many pixels the recorded screen has: it is small enough not to be shrunk.
fn size() -> usize {
    let text = std::fs::read_to_string(Path::new(&recording()).join("recording.jsonl")).unwrap();
    let started: serde_json::Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
    let [width, height] = ["width", "height"].map(|side| started["screen"][side].as_u64().unwrap());
    assert!(width <= 800 && height <= 800 && width % 2 == 0 && height % 2 == 0);
    (width * height) as usize
}

#[test]
fn what_is_in_the_way_is_said() {
    let place = Place::new();
    let run = |arguments: &[&str]| {
        let output = place.sightstep(&[&["report"], arguments].concat()).env("PATH", "/nowhere").output().unwrap();
        crate::support::ended(output)
    };
    let recording = recording();
    let (code, said) = run(&[&recording, "--mp4", "run.mp4"]);
    assert!(
        code == 3 && said.contains("ffmpeg is not installed") && said.contains("hint: apt install ffmpeg"),
        "{said}"
    );
    let (code, said) = run(&[&recording, "--gif", "no/such/run.gif"]);
    assert!(code == 2 && said.contains("no/such/run.gif cannot be written"), "{said}");
    let (code, said) = place.run(&["report", &recording, "--mp4", "no/such/run.mp4"]);
    assert!(code == 2 && said.contains("ffmpeg says: "), "{said}");
    let folder = Path::new(&recording).parent().unwrap().display().to_string();
    let (code, said) = run(&[&folder, "--gif", "run.gif"]);
    assert!(code == 2 && said.contains("is a folder of recordings"), "{said}");
}
