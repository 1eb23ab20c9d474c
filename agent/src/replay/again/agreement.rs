//! Whether a planner's action is the recorded one: by its type, by its point within the recorded target, by its text.

use std::fmt;

use serde::Serialize;
use sightstep_actions::plan::Action;
use sightstep_actions::space::FramePoint;
use sightstep_vision::frame::Frame;
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::Reading;
use sightstep_vision::screen::Window;

use crate::replay::live::{text_area, window_under};

/// How far from a recorded point another one may be where nothing is known to stand there, in pixels: half the side of a large icon
/// button (48 pixels in GTK and in Material).
const RADIUS: f64 = 24.0;

/// What stands where on a recorded picture.
#[derive(Clone, Copy)]
pub(super) struct ComparedLook<'s> {
    pub(super) reading: Option<&'s Reading>,
    pub(super) windows: &'s [Window],
    pub(super) frame: &'s Frame,
}

/// A recorded action and the one that a planner gave in its place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// What was done.
    pub recorded: Action,
    /// What the planner would have done.
    pub asked: Action,
    /// Whether they are of one type.
    #[serde(rename = "type")]
    pub same_type: bool,
    /// How their points lie; nothing where the types differ or they point nowhere.
    pub point: Option<ComparedPoint>,
    /// Whether their texts, keys or programs are the same; nothing where the types differ or they have none.
    pub text: Option<bool>,
}

/// Where a planner points, beside the recorded target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparedPoint {
    /// Whether every point is within its target.
    pub agrees: bool,
    /// How far the one that is furthest off is from the recorded point, in pixels.
    pub off: f64,
    /// The recorded target's box, `[x, y, w, h]`; absent where nothing is known to stand there, and a radius counts.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none")]
    pub area: Option<[i32; 4]>,
}

/// How many of several agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Those that agree.
    pub agree: usize,
    /// All.
    pub of: usize,
}

impl Tally {
    /// Counts one more.
    pub(super) fn count(&mut self, agrees: bool) {
        self.agree += usize::from(agrees);
        self.of += 1;
    }

    /// Counts one more, if there is one.
    pub(super) fn extend(&mut self, agrees: Option<bool>) {
        agrees.iter().for_each(|agrees| self.count(*agrees));
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.agree, self.of)
    }
}

impl Pair {
    /// Whether all that can be compared is the same.
    pub fn agrees(&self) -> bool {
        self.same_type && self.point.as_ref().is_none_or(|point| point.agrees) && self.text != Some(false)
    }
}

/// The actions of two plans beside each other: a planner that gives one at a time is compared by that one.
pub(super) fn pairs(recorded: &[Action], asked: &[Action], scene: ComparedLook<'_>) -> Vec<Pair> {
    recorded.iter().zip(asked).map(|(recorded, asked)| pair(recorded, asked, scene)).collect()
}

fn pair(recorded: &Action, asked: &Action, scene: ComparedLook<'_>) -> Pair {
    let same_type = is_same_type(recorded, asked);
    let point = if same_type { point(recorded, asked, scene) } else { None };
    let text = text(recorded).zip(text(asked)).filter(|_| same_type).map(|(a, b)| a == b);
    Pair { recorded: recorded.clone(), asked: asked.clone(), same_type, point, text }
}

fn is_same_type(a: &Action, b: &Action) -> bool {
    a.name() == b.name() && way(a) == way(b)
}

/// What of an action belongs to its type: with which button, how often, which way, to which end.
fn way(action: &Action) -> String {
    match action {
        Action::Click { button, count, .. } => format!("{button:?} {count}"),
        Action::Press { button, .. } | Action::Release { button, .. } | Action::Drag { button, .. } => {
            format!("{button:?}")
        }
        Action::Scroll { direction, .. } => format!("{direction:?}"),
        Action::System { button } => format!("{button:?}"),
        Action::Window { change, .. } => format!("{change:?}"),
        Action::Finish { status, .. } => format!("{status:?}"),
        Action::Move { .. }
        | Action::Type { .. }
        | Action::Key { .. }
        | Action::KeyDown { .. }
        | Action::KeyUp { .. }
        | Action::HoldKey { .. }
        | Action::LongPress { .. }
        | Action::Wait { .. }
        | Action::Screenshot
        | Action::Open { .. }
        | Action::Ask { .. } => String::new(),
    }
}

/// What an action says, where the words are what it does.
fn text(action: &Action) -> Option<String> {
    match action {
        Action::Type { text } => Some(text.clone()),
        Action::Open { app } => Some(app.trim().to_lowercase()),
        Action::Window { title, .. } => Some(title.clone()),
        other => Some(other.keys().join("+")).filter(|keys| !keys.is_empty()),
    }
}

/// How the first points lie, and of a drag the last ones: what is between is the hand's.
fn point(recorded: &Action, asked: &Action, scene: ComparedLook<'_>) -> Option<ComparedPoint> {
    let ends = |action: &Action| {
        let points = action.points();
        Some((*points.first()?, *points.last()?))
    };
    let (then, now) = (ends(recorded)?, ends(asked)?);
    let is_wheel = matches!(recorded, Action::Scroll { .. });
    let first = compared(then.0, now.0, is_wheel, scene);
    if then.0 == then.1 {
        return Some(first);
    }
    let last = compared(then.1, now.1, is_wheel, scene);
    Some(ComparedPoint { agrees: first.agrees && last.agrees, off: first.off.max(last.off), area: first.area })
}

fn compared(then: FramePoint, now: FramePoint, is_wheel: bool, scene: ComparedLook<'_>) -> ComparedPoint {
    let off = (f64::from(then.x) - f64::from(now.x)).hypot(f64::from(then.y) - f64::from(now.y));
    let area = target((then.x as i32, then.y as i32), is_wheel, scene);
    let is_inside = |area: Rect| area.contains(now.x as i32, now.y as i32);
    let agrees = area.map_or(off <= RADIUS, is_inside);
    ComparedPoint { agrees, off: (off * 10.0).round() / 10.0, area: area.map(Into::into) }
}

/// The target at a recorded point: the smallest element there, or the text with what surrounds it; for the wheel the
/// window.
fn target(point: (i32, i32), is_wheel: bool, scene: ComparedLook<'_>) -> Option<Rect> {
    if is_wheel {
        let (x, y) = scene.frame.origin();
        let window = window_under(scene.windows, (point.0 + x, point.1 + y));
        return Some(
            window.map_or(scene.frame.bounds(), |w| Rect::new(w.area.x - x, w.area.y - y, w.area.w, w.area.h)),
        );
    }
    let reading = scene.reading?;
    let elements = reading.elements.iter().map(|element| element.area);
    let there = elements.filter(|area| area.contains(point.0, point.1)).min_by_key(Rect::area);
    there.or_else(|| text_area(reading, point))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use sightstep_vision::read::{Element, Line, Role};

    use super::*;

    fn pair_of(recorded: Value, asked: Value) -> Pair {
        let line = Line { text: "Save".into(), area: Rect::new(100, 100, 40, 14), confidence: 1.0, words: vec![] };
        let button = Element::new(Role::Button, "Open", Rect::new(200, 100, 80, 30));
        let reading = Reading { lines: vec![line], elements: vec![button] };
        let windows = [Window { title: "Editor".into(), area: Rect::new(0, 0, 300, 200), active: true, process: None }];
        let frame = Frame::from_image(image::RgbImage::new(640, 480));
        let scene = ComparedLook { reading: Some(&reading), windows: &windows, frame: &frame };
        let action = |json| serde_json::from_value(json).unwrap();
        pair(&action(recorded), &action(asked), scene)
    }

    #[test]
    fn actions_agree_by_type_point_and_text() {
        let click = |x: i32, y: i32| json!({ "type": "click", "at": { "x": x, "y": y } });
        let right = json!({ "type": "click", "at": { "x": 120, "y": 107 }, "button": "right" });
        let drag = |x: i32| json!({ "type": "drag", "path": [{ "x": 300, "y": 300 }, { "x": 310, "y": 310 }, { "x": x, "y": 300 }] });
        let scroll =
            |direction: &str, x: i32| json!({ "type": "scroll", "at": { "x": x, "y": 90 }, "direction": direction });
        let typed = |text: &str| json!({ "type": "type", "text": text });
        let keys = |keys: &[&str]| json!({ "type": "key", "keys": keys });
        let finish = |status: &str| json!({ "type": "finish", "status": status, "answer": null });
        let cases = [
            // Anywhere on the text and 6 pixels around it.
            (click(120, 107), click(102, 117), (true, Some(true), None)),
            (click(120, 107), click(150, 107), (true, Some(false), None)),
            // Anywhere on a button.
            (click(240, 115), click(202, 128), (true, Some(true), None)),
            (click(240, 115), click(240, 131), (true, Some(false), None)),
            // Where nothing is read a radius counts.
            (click(300, 300), click(300, 324), (true, Some(true), None)),
            (click(300, 300), click(300, 325), (true, Some(false), None)),
            (click(120, 107), right, (false, None, None)),
            (click(120, 107), typed("Save"), (false, None, None)),
            // A path may go another way, and has to end where the recorded one does.
            (drag(400), drag(405), (true, Some(true), None)),
            (drag(400), drag(500), (true, Some(false), None)),
            // The wheel turns the window that it is over.
            (scroll("down", 50), scroll("down", 290), (true, Some(true), None)),
            (scroll("down", 50), scroll("down", 310), (true, Some(false), None)),
            (scroll("down", 50), scroll("up", 50), (false, None, None)),
            (typed("a b"), typed("a b"), (true, None, Some(true))),
            (typed("a b"), typed("a b\n"), (true, None, Some(false))),
            (keys(&["ctrl", "s"]), keys(&["ctrl", "s"]), (true, None, Some(true))),
            (keys(&["ctrl", "s"]), keys(&["ctrl", "a"]), (true, None, Some(false))),
            (finish("success"), finish("failure"), (false, None, None)),
        ];
        for (recorded, asked, expected) in cases {
            let found = pair_of(recorded.clone(), asked.clone());
            let got = (found.same_type, found.point.map(|point| point.agrees), found.text);
            assert_eq!(got, expected, "{recorded} {asked}");
        }
    }

    #[test]
    fn a_planner_that_gives_fewer_actions_is_compared_by_those() {
        let frame = Frame::from_image(image::RgbImage::new(64, 48));
        let scene = ComparedLook { reading: None, windows: &[], frame: &frame };
        let typed = |text: &str| Action::Type { text: text.into() };
        let found = pairs(&[typed("a"), typed("b")], &[typed("a")], scene);
        assert!(found.len() == 1 && found[0].agrees());
    }
}
