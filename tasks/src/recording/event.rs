//! The events of a recording, one a line.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sightstep_actions::executor::Receipt;
use sightstep_actions::plan::{Action, Plan};
use sightstep_actions::verdict::Verdict;

use super::seen::{ElementSeen, Healed, LineSeen, TaskSeen, Terms};

/// One line: an event and its moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Seconds since the run started.
    pub t: f64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened. Steps and actions are counted from 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The run began.
    RunStarted {
        /// UTC, RFC 3339.
        at: String,
        /// The version of the program.
        sightstep: String,
        /// The task's name.
        task: String,
        /// The goal, with secrets as their placeholders.
        goal: String,
        /// The planner, as `--model` names it.
        model: String,
        /// How the model was spoken to, where its answers are parsed; absent in early recordings.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        profile: Option<String>,
        /// What carried the dialogue to the model: `chat`, `anthropic`, `openai`, or `engine` for a model in the program's own
        /// process. Absent where no model was asked, and in early recordings, whose models with a profile are all of `chat`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wire: Option<String>,
        /// What was looked at.
        screen: ScreenSeen,
        /// Its limits and policy; absent in early recordings.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        terms: Option<Terms>,
        /// The task itself, for doing it again; absent in early recordings.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task_file: Option<Box<TaskSeen>>,
    },
    /// The screen was looked at.
    Observed {
        /// The step that it belongs to; the look after a step's last action is the next step's too.
        step: u32,
        /// The picture: `frames/<frame>.png`.
        frame: String,
        /// Whether it was still.
        still: bool,
        /// How long stillness was waited for, in milliseconds.
        waited_ms: f64,
        /// Places that change by themselves, `[x, y, w, h]`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        volatile: Vec<[i32; 4]>,
        /// Where a caret was known to blink, `[x, y, w, h]`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caret: Option<[i32; 4]>,
        /// What stood before the caret in the field that had the keyboard, where its program said so; never once a secret
        /// was typed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before_caret: Option<String>,
        /// Places that are painted over in the picture because a secret was typed there, `[x, y, w, h]`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        hidden: Vec<[i32; 4]>,
        /// The open windows, the active one first.
        windows: Vec<WindowSeen>,
    },
    /// A picture was read.
    Read {
        /// The picture.
        frame: String,
        /// Its lines of text, top to bottom; those in hidden places are left out.
        lines: Vec<LineSeen>,
        /// What the lines are made into; what stands in hidden places is without its text. Absent in early recordings.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        elements: Vec<ElementSeen>,
    },
    /// A model answered a question about a picture.
    Answered {
        /// The picture.
        frame: String,
        /// What was asked.
        question: String,
        /// What it said.
        answer: String,
    },
    /// The planner answered.
    Planned {
        /// The step.
        step: u32,
        /// Its answer, as it was given.
        raw: String,
        /// Digest of the prompt, for planners that have one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        prompt_digest: Option<String>,
        /// What passed between planner and model, for planners that ask one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exchange: Option<Exchange>,
        /// What it means.
        plan: Plan,
        /// In a live replay: a target that was not found again, and what a model pointed at in its place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        healed: Option<Healed>,
        /// How long it took, in milliseconds.
        millis: f64,
    },
    /// An action was performed, refused, or failed.
    Acted {
        /// The step.
        step: u32,
        /// Which of the plan's actions.
        number: usize,
        /// The action.
        action: Action,
        /// What was done.
        #[serde(flatten)]
        acted: Acted,
    },
    /// An action was judged.
    Verified {
        /// The step.
        step: u32,
        /// Which of the plan's actions.
        number: usize,
        /// The picture before it.
        before: String,
        /// The picture after it.
        after: String,
        /// The judgement.
        #[serde(flatten)]
        verdict: Verdict,
        /// How long judging took, settling excluded, in milliseconds.
        millis: f64,
    },
    /// A person was needed.
    Asked {
        /// The step.
        step: u32,
        /// What was asked.
        question: String,
        /// What the person said; absent when nobody was there.
        answer: Option<String>,
    },
    /// The run ended.
    RunFinished {
        /// How.
        outcome: Outcome,
        /// Why, where it is not plain.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// The planner's answer to the goal.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<String>,
        /// The task's checks.
        checks: Vec<CheckSeen>,
        /// How many steps were taken.
        steps: u32,
    },
    /// An event of a later version of the program.
    #[serde(other)]
    #[schemars(skip)]
    Unknown,
}

/// What passed between a planner and its model for one plan. The answer itself is the event's `raw`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Exchange {
    /// From the request to the first part of the answer, in milliseconds.
    pub first_token_ms: f64,
    /// Tokens of the prompt, as the model's server or engine counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_tokens: Option<u32>,
    /// How many of them the model had read before, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reused_tokens: Option<u32>,
    /// Tokens of the answer; absent where it was broken off before the server told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u32>,
    /// The size in which the model saw the screen, `[w, h]`; absent in early recordings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<[u32; 2]>,
    /// How many requests the answer took: more than one where the server failed, or was busy.
    pub requests: u32,
    /// How much chance there was in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// What the model thought, where the server parts that from the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    /// Earlier answers to the same question, none of which could be read as a plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<String>,
    /// What the model was not shown because its server does not take it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

/// What became of an action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Acted {
    /// It was performed.
    Receipt(Receipt),
    /// The policy refused it: the rule.
    Refused(String),
    /// It could not be performed: why.
    Failed(String),
}

/// Which screen a run looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScreenSeen {
    /// `sandbox`, or the display's name.
    pub display: String,
    /// Width of the frames in pixels.
    pub width: u32,
    /// Height of the frames in pixels.
    pub height: u32,
    /// The desktop pixel of the frames' top-left pixel.
    pub origin: [i32; 2],
    /// Physical pixels to a logical one.
    pub scale: f64,
}

/// An open window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WindowSeen {
    /// Its title.
    pub title: String,
    /// Where it is, `[x, y, w, h]` in desktop pixels.
    #[serde(rename = "box")]
    pub area: [i32; 4],
    /// Whether it has the keyboard.
    pub active: bool,
    /// The number of the process that it belongs to, where that is known. Absent in early recordings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<u32>,
}

/// What became of one of the task's checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckSeen {
    /// What was checked, in a line.
    pub check: String,
    /// Whether it holds.
    pub holds: bool,
    /// What was found.
    pub seen: String,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The planner finished and all checks hold.
    Done,
    /// A check failed, or the agent gave up.
    NotAchieved,
    /// The environment failed: the display died, a program did not start, the screen could not be read.
    Failed,
    /// A person or a limit stopped it.
    Stopped,
    /// It cannot go on without a person.
    NeedsPerson,
}

#[cfg(test)]
mod tests {
    use sightstep_actions::plan::Button;
    use sightstep_actions::space::FramePoint;
    use sightstep_actions::verdict::{Evidence, Judgement};

    use super::super::seen::{TargetSeen, WordSeen};
    use super::*;

    fn all() -> Vec<Event> {
        let click = Action::Click { at: FramePoint { x: 3, y: 4 }, button: Button::Left, count: 1 };
        let plan = Plan { thought: Some("why".into()), reflection: None, actions: vec![click.clone()], expect: vec![] };
        let receipt = Receipt { method: "mouse".into(), millis: 1.5, note: None };
        let evidence = Evidence {
            rule: "screen_changed".into(),
            holds: Some(true),
            seen: "1 place".into(),
            area: Some([1, 2, 3, 4]),
        };
        let verdict = Verdict { judgement: Judgement::Confirmed, evidence: vec![evidence] };
        let screen = ScreenSeen { display: "sandbox".into(), width: 640, height: 480, origin: [0, 0], scale: 1.0 };
        let terms = Terms {
            steps: 9,
            seconds: 60,
            allow: vec![],
            deny: vec!["open".into()],
            confirm: vec![],
            fields: [("password".into(), "Password".into())].into(),
            may_be_infeasible: false,
        };
        let word = WordSeen { text: "hi".into(), area: [1, 2, 3, 4] };
        let line = LineSeen { text: "hi".into(), area: [1, 2, 3, 4], confidence: 0.93, words: vec![word] };
        let element = ElementSeen {
            kind: "checkbox".into(),
            text: "hi".into(),
            area: [1, 2, 3, 4],
            checked: Some(true),
            ..ElementSeen::default()
        };
        let window = WindowSeen { title: "Untitled".into(), area: [0, 0, 9, 9], active: true, process: None };
        vec![
            Event::RunStarted {
                at: "2026-01-02T03:04:05Z".into(),
                sightstep: "0.1.0".into(),
                task: "note".into(),
                goal: "Type {password}".into(),
                model: "reader".into(),
                profile: Some("qwen3-vl".into()),
                wire: Some("chat".into()),
                screen,
                terms: Some(terms),
                task_file: Some(Box::new(TaskSeen {
                    content: serde_json::json!({ "goal": "Type {password}" }),
                    folder: "/tasks".into(),
                    inputs: [("password".into(), "{password}".into())].into(),
                })),
            },
            Event::Observed {
                step: 1,
                frame: "ab".into(),
                still: true,
                waited_ms: 0.5,
                volatile: vec![],
                caret: Some([1, 2, 1, 18]),
                before_caret: Some("hi".into()),
                hidden: vec![[1, 2, 3, 4]],
                windows: vec![window],
            },
            Event::Read { frame: "ab".into(), lines: vec![line], elements: vec![element] },
            Event::Answered { frame: "ab".into(), question: "Is it?".into(), answer: "yes".into() },
            Event::Planned {
                step: 1,
                raw: "{}".into(),
                prompt_digest: None,
                exchange: None,
                plan: plan.clone(),
                healed: Some(Healed {
                    step: 3,
                    number: 1,
                    was: TargetSeen { at: [3, 4], text: Some("OK".into()) },
                    now: TargetSeen { at: [5, 6], text: None },
                    model: "reader".into(),
                    thought: None,
                }),
                millis: 2.0,
            },
            Event::Planned {
                step: 2,
                raw: "click".into(),
                prompt_digest: Some("ab12".into()),
                exchange: Some(Exchange {
                    first_token_ms: 1.5,
                    prompt_tokens: Some(9),
                    reused_tokens: Some(4),
                    tokens: None,
                    picture: Some([644, 476]),
                    requests: 2,
                    temperature: Some(0.3),
                    reasoning: None,
                    unreadable: vec!["hm".into()],
                    left_out: vec![],
                }),
                plan,
                healed: None,
                millis: 2.0,
            },
            Event::Acted { step: 1, number: 1, action: click.clone(), acted: Acted::Receipt(receipt) },
            Event::Acted { step: 1, number: 2, action: click.clone(), acted: Acted::Refused("open".into()) },
            Event::Acted { step: 1, number: 2, action: click, acted: Acted::Failed("no".into()) },
            Event::Verified { step: 1, number: 1, before: "ab".into(), after: "cd".into(), verdict, millis: 0.1 },
            Event::Asked { step: 1, question: "which?".into(), answer: None },
            Event::RunFinished {
                outcome: Outcome::Done,
                reason: None,
                answer: None,
                checks: vec![CheckSeen { check: "file note.txt".into(), holds: true, seen: "5 bytes".into() }],
                steps: 1,
            },
        ]
    }

    #[test]
    fn every_event_comes_back() {
        for event in all() {
            let entry = Entry { t: 0.25, event };
            let line = serde_json::to_string(&entry).unwrap();
            assert_eq!(serde_json::from_str::<Entry>(&line).unwrap(), entry, "{line}");
        }
    }

    #[test]
    fn lines_are_flat_and_named() {
        let event = all().into_iter().find(|event| matches!(event, Event::Verified { .. })).unwrap();
        let line = serde_json::to_value(Entry { t: 1.0, event }).unwrap();
        assert_eq!(line["event"], "verified");
        assert_eq!(line["verdict"], "confirmed");
        assert_eq!(line["evidence"][0]["box"], serde_json::json!([1, 2, 3, 4]));
    }

    #[test]
    fn events_and_fields_of_later_versions_are_read() {
        let later = r#"{"t":1.0,"event":"dreamed","of":"sheep"}"#;
        assert_eq!(serde_json::from_str::<Entry>(later).unwrap().event, Event::Unknown);
        let added = r#"{"t":1.0,"event":"asked","step":2,"question":"?","answer":null,"mood":"good"}"#;
        assert!(matches!(serde_json::from_str::<Entry>(added).unwrap().event, Event::Asked { step: 2, .. }));
    }
}
