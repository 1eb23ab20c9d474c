//! The parsers of an evaluation suite that take one point from an answer.

use sightstep_actions::dialect::SpaceRule;
use sightstep_actions::plan::{Action, FinishStatus};
use sightstep_actions::profile::Profile;

use super::Case;
use super::agreement::is_near;
use super::case::size;

/// Which profile reads the answers of an upstream function.
const PROFILES: [(&str, &str); 7] = [
    ("qwen3vl_parse", "qwen3-vl"),
    ("qwen25vl_parse", "qwen2.5-vl"),
    ("uitars_parse", "ui-tars-1.5"),
    ("uivenus15_parse", "ui-venus-1.5"),
    ("seed18_parse", "ui-tars-2"),
    ("kimi_parse", "kimi"),
    ("maiui_parse", "mai-ui"),
];

/// Compares the point.
pub fn check(case: &Case) -> Result<(), String> {
    let known = PROFILES.iter().find(|(function, _)| *function == case.function);
    let (_, name) = known.ok_or(format!("there is no profile for {}", case.function))?;
    let mut profile = Profile::named(name).cloned().map_err(|e| e.to_string())?;
    // This suite divides what Qwen3-VL writes by 1000; the family's cookbook and ours by 999.
    if profile.name == "qwen3-vl" {
        profile.space = SpaceRule::Relative { divisor: 1000.0 };
    }
    let screen = size(&case.input["image_size"][0], &case.input["image_size"][1]).ok_or("no size")?;
    // It takes the picture as it is for what Qwen2.5-VL was sent.
    let image = (profile.name == "qwen2.5-vl").then_some(screen);
    let ours = profile.parse(case.text("infer_str").unwrap_or_default(), screen, image);
    let theirs = case.expected.as_array().and_then(|point| Some((point[0].as_f64()?, point[1].as_f64()?)));
    let ours = ours.map(|plan| plan.actions);
    match (theirs, ours.as_deref()) {
        (None, Err(_) | Ok([Action::Finish { status: FinishStatus::Infeasible, .. }])) => Ok(()),
        (Some(theirs), Ok([Action::Click { at, .. }])) if is_near(*at, theirs) => Ok(()),
        _ => Err(format!("expected {theirs:?}, we say {ours:?}")),
    }
}
