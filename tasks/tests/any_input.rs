//! No text makes the reader of task files panic, and every error has a hint.

use std::path::Path;

use proptest::prelude::*;
use sightstep_tasks::task::Task;

/// Parts that task files are made of, right and wrong.
const PARTS: [&str; 26] = [
    "goal = \"a {file}\"",
    "goal = 'é{'",
    "[inputs]",
    "file = \"n\"",
    "file = { env = 'A', secret = true }",
    "[screen]",
    "sandbox = \"1x1\"",
    "region = [0, 0, 1, 1]",
    "[[setup]]",
    "launch = ['a']",
    "wait_for = { text = '中' }",
    "[limits]",
    "steps = 0",
    "seconds = 99999999999",
    "[policy]",
    "deny = ['key:']",
    "[[check]]",
    "file = \"{work_dir}/a\"",
    "json = 'a[0].b'",
    "equals = 1e400",
    "contains = \"}\"",
    "all = [{ text = 'x' }, { any = [] }]",
    "answer = { matches = '(' }",
    "within = -inf",
    "[[teardown]]",
    "run = []",
];

fn check(text: &str) -> Result<(), TestCaseError> {
    if let Err(error) = Task::parse(text, Path::new("a.toml")) {
        let said = error.to_string();
        prop_assert!(said.contains("hint: "), "{said}");
        prop_assert!(said.contains("a.toml:"), "{said}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "\\PC{0,80}") {
        check(&text)?;
    }

    #[test]
    fn any_parts_are_answered(parts in prop::collection::vec(prop::sample::select(&PARTS[..]), 0..12), end in "\r?\n") {
        check(&parts.join(&end))?;
    }
}
