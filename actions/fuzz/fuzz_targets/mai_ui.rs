//! Answers of the profile mai-ui.

#![no_main]

libfuzzer_sys::fuzz_target!(|answer: &[u8]| sightstep_actions_fuzz::check("mai-ui", answer));
