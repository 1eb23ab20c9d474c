//! Opening a program: its window comes.

use sightstep_actions::verdict::{Judgement, Verdict};
use sightstep_vision::read::ReadError;

use super::{Transition, nothing};
use crate::observation::Observation;
use crate::verify::{evidence, readback, verdict};

/// The rule's name in the evidence.
const RULE: &str = "window_opened";

/// Judges by the list of windows, or by the program's name where there is none.
pub(super) async fn judge(app: &str, scene: &Transition<'_>) -> Result<Verdict, ReadError> {
    let fresh = fresh(scene.before, scene.after);
    if fresh.is_some() && (scene.changes.is_empty() || crate::verify::shows_nothing(scene.after)) {
        return Ok(nothing(RULE, "a window opened, but nothing is drawn in it yet"));
    }
    if let Some(title) = fresh {
        let seen = format!("the window '{title}' opened");
        return Ok(verdict(Judgement::Confirmed, evidence(RULE, Some(true), seen, None)));
    }
    if scene.changes.is_empty() {
        return Ok(nothing(RULE, "no window opened"));
    }
    let are_known = !scene.before.windows.is_empty() || !scene.after.windows.is_empty();
    if are_known {
        return Ok(scene.doubtful(RULE, "but no window opened"));
    }
    named(app, scene).await
}

/// The program's name is read that was not there before: in a title, as a rule.
async fn named(app: &str, scene: &Transition<'_>) -> Result<Verdict, ReadError> {
    let was = readback::places(app, &*scene.reader.read(&scene.before.settled.frame).await?, None).len();
    let places = readback::places(app, &*scene.reader.read(&scene.after.settled.frame).await?, None);
    let seen = format!("the windows are not known; '{app}' was read in {was} places before and {} after", places.len());
    if places.len() > was {
        return Ok(verdict(Judgement::Confirmed, evidence(RULE, Some(true), seen, places.first().copied())));
    }
    Ok(scene.doubtful(RULE, &seen))
}

/// The title of a window that was not there; a second one of the same title is another.
fn fresh<'a>(before: &Observation, after: &'a Observation) -> Option<&'a str> {
    let mut known: Vec<&str> = before.windows.iter().map(|w| w.title.as_str()).collect();
    let is_new = |title: &&str| match known.iter().position(|k| k == title) {
        Some(at) => {
            known.swap_remove(at);
            false
        }
        None => true,
    };
    after.windows.iter().map(|w| w.title.as_str()).find(is_new)
}
