//! Conformance with a corpus of the model families' own test cases: `conformance FOLDER`.

use std::path::Path;
use std::process::ExitCode;

use sightstep_tests::conformance::{self, Waivers};

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: conformance FOLDER\nFOLDER holds .jsonl files of cases; see tests/src/conformance.rs");
        return ExitCode::from(2);
    };
    match report(Path::new(&folder)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Prints every failure and a line a file; whether nothing failed.
fn report(folder: &Path) -> Result<bool, Box<dyn std::error::Error>> {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("waivers.toml");
    let mut waivers = Waivers::read(&list)?;
    let scores = conformance::run(folder, &mut waivers)?;
    for (file, score) in &scores {
        for (line, how) in &score.failed {
            println!("{file}:{line}: {how}");
        }
    }
    println!("{:>6} {:>6} {:>6} {:>8}  file", "passed", "waived", "failed", "not ours");
    for (file, score) in &scores {
        println!("{:>6} {:>6} {:>6} {:>8}  {file}", score.passed, score.waived, score.failed.len(), score.not_ours);
    }
    for waiver in waivers.all() {
        println!("waived {:>3}: {}", waiver.used, waiver.reason);
    }
    Ok(scores.values().all(|score| score.failed.is_empty()))
}
