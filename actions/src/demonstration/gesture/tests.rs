//! Inputs with their times, and the actions that they are.

use super::*;
use crate::space::Size;

const VIEW: View = View { origin: DesktopPoint { x: 100, y: 0 }, size: Size { width: 640, height: 480 }, scale: 1.0 };

fn at(x: i32, y: i32) -> DesktopPoint {
    DesktopPoint { x, y }
}

fn struck(name: &str) -> Input {
    let mut keys: Vec<&str> = name.split('+').collect();
    let key = keys.pop().unwrap().parse().unwrap();
    let has = |name: &str| keys.contains(&name);
    Input::Key(Struck { key, shift: has("shift"), ctrl: has("ctrl"), alt: has("alt"), super_: has("super") })
}

/// The actions of inputs, each so many milliseconds after the one before.
fn gathered(inputs: &[(u64, Input)]) -> Vec<(Action, bool)> {
    let (mut gatherer, mut now) = (GestureRecognizer::new(VIEW), Instant::now());
    for (millis, input) in inputs {
        now += Duration::from_millis(*millis);
        gatherer.feed(Heard { at: now, input: *input });
    }
    gatherer.finish();
    std::iter::from_fn(|| gatherer.take()).map(|gesture| (gesture.action, gesture.is_secret)).collect()
}

fn actions(inputs: &[(u64, Input)]) -> Vec<String> {
    gathered(inputs).into_iter().map(|(action, _)| serde_json::to_string(&action).unwrap()).collect()
}

fn click(button: u8, x: i32, y: i32) -> [(u64, Input); 2] {
    [(100, Input::Press(button, at(x, y))), (60, Input::Release(button, at(x + 1, y)))]
}

#[test]
fn presses_are_clicks_by_their_count_and_drags_by_their_way() {
    let double = [click(1, 150, 20), click(1, 150, 20)].concat();
    assert_eq!(actions(&double), [r#"{"type":"click","at":{"x":50,"y":20},"button":"left","count":2}"#]);
    let apart = [click(1, 150, 20).as_slice(), &[(600, Input::Moved(at(150, 20)))], &click(3, 150, 20)].concat();
    assert_eq!(
        actions(&apart),
        [
            r#"{"type":"click","at":{"x":50,"y":20},"button":"left","count":1}"#,
            r#"{"type":"click","at":{"x":50,"y":20},"button":"right","count":1}"#
        ]
    );
    let drag = [
        (0, Input::Press(1, at(150, 20))),
        (20, Input::Moved(at(180, 20))),
        (20, Input::Moved(at(200, 30))),
        (20, Input::Moved(at(260, 60))),
        (20, Input::Release(1, at(265, 60))),
    ];
    assert_eq!(
        actions(&drag),
        [r#"{"type":"drag","path":[{"x":50,"y":20},{"x":100,"y":30},{"x":165,"y":60}],"button":"left"}"#]
    );
}

#[test]
fn notches_are_one_scroll_until_they_turn() {
    let notch = |number| [(50, Input::Press(number, at(150, 20))), (5, Input::Release(number, at(150, 20)))];
    let turned = [notch(5), notch(5), notch(5), notch(4)].concat();
    assert_eq!(
        actions(&turned),
        [
            r#"{"type":"scroll","at":{"x":50,"y":20},"direction":"down","ticks":3}"#,
            r#"{"type":"scroll","at":{"x":50,"y":20},"direction":"up","ticks":1}"#
        ]
    );
}

#[test]
fn letters_are_one_text_and_commands_are_chords() {
    let keys =
        ["shift+H", "i", "space", "x", "backspace", "é", "shift+!", "enter", "ctrl+shift+S", "shift+tab", "backspace"];
    let inputs: Vec<(u64, Input)> = keys.iter().map(|key| (90, struck(key))).collect();
    assert_eq!(
        actions(&inputs),
        [
            r#"{"type":"type","text":"Hi é!"}"#,
            r#"{"type":"key","keys":["enter"]}"#,
            r#"{"type":"key","keys":["ctrl","shift","s"]}"#,
            r#"{"type":"key","keys":["shift","tab"]}"#,
            r#"{"type":"key","keys":["backspace"]}"#
        ]
    );
    let pause = [(0, struck("a")), (2500, struck("b"))];
    assert_eq!(actions(&pause), [r#"{"type":"type","text":"a"}"#, r#"{"type":"type","text":"b"}"#]);
}

#[test]
fn what_is_typed_between_two_pause_keys_is_secret() {
    let keys = ["a", "pause", "b", "c", "pause", "d"].map(|key| (90, struck(key)));
    let gathered = gathered(&keys);
    let secret: Vec<_> = gathered.iter().map(|(action, is_secret)| (action.clone(), *is_secret)).collect();
    let text = |text: &str| Action::Type { text: text.into() };
    assert_eq!(secret, [(text("a"), false), (text("bc"), true), (text("d"), false)]);
}

#[test]
fn what_is_outside_the_part_is_left_out() {
    assert!(actions(&click(1, 50, 20)).is_empty());
}

#[test]
fn a_gesture_begins_with_its_first_input() {
    let (mut gatherer, start) = (GestureRecognizer::new(VIEW), Instant::now());
    assert_eq!(gatherer.next_begun(), None);
    gatherer.feed(Heard { at: start, input: struck("a") });
    let later = start + Duration::from_millis(500);
    gatherer.feed(Heard { at: later, input: struck("b") });
    assert_eq!((gatherer.next_begun(), gatherer.take()), (Some(start), None));
    gatherer.tick(later + TEXT + Duration::from_millis(1));
    let gesture = gatherer.take().unwrap();
    assert_eq!((gesture.begun, gesture.ended), (start, later));
}

#[test]
fn modifiers_are_told_of_where_the_pointer_acts_with_them() {
    let ctrl = Key::Named(Named::Ctrl);
    let with_ctrl = [
        [(90, struck("ctrl"))].as_slice(),
        &click(1, 150, 20),
        &[(600, Input::Moved(at(150, 60)))],
        &click(1, 150, 60),
        &[(50, Input::Up(ctrl))],
        &click(1, 150, 90),
    ]
    .concat();
    let click_at = |y: i32| format!(r#"{{"type":"click","at":{{"x":50,"y":{y}}},"button":"left","count":1}}"#);
    assert_eq!(
        actions(&with_ctrl),
        [
            r#"{"type":"key_down","key":"ctrl"}"#.to_owned(),
            click_at(20),
            click_at(60),
            r#"{"type":"key_up","key":"ctrl"}"#.to_owned(),
            click_at(90)
        ]
    );
    // With keys alone they are part of the chord.
    let chord = [(90, struck("ctrl")), (20, struck("ctrl+s")), (20, Input::Up(ctrl))];
    assert_eq!(actions(&chord), [r#"{"type":"key","keys":["ctrl","s"]}"#]);
    // What is still held goes up with the recording.
    let open = [[(90, struck("shift"))].as_slice(), &click(1, 150, 20)].concat();
    assert_eq!(
        actions(&open),
        [
            r#"{"type":"key_down","key":"shift"}"#.to_owned(),
            click_at(20),
            r#"{"type":"key_up","key":"shift"}"#.to_owned()
        ]
    );
}

#[test]
fn a_dead_key_is_in_the_letter_that_follows() {
    let acute = Input::Dead(Accent { mark: '\u{301}', alone: '\'' });
    let inputs = [
        (90, struck("c")),
        (90, struck("a")),
        (90, struck("f")),
        (90, acute),
        (90, struck("e")),
        (90, acute),
        (20, struck("shift")),
        (90, struck("shift+E")),
        (90, acute),
        (90, struck("space")),
        (90, acute),
        (90, struck("enter")),
        (90, struck("e")),
    ];
    assert_eq!(
        actions(&inputs),
        [r#"{"type":"type","text":"caféÉ'"}"#, r#"{"type":"key","keys":["enter"]}"#, r#"{"type":"type","text":"e"}"#]
    );
}
