//! A screen is still once nothing moves and the program that was acted on has answered, or is gone.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::support::Place;

#[test]
fn a_window_that_closes_is_not_waited_for() {
    let place = Place::new();
    place.file(
        "form.toml",
        r#"
        goal = "Click OK."
        screen.sandbox = "640x480"
        setup = [{ launch = ["zenity", "--info", "--text", "Read this"], wait_for = { text = "Read this" } }]
        "#,
    );
    let (code, said) = place.run(&["run", "form.toml"]);
    assert_eq!(code, 0, "{said}");
    let events = place.events();
    let last = events.iter().rfind(|event| event["event"] == "observed").unwrap();
    assert_eq!(last["still"], true, "{last}");
    let verified = events.iter().rfind(|event| event["event"] == "verified").unwrap();
    assert_eq!(verified["verdict"], "confirmed", "{verified}");
}
