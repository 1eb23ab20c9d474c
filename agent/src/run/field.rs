//! Secrets go only into the field named for them.

use sightstep_actions::plan::{Action, Effect};
use sightstep_vision::geometry::Rect;

use super::{Run, RunError};
use crate::observation::{Done, Observation};
use crate::planner::reader::field_named;
use crate::verify;

/// A click this near to a field's border goes into it, in pixels.
const EDGE: i32 = 4;

impl Run {
    /// Why a text is not to be typed: it holds a secret, and the keyboard is not known to be in the field named for it.
    pub(super) async fn find_misplaced_secret(
        &mut self,
        action: &Action,
        seen: &Observation,
        history: &[Done],
    ) -> Result<Option<String>, RunError> {
        let Action::Type { text } = action else { return Ok(None) };
        for (name, label) in self.tied(text) {
            let reading = self.reader.read(&seen.settled.frame).await?;
            self.journal.reading(&seen.settled.frame);
            let field = field_named(&label, &reading, seen.settled.frame.bounds());
            let is_inside = |field: Rect| keyboard(seen, history).is_some_and(|at| field.contains(at.0, at.1));
            if !field.is_some_and(|field| is_inside(field.grown(EDGE))) {
                return Ok(Some(match field {
                    None => format!("{{{name}}} goes only into the field '{label}', which is not seen"),
                    Some(_) => format!(
                        "{{{name}}} goes only into the field '{label}', and the keyboard is not known to be there: \
                         click into it first"
                    ),
                }));
            }
        }
        Ok(None)
    }

    /// The secrets in a text that are tied to a field, and its label; in a replay they stand as their names.
    fn tied(&self, text: &str) -> Vec<(String, String)> {
        let held: Vec<&str> = self.journal.secrets_in(text).collect();
        let is_held = |name: &str| held.contains(&name) || text.contains(&format!("{{{name}}}"));
        let tied = self.policy.fields.iter().filter(|(name, _)| is_held(name));
        tied.map(|(name, label)| (name.clone(), label.clone())).collect()
    }
}

/// Where the keyboard is, on the frame: where a caret blinks, or where the last click went, if nothing has moved it since.
fn keyboard(seen: &Observation, history: &[Done]) -> Option<(i32, i32)> {
    if let Some(caret) = seen.settled.caret {
        return Some(caret.centre());
    }
    for done in history.iter().rev().filter(|done| done.receipt.is_ok()) {
        match &done.action {
            Action::Click { .. } | Action::LongPress { .. } | Action::Release { .. } => {
                return verify::pointer_after(&done.action).map(|at| (at.x as i32, at.y as i32));
            }
            Action::Type { text } if !text.contains(['\t', '\n']) => {}
            Action::Key { keys } if stays(keys) => {}
            other if matches!(other.effect(), Effect::Pointer | Effect::Looks) => {}
            _other => return None,
        }
    }
    None
}

/// Whether a chord leaves the keyboard where it is: it selects or takes away what the field holds.
fn stays(keys: &[String]) -> bool {
    matches!(keys, [a, b] if a == "ctrl" && b == "a") || matches!(keys, [one] if one == "delete" || one == "backspace")
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

    fn seen(caret: Option<Rect>) -> Observation {
        let frame = Frame::from_image(RgbImage::new(8, 8));
        let settled = Settled { caret, ..Settled::still(frame) };
        Observation { settled, windows: vec![], pointer: None }
    }

    fn done(action: Action, is_done: bool) -> Done {
        let receipt = if is_done { Ok(Receipt::default()) } else { Err("refused".to_owned()) };
        Done { step: 1, action, receipt, verdict: None }
    }

    fn key(names: &[&str]) -> Action {
        Action::Key { keys: names.iter().map(|name| (*name).to_owned()).collect() }
    }

    #[test]
    fn the_keyboard_is_where_the_caret_or_the_last_click_is() {
        let click = || Action::Click { at: FramePoint { x: 3, y: 4 }, button: Button::Left, count: 1 };
        let text = || Action::Type { text: "a".into() };
        let caret = Rect { x: 6, y: 2, w: 1, h: 3 };
        let cases = [
            (None, vec![], None),
            (None, vec![done(click(), true)], Some((3, 4))),
            (None, vec![done(click(), false)], None),
            (None, vec![done(click(), true), done(key(&["ctrl", "a"]), true), done(text(), true)], Some((3, 4))),
            (None, vec![done(click(), true), done(key(&["tab"]), true)], None),
            (None, vec![done(click(), true), done(Action::Type { text: "a\t".into() }, true)], None),
            (None, vec![done(click(), true), done(key(&["tab"]), false)], Some((3, 4))),
            (Some(caret), vec![done(click(), true), done(key(&["tab"]), true)], Some(caret.centre())),
        ];
        let found: Vec<_> = cases.iter().map(|(caret, history, _)| keyboard(&seen(*caret), history)).collect();
        assert_eq!(found, cases.map(|(_, _, place)| place));
    }
}
