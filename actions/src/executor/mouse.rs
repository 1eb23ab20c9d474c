//! Clicks, drags and scrolls made of single events, in the rhythm that programs need.

use std::time::{Duration, Instant};

use super::aim::Aim;
use crate::error::ActError;
use crate::plan::{Button, Direction};
use crate::platform::{InputBackend, Motion, Stop};
use crate::space::DesktopPoint;

/// Two presses further apart than this are never one double click. GTK and Qt take 400 ms, Chromium, Windows and
/// macOS 500.
const MULTI_CLICK: Duration = Duration::from_millis(550);
/// Two presses further apart than this many pixels are never one double click. GTK takes 5.
const MULTI_CLICK_REACH: u32 = 10;
/// Between the presses of one multiple click, so that each has a time of its own.
const BETWEEN_CLICKS: Duration = Duration::from_millis(20);
/// How far the pointer goes in one event of a drag. Below the 8 pixels at which GTK recognises a drag.
const DRAG_STEP: f64 = 7.0;
/// The most events for one leg of a drag, so that a long way takes no longer than about a second.
const DRAG_STEPS: f64 = 100.0;
/// Between two events of a drag; a program that draws 60 frames a second sees one or two a frame.
const DRAG_PACE: Duration = Duration::from_millis(8);
/// Before the first and after the last movement of a drag. The program below must have asked and been told what may
/// be dropped (XDND takes two round trips between programs).
const DRAG_REST: Duration = Duration::from_millis(120);
/// How long a press waits for something unseen to go away that lies over the place: screen lockers and tools that select a
/// part of the screen leave such windows behind for a second or two.
const SHIELD_PATIENCE: Duration = Duration::from_secs(3);
/// How often it is looked at whether it has.
const SHIELD_LOOK: Duration = Duration::from_millis(50);
/// Between two notches of the wheel.
const NOTCH_PACE: Duration = Duration::from_millis(5);

/// The mouse, with a memory of its last press.
pub(crate) struct Mouse {
    aim: Aim,
    last: Option<Pressed>,
}

struct Pressed {
    button: Button,
    at: DesktopPoint,
    when: Instant,
}

impl Mouse {
    pub fn new(aim: Aim) -> Self {
        Self { aim, last: None }
    }

    pub fn move_to(&self, backend: &mut dyn InputBackend, at: DesktopPoint) -> Result<(), ActError> {
        self.aim.moving_to(at);
        let moved = backend.move_to(at);
        self.aim.arrived();
        moved
    }

    pub fn click(
        &mut self,
        backend: &mut dyn InputBackend,
        at: DesktopPoint,
        (button, count): (Button, u32),
        stop: &Stop,
    ) -> Result<(), ActError> {
        self.press(backend, Some(at), button, stop)?;
        backend.button(button, Motion::Release)?;
        for _ in 1..count {
            stop.sleep(BETWEEN_CLICKS)?;
            backend.button(button, Motion::Press)?;
            backend.button(button, Motion::Release)?;
        }
        self.note_press(button, at);
        Ok(())
    }

    /// Presses a button where the pointer is or at a point, never as the second half of a double click.
    pub fn press(
        &mut self,
        backend: &mut dyn InputBackend,
        at: Option<DesktopPoint>,
        button: Button,
        stop: &Stop,
    ) -> Result<(), ActError> {
        if let Some(at) = at {
            self.move_to(backend, at)?;
        }
        let at = at.map_or_else(|| backend.pointer(), Ok)?;
        stop.sleep(self.rest_before(button, at))?;
        wait_for_shields(backend, stop)?;
        backend.button(button, Motion::Press)?;
        self.note_press(button, at);
        Ok(())
    }

    pub fn release(
        &self,
        backend: &mut dyn InputBackend,
        at: Option<DesktopPoint>,
        button: Button,
    ) -> Result<(), ActError> {
        if let Some(at) = at {
            self.move_to(backend, at)?;
        }
        backend.button(button, Motion::Release)
    }

    pub fn hold(
        &mut self,
        backend: &mut dyn InputBackend,
        at: DesktopPoint,
        (button, time): (Button, Duration),
        stop: &Stop,
    ) -> Result<(), ActError> {
        self.press(backend, Some(at), button, stop)?;
        stop.sleep(time)?;
        backend.button(button, Motion::Release)
    }

    pub fn drag(
        &mut self,
        backend: &mut dyn InputBackend,
        path: &[DesktopPoint],
        button: Button,
        stop: &Stop,
    ) -> Result<(), ActError> {
        let Some(&start) = path.first() else { return Ok(()) };
        self.press(backend, Some(start), button, stop)?;
        stop.sleep(DRAG_REST)?;
        for leg in path.windows(2) {
            for point in between(leg[0], leg[1]) {
                self.move_to(backend, point)?;
                stop.sleep(DRAG_PACE)?;
            }
        }
        stop.sleep(DRAG_REST)?;
        if let Some(&end) = path.last() {
            // Movement on the spot: a drop target that only now answered hears of the pointer once more.
            self.move_to(backend, end)?;
            stop.sleep(DRAG_PACE)?;
        }
        backend.button(button, Motion::Release)
    }

    pub fn scroll(
        &self,
        backend: &mut dyn InputBackend,
        at: Option<DesktopPoint>,
        (direction, ticks): (Direction, u32),
        stop: &Stop,
    ) -> Result<(), ActError> {
        if let Some(at) = at {
            self.move_to(backend, at)?;
        }
        for _ in 0..ticks {
            backend.notch(direction)?;
            stop.sleep(NOTCH_PACE)?;
        }
        Ok(())
    }

    /// How long to wait so that a press is not taken for another click of a multiple one.
    fn rest_before(&self, button: Button, at: DesktopPoint) -> Duration {
        match &self.last {
            Some(last) if last.button == button && near(last.at, at) => MULTI_CLICK.saturating_sub(last.when.elapsed()),
            _ => Duration::ZERO,
        }
    }

    fn note_press(&mut self, button: Button, at: DesktopPoint) {
        self.last = Some(Pressed { button, at, when: Instant::now() });
    }
}

/// A press that something unseen took would be lost, and it could not be told from one whose effect is not on the screen.
fn wait_for_shields(backend: &mut dyn InputBackend, stop: &Stop) -> Result<(), ActError> {
    let deadline = Instant::now() + SHIELD_PATIENCE;
    while Instant::now() < deadline && backend.is_shielded()? {
        stop.sleep(SHIELD_LOOK)?;
    }
    Ok(())
}

fn near(a: DesktopPoint, b: DesktopPoint) -> bool {
    a.x.abs_diff(b.x) <= MULTI_CLICK_REACH && a.y.abs_diff(b.y) <= MULTI_CLICK_REACH
}

/// The points of one leg of a drag, without its first and with its last.
fn between(from: DesktopPoint, to: DesktopPoint) -> Vec<DesktopPoint> {
    let (dx, dy) = (f64::from(to.x) - f64::from(from.x), f64::from(to.y) - f64::from(from.y));
    let steps = (dx.hypot(dy) / DRAG_STEP).ceil().clamp(1.0, DRAG_STEPS) as i32;
    let part = |start: i32, way: f64, step: i32| (f64::from(start) + way * f64::from(step) / f64::from(steps)).round();
    (1..=steps).map(|n| DesktopPoint { x: part(from.x, dx, n) as i32, y: part(from.y, dy, n) as i32 }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_leg_ends_where_it_should(x in -5000..5000i32, y in -5000..5000i32, u in -5000..5000i32, v in -5000..5000i32) {
            let (from, to) = (DesktopPoint { x, y }, DesktopPoint { x: u, y: v });
            let leg = between(from, to);
            prop_assert_eq!(leg.last(), Some(&to));
            prop_assert!(leg.len() <= DRAG_STEPS as usize);
            let inside = |p: &DesktopPoint| (x.min(u)..=x.max(u)).contains(&p.x) && (y.min(v)..=y.max(v)).contains(&p.y);
            prop_assert!(leg.iter().all(inside));
        }
    }

    #[test]
    fn only_a_press_that_could_be_a_double_click_waits() {
        let at = DesktopPoint { x: 100, y: 100 };
        let mut mouse = Mouse::new(Aim::default());
        assert_eq!(mouse.rest_before(Button::Left, at), Duration::ZERO);
        mouse.note_press(Button::Left, at);
        assert!(mouse.rest_before(Button::Left, DesktopPoint { x: 104, y: 100 }) > Duration::from_millis(400));
        assert_eq!(mouse.rest_before(Button::Right, at), Duration::ZERO);
        assert_eq!(mouse.rest_before(Button::Left, DesktopPoint { x: 120, y: 100 }), Duration::ZERO);
    }
}
