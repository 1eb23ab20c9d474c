//! What was done in a recording as steps of a goal that the reader understands.

use sightstep_actions::plan::{Action, Button, Direction, WindowChange};
use sightstep_actions::space::FramePoint;
use sightstep_vision::frame::Frame;
use sightstep_vision::read::{ReadError, Reading};

use super::inputs::Changes;
use super::recorded_actions::RecordedActions;
use super::target::text_at;
use crate::cached_reader::CachedReader;
use crate::planner::reader::ground;

/// How orders are said.
const ORDER: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "last"];

/// How far from a place the label of it may be, in pixels.
const LABEL: i32 = 400;

/// Steps with what could not be put into words.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Steps {
    /// The steps.
    pub(super) said: Vec<String>,
    /// Inputs that stand for texts which cannot be quoted: name and value.
    pub(super) texts: Vec<(String, String)>,
    /// The names of secrets.
    pub(super) secrets: Vec<String>,
    /// Actions that no words of the reader stand for.
    pub(super) unsaid: Vec<String>,
}

/// Puts what was done into words. Each place is described so that the reader finds it on the recorded picture.
///
/// # Errors
/// [`ReadError`] when a picture cannot be read.
pub(super) async fn steps(moves: &RecordedActions, reader: &CachedReader) -> Result<Steps, ReadError> {
    let mut steps = Steps::default();
    for made in &moves.all {
        let picture = match (has_place(&made.action), moves.frame(&made.before)) {
            (true, Ok(frame)) => Some((reader.read(&frame).await?, frame)),
            _ => None,
        };
        let place = |at: &FramePoint| picture.as_ref().and_then(|(reading, frame)| named(*at, frame, reading));
        match steps.step(&made.action, &place) {
            Some(step) if step.is_empty() => {}
            Some(step) => steps.said.push(step),
            None => steps.unsaid.push(made.action.to_string()),
        }
    }
    steps.said = joined(steps.said);
    Ok(steps)
}

impl Steps {
    /// The step; empty where nothing has to be said, nothing where it cannot.
    fn step(&mut self, action: &Action, place: &dyn Fn(&FramePoint) -> Option<String>) -> Option<String> {
        Some(match action {
            Action::Click { at, button, count } => match (button, count) {
                (Button::Left, 1) => format!("Click {}", place(at)?),
                (Button::Left, 2) => format!("Double-click {}", place(at)?),
                (Button::Right, 1) => format!("Right-click {}", place(at)?),
                _ => return None,
            },
            Action::Move { at } => format!("Hover over {}", place(at)?),
            Action::Drag { path, button: Button::Left } => {
                format!("Drag {} to {}", place(path.first()?)?, place(path.last()?)?)
            }
            Action::Scroll { direction, ticks, .. } => format!("Scroll {} {ticks} notches", way(*direction)?),
            Action::Type { text } => format!("Type {}", self.written(text)),
            Action::Key { keys } => format!("Press {}", keys.join("+")),
            Action::Open { app } => format!("Open {app}"),
            Action::Window { title, change } => {
                let title = quoted(title)?;
                match change {
                    WindowChange::Activate => format!("Switch to the window {title}"),
                    WindowChange::Close => format!("Close the window {title}"),
                    WindowChange::Maximise => format!("Maximise the window {title}"),
                    WindowChange::Minimise => format!("Minimise the window {title}"),
                }
            }
            Action::Wait { .. } | Action::Screenshot => String::new(),
            Action::Drag { .. }
            | Action::Press { .. }
            | Action::Release { .. }
            | Action::KeyDown { .. }
            | Action::KeyUp { .. }
            | Action::HoldKey { .. }
            | Action::LongPress { .. }
            | Action::System { .. }
            | Action::Ask { .. }
            | Action::Finish { .. } => return None,
        })
    }

    /// A text in quotes, or the input that stands for it.
    fn written(&mut self, text: &str) -> String {
        if let Some(name) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            if !self.secrets.iter().any(|known| known == name) {
                self.secrets.push(name.to_owned());
            }
            return text.to_owned();
        }
        quoted(text).unwrap_or_else(|| {
            let name = format!("text_{}", self.texts.len() + 1);
            self.texts.push((name.clone(), text.to_owned()));
            format!("{{{name}}}")
        })
    }
}

fn has_place(action: &Action) -> bool {
    matches!(action, Action::Click { .. } | Action::Move { .. } | Action::Drag { .. })
}

fn way(direction: Direction) -> Option<&'static str> {
    match direction {
        Direction::Up => Some("up"),
        Direction::Down => Some("down"),
        Direction::Left | Direction::Right => None,
    }
}

/// The text in quotes; nothing where it holds a quote, a brace or a line's end.
fn quoted(text: &str) -> Option<String> {
    let is_plain = !text.chars().any(|c| matches!(c, '\'' | '"' | '{' | '}' | '‘' | '’' | '“' | '”') || c.is_control());
    (is_plain && !text.trim().is_empty()).then(|| format!("'{text}'"))
}

/// Words for the place that the reader finds it by on this very picture.
fn named(at: FramePoint, frame: &Frame, reading: &Reading) -> Option<String> {
    let point = (at.x as i32, at.y as i32);
    let finds = |words: &String| {
        let found = ground(reading, frame.width(), frame.height(), &format!("Click {words}"));
        found.is_ok_and(|found| found.area.grown(2).contains(point.0, point.1))
    };
    candidates(point, reading).into_iter().find(finds)
}

/// Descriptions of a place, the plainest first.
fn candidates(point: (i32, i32), reading: &Reading) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(text) = text_at(reading, point, &Changes::default())
        && let Some(quoted) = quoted(&text.wanted)
    {
        all.push(quoted.clone());
        all.extend(ORDER.iter().map(|order| format!("the {order} {quoted}")));
    }
    let mut labels: Vec<(i32, String)> = reading
        .lines
        .iter()
        .filter_map(|line| {
            let (x, y) = line.area.centre();
            let distance = (point.0 - x).abs() + 2 * (point.1 - y).abs();
            let is_beside = (point.1 - y).abs() < line.area.h;
            let relation = match (is_beside, line.area.right() <= point.0, y < point.1) {
                (true, true, _) => "right of",
                (true, false, _) => "left of",
                (false, _, true) => "below",
                (false, _, false) => "above",
            };
            Some((distance, format!("{relation} {}", quoted(&line.text)?)))
        })
        .filter(|(distance, _)| *distance < LABEL)
        .collect();
    labels.sort_by_key(|(distance, _)| *distance);
    let kinds = ["field", "check box", "radio button", "button"];
    all.extend(labels.iter().take(4).flat_map(|(_, label)| kinds.map(|kind| format!("the {kind} {label}"))));
    all
}

/// The same key several times in a row as one step.
fn joined(steps: Vec<String>) -> Vec<String> {
    let mut joined: Vec<(String, usize)> = Vec::new();
    for step in steps {
        match joined.last_mut() {
            Some((last, count)) if *last == step && step.starts_with("Press ") => *count += 1,
            _ => joined.push((step, 1)),
        }
    }
    joined.into_iter().map(|(step, count)| if count == 1 { step } else { format!("{step} {count} times") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_put_into_words() {
        let place = |at: &FramePoint| (at.x < 100).then(|| format!("'P{}'", at.x));
        let at = |x| FramePoint { x, y: 1 };
        let click = |x, button, count| Action::Click { at: at(x), button, count };
        let cases = [
            (click(1, Button::Left, 1), Some("Click 'P1'")),
            (click(1, Button::Left, 2), Some("Double-click 'P1'")),
            (click(1, Button::Right, 1), Some("Right-click 'P1'")),
            (click(1, Button::Middle, 1), None),
            (click(500, Button::Left, 1), None),
            (Action::Drag { path: vec![at(1), at(2), at(3)], button: Button::Left }, Some("Drag 'P1' to 'P3'")),
            (Action::Scroll { at: None, direction: Direction::Down, ticks: 3 }, Some("Scroll down 3 notches")),
            (Action::Type { text: "hello".into() }, Some("Type 'hello'")),
            (Action::Type { text: "it's".into() }, Some("Type {text_1}")),
            (Action::Type { text: "{secret}".into() }, Some("Type {secret}")),
            (Action::Key { keys: vec!["ctrl".into(), "s".into()] }, Some("Press ctrl+s")),
            (Action::Wait { seconds: 1.0 }, Some("")),
        ];
        let mut steps = Steps::default();
        for (action, said) in cases {
            assert_eq!(steps.step(&action, &place).as_deref(), said, "{action:?}");
        }
        assert_eq!(steps.texts, [("text_1".to_owned(), "it's".to_owned())]);
        assert_eq!(steps.secrets, ["secret"]);
    }

    #[test]
    fn repeated_keys_are_one_step() {
        let steps = ["Press tab", "Press tab", "Type 'a'", "Type 'a'", "Press tab"].map(str::to_owned);
        assert_eq!(joined(steps.into()), ["Press tab 2 times", "Type 'a'", "Type 'a'", "Press tab"]);
    }
}
