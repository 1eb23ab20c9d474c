//! The fault campaign: every task under every fault, and the table of what came of it.
//!
//! Achieved: the program said so and it is true. Ended honestly: it did not say so. FALSE SUCCESS: it said so, and it is
//! not true.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use sightstep_tests::faults::{End, Fault, TASKS, run};
use sightstep_tests::figures::share;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, folder, keep, only @ ..] = arguments.as_slice() else {
        eprintln!(
            "usage: faults PROGRAM FOLDER KEEP [FAULT|TASK…]\nFOLDER holds the example tasks; \
             recordings of what is not achieved go to KEEP"
        );
        return ExitCode::from(2);
    };
    match campaign(Path::new(program), Path::new(folder), Path::new(keep), only) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn campaign(program: &Path, folder: &Path, keep: &Path, only: &[String]) -> Result<(), Box<dyn Error>> {
    let program = program.canonicalize()?;
    let (mut ends, mut passable, mut misled) = (Vec::new(), Vec::new(), 0);
    let is_named = |names: &[&str], word: &str| {
        only.iter().all(|o| !names.contains(&o.as_str())) || only.iter().any(|o| o == word)
    };
    let faults: Vec<&str> = Fault::ALL.iter().map(|fault| fault.name()).collect();
    let tasks: Vec<&str> = TASKS.iter().map(|task| task.task).collect();
    println!("{:<16}{:<10}{:>6}{:>7}  end", "fault", "task", "times", "s");
    for fault in Fault::ALL.into_iter().filter(|fault| is_named(&faults, fault.name())) {
        let count = if fault.is_planner() { 1 } else { TASKS.len() };
        for truth in TASKS.iter().filter(|truth| is_named(&tasks, truth.task)).take(count) {
            let ran = run(&program, folder, truth, fault, Some(keep))?;
            let end = match ran.end {
                End::Achieved => "achieved",
                End::Honest => "honest",
                End::FalseSuccess => "FALSE SUCCESS",
                End::Broke => "BROKE",
            };
            let note = if ran.is_misled { "[only the checks told] " } else { "" };
            let reason: String = ran.reason.chars().take(220).collect();
            println!(
                "{:<16}{:<10}{:>6}{:>7.1}  {end:<14} {note}{reason}",
                fault.name(),
                truth.task,
                ran.times,
                ran.took.as_secs_f64()
            );
            ends.push(ran.end);
            misled += usize::from(ran.is_misled);
            if fault.is_passable() && fault != Fault::None {
                passable.push(ran.end);
            }
        }
    }
    let count = |ends: &[End], end: End| ends.iter().filter(|e| **e == end).count();
    println!(
        "achieved under faults that a person could get past: {}",
        share(count(&passable, End::Achieved), passable.len())
    );
    println!(
        "false success: {}, broke: {}, misled but for the checks: {misled}",
        count(&ends, End::FalseSuccess),
        count(&ends, End::Broke)
    );
    Ok(())
}
