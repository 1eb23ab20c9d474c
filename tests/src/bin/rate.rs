//! How often tasks pass: runs every task of a folder N times and prints the rate and the median time of each.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use sightstep_tests::figures::{median, share};
use sightstep_tests::task_files::{name, tasks};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, folder, times] = arguments.as_slice() else {
        eprintln!("usage: rate PROGRAM FOLDER TIMES");
        return ExitCode::from(2);
    };
    let Ok(times) = times.parse::<usize>() else {
        eprintln!("error: {times} is no number");
        return ExitCode::from(2);
    };
    let tasks = match tasks(Path::new(folder)) {
        Ok(tasks) => tasks,
        Err(error) => {
            eprintln!("error: {folder}: {error}");
            return ExitCode::from(2);
        }
    };
    let (mut passed, mut all) = (0, 0);
    for task in tasks {
        let (good, seconds) = repeated(program, &task, times);
        println!("{:<14} {:<18} median {:.1} s", name(&task), share(good, times), median(&seconds));
        passed += good;
        all += times;
    }
    println!("{:<14} {}", "all", share(passed, all));
    ExitCode::SUCCESS
}

/// How many of the runs passed, and how long each took.
fn repeated(program: &str, task: &Path, times: usize) -> (usize, Vec<f64>) {
    let (mut good, mut seconds) = (0, Vec::new());
    for _ in 0..times {
        let begun = Instant::now();
        let mut command = Command::new(program);
        command.arg("run").arg(task).args(["--runs", "runs/rate"]).stdout(Stdio::null()).stderr(Stdio::null());
        good += usize::from(command.status().is_ok_and(|status| status.success()));
        seconds.push(begun.elapsed().as_secs_f64());
    }
    (good, seconds)
}
