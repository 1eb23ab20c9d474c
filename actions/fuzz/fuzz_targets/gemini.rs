//! Answers of the profile gemini.

#![no_main]

libfuzzer_sys::fuzz_target!(|answer: &[u8]| sightstep_actions_fuzz::check("gemini", answer));
