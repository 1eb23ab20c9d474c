//! The page over many recordings: how often each task was done, and every run with its last picture.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sightstep_actions::verdict::Judgement;
use sightstep_tasks::recording::{Acted, Entry, Event, Outcome, Recording, RecordingError};

use super::{escaped, head, outcome};

/// How wide a run's picture is, in pixels.
const WIDTH: u32 = 160;

/// A run among others.
pub struct ListedRun {
    /// The folder's name.
    pub name: String,
    /// Its recording, or why it cannot be read.
    pub recording: Result<Recording, RecordingError>,
}

/// The page of these runs, the latest first. Each links to the page in its own folder.
pub fn index(runs: &[ListedRun]) -> String {
    let mut runs: Vec<&ListedRun> = runs.iter().collect();
    runs.sort_by(|a, b| (started(b), &b.name).cmp(&(started(a), &a.name)));
    let mut html = head("Runs");
    let done = runs.iter().filter(|run| ended(run) == Some(Outcome::Done)).count();
    let _ = write!(html, "<header><h1>Runs</h1><p>{done} of {} done</p></header>\n{}", runs.len(), tasks(&runs));
    html.push_str("<table class=\"card runs\"><tr><th></th><th>run</th><th>outcome</th><th>steps</th><th>time</th><th>verdicts</th></tr>\n");
    runs.iter().for_each(|run| html.push_str(&row(run)));
    html + "</table>\n</body></html>\n"
}

fn entries(run: &ListedRun) -> &[Entry] {
    run.recording.as_ref().map_or(&[], |recording| &recording.entries)
}

fn started(run: &ListedRun) -> Option<&str> {
    entries(run).first().and_then(|entry| match &entry.event {
        Event::RunStarted { at, .. } => Some(at.as_str()),
        _ => None,
    })
}

fn task(run: &ListedRun) -> Option<(&str, &str)> {
    entries(run).first().and_then(|entry| match &entry.event {
        Event::RunStarted { task, model, .. } => Some((task.as_str(), model.as_str())),
        _ => None,
    })
}

fn ended(run: &ListedRun) -> Option<Outcome> {
    entries(run).last().and_then(|entry| match &entry.event {
        Event::RunFinished { outcome, .. } => Some(*outcome),
        _ => None,
    })
}

/// How often each task was done, and by whom.
fn tasks(runs: &[&ListedRun]) -> String {
    let mut counted: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for run in runs {
        if let Some(key) = task(run) {
            let (done, all) = counted.entry(key).or_default();
            *done += usize::from(ended(run) == Some(Outcome::Done));
            *all += 1;
        }
    }
    let mut html = String::from("<table class=\"card\"><tr><th>task</th><th>model</th><th>done</th></tr>\n");
    for ((task, model), (done, all)) in counted {
        let class = if done == all { "good" } else { "bad" };
        let (task, model) = (escaped(task), escaped(model));
        let _ = writeln!(html, "<tr><td>{task}</td><td>{model}</td><td class=\"{class}\">{done} of {all}</td></tr>");
    }
    html + "</table>\n"
}

fn row(run: &ListedRun) -> String {
    let name = escaped(&run.name);
    let recording = match &run.recording {
        Ok(recording) => recording,
        Err(error) => {
            return format!(
                "<tr><td></td><td>{name}</td><td colspan=\"4\" class=\"bad\">{}</td></tr>\n",
                escaped(&error.to_string())
            );
        }
    };
    let picture = last_frame(recording).and_then(|path| thumbnail(&path)).map_or_else(String::new, |data| {
        format!("<a href=\"{name}/report.html\"><img alt=\"the last picture\" src=\"{data}\"></a>")
    });
    let (task, _) = task(run).unwrap_or((&run.name, ""));
    let entries = &recording.entries;
    let seconds = entries.last().map_or(0.0, |entry| entry.t);
    let steps = entries.iter().filter(|entry| matches!(entry.event, Event::Planned { .. })).count();
    let reason = entries.last().and_then(|entry| match &entry.event {
        Event::RunFinished { reason, .. } => reason.as_deref(),
        _ => None,
    });
    format!(
        "<tr><td>{picture}</td><td><a href=\"{name}/report.html\">{}</a><br><span class=\"dim\">{name}</span></td>\
         <td>{}<br><span class=\"dim\">{}</span></td><td>{steps}</td><td>{seconds:.1} s</td><td>{}</td></tr>\n",
        escaped(task),
        outcome(entries),
        escaped(reason.unwrap_or_default()),
        verdicts(entries)
    )
}

/// How often each verdict was given, and what was refused or failed.
fn verdicts(entries: &[Entry]) -> String {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for entry in entries {
        let said = match &entry.event {
            Event::Verified { verdict, .. } => match verdict.judgement {
                Judgement::Confirmed => ("good", "confirmed"),
                Judgement::NoEffect => ("doubt", "no effect"),
                Judgement::Contradicted => ("bad", "contradicted"),
                Judgement::Unknown => ("doubt", "unknown"),
            },
            Event::Acted { acted: Acted::Refused(_), .. } => ("doubt", "refused"),
            Event::Acted { acted: Acted::Failed(_), .. } => ("bad", "failed"),
            _ => continue,
        };
        *counts.entry(said).or_default() += 1;
    }
    let each = counts.iter().map(|((class, word), count)| format!("<span class=\"{class}\">{count} {word}</span>"));
    each.collect::<Vec<_>>().join("<br>")
}

fn last_frame(recording: &Recording) -> Option<std::path::PathBuf> {
    recording.entries.iter().rev().find_map(|entry| match &entry.event {
        // A name that is no digest could lead to any file.
        Event::Observed { frame, .. } if frame.chars().all(|c| c.is_ascii_alphanumeric()) => {
            Some(recording.frame(frame))
        }
        _ => None,
    })
}

/// The picture made small, as a data address; nothing where it cannot be read.
fn thumbnail(path: &Path) -> Option<String> {
    let picture = image::open(path).ok()?;
    let small = picture.resize(WIDTH, WIDTH * 4, image::imageops::FilterType::Triangle).into_rgb8();
    let mut bytes = std::io::Cursor::new(Vec::new());
    small.write_to(&mut bytes, image::ImageFormat::Jpeg).ok()?;
    Some(format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(bytes.into_inner())))
}
