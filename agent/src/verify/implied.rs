//! What an action implies, where the planner said nothing.
//!
//! | action | what must be seen |
//! |---|---|
//! | click, long_press | something changes at the place that is no clock, the caret moves, or text elsewhere is another |
//! | drag | the same, at either end of the path |
//! | scroll | content moves the right way, or what is under the pointer is another |
//! | type | the program says that it stands before the caret; else it is read where the screen changed, more often than before, and a last Enter changes something beside it |
//! | key, hold_key, system | something changes, the caret moves, or a window over another like it closes |
//! | open | a window opens; where windows are not known, the program's name is read that was not there before |
//! | window | the list of windows says so |
//! | move, press, release | need not be seen; a change at the place confirms |
//! | key_down, key_up | nothing: they cannot be told |
//! | copying, saving and selecting chords | need not be seen; a change confirms |
//! | wait, screenshot, ask, finish | nothing: they change nothing themselves, so the screen cannot tell |
//!
//! Two frames cannot tell an effect from something that moves by itself at the same place and time; what a run knows to
//! be volatile is masked before.

use sightstep_actions::plan::Action;
use sightstep_actions::space::FramePoint;
use sightstep_actions::verdict::{Judgement, Verdict};
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::ReadError;
use sightstep_vision::screen::Window;
use sightstep_vision::settle::is_caret;

use super::caret::{self, Caret};
use super::{around, described, evidence, verdict};
use crate::cached_reader::CachedReader;
use crate::observation::Observation;

mod clock;
mod opened;
mod pointer;
mod scroll;
mod typed;
mod window;

pub(crate) use typed::TOLD;

/// Chords that need not change anything on the screen.
const SILENT: [&[&str]; 6] =
    [&["ctrl", "c"], &["ctrl", "insert"], &["ctrl", "s"], &["super"], &["ctrl", "a"], &["shift", "end"]];

/// The most that a title bar is high, in pixels.
const TITLE: i32 = 40;

/// What rules judge from.
struct Transition<'a> {
    changes: &'a [Rect],
    before: &'a Observation,
    after: &'a Observation,
    reader: &'a CachedReader,
}

/// Judges by the action's type.
pub(super) async fn judge(
    action: &Action,
    changes: &[Rect],
    before: &Observation,
    after: &Observation,
    reader: &CachedReader,
) -> Result<Verdict, ReadError> {
    let scene = Transition { changes, before, after, reader };
    Ok(match action {
        Action::Type { text } => typed::judge(text, &scene).await?,
        Action::Open { app } => opened::judge(app, &scene).await?,
        Action::Window { title, change } => window::judge(title, *change, &scene),
        Action::Click { at, .. } | Action::LongPress { at, .. } => pointer::judge(&[*at], &scene).await?,
        Action::Drag { path, .. } => pointer::judge(&ends(path), &scene).await?,
        Action::Scroll { at, direction, .. } => scroll::judge(*at, *direction, &scene),
        Action::Key { keys } if SILENT.iter().any(|s| s == keys) => silent(&scene, None),
        Action::Key { .. } | Action::HoldKey { .. } | Action::System { .. } => something(&scene).await?,
        Action::Move { at } => silent(&scene, Some(*at)),
        Action::Press { at, .. } | Action::Release { at, .. } => silent(&scene, *at),
        // What changes meanwhile, as a scroll bar that fades, is not for a key's going down or up to claim.
        Action::KeyDown { .. } | Action::KeyUp { .. } => unseen(),
        Action::Wait { .. } | Action::Screenshot | Action::Ask { .. } | Action::Finish { .. } => {
            verdict(Judgement::Unknown, evidence("nothing_expected", None, "this action changes nothing itself", None))
        }
    })
}

fn ends(path: &[FramePoint]) -> Vec<FramePoint> {
    path.first().into_iter().chain(path.last()).copied().collect()
}

impl Transition<'_> {
    /// What changed, without what has the shape of a caret: a caret blinks.
    fn without_carets(&self) -> Vec<Rect> {
        self.changes.iter().filter(|area| !is_caret(area)).copied().collect()
    }

    fn caret(&self) -> Caret {
        caret::seen(self.changes, self.before, self.after)
    }

    /// Something changed that speaks for the action: confirmed, if the screen came to rest.
    fn changed(&self, rule: &str, areas: &[Rect], more: &str) -> Verdict {
        let area = Some(around(areas));
        let seen = if more.is_empty() { described(areas) } else { format!("{}; {more}", described(areas)) };
        if self.after.settled.still {
            return verdict(Judgement::Confirmed, evidence(rule, Some(true), seen, area));
        }
        let seen = format!("{seen}, but the screen never came to rest");
        verdict(Judgement::Unknown, evidence(rule, None, seen, area))
    }

    /// A window that is gone, where there are fewer than before.
    fn closed(&self) -> Option<&str> {
        let (before, after) = (&self.before.windows, &self.after.windows);
        let count = |windows: &[Window], title: &str| windows.iter().filter(|w| w.title == title).count();
        let is_gone = |title: &&str| count(after, title) < count(before, title);
        before.iter().map(|w| w.title.as_str()).find(is_gone).filter(|_| after.len() < before.len())
    }

    /// Whether a change lies in the bar above a window, where no window is called or placed otherwise than before: a window
    /// manager draws a title later than the program gives it.
    fn is_title_drawn_late(&self, area: &Rect) -> bool {
        let (left, top) = self.after.settled.frame.origin();
        let is_above = |window: &Window| {
            let bar = Rect::new(window.area.x - left, window.area.y - top - TITLE, window.area.w, TITLE);
            bar.intersection(area) == *area
        };
        self.before.windows == self.after.windows && self.after.windows.iter().any(is_above)
    }

    /// Something changed that need not be the action's doing.
    fn doubtful(&self, rule: &str, why: &str) -> Verdict {
        let seen = format!("{}; {why}", described(self.changes));
        verdict(Judgement::Unknown, evidence(rule, None, seen, Some(around(self.changes))))
    }
}

/// Nothing changed that the action could have changed.
fn nothing(rule: &str, seen: &str) -> Verdict {
    verdict(Judgement::NoEffect, evidence(rule, Some(false), seen, None))
}

/// Something must have changed, and be it where the caret is, or that of two windows over each other one is left.
async fn something(scene: &Transition<'_>) -> Result<Verdict, ReadError> {
    if let Some(closed) = scene.closed().filter(|_| scene.changes.is_empty()) {
        let seen = format!("the window '{closed}' closed, and what is below it looks the same");
        return Ok(verdict(Judgement::Confirmed, evidence("window_closed", Some(true), seen, None)));
    }
    let solid = scene.without_carets();
    if !solid.is_empty() && solid.iter().all(|area| scene.is_title_drawn_late(area)) {
        return Ok(nothing("screen_changed", "only a title was drawn that the window had before"));
    }
    Ok(match (solid.as_slice(), scene.caret()) {
        ([], Caret::Stays) if scene.changes.is_empty() => nothing("screen_changed", "nothing changed"),
        ([], Caret::Stays) => nothing("screen_changed", "the caret only blinked"),
        ([], Caret::MayBlink(_)) => scene.doubtful("screen_changed", "a caret may only have blinked"),
        ([], Caret::Moved(places)) => scene.changed("screen_changed", &places, "the caret moved"),
        (areas, Caret::Stays | Caret::MayBlink(_)) if clock::alone(areas, scene).await? => {
            scene.doubtful("screen_changed", "a clock or a count moves by itself")
        }
        (areas, _) => scene.changed("screen_changed", areas, ""),
    })
}

/// A change is welcome, at its place where there is one; none is fine.
fn silent(scene: &Transition<'_>, at: Option<FramePoint>) -> Verdict {
    let areas = scene.without_carets();
    let here: Vec<Rect> = areas.into_iter().filter(|area| at.is_none_or(|at| pointer::is_near(area, at))).collect();
    if !here.is_empty() {
        return scene.changed("screen_changed", &here, "");
    }
    unseen()
}

/// What need not be seen is not.
fn unseen() -> Verdict {
    let seen = "nothing has to be seen of this action";
    verdict(Judgement::Unknown, evidence("declared_silent", None, seen, None))
}

#[cfg(test)]
mod tests;
