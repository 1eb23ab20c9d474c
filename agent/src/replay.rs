//! Offline replay: a recording's pictures and answers go through today's loop, and what comes out is compared.
//!
//! The loop, the policy, the verifier and the reporter are those of a live run. What the world said then (pictures, the
//! planner's answers, what was read, receipts, a person's answers, checks, times) is taken from the recording.

use std::path::PathBuf;

use sightstep_tasks::recording::{Damage, Event, Outcome, Recorder, Recording};
use sightstep_tasks::task::Secrets;

use crate::report::Report;
use crate::run::journal::Journal;
use crate::run::stop::Stop;
use crate::run::{Ended, Patience, Run};
use compare::{Compare, Comparison, SharedComparison};
use recorded_inputs::RecordedInputs;

pub mod again;
mod asking;
mod compare;
mod difference;
pub mod live;
mod pictures;
mod recorded;
mod recorded_inputs;
mod update;

#[cfg(test)]
mod tests;

pub use difference::Difference;

/// What is done with behaviour that differs from the recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDivergence {
    /// The replay ends there.
    Stop,
    /// It is written into the recording, where the recorded pictures still show what was done.
    Accept,
}

/// What a replay came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// How the recorded run ended; absent where the recording breaks off.
    pub outcome: Option<Outcome>,
    /// How many steps were replayed.
    pub steps: u32,
    /// How many events were compared.
    pub events: usize,
    /// Verdicts that were not judged again because a secret is painted over in their pictures.
    pub unjudged: usize,
    /// Answers that were not parsed again because this version does not know their form.
    pub unparsed: usize,
    /// A damaged last line of the recording.
    pub damage: Option<Damage>,
    /// Where today's behaviour differs; with [`OnDivergence::Stop`] the first place only.
    pub divergences: Vec<Divergence>,
}

impl Replayed {
    /// Whether some difference was not accepted.
    pub fn diverged(&self) -> bool {
        self.divergences.iter().any(|d| !d.accepted)
    }
}

/// A place where today's behaviour differs from the recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Divergence {
    /// The step.
    pub step: u32,
    /// The recorded event's name; `run_finished` where the recording had no further one.
    pub event: &'static str,
    /// What differs.
    pub difference: Difference,
    /// The pictures that the event is about.
    pub pictures: Vec<PathBuf>,
    /// Whether it was written into the recording.
    pub accepted: bool,
}

/// Why a recording cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// It does not say how the run began.
    #[error("{}: the recording does not begin with run_started\nhint: nothing was recorded before it broke off", path.display())]
    NoStart {
        /// The recording's folder.
        path: PathBuf,
    },
    /// The recorded policy means nothing to this version.
    #[error("{}: the recorded policy cannot be used: {reason}", path.display())]
    Policy {
        /// The recording's folder.
        path: PathBuf,
        /// The rule and what is wrong with it.
        reason: String,
    },
    /// A picture is missing or damaged.
    #[error("{} cannot be used: {reason}\nhint: a recording is the whole folder; was its frames/ folder changed?", path.display())]
    Picture {
        /// The picture.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The accepted behaviour cannot be written.
    #[error(transparent)]
    Recording(#[from] sightstep_tasks::recording::RecordingError),
}

/// Replays a recording and tells `report` what it would have been told live, with the recorded times.
///
/// # Errors
/// [`ReplayError`] when the recording cannot be used. A divergence is no error.
pub async fn replay(
    recording: &Recording,
    report: Box<dyn Report>,
    on_divergence: OnDivergence,
) -> Result<Replayed, ReplayError> {
    let tape = RecordedInputs::of(recording)?;
    let stop = Stop::default();
    let shared = Comparison::shared(recording, on_divergence, tape.spoken.is_some());
    let compare = Compare::new(shared.clone(), report, stop.clone());
    let unjudged = recorded::Count::default();
    let failure = pictures::PictureFailure::default();
    let mut journal = Journal::new(Recorder::idle(recording.folder()), Box::new(compare), Secrets::default());
    journal.note(tape.started.clone());
    let reader = recorded::reader(&tape);
    let mut run = Run {
        screen: Box::new(pictures::screen(recording, &tape, &failure)),
        planner: recorded::planner(&tape),
        executor: Box::new(recorded::executor(&tape)),
        verifier: Box::new(recorded::verifier(&tape, reader.clone(), &unjudged)),
        reader,
        policy: tape.policy.clone(),
        person: Box::new(recorded::person(&tape)),
        steps: tape.steps,
        patience: Patience::NONE,
        journal,
    };
    let ended = run.to_end(&stop).await;
    if let Some(error) = failure.take() {
        return Err(error);
    }
    let outcome = finish(&mut run.journal, &tape, &shared, ended.clone());
    let (divergences, replaced, events) = shared.finish();
    if divergences.iter().all(|d| d.accepted) && !replaced.is_empty() {
        update::rewrite(recording, &replaced)?;
    }
    Ok(Replayed {
        outcome,
        steps: ended.steps,
        events,
        unjudged: unjudged.get(),
        unparsed: tape.unparsed(),
        damage: recording.damage.clone(),
        divergences,
    })
}

/// The last event: today's, or the recorded one where the world ended the recorded run and no code did.
fn finish(
    journal: &mut Journal,
    tape: &RecordedInputs,
    shared: &SharedComparison,
    mut ended: Ended,
) -> Option<Outcome> {
    if !shared.at_end() {
        shared.note_missing(&ended);
        return None;
    }
    // Without a recorded end there is nothing to compare one with.
    let finished = tape.finished.as_ref()?;
    if shared.is_past_end() || recorded::ran_out(&ended).is_some_and(|player| player.may_end_with(finished.outcome)) {
        journal.note(finished.event.clone());
        return Some(finished.outcome);
    }
    let checks = finished.checks.clone();
    ended.judge(&checks, tape.may_be_infeasible);
    let outcome = ended.outcome;
    let Ended { reason, answer, steps, .. } = ended;
    journal.note(Event::RunFinished { outcome, reason, answer, checks, steps });
    Some(outcome)
}
