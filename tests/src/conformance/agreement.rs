//! Whether an action of ours is the one that upstream names.

use serde_json::Value;
use sightstep_actions::plan::{Action, Button, Direction, FinishStatus, SystemButton};
use sightstep_actions::space::{FramePoint, Size};

/// How many pixels two mappings of one point may be apart: upstream truncates or keeps fractions, we round.
const PIXELS: f64 = 1.0;

/// Upstream's action, with its points as parts of the screen.
pub struct Upstream<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its arguments.
    pub inputs: &'a Value,
    /// Where its points lie, in pixels of the screenshot.
    pub points: Vec<(f64, f64)>,
}

impl Upstream<'_> {
    /// The text of one of these arguments.
    fn text(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().find_map(|key| self.inputs[*key].as_str())
    }

    /// Whether ours is the same.
    pub fn agrees(&self, ours: &Action) -> Result<(), String> {
        let differs = || Err(format!("upstream says {} {} at {:?}, we {ours:?}", self.name, self.inputs, self.points));
        let is_same = match (self.name, ours) {
            ("click" | "left_single" | "left_click", Action::Click { at, button: Button::Left, count: 1 })
            | ("left_double" | "double_click", Action::Click { at, button: Button::Left, count: 2 })
            | ("right_single" | "right_click", Action::Click { at, button: Button::Right, count: 1 })
            | ("middle_click", Action::Click { at, button: Button::Middle, count: 1 })
            | ("hover" | "mouse_move" | "move" | "move_to", Action::Move { at })
            | ("long_press", Action::LongPress { at, .. }) => self.is_at(&[*at]),
            ("drag" | "select" | "swipe", Action::Drag { path, button: Button::Left }) => self.is_at(path),
            ("scroll", Action::Scroll { at, direction, ticks: 5 }) => {
                self.text(&["direction"]) == Some(named(*direction)) && self.is_at(&Vec::from_iter(*at))
            }
            ("type", Action::Type { text }) => self.says(text),
            ("hotkey", Action::Key { keys }) => self.presses(keys),
            ("press" | "keydown", Action::KeyDown { key }) | ("release" | "keyup", Action::KeyUp { key }) => {
                self.presses(std::slice::from_ref(key))
            }
            ("wait", Action::Wait { .. }) | ("call_user", Action::Ask { .. }) => true,
            ("error_env", Action::Finish { status: FinishStatus::Failure, .. }) => true,
            ("finished", Action::Finish { status: FinishStatus::Success, answer }) => {
                self.says(answer.as_deref().unwrap_or_default())
            }
            ("press_home", Action::System { button: SystemButton::Home })
            | ("press_back", Action::System { button: SystemButton::Back }) => true,
            ("open_app", Action::Open { app }) => self.text(&["app_name", "name"]) == Some(app),
            _ => false,
        };
        if is_same { Ok(()) } else { differs() }
    }

    fn is_at(&self, ours: &[FramePoint]) -> bool {
        ours.len() == self.points.len() && ours.iter().zip(&self.points).all(|(a, b)| is_near(*a, *b))
    }

    /// Upstream's TypeScript leaves escapes in texts; its Python resolves them, as we do.
    fn says(&self, ours: &str) -> bool {
        let theirs = self.text(&["content", "text"]).unwrap_or_default();
        theirs == ours || unescaped(theirs) == ours
    }

    fn presses(&self, ours: &[String]) -> bool {
        let theirs = self.text(&["key", "hotkey", "keys"]).unwrap_or_default();
        let plain = |key: &str| key.trim_start_matches("arrow").replace("page ", "page_");
        theirs.split([' ', '+']).map(plain).eq(ours.iter().cloned())
    }
}

/// Whether a pixel of ours is upstream's point.
pub fn is_near(ours: FramePoint, (x, y): (f64, f64)) -> bool {
    (f64::from(ours.x) - x).abs() <= PIXELS && (f64::from(ours.y) - y).abs() <= PIXELS
}

/// The centre of a box of two or four parts, in pixels of the screen.
pub fn centre(parts: &[f64], screen: Size) -> Option<(f64, f64)> {
    let (x, y) = match *parts {
        [x, y] => (x, y),
        [x1, y1, x2, y2] => (f64::midpoint(x1, x2), f64::midpoint(y1, y2)),
        _ => return None,
    };
    Some((x * f64::from(screen.width), y * f64::from(screen.height)))
}

fn named(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "up",
        Direction::Down => "down",
        Direction::Left => "left",
        Direction::Right => "right",
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (c, c == '\\') {
            (_, true) => match characters.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            _ => out.push(c),
        }
    }
    out
}
