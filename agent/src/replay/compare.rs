//! Comparing today's events with the recorded ones as they come.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sightstep_tasks::recording::{Acted, Entry, Event, Outcome, Recording};

use super::{Difference, Divergence, OnDivergence};
use crate::report::Report;
use crate::run::Ended;
use crate::run::stop::{Stop, StopReason};

/// An event's place among the recording's entries, and the event.
pub(super) type Placed = (usize, Entry);

/// What is still expected, and what differed.
pub(super) struct Comparison {
    recording: Recording,
    expected: VecDeque<Placed>,
    on_divergence: OnDivergence,
    divergences: Vec<Divergence>,
    replaced: Vec<Placed>,
    compared: usize,
    last_frame: Option<String>,
    is_past_end: bool,
    /// Whether prompts are built again and have the digests that they had: not once a picture is painted over.
    has_prompts: bool,
}

/// The comparison, held by the reporter and by who started the replay.
#[derive(Clone)]
pub(super) struct SharedComparison(Arc<Mutex<Comparison>>);

impl Comparison {
    /// A comparison with all that a run itself writes: what was read is given to it instead.
    pub(super) fn shared(recording: &Recording, on_divergence: OnDivergence, has_prompts: bool) -> SharedComparison {
        let told = |entry: &Entry| !matches!(entry.event, Event::Read { .. } | Event::Answered { .. } | Event::Unknown);
        let entries = recording.entries.iter().cloned().enumerate();
        let comparison = Self {
            recording: recording.clone(),
            expected: entries.filter(|(_, entry)| told(entry)).collect(),
            on_divergence,
            divergences: Vec::new(),
            replaced: Vec::new(),
            compared: 0,
            last_frame: None,
            is_past_end: false,
            has_prompts,
        };
        SharedComparison(Arc::new(Mutex::new(comparison)))
    }

    /// The entry to report, or nothing where the run has gone another way.
    fn next(&mut self, new: &Entry) -> Option<Entry> {
        if self.has_stopped() {
            return None;
        }
        if self.breaks_off() && !matches!(new.event, Event::RunFinished { .. }) {
            self.is_past_end = true;
            return None;
        }
        let Some((at, old)) = self.expected.pop_front() else {
            self.diverge(
                None,
                Difference { field: String::new(), expected: "no further event".into(), got: written(new) },
                false,
            );
            return None;
        };
        let new = as_measured(&old, new.clone(), self.has_prompts);
        self.compared += 1;
        if let Event::Observed { frame, hidden, .. } = &old.event {
            self.last_frame = Some(frame.clone());
            self.has_prompts &= hidden.is_empty();
        }
        if new == old {
            return Some(old);
        }
        let accepted = self.on_divergence == OnDivergence::Accept && is_same_course(&old.event, &new.event);
        self.diverge(Some(&old), difference(&old, &new), accepted);
        if !accepted {
            return None;
        }
        self.replaced.push((at, new.clone()));
        Some(new)
    }

    /// Whether all has come, of a run that was ended from outside: what it would have done next is not known.
    fn breaks_off(&self) -> bool {
        match self.expected.front().map(|(_, entry)| &entry.event) {
            None => true,
            Some(Event::RunFinished { outcome, .. }) => matches!(outcome, Outcome::Stopped | Outcome::Failed),
            Some(_) => false,
        }
    }

    fn has_stopped(&self) -> bool {
        self.divergences.iter().any(|d| !d.accepted)
    }

    fn diverge(&mut self, old: Option<&Entry>, difference: Difference, accepted: bool) {
        let last = || self.recording.entries.iter().filter_map(|entry| step(&entry.event)).max().unwrap_or(0);
        let divergence = Divergence {
            step: old.and_then(|entry| step(&entry.event)).unwrap_or_else(last),
            event: old.map_or("run_finished", |entry| name(&entry.event)),
            difference,
            pictures: self.pictures(old),
            accepted,
        };
        self.divergences.push(divergence);
    }

    fn pictures(&self, old: Option<&Entry>) -> Vec<PathBuf> {
        let frames: Vec<&String> = match old.map(|entry| &entry.event) {
            Some(Event::Verified { before, after, .. }) => vec![before, after],
            _ => self.last_frame.iter().collect(),
        };
        frames.into_iter().map(|frame| self.recording.frame(frame)).collect()
    }
}

impl SharedComparison {
    fn lock(&self) -> MutexGuard<'_, Comparison> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether all but the recorded end has come.
    pub(super) fn at_end(&self) -> bool {
        let comparison = self.lock();
        let rest = comparison.expected.iter().all(|(_, entry)| matches!(entry.event, Event::RunFinished { .. }));
        rest && !comparison.has_stopped()
    }

    /// Whether the run went on where the recorded one was ended from outside.
    pub(super) fn is_past_end(&self) -> bool {
        self.lock().is_past_end
    }

    /// Notes that the run ended before the recorded one did, unless a divergence already says so.
    pub(super) fn note_missing(&self, ended: &Ended) {
        let mut comparison = self.lock();
        if comparison.has_stopped() {
            return;
        }
        if let Some((_, old)) = comparison.expected.pop_front() {
            let why = ended.reason.as_deref().unwrap_or("the planner finished");
            let got = format!("the end of the run: {why}");
            let difference = Difference { field: String::new(), expected: written(&old), got };
            comparison.diverge(Some(&old), difference, false);
        }
    }

    /// What differed, what takes its place, and how many events were compared.
    pub(super) fn finish(&self) -> (Vec<Divergence>, Vec<Placed>, usize) {
        let mut comparison = self.lock();
        let found = std::mem::take(&mut comparison.divergences);
        (found, std::mem::take(&mut comparison.replaced), comparison.compared)
    }
}

/// The reporter of a replay: compares, then tells the real one.
pub(super) struct Compare {
    shared: SharedComparison,
    report: Box<dyn Report>,
    stop: Stop,
}

impl Compare {
    /// Tells `report` what comes out as recorded, and throws `stop` at the first thing that does not.
    pub(super) fn new(shared: SharedComparison, report: Box<dyn Report>, stop: Stop) -> Self {
        Self { shared, report, stop }
    }
}

impl Report for Compare {
    fn entry(&mut self, new: &Entry) {
        let next = self.shared.lock().next(new);
        match next {
            Some(entry) => self.report.entry(&entry),
            None => self.stop.now(StopReason::Diverged),
        }
    }
}

/// The new event with what is measured, or was the world's, taken from the recorded one.
fn as_measured(old: &Entry, mut new: Entry, has_prompts: bool) -> Entry {
    new.t = old.t;
    match (&old.event, &mut new.event) {
        (Event::Observed { waited_ms: was, hidden: painted, .. }, Event::Observed { waited_ms, hidden, .. }) => {
            *waited_ms = *was;
            hidden.clone_from(painted);
        }
        (
            Event::Planned { millis: was, prompt_digest: digest, exchange: then, .. },
            Event::Planned { millis, prompt_digest, exchange, .. },
        ) => {
            *millis = *was;
            // Early recordings do not say it.
            if let (Some(then), Some(now)) = (then, exchange)
                && then.picture.is_none()
            {
                now.picture = None;
            }
            if !has_prompts {
                prompt_digest.clone_from(digest);
            }
        }
        (Event::Verified { millis: was, .. }, Event::Verified { millis, .. }) => *millis = *was,
        _ => {}
    }
    new
}

/// Whether the recorded pictures still show what follows: the same thing was done, it is only told or judged otherwise.
fn is_same_course(old: &Event, new: &Event) -> bool {
    match (old, new) {
        (Event::Planned { plan: was, .. }, Event::Planned { plan: is, .. }) => was.actions == is.actions,
        (Event::Verified { before, after, .. }, Event::Verified { before: b, after: a, .. }) => {
            before == b && after == a
        }
        (Event::Acted { action: was, .. }, Event::Acted { action: is, acted, .. }) => {
            was == is
                && !matches!(acted, Acted::Receipt(_))
                && matches!(old, Event::Acted { acted: Acted::Refused(_), .. })
        }
        (Event::Asked { .. }, Event::Asked { .. }) | (Event::RunFinished { .. }, Event::RunFinished { .. }) => true,
        _ => false,
    }
}

fn difference(old: &Entry, new: &Entry) -> Difference {
    if name(&old.event) != name(&new.event) {
        return Difference { field: String::new(), expected: written(old), got: written(new) };
    }
    let json = |entry: &Entry| serde_json::to_value(entry).unwrap_or_default();
    Difference::first(&json(old), &json(new))
}

/// An event in a line.
fn written(entry: &Entry) -> String {
    let mut line = serde_json::to_value(entry).unwrap_or_default();
    if let Some(fields) = line.as_object_mut() {
        fields.remove("t");
    }
    let text: String = line.to_string().chars().take(300).collect();
    format!("{} {text}", name(&entry.event))
}

fn name(event: &Event) -> &'static str {
    match event {
        Event::RunStarted { .. } => "run_started",
        Event::Observed { .. } => "observed",
        Event::Read { .. } => "read",
        Event::Answered { .. } => "answered",
        Event::Planned { .. } => "planned",
        Event::Acted { .. } => "acted",
        Event::Verified { .. } => "verified",
        Event::Asked { .. } => "asked",
        Event::RunFinished { .. } => "run_finished",
        Event::Unknown => "unknown",
    }
}

fn step(event: &Event) -> Option<u32> {
    match event {
        Event::Observed { step, .. }
        | Event::Planned { step, .. }
        | Event::Acted { step, .. }
        | Event::Verified { step, .. }
        | Event::Asked { step, .. } => Some(*step),
        Event::RunFinished { steps, .. } => Some(*steps),
        Event::RunStarted { .. } | Event::Read { .. } | Event::Answered { .. } | Event::Unknown => None,
    }
}
