//! What a moving picture shows, read back from its file.

use std::fs::File;

use ::gif::{ColorOutput, DecodeOptions};
use image::Rgb;
use sightstep_vision::frame::Frame;

use super::*;

/// A recording that looks at a grey screen, clicks in its middle, and sees a part of it turn black.
fn recorded(folder: &std::path::Path) -> Recording {
    std::fs::create_dir_all(folder.join("frames")).unwrap();
    let grey = RgbImage::from_pixel(1000, 500, Rgb([200; 3]));
    let mut black = grey.clone();
    (0..100).for_each(|x| (0..100).for_each(|y| black.put_pixel(800 + x, 100 + y, Rgb([0; 3]))));
    let stored = |picture: RgbImage| {
        let frame = Frame::from_image(picture.clone());
        picture.save(folder.join(format!("frames/{}.png", frame.digest()))).unwrap();
        frame.digest().to_owned()
    };
    let (before, after) = (stored(grey), stored(black));
    let look = |frame: &str| {
        format!(r#"{{"t":1,"event":"observed","step":1,"frame":"{frame}","still":true,"waited_ms":1.0,"windows":[]}}"#)
    };
    let acted = r#"{"t":2,"event":"acted","step":1,"number":1,"action":{"type":"click","at":{"x":500,"y":250}},"receipt":{"method":"mouse","millis":1.0}}"#;
    let lines = [
        r#"{"format":"sightstep-recording","version":1}"#.to_owned(),
        r#"{"t":0,"event":"run_started","at":"","sightstep":"","task":"","goal":"","model":"","screen":{"display":"","width":1000,"height":500,"origin":[0,0],"scale":1.0}}"#.to_owned(),
        look(&before),
        look(&before),
        acted.to_owned(),
        look(&after),
    ];
    std::fs::write(folder.join("recording.jsonl"), lines.join("\n")).unwrap();
    Recording::open(folder).unwrap()
}

#[test]
fn a_gif_shows_the_look_the_mark_and_what_came_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.gif");
    gif(&recorded(folder.path()), &path).unwrap();
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    let mut decoder = options.read_info(File::open(&path).unwrap()).unwrap();
    assert_eq!((decoder.width(), decoder.height()), (800, 400));
    let mut frames = Vec::new();
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        frames.push(frame.clone());
    }
    let delays: Vec<u16> = frames.iter().map(|frame| frame.delay).collect();
    assert_eq!(delays, [90, 70, 250], "a look that is seen twice is shown once");
    let [whole, mark, after] = frames.as_slice() else { panic!("three frames") };
    assert_eq!((whole.width, whole.height), (800, 400));
    // The ring is around the click, and nothing else is drawn again.
    let (middle_x, middle_y) = (mark.left + mark.width / 2, mark.top + mark.height / 2);
    assert!(middle_x.abs_diff(400) <= 1 && middle_y.abs_diff(200) <= 1, "{middle_x},{middle_y}");
    assert!(mark.width < 60 && mark.buffer.chunks(4).any(|p| p[0] > 150 && p[1] < 100), "{}", mark.width);
    // From the ring, which goes, to the square, which comes.
    let right = after.left + after.width;
    assert!(after.left < 400 && right.abs_diff(720) <= 4, "{} {right}", after.left);
}

#[test]
fn a_drag_is_a_line_and_points_off_the_screen_do_no_harm() {
    let drawn = |action: serde_json::Value| {
        let mut picture = RgbImage::new(120, 80);
        mark::draw(&mut picture, &serde_json::from_value(action).unwrap(), (240, 160));
        picture
    };
    let drag = drawn(serde_json::json!({ "type": "drag", "path": [{ "x": 20, "y": 80 }, { "x": 220, "y": 80 }] }));
    assert!((15..105).all(|x| drag.get_pixel(x, 40).0[0] > 200), "the line is whole");
    assert_eq!(drag.get_pixel(60, 20), &Rgb([0; 3]));
    let far = serde_json::json!({ "type": "drag", "path": [{ "x": 0, "y": 0 }, { "x": 4_000_000_000u32, "y": 4_000_000_000u32 }] });
    assert!(drawn(far).get_pixel(119, 79).0[0] > 200);
}

#[test]
fn a_recording_without_pictures_is_no_movie() {
    let folder = tempfile::tempdir().unwrap();
    let recording = recorded(folder.path());
    for frame in std::fs::read_dir(folder.path().join("frames")).unwrap() {
        std::fs::remove_file(frame.unwrap().path()).unwrap();
    }
    let path = folder.path().join("run.gif");
    assert!(matches!(gif(&recording, &path), Err(MovieError::Picture { .. })));
    let mut empty = recording;
    empty.entries.truncate(1);
    assert!(matches!(gif(&empty, &path), Err(MovieError::Nothing { .. })));
}
