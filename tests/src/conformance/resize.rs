//! `smart_resize`.

use sightstep_actions::resize::ResizeRule;

use super::Case;

/// Compares a size.
pub fn smart(case: &Case) -> Result<(), String> {
    let screen = case.size("width", "height").ok_or("no size")?;
    let number = |key: &str, usual: u32| case.input[key].as_u64().map_or(usual, |number| number as u32);
    // What UI-TARS' own function takes where a case does not say.
    let (factor, min_pixels, max_pixels) =
        (number("factor", 28), number("min_pixels", 78_400), number("max_pixels", 12_845_056));
    let ours = ResizeRule::Smart { factor, min_pixels, max_pixels }.apply(screen);
    match (&case.throws, ours) {
        (Some(_), Err(_)) => Ok(()),
        (None, Ok(ours)) if case.expected == serde_json::json!([ours.size.height, ours.size.width]) => Ok(()),
        (thrown, ours) => Err(format!("expected {} {thrown:?}, got {ours:?}", case.expected)),
    }
}
