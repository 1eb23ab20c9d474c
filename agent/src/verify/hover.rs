//! What comes when the pointer arrives, before a button is pressed.

use sightstep_actions::plan::Action;
use sightstep_actions::space::FramePoint;
use sightstep_vision::geometry::Rect;
use sightstep_vision::settle::is_caret;

use crate::planner::Observation;

/// A menu or a list that opens is at least this wide and high, in pixels.
const OPENED: (i32, i32) = (40, 20);

/// A place that changed beside the pointer when it arrived, as a menu that opens by itself: the press that follows need not
/// change anything any more. What lights up under the pointer, and goes dark where it was before, is no such thing.
pub(crate) fn opened(
    action: &Action,
    was: Option<FramePoint>,
    before: &Observation,
    arrived: &Observation,
) -> Option<Rect> {
    let pointers = [place(action), was];
    let is_lit = |area: &Rect| pointers.iter().flatten().any(|at| area.grown(4).contains(at.x as i32, at.y as i32));
    let is_opened = |area: &Rect| area.w >= OPENED.0 && area.h >= OPENED.1 && !is_caret(area) && !is_lit(area);
    super::changes(before, arrived).into_iter().find(is_opened)
}

/// Where an action leaves the pointer.
pub(crate) fn place(action: &Action) -> Option<FramePoint> {
    match action {
        Action::Click { at, .. } | Action::LongPress { at, .. } | Action::Move { at } => Some(*at),
        Action::Press { at, .. } | Action::Release { at, .. } | Action::Scroll { at, .. } => *at,
        Action::Drag { path, .. } => path.last().copied(),
        _ => None,
    }
}
