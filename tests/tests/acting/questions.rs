//! A model that plans is also asked whether what it expected is seen, and what it says is judged and recorded.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::support::Place;
use sightstep_tests::server::{Reply, ScriptedServer};

const TASK: &str = r#"
goal = "Write hello and select it"
[screen]
sandbox = "900x600"
[[setup]]
launch = ["mousepad"]
wait_for = { window = "Untitled" }
"#;

/// Plans and answers to questions, in the order in which the model is asked.
const ANSWERS: [&str; 5] = [
    r#"{"thought":"I write.","actions":[{"type":"type","text":"hello"}],"expect":[{"type":"question","question":"Does the page say hello?"}]}"#,
    "Yes.",
    r#"{"thought":"I select.","actions":[{"type":"key","keys":["ctrl","a"]}],"expect":[{"type":"question","question":"Is the word green?"}]}"#,
    "No, it is blue.",
    r#"{"thought":"Done.","actions":[{"type":"finish","status":"success","answer":null}]}"#,
];

#[test]
fn a_model_is_asked_whether_what_it_expected_is_seen() {
    let place = Place::new();
    place.file("words.toml", TASK);
    let server = ScriptedServer::start(ANSWERS.iter().map(|answer| Reply::chat(answer)));
    let model = format!("{}/v1#m", server.url());
    let (code, said) = place.run(&["run", "words.toml", "--model", &model, "--profile", "sightstep"]);
    assert_eq!(code, 0, "{said}");

    let requests: Vec<String> =
        server.requests().iter().map(|request| String::from_utf8_lossy(&request.body).into_owned()).collect();
    assert_eq!(requests.len(), ANSWERS.len(), "{said}");
    assert!(requests[1].contains("Does the page say hello?") && requests[1].contains("data:image/png;base64,"));
    assert!(!requests[1].contains("Write hello"), "the goal leads the answer: {}", &requests[1]);
    assert!(requests[4].contains("did not do what was expected: the model answered 'Is the word green?'"));

    let events = place.events();
    let verdicts: Vec<&str> = events.iter().filter_map(|event| event["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["confirmed", "contradicted"], "{said}");
    let answered: Vec<&str> = events.iter().filter_map(|event| event["answer"].as_str()).collect();
    assert_eq!(answered, ["Yes.", "No, it is blue."]);

    drop(server);
    let run = std::fs::read_dir(place.path().join("runs")).unwrap().next().unwrap().unwrap().path();
    let (code, told) = place.run(&["replay", run.to_str().unwrap()]);
    assert_eq!(code, 0, "{told}");
}
