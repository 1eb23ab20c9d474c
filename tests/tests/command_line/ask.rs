//! `sightstep ask` with tiny models of random weights: the answers are those of the reference implementation, and what
//! cannot be loaded is refused with the right exit code.

use std::path::Path;

use crate::support::Place;
use serde_json::Value;
use sightstep_engine::Family;

fn model(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/goldens").join(name).display().to_string()
}

/// A picture of flat areas.
fn screen(place: &Place) -> String {
    let path = place.path().join("screen.png");
    let pixel = |x: u32, y: u32| image::Rgb([(x / 20 * 40) as u8, (y / 15 * 40) as u8, 128]);
    image::RgbImage::from_fn(116, 90, pixel).save(&path).expect("a picture can be written");
    path.display().to_string()
}

#[test]
fn an_answer_is_text_or_json() {
    let place = Place::new();
    let screen = screen(&place);
    let mut wrong = Vec::new();
    for family in [Family::Qwen2Vl, Family::Qwen25Vl, Family::OpenCua, Family::Qwen3Vl, Family::Qwen3VlMoe] {
        let asked = ["ask", &screen, &screen, "Where?", "--model", &model(family.name()), "--max-tokens", "12"];
        let (code, text) = place.output(&asked);
        let (_, json) = place.output(&[&asked[..], &["--json"]].concat());
        let json: Value = serde_json::from_str(&json).unwrap();
        let tokens = json["tokens"].as_array().unwrap().len();
        let fits = json["prompt_tokens"].as_u64().unwrap() > 24 && json["timings"]["prompt_seconds"].is_number();
        if code != 0
            || Some(text.trim_end_matches('\n')) != json["text"].as_str()
            || tokens == 0
            || tokens > 12
            || !fits
        {
            wrong.push((family, code, text, json));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let place = Place::new();
    let screen = screen(&place);
    let empty = place.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let (empty, good) = (empty.display().to_string(), model("qwen2_vl"));
    let cases: [(&[&str], i32, &str); 4] = [
        (&["ask", &screen, "Where?", "--model", &empty], 3, "is not a checkpoint: it has no config.json"),
        (&["ask", "nowhere.png", "Where?", "--model", &good], 2, "nowhere.png cannot be read"),
        (&["ask", &screen, "Where?", "--model", &good, "--device", "cuda:0"], 3, "cuda:0 cannot be used"),
        (&["ask", &screen, "Where?", "--model", &good, "--device", "abacus"], 2, "there is no device \"abacus\""),
    ];
    let mut wrong = Vec::new();
    for (arguments, exit, words) in cases {
        let (code, said) = place.run(arguments);
        if code != exit || !said.contains(words) || !said.contains("hint:") {
            wrong.push((code, said));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
