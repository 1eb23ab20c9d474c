//! Asking a model for a place: `sightstep ground --model URL`.

use sightstep::model::Model;
use sightstep_actions::space::FramePoint;
use sightstep_engine::LoadOptions;
use sightstep_tests::server::{Reply, ScriptedServer};

use super::{readable, seen};

#[tokio::test]
async fn every_family_points_in_its_own_words() {
    let cases = [
        ("ui-tars", "(500,250)"),
        ("ui-tars-1.5", "Action: click(start_box='(644,203)')"),
        ("doubao-1.5", "Action: click(point='<point>500 250</point>')"),
        (
            "qwen2.5-vl",
            r#"<tool_call>{"name": "computer_use", "arguments": {"action": "left_click", "coordinate": [644, 203]}}</tool_call>"#,
        ),
        ("mai-ui", "<grounding_think>There.</grounding_think><answer>{\"coordinate\":[500,250]}</answer>"),
        ("ui-venus-1.5", "[500,250]"),
        ("kimi", "0.5, 0.25"),
        ("sightstep", r#"{"thought":"There.","actions":[{"type":"click","at":{"x":500,"y":250}}]}"#),
    ];
    let mut wrong = Vec::new();
    for (profile, answer) in cases {
        let server = ScriptedServer::start([Reply::chat(answer)]);
        let model =
            Model::named(&format!("{}/v1#m", server.url()), Some(profile), &LoadOptions::default(), &|_| None).unwrap();
        let Model::Served(served) = model else { panic!("{profile}") };
        let found = served.finder("Click on the Save button").unwrap().find(&seen(9).settled.frame).await;
        let point = found.as_ref().map(|place| place.point).ok();
        let near = point.is_some_and(|FramePoint { x, y }| x.abs_diff(640) <= 1 && y.abs_diff(200) <= 1);
        let sent = readable(&server.requests()[0].json()).to_string();
        if !near || !sent.contains("Click on the Save button") || sent.matches("PNG ").count() != 1 {
            wrong.push((profile, found.map_err(|e| e.to_string()), sent));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn a_model_that_points_nowhere_says_so() {
    let server = ScriptedServer::start([Reply::chat("[-1,-1]")]);
    let model =
        Model::named(&format!("{}/v1#m", server.url()), Some("ui-venus-1.5"), &LoadOptions::default(), &|_| None)
            .unwrap();
    let Model::Served(served) = model else { panic!() };
    let error = served.finder("the moon").unwrap().find(&seen(9).settled.frame).await.unwrap_err();
    assert!(error.to_string().starts_with("the model points nowhere: [-1,-1]\nhint: "), "{error}");
    assert!(!error.is_environment());
}
