//! Recovery: what follows a verdict. Deterministic, and sure to end.

use std::collections::VecDeque;

use sightstep_actions::plan::{Action, Effect};
use sightstep_actions::verdict::Judgement;

use crate::observation::Observation;
use crate::verify;

mod story;

pub use story::story;

/// How often one action may be done on one screen. The first try, one more because programs are slow, one because
/// planners try something else in between; a fourth has never been seen to help.
pub const TRIES: usize = 3;

/// How often a planner is told that it repeats itself before a person is asked: models that heed it do so at once.
const NUDGES: u32 = 2;

/// How many actions in a row may have no effect before a person is asked. A search up and down a list has two.
const FRUITLESS: u32 = 8;

/// How many past screens are remembered: loops of planners are shorter than this.
const REMEMBERED: usize = 12;

/// What to do after an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Go on with the plan.
    GoOn,
    /// Drop the rest of the plan and tell the planner what was seen.
    TellPlanner,
}

/// What follows a judgement. A click without effect is no reason to drop the rest of a plan: the field may have had
/// the focus already.
pub fn after(judgement: Judgement) -> Next {
    match judgement {
        Judgement::Contradicted => Next::TellPlanner,
        Judgement::Confirmed | Judgement::NoEffect | Judgement::Unknown => Next::GoOn,
    }
}

/// What a planner that gets nowhere may still do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leave {
    /// Go on.
    Granted,
    /// Not this: it is told so, and why.
    Nudge(String),
    /// Only if a person wants it to.
    Ask(String),
}

/// Notices a planner that gets nowhere: that does the same thing on the same screen again and again, or many things none
/// of which has an effect. It is told so at first; then a person is asked.
#[derive(Default)]
pub struct LoopGuard {
    tried: VecDeque<(Observation, Action)>,
    nudges: u32,
    fruitless: u32,
}

impl LoopGuard {
    /// The last action was not done after all.
    pub fn forget_last(&mut self) {
        self.tried.pop_back();
    }

    /// A person wants it to go on.
    pub fn excuse(&mut self) {
        *self = Self::default();
    }

    /// Notes what came of an action; nothing came of one that was not done.
    pub fn note(&mut self, judgement: Option<Judgement>) {
        match judgement {
            Some(Judgement::Confirmed) => (self.nudges, self.fruitless) = (0, 0),
            Some(Judgement::Unknown) => {}
            Some(Judgement::NoEffect | Judgement::Contradicted) | None => self.fruitless += 1,
        }
    }

    /// Notes that `action` is about to be done on this screen, where it may be.
    pub fn permit(&mut self, seen: &Observation, action: &Action) -> Leave {
        if self.fruitless >= FRUITLESS {
            return Leave::Ask(format!("{FRUITLESS} actions in a row had no effect"));
        }
        if action.effect() == Effect::Looks {
            return Leave::Granted;
        }
        let same = |(screen, done): &&(Observation, Action)| done == action && verify::is_same_screen(screen, seen);
        if self.tried.iter().filter(same).count() >= TRIES {
            let why = format!("'{}' was done {TRIES} times on the same screen and led nowhere", action.name());
            self.nudges += 1;
            return if self.nudges > NUDGES { Leave::Ask(why) } else { Leave::Nudge(why) };
        }
        self.tried.push_back((seen.clone(), action.clone()));
        if self.tried.len() > REMEMBERED {
            self.tried.pop_front();
        }
        Leave::Granted
    }
}

#[cfg(test)]
mod tests {

    use sightstep_vision::frame::Frame;
    use sightstep_vision::geometry::Rect;
    use sightstep_vision::screen::Settled;

    use super::*;

    fn screen(grey: u8, volatile: Vec<Rect>) -> Observation {
        let mut pixels = image::RgbImage::new(64, 64);
        pixels.put_pixel(5, 5, image::Rgb([grey; 3]));
        let frame = Frame::from_image(pixels);
        Observation { settled: Settled { volatile, ..Settled::still(frame) }, windows: vec![], pointer: None }
    }

    fn enter() -> Action {
        Action::Key { keys: vec!["enter".into()] }
    }

    #[test]
    fn a_fourth_try_on_the_same_screen_is_told_then_asked_about() {
        let mut guard = LoopGuard::default();
        for _ in 0..TRIES {
            assert_eq!(guard.permit(&screen(1, vec![]), &enter()), Leave::Granted);
        }
        let why = "'key' was done 3 times on the same screen and led nowhere".to_owned();
        for _ in 0..NUDGES {
            assert_eq!(guard.permit(&screen(1, vec![]), &enter()), Leave::Nudge(why.clone()));
        }
        assert_eq!(guard.permit(&screen(1, vec![]), &enter()), Leave::Ask(why));
        assert_eq!(guard.permit(&screen(2, vec![]), &enter()), Leave::Granted);
        assert_eq!(guard.permit(&screen(1, vec![]), &Action::Key { keys: vec!["tab".into()] }), Leave::Granted);
        guard.excuse();
        assert_eq!(guard.permit(&screen(1, vec![]), &enter()), Leave::Granted);
    }

    #[test]
    fn a_clock_and_a_caret_do_not_make_it_another_screen() {
        let clock = vec![Rect::new(0, 0, 20, 20)];
        let mut guard = LoopGuard::default();
        for grey in 0..3 {
            assert_eq!(guard.permit(&screen(grey, clock.clone()), &enter()), Leave::Granted);
        }
        assert!(guard.permit(&screen(9, clock), &enter()) != Leave::Granted);
    }

    #[test]
    fn waiting_is_never_a_loop() {
        let mut guard = LoopGuard::default();
        let wait = Action::Wait { seconds: 1.0 };
        assert!((0..9).all(|_| guard.permit(&screen(1, vec![]), &wait) == Leave::Granted));
    }

    #[test]
    fn many_things_without_effect_are_asked_about() {
        let mut guard = LoopGuard::default();
        for grey in 0..FRUITLESS {
            assert_eq!(guard.permit(&screen(grey as u8, vec![]), &enter()), Leave::Granted);
            guard.note(Some(Judgement::NoEffect));
        }
        assert!(matches!(guard.permit(&screen(99, vec![]), &enter()), Leave::Ask(_)));
        guard.note(Some(Judgement::Confirmed));
        assert_eq!(guard.permit(&screen(99, vec![]), &enter()), Leave::Granted);
    }

    #[test]
    fn only_a_contradiction_drops_the_plan() {
        assert_eq!(after(Judgement::Contradicted), Next::TellPlanner);
        for judgement in [Judgement::Confirmed, Judgement::NoEffect, Judgement::Unknown] {
            assert_eq!(after(judgement), Next::GoOn);
        }
    }
}
