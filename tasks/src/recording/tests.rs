//! The published JSON Schema of recordings is the one that the code means, and names every event.

use std::path::Path;

/// Set to rewrite the published file from the code.
const UPDATE: &str = "UPDATE_SCHEMA";

#[test]
fn the_published_schema_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recording.schema.json");
    let current = format!("{:#}\n", super::schema());
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == current, "tasks/recording.schema.json is not current: run the tests with {UPDATE}=1");
}

#[test]
fn the_schema_names_every_event() {
    let schema = super::schema().to_string();
    let events = ["run_started", "observed", "read", "planned", "acted", "verified", "asked", "run_finished"];
    let missing: Vec<_> = events.iter().filter(|name| !schema.contains(&format!("\"const\":\"{name}\""))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
