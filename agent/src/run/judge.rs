//! Judging an action with patience: programs answer late, so an action that seems to have had no effect is looked at
//! again before it is said so.

use std::time::{Duration, Instant};

use sightstep_actions::plan::{Action, Expectation};
use sightstep_actions::space::FramePoint;
use sightstep_actions::verdict::{Judgement, Verdict};

use super::progress::ActionId;
use super::{Run, RunError};
use crate::observation::Observation;
use crate::verify;

/// How long an action that seems to have had no effect is given to have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How long an effect may take to show. Dialogs of GTK and pages of Chromium open within 1 s on two busy cores.
    pub effect: Duration,
    /// How long typed text may take to show: what does not show is lost, and nothing else can be done for it.
    pub typing: Duration,
    /// How long a program may take to open a window: Chromium takes 5 s on a cold disk.
    pub opening: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { effect: Duration::from_secs(2), typing: Duration::from_secs(10), opening: Duration::from_secs(20) }
    }
}

impl Patience {
    /// For recordings, where the look that ended the waiting is all there is.
    pub const NONE: Self = Self { effect: Duration::ZERO, typing: Duration::ZERO, opening: Duration::ZERO };

    fn with(self, action: &Action) -> Duration {
        if matches!(action, Action::Open { .. }) {
            return self.opening;
        }
        match action {
            Action::Type { .. } => self.typing,
            // The wheel's effect comes with the next picture, and none comes at an end.
            Action::Scroll { .. } => self.effect / 3,
            _ => self.effect,
        }
    }
}

/// What was seen before an action.
#[derive(Clone, Copy)]
pub(super) struct Before<'a> {
    /// What the plan was made from.
    pub(super) seen: &'a Observation,
    /// The same, once the pointer was where the action begins.
    pub(super) arrived: &'a Observation,
    /// Where the pointer was before it was brought there.
    pub(super) pointer: Option<FramePoint>,
}

impl Run {
    /// Looks until the judgement is one that more waiting would not change, or patience ends. The last look is recorded.
    pub(super) async fn judge(
        &mut self,
        id: ActionId,
        action: &Action,
        expect: &[Expectation],
        before: Before<'_>,
        since: Instant,
    ) -> Result<(Observation, Verdict), RunError> {
        let deadline = since + self.patience.with(action);
        let mut after = self.glance(Some(since)).await?;
        let (verdict, took) = loop {
            let begun = Instant::now();
            let verdict = self.verifier.judge(action, expect, before.arrived, &after).await?;
            let took = begun.elapsed();
            // A screen that never rests stays unknown however often it is looked at.
            let is_moving = verdict.judgement == Judgement::Unknown && !after.settled.still;
            if is_moving || !may_change(action, expect, verdict.judgement) {
                break (verdict, took);
            }
            let Some(later) = self.changed_look(&after, deadline).await? else { break (verdict, took) };
            after = later;
        };
        let verdict = verify::weigh_hovering(action, verdict, before.pointer, before.seen, before.arrived);
        let before = before.arrived;
        // The picture before was stored as it was: what is hidden from now on was not in it.
        self.journal.reading(&before.settled.frame);
        let stored = self.journal.digest(&before.settled.frame);
        self.hide_secret(action, before, &after);
        let verdict = self.without_secrets(action, verdict);
        self.note_verdict(id, &verdict, stored, &after, took);
        Ok((after, verdict))
    }

    /// The verdict without what was read where a secret stands: a misread secret is not found by comparing.
    fn without_secrets(&self, action: &Action, mut verdict: Verdict) -> Verdict {
        let is_typed = matches!(action, Action::Type { text } if self.journal.is_secret(text));
        for evidence in &mut verdict.evidence {
            if is_typed || evidence.area.is_some_and(|area| self.journal.hides(area.into())) {
                evidence.seen = "a secret stands there, and what was read is not told".to_owned();
            }
        }
        verdict
    }

    /// The next look that differs from `last`, unless none does before the deadline.
    async fn changed_look(&mut self, last: &Observation, deadline: Instant) -> Result<Option<Observation>, RunError> {
        while Instant::now() < deadline {
            let look = self.glance(Some(Instant::now())).await?;
            if look.windows != last.windows || !verify::changes(last, &look).is_empty() {
                return Ok(Some(look));
            }
        }
        Ok(None)
    }
}

/// Whether waiting may change the judgement: no effect yet, one that cannot be told yet, or one that is not what the
/// planner expects yet.
fn may_change(action: &Action, expect: &[Expectation], judgement: Judgement) -> bool {
    match judgement {
        Judgement::NoEffect => true,
        Judgement::Contradicted => !expect.is_empty(),
        Judgement::Unknown => !expect.is_empty() || matches!(action, Action::Open { .. } | Action::Click { .. }),
        Judgement::Confirmed => false,
    }
}
