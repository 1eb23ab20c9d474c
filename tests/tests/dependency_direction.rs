//! Which of our crates may use which: `actions` and `vision` know nothing of each other.

use std::process::Command;

use serde_json::Value;

const ALLOWED: [(&str, &[&str]); 5] = [
    ("sightstep-actions", &[]),
    ("sightstep-vision", &[]),
    ("sightstep-tasks", &["sightstep-actions"]),
    ("sightstep", &["sightstep-actions", "sightstep-tasks", "sightstep-vision"]),
    ("sightstep-tests", &["sightstep", "sightstep-actions", "sightstep-tasks", "sightstep-vision"]),
];

#[test]
fn crates_use_only_what_they_may() {
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert_eq!(packages.len(), ALLOWED.len(), "a crate is not in the table above");
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let (_, allowed) = ALLOWED.iter().find(|(known, _)| *known == name).unwrap();
        let used = package["dependencies"].as_array().unwrap().iter().map(|d| d["name"].as_str().unwrap());
        let wrong: Vec<&str> = used.filter(|d| d.starts_with("sightstep") && !allowed.contains(d)).collect();
        assert!(wrong.is_empty(), "{name} may not use {wrong:?}");
    }
}
