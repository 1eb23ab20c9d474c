//! `sightstep report`: a recording as one static HTML page. It loads nothing and holds its pictures itself; all that
//! comes from the screen, a model or a task is escaped.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sightstep_tasks::recording::{Acted, CheckSeen, Entry, Event, Outcome, Recording};

mod escape;
mod index;
mod model;
mod pictures;
mod step;

pub(super) use escape::escaped;
pub use index::{ListedRun, index};
use step::StepPage;

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// The page of a recording. Pictures that cannot be read are left empty.
pub fn page(recording: &Recording) -> String {
    let steps = step::all(&recording.entries);
    let pictures = pictures::embedded(recording, steps.iter().flat_map(StepPage::frames));
    let mut html = head(title(recording));
    html.push_str(&summary(recording));
    html.push_str(&film(&steps));
    html.push_str(&chart(&steps));
    let size = screen(&recording.entries);
    for step in &steps {
        html.push_str(&step.html(size));
    }
    let frames = serde_json::to_string(&pictures).unwrap_or_default();
    let _ =
        write!(html, "<script type=\"application/json\" id=\"frames\">{frames}</script>\n<script>{SCRIPT}</script>\n");
    html.push_str("</body></html>\n");
    html
}

fn title(recording: &Recording) -> &str {
    recording.entries.first().map_or("recording", |entry| match &entry.event {
        Event::RunStarted { task, .. } => task,
        _ => "recording",
    })
}

fn head(title: &str) -> String {
    let policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"data:,\">\n\
         <title>{0} — Sightstep</title><style>{STYLE}</style></head><body>\n",
        escaped(title)
    )
}

/// Outcome, goal and checks.
fn summary(recording: &Recording) -> String {
    let mut html = String::from("<header>");
    if let Some(Event::RunStarted { at, sightstep, task, goal, model, screen, .. }) =
        recording.entries.first().map(|entry| &entry.event)
    {
        let _ = write!(html, "<h1>{} {}</h1><p>{}</p>", escaped(task), outcome(&recording.entries), escaped(goal));
        let (width, height) = (screen.width, screen.height);
        let about = format!("{at} · {model} · {} {width}×{height} · sightstep {sightstep}", screen.display);
        let _ = write!(html, "<p class=\"dim\">{}</p>", escaped(&about));
    }
    if let Some(damage) = &recording.damage {
        let _ = write!(html, "<p class=\"bad\">line {} of the recording is damaged and left out</p>", damage.line);
    }
    if let Some(Event::RunFinished { reason, answer, checks, .. }) = recording.entries.last().map(|entry| &entry.event)
    {
        let said = [("reason", reason), ("answer", answer)].into_iter().filter_map(|(n, t)| t.as_ref().map(|t| (n, t)));
        for (name, text) in said {
            let _ = write!(html, "<p>{name}: {}</p>", escaped(text));
        }
        html.push_str(&table(checks));
    }
    if let Some(figures) = model::total(&recording.entries) {
        let _ = write!(html, "<p class=\"dim\">model: {figures}</p>");
    }
    if let Some(troubles) = step::troubles(&recording.entries) {
        let _ = write!(html, "<p class=\"doubt\">{troubles}</p>");
    }
    html + "</header>\n"
}

fn outcome(entries: &[Entry]) -> String {
    let (class, word) = match entries.last().map(|entry| &entry.event) {
        Some(Event::RunFinished { outcome: Outcome::Done, .. }) => ("good", "done"),
        Some(Event::RunFinished { outcome: Outcome::NotAchieved, .. }) => ("bad", "not achieved"),
        Some(Event::RunFinished { outcome: Outcome::Failed, .. }) => ("bad", "failed"),
        Some(Event::RunFinished { outcome: Outcome::Stopped, .. }) => ("doubt", "stopped"),
        Some(Event::RunFinished { outcome: Outcome::NeedsPerson, .. }) => ("doubt", "needs a person"),
        _ => ("doubt", "broken off"),
    };
    format!("<span class=\"badge {class}\">{word}</span>")
}

fn table(checks: &[CheckSeen]) -> String {
    if checks.is_empty() {
        return String::new();
    }
    let mut html = String::from("<table class=\"card\">");
    for check in checks {
        let (class, word) = if check.holds { ("good", "holds") } else { ("bad", "fails") };
        let (what, seen) = (escaped(&check.check), escaped(&check.seen));
        let _ = write!(html, "<tr><td class=\"{class}\">{word}</td><td>{what}</td><td class=\"dim\">{seen}</td></tr>");
    }
    html + "</table>"
}

/// A small picture a step, each a link to it.
fn film(steps: &[StepPage]) -> String {
    let mut html = String::from("<nav class=\"film\" aria-label=\"Steps\">");
    for step in steps {
        let number = step.number;
        let picture = step.frame.map_or_else(String::new, |f| format!("<img alt=\"\" data-frame=\"{}\">", escaped(f)));
        let _ = write!(html, "<a href=\"#step-{number}\">{picture}step {number}</a>");
    }
    html + "</nav>\n"
}

/// Where the time went, as a bar of four colours.
fn chart(steps: &[StepPage]) -> String {
    let mut spent = BTreeMap::new();
    for (name, millis) in steps.iter().flat_map(StepPage::times) {
        *spent.entry(name).or_insert(0.0) += millis;
    }
    let total: f64 = spent.values().sum();
    let mut html = String::from("<section class=\"card\"><h2>Time</h2><div class=\"bar\">");
    for (name, millis) in &spent {
        let _ = write!(html, "<i class=\"{name}\" style=\"width:{:.2}%\"></i>", millis / total.max(1.0) * 100.0);
    }
    html.push_str("</div><p class=\"dim\">");
    for (name, millis) in &spent {
        let _ = write!(html, "<span class=\"key {name}\"></span>{name} {:.2} s", millis / 1e3);
    }
    html + "</p></section>\n"
}

fn screen(entries: &[Entry]) -> (u32, u32) {
    entries
        .iter()
        .find_map(|entry| match &entry.event {
            Event::RunStarted { screen, .. } => Some((screen.width, screen.height)),
            _ => None,
        })
        .unwrap_or((1, 1))
}

#[cfg(test)]
mod tests;
