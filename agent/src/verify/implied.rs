//! What an action implies, where the planner said nothing: a click changes something, typed text appears.

use sightstep_actions::plan::Action;
use sightstep_actions::verdict::{Judgement, Verdict};
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::ReadError;
use sightstep_vision::settle::is_caret;

use super::readback::{self, Likeness};
use super::{around, described, evidence, verdict};
use crate::eyes::Eyes;
use crate::planner::Observation;

/// Chords that need not change anything on the screen.
const SILENT: [&[&str]; 4] = [&["ctrl", "c"], &["ctrl", "insert"], &["ctrl", "s"], &["super"]];

/// A caret that moved counts as the effect of a click only this near to it, in pixels: a caret that blinks elsewhere
/// says nothing.
const CARET_REACH: i32 = 80;

/// Judges by the action's type.
pub(super) async fn judge(
    action: &Action,
    changes: &[Rect],
    before: &Observation,
    after: &Observation,
    eyes: &Eyes,
) -> Result<Verdict, ReadError> {
    Ok(match action {
        Action::Type { text } => typed(text, changes, after, eyes).await?,
        Action::Open { .. } => opened(changes, before, after),
        Action::Click { at, .. } | Action::LongPress { at, .. } => clicked((at.x as i32, at.y as i32), changes, after),
        Action::Drag { .. } | Action::Scroll { .. } => something(changes, after),
        Action::Key { keys } if SILENT.iter().any(|s| s == keys) => silent(changes),
        Action::Key { .. } | Action::HoldKey { .. } => something(changes, after),
        Action::Move { .. }
        | Action::Press { .. }
        | Action::Release { .. }
        | Action::KeyDown { .. }
        | Action::KeyUp { .. } => silent(changes),
        Action::Wait { .. }
        | Action::Screenshot
        | Action::Ask { .. }
        | Action::Finish { .. }
        | Action::System { .. } => verdict(
            Judgement::Confirmed,
            evidence("nothing_expected", None, "this action changes nothing itself", None),
        ),
    })
}

/// Something must have changed.
fn something(changes: &[Rect], after: &Observation) -> Verdict {
    if changes.is_empty() {
        return verdict(Judgement::NoEffect, evidence("screen_changed", Some(false), "nothing changed", None));
    }
    let area = Some(around(changes));
    if !after.settled.still {
        let seen = format!("{}, but the screen never came to rest", described(changes));
        return verdict(Judgement::Unknown, evidence("screen_changed", None, seen, area));
    }
    verdict(Judgement::Confirmed, evidence("screen_changed", Some(true), described(changes), area))
}

/// Something must have changed, and not only a caret far from the click.
fn clicked(at: (i32, i32), changes: &[Rect], after: &Observation) -> Verdict {
    let near = |area: &Rect| {
        let (x, y) = area.centre();
        (x - at.0).abs() <= CARET_REACH && (y - at.1).abs() <= CARET_REACH
    };
    let counted: Vec<Rect> = changes.iter().filter(|area| !is_caret(area) || near(area)).copied().collect();
    something(&counted, after)
}

/// A change is welcome, none is fine.
fn silent(changes: &[Rect]) -> Verdict {
    if changes.is_empty() {
        let seen = "nothing changed, and this action need not change anything";
        return verdict(Judgement::Unknown, evidence("declared_silent", None, seen, None));
    }
    verdict(Judgement::Confirmed, evidence("screen_changed", Some(true), described(changes), Some(around(changes))))
}

/// A window must have come.
fn opened(changes: &[Rect], before: &Observation, after: &Observation) -> Verdict {
    let mut known: Vec<&str> = before.windows.iter().map(|w| w.title.as_str()).collect();
    let fresh = after.windows.iter().find(|w| match known.iter().position(|k| *k == w.title) {
        Some(at) => {
            known.swap_remove(at);
            false
        }
        None => true,
    });
    match fresh {
        Some(window) => {
            let seen = format!("the window '{}' opened", window.title);
            verdict(Judgement::Confirmed, evidence("window_opened", Some(true), seen, None))
        }
        None if changes.is_empty() => {
            verdict(Judgement::NoEffect, evidence("window_opened", Some(false), "no window opened", None))
        }
        None => {
            let seen = format!("{}, but no window opened", described(changes));
            verdict(Judgement::Unknown, evidence("window_opened", None, seen, Some(around(changes))))
        }
    }
}

/// The text must be read back where the screen changed.
async fn typed(text: &str, changes: &[Rect], after: &Observation, eyes: &Eyes) -> Result<Verdict, ReadError> {
    if changes.is_empty() {
        return Ok(verdict(Judgement::NoEffect, evidence("text_read_back", Some(false), "nothing changed", None)));
    }
    let area = Some(around(changes));
    let letters = text.trim();
    if letters.is_empty() {
        return Ok(verdict(Judgement::Confirmed, evidence("screen_changed", Some(true), described(changes), area)));
    }
    let reading = eyes.read(&after.settled.frame).await?;
    let (likeness, read) = readback::found_in(letters, &reading, changes);
    Ok(match likeness {
        Likeness::Same => {
            verdict(Judgement::Confirmed, evidence("text_read_back", Some(true), format!("reads '{read}'"), area))
        }
        Likeness::Close => {
            let seen = format!("reads '{read}', which may be a misreading of what was typed");
            verdict(Judgement::Unknown, evidence("text_read_back", None, seen, area))
        }
        Likeness::Different => not_read_back(text, &read, changes, area),
    })
}

/// Text that cannot be read back is a contradiction only where a letter or more stands in its place.
fn not_read_back(text: &str, read: &str, changes: &[Rect], area: Option<Rect>) -> Verdict {
    let why = if text.ends_with('\n') || text.contains('\t') {
        Some("Enter or Tab may have taken it elsewhere")
    } else if readback::is_hidden(read) {
        Some("no text can be read there: it may be hidden")
    } else {
        None
    };
    match why {
        Some(why) => {
            let seen = format!("{}; {why}", described(changes));
            verdict(Judgement::Unknown, evidence("text_read_back", None, seen, area))
        }
        None => {
            let seen = format!("reads '{read}', which is not what was typed");
            verdict(Judgement::Contradicted, evidence("text_read_back", Some(false), seen, area))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use sightstep_actions::plan::Button;
    use sightstep_actions::space::FramePoint;
    use sightstep_vision::frame::Frame;
    use sightstep_vision::read::{Line, Reading};
    use sightstep_vision::screen::{Settled, Window};

    use super::*;
    use crate::eyes::Read;

    struct Says(&'static str);

    impl Read for Says {
        fn read(&mut self, _frame: &Frame) -> Result<Arc<Reading>, ReadError> {
            let area = Rect::new(10, 10, 80, 16);
            let line = Line { text: self.0.into(), area, confidence: 0.9, words: Vec::new() };
            Ok(Arc::new(Reading { lines: vec![line], elements: Vec::new() }))
        }
    }

    fn seen(still: bool, titles: &[&str]) -> Observation {
        let frame = Frame::from_image(image::RgbImage::new(100, 50));
        let window = |t: &&str| Window { title: (*t).into(), area: Rect::new(0, 0, 9, 9), active: false };
        Observation {
            settled: Settled { frame, still, waited: Duration::ZERO, volatile: Vec::new() },
            windows: titles.iter().map(window).collect(),
        }
    }

    const FIELD: Rect = Rect { x: 10, y: 10, w: 60, h: 14 };
    const CARET: Rect = Rect { x: 300, y: 300, w: 1, h: 15 };

    async fn judged(action: &Action, changes: &[Rect], read: &'static str, still: bool) -> Judgement {
        let eyes = Eyes::new(Says(read));
        judge(action, changes, &seen(true, &[]), &seen(still, &[]), &eyes).await.unwrap().judgement
    }

    #[tokio::test]
    async fn each_type_of_action_has_its_postcondition() {
        let click = Action::Click { at: FramePoint { x: 20, y: 15 }, button: Button::Left, count: 1 };
        let text = |t: &str| Action::Type { text: t.into() };
        let key = |keys: &[&str]| Action::Key { keys: keys.iter().map(|k| (*k).to_owned()).collect() };
        let cases = [
            ("click, change", click.clone(), vec![FIELD], "", true, Judgement::Confirmed),
            ("click, none", click.clone(), vec![], "", true, Judgement::NoEffect),
            ("click, far caret only", click.clone(), vec![CARET], "", true, Judgement::NoEffect),
            ("click, moving screen", click, vec![FIELD], "", false, Judgement::Unknown),
            ("typed and read", text("hello"), vec![FIELD], "say hello", true, Judgement::Confirmed),
            ("typed, lost letter", text("hello"), vec![FIELD], "helo", true, Judgement::Contradicted),
            ("typed, dots", text("secret"), vec![FIELD], "••••••", true, Judgement::Unknown),
            ("typed, nothing", text("hello"), vec![], "hello", true, Judgement::NoEffect),
            ("typed with Enter, gone", text("ls\n"), vec![FIELD], "other", true, Judgement::Unknown),
            ("only Enter", text("\n"), vec![FIELD], "", true, Judgement::Confirmed),
            ("copy", key(&["ctrl", "c"]), vec![], "", true, Judgement::Unknown),
            ("key, none", key(&["enter"]), vec![], "", true, Judgement::NoEffect),
        ];
        let mut wrong = Vec::new();
        for (name, action, changes, read, still, expected) in cases {
            let found = judged(&action, &changes, read, still).await;
            if found != expected {
                wrong.push((name, found, expected));
            }
        }
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[tokio::test]
    async fn a_second_window_of_the_same_title_is_a_new_one() {
        let (before, after) = (seen(true, &["xterm"]), seen(true, &["xterm", "xterm"]));
        assert_eq!(opened(&[], &before, &after).judgement, Judgement::Confirmed);
        assert_eq!(opened(&[], &before, &before).judgement, Judgement::NoEffect);
    }
}
