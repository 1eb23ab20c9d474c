//! Which windows the goal is about: those that were there at first, and those that came of its steps.

use sightstep_actions::plan::{Action, Effect};
use sightstep_vision::geometry::Rect;
use sightstep_vision::screen::Window;

use crate::observation::{Done, Observation};

/// A window that is in the way takes less than this part of the screen: dialogs do, programs that are worked with seldom.
const SMALL: i64 = 3;

/// The windows that the goal is about, and what else was seen.
#[derive(Debug, Default)]
pub(super) struct Ours {
    windows: Vec<Window>,
    /// All windows of the last look.
    seen: Vec<Window>,
}

impl Ours {
    /// Takes note of the windows of a look that follows the last thing done.
    pub(super) fn note(&mut self, seen: &Observation, history: &[Done]) {
        let active = seen.windows.iter().find(|window| window.active);
        if history.last().is_none_or(|done| matches!(done.action, Action::Open { .. })) {
            self.windows.extend(active.map(|window| main(window, seen).clone()));
        } else if history.iter().any(|done| done.action.effect() != Effect::Looks) {
            let came: Vec<Window> = seen.windows.iter().filter(|window| self.came_of_a_step(window)).cloned().collect();
            self.windows.extend(came);
        }
        self.seen.clone_from(&seen.windows);
    }

    /// Whether the active window is one that no step opened, and small enough to be in the way.
    pub(super) fn is_intruder(&self, window: &Window, bounds: Rect) -> bool {
        !is_one_of(&self.windows, window) && SMALL * window.area.area() < bounds.area()
    }

    /// Whether a window is new, and of a program that the goal is about: its dialogs come late, but not without a step.
    fn came_of_a_step(&self, window: &Window) -> bool {
        let is_known = is_one_of(&self.seen, window) || is_one_of(&self.windows, window);
        !is_known && self.windows.iter().any(|ours| ours.process == window.process)
    }
}

/// A window's title changes with what it shows, its place when it is moved.
fn is_one_of(all: &[Window], window: &Window) -> bool {
    all.iter()
        .any(|other| other.process == window.process && (other.title == window.title || other.area == window.area))
}

/// The window that the goal is about where this one has the keyboard: the larger one behind it, where it belongs to the same
/// program and this is a tip or a question that it began with.
fn main<'a>(active: &'a Window, seen: &'a Observation) -> &'a Window {
    let behind = seen.windows.iter().filter(|other| other.process.is_some() && other.process == active.process);
    let largest = behind.max_by_key(|other| other.area.area()).unwrap_or(active);
    let is_much_larger = largest.area.area() > SMALL * active.area.area();
    if is_much_larger { largest } else { active }
}

#[cfg(test)]
mod tests {
    use image::RgbImage;
    use sightstep_actions::executor::Receipt;
    use sightstep_actions::plan::Button;
    use sightstep_actions::space::FramePoint;
    use sightstep_vision::frame::Frame;
    use sightstep_vision::screen::Settled;

    use super::*;

    const EDITOR: u32 = 7;

    fn window(title: &str, area: [i32; 4], process: u32, active: bool) -> Window {
        Window { title: title.into(), area: area.into(), active, process: Some(process) }
    }

    fn look(windows: &[Window]) -> Observation {
        let settled = Settled::still(Frame::from_image(RgbImage::new(8, 8)));
        Observation { settled, windows: windows.to_vec(), pointer: None }
    }

    fn click() -> Done {
        let action = Action::Click { at: FramePoint { x: 3, y: 4 }, button: Button::Left, count: 1 };
        Done { step: 1, action, receipt: Ok(Receipt::default()), verdict: None }
    }

    #[test]
    fn a_window_belongs_to_the_step_that_it_followed() {
        let bounds = Rect::new(0, 0, 1280, 800);
        let main = |active| window("Editor", [0, 0, 900, 700], EDITOR, active);
        let dialog = window("Replace", [200, 200, 300, 200], EDITOR, true);
        let stranger = window("Updates", [300, 300, 300, 100], 9, true);
        let tip = window("Tip of the day", [300, 300, 300, 100], EDITOR, true);

        let mut ours = Ours::default();
        ours.note(&look(&[main(true)]), &[]);
        ours.note(&look(&[dialog.clone(), main(false)]), &[click()]);
        assert!(!ours.is_intruder(&dialog, bounds));
        ours.note(&look(&[stranger.clone(), main(false)]), &[click(), click()]);
        assert!(ours.is_intruder(&stranger, bounds));

        let mut ours = Ours::default();
        ours.note(&look(&[tip.clone(), main(false)]), &[]);
        ours.note(&look(&[tip.clone(), main(false)]), &[click()]);
        assert!(ours.is_intruder(&tip, bounds) && !ours.is_intruder(&main(true), bounds));

        let mut alone = Ours::default();
        alone.note(&look(std::slice::from_ref(&tip)), &[]);
        assert!(!alone.is_intruder(&tip, bounds));
    }
}
