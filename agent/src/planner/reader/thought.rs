//! What the planner says of its choices.

use super::find::Hit;

/// "step 2 of 5, 'click Save': button 'Save' at 20,30".
pub(super) fn of_step(number: usize, count: usize, clause: &str, what: &str) -> String {
    format!("{number} of {count}, {clause}: {what}")
}

/// An element with its place.
pub(super) fn placed(hit: &Hit) -> String {
    let (x, y) = hit.point;
    format!("{} at {x},{y}", hit.said())
}

/// The question where several places fit.
pub(super) fn which(clause: &str, hits: &[Hit]) -> String {
    let places: Vec<String> = hits.iter().take(5).map(placed).collect();
    format!(
        "'{clause}' fits {} places equally well: {}. Which one is meant? Say its number, \"the first …\" or what it stands next to",
        hits.len(),
        places.join("; ")
    )
}
