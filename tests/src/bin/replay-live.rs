//! How often recordings of tasks replay live: as they were, with their windows moved, and in another theme.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use serde_json::{Value, json};
use sightstep_tests::desktop;
use sightstep_tests::figures::{median, share};

/// How far windows are moved, in pixels.
const BY: (i32, i32) = (200, 0);

/// The argument with which this program only moves the windows of its display.
const MOVE: &str = "--move-windows";

type Change = fn(&mut Value, &Path);

const VARIANTS: [(&str, Change); 3] = [("as recorded", as_it_is), ("moved 200 px", moved), ("dark theme", dark)];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let measured = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [MOVE] => desktop::move_windows(BY),
        [program, tasks @ .., times] if !tasks.is_empty() => {
            times.parse().map_err(Into::into).and_then(|times| measure(Path::new(program), tasks, times))
        }
        _ => Err("usage: replay-live PROGRAM TASK... TIMES".into()),
    };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(program: &Path, tasks: &[&str], times: usize) -> Result<(), Box<dyn Error>> {
    let place = tempfile::tempdir()?;
    let folder = |name: &str| place.path().join(name);
    let (mut good, mut all) = (0, 0);
    for task in files(tasks)? {
        let name = task.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let runs = folder(&name);
        if !done(Command::new(program).arg("run").arg(&task).arg("--runs").arg(&runs))? {
            println!("{name:<14} could not be recorded");
            continue;
        }
        let recording = fs::read_dir(&runs)?.next().ok_or("no recording")??.path();
        for (variant, change) in VARIANTS {
            let changed = folder(&format!("{name} {variant}"));
            copy(&recording, &changed, change)?;
            let (passed, seconds) = replayed(program, &changed, times)?;
            println!("{name:<14} {variant:<14} {:<18} median {:.1} s", share(passed, times), median(&seconds));
            (good, all) = (good + passed, all + times);
        }
    }
    println!("all            {}", share(good, all));
    Ok(())
}

/// The task files: those that are named, and those of folders.
fn files(named: &[&str]) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for name in named {
        let path = PathBuf::from(name);
        if path.is_dir() {
            let inside = fs::read_dir(&path)?.map(|entry| entry.map(|e| e.path()));
            let inside: Vec<PathBuf> = inside.collect::<Result<_, _>>()?;
            files.extend(inside.into_iter().filter(|path| path.extension().is_some_and(|e| e == "toml")));
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn replayed(program: &Path, run: &Path, times: usize) -> Result<(usize, Vec<f64>), Box<dyn Error>> {
    let (mut good, mut seconds) = (0, Vec::new());
    for _ in 0..times {
        let begun = Instant::now();
        let mut command = Command::new(program);
        command.arg("replay").arg(run).args(["--live", "--runs", "runs/replay-live"]).env("NO_COLOR", "1");
        if let Some(size) = sandbox(run)? {
            command.args(["--sandbox", &size]);
        }
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let output = command.output()?;
        good += usize::from(output.status.success());
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            said.lines().rev().take(6).collect::<Vec<_>>().iter().rev().for_each(|line| eprintln!("    {line}"));
        }
        seconds.push(begun.elapsed().as_secs_f64());
    }
    Ok((good, seconds))
}

/// The size of screen that a recording's task asks for.
fn sandbox(run: &Path) -> Result<Option<String>, Box<dyn Error>> {
    let text = fs::read_to_string(run.join("recording.jsonl"))?;
    let started: Value = serde_json::from_str(text.lines().nth(1).unwrap_or_default())?;
    Ok(started["task_file"]["content"]["screen"]["sandbox"].as_str().map(str::to_owned))
}

fn done(command: &mut Command) -> std::io::Result<bool> {
    Ok(command.stdout(Stdio::null()).stderr(Stdio::null()).status()?.success())
}

/// A copy of the recording whose task is changed.
fn copy(from: &Path, to: &Path, change: Change) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to.join("frames"))?;
    for frame in fs::read_dir(from.join("frames"))? {
        let frame = frame?;
        fs::copy(frame.path(), to.join("frames").join(frame.file_name()))?;
    }
    let text = fs::read_to_string(from.join("recording.jsonl"))?;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let started = lines.get_mut(1).ok_or("the recording is empty")?;
    let mut event: Value = serde_json::from_str(started)?;
    change(&mut event["task_file"]["content"], &std::env::current_exe()?);
    *started = event.to_string();
    Ok(fs::write(to.join("recording.jsonl"), lines.join("\n") + "\n")?)
}

fn as_it_is(_task: &mut Value, _mover: &Path) {}

/// On a screen with room for it: what is not visible cannot be found.
fn moved(task: &mut Value, mover: &Path) {
    if let Some((width, height)) = task["screen"]["sandbox"].as_str().and_then(|size| size.split_once('x')) {
        let longer = |side: &str, by: i32| side.parse::<i32>().unwrap_or_default() + by;
        task["screen"]["sandbox"] = json!(format!("{}x{}", longer(width, BY.0), longer(height, BY.1)));
    }
    if let Some(setup) = task["setup"].as_array_mut() {
        setup.push(json!({ "run": [mover.to_string_lossy(), MOVE] }));
    }
}

/// Every program in a dark theme, as its toolkit has it.
fn dark(task: &mut Value, _mover: &Path) {
    let steps = task["setup"].as_array_mut().into_iter().flatten();
    for argv in steps.filter_map(|step| step["launch"].as_array_mut()) {
        let (before, after): (&[&str], &[&str]) = match argv[0].as_str() {
            Some("chromium") => (&[], &["--force-dark-mode", "--enable-features=WebContentsForceDark"]),
            Some("xterm") => (&[], &["-rv"]),
            _ => (&["env", "GTK_THEME=Adwaita:dark"], &[]),
        };
        let (program, rest) = (argv[0].clone(), argv.split_off(1));
        argv.clear();
        argv.extend(before.iter().map(|word| json!(word)));
        argv.push(program);
        argv.extend(after.iter().map(|word| json!(word)));
        argv.extend(rest);
    }
}
