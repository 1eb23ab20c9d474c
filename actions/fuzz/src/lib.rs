//! What every dialect must keep for any answer: no panic, no plan without an action, no point off the screen.

use sightstep_actions::plan::{Action, Plan};
use sightstep_actions::profile::Profile;
use sightstep_actions::space::{FramePoint, Size};

const SCREEN: Size = Size { width: 1280, height: 800 };

/// Reads an answer whole and in pieces, and says what it means.
pub fn check(profile: &str, answer: &[u8]) {
    let Ok(profile) = Profile::named(profile) else { panic!("there is no profile {profile}") };
    let answer = String::from_utf8_lossy(answer);
    let whole = profile.parse(&answer, SCREEN, None);
    if let Ok(plan) = &whole {
        assert!(!plan.actions.is_empty(), "a plan without an action");
        assert!(points(plan).iter().all(|point| SCREEN.contains(*point)), "a point off the screen: {plan:?}");
        let _ = profile.serialise(plan, SCREEN, None);
    }
    let Ok(mut stream) = profile.stream(SCREEN, None) else { return };
    for piece in pieces(&answer) {
        let _ = stream.push(piece);
    }
    assert_eq!(stream.finish(), whole, "the same answer in pieces");
}

/// The answer cut behind everything that can end an action.
fn pieces(answer: &str) -> impl Iterator<Item = &str> {
    answer.split_inclusive([')', '}', ']', '>', '\n'])
}

fn points(plan: &Plan) -> Vec<FramePoint> {
    plan.actions.iter().flat_map(Action::points).collect()
}
