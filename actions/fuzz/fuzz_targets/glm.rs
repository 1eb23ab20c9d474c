//! Answers of the profile glm-4.5v.

#![no_main]

libfuzzer_sys::fuzz_target!(|answer: &[u8]| sightstep_actions_fuzz::check("glm-4.5v", answer));
