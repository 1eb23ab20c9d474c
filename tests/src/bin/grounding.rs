//! Accuracy of `ground` on a folder with `grounding.jsonl`: hits per source, of all rows and of those whose instruction
//! names the text that stands in the box.
//!
//! A row holds `source`, `image` (relative to the folder), `instruction`, `bbox` `[x, y, w, h]`, and where several
//! places are right `all_ok`, a list of boxes.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use serde::Deserialize;
use sightstep::planner::reader::ground;
use sightstep_tests::figures::share;
use sightstep_vision::frame::Frame;
use sightstep_vision::read::{Reader, Reading, TextModels};
use sightstep_vision::weights;

#[derive(Deserialize)]
struct Row {
    source: String,
    image: String,
    instruction: Option<String>,
    bbox: Option<[f64; 4]>,
    all_ok: Option<Vec<[f64; 4]>>,
}

/// Hits and rows of a source.
#[derive(Default)]
struct Score {
    hits: usize,
    rows: usize,
    named_hits: usize,
    named_rows: usize,
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: grounding FOLDER [-v]\nFOLDER holds grounding.jsonl and its pictures");
        return ExitCode::from(2);
    };
    let is_verbose = std::env::args().any(|argument| argument == "-v");
    match measure(Path::new(&folder), is_verbose) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(folder: &Path, is_verbose: bool) -> Result<(), Box<dyn Error>> {
    let models = Arc::new(TextModels::load(&weights::locate()?)?);
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for line in std::fs::read_to_string(folder.join("grounding.jsonl"))?.lines() {
        let row: Row = serde_json::from_str(line)?;
        let (Some(instruction), Some(bbox)) = (&row.instruction, row.bbox) else { continue };
        let frame = Frame::from_image(image::open(folder.join(&row.image))?.into_rgb8());
        let reading = Reader::new(Arc::clone(&models)).read(&frame);
        let found = ground(&reading, frame.width(), frame.height(), instruction);
        let boxes = row.all_ok.clone().unwrap_or_else(|| vec![bbox]);
        let is_hit = found.as_ref().is_ok_and(|f| boxes.iter().any(|b| is_inside(*b, f.point.x, f.point.y)));
        let is_named = boxes.iter().any(|b| is_named(*b, &reading, instruction));
        if is_verbose && !is_hit {
            let said = found.map_or_else(|e| e.to_string(), |f| f.thought);
            println!("{} {instruction:?} named {is_named}: {said:?}", row.image);
        }
        let score = scores.entry(row.source).or_default();
        score.rows += 1;
        score.hits += usize::from(is_hit);
        score.named_rows += usize::from(is_named);
        score.named_hits += usize::from(is_hit && is_named);
    }
    println!("{:<18} {:<20} of those that name visible text", "source", "hits");
    for (source, score) in scores {
        let (all, named) = (share(score.hits, score.rows), share(score.named_hits, score.named_rows));
        println!("{source:<18} {all:<20} {named}");
    }
    Ok(())
}

fn is_inside([x, y, w, h]: [f64; 4], px: i32, py: i32) -> bool {
    let (px, py) = (f64::from(px), f64::from(py));
    px >= x && px < x + w && py >= y && py < y + h
}

/// Whether the instruction holds all words of a text whose middle lies in the box.
fn is_named(area: [f64; 4], reading: &Reading, instruction: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let split = text.split(|c: char| !c.is_alphanumeric());
        split.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    let instruction = words(instruction);
    let texts = reading.lines.iter().flat_map(|line| {
        let own = std::iter::once((line.text.as_str(), line.area));
        own.chain(line.words.iter().map(|word| (word.text.as_str(), word.area)))
    });
    let inside = texts.filter(|(_, text)| {
        let (x, y) = text.centre();
        is_inside(area, x, y)
    });
    let mut held = inside.map(|(text, _)| words(text)).filter(|text| !text.is_empty());
    held.any(|text| text.iter().all(|word| instruction.contains(word)))
}
