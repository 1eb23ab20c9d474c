//! Sightstep's own dialect.

use sightstep_actions::plan::Expectation;
use sightstep_actions::profile::Profile;
use sightstep_actions::space::FrameRect;

use super::{FULL_HD, check};

#[test]
fn plans() {
    let cases = [
        (r#"{"type": "click", "at": {"x": 500, "y": 250}}"#, "click 960,270"),
        (r#"{"type": "click", "at": [500, 250], "button": "right", "count": 2}"#, "click 960,270 right x2"),
        (r#"{"type": "drag", "path": [{"x": 0, "y": 0}, {"x": 1000, "y": 1000}]}"#, "drag 0,0 1919,1079"),
        (r#"{"type": "scroll", "direction": "down"}"#, "scroll down 5"),
        (r#"{"type": "scroll", "at": null, "direction": "up", "ticks": 2}"#, "scroll up 2"),
        (r#"{"type": "type", "text": "a\n"}"#, "type \"a\\n\""),
        (r#"{"type": "key", "keys": ["Control", "S"]}"#, "key ctrl+s"),
        (r#"{"type": "key", "keys": "ctrl+s"}"#, "key ctrl+s"),
        (r#"{"type": "key_down", "key": "Shift"}"#, "down shift"),
        (r#"{"type": "finish", "status": "infeasible"}"#, "finish infeasible None"),
        (r#"{"type": "ask"}"#, "ask None"),
        (r#"{"type": "click"}"#, "! click: missing field `at`"),
        (r#"{"type": "click", "at": {"x": 1, "y": 1001}}"#, "! (1, 1001) is outside"),
        (r#"{"type": "click", "at": {"x": "f()", "y": 1}}"#, "! a point"),
        (r#"{"type": "clik"}"#, "! no action called \"clik\" (did you mean \"click\"?)"),
        (r#"{"type": "key", "keys": ["foo"]}"#, "! no key called \"foo\""),
        (r#"{"at": 1}"#, "! no action"),
    ];
    let answers: Vec<(String, &str)> = cases
        .iter()
        .map(|(action, want)| (format!(r#"{{"thought": "t", "actions": [{action}], "expect": []}}"#), *want))
        .collect();
    let cases: Vec<(&str, &str)> = answers.iter().map(|(answer, want)| (answer.as_str(), *want)).collect();
    check("sightstep", FULL_HD, &cases);
}

#[test]
fn wrappings() {
    let wait = r#"{"type": "wait", "seconds": 1}"#;
    check(
        "sightstep",
        FULL_HD,
        &[
            (wait, "wait 1"),
            (&format!("```json\n{{\"actions\": [{wait}]}}\n```"), "wait 1"),
            (&format!("<think>{{}}</think>Here it is: {{\"actions\": {wait}}}"), "wait 1"),
            (&format!("{{\"action\": {wait}}}"), "wait 1"),
            (&format!("{{\"actions\": [{wait}]"), "wait 1"),
            (&format!("{{\"actions\": [{wait}"), "! the JSON is broken"),
            (r#"{"thought": "t", "actions": []}"#, "! no action"),
            ("I wait.", "! no action"),
        ],
    );
}

#[test]
fn expectations_are_read_with_their_regions() {
    let answer = r#"{"thought": "t", "reflection": "r", "actions": [{"type": "wait", "seconds": 1}], "expect": [
        {"type": "text_appears", "text": "Saved"},
        {"type": "region_changes", "region": {"x": 0, "y": 500, "width": 500, "height": 500}},
        {"type": "window_title", "contains": "Save"}]}"#;
    let plan = Profile::named("sightstep").unwrap().parse(answer, FULL_HD, None).unwrap();
    assert_eq!((plan.thought.as_deref(), plan.reflection.as_deref()), (Some("t"), Some("r")));
    let region = Some(FrameRect { x: 0, y: 540, width: 960, height: 539 });
    assert_eq!(
        plan.expect,
        [
            Expectation::TextAppears { text: "Saved".into(), region: None },
            Expectation::RegionChanges { region },
            Expectation::WindowTitle { contains: "Save".into() },
        ]
    );
}
