//! Accuracy of `ground` on a folder with `grounding.jsonl`: hits per source, of all rows and of those whose instruction
//! names the text that stands in the box; and what a row takes. With `--model M` a model is asked in the reader's place.
//!
//! A row holds `source`, `image` (relative to the folder), `instruction`, `bbox` `[x, y, w, h]`, and where several
//! places are right `all_ok`, a list of boxes.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use sightstep::cached_reader::CachedReader;
use sightstep::model::{Finder, Model};
use sightstep_engine::LoadOptions;
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
    took: Vec<Duration>,
}

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let verbose = arguments.iter().position(|argument| argument == "-v").map(|at| arguments.remove(at));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (folder, model) = match arguments[..] {
        [folder] => (folder, "reader"),
        [folder, "--model", model] => (folder, model),
        _ => {
            eprintln!("usage: grounding FOLDER [--model M] [-v]\nFOLDER holds grounding.jsonl and its pictures");
            return ExitCode::from(2);
        }
    };
    match measure(Path::new(folder), model, verbose.is_some()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn measure(folder: &Path, model: &str, is_verbose: bool) -> Result<(), Box<dyn Error>> {
    let models = Arc::new(TextModels::load(&weights::locate()?)?);
    let model = Model::named(model, None, &LoadOptions::default(), &|name| std::env::var(name).ok())?;
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for line in std::fs::read_to_string(folder.join("grounding.jsonl"))?.lines() {
        let row: Row = serde_json::from_str(line)?;
        let (Some(instruction), Some(bbox)) = (&row.instruction, row.bbox) else { continue };
        let frame = Frame::from_image(image::open(folder.join(&row.image))?.into_rgb8());
        let reader = CachedReader::new(Reader::new(Arc::clone(&models)));
        let start = Instant::now();
        let found = Finder::of(&model, &reader).find(&frame, instruction).await;
        let took = start.elapsed();
        let reading = reader.read(&frame).await?;
        let boxes = row.all_ok.clone().unwrap_or_else(|| vec![bbox]);
        let at = found.as_ref().map(|place| (place.point.x as i32, place.point.y as i32));
        let is_hit = at.is_ok_and(|(x, y)| boxes.iter().any(|b| is_inside(*b, x, y)));
        let is_named = boxes.iter().any(|b| is_named(*b, &reading, instruction));
        if is_verbose && !is_hit {
            let said = found.map_or_else(|e| e.to_string(), |place| format!("{:?}", (place.point, place.thought)));
            println!("{} {instruction:?} named {is_named}: {said}", row.image);
        }
        let score = scores.entry(row.source).or_default();
        score.rows += 1;
        score.hits += usize::from(is_hit);
        score.named_rows += usize::from(is_named);
        score.named_hits += usize::from(is_hit && is_named);
        score.took.push(took);
    }
    println!("{:<18} {:<20} {:<32} median", "source", "hits", "of those that name visible text");
    for (source, mut score) in scores {
        let (all, named) = (share(score.hits, score.rows), share(score.named_hits, score.named_rows));
        score.took.sort();
        println!("{source:<18} {all:<20} {named:<32} {:.0?}", score.took[score.took.len() / 2]);
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
