//! The model in the box: it sees real windows, finds what is named there, and a run with it is verified as any other.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::support::Place;
use serde_json::Value;
use sightstep_actions::profile::Profile;
use sightstep_actions::resize::ResizeRule;

/// Questions with two answers each.
const QUESTIONS: [(&str, &str); 4] = [("Delete", "Keep"), ("Replace", "Skip"), ("Save", "Discard"), ("Allow", "Deny")];

/// A question of which one answer is to be given; zenity ends with 0 for the one that agrees.
fn question((agree, refuse): (&str, &str), goal: &str, wanted: &str) -> String {
    let code = if wanted == agree { 0 } else { 1 };
    format!(
        "goal = \"{}\"\n\
         screen.sandbox = '448x336'\n\
         limits.steps = 4\n\
         [[setup]]\n\
         launch = ['sh', '-c', \"zenity --question --title Notes --text 'What now?' --ok-label {agree} \
         --cancel-label {refuse}; echo $? > answer\"]\n\
         wait_for = {{ window = 'Notes' }}\n\
         [[check]]\n\
         file = 'answer'\n\
         equals = \"{code}\\n\"\n\
         within = 3\n",
        goal.replace("{}", wanted)
    )
}

#[test]
fn the_model_in_the_box_answers_questions_on_real_windows() {
    let example =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../tasks/examples/question.toml")).unwrap();
    let mut tasks = vec![example];
    for answers in QUESTIONS {
        for goal in ["Press the '{}' button.", "Click '{}'."] {
            tasks.extend([answers.0, answers.1].map(|wanted| question(answers, goal, wanted)));
        }
    }
    let mut wrong = Vec::new();
    for task in tasks {
        let place = Place::new();
        place.file("question.toml", &task);
        let (code, said) = place.run(&["run", "question.toml", "--model", "box"]);
        let planned: Vec<Value> = place.events().into_iter().filter(|event| event["event"] == "planned").collect();
        let is_thought =
            planned.iter().all(|plan| plan["plan"]["thought"].as_str().is_some_and(|said| !said.is_empty()));
        if code != 0 || planned.is_empty() || !is_thought {
            wrong.push((task, code, said));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn its_profile_has_its_checkpoints_picture_rule() {
    let said: Value = serde_json::from_str(include_str!("../../../engine/box/preprocessor_config.json")).unwrap();
    let number = |name: &str| u32::try_from(said[name].as_u64().unwrap()).unwrap();
    let rule = ResizeRule::Smart {
        factor: number("patch_size") * number("merge_size"),
        min_pixels: number("min_pixels"),
        max_pixels: number("max_pixels"),
    };
    assert_eq!(Profile::named("box").unwrap().resize, rule);
}
