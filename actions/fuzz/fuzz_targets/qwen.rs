//! Answers of the profile qwen3-vl.

#![no_main]

libfuzzer_sys::fuzz_target!(|answer: &[u8]| sightstep_actions_fuzz::check("qwen3-vl", answer));
