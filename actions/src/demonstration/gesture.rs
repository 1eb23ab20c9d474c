//! From single inputs to actions: presses become clicks and drags, notches one scroll, letters one text.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::input::{Accent, Heard, Input, Struck};
use crate::key::{Key, Named};
use crate::plan::{Action, Button, Direction};
use crate::space::{DesktopPoint, FramePoint, View};

/// A second press within this time, near enough, makes a double click; toolkits have 400 to 500 ms.
const DOUBLE: Duration = Duration::from_millis(400);

/// Notches of the wheel with less time between them are one scroll.
const WHEEL: Duration = Duration::from_millis(500);

/// Letters with less time between them are one text.
const TEXT: Duration = Duration::from_secs(2);

/// A pointer that moved less than this between press and release has not dragged, in pixels.
const STEADY: i32 = 6;

/// Points of a drag that are kept lie at least this far apart, in pixels.
const SPARSE: i32 = 40;

/// Something that a person did.
#[derive(Debug, Clone, PartialEq)]
pub struct Gesture {
    /// The action that does the same.
    pub action: Action,
    /// Whether it is a text that was marked as secret.
    pub is_secret: bool,
    /// When it began.
    pub begun: Instant,
    /// When its last input came.
    pub ended: Instant,
}

/// Gathers inputs into gestures.
pub struct GestureRecognizer {
    view: View,
    open: Option<Open>,
    done: VecDeque<Gesture>,
    is_secret: bool,
    /// The modifiers that are down.
    down: Vec<Key>,
    /// Those of them that were told of as held: a click or the wheel was done with them.
    held: Vec<Key>,
    /// A dead key that waits for its letter.
    dead: Option<Accent>,
}

/// A gesture that may go on.
struct Open {
    begun: Instant,
    last: Instant,
    what: What,
}

enum What {
    /// A button is down: how often it was clicked before, and where the pointer has been.
    Down {
        button: Button,
        clicks: u32,
        path: Vec<DesktopPoint>,
    },
    /// It was clicked so often.
    Clicked {
        button: Button,
        count: u32,
        at: DesktopPoint,
    },
    Wheel {
        at: DesktopPoint,
        direction: Direction,
        ticks: u32,
    },
    Text(String),
}

impl GestureRecognizer {
    /// Gathers what happens on the part of the desktop that `view` shows.
    pub fn new(view: View) -> Self {
        let (down, held) = (Vec::new(), Vec::new());
        Self { view, open: None, done: VecDeque::new(), is_secret: false, down, held, dead: None }
    }

    /// Takes the next input. The Pause key marks what is typed from then on as secret, or no longer.
    pub fn feed(&mut self, Heard { at, input }: Heard) {
        self.tick(at);
        match input {
            Input::Press(number, point) => match direction(number) {
                Some(direction) => self.wheel(at, point, direction),
                None => self.press(at, point, number),
            },
            Input::Moved(point) => {
                if let Some(Open { what: What::Down { path, .. }, last, .. }) = &mut self.open {
                    path.push(point);
                    *last = at;
                }
            }
            Input::Release(number, point) => self.release(at, point, number),
            Input::Key(struck) => self.key(at, struck),
            Input::Up(key) => self.up(at, key),
            Input::Dead(accent) => self.dead = Some(accent),
        }
    }

    /// Ends what has not gone on for long enough.
    pub fn tick(&mut self, now: Instant) {
        let limit = match self.open.as_ref().map(|open| &open.what) {
            Some(What::Clicked { .. }) => DOUBLE,
            Some(What::Wheel { .. }) => WHEEL,
            Some(What::Text(_)) => TEXT,
            Some(What::Down { .. }) | None => return,
        };
        if self.open.as_ref().is_some_and(|open| now.duration_since(open.last) > limit) {
            self.close();
        }
    }

    /// Ends what is open: nothing more will come.
    pub fn finish(&mut self) {
        if let Some(Open { what: What::Down { button, clicks, path }, .. }) = &mut self.open {
            // A button that is still down ends with the recording.
            let (button, clicks, at) = (*button, *clicks, path[0]);
            if let Some(open) = &mut self.open {
                open.what = What::Clicked { button, count: clicks + 1, at };
            }
        }
        self.close();
        if let Some(now) = self.done.back().map(|gesture| gesture.ended) {
            self.held.clone().into_iter().for_each(|key| self.up(now, key));
        }
    }

    /// The next gesture that is over.
    pub fn take(&mut self) -> Option<Gesture> {
        self.done.pop_front()
    }

    /// When the next gesture began, whether it is over or not.
    pub fn next_begun(&self) -> Option<Instant> {
        self.done.front().map(|gesture| gesture.begun).or_else(|| self.open.as_ref().map(|open| open.begun))
    }

    fn press(&mut self, at: Instant, point: DesktopPoint, number: u8) {
        let Some(button) = button(number) else { return };
        if let Some(Open { what, last, .. }) = &mut self.open
            && let What::Clicked { button: same, count, at: place } = *what
            && same == button
            && far(place, point) < STEADY
        {
            (*what, *last) = (What::Down { button, clicks: count, path: vec![point] }, at);
            return;
        }
        self.close();
        self.hold(at);
        self.open(at, What::Down { button, clicks: 0, path: vec![point] });
    }

    fn release(&mut self, at: Instant, point: DesktopPoint, number: u8) {
        let Some(Open { begun, last, what: What::Down { button: down, clicks, path } }) = &mut self.open else {
            return;
        };
        if button(number) != Some(*down) {
            return;
        }
        path.push(point);
        *last = at;
        let (begun, button, count, from) = (*begun, *down, *clicks + 1, path[0]);
        if path.iter().all(|there| far(from, *there) < STEADY) {
            self.open = Some(Open { begun, last: at, what: What::Clicked { button, count, at: from } });
        } else {
            self.close();
        }
    }

    fn wheel(&mut self, at: Instant, point: DesktopPoint, turned: Direction) {
        if let Some(Open { what: What::Wheel { direction, ticks, .. }, last, .. }) = &mut self.open
            && *direction == turned
        {
            *ticks += 1;
            *last = at;
            return;
        }
        self.close();
        self.hold(at);
        self.open(at, What::Wheel { at: point, direction: turned, ticks: 1 });
    }

    /// Tells of the modifiers that are down, as something is done with the pointer.
    fn hold(&mut self, at: Instant) {
        for key in self.down.clone() {
            if !self.held.contains(&key) {
                self.held.push(key);
                self.done.push_back(self.gesture(Action::KeyDown { key: key.to_string() }, at, at));
            }
        }
    }

    /// A modifier went up; that is told of where it was told that it is held.
    fn up(&mut self, at: Instant, key: Key) {
        self.down.retain(|down| *down != key);
        if self.held.contains(&key) {
            self.close();
            self.held.retain(|held| *held != key);
            self.done.push_back(self.gesture(Action::KeyUp { key: key.to_string() }, at, at));
        }
    }

    fn key(&mut self, at: Instant, struck: Struck) {
        let is_command = struck.ctrl || struck.alt || struck.super_;
        let dead = if struck.key.is_modifier() { None } else { self.dead.take() };
        match struck.key {
            Key::Named(Named::Pause) if !is_command => {
                self.close();
                self.is_secret = !self.is_secret;
            }
            Key::Char(c) if !is_command => self.type_accented(at, dead, c),
            Key::Named(Named::Space) if !is_command => self.type_accented(at, dead, ' '),
            Key::Named(Named::Backspace) if !is_command && self.has_text() => self.unwrite(at),
            key if key.is_modifier() => {
                if !self.down.contains(&key) {
                    self.down.push(key);
                }
            }
            key => {
                self.close();
                self.done.push_back(self.gesture(Action::Key { keys: chord(key, struck) }, at, at));
            }
        }
    }

    fn has_text(&self) -> bool {
        matches!(&self.open, Some(Open { what: What::Text(text), .. }) if !text.is_empty())
    }

    fn unwrite(&mut self, at: Instant) {
        if let Some(Open { what: What::Text(text), last, .. }) = &mut self.open {
            text.pop();
            *last = at;
        }
    }

    /// A letter with the mark of a dead key before it; where there is no such letter, programs type nothing.
    fn type_accented(&mut self, at: Instant, dead: Option<Accent>, c: char) {
        let letter = dead.map_or(Some(c), |accent| accent.on(c));
        letter.into_iter().for_each(|c| self.letter(at, c));
    }

    fn letter(&mut self, at: Instant, c: char) {
        if let Some(Open { what: What::Text(text), last, .. }) = &mut self.open {
            text.push(c);
            *last = at;
            return;
        }
        self.close();
        self.open(at, What::Text(c.to_string()));
    }

    fn open(&mut self, at: Instant, what: What) {
        self.open = Some(Open { begun: at, last: at, what });
    }

    /// Makes a gesture of what is open, if it comes to one on the part that is looked at.
    fn close(&mut self) {
        let Some(Open { begun, last, what }) = self.open.take() else { return };
        if let Some(action) = self.action(what) {
            let gesture = self.gesture(action, begun, last);
            self.done.push_back(gesture);
        }
    }

    fn gesture(&self, action: Action, begun: Instant, ended: Instant) -> Gesture {
        let is_secret = self.is_secret && matches!(action, Action::Type { .. });
        Gesture { action, is_secret, begun, ended }
    }

    fn action(&self, what: What) -> Option<Action> {
        let place = |point: DesktopPoint| point.to_frame(&self.view).ok();
        Some(match what {
            What::Clicked { button, count, at } => Action::Click { at: place(at)?, button, count },
            What::Wheel { at, direction, ticks } => Action::Scroll { at: Some(place(at)?), direction, ticks },
            What::Text(text) if text.is_empty() => return None,
            What::Text(text) => Action::Type { text },
            What::Down { button, path, .. } => Action::Drag {
                path: sparse(&path).into_iter().map(place).collect::<Option<Vec<FramePoint>>>()?,
                button,
            },
        })
    }
}

/// The first and the last point, and of those between some that lie apart.
fn sparse(path: &[DesktopPoint]) -> Vec<DesktopPoint> {
    let (Some(first), Some(last)) = (path.first(), path.last()) else { return Vec::new() };
    let mut kept = vec![*first];
    for point in path {
        if kept.last().is_none_or(|before| far(*before, *point) >= SPARSE) && far(*point, *last) >= SPARSE {
            kept.push(*point);
        }
    }
    kept.push(*last);
    kept
}

fn far(a: DesktopPoint, b: DesktopPoint) -> i32 {
    (a.x - b.x).abs().max((a.y - b.y).abs())
}

fn chord(key: Key, struck: Struck) -> Vec<String> {
    // What Shift made of a character is in the character; with a command the key itself is meant.
    let is_letter = matches!(key, Key::Char(c) if c.is_alphabetic());
    let shift = struck.shift && (is_letter || !matches!(key, Key::Char(_)));
    let key = match key {
        Key::Char(c) => c.to_lowercase().to_string(),
        other => other.to_string(),
    };
    let held = [(struck.ctrl, "ctrl"), (struck.alt, "alt"), (shift, "shift"), (struck.super_, "super")];
    let mut keys: Vec<String> =
        held.iter().filter(|(is_down, _)| *is_down).map(|(_, name)| (*name).to_owned()).collect();
    keys.push(key);
    keys
}

fn button(number: u8) -> Option<Button> {
    Some(match number {
        1 => Button::Left,
        2 => Button::Middle,
        3 => Button::Right,
        8 => Button::Back,
        9 => Button::Forward,
        _ => return None,
    })
}

/// Where a wheel's notch scrolls to.
fn direction(number: u8) -> Option<Direction> {
    Some(match number {
        4 => Direction::Up,
        5 => Direction::Down,
        6 => Direction::Left,
        7 => Direction::Right,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
