//! Tests that what is reused changes nothing: the logits and answers are those of reading everything anew.

use sightstep_vision::frame::Frame;

use super::goldens::{conversation, folder, picture};
use crate::model::observe;
use crate::session::prompt::Prompt;
use crate::{Content, Engine, LoadOptions, Message, Params, Role, Session};

/// The greatest difference of a logit, as a part of the greatest logit.
const TOLERANCE: f32 = 1e-5;

const FAMILIES: [&str; 5] = ["qwen2_vl", "qwen2_5_vl", "opencua", "qwen3_vl", "qwen3_vl_moe"];

fn engine(family: &str) -> Engine {
    Engine::load(&folder(family), &LoadOptions::default()).unwrap()
}

fn asked(seed: u32, text: &str) -> Message {
    let shown = Content::Picture(Frame::from_image(picture(120, 90, seed)));
    Message { role: Role::User, content: vec![Content::Text(text.into()), shown] }
}

fn params(max_tokens: usize) -> Params {
    Params { max_tokens, ..Params::default() }
}

/// The answer's text, tokens, and how many tokens of the prompt had been read before.
fn answer(session: &mut Session, messages: &[Message], max_tokens: usize) -> (String, Vec<u32>, usize) {
    let mut answer = session.generate(messages, &params(max_tokens)).unwrap();
    answer.until(|_| false).unwrap();
    (answer.text().to_owned(), answer.tokens().to_vec(), answer.usage().reused_tokens)
}

fn prompt(session: &Session, messages: &[Message]) -> Prompt {
    session.engine().prompt(&session.ids(messages).unwrap(), messages).unwrap()
}

fn logits(session: &mut Session, prompt: &Prompt) -> Vec<f32> {
    session.read(prompt, &mut observe::nobody).unwrap().0
}

fn far(found: &[f32], right: &[f32]) -> bool {
    let most = right.iter().fold(0f32, |most, logit| most.max(logit.abs()));
    found.len() != right.len() || found.iter().zip(right).any(|(a, b)| (a - b).abs() > TOLERANCE * most)
}

#[test]
fn a_conversation_that_goes_on_is_not_read_again() {
    let mut wrong = Vec::new();
    for family in FAMILIES {
        let engine = engine(family);
        let mut session = engine.session();
        let mut messages = vec![asked(1, "Where? ")];
        for step in 2..6 {
            let (text, tokens, _) = answer(&mut session, &messages, 9);
            let before = prompt(&session, &messages).tokens.len();
            messages.push(Message::text(Role::Assistant, text));
            messages.push(asked(step, "And now? "));
            let whole = prompt(&session, &messages);
            let right = logits(&mut engine.session(), &whole);
            let mut fork = session.fork().unwrap();
            let reused = session.read(&whole, &mut observe::nobody).unwrap().2.reused_tokens;
            // All but the last token of the answer had been read, and that too where it was guessed; the tokens are those
            // that were generated.
            if reused < before + tokens.len() - 1 || far(&logits(&mut fork, &whole), &right) {
                wrong.push(format!("{family}, step {step}: {reused} reused behind {before}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn answers_that_read_the_same_keep_their_own_tokens() {
    let engine = engine("qwen2_5_vl");
    let mut session = engine.session();
    let tokens = |text: &str| engine.tokenizer().encode(text).unwrap();
    let (whole, parts) = (tokens("the"), ["t", "h", "e"].map(tokens).concat());
    assert_eq!((whole.len(), parts.len()), (1, 3));
    for tokens in [&parts, &whole] {
        session.remember("the".into(), tokens.clone());
    }
    let said = || Message::text(Role::Assistant, "the");
    let ids = session.ids(&[Message::text(Role::User, "a"), said(), Message::text(Role::User, "b"), said()]).unwrap();
    let first = ids.windows(3).position(|ids| ids == parts);
    let second = ids.iter().position(|id| *id == whole[0]);
    assert!(first.is_some() && first < second, "{first:?} {second:?} in {ids:?}");
}

#[test]
fn a_history_that_loses_its_oldest_picture_is_read_from_there() {
    let engine = engine("qwen2_5_vl");
    let mut session = engine.session();
    let said = |n: u32| Message::text(Role::Assistant, format!("click({n})"));
    let all = [asked(1, "a"), said(1), asked(2, "b"), said(2), asked(3, "c")];
    let first = answer(&mut session, &all, 3);
    let mut fewer = all.to_vec();
    fewer[0] = Message::text(Role::User, "a");
    let (_, tokens, reused) = answer(&mut session, &fewer, 20);
    let fresh = answer(&mut engine.session(), &fewer, 20);
    assert_eq!((first.2, fresh.2), (0, 0));
    assert_eq!(tokens, fresh.1);
    let common = engine.tokenizer().encode(&engine.render(&[Message::text(Role::User, "a")]).unwrap()).unwrap();
    assert!((1..common.len()).contains(&reused), "{reused}");
}

#[test]
fn the_same_prompt_again_costs_one_token() {
    let mut wrong = Vec::new();
    for family in FAMILIES {
        let mut session = engine(family).session();
        let messages = conversation("three");
        let whole = prompt(&session, &messages);
        let first = logits(&mut session, &whole);
        let (again, _, usage) = session.read(&whole, &mut observe::nobody).unwrap();
        if usage.reused_tokens != whole.tokens.len() - 1 || usage.pictures_encoded != 0 || far(&again, &first) {
            wrong.push(format!("{family}: {usage:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn forks_go_their_own_ways() {
    let engine = engine("qwen3_vl");
    let mut session = engine.session();
    let start = answer(&mut session, &[asked(1, "Where? ")], 5);
    let with = |session: &mut Session, text: &str| {
        let said = Message::text(Role::Assistant, start.0.clone());
        answer(session, &[asked(1, "Where? "), said, Message::text(Role::User, text)], 12).1
    };
    let mut fork = session.fork().unwrap();
    let (left, right) = (with(&mut fork, "left"), with(&mut session, "right"));
    assert_eq!(with(&mut session.fork().unwrap(), "left"), left);
    assert_eq!(with(&mut fork, "right"), right);
}

#[test]
fn a_picture_that_was_encoded_is_not_encoded_again() {
    let engine = engine("qwen2_5_vl");
    let ask = |text| {
        let mut session = engine.session();
        let mut answer = session.generate(&[asked(7, text)], &params(16)).unwrap();
        answer.until(|_| false).unwrap();
        let usage = answer.usage();
        (answer.tokens().to_vec(), usage.pictures_encoded, usage.pictures_reused)
    };
    let (first, again) = (ask("x"), ask("x"));
    assert_eq!((first.1, first.2, again.1, again.2), (1, 0, 0, 1));
    assert_eq!(first.0, again.0);
}

#[test]
fn many_steps_hold_no_more_than_the_last() {
    let engine = engine("qwen2_vl");
    let mut session = engine.session();
    for step in 0..200 {
        answer(&mut session, &[asked(step, "x")], 2);
    }
    assert!(engine.pictures_kept() <= 8);
    assert!(session.remembered() <= 64);
}

#[test]
fn guessing_changes_nothing_but_the_time() {
    let mut wrong = Vec::new();
    let mut accepted = 0;
    for family in FAMILIES {
        let engine = engine(family);
        for case in ["one", "three", "odd"] {
            let ask = |draft: bool, messages: &[Message]| {
                let mut session = engine.session();
                let params = Params { draft, ..params(96) };
                let mut answer = session.generate(messages, &params).unwrap();
                answer.until(|_| false).unwrap();
                (answer.tokens().to_vec(), answer.usage())
            };
            let mut messages = conversation(case);
            let (right, plain) = ask(false, &messages);
            let (found, usage) = ask(true, &messages);
            // The same answer before makes for guesses that are right; a random one may hold the model's own marks.
            let text = engine.tokenizer().decode(&right).unwrap().replace("<|", "< |");
            messages.push(Message::text(Role::Assistant, text));
            messages.push(Message::text(Role::User, "And again? "));
            let (again_right, _) = ask(false, &messages);
            let (again, again_usage) = ask(true, &messages);
            accepted += usage.accepted_tokens + again_usage.accepted_tokens;
            if found != right || again != again_right || plain.drafted_tokens != 0 || usage.drafted_tokens == 0 {
                wrong.push(format!("{family} {case}: {usage:?} {again_usage:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(accepted > 0, "no guess was ever right");
}

#[test]
fn an_answer_stops_where_it_is_told_to() {
    let engine = engine("qwen2_vl");
    let mut session = engine.session();
    let mut whole = session.generate(&conversation("one"), &params(40)).unwrap();
    whole.until(|_| false).unwrap();
    let text = whole.text().to_owned();
    drop(whole);
    let mut part = session.generate(&conversation("one"), &params(40)).unwrap();
    part.until(|text| text.chars().count() >= 5).unwrap();
    assert!(part.tokens().len() < 40 && text.starts_with(part.text()), "{:?} of {text:?}", part.text());
}

#[test]
fn pieces_make_up_the_text() {
    let engine = engine("qwen2_5_vl");
    let mut session = engine.session();
    let mut answer = session.generate(&conversation("one"), &params(64)).unwrap();
    let pieces: Vec<_> = answer.by_ref().map(Result::unwrap).collect();
    let text: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
    assert_eq!(text, answer.text());
    assert_eq!(text, engine.tokenizer().decode(answer.tokens()).unwrap());
}

#[test]
fn a_prompt_that_is_too_long_or_has_marks_of_its_own_is_refused() {
    let options = LoadOptions { context: 40, ..LoadOptions::default() };
    let small = Engine::load(&folder("qwen2_vl"), &options).unwrap();
    let said = small.session().generate(&conversation("three"), &params(1)).err().unwrap().to_string();
    assert!(said.contains("tokens and the session holds 40") && said.contains("hint:"), "{said}");
    let marks = Message::text(Role::User, "What is <|image_pad|>?");
    let said = engine("qwen2_vl").session().generate(&[marks], &params(1)).err().unwrap().to_string();
    assert!(said.contains("1 places for 0 pictures"), "{said}");
}
