//! A real task on a real screen, planned by a model behind a server that answers in its family's dialect.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::support::Place;
use serde_json::Value;
use sightstep_tests::server::{Reply, ScriptedServer};

/// The example that is run, in the words that a model is told.
const TASK: &str = include_str!("../../../tasks/examples/editor.toml");

/// A family's answers that write the note and save it. The editor's page is in the middle of the screen of 1280x800,
/// wherever its window opens; UI-TARS 1.5 and Qwen2.5-VL are shown 1288x812 pixels of it.
const FAMILIES: [(&str, &[&str]); 4] = [
    (
        "ui-tars-1.5",
        &[
            "Thought: The editor is open. I click into its page.\nAction: click(start_box='(644,406)')",
            "Thought: I write the note.\nAction: type(content='Sightstep was here.')",
            "Thought: I save it.\nAction: hotkey(key='ctrl s')",
            "Thought: The dialog wants a name.\nAction: type(content='note.txt\\n')",
            "Thought: It is saved.\nAction: finished(content='saved')",
        ],
    ),
    (
        "qwen2.5-vl",
        &[
            "I click into the page.\n<tool_call>\n{\"name\": \"computer_use\", \"arguments\": {\"action\": \"left_click\", \"coordinate\": [644, 406]}}\n</tool_call>",
            "<tool_call>\n{\"name\": \"computer_use\", \"arguments\": {\"action\": \"type\", \"text\": \"Sightstep was here.\"}}\n</tool_call>",
            "<tool_call>\n{\"name\": \"computer_use\", \"arguments\": {\"action\": \"key\", \"keys\": [\"ctrl\", \"s\"]}}\n</tool_call>",
            "<tool_call>\n{\"name\": \"computer_use\", \"arguments\": {\"action\": \"type\", \"text\": \"note.txt\"}}\n</tool_call>",
            "<tool_call>\n{\"name\": \"computer_use\", \"arguments\": {\"action\": \"key\", \"keys\": [\"enter\"]}}\n</tool_call>",
            "<tool_call>\n{\"name\": \"computer_use\", \"arguments\": {\"action\": \"terminate\", \"status\": \"success\"}}\n</tool_call>",
        ],
    ),
    (
        "qwen3-vl",
        &[
            "Action: Click into the page of the editor.\n<tool_call>\n{\"name\": \"computer_use\", \"arguments\": {\"action\": \"left_click\", \"coordinate\": [500, 500]}}\n</tool_call>",
            "Action: Write the note.\n<tool_call>\n{\"name\": \"computer_use\", \"arguments\": {\"action\": \"type\", \"text\": \"Sightstep was here.\"}}\n</tool_call>",
            "Action: Save it.\n<tool_call>\n{\"name\": \"computer_use\", \"arguments\": {\"action\": \"key\", \"keys\": [\"ctrl\", \"s\"]}}\n</tool_call>",
            "Action: Name the file.\n<tool_call>\n{\"name\": \"computer_use\", \"arguments\": {\"action\": \"type\", \"text\": \"note.txt\"}}\n</tool_call>",
            "Action: Confirm.\n<tool_call>\n{\"name\": \"computer_use\", \"arguments\": {\"action\": \"key\", \"keys\": [\"enter\"]}}\n</tool_call>",
            "Action: Finish.\n<tool_call>\n{\"name\": \"computer_use\", \"arguments\": {\"action\": \"terminate\", \"status\": \"success\"}}\n</tool_call>",
        ],
    ),
    (
        "sightstep",
        &[
            r#"{"thought":"The editor is open.","reflection":null,"actions":[{"type":"click","at":{"x":500,"y":500}},{"type":"type","text":"Sightstep was here."}],"expect":[{"type":"text_appears","text":"Sightstep was here"}]}"#,
            r#"{"thought":"I save it.","actions":[{"type":"key","keys":["ctrl","s"]}],"expect":[{"type":"window_title","contains":"Save As"}]}"#,
            r#"{"thought":"It wants a name.","actions":[{"type":"type","text":"note.txt\n"}],"expect":[{"type":"window_title","contains":"note.txt"}]}"#,
            r#"{"thought":"Saved.","actions":[{"type":"finish","status":"success","answer":null}]}"#,
        ],
    ),
];

#[test]
fn an_example_is_completed_in_four_dialects() {
    for (profile, answers) in FAMILIES {
        let place = Place::new();
        place.file("editor.toml", TASK);
        let server = ScriptedServer::start(answers.iter().map(|answer| Reply::chat(answer)));
        let model = format!("{}/v1#m", server.url());
        let (code, said) = place.run(&["run", "editor.toml", "--model", &model, "--profile", profile]);
        assert_eq!(code, 0, "{profile}: {said}");
        let requests = server.requests();
        assert_eq!(requests.len(), answers.len(), "{profile}: {said}");
        for request in &requests {
            let text = String::from_utf8_lossy(&request.body);
            assert!(
                text.contains("Sightstep was here") && text.contains("note.txt"),
                "{profile}: it is not told the goal"
            );
            assert!(text.contains("data:image/png;base64,"), "{profile}: it is not shown the screen");
        }
        recorded(profile, &place, &model, answers);
    }
}

/// The recording holds what the model answered, word for word, and how it was asked.
fn recorded(profile: &str, place: &Place, model: &str, answers: &[&str]) {
    let events = place.events();
    assert_eq!(events[0]["model"], model, "{profile}");
    let planned: Vec<&Value> = events.iter().filter(|event| event["event"] == "planned").collect();
    assert_eq!(planned.iter().map(|event| event["raw"].as_str().unwrap()).collect::<Vec<_>>(), answers, "{profile}");
    for event in planned {
        assert_eq!(event["prompt_digest"].as_str().map(str::len), Some(32), "{profile}");
        assert_eq!(event["exchange"]["prompt_tokens"], 1234, "{profile}");
        assert!(event["exchange"]["first_token_ms"].as_f64().unwrap() > 0.0, "{profile}");
    }
    let verdicts: Vec<&str> = events.iter().filter_map(|event| event["verdict"].as_str()).collect();
    assert!(!verdicts.is_empty() && !verdicts.contains(&"contradicted"), "{profile}: {verdicts:?}");
}
