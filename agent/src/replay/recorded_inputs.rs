//! A recording taken apart: for each part of a run, what the world gave it, in order.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use sightstep_actions::executor::{ActError, Receipt};
use sightstep_actions::plan::Plan;
use sightstep_actions::policy::{Policy, Rule};
use sightstep_actions::verdict::Verdict;
use sightstep_tasks::recording::{
    Acted, CheckSeen, Entry, Event, Exchange, Healed, Outcome, Recording, ScreenSeen, Terms,
};
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::Reading;
use sightstep_vision::screen::Window;

use super::ReplayError;
use super::asking::Spoken;
use crate::from_recording;
use crate::verify::TOLD;

/// What a run was given.
pub(super) struct RecordedInputs {
    pub(super) started: Event,
    pub(super) screen: ScreenSeen,
    pub(super) model: String,
    pub(super) policy: Policy,
    pub(super) steps: u32,
    pub(super) may_be_infeasible: bool,
    pub(super) looks: Vec<LookSeen>,
    pub(super) answers: Vec<RecordedAnswer>,
    pub(super) receipts: Vec<Result<Receipt, ActError>>,
    /// For each receipt, whether the pointer was brought to the action's place before and looked at there.
    pub(super) approaches: Vec<bool>,
    pub(super) verdicts: Vec<Judged>,
    pub(super) said: Vec<(String, Option<String>)>,
    pub(super) readings: HashMap<String, Arc<Reading>>,
    /// What a model said of a picture, by the picture's digest and the question.
    pub(super) image_answers: HashMap<(String, String), String>,
    pub(super) finished: Option<RecordedEnd>,
    /// How its model was spoken to, where that can be done again.
    pub(super) spoken: Option<Spoken>,
}

/// A look at the screen.
#[derive(Debug, Clone)]
pub(super) struct LookSeen {
    pub(super) frame: String,
    pub(super) still: bool,
    pub(super) waited: Duration,
    pub(super) volatile: Vec<Rect>,
    pub(super) caret: Option<Rect>,
    pub(super) before_caret: Option<String>,
    pub(super) windows: Vec<Window>,
}

/// What a planner answered, and what was understood of it then.
#[derive(Debug, Clone)]
pub(super) struct RecordedAnswer {
    pub(super) raw: String,
    pub(super) plan: Plan,
    pub(super) prompt_digest: Option<String>,
    pub(super) exchange: Option<Exchange>,
    pub(super) healed: Option<Healed>,
}

/// A recorded verdict.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    /// Whether the recording lacks what it was judged by, because that was a secret: it is painted over in the pictures, or a
    /// program told that it stands there.
    pub(super) is_hidden: bool,
}

/// How the recorded run ended.
pub(super) struct RecordedEnd {
    pub(super) event: Event,
    pub(super) outcome: Outcome,
    pub(super) checks: Vec<CheckSeen>,
}

impl RecordedInputs {
    /// Takes a recording apart.
    pub(super) fn of(recording: &Recording) -> Result<Self, ReplayError> {
        let path = recording.folder().to_owned();
        let mut entries = recording.entries.iter();
        let Some(Entry {
            event: Event::RunStarted { task, model, profile, wire, screen, terms, task_file, .. }, ..
        }) = entries.next()
        else {
            return Err(ReplayError::NoStart { path });
        };
        let policy = policy(terms.as_ref()).map_err(|reason| ReplayError::Policy { path, reason })?;
        let mut tape = Self {
            started: recording.entries[0].event.clone(),
            screen: screen.clone(),
            model: model.clone(),
            policy,
            // Early recordings don't say: the limit that ended such a run is found by its pictures running out.
            steps: terms.as_ref().map_or(u32::MAX, |terms| terms.steps),
            may_be_infeasible: terms.as_ref().is_some_and(|terms| terms.may_be_infeasible),
            looks: Vec::new(),
            answers: Vec::new(),
            receipts: Vec::new(),
            approaches: Vec::new(),
            verdicts: Vec::new(),
            said: Vec::new(),
            readings: HashMap::new(),
            image_answers: HashMap::new(),
            finished: None,
            spoken: None,
        };
        let (mut is_painted, mut has_looked) = (false, false);
        for entry in entries {
            if let Event::Acted { acted: Acted::Receipt(_) | Acted::Failed(_), .. } = &entry.event {
                tape.approaches.push(has_looked);
            }
            match &entry.event {
                Event::Observed { .. } => has_looked = true,
                Event::Planned { .. } | Event::Acted { .. } | Event::Verified { .. } => has_looked = false,
                _ => {}
            }
            tape.take(&entry.event, &mut is_painted);
        }
        tape.spoken = Spoken::of((profile.as_deref(), wire.as_deref()), task, task_file.as_deref(), &tape.answers);
        Ok(tape)
    }

    fn take(&mut self, event: &Event, is_painted: &mut bool) {
        match event {
            Event::Observed { hidden, .. } => {
                *is_painted |= !hidden.is_empty();
                self.looks.extend(LookSeen::of(event));
            }
            Event::Read { frame, lines, elements } => {
                self.readings.insert(frame.clone(), Arc::new(from_recording::reading(lines, elements)));
            }
            Event::Answered { frame, question, answer } => {
                self.image_answers.insert((frame.clone(), question.clone()), answer.clone());
            }
            Event::Planned { raw, plan, prompt_digest, exchange, healed, .. } => self.answers.push(RecordedAnswer {
                raw: raw.clone(),
                plan: plan.clone(),
                prompt_digest: prompt_digest.clone(),
                exchange: exchange.clone(),
                healed: healed.clone(),
            }),
            Event::Acted { acted, .. } => self.receipts.extend(receipt(acted)),
            Event::Verified { verdict, .. } => {
                let is_hidden = *is_painted || self.was_told_a_secret(verdict);
                self.verdicts.push(Judged { verdict: verdict.clone(), is_hidden });
            }
            Event::Asked { question, answer, .. } => {
                self.said.push((question.clone(), answer.clone()));
            }
            Event::RunFinished { outcome, checks, .. } => {
                self.finished = Some(RecordedEnd { event: event.clone(), outcome: *outcome, checks: checks.clone() });
            }
            Event::RunStarted { .. } | Event::Unknown => {}
        }
    }

    /// Whether a program told what stood before the caret, and it was not recorded. A letter that was told before it was drawn
    /// leaves nothing to paint over.
    fn was_told_a_secret(&self, verdict: &Verdict) -> bool {
        let is_recorded = self.looks.last().is_some_and(|look| look.before_caret.is_some());
        !is_recorded && verdict.evidence.iter().any(|evidence| evidence.rule == TOLD)
    }

    /// How many answers this version does not know the form of.
    pub(super) fn unparsed(&self) -> usize {
        let is_known = super::recorded::is_known(&self.model) || self.spoken.is_some();
        if is_known { 0 } else { self.answers.len() }
    }
}

impl LookSeen {
    /// The look that an event is, if it is one.
    pub(super) fn of(event: &Event) -> Option<Self> {
        let Event::Observed { frame, still, waited_ms, volatile, caret, before_caret, windows, .. } = event else {
            return None;
        };
        Some(Self {
            frame: frame.clone(),
            still: *still,
            waited: Duration::try_from_secs_f64(waited_ms / 1e3).unwrap_or_default(),
            volatile: volatile.iter().map(|area| (*area).into()).collect(),
            caret: caret.map(Into::into),
            before_caret: before_caret.clone(),
            windows: windows.iter().map(from_recording::window).collect(),
        })
    }
}

fn policy(terms: Option<&Terms>) -> Result<Policy, String> {
    let Some(terms) = terms else { return Ok(Policy::default()) };
    let rules = |written: &[String]| -> Result<Vec<Rule>, String> {
        written.iter().map(|rule| rule.parse::<Rule>().map_err(|e| e.to_string())).collect()
    };
    Ok(Policy {
        allow: rules(&terms.allow)?,
        deny: rules(&terms.deny)?,
        confirm: rules(&terms.confirm)?,
        fields: terms.fields.clone(),
    })
}

/// What the executor gave; nothing where it was not asked.
fn receipt(acted: &Acted) -> Option<Result<Receipt, ActError>> {
    match acted {
        Acted::Receipt(receipt) => Some(Ok(receipt.clone())),
        Acted::Failed(reason) => Some(Err(ActError::Recorded { reason: reason.clone() })),
        Acted::Refused(_) => None,
    }
}
