//! Recovery: what follows a verdict. Deterministic, and sure to end.

use std::collections::VecDeque;

use sightstep_actions::plan::Action;
use sightstep_actions::verdict::Judgement;

use crate::planner::Observation;
use crate::verify;

/// How often one action may be done on one screen. The first try, one more because programs are slow, one because
/// planners try something else in between; a fourth has never been seen to help.
pub const TRIES: usize = 3;

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

/// Notices a planner that does the same thing on the same screen again and again.
#[derive(Default)]
pub struct LoopGuard {
    tried: VecDeque<(Observation, Action)>,
}

impl LoopGuard {
    /// Notes that `action` is about to be done on this screen; says why not, where it was done too often.
    pub fn permit(&mut self, seen: &Observation, action: &Action) -> Result<(), String> {
        if matches!(action, Action::Wait { .. } | Action::Screenshot) {
            return Ok(());
        }
        let same = |(screen, done): &&(Observation, Action)| done == action && verify::changes(screen, seen).is_empty();
        if self.tried.iter().filter(same).count() >= TRIES {
            return Err(format!("'{}' was done {TRIES} times on the same screen and led nowhere", action.name()));
        }
        self.tried.push_back((seen.clone(), action.clone()));
        if self.tried.len() > REMEMBERED {
            self.tried.pop_front();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sightstep_vision::frame::Frame;
    use sightstep_vision::geometry::Rect;
    use sightstep_vision::screen::Settled;

    use super::*;

    fn screen(grey: u8, volatile: Vec<Rect>) -> Observation {
        let mut pixels = image::RgbImage::new(64, 64);
        pixels.put_pixel(5, 5, image::Rgb([grey; 3]));
        let frame = Frame::from_image(pixels);
        Observation {
            settled: Settled { frame, still: true, waited: Duration::ZERO, volatile, caret: None },
            windows: vec![],
        }
    }

    fn enter() -> Action {
        Action::Key { keys: vec!["enter".into()] }
    }

    #[test]
    fn a_fourth_try_on_the_same_screen_is_refused() {
        let mut guard = LoopGuard::default();
        for _ in 0..TRIES {
            assert_eq!(guard.permit(&screen(1, vec![]), &enter()), Ok(()));
        }
        assert!(guard.permit(&screen(1, vec![]), &enter()).unwrap_err().contains("'key' was done 3 times"));
        assert_eq!(guard.permit(&screen(2, vec![]), &enter()), Ok(()));
        assert_eq!(guard.permit(&screen(1, vec![]), &Action::Key { keys: vec!["tab".into()] }), Ok(()));
    }

    #[test]
    fn a_clock_does_not_make_it_another_screen() {
        let clock = vec![Rect::new(0, 0, 20, 20)];
        let mut guard = LoopGuard::default();
        for grey in 0..3 {
            assert_eq!(guard.permit(&screen(grey, clock.clone()), &enter()), Ok(()));
        }
        assert!(guard.permit(&screen(9, clock), &enter()).is_err());
    }

    #[test]
    fn waiting_is_never_a_loop() {
        let mut guard = LoopGuard::default();
        let wait = Action::Wait { seconds: 1.0 };
        assert!((0..9).all(|_| guard.permit(&screen(1, vec![]), &wait).is_ok()));
    }

    #[test]
    fn only_a_contradiction_drops_the_plan() {
        assert_eq!(after(Judgement::Contradicted), Next::TellPlanner);
        for judgement in [Judgement::Confirmed, Judgement::NoEffect, Judgement::Unknown] {
            assert_eq!(after(judgement), Next::GoOn);
        }
    }
}
