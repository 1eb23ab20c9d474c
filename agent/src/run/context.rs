//! What an action would meet: the window below it, the line it goes on with, the keys that are down.

use sightstep_actions::plan::{Action, Effect};
use sightstep_actions::policy::Context;
use sightstep_actions::space::FramePoint;

use crate::observation::{Done, Observation};
use crate::verify;

/// The policy's context of an action.
pub(super) fn of<'a>(action: &Action, seen: &'a Observation, history: &'a [Done]) -> Context<'a> {
    Context { window: window(action, seen), line: line(history), held: held(history) }
}

/// The window that is changed; else the one at the action's place, the active one first; for the keyboard, the active one.
fn window<'a>(action: &Action, seen: &'a Observation) -> Option<&'a str> {
    if let Action::Window { title, .. } = action {
        return seen.windows.iter().map(|window| window.title.as_str()).find(|known| known == title);
    }
    let (left, top) = seen.settled.frame.origin();
    let holds = |at: FramePoint| {
        move |window: &&sightstep_vision::screen::Window| window.area.contains(at.x as i32 + left, at.y as i32 + top)
    };
    let found = match verify::pointer_before(action) {
        Some(at) => seen.windows.iter().find(holds(at)),
        None => seen.windows.iter().find(|window| window.active),
    };
    found.map(|window| window.title.as_str())
}

/// What was typed since the last Enter, unless something else was done in between.
fn line(history: &[Done]) -> String {
    let mut parts = Vec::new();
    for done in history.iter().rev().filter(|done| done.receipt.is_ok()) {
        match &done.action {
            Action::Type { text } => {
                parts.push(text.rsplit('\n').next().unwrap_or_default());
                if text.contains('\n') {
                    break;
                }
            }
            other if other.effect() == Effect::Looks => {}
            _other => break,
        }
    }
    parts.into_iter().rev().collect()
}

/// Keys that were pressed and not let go.
fn held(history: &[Done]) -> Vec<&str> {
    let mut held: Vec<&str> = Vec::new();
    for done in history.iter().filter(|done| done.receipt.is_ok()) {
        if let Action::KeyDown { key } = &done.action {
            held.push(key);
        } else if let Action::KeyUp { key } = &done.action {
            held.retain(|down| down != key);
        }
    }
    held
}

#[cfg(test)]
mod tests {
    use sightstep_actions::executor::Receipt;
    use sightstep_actions::plan::WindowChange;
    use sightstep_vision::frame::Frame;
    use sightstep_vision::geometry::Rect;
    use sightstep_vision::screen::{Settled, Window};

    use super::*;

    fn done(action: Action, is_done: bool) -> Done {
        let receipt = if is_done { Ok(Receipt::default()) } else { Err("refused".to_owned()) };
        Done { step: 1, action, receipt, verdict: None }
    }

    fn text(text: &str) -> Action {
        Action::Type { text: text.into() }
    }

    #[test]
    fn a_line_goes_on_until_something_else_is_done() {
        let history = [
            done(text("ls\nrm "), true),
            done(text("refused"), false),
            done(Action::Wait { seconds: 1.0 }, true),
            done(text("-rf"), true),
        ];
        assert_eq!(line(&history), "rm -rf");
        let key = Action::Key { keys: vec!["enter".into()] };
        assert_eq!(line(&[done(text("a"), true), done(key, true), done(text("b"), true)]), "b");
    }

    #[test]
    fn the_window_that_is_changed_is_the_one_acted_on() {
        let window =
            |title: &str, active| Window { title: title.into(), area: Rect::new(0, 0, 8, 8), active, process: None };
        let seen = Observation {
            settled: Settled::still(Frame::from_image(image::RgbImage::new(8, 8))),
            windows: vec![window("Editor", true), window("Mail", false)],
            pointer: None,
        };
        let close = Action::Window { title: "Mail".into(), change: WindowChange::Close };
        assert_eq!(of(&close, &seen, &[]).window, Some("Mail"));
        assert_eq!(of(&text("a"), &seen, &[]).window, Some("Editor"));
    }

    #[test]
    fn keys_are_held_until_let_go() {
        let down = |key: &str| done(Action::KeyDown { key: key.into() }, true);
        let up = done(Action::KeyUp { key: "alt".into() }, true);
        assert_eq!(held(&[down("ctrl"), down("alt"), up]), ["ctrl"]);
    }
}
