//! Every type of action with what must and must not confirm it.

use std::sync::Arc;
use std::time::Duration;

use image::{Rgb, RgbImage};
use sightstep_actions::plan::{Button, Direction};
use sightstep_vision::frame::Frame;
use sightstep_vision::read::{Line, Reading};
use sightstep_vision::screen::{Settled, Window};

use super::*;
use crate::cached_reader::Read;

/// Reads one text from frames that begin with a white pixel and another from the rest.
struct Says(&'static str, &'static str);

impl Read for Says {
    fn read(&mut self, frame: &Frame) -> Result<Arc<Reading>, ReadError> {
        let text = if frame.pixels().get_pixel(0, 0).0 == [255; 3] { self.1 } else { self.0 };
        let line = Line { text: text.into(), area: Rect::new(10, 10, 80, 16), confidence: 0.9, words: Vec::new() };
        Ok(Arc::new(Reading { lines: vec![line], elements: Vec::new() }))
    }
}

fn seen(picture: RgbImage, still: bool, titles: &[&str]) -> Observation {
    let window = |t: &&str| Window { title: (*t).into(), area: Rect::new(0, 0, 9, 9), active: false, process: None };
    Observation {
        settled: Settled {
            frame: Frame::from_image(picture),
            still,
            waited: Duration::ZERO,
            volatile: Vec::new(),
            caret: None,
            before_caret: None,
        },
        windows: titles.iter().map(window).collect(),
        pointer: None,
    }
}

fn before() -> RgbImage {
    RgbImage::new(400, 400)
}

fn after() -> RgbImage {
    let mut picture = before();
    picture.put_pixel(0, 0, Rgb([255; 3]));
    // Strokes, not a box: that could be a hint.
    (12..24).for_each(|y| (10..70).step_by(3).for_each(|x| picture.put_pixel(x, y, Rgb([200; 3]))));
    picture
}

/// The same, but a line differs only at its ends, as by a caret and a scroll bar.
fn after_bar() -> RgbImage {
    let mut picture = before();
    picture.put_pixel(0, 0, Rgb([255; 3]));
    picture.put_pixel(10, 15, Rgb([200; 3]));
    (80..88).for_each(|x| picture.put_pixel(x, 15, Rgb([200; 3])));
    picture
}

const FIELD: Rect = Rect { x: 10, y: 10, w: 60, h: 14 };
/// A scroll bar whose box, with the one below, holds the line.
const BAR: Rect = Rect { x: 0, y: 4, w: 88, h: 120 };
/// Beside a click further down.
const CLOCK: Rect = Rect { x: 10, y: 10, w: 70, h: 16 };
const FAR: Rect = Rect { x: 10, y: 250, w: 90, h: 24 };
const NEXT_LINE: Rect = Rect { x: 10, y: 60, w: 1, h: 15 };
const CARET: Rect = Rect { x: 300, y: 300, w: 1, h: 15 };
const NEAR_CARET: Rect = Rect { x: 25, y: 8, w: 1, h: 15 };

struct Case {
    name: &'static str,
    action: Action,
    changes: &'static [Rect],
    read: (&'static str, &'static str),
    expected: Judgement,
}

async fn judged(case: &Case, still: bool) -> Judgement {
    let reader = CachedReader::new(Says(case.read.0, case.read.1));
    let (before, after) = (seen(before(), true, &[]), seen(after(), still, &[]));
    judge(&case.action, case.changes, &before, &after, &reader).await.unwrap().judgement
}

fn case(
    name: &'static str,
    action: Action,
    changes: &'static [Rect],
    read: (&'static str, &'static str),
    expected: Judgement,
) -> Case {
    Case { name, action, changes, read, expected }
}

fn at(x: u32, y: u32) -> FramePoint {
    FramePoint { x, y }
}

fn click(x: u32, y: u32) -> Action {
    Action::Click { at: at(x, y), button: Button::Left, count: 1 }
}

fn text(text: &str) -> Action {
    Action::Type { text: text.into() }
}

fn key(keys: &[&str]) -> Action {
    Action::Key { keys: keys.iter().map(|k| (*k).to_owned()).collect() }
}

async fn all_as_expected(cases: &[Case]) {
    let mut wrong = Vec::new();
    for case in cases {
        let found = judged(case, true).await;
        if found != case.expected {
            wrong.push((case.name, found, case.expected));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[tokio::test]
async fn the_pointer() {
    use Judgement::{Confirmed, NoEffect, Unknown};
    let drag = Action::Drag { path: vec![at(390, 390), at(20, 15)], button: Button::Left };
    let press = Action::Press { button: Button::Left, at: Some(at(20, 15)) };
    all_as_expected(&[
        case("click", click(20, 15), &[FIELD], ("", ""), Confirmed),
        case("click, nothing", click(20, 15), &[], ("", ""), NoEffect),
        case("click, far caret", click(20, 15), &[CARET], ("", ""), NoEffect),
        case("click, near caret", click(20, 15), &[NEAR_CARET], ("", ""), Unknown),
        case("click, caret moved here", click(20, 15), &[NEAR_CARET, CARET], ("", ""), Confirmed),
        case("click, far text", click(200, 300), &[FIELD], ("0", "7"), Confirmed),
        case("click, far clock", click(200, 300), &[FIELD], ("12:04", "12:05"), Unknown),
        case("click, far picture", click(20, 15), &[FAR], ("same", "same"), Unknown),
        case("click, clock beside", click(20, 60), &[CLOCK], ("12:04", "12:05"), Unknown),
        case("click, word beside", click(20, 60), &[CLOCK], ("off", "on"), Confirmed),
        case("click, far carets", click(20, 390), &[NEAR_CARET, CARET], ("", ""), Confirmed),
        case("drag to a place", drag.clone(), &[FIELD], ("", ""), Confirmed),
        case("drag, nothing", drag, &[], ("", ""), NoEffect),
        case("press", press.clone(), &[FIELD], ("", ""), Confirmed),
        case("press, far", press, &[FAR], ("", ""), Unknown),
        case("move, nothing", Action::Move { at: at(20, 15) }, &[], ("", ""), Unknown),
    ])
    .await;
}

#[tokio::test]
async fn a_scroll_bar_over_the_end_of_a_line_is_no_new_text() {
    let reader = CachedReader::new(Says("22/tcp", "22/ten"));
    let (before, after) = (seen(before(), true, &[]), seen(after_bar(), true, &[]));
    let verdict = judge(&click(200, 300), &[BAR], &before, &after, &reader).await.unwrap();
    assert_eq!(verdict.judgement, Judgement::Unknown);
}

#[tokio::test]
async fn the_keyboard() {
    use Judgement::{Confirmed, Contradicted, NoEffect, Unknown};
    all_as_expected(&[
        case("read back", text("hello"), &[FIELD], ("say", "say hello"), Confirmed),
        case("a second time", text("hello"), &[FIELD], ("hello", "hello hello"), Confirmed),
        case("it stood there", text("hello"), &[FIELD], ("hello", "hello"), Unknown),
        case("a lost letter", text("hello"), &[FIELD], ("", "helo"), Contradicted),
        case("dots", text("secret"), &[FIELD], ("", "••••••"), Unknown),
        case("nothing", text("hello"), &[], ("", "hello"), NoEffect),
        case("only a caret", text("hello"), &[NEAR_CARET], ("hello", "hello"), NoEffect),
        case("narrow letter", text("l"), &[NEAR_CARET], ("", "l"), Unknown),
        case("with Enter, gone", text("ls\n"), &[FIELD], ("", "other"), Unknown),
        case("Enter without effect", text("hello\n"), &[FIELD], ("", "hello"), Unknown),
        case("Enter", text("hello\n"), &[FIELD, NEXT_LINE], ("", "hello"), Confirmed),
        case("only Enter", text("\n"), &[FIELD], ("", ""), Confirmed),
        case("copy", key(&["ctrl", "c"]), &[], ("", ""), Unknown),
        case("key, nothing", key(&["enter"]), &[], ("", ""), NoEffect),
        case("key, blink", key(&["enter"]), &[CARET], ("", ""), Unknown),
        case("key, caret moved", key(&["right"]), &[CARET, NEAR_CARET], ("", ""), Confirmed),
        case("key, clock", key(&["tab"]), &[FIELD], ("12:04", "12:05"), Unknown),
        case("key, clock and blink", key(&["tab"]), &[FIELD, CARET], ("12:04", "12:05"), Unknown),
        case("shift down", Action::KeyDown { key: "shift".into() }, &[CARET], ("", ""), Unknown),
        case("a bar fades", Action::KeyDown { key: "shift".into() }, &[FAR], ("", ""), Unknown),
    ])
    .await;
}

#[tokio::test]
async fn programs_and_looking() {
    use Judgement::{Confirmed, NoEffect, Unknown};
    let open = Action::Open { app: "mousepad".into() };
    all_as_expected(&[
        case("title is read", open.clone(), &[FAR], ("", "Untitled - Mousepad"), Confirmed),
        case("title stood there", open.clone(), &[FAR], ("Mousepad", "Mousepad"), Unknown),
        case("nothing opened", open, &[], ("", ""), NoEffect),
        case("wait", Action::Wait { seconds: 1.0 }, &[], ("", ""), Unknown),
    ])
    .await;
}

#[tokio::test]
async fn a_moving_screen_confirms_nothing() {
    let moving = case("click", click(20, 15), &[FIELD], ("", ""), Judgement::Unknown);
    assert_eq!(judged(&moving, false).await, moving.expected);
}

#[tokio::test]
async fn a_second_window_of_the_same_title_is_a_new_one() {
    let open = Action::Open { app: "xterm".into() };
    let reader = CachedReader::new(Says("", ""));
    let (one, two) = (seen(before(), true, &["xterm"]), seen(before(), true, &["xterm", "xterm"]));
    assert_eq!(judge(&open, &[FAR], &one, &two, &reader).await.unwrap().judgement, Judgement::Confirmed);
    assert_eq!(judge(&open, &[], &one, &one, &reader).await.unwrap().judgement, Judgement::NoEffect);
}

#[tokio::test]
async fn of_two_windows_over_each_other_one_may_close_unseen() {
    let reader = CachedReader::new(Says("", ""));
    let (one, two) = (seen(before(), true, &["Updates"]), seen(before(), true, &["Updates", "Updates"]));
    let escape = key(&["escape"]);
    assert_eq!(judge(&escape, &[], &two, &one, &reader).await.unwrap().judgement, Judgement::Confirmed);
    assert_eq!(judge(&escape, &[], &one, &two, &reader).await.unwrap().judgement, Judgement::NoEffect);
    assert_eq!(judge(&escape, &[], &two, &two, &reader).await.unwrap().judgement, Judgement::NoEffect);
}

#[tokio::test]
async fn a_title_that_is_drawn_late_is_no_effect() {
    const BAR: &[Rect] = &[Rect { x: 60, y: 70, w: 90, h: 11 }];
    const BOTH: &[Rect] = &[BAR[0], FIELD];
    let reader = CachedReader::new(Says("", ""));
    let called = |title: &str| {
        let window = Window { title: title.into(), area: Rect::new(50, 90, 300, 200), active: true, process: None };
        Observation { windows: vec![window], ..seen(before(), true, &[]) }
    };
    let cases = [
        (BAR, "*Untitled", "*Untitled", Judgement::NoEffect),
        (BAR, "Untitled", "*Untitled", Judgement::Confirmed),
        (BOTH, "*Untitled", "*Untitled", Judgement::Confirmed),
    ];
    for (changes, was, is, expected) in cases {
        let found =
            judge(&key(&["ctrl", "s", "x"]), changes, &called(was), &called(is), &reader).await.unwrap().judgement;
        assert_eq!(found, expected, "{was} {is} {}", changes.len());
    }
}

/// Lines of different colours, scrolled down by so many pixels.
fn scrolled(by: i32) -> RgbImage {
    let colour = |line: i32| {
        let mixed = (line as u32).wrapping_mul(0x9E37_79B1);
        let [r, g, b, _] = (mixed ^ (mixed >> 15)).wrapping_mul(0x85EB_CA6B).to_be_bytes();
        Rgb([r, g, b])
    };
    let is_pane = |x, y| (50..350).contains(&x) && (50..350).contains(&y);
    RgbImage::from_fn(400, 400, |x, y| if is_pane(x, y) { colour(y as i32 + by) } else { Rgb([0; 3]) })
}

#[tokio::test]
async fn scrolled_content_moves_the_right_way() {
    const PANE: &[Rect] = &[Rect { x: 50, y: 50, w: 300, h: 300 }];
    let scroll = |direction| Action::Scroll { at: Some(at(200, 200)), direction, ticks: 5 };
    let reader = CachedReader::new(Says("", ""));
    let cases = [
        (Direction::Down, 120, PANE, Judgement::Confirmed),
        (Direction::Up, -45, PANE, Judgement::Confirmed),
        (Direction::Up, 120, PANE, Judgement::Contradicted),
        (Direction::Down, 5000, PANE, Judgement::Confirmed),
        (Direction::Down, 0, &[], Judgement::NoEffect),
        (Direction::Down, 0, &[CARET], Judgement::NoEffect),
        (Direction::Down, 0, &[FIELD], Judgement::Unknown),
    ];
    let mut wrong = Vec::new();
    for (direction, by, changes, expected) in cases {
        let (one, two) = (seen(scrolled(0), true, &[]), seen(scrolled(by), true, &[]));
        let found = judge(&scroll(direction), changes, &one, &two, &reader).await.unwrap().judgement;
        if found != expected {
            wrong.push((direction, by, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}
