//! Chat completions: history, pictures, feedback, and answers that are no plan.

use sightstep::planner::PlannerError;
use sightstep_actions::plan::Action;
use sightstep_actions::space::FramePoint;
use sightstep_actions::verdict::Judgement;
use sightstep_tests::server::{Reply, ScriptedServer, chat_events};

use super::{done, planner, readable, seen};

const TASK: &str = "goal = \"Save the file as '{name}'\"\ninputs.name = 'note.txt'\n";

fn click(x: u32, y: u32) -> Action {
    serde_json::from_value(serde_json::json!({ "type": "click", "at": FramePoint { x, y } })).unwrap()
}

#[tokio::test]
async fn what_three_steps_of_ui_tars_send() {
    let server = ScriptedServer::start([
        Reply::chat("Thought: The menu.\nAction: click(start_box='(644,406)')"),
        Reply::chat("Thought: Again.\nAction: click(start_box='(64,40)')"),
        Reply::chat("Thought: Done.\nAction: finished(content='saved')"),
    ]);
    let mut planner = planner(&format!("{}/v1#UI-TARS-1.5-7B", server.url()), None, TASK, &[]);
    let first = planner.next(&seen(1), &[]).await.unwrap();
    assert_eq!(first.plan.actions, [click(640, 400)]);
    assert_eq!(first.raw, "Thought: The menu.\nAction: click(start_box='(644,406)')");
    let mut history = vec![done(1, &first.plan.actions[0], Judgement::NoEffect, "nothing changed")];
    let second = planner.next(&seen(2), &history).await.unwrap();
    history.push(done(2, &second.plan.actions[0], Judgement::Confirmed, "it changed"));
    let third = planner.next(&seen(3), &history).await.unwrap();
    assert!(matches!(&third.plan.actions[0], Action::Finish { answer: Some(answer), .. } if answer == "saved"));
    let exchange = third.exchange.unwrap();
    assert_eq!((exchange.prompt_tokens, exchange.requests, exchange.temperature), (Some(1234), 1, Some(0.0)));
    assert_ne!(first.prompt_digest, second.prompt_digest);
    assert_eq!(first.prompt_digest.unwrap().len(), 32);
    let sent = readable(&server.requests()[2].json());
    insta::assert_snapshot!(serde_json::to_string_pretty(&sent).unwrap());
}

#[tokio::test]
async fn the_same_dialogue_has_the_same_digest() {
    let mut digests = Vec::new();
    for _ in 0..2 {
        let server = ScriptedServer::start([Reply::chat("Action: wait()")]);
        let mut planner = planner(&format!("{}/v1#UI-TARS-1.5-7B", server.url()), None, TASK, &[]);
        digests.push(planner.next(&seen(7), &[]).await.unwrap().prompt_digest.unwrap());
    }
    assert_eq!(digests[0], digests[1]);
}

/// How many pictures each request held.
fn pictures(server: &ScriptedServer) -> Vec<usize> {
    let count = |body: &[u8]| String::from_utf8_lossy(body).matches("data:image/").count();
    server.requests().iter().map(|request| count(&request.body)).collect()
}

#[tokio::test]
async fn a_server_that_takes_one_image_is_sent_the_newest() {
    let answer = || Reply::chat("Action: click(start_box='(10,10)')");
    let refusal = || Reply::error(400, "At most 1 image(s) may be provided in one prompt.");
    let server = ScriptedServer::start([answer(), refusal(), answer(), answer()]);
    let mut planner = planner(&format!("{}/v1#UI-TARS-1.5-7B", server.url()), None, TASK, &[]);
    let mut left_out = Vec::new();
    for grey in 1..=3 {
        left_out.push(planner.next(&seen(grey), &[]).await.unwrap().exchange.unwrap().left_out);
    }
    assert_eq!(pictures(&server), [1, 2, 1, 1]);
    let note = "only the newest of 2 pictures is sent from now on, because the server takes one image a request: \
                At most 1 image(s) may be provided in one prompt.";
    assert_eq!(left_out, [vec![], vec![note.to_owned()], vec![note.to_owned()]]);
    let (refused, retried) = (server.requests()[1].json(), server.requests()[2].json());
    assert_eq!(refused["messages"].as_array().unwrap().last(), retried["messages"].as_array().unwrap().last());
}

#[tokio::test]
async fn a_long_prompt_is_sent_with_fewer_images_and_then_given_up() {
    let answer = || Reply::chat("Action: click(start_box='(10,10)')");
    let refusal = || Reply::error(400, "This model's maximum context length is 8192 tokens.");
    let server = ScriptedServer::start([answer(), answer(), answer(), refusal(), refusal(), refusal()]);
    let mut planner = planner(&format!("{}/v1#UI-TARS-1.5-7B", server.url()), None, TASK, &[]);
    for grey in 1..=3 {
        planner.next(&seen(grey), &[]).await.unwrap();
    }
    let error = planner.next(&seen(4), &[]).await.unwrap_err();
    assert_eq!(pictures(&server), [1, 2, 3, 4, 2, 1]);
    assert!(error.is_environment());
    assert!(error.to_string().starts_with("the prompt is longer than the model's context: This model's"), "{error}");
}

#[tokio::test]
async fn an_answer_without_an_action_is_asked_for_again_and_warmer() {
    let server = ScriptedServer::start([Reply::chat("I would click on it."), Reply::chat("Action: wait()")]);
    let mut planner = planner(&format!("{}/v1#UI-TARS-1.5-7B", server.url()), None, TASK, &[]);
    let exchange = planner.next(&seen(1), &[]).await.unwrap().exchange.unwrap();
    assert_eq!(exchange.unreadable, ["I would click on it."]);
    assert_eq!(exchange.temperature, Some(0.3));
}

#[tokio::test]
async fn a_model_that_never_plans_is_given_up_and_quoted() {
    let chat = Reply::chat;
    let long = chat_events(&"blah ".repeat(100)).concat().replace("\"stop\"", "\"length\"");
    let cases = [
        ("no action", vec![chat("I can't see."), chat("Hm."), chat("Hm."), chat("The screen is grey.")]),
        ("a point outside", (0..4).map(|_| chat("Action: click(start_box='(5000,20)')")).collect()),
        ("an expression", (0..4).map(|_| chat("Action: click(start_box='(__import__(\"os\"),20)')")).collect()),
        ("too long", (0..4).map(|_| Reply::events([long.clone()])).collect()),
        ("nothing", (0..4).map(|_| chat("")).collect()),
    ];
    let mut told = String::new();
    for (what, script) in cases {
        let server = ScriptedServer::start(script);
        let mut planner = planner(&format!("{}/v1#UI-TARS-1.5-7B", server.url()), None, TASK, &[]);
        let error = planner.next(&seen(1), &[]).await.unwrap_err();
        assert!(matches!(error, PlannerError::NoPlan(_)) && !error.is_environment(), "{what}: {error}");
        let temperatures: Vec<f64> =
            server.requests().iter().map(|request| request.json()["temperature"].as_f64().unwrap()).collect();
        assert_eq!(temperatures, [0.0, 0.3, 0.6, 0.9], "{what}");
        told.push_str(&format!("# {what}\n{error}\n\n"));
    }
    insta::assert_snapshot!(told);
}

/// A model that has said its one action and talks on is cut off; what it said on top is no part of the answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_does_not_stop_is_broken_off() {
    let action = "Thought: t\nAction: click(start_box='(644,406)')";
    let events = chat_events(&format!("{action}{}", "\n\nObservation: It worked.".repeat(2000)));
    let talking = events.iter().fold(Reply::stream(), |reply, event| reply.chunk(event.as_bytes()));
    let server = ScriptedServer::start([talking.wait(std::time::Duration::from_secs(20))]);
    let mut planner = planner(&format!("{}/v1#UI-TARS-1.5-7B", server.url()), None, TASK, &[]);
    let proposal = planner.next(&seen(1), &[]).await.unwrap();
    assert_eq!(proposal.plan.actions, [click(640, 400)]);
    assert!(proposal.raw.len() < action.len() + 8, "{}", proposal.raw);
    assert_eq!(proposal.exchange.unwrap().tokens, None);
    server.wait_for_close();
}

#[tokio::test]
async fn a_model_is_never_told_a_secret_and_may_type_it() {
    let task = "goal = 'Log in with {pin}'\ninputs.pin = { env = 'PIN', secret = true }\n";
    let server =
        ScriptedServer::start([Reply::chat("Action: type(content='{pin}\\n')"), Reply::chat("Action: finished()")]);
    let mut planner = planner(&format!("{}/v1#UI-TARS-1.5-7B", server.url()), None, task, &[]);
    let proposal = planner.next(&seen(1), &[]).await.unwrap();
    let typed = Action::Type { text: "4711-secret\n".into() };
    assert_eq!(proposal.plan.actions, std::slice::from_ref(&typed));
    assert!(proposal.raw.contains("{pin}"));
    let history = [done(1, &typed, Judgement::Contradicted, "it reads 4711-secre")];
    planner.next(&seen(2), &history).await.unwrap();
    for request in server.requests() {
        let sent = String::from_utf8_lossy(&request.body).into_owned();
        assert!(sent.contains("{pin}") && !sent.contains("4711-secret"), "{}", readable(&request.json()));
    }
}

#[tokio::test]
async fn what_a_server_parts_from_the_answer_is_the_thought() {
    let events = [
        r#"{"choices":[{"delta":{"reasoning_content":"I see a field."}}]}"#,
        r#"{"choices":[{"delta":{"content":"<tool_call>\n{\"name\": \"computer_use\", \"arguments\": {\"action\": \"wait\", \"time\": 1}}\n</tool_call>"},"finish_reason":"stop"}]}"#,
        "[DONE]",
    ];
    let server = ScriptedServer::start([Reply::events(events.map(|data| format!("data: {data}\n\n")))]);
    let mut planner = planner(&format!("{}/v1#m", server.url()), Some("qwen2.5-vl"), TASK, &[]);
    let proposal = planner.next(&seen(1), &[]).await.unwrap();
    assert_eq!(proposal.plan.thought.as_deref(), Some("I see a field."));
    assert_eq!(proposal.plan.actions, [Action::Wait { seconds: 1.0 }]);
}
