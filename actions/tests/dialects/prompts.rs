//! What models are told.

use sightstep_actions::profile::{Conversation, Message, Part, Role, Turn};
use sightstep_actions::profile::{Images, Profile};

use super::FULL_HD;

/// A conversation of so many steps, each with its picture, and the current one.
fn conversation(steps: usize) -> Conversation {
    let turn = |step| Turn {
        answer: format!("Thought: t{step}\nAction: click(start_box='({step},2)')"),
        frame: Some(step),
        feedback: None,
    };
    Conversation {
        goal: "Open {language}".into(),
        language: "French".into(),
        past: (0..steps).map(turn).collect(),
        frame: Some(steps),
        screen: Some(FULL_HD),
    }
}

/// The messages in a line each: `U` the user, `A` the model, `S` the system; `#n` a picture, `t` a text.
fn shape(messages: &[Message]) -> String {
    let part = |part: &Part| match part {
        Part::Text(_) => "t".to_owned(),
        Part::Image(number) => format!("#{number}"),
    };
    let message = |message: &Message| {
        let role = match message.role {
            Role::System => 'S',
            Role::User => 'U',
            Role::Assistant => 'A',
        };
        format!("{role}{}", message.content.iter().map(part).collect::<String>())
    };
    messages.iter().map(message).collect::<Vec<_>>().join(" ")
}

fn shape_of(profile: &str, steps: usize) -> String {
    shape(&Profile::named(profile).unwrap().prompt(&conversation(steps)))
}

fn texts(messages: &[Message]) -> Vec<&str> {
    messages.iter().flat_map(|message| message.content.iter().filter_map(text)).collect()
}

fn text(part: &Part) -> Option<&str> {
    if let Part::Text(text) = part { Some(text) } else { None }
}

#[test]
fn layouts() {
    let cases = [
        ("ui-tars", 0, "St Ut U#0"),
        ("ui-tars", 2, "St Ut U#0 At U#1 At U#2"),
        ("ui-tars", 6, "St Ut At At U#2 At U#3 At U#4 At U#5 At U#6"),
        ("doubao-1.5", 1, "Ut U#0 At U#1"),
        ("qwen2.5-vl", 2, "St U#2t"),
        ("qwen3-vl", 0, "St U#0t"),
        ("qwen3-vl", 2, "St U#0t At U#1 At U#2"),
        ("qwen3-vl", 5, "St U#2t At U#3 At U#4 At U#5"),
        ("opencua", 4, "St U#2t At U#3 At U#4"),
        ("sightstep", 1, "St Ut U#0 At U#1"),
    ];
    let wrong: Vec<_> = cases.iter().filter(|(name, steps, want)| shape_of(name, *steps) != *want).collect();
    assert!(wrong.is_empty(), "{:?}", wrong.iter().map(|(n, s, _)| (n, s, shape_of(n, *s))).collect::<Vec<_>>());
}

#[test]
fn chunked_eviction_is_a_choice() {
    let mut profile = Profile::named("ui-tars").unwrap().clone();
    profile.images = Images::Chunked { hi: 3, lo: 1 };
    let pictures = |steps| shape(&profile.prompt(&conversation(steps))).matches('#').count();
    assert_eq!((0..7).map(pictures).collect::<Vec<_>>(), [1, 2, 3, 1, 2, 3, 1]);
}

#[test]
fn texts_are_filled_in_once() {
    let messages = Profile::named("ui-tars-1.5").unwrap().prompt(&conversation(1));
    let texts = texts(&messages);
    assert_eq!(texts[0], "You are a helpful assistant.");
    assert!(texts[1].contains("- Use French in `Thought` part."), "{}", texts[1]);
    assert!(texts[1].contains("finished(content='xxx')") && !texts[1].contains("call_user"), "{}", texts[1]);
    // A goal that looks like a placeholder stays what it is.
    assert!(texts[1].ends_with("## User Instruction\nOpen {language}\n"), "{}", texts[1]);
    assert_eq!(texts[2], "Thought: t0\nAction: click(start_box='<|box_start|>(0,2)<|box_end|>')");
}

#[test]
fn qwen_is_told_what_was_done_and_its_display() {
    let mut conversation = conversation(2);
    conversation.past[0].answer = "Action: \"Open the menu\"\n<tool_call>\n{}\n</tool_call>".into();
    conversation.past[1].feedback = Some("no effect".into());
    let messages = Profile::named("qwen2.5-vl").unwrap().prompt(&conversation);
    let texts = texts(&messages);
    assert!(texts[0].contains("take screenshots.\\n* The screen's resolution is 1932x1092.\""), "{}", texts[0]);
    let wanted = "Instruction: Open {language}\n\nPrevious actions:\nStep 1: \"Open the menu\"\n\
                  Step 2: click(start_box='(1,2)') (no effect)";
    assert!(texts[1].ends_with(wanted), "{}", texts[1]);
    conversation.past.clear();
    conversation.screen = None;
    let messages = Profile::named("qwen2.5-vl").unwrap().prompt(&conversation);
    assert!(!super::prompts::texts(&messages)[0].contains("resolution"), "no size is known");
    assert!(super::prompts::texts(&messages)[1].ends_with("Previous actions:\nNone"));
}

#[test]
fn what_came_of_a_step_stands_before_the_next_picture() {
    let mut conversation = conversation(1);
    conversation.past[0].feedback = Some("no effect".into());
    let messages = Profile::named("sightstep").unwrap().prompt(&conversation);
    let last = messages.last().unwrap();
    assert_eq!(last.content, [Part::Text("no effect".into()), Part::Image(1)]);
}

#[test]
fn every_text_is_filled_in() {
    for profile in Profile::all() {
        let mut conversation = conversation(1);
        conversation.goal = "GOAL".into();
        for messages in [profile.prompt(&conversation), profile.grounding_prompt(&conversation)] {
            let all = texts(&messages).join("\n");
            for name in ["instruction", "language", "action_space", "functions", "display", "history"] {
                assert!(!all.contains(&format!("{{{name}}}")), "{}: {{{name}}}", profile.name);
            }
            assert!(all.contains("GOAL"), "{}", profile.name);
            assert!(shape(&messages).contains("#1"), "{}: the current picture", profile.name);
        }
    }
}

#[test]
fn messages_are_json() {
    let messages = Profile::named("ui-tars").unwrap().prompt(&conversation(0));
    let json = serde_json::to_value(&messages[2]).unwrap();
    assert_eq!(json, serde_json::json!({ "role": "user", "content": [{ "type": "image", "image": 0 }] }));
}
