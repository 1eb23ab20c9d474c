//! What a dialect says of a plan means that plan.

use proptest::prelude::*;
use sightstep_actions::plan::{Action, Button, Direction, Expectation, FinishStatus, Plan, SystemButton};
use sightstep_actions::profile::Profile;
use sightstep_actions::space::{FramePoint, Size};

fn point(screen: Size) -> impl Strategy<Value = FramePoint> {
    (0..screen.width, 0..screen.height).prop_map(|(x, y)| FramePoint { x, y })
}

fn text() -> impl Strategy<Value = String> {
    "[ -~é中😀]{1,20}(\n)?".prop_map(|text| text)
}

/// Words as a thought has them: none that a dialect's own labels and tags could be taken for.
fn words() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[a-z][a-z ,.é中]{0,20}[a-z.]")
}

fn keys() -> impl Strategy<Value = Vec<String>> {
    let modifiers = prop::sample::subsequence(vec!["ctrl", "alt", "shift", "super"], 0..=2);
    let key = prop::sample::select(vec!["a", "7", "enter", "page_up", "f5", "down", "space", "tab", "+", "-", "/"]);
    (modifiers, key).prop_map(|(modifiers, key)| modifiers.into_iter().chain([key]).map(str::to_owned).collect())
}

fn button() -> impl Strategy<Value = Button> {
    prop::sample::select(vec![Button::Left, Button::Right, Button::Middle, Button::Back])
}

fn action(screen: Size) -> impl Strategy<Value = Action> {
    let at = move || point(screen);
    let direction = prop::sample::select(vec![Direction::Up, Direction::Down, Direction::Left, Direction::Right]);
    let status = prop::sample::select(vec![FinishStatus::Success, FinishStatus::Failure, FinishStatus::Infeasible]);
    let system = prop::sample::select(vec![SystemButton::Home, SystemButton::Back, SystemButton::Menu]);
    let seconds = prop::sample::select(vec![0.5, 1.0, 5.0]);
    prop_oneof![
        4 => (at(), button(), 1..4u32).prop_map(|(at, button, count)| Action::Click { at, button, count }),
        1 => at().prop_map(|at| Action::Move { at }),
        1 => (prop::collection::vec(at(), 2..4), button()).prop_map(|(path, button)| Action::Drag { path, button }),
        2 => (prop::option::of(at()), direction, prop::sample::select(vec![1, 5, 20, 30]))
            .prop_map(|(at, direction, ticks)| Action::Scroll { at, direction, ticks }),
        3 => text().prop_map(|text| Action::Type { text }),
        2 => keys().prop_map(|keys| Action::Key { keys }),
        1 => keys().prop_map(|keys| Action::KeyDown { key: keys[0].clone() }),
        1 => keys().prop_map(|keys| Action::KeyUp { key: keys[0].clone() }),
        1 => (keys(), seconds.clone()).prop_map(|(keys, seconds)| Action::HoldKey { keys, seconds }),
        1 => (at(), seconds.clone()).prop_map(|(at, seconds)| Action::LongPress { at, seconds }),
        1 => seconds.prop_map(|seconds| Action::Wait { seconds }),
        1 => Just(Action::Screenshot),
        1 => "[a-zA-Z][a-zA-Z ]{0,8}[a-z]".prop_map(|app| Action::Open { app }),
        1 => system.prop_map(|button| Action::System { button }),
        1 => words().prop_map(|question| Action::Ask { question }),
        1 => (status, words()).prop_map(|(status, answer)| Action::Finish { status, answer }),
    ]
}

fn expectation() -> impl Strategy<Value = Expectation> {
    prop_oneof![
        text().prop_map(|text| Expectation::TextAppears { text, region: None }),
        Just(Expectation::RegionChanges { region: None }),
        text().prop_map(|contains| Expectation::WindowTitle { contains }),
        (text(), any::<bool>()).prop_map(|(label, checked)| Expectation::ElementState { label, checked }),
        text().prop_map(|question| Expectation::Question { question }),
    ]
}

fn screen() -> impl Strategy<Value = Size> {
    let usual = prop::sample::select(vec![(1920, 1080), (1280, 720), (1366, 768), (3840, 2160), (1080, 2400)]);
    prop_oneof![usual, (64..4000u32, 64..4000u32)].prop_map(|(width, height)| Size { width, height })
}

fn plan() -> impl Strategy<Value = (Size, Plan)> {
    screen().prop_flat_map(|screen| {
        let actions = prop::collection::vec(action(screen), 1..4);
        let expect = prop::collection::vec(expectation(), 0..2);
        (words(), words(), actions, expect).prop_map(move |(thought, reflection, actions, expect)| {
            (screen, Plan { thought, reflection, actions, expect })
        })
    })
}

/// The plan without what a dialect has no words for at all.
fn sayable(profile: &Profile, plan: &Plan) -> Plan {
    let is_own = profile.name == "sightstep";
    let reflects = is_own || ["ui-tars", "ui-tars-1.5", "doubao-1.5"].contains(&profile.name);
    Plan {
        reflection: plan.reflection.clone().filter(|_| reflects),
        expect: if is_own { plan.expect.clone() } else { Vec::new() },
        ..plan.clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_dialect_means_what_it_says((screen, plan) in plan()) {
        for profile in Profile::all() {
            let plan = sayable(profile, &plan);
            if let Ok(answer) = profile.serialise(&plan, screen, None) {
                let read = profile.parse(&answer, screen, None);
                prop_assert_eq!(read.as_ref(), Ok(&plan), "{}: {}", profile.name, answer);
            }
        }
    }

    #[test]
    fn every_single_action_that_can_be_said((screen, plan) in plan()) {
        for profile in Profile::all() {
            for action in &plan.actions {
                let one = Plan { thought: None, reflection: None, actions: vec![action.clone()], expect: Vec::new() };
                if let Ok(answer) = profile.serialise(&one, screen, None) {
                    let read = profile.parse(&answer, screen, None);
                    prop_assert_eq!(read.as_ref(), Ok(&one), "{}: {}", profile.name, answer);
                }
            }
        }
    }
}

#[test]
fn every_dialect_can_say_a_click_and_most_can_type() {
    let screen = Size { width: 1280, height: 800 };
    let says = |profile: &Profile, action: Action| {
        profile.serialise(
            &Plan { thought: None, reflection: None, actions: vec![action], expect: vec![] },
            screen,
            None,
        )
    };
    let at = FramePoint { x: 3, y: 4 };
    let silent: Vec<_> = Profile::all()
        .iter()
        .filter(|profile| says(profile, Action::Click { at, button: Button::Left, count: 1 }).is_err())
        .map(|profile| profile.name)
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
    let only_places: Vec<_> = Profile::all()
        .iter()
        .filter(|profile| says(profile, Action::Type { text: "a".into() }).is_err())
        .map(|profile| profile.name)
        .collect();
    assert_eq!(only_places, ["ui-venus-1.5", "kimi", "gemini"]);
}
