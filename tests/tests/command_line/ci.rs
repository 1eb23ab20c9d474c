//! What CI systems are told of several tasks: JUnit XML, annotations, parts.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::support::{Place, ended};

const GOOD: &str = "goal = 'Wait 0 seconds'\nscreen.sandbox = '320x200'\n";

#[test]
fn every_task_is_reported_and_what_failed_is_annotated() {
    let place = Place::new();
    place.file("a.toml", GOOD);
    place.file("b.toml", &format!("{GOOD}[[check]]\nfile = 'none.txt'\nwithin = 0\n"));
    place.file("c.toml", &format!("{GOOD}[[setup]]\nrun = ['false']\n"));
    let arguments = ["run", "a.toml", "b.toml", "c.toml", "--jobs", "3", "--junit", "junit.xml"];
    let mut command = place.sightstep(&arguments);
    let (code, said) = ended(command.env("GITHUB_ACTIONS", "true").output().unwrap());
    assert_eq!(code, 3, "{said}");
    let xml = std::fs::read_to_string(place.path().join("junit.xml")).unwrap();
    for part in [
        r#"tests="3" skipped="0" failures="1" errors="1""#,
        r#"<testcase name="a" classname="a.toml""#,
        r#"<failure message="not achieved: 1 of 1 checks failed" type="not_achieved">"#,
        r#"type="failed""#,
        "<system-out>recording: runs/",
    ] {
        assert!(xml.contains(part), "{part} is not in {xml}");
    }
    let annotations: Vec<_> = said.lines().filter(|line| line.starts_with("::error ")).collect();
    assert_eq!(annotations.len(), 2, "{said}");
    assert!(
        annotations[0].starts_with("::error file=b.toml,title=b::not achieved: 1 of 1 checks failed%0Acheck fails")
    );
    assert!(
        annotations[1].starts_with("::error file=c.toml,title=c::failed: set-up step 1: `false` ended with code 1")
    );
}

#[test]
fn a_part_of_the_tasks_is_run() {
    let place = Place::new();
    ["a", "b", "c"].iter().for_each(|name| drop(place.file(&format!("{name}.toml"), GOOD)));
    let (code, said) = place.run(&["run", "a.toml", "b.toml", "c.toml", "--partition", "2/3", "--junit", "junit.xml"]);
    assert_eq!(code, 0, "{said}");
    let xml = std::fs::read_to_string(place.path().join("junit.xml")).unwrap();
    assert!(xml.contains(r#"tests="1""#) && xml.contains(r#"name="b""#) && !said.contains("::error"), "{xml}");
}

#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let place = Place::new();
    place.file("a.toml", GOOD);
    let (code, said) = place.run(&["run", "a.toml", "--junit", "no/such/folder.xml"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("no/such/folder.xml cannot be written") && said.contains("hint:"), "{said}");
}
