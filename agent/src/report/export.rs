//! Recordings for training: what was seen, said and done as messages with pictures, and a reward from the checks.

use serde_json::{Value, json};
use sightstep_tasks::recording::{Acted, CheckSeen, Event, Outcome, Recording};

/// One run as a line of JSON. Its form is described in `tasks/RECORDING.md`; nothing where the run never began.
pub fn trajectory(recording: &Recording) -> Option<Value> {
    let Some(Event::RunStarted { task, goal, model, screen, task_file, .. }) =
        recording.entries.first().map(|entry| &entry.event)
    else {
        return None;
    };
    let (outcome, checks) = match recording.entries.last().map(|entry| &entry.event) {
        Some(Event::RunFinished { outcome, checks, .. }) => (Some(*outcome), checks.as_slice()),
        _ => (None, [].as_slice()),
    };
    Some(json!({
        "run": recording.folder().file_name().map(|name| name.to_string_lossy()),
        "task": task,
        "goal": goal,
        "inputs": task_file.as_ref().map(|task| &task.inputs),
        "model": model,
        "screen": [screen.width, screen.height],
        "outcome": outcome,
        "reward": reward(outcome, checks),
        "checks": checks,
        "messages": messages(recording, goal),
    }))
}

/// 1 for a run that was done; else the share of its checks that hold, and nothing for giving up what was achieved.
fn reward(outcome: Option<Outcome>, checks: &[CheckSeen]) -> f64 {
    let held = checks.iter().filter(|check| check.holds).count();
    match outcome {
        Some(Outcome::Done) => 1.0,
        Some(Outcome::NotAchieved) if held < checks.len() => held as f64 / checks.len() as f64,
        _ => 0.0,
    }
}

/// The goal and the first picture, each answer, and after it what came of its actions with the picture then.
fn messages(recording: &Recording, goal: &str) -> Vec<Value> {
    let (mut messages, mut frame, mut results) = (Vec::new(), None::<&str>, Vec::new());
    for entry in &recording.entries {
        match &entry.event {
            Event::Observed { frame: seen, .. } => frame = Some(seen),
            Event::Planned { raw, plan, .. } => {
                let text = if messages.is_empty() { goal.to_owned() } else { told(&results) };
                messages.push(json!({
                    "role": "user",
                    "content": content(&text, frame.map(|frame| recording.frame(frame))),
                    "results": std::mem::take(&mut results),
                }));
                messages.push(json!({ "role": "assistant", "content": content(raw, None), "plan": plan }));
            }
            Event::Acted { action, acted, .. } => {
                let (refused, failed) = match acted {
                    Acted::Receipt(_) => (None, None),
                    Acted::Refused(why) => (Some(why), None),
                    Acted::Failed(why) => (None, Some(why)),
                };
                results.push(
                    json!({ "action": action, "said": action.to_string(), "refused": refused, "failed": failed }),
                );
            }
            Event::Verified { verdict, .. } => {
                if let Some(last) = results.last_mut() {
                    last["verdict"] = json!(verdict.judgement);
                    last["evidence"] = json!(verdict.evidence);
                }
            }
            _ => {}
        }
    }
    messages
}

fn content(text: &str, picture: Option<std::path::PathBuf>) -> Value {
    let text = json!({ "type": "text", "text": text });
    match picture {
        Some(path) => json!([text, { "type": "image", "image": path }]),
        None => json!([text]),
    }
}

/// What came of the actions, in words.
fn told(results: &[Value]) -> String {
    let line = |result: &Value| {
        let said = result["said"].as_str().unwrap_or_default();
        let came = ["verdict", "refused", "failed"].iter().find_map(|key| Some((key, result[*key].as_str()?)));
        match came {
            Some((&"verdict", verdict)) => format!("{said}: {}", verdict.replace('_', " ")),
            Some((kind, why)) => format!("{said}: {kind}: {why}"),
            None => said.to_owned(),
        }
    };
    results.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_run_becomes_messages_with_pictures_and_a_reward() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/recordings/version-1");
        let line = trajectory(&Recording::open(&folder).unwrap()).unwrap();
        assert_eq!((line["outcome"].as_str(), line["reward"].as_f64()), (Some("done"), Some(1.0)));
        let messages = line["messages"].as_array().unwrap();
        let roles: Vec<_> = messages.iter().map(|message| message["role"].as_str().unwrap()).collect();
        assert_eq!(roles, ["user", "assistant", "user", "assistant", "user", "assistant"]);
        assert_eq!(messages[0]["content"][0]["text"], "Open galculator. Type '1234'.");
        assert_eq!(messages[2]["content"][0]["text"], "open galculator: confirmed");
        assert_eq!(messages[3]["plan"]["actions"][0]["text"], "1234");
        for picture in messages.iter().filter_map(|message| message["content"][1]["image"].as_str()) {
            assert!(Path::new(picture).exists(), "{picture}");
        }
    }

    #[test]
    fn rewards_come_from_checks() {
        let check = |holds| CheckSeen { check: "c".into(), holds, seen: "s".into() };
        let cases = [
            (Some(Outcome::Done), vec![check(true)], 1.0),
            (Some(Outcome::Done), vec![], 1.0),
            (Some(Outcome::NotAchieved), vec![check(true), check(false)], 0.5),
            (Some(Outcome::NotAchieved), vec![check(true)], 0.0),
            (Some(Outcome::Stopped), vec![], 0.0),
            (None, vec![], 0.0),
        ];
        for (outcome, checks, expected) in cases {
            assert_eq!(reward(outcome, &checks), expected, "{outcome:?} {checks:?}");
        }
    }
}
