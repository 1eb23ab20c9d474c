//! A small part of the fault campaign (`make bench-faults` is the whole): what a person could get past is got past, the
//! rest ends honestly and in time.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use sightstep_tests::faults::{End, Fault, Ran, TASKS, run};

fn under(fault: Fault, task: &str) -> Ran {
    let program = Path::new(env!("CARGO_BIN_EXE_sightstep-under-test"));
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tasks/examples");
    run(program, &examples, TASKS.iter().find(|truth| truth.task == task).unwrap(), fault, None).unwrap()
}

#[test]
fn a_pop_up_is_left_and_a_moved_window_found_again() {
    for (fault, task) in [(Fault::PopUp, "editor"), (Fault::Moved, "list")] {
        let ran = under(fault, task);
        assert_eq!(ran.end, End::Achieved, "{fault:?}: {}", ran.reason);
    }
}

#[test]
fn what_cannot_be_got_past_ends_honestly() {
    for fault in [Fault::DisplayDies, Fault::OffScreen, Fault::Repeats] {
        let ran = under(fault, "editor");
        assert_eq!(ran.end, End::Honest, "{fault:?}: {}", ran.reason);
    }
}
