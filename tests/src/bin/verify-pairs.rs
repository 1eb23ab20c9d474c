//! How often the verifier is right on real windows: actions that were done, left out, or only pointed at.
//!
//! `-v` prints every verdict; a folder keeps the pictures of pairs that were judged wrongly.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use sightstep_tests::figures::share;
use sightstep_tests::pairs::{Counts, Deed, SCENES, Theatre, is_right};
use sightstep_vision::read::TextModels;
use sightstep_vision::weights;

fn main() -> ExitCode {
    let (switches, folders): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|word| word == "-v");
    let wrong = folders.first().map(PathBuf::from);
    let runtime = tokio::runtime::Runtime::new().map_err(Into::into);
    let measured = runtime.and_then(|runtime| runtime.block_on(measure(!switches.is_empty(), wrong)));
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

async fn measure(is_verbose: bool, wrong: Option<PathBuf>) -> Result<Counts, Box<dyn Error>> {
    let models = Arc::new(TextModels::load(&weights::locate()?)?);
    let mut counts = Counts::new();
    for scene in &SCENES {
        println!("{}", scene.name);
        let mut theatre =
            Theatre::open(&models, is_verbose, wrong.as_ref().map(|folder| folder.join(scene.name))).await?;
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
        let good = judgements.iter().filter(|(name, _)| is_right(action, *deed, name)).map(|(_, count)| count).sum();
        let is_done = matches!(deed, Deed::Done | Deed::DoneInPictures);
        let false_confirmed = if is_done { 0 } else { count("confirmed") };
        println!("{action:<11} {:<14} right {:<16} {judgements:?}", format!("{deed:?}"), share(good, total));
        right += good;
        all += total;
        wrong += false_confirmed;
    }
    println!("all         right {}, false confirmed {wrong}", share(right, all));
}
