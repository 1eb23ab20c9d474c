//! Answers of the profile ui-venus-1.5.

#![no_main]

libfuzzer_sys::fuzz_target!(|answer: &[u8]| sightstep_actions_fuzz::check("ui-venus-1.5", answer));
