//! The published JSON Schema is the one that the code means.

use std::path::Path;

/// Set to rewrite the published file from the code.
const UPDATE: &str = "UPDATE_SCHEMA";

#[test]
fn the_published_schema_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("task.schema.json");
    let current = format!("{:#}\n", sightstep_tasks::task::schema());
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == current, "tasks/task.schema.json is not current: run the tests with {UPDATE}=1 and commit it");
}

#[test]
fn the_schema_names_every_key_of_the_manual() {
    let schema = sightstep_tasks::task::schema();
    let keys = ["goal", "inputs", "screen", "setup", "limits", "policy", "check", "teardown"];
    let missing: Vec<_> = keys.iter().filter(|key| schema["properties"].get(**key).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(schema["required"], serde_json::json!(["goal"]));
    assert_eq!(schema["additionalProperties"], false);
}
