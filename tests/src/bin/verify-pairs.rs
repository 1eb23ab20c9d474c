//! How often the verifier is right on real windows: actions that were done, left out, or only pointed at.

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use sightstep_tests::figures::share;
use sightstep_tests::pairs::{Counts, Deed, SCENES, Theatre};
use sightstep_vision::read::TextModels;
use sightstep_vision::weights;

/// Actions that need not be seen: there `unknown` is right too.
const SILENT: [&str; 5] = ["move", "press", "release", "key_down", "key_up"];

fn main() -> ExitCode {
    let is_verbose = std::env::args().any(|argument| argument == "-v");
    let measured = tokio::runtime::Runtime::new().map_err(Into::into).and_then(|rt| rt.block_on(measure(is_verbose)));
    match measured {
        Ok(counts) => {
            print(&counts);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(is_verbose: bool) -> Result<Counts, Box<dyn Error>> {
    let models = Arc::new(TextModels::load(&weights::locate()?)?);
    let mut counts = Counts::new();
    for scene in &SCENES {
        println!("{}", scene.name);
        let mut theatre = Theatre::open(&models, is_verbose).await?;
        let played = theatre.play(scene, &mut counts).await;
        theatre.close();
        played?;
    }
    Ok(counts)
}

fn print(counts: &Counts) {
    let (mut right, mut all, mut wrong) = (0, 0, 0);
    for ((action, deed), judgements) in counts {
        let count = |judgement: &str| judgements.get(judgement).copied().unwrap_or(0);
        let total: usize = judgements.values().sum();
        let good = match deed {
            Deed::Done if SILENT.contains(action) => count("confirmed") + count("unknown"),
            Deed::Done => count("confirmed"),
            _ => total - count("confirmed"),
        };
        let false_confirmed = if *deed == Deed::Done { 0 } else { count("confirmed") };
        println!("{action:<11} {:<12} right {:<16} {judgements:?}", format!("{deed:?}"), share(good, total));
        right += good;
        all += total;
        wrong += false_confirmed;
    }
    println!("all         right {}, false confirmed {wrong}", share(right, all));
}
