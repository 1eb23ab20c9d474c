//! Changing a window: the list of windows says whether it came about.

use sightstep_actions::plan::WindowChange;
use sightstep_actions::verdict::{Judgement, Verdict};
use sightstep_vision::screen::Window;

use super::{Transition, nothing};
use crate::verify::{evidence, verdict};

/// The rule's name in the evidence.
const RULE: &str = "window_changed";

/// Judges by the windows before and after.
pub(super) fn judge(title: &str, change: WindowChange, scene: &Transition<'_>) -> Verdict {
    let (before, after) = (&scene.before.windows, &scene.after.windows);
    let count = |windows: &[Window]| windows.iter().filter(|window| window.title == title).count();
    let active = after.iter().find(|window| window.active);
    let holds = match change {
        WindowChange::Activate => active.is_some_and(|window| window.title == title),
        WindowChange::Close => count(after) < count(before),
        WindowChange::Minimise => active.is_none_or(|window| window.title != title),
        WindowChange::Maximise => {
            let size = |windows: &[Window]| windows.iter().find(|w| w.title == title).map(|w| w.area.area());
            size(after).zip(size(before)).is_some_and(|(after, before)| after > before)
        }
    };
    if holds {
        let seen = match change {
            WindowChange::Activate => format!("the window '{title}' has the keyboard"),
            WindowChange::Close => format!("the window '{title}' is closed"),
            WindowChange::Minimise => format!("the window '{title}' no longer has the keyboard"),
            WindowChange::Maximise => format!("the window '{title}' is larger"),
        };
        return verdict(Judgement::Confirmed, evidence(RULE, Some(true), seen, None));
    }
    match active {
        Some(other) if other.title != title && change == WindowChange::Close => {
            scene.doubtful(RULE, &format!("but it is still open, and '{}' came", other.title))
        }
        _ => nothing(RULE, "no window changed so"),
    }
}
