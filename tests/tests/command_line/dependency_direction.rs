//! Which of our crates, and which modules of a crate, may use which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// `actions` and `vision` know nothing of each other.
const ALLOWED: [(&str, &[&str]); 6] = [
    ("sightstep-actions", &[]),
    ("sightstep-vision", &[]),
    ("sightstep-engine", &["sightstep-vision"]),
    ("sightstep-tasks", &["sightstep-actions"]),
    ("sightstep", &["sightstep-actions", "sightstep-engine", "sightstep-tasks", "sightstep-vision"]),
    ("sightstep-tests", &["sightstep", "sightstep-actions", "sightstep-engine", "sightstep-tasks", "sightstep-vision"]),
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

/// The modules right below a crate's root, each with those that its files name.
type Uses = BTreeMap<String, BTreeSet<String>>;

#[test]
fn modules_of_a_crate_form_no_circle() {
    for package in ["actions", "agent", "engine", "tasks", "vision"] {
        let uses = uses(package);
        assert!(uses.len() > 3, "{package} has more modules than were found");
        let circles: Vec<_> = uses.keys().filter_map(|module| circle(&uses, module)).collect();
        assert!(circles.is_empty(), "{package}: {circles:?}");
    }
}

/// The way from a module back to itself, if there is one.
fn circle(uses: &Uses, start: &str) -> Option<Vec<String>> {
    let mut ways = vec![vec![start.to_owned()]];
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop() {
        for next in uses.get(way.last()?).into_iter().flatten() {
            let longer: Vec<String> = way.iter().chain([next]).cloned().collect();
            if next == start {
                return Some(longer);
            }
            if seen.insert(next.clone()) {
                ways.push(longer);
            }
        }
    }
    None
}

fn uses(package: &str) -> Uses {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(package).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    let path = |file: &Path| -> Vec<String> {
        let inside = file.strip_prefix(&root).expect("it lies below").with_extension("");
        inside.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
    };
    let modules: Vec<Vec<String>> = files.iter().map(|file| path(file)).collect();
    let is_top = |name: &str| name != "lib" && modules.iter().any(|module| module[0] == name);
    let mut uses = Uses::new();
    for (file, module) in files.iter().zip(&modules).filter(|(_, module)| is_top(&module[0])) {
        let named = named(&std::fs::read_to_string(file).expect("it can be read"), module.len());
        let others = named.into_iter().filter(|name| *name != module[0] && is_top(name));
        uses.entry(module[0].clone()).or_default().extend(others);
    }
    uses
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("it can be read") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The modules below the root that a file names: behind `crate::`, or behind as many `super::` as lead there. Its own tests
/// may use what they like.
fn named(text: &str, depth: usize) -> Vec<String> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let roots = ["crate::".to_owned(), "super::".repeat(depth)];
    let behind = roots.iter().flat_map(|root| code.split(root.as_str()).skip(1));
    let names = behind.flat_map(|rest| match rest.strip_prefix('{') {
        Some(list) => list.split('}').next().unwrap_or_default().split(',').map(str::trim).collect::<Vec<_>>(),
        None => vec![rest],
    });
    names.map(|name| name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
}
