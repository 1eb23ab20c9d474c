//! What the program says of recordings' commands when it is asked.

use crate::support::Place;

#[test]
fn replay() {
    insta::assert_snapshot!(help("replay"));
}

#[test]
fn report() {
    insta::assert_snapshot!(help("report"));
}

fn help(command: &str) -> String {
    Place::new().output(&[command, "--help"]).1
}
