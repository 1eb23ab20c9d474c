//! `sightstep recording gc`: old recordings are removed, and nothing else.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{Span, Timestamp};
use sightstep_tasks::recording::{EVENTS, Event, FRAMES, Recording};

use crate::cli::Failure;
use crate::cli::arguments::GcArguments;
use crate::exit::Exit;

/// What Sightstep puts into a recording's folder.
const OWN: [&str; 4] = [EVENTS, FRAMES, "work", "report.html"];

/// A recording without an end that was written to within this time may still be going on.
const UNDER_WAY: Duration = Duration::from_secs(3600);

/// A recording that may be removed.
struct Old {
    at: Timestamp,
    folder: PathBuf,
}

/// `sightstep recording gc`.
pub fn collect(arguments: &GcArguments) -> Result<Exit, Failure> {
    let runs = &arguments.runs;
    if runs.join(EVENTS).exists() {
        let hint = "give the folder that recordings are in";
        return Err(Failure::usage(format!("{} is a recording itself\nhint: {hint}", runs.display())));
    }
    let inside = std::fs::read_dir(runs).map_err(|e| Failure::usage(format!("{}: {e}", runs.display())))?;
    let mut old = Vec::new();
    for folder in inside.flatten().map(|entry| entry.path()).filter(|path| path.join(EVENTS).exists()) {
        match removable(&folder) {
            Ok(at) => old.push(Old { at, folder }),
            Err(why) => eprintln!("left alone: {}: {why}", folder.display()),
        }
    }
    old.sort_by(|a, b| (b.at, &b.folder).cmp(&(a.at, &a.folder)));
    let limit = limit(arguments.days)?;
    let is_kept = |(place, old): &(usize, &Old)| {
        arguments.keep.is_some_and(|keep| *place < keep) || limit.is_some_and(|limit| old.at >= limit)
    };
    let removed: Vec<&Old> = old.iter().enumerate().filter(|one| !is_kept(one)).map(|(_, old)| old).collect();
    for Old { folder, .. } in &removed {
        if !arguments.dry_run {
            std::fs::remove_dir_all(folder)
                .map_err(|e| Failure::usage(format!("{} cannot be removed: {e}", folder.display())))?;
        }
        println!("{}", folder.display());
    }
    let word = if arguments.dry_run { "would be removed" } else { "removed" };
    eprintln!("{} of {} recordings {word}", removed.len(), old.len());
    Ok(Exit::Done)
}

/// The moment before which recordings are old.
fn limit(days: Option<u32>) -> Result<Option<Timestamp>, Failure> {
    let Some(days) = days else { return Ok(None) };
    let hours = Span::new().try_hours(i64::from(days) * 24);
    let limit = hours.and_then(|span| Timestamp::now().checked_sub(span));
    limit.map(Some).map_err(|e| Failure::usage(format!("--days {days}: {e}")))
}

/// When the recording began; why it is left alone, where it is no plain recording.
fn removable(folder: &Path) -> Result<Timestamp, String> {
    if folder.symlink_metadata().is_ok_and(|data| data.is_symlink()) {
        return Err("it is a link".to_owned());
    }
    let recording = Recording::open(folder).map_err(|e| e.to_string().lines().next().unwrap_or_default().to_owned())?;
    for entry in std::fs::read_dir(folder).map_err(|e| e.to_string())?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !OWN.contains(&name.as_str()) {
            return Err(format!("it holds {name}, which is not a recording's"));
        }
    }
    let is_over = matches!(recording.entries.last().map(|entry| &entry.event), Some(Event::RunFinished { .. }));
    let written = folder.join(EVENTS).metadata().and_then(|data| data.modified()).ok().and_then(|at| at.elapsed().ok());
    if !is_over && written.is_some_and(|ago| ago < UNDER_WAY) {
        return Err("its run may still be going on".to_owned());
    }
    match recording.entries.first().map(|entry| &entry.event) {
        Some(Event::RunStarted { at, .. }) => at.parse().map_err(|e| format!("its time is none: {e}")),
        _ => Err("it does not say when it began".to_owned()),
    }
}
