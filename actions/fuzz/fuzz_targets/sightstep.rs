//! Answers of the profile sightstep.

#![no_main]

libfuzzer_sys::fuzz_target!(|answer: &[u8]| sightstep_actions_fuzz::check("sightstep", answer));
