//! Windows, and what is waited for.

use sightstep_actions::plan::{Button, WindowChange};

use super::super::goal_step::GoalStep;
use super::super::target::Target;
use super::conditions::{gone, shown};
use super::{click, strip};

/// The longest wait that one clause may ask for, in seconds.
const LONGEST_WAIT: f64 = 600.0;

/// A window by its title, or without one the active one; tabs, menus and such are clicked on.
pub(super) fn window(rest: &str, change: WindowChange) -> Option<Vec<GoalStep>> {
    let rest = strip(rest, "the ").unwrap_or(rest).trim();
    let nouns = ["window", "dialog", "dialogue", "application", "program", "app"];
    let noun = nouns.iter().find(|noun| rest.eq_ignore_ascii_case(noun));
    if noun.is_some() || rest.is_empty() || rest.eq_ignore_ascii_case("it") {
        return (change != WindowChange::Activate)
            .then(|| vec![GoalStep::Window { title: None, change, otherwise: None }]);
    }
    let leading = nouns.iter().find_map(|noun| strip(rest, noun).filter(|rest| rest.starts_with([' ', '\u{E000}'])));
    let trailing = nouns.iter().find_map(|noun| rest.strip_suffix(noun).filter(|rest| rest.ends_with(' ')));
    let name = leading.or(trailing).map(str::trim);
    if name.is_none() && Target::parse(rest).is_some_and(|target| target.kind.is_some()) {
        // "Switch to the Advanced tab" is a click; a tab is closed by its own cross, which is to be named.
        return if change == WindowChange::Activate { click(rest, Button::Left, 1) } else { None };
    }
    let otherwise = match change {
        WindowChange::Activate if name.is_none() => Some(Target::parse(rest)?),
        _ => None,
    };
    Some(vec![GoalStep::Window { title: Some(name.unwrap_or(rest).to_owned()), change, otherwise }])
}

pub(super) fn wait(rest: &str) -> Option<Vec<GoalStep>> {
    if rest.is_empty() {
        return Some(vec![GoalStep::Wait { seconds: 1.0 }]);
    }
    let inner = strip(rest, "for ").or_else(|| strip(rest, "until ")).unwrap_or(rest);
    if let Some(seconds) = seconds(inner) {
        return Some(vec![GoalStep::Wait { seconds }]);
    }
    if inner == rest {
        return None;
    }
    if let Some(title) = gone(inner).and_then(window_named) {
        return Some(vec![GoalStep::WaitClosed { title }]);
    }
    if let Some(Some(title)) = window_named(shown(inner)).filter(|_| gone(inner).is_none()) {
        return Some(vec![GoalStep::WaitOpened { title }]);
    }
    let (target, absent) = gone(inner).map_or_else(|| (shown(inner), false), |target| (target, true));
    Some(vec![GoalStep::WaitFor { target: Target::parse(target)?, absent }])
}

/// The title in "the window X" or "the X dialog", none in "the dialog"; nothing where no window is meant.
#[allow(clippy::option_option, reason = "a window without a name is something else than no window")]
fn window_named(text: &str) -> Option<Option<String>> {
    let text = strip(text, "the ").unwrap_or(text).trim();
    let nouns = ["window", "dialog", "dialogue", "pop-up", "popup", "message"];
    nouns.iter().find_map(|noun| {
        let rest = strip(text, noun).or_else(|| text.strip_suffix(noun))?;
        Some(Some(rest.trim().to_owned()).filter(|title| !title.is_empty()))
    })
}

fn seconds(text: &str) -> Option<f64> {
    let (number, unit) = text.split_once(' ')?;
    let factor = match unit {
        "s" | "second" | "seconds" => 1.0,
        "ms" | "milliseconds" => 0.001,
        "minute" | "minutes" => 60.0,
        _ => return None,
    };
    let number = if matches!(number, "a" | "one") { 1.0 } else { number.parse::<f64>().ok()? };
    Some(number * factor).filter(|seconds| (0.0..=LONGEST_WAIT).contains(seconds))
}
