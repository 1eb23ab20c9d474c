//! Answers of the profile ui-tars-2.

#![no_main]

libfuzzer_sys::fuzz_target!(|answer: &[u8]| sightstep_actions_fuzz::check("ui-tars-2", answer));
