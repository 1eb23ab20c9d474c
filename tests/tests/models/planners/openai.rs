//! OpenAI's responses API.

use serde_json::{Value, json};
use sightstep_actions::plan::Action;
use sightstep_actions::verdict::Judgement;
use sightstep_tests::server::{Reply, ScriptedServer};

use super::{KEY, done, planner, readable, seen};

const TASK: &str = "goal = 'Save the file'";

/// A response of these items, streamed as the API streams.
fn response(id: &str, output: &[Value]) -> Reply {
    let usage = json!({ "input_tokens": 800, "output_tokens": 30 });
    let whole = json!({ "id": id, "status": "completed", "output": output, "usage": usage });
    let mut events = vec![json!({ "type": "response.created", "response": { "id": id, "output": [] } })];
    for item in output {
        events.push(json!({ "type": "response.output_item.added", "item": { "type": item["type"] } }));
        events.push(json!({ "type": "response.output_item.done", "item": item }));
    }
    events.push(json!({ "type": "response.completed", "response": whole }));
    Reply::events(events.iter().map(|event| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap())))
}

fn call(id: &str, action: Value, checks: Value) -> Value {
    json!({ "type": "computer_call", "id": format!("cu_{id}"), "call_id": id, "action": action, "pending_safety_checks": checks, "status": "completed" })
}

fn address(server: &ScriptedServer) -> [(&'static str, String); 1] {
    [("OPENAI_BASE_URL", format!("{}/v1", server.url()))]
}

#[tokio::test]
async fn three_steps_with_a_safety_check() {
    let reasoning =
        json!({ "type": "reasoning", "id": "rs_1", "summary": [{ "type": "summary_text", "text": "A menu." }] });
    let check = json!({ "id": "sc_1", "code": "malicious_instructions", "message": "The page gives instructions." });
    let text = json!({ "type": "message", "role": "assistant", "content": [{ "type": "output_text", "text": "It is saved." }] });
    let server = ScriptedServer::start([
        response(
            "resp_1",
            &[reasoning, call("c1", json!({ "type": "click", "button": "left", "x": 640, "y": 400 }), json!([check]))],
        ),
        response("resp_2", &[call("c2", json!({ "type": "keypress", "keys": ["CTRL", "S"] }), json!([]))]),
        response("resp_3", &[text]),
    ]);
    let mut planner = planner("openai#computer-use-preview", None, TASK, &address(&server));
    let first = planner.next(&seen(1), &[]).await.unwrap();
    assert_eq!(first.plan.thought.as_deref(), Some("A menu."));
    assert_eq!(first.plan.actions.iter().map(Action::name).collect::<Vec<_>>(), ["click"]);
    assert_eq!(
        first.confirm.as_deref(),
        Some("The model's provider asks for a person's consent: The page gives instructions.")
    );
    let mut history = vec![done(1, &first.plan.actions[0], Judgement::NoEffect, "nothing")];
    let second = planner.next(&seen(2), &history).await.unwrap();
    assert_eq!((second.confirm, second.plan.actions.len()), (None, 1));
    history.push(done(2, &second.plan.actions[0], Judgement::Confirmed, "a dialog"));
    let third = planner.next(&seen(3), &history).await.unwrap();
    assert!(
        matches!(&third.plan.actions[..], [Action::Finish { answer: Some(answer), .. }] if answer == "It is saved.")
    );
    let requests = server.requests();
    assert!(requests.iter().all(|r| r.path == "/v1/responses" && r.header("authorization") == format!("Bearer {KEY}")));
    let sent: Vec<Value> = requests.iter().map(|request| readable(&request.json())).collect();
    insta::assert_snapshot!(serde_json::to_string_pretty(&sent).unwrap());
}

#[tokio::test]
async fn later_models_take_the_tool_without_a_size_and_give_several_actions() {
    let actions = json!([{ "type": "click", "button": "left", "x": 1, "y": 2 }, { "type": "type", "text": "hi" }]);
    let several = json!({ "type": "computer_call", "call_id": "c1", "actions": actions, "status": "completed" });
    let server = ScriptedServer::start([response("resp_1", &[several])]);
    let mut planner = planner("openai#gpt-5.4", None, TASK, &address(&server));
    let proposal = planner.next(&seen(1), &[]).await.unwrap();
    assert_eq!(proposal.plan.actions.iter().map(Action::name).collect::<Vec<_>>(), ["click", "type"]);
    let body = server.requests()[0].json();
    assert_eq!((&body["tools"], body.get("reasoning")), (&json!([{ "type": "computer" }]), None));
}

#[tokio::test]
async fn a_failed_response_is_told() {
    let failed = json!({ "type": "response.failed", "response": { "error": { "code": "invalid_image", "message": "The image is too small." } } });
    let server = ScriptedServer::start([Reply::events([format!("data: {failed}\n\n")])]);
    let mut planner = planner("openai#computer-use-preview", None, TASK, &address(&server));
    let error = planner.next(&seen(1), &[]).await.unwrap_err().to_string();
    assert!(
        error.starts_with("the server refuses the request (400): The image is too small. (invalid_image)\nhint: "),
        "{error}"
    );
}
