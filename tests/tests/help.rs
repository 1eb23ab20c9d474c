//! What the program says of recordings' commands when it is asked.

mod support;

use support::Place;

#[test]
fn replay() {
    let place = Place::new();
    let (_, said) = place.output(&["replay", "--help"]);
    insta::assert_snapshot!(said);
}
