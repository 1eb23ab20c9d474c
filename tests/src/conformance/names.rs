//! `unifyActionType` and `unifyActionInputName`.

use sightstep_actions::dialect::{action_name, argument_name};

use super::Case;

/// Compares a unified name; upstream gives an unknown name back in lower case.
pub fn check(case: &Case) -> Result<(), String> {
    let (written, ours) = match case.text("name") {
        Some(name) => (name, action_name(name)),
        None => {
            let name = case.text("inputName").unwrap_or_default();
            (name, argument_name(case.text("actionType").unwrap_or_default(), name))
        }
    };
    let expected = case.expected.as_str().unwrap_or_default();
    if ours.map_or_else(|| written.to_lowercase(), str::to_owned) == expected {
        Ok(())
    } else {
        Err(format!("expected {expected:?}, got {ours:?}"))
    }
}
