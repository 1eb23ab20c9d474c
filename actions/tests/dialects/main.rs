//! What every family's answers mean, and what they are told.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod apis;
mod attacks;
mod brief;
mod own;
mod places;
mod prompts;
mod pyautogui;
mod qwen;
mod round_trips;
mod streams;
mod ui_tars;

use brief::brief;
use sightstep_actions::profile::Profile;
use sightstep_actions::space::Size;

const FULL_HD: Size = Size { width: 1920, height: 1080 };
/// A screen on which numbers from 0 to 1000 are pixels.
const THOUSAND: Size = Size { width: 1000, height: 1000 };

/// What an answer means in a few words, or `! ` and the first line of its error.
fn meaning(profile: &str, screen: Size, answer: &str) -> String {
    match Profile::named(profile).unwrap().parse(answer, screen, None) {
        Ok(plan) => brief(&plan.actions),
        Err(error) => format!("! {}", error.to_string().lines().next().unwrap_or_default()),
    }
}

/// Checks a table of answers and what they mean; `! ` stands before a part of an error.
fn check(profile: &str, screen: Size, cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(answer, want)| (answer, *want, meaning(profile, screen, answer)))
        .filter(|(_, want, got)| match want.strip_prefix("! ") {
            Some(part) => !got.starts_with("! ") || !got.contains(part),
            None => want != got,
        })
        .map(|(answer, want, got)| format!("{answer:?}:\n  expected {want}\n  got      {got}"))
        .collect();
    assert!(wrong.is_empty(), "{profile}:\n{}", wrong.join("\n"));
}
