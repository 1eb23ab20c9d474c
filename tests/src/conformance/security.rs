//! Answers that would have to be evaluated.

use sightstep_actions::dialect::coordinates;
use sightstep_actions::profile::Profile;

use super::Case;

/// Such an answer is an error; coordinates that are numbers are those numbers.
pub fn check(case: &Case) -> Result<(), String> {
    if let Some(written) = case.text("box") {
        let ours = coordinates(written);
        return if serde_json::json!(ours) == case.expected { Ok(()) } else { Err(format!("we read {ours:?}")) };
    }
    let screen = case.size("image_width", "image_height").ok_or("no size")?;
    let profile = Profile::named("ui-tars").map_err(|e| e.to_string())?;
    match profile.parse(case.text("text").unwrap_or_default(), screen, None) {
        Err(_) if case.expected.as_array().is_some_and(Vec::is_empty) => Ok(()),
        other => Err(format!("we say {other:?}")),
    }
}
