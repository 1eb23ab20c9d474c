//! Anthropic's messages API.

use serde_json::{Value, json};
use sightstep_actions::plan::Action;
use sightstep_actions::verdict::Judgement;
use sightstep_tests::server::{Reply, ScriptedServer};

use super::{KEY, done, planner, readable, seen};

const TASK: &str = "goal = 'Save the file'";

/// A message of these blocks, streamed as the API streams.
fn message(blocks: &[Value], stop: &str) -> Reply {
    let mut events = vec![
        json!({ "type": "message_start", "message": { "usage": { "input_tokens": 900, "cache_read_input_tokens": 100 } } }),
    ];
    for (index, block) in blocks.iter().enumerate() {
        let mut start = block.clone();
        let deltas: Vec<Value> = match block["type"].as_str().unwrap() {
            "text" => {
                start["text"] = json!("");
                vec![json!({ "type": "text_delta", "text": block["text"] })]
            }
            "thinking" => {
                start = json!({ "type": "thinking", "thinking": "" });
                vec![
                    json!({ "type": "thinking_delta", "thinking": block["thinking"] }),
                    json!({ "type": "signature_delta", "signature": block["signature"] }),
                ]
            }
            _ => {
                start["input"] = json!({});
                let input = block["input"].to_string();
                let (a, b) = input.split_at(input.len() / 2);
                [a, b].map(|part| json!({ "type": "input_json_delta", "partial_json": part })).to_vec()
            }
        };
        events.push(json!({ "type": "content_block_start", "index": index, "content_block": start }));
        events.push(json!({ "type": "ping" }));
        events.extend(
            deltas.into_iter().map(|delta| json!({ "type": "content_block_delta", "index": index, "delta": delta })),
        );
        events.push(json!({ "type": "content_block_stop", "index": index }));
    }
    events.push(json!({ "type": "message_delta", "delta": { "stop_reason": stop }, "usage": { "output_tokens": 42 } }));
    events.push(json!({ "type": "message_stop" }));
    Reply::events(events.iter().map(|event| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap())))
}

fn used(id: &str, input: Value) -> Value {
    json!({ "type": "tool_use", "id": id, "name": "computer", "input": input })
}

fn address(server: &ScriptedServer) -> [(&'static str, String); 1] {
    [("ANTHROPIC_BASE_URL", server.url())]
}

#[tokio::test]
async fn three_steps() {
    let thinking = json!({ "type": "thinking", "thinking": "A menu.", "signature": "abc=" });
    let server = ScriptedServer::start([
        message(&[thinking, used("toolu_1", json!({ "action": "left_click", "coordinate": [640, 400] }))], "tool_use"),
        message(
            &[
                json!({ "type": "text", "text": "Now save." }),
                used("toolu_2", json!({ "action": "key", "text": "ctrl+s" })),
            ],
            "tool_use",
        ),
        message(&[json!({ "type": "text", "text": "It is saved." })], "end_turn"),
    ]);
    let mut planner = planner("anthropic#claude-sonnet-4-5", None, TASK, &address(&server));
    let first = planner.next(&seen(1), &[]).await.unwrap();
    assert_eq!(first.plan.thought.as_deref(), Some("A menu."));
    assert_eq!(serde_json::to_value(&first.plan.actions).unwrap()[0]["at"], json!({ "x": 640, "y": 400 }));
    let exchange = first.exchange.unwrap();
    assert_eq!((exchange.prompt_tokens, exchange.tokens), (Some(1000), Some(42)));
    let mut history = vec![done(1, &first.plan.actions[0], Judgement::NoEffect, "nothing")];
    let second = planner.next(&seen(2), &history).await.unwrap();
    assert_eq!(second.plan.actions, [Action::Key { keys: vec!["ctrl".into(), "s".into()] }]);
    history.push(done(2, &second.plan.actions[0], Judgement::Confirmed, "a dialog"));
    let third = planner.next(&seen(3), &history).await.unwrap();
    assert!(
        matches!(&third.plan.actions[..], [Action::Finish { answer: Some(answer), .. }] if answer == "It is saved.")
    );
    let sent = &server.requests()[2];
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("POST", "/v1/messages"));
    assert_eq!((sent.header("x-api-key"), sent.header("authorization")), (KEY, ""));
    assert_eq!(sent.header("anthropic-version"), "2023-06-01");
    assert_eq!(sent.header("anthropic-beta"), "computer-use-2025-01-24");
    insta::assert_snapshot!(serde_json::to_string_pretty(&readable(&sent.json())).unwrap());
}

#[tokio::test]
async fn a_model_that_wants_an_older_tool_gets_it() {
    let refusal = |kind: &str| {
        let message = format!("tools.0: Input tag '{kind}' found using 'type' does not match any of the expected tags");
        Reply::status(
            400,
            &[],
            &json!({ "type": "error", "error": { "type": "invalid_request_error", "message": message } }).to_string(),
        )
    };
    let answer = || message(&[used("toolu_1", json!({ "action": "wait", "duration": 1 }))], "tool_use");
    let server =
        ScriptedServer::start([refusal("computer_toolset_20260801"), refusal("computer_20251124"), answer(), answer()]);
    let mut planner = planner("anthropic#claude-new", None, TASK, &address(&server));
    planner.next(&seen(1), &[]).await.unwrap();
    planner.next(&seen(2), &[]).await.unwrap();
    let requests = server.requests();
    let tools: Vec<String> =
        requests.iter().map(|r| r.json()["tools"][0]["type"].as_str().unwrap().to_owned()).collect();
    assert_eq!(tools, ["computer_toolset_20260801", "computer_20251124", "computer_20250124", "computer_20250124"]);
    let betas: Vec<&str> = requests.iter().map(|r| r.header("anthropic-beta")).collect();
    assert_eq!(betas, ["", "computer-use-2025-11-24", "computer-use-2025-01-24", "computer-use-2025-01-24"]);
}

#[tokio::test]
async fn the_tools_of_the_set_are_understood_and_answered() {
    let used = |id: &str, name: &str, input: Value| json!({ "type": "tool_use", "id": id, "name": name, "toolset_name": "computer", "input": input });
    let server = ScriptedServer::start([
        message(
            &[
                used("toolu_1", "left_click", json!({ "coordinate": [64, 40] })),
                used("toolu_2", "type", json!({ "text": "hi" })),
            ],
            "tool_use",
        ),
        message(&[json!({ "type": "text", "text": "Done." })], "end_turn"),
    ]);
    let mut planner = planner("anthropic#claude-opus-5-5", None, TASK, &address(&server));
    let first = planner.next(&seen(1), &[]).await.unwrap();
    let names: Vec<&str> = first.plan.actions.iter().map(Action::name).collect();
    assert_eq!(names, ["click", "type"]);
    planner.next(&seen(2), &[]).await.unwrap();
    let body = readable(&server.requests()[1].json());
    assert_eq!(body["tools"], json!([{ "type": "computer_toolset_20260801" }]));
    let results = &body["messages"][2]["content"];
    assert_eq!((&results[0]["tool_use_id"], &results[1]["tool_use_id"]), (&json!("toolu_1"), &json!("toolu_2")));
    assert_eq!((&results[0]["toolset_name"], &results[1]["toolset_name"]), (&json!("computer"), &json!("computer")));
    assert!(results[0]["content"].is_string() && results[1]["content"][0]["type"] == "image");
}

#[tokio::test]
async fn errors_in_the_stream_and_out_of_it() {
    let overloaded = Reply::events([
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n".to_owned(),
    ]);
    let server =
        ScriptedServer::start([overloaded, message(&[used("toolu_1", json!({ "action": "wait" }))], "tool_use")]);
    let mut retried = planner("anthropic#claude-sonnet-4-5", None, TASK, &address(&server));
    assert_eq!(retried.next(&seen(1), &[]).await.unwrap().exchange.unwrap().requests, 2);
    let said = json!({ "type": "error", "error": { "type": "authentication_error", "message": format!("invalid x-api-key {KEY}") } });
    let server = ScriptedServer::start([Reply::status(401, &[], &said.to_string())]);
    let mut refused = planner("anthropic#claude-sonnet-4-5", None, TASK, &address(&server));
    let error = refused.next(&seen(1), &[]).await.unwrap_err().to_string();
    assert_eq!(
        error,
        "the server refuses the API key (401): invalid x-api-key {api key} (authentication_error)\n\
         hint: the key is taken from SIGHTSTEP_API_KEY: is it the one of this server?"
    );
}
