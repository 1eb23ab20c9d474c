//! The forms that a clause may have, one by one.

use std::collections::BTreeMap;

use sightstep_vision::read::Role;

use sightstep_actions::plan::Direction;

use super::super::goal_step::DragEnd;
use super::*;

fn parsed(clause: &str) -> Option<Vec<GoalStep>> {
    let inputs = BTreeMap::from([("file".to_owned(), "a b.txt".to_owned())]);
    let (text, literals) = Literals::take(clause, &inputs);
    parse(&text, &literals)
}

fn click(text: &str) -> GoalStep {
    GoalStep::Click { target: Target::of_text(text), button: Button::Left, count: 1 }
}

fn keys(names: &[&str], times: u32) -> GoalStep {
    GoalStep::Press { keys: names.iter().map(|n| (*n).to_owned()).collect(), times }
}

fn when(text: &str, absent: bool, steps: usize) -> GoalStep {
    GoalStep::When { condition: Target::of_text(text), absent, steps }
}

fn window(title: Option<&str>, change: WindowChange, otherwise: Option<&str>) -> GoalStep {
    GoalStep::Window { title: title.map(str::to_owned), change, otherwise: otherwise.map(Target::of_text) }
}

fn typed(text: &str, into: Option<&str>, replace: bool) -> GoalStep {
    GoalStep::Type { text: text.into(), into: into.map(Target::of_text), replace }
}

#[test]
fn clauses_are_understood() {
    let menu =
        |text: &str| Target { kind: Some(Kind::Menu), whole: Some(format!("{text} menu")), ..Target::of_text(text) };
    let field = |text: &str| Target {
        kind: Some(Kind::Element(Role::Field)),
        whole: Some(format!("{text} field")),
        ..Target::of_text(text)
    };
    let file = Target::of_text("File");
    let cases = [
        ("Click 'Sign in'", vec![click("Sign in")]),
        ("click on the OK", vec![click("OK")]),
        (
            "right-click note.txt",
            vec![GoalStep::Click { target: Target::of_text("note.txt"), button: Button::Right, count: 1 }],
        ),
        (
            "double click the note",
            vec![GoalStep::Click { target: Target::of_text("note"), button: Button::Left, count: 2 }],
        ),
        (
            "Click File > Save As",
            vec![GoalStep::Path { parts: vec![Target::of_text("File"), Target::of_text("Save As")] }],
        ),
        ("Type bob into Username", vec![typed("bob", Some("Username"), false)]),
        ("enter {file} in 'Name'", vec![typed("a b.txt", Some("Name"), false)]),
        ("type 'a in b'", vec![typed("a in b", None, false)]),
        ("fill in Name with 'x y'", vec![typed("x y", Some("Name"), true)]),
        ("clear the Name field", vec![GoalStep::Clear { target: field("Name") }]),
        (
            "choose Large from the Size menu",
            vec![GoalStep::Choose { option: Target::of_text("Large"), from: menu("Size") }],
        ),
        ("select Save As in File", vec![GoalStep::Choose { option: Target::of_text("Save As"), from: file }]),
        ("select Large", vec![click("Large")]),
        ("tick Wrap lines", vec![GoalStep::Tick { target: Target::of_text("Wrap lines"), on: true }]),
        ("uncheck 'Wrap lines'", vec![GoalStep::Tick { target: Target::of_text("Wrap lines"), on: false }]),
        ("press Ctrl+S", vec![keys(&["ctrl", "s"], 1)]),
        ("Press the Enter key", vec![keys(&["enter"], 1)]),
        ("press Tab 3 times", vec![keys(&["tab"], 3)]),
        ("press '='", vec![click("=")]),
        ("press 7", vec![keys(&["7"], 1)]),
        ("press Save", vec![click("Save")]),
        ("scroll down", vec![GoalStep::Scroll { direction: Direction::Down, ticks: 5, over: None }]),
        ("scroll up 3 notches", vec![GoalStep::Scroll { direction: Direction::Up, ticks: 3, over: None }]),
        (
            "scroll until 'Item 40' shows",
            vec![GoalStep::ScrollTo { direction: Direction::Down, target: Target::of_text("Item 40") }],
        ),
        ("drag A to B", vec![GoalStep::Drag { from: Target::of_text("A"), to: DragEnd::Target(Target::of_text("B")) }]),
        (
            "drag A 100 pixels to the right",
            vec![GoalStep::Drag { from: Target::of_text("A"), to: DragEnd::By(100, 0) }],
        ),
        ("drag from A down", vec![GoalStep::Drag { from: Target::of_text("A"), to: DragEnd::By(0, 150) }]),
        ("ctrl-click A", vec![GoalStep::ClickHolding { key: "ctrl".into(), target: Target::of_text("A") }]),
        ("copy it", vec![keys(&["ctrl", "c"], 1)]),
        ("press Right 65 times", vec![keys(&["right"], 65)]),
        ("click A if it is there", vec![when("A", false, 1), click("A")]),
        ("if A shows, click B", vec![when("A", false, 1), click("B")]),
        ("if 'A' is not there, press Tab", vec![when("A", true, 1), keys(&["tab"], 1)]),
        ("check that Total is 42", vec![GoalStep::Holds { what: Target::of_text("Total"), value: "42".into() }]),
        (
            "make sure that 'Saved' is shown",
            vec![GoalStep::WaitFor { target: Target::of_text("Saved"), absent: false }],
        ),
        ("wait for the dialog to close", vec![GoalStep::WaitClosed { title: None }]),
        ("wait for the window Notes", vec![GoalStep::WaitOpened { title: "Notes".into() }]),
        ("wait until the window Notes closes", vec![GoalStep::WaitClosed { title: Some("Notes".into()) }]),
        ("switch to Notes", vec![window(Some("Notes"), WindowChange::Activate, Some("Notes"))]),
        ("close the Notes window", vec![window(Some("Notes"), WindowChange::Close, None)]),
        ("maximise the window", vec![window(None, WindowChange::Maximise, None)]),
        (
            "click at 100,200",
            vec![GoalStep::Click {
                target: Target { point: Some((100, 200)), ..Target::default() },
                button: Button::Left,
                count: 1,
            }],
        ),
        ("open mousepad", vec![GoalStep::Open { app: "mousepad".into() }]),
        ("open the File menu", vec![GoalStep::Click { target: menu("File"), button: Button::Left, count: 1 }]),
        ("wait for 'Saved'", vec![GoalStep::WaitFor { target: Target::of_text("Saved"), absent: false }]),
        ("wait until Loading disappears", vec![GoalStep::WaitFor { target: Target::of_text("Loading"), absent: true }]),
        ("wait 2.5 seconds", vec![GoalStep::Wait { seconds: 2.5 }]),
        (
            "save it as {file}",
            vec![keys(&["ctrl", "shift", "s"], 1), typed("a b.txt", None, true), keys(&["enter"], 1)],
        ),
    ];
    let wrong: Vec<_> = cases
        .iter()
        .filter(|(clause, want)| parsed(clause).as_ref() != Some(want))
        .map(|(c, _)| (c, parsed(c)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_no_step_is_not_understood() {
    for clause in ["make it nice", "type", "click", "drag A", "scroll about", "wait a while", "fill Name", "", "set x"]
    {
        assert_eq!(parsed(clause), None, "{clause}");
    }
}
