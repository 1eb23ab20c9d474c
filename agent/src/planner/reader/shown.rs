//! Steps that only look: conditions, assertions, waiting for something to show.

use sightstep_actions::plan::Action;

use super::fields;
use super::find::{Found, Scene};
use super::search::{FIRST_WAITS, not_found};
use super::steps::{Course, Decision, Then, act, look};
use super::target::Target;
use crate::matching;

/// How long "wait for X" waits, in seconds, look by look: half a minute in all.
const WAITS: [f64; 8] = [0.5, 1.0, 2.0, 4.0, 5.0, 6.0, 6.0, 6.0];

/// How often it is looked whether a value has come about.
const CHECKS: usize = 4;

/// Goes on with the steps of a condition that holds, else past them; what is to show is waited for a moment.
pub(super) fn when(condition: &Target, absent: bool, steps: usize, scene: Scene<'_>, course: &mut Course) -> Decision {
    let shows = look(condition, scene) != Found::Nothing;
    if shows == absent
        && let Some(seconds) = FIRST_WAITS.get(course.waits)
    {
        course.waits += 1;
        return act(vec![Action::Wait { seconds: *seconds }], "not yet", Then::Stay);
    }
    match (shows, shows == absent) {
        (_, true) => Decision::Skip { steps, why: "that is not so: nothing is done for it".to_owned() },
        (true, false) => Decision::Fulfilled { why: "it shows".to_owned() },
        (false, false) => Decision::Fulfilled { why: "it does not show".to_owned() },
    }
}

/// Whether what is called so holds, or stands beside, a value.
pub(super) fn holds(what: &Target, value: &str, scene: Scene<'_>, course: &mut Course) -> Decision {
    let found = fields::value_of(what, scene);
    if found.iter().any(|text| matching::score(value, text) >= matching::SAME) {
        return Decision::Fulfilled { why: format!("it is '{value}'") };
    }
    if let Some(seconds) = WAITS.get(course.waits).filter(|_| course.waits < CHECKS) {
        course.waits += 1;
        return act(vec![Action::Wait { seconds: *seconds }], "not yet", Then::Stay);
    }
    let why = match found.as_slice() {
        [] => not_found(what, scene),
        all => format!("it is '{}', not '{value}'", all.join("', '")),
    };
    Decision::Impossible { why }
}

pub(super) fn wait_for(target: &Target, absent: bool, scene: Scene<'_>, course: &mut Course) -> Decision {
    let shows = look(target, scene) != Found::Nothing;
    if shows != absent {
        let why = if absent { "it is gone" } else { "it shows" };
        return Decision::Fulfilled { why: why.to_owned() };
    }
    let Some(seconds) = WAITS.get(course.waits) else {
        let why = if absent { "it is still there".to_owned() } else { not_found(target, scene) };
        return Decision::Impossible { why };
    };
    course.waits += 1;
    act(vec![Action::Wait { seconds: *seconds }], "not yet", Then::Stay)
}
