//! Verification: what is said of an action from the frames before and after it.

use async_trait::async_trait;
use sightstep_actions::plan::{Action, Expectation};
use sightstep_actions::verdict::{Evidence, Judgement, Verdict};
use sightstep_vision::diff::{self, Pixels};
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::ReadError;
use sightstep_vision::settle::is_caret;

use crate::observation::Observation;

mod blank;
mod caret;
mod expectation;
mod hint;
mod hover;
mod implied;
mod readback;
mod screen;

pub(crate) use blank::shows_nothing;
pub(crate) use hover::{first_place as pointer_before, place as pointer_after, weigh_hovering};
pub(crate) use implied::TOLD;
pub use screen::ScreenVerifier;

/// Judges actions.
#[async_trait]
pub trait Verifier: Send {
    /// The judgement of `action` from what was seen before and after it. `expect` is what the planner said would be
    /// seen; where it is empty, what such an action implies is judged.
    ///
    /// # Errors
    /// [`ReadError`] when the screen cannot be read.
    async fn judge(
        &mut self,
        action: &Action,
        expect: &[Expectation],
        before: &Observation,
        after: &Observation,
    ) -> Result<Verdict, ReadError>;
}

/// What changed between two observations, apart from places that change by themselves.
pub(crate) fn changes(before: &Observation, after: &Observation) -> Vec<Rect> {
    let (a, b) = (&before.settled.frame, &after.settled.frame);
    if a.is_same_capture(b) {
        return Vec::new();
    }
    let areas = diff::changed(Pixels::of(a.pixels()), Pixels::of(b.pixels()));
    let masks: Vec<Rect> = before.settled.volatile.iter().chain(&after.settled.volatile).copied().collect();
    diff::unmasked(areas, &masks)
}

/// Whether two observations show the same: a caret that blinks makes no difference, one that moved does.
pub(crate) fn is_same_screen(before: &Observation, after: &Observation) -> bool {
    let changes = changes(before, after);
    changes.iter().all(is_caret) && !matches!(caret::seen(&changes, before, after), caret::Caret::Moved(_))
}

/// Evidence from a rule.
pub(crate) fn evidence(rule: &str, holds: Option<bool>, seen: impl Into<String>, area: Option<Rect>) -> Evidence {
    Evidence { rule: rule.to_owned(), holds, seen: seen.into(), area: area.map(Into::into) }
}

/// A verdict on one piece of evidence.
pub(crate) fn verdict(judgement: Judgement, evidence: Evidence) -> Verdict {
    Verdict { judgement, evidence: vec![evidence] }
}

/// The smallest rectangle around all.
pub(crate) fn around(areas: &[Rect]) -> Rect {
    areas.iter().fold(Rect::new(0, 0, 0, 0), |all, area| all.union(area))
}

/// "3 places, 412 × 88 px at 20,30".
pub(crate) fn described(areas: &[Rect]) -> String {
    let all = around(areas);
    let places = if areas.len() == 1 { "1 place".to_owned() } else { format!("{} places", areas.len()) };
    format!("{places} changed, within {}x{} px at {},{}", all.w, all.h, all.x, all.y)
}
