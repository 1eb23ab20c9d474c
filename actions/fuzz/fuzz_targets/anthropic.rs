//! Answers of the profile anthropic.

#![no_main]

libfuzzer_sys::fuzz_target!(|answer: &[u8]| sightstep_actions_fuzz::check("anthropic", answer));
