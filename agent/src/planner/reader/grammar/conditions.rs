//! What is to show: conditions, assertions, and how people say that something shows or is gone.

use super::super::goal_step::GoalStep;
use super::super::target::Target;
use super::{around, strip};

/// "If X shows, click Y", "click Y if X shows", "click Y if it is there": what must show, or must not, and what is done then.
pub(super) fn condition(clause: &str) -> Option<(&str, bool, &str)> {
    if let Some(rest) = strip(clause, "if ") {
        let (condition, then) = rest.split_once(',')?;
        let (condition, absent) = seen(condition)?;
        return Some((condition, absent, then.trim().trim_start_matches("then ").trim()));
    }
    let at = clause.to_ascii_lowercase().rfind(" if ")?;
    let (rest, condition) = (clause[..at].trim(), clause[at + " if ".len()..].trim());
    let (condition, absent) = seen(condition)?;
    let is_itself = ["it", "that", "they", "one"].iter().any(|word| condition.eq_ignore_ascii_case(word));
    // Of "click Save if it is there", the thing itself is what must show.
    let condition = if is_itself { rest.split_once(' ')?.1 } else { condition };
    Some((condition, absent, rest))
}

/// "X shows", "X is not there": X, and whether it must not show. Nothing where it is not about what shows.
pub(super) fn seen(text: &str) -> Option<(&str, bool)> {
    let text = text.trim();
    let not = [
        " does not show",
        " does not appear",
        " is not shown",
        " is not visible",
        " is not there",
        " is missing",
        " is absent",
    ];
    if let Some(what) = not.iter().find_map(|ending| text.strip_suffix(ending)).or_else(|| gone(text)) {
        return Some((what.trim(), true));
    }
    let what = shown(text);
    if what.len() < text.len() {
        return Some((what, false));
    }
    text.strip_suffix(" exists").or_else(|| text.strip_suffix(" comes up")).map(|what| (what.trim(), false))
}

/// What must be seen now: that something shows, or that it has a value.
pub(super) fn expected(rest: &str) -> Option<Vec<GoalStep>> {
    if let Some((what, absent)) = seen(rest) {
        return Some(vec![GoalStep::WaitFor { target: Target::parse(what)?, absent }]);
    }
    let (what, value) = around(rest, &["is", "says", "equals", "shows", "contains", "has"])?;
    if value.is_empty() || ["checked", "ticked", "selected", "enabled", "disabled"].contains(&value) {
        return None;
    }
    Some(vec![GoalStep::Holds { what: Target::parse(what)?, value: value.to_owned() }])
}

/// "X shows", "X appears", "X is visible": X.
pub(super) fn shown(text: &str) -> &str {
    let text = text.trim();
    let endings = [
        " is shown",
        " is visible",
        " is displayed",
        " is there",
        " is open",
        " is on the screen",
        " becomes visible",
        " appears",
        " shows up",
        " shows",
        " show",
        " opens",
        " comes into view",
        " to appear",
        " to show",
        " to open",
    ];
    endings.iter().find_map(|ending| text.strip_suffix(ending)).unwrap_or(text).trim()
}

/// "X disappears", "X is gone": X.
pub(super) fn gone(text: &str) -> Option<&str> {
    let endings =
        [" disappears", " is gone", " vanishes", " closes", " to disappear", " to close", " to go", " goes away"];
    endings.iter().find_map(|ending| text.trim().strip_suffix(ending)).map(str::trim)
}
