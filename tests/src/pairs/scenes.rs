//! What is done in which program.

use sightstep_actions::plan::{Action, Button, Direction, FinishStatus, SystemButton};
use sightstep_actions::space::FramePoint;

/// A program and what is done in it.
pub struct Scene {
    /// Its name in the output.
    pub name: &'static str,
    /// Its command line; none is an empty desktop.
    pub program: Option<&'static [&'static str]>,
    /// What is done, where its window's content begins at this place.
    pub steps: fn((i32, i32)) -> Vec<Step>,
}

/// One thing that is done.
pub enum Step {
    /// It leads to the next, and is not judged.
    Unjudged(Action),
    /// It is left out, then done, and judged both times.
    Judged(Action),
}

/// A page with things that light up under the pointer, and a clock.
const PAGE: &str = concat!("--app=file://", env!("CARGO_MANIFEST_DIR"), "/scenes/page.html");

/// All scenes.
pub const SCENES: [Scene; 7] = [
    Scene { name: "editor", program: Some(&["mousepad", "/etc/services"]), steps: editor },
    Scene {
        name: "form",
        program: Some(&["zenity", "--forms", "--text", "Yours", "--add-entry", "Name", "--add-entry", "Town"]),
        steps: form,
    },
    Scene { name: "terminal", program: Some(&["xterm", "-geometry", "80x24+100+100"]), steps: terminal },
    Scene { name: "page", program: Some(&["chromium", PAGE]), steps: page },
    Scene { name: "calculator", program: Some(&["galculator"]), steps: calculator },
    Scene {
        name: "list",
        program: Some(&[
            "yad", "--list", "--height", "300", "--width", "300", "--column", "Country", "Austria", "Belgium", "Chile",
            "Denmark", "Estonia", "Finland", "Ghana", "Hungary", "Iceland", "Japan", "Kenya", "Latvia", "Malta",
        ]),
        steps: list,
    },
    Scene { name: "desktop", program: None, steps: desktop },
];

fn point((x, y): (i32, i32), right: i32, down: i32) -> FramePoint {
    let pixel = |n: i32| u32::try_from(n).unwrap_or(0);
    FramePoint { x: pixel(x + right), y: pixel(y + down) }
}

fn click(at: FramePoint, button: Button, count: u32) -> Action {
    Action::Click { at, button, count }
}

fn key(keys: &[&str]) -> Action {
    Action::Key { keys: keys.iter().map(|key| (*key).to_owned()).collect() }
}

fn text(text: &str) -> Action {
    Action::Type { text: text.into() }
}

fn scroll(at: FramePoint, direction: Direction) -> Action {
    Action::Scroll { at: Some(at), direction, ticks: 3 }
}

/// An editor with a long text: carets, selections, menus, scrolling.
fn editor(window: (i32, i32)) -> Vec<Step> {
    use Step::{Judged, Unjudged};
    let page = |down| point(window, 150, down);
    let mut steps = Vec::new();
    for round in 0..4 {
        let line = 80 + 18 * round;
        steps.extend([
            Judged(click(page(line + 60), Button::Left, 1)),
            Judged(click(page(line + 20), Button::Left, 2)),
            Judged(text(&format!("Round {round} here"))),
            Judged(key(&["shift", "home"])),
            Judged(key(&["left"])),
            Judged(Action::HoldKey { keys: vec!["down".into()], seconds: 0.4 }),
            Judged(scroll(page(150), Direction::Down)),
            Judged(scroll(page(150), Direction::Up)),
            Judged(Action::Drag { path: vec![page(line), page(line + 70)], button: Button::Left }),
            Judged(Action::LongPress { at: page(line + 100), seconds: 0.6 }),
            Judged(Action::KeyDown { key: "shift".into() }),
            Judged(Action::KeyUp { key: "shift".into() }),
            Judged(Action::Press { button: Button::Left, at: Some(page(line + 40)) }),
            Judged(Action::Release { button: Button::Left, at: Some(page(line + 60)) }),
            Judged(click(point(window, 22, 12), Button::Left, 1)),
            Judged(key(&["escape"])),
            Judged(click(page(line + 50), Button::Right, 1)),
            Unjudged(key(&["escape"])),
            Unjudged(key(&["ctrl", "home"])),
            Judged(Action::Move { at: point(window, 60, 12) }),
            Judged(system(SystemButton::Menu)),
            Judged(system(SystemButton::Back)),
            Judged(system(SystemButton::Enter)),
            Judged(system(SystemButton::Home)),
        ]);
    }
    steps
}

/// Fields and buttons.
fn form(window: (i32, i32)) -> Vec<Step> {
    use Step::Judged;
    let mut steps = vec![Judged(key(&["tab"])), Judged(key(&["shift", "tab"]))];
    for word in ["Ada", "Grace Hopper", "Town 12"] {
        steps.extend([Judged(text(word)), Judged(key(&["ctrl", "a"])), Judged(key(&["backspace"]))]);
    }
    steps.push(Judged(click(point(window, 140, 80), Button::Left, 1)));
    steps
}

/// A terminal.
fn terminal(window: (i32, i32)) -> Vec<Step> {
    use Step::{Judged, Unjudged};
    let middle = point(window, 200, 150);
    let mut steps = vec![Unjudged(click(middle, Button::Left, 1))];
    for word in ["echo one", "echo twenty two", "pwd"] {
        steps.extend([Judged(text(word)), Judged(key(&["enter"])), Judged(key(&["ctrl", "l"]))]);
    }
    steps.extend([Judged(text("seq 90\n")), Judged(click(middle, Button::Left, 3))]);
    steps
}

/// A web page: what lights up under the pointer, what changes far away, a list, a slider, a clock.
fn page(window: (i32, i32)) -> Vec<Step> {
    use Step::{Judged, Unjudged};
    let click = |right, down| Judged(click(point(window, right, down), Button::Left, 1));
    let mut steps = Vec::new();
    for round in 0..3 {
        let slider = |right| point(window, 30 + right, 318);
        steps.extend([
            click(80, 38),
            click(80, 88),
            click(30, 133),
            click(if round % 2 == 0 { 30 } else { 140 }, 173),
            click(100, 218),
            Judged(text(["Ada", "Grace H.", "Town 12"][round])),
            Judged(key(&["ctrl", "a"])),
            Judged(key(&["backspace"])),
            click(80, 266),
            Judged(key(&[["down", "down", "up"][round]])),
            Judged(key(&["escape"])),
            click(35, 359),
            Judged(scroll(point(window, 420, 200), Direction::Down)),
            Judged(scroll(point(window, 420, 200), Direction::Up)),
            Judged(Action::Drag { path: vec![slider(90), slider([20, 160, 60][round])], button: Button::Left }),
            Judged(Action::Drag { path: vec![slider([20, 160, 60][round]), slider(90)], button: Button::Left }),
            Unjudged(Action::Move { at: point(window, 500, 440) }),
        ]);
    }
    steps
}

/// Buttons that light up, and a display away from them.
fn calculator(window: (i32, i32)) -> Vec<Step> {
    let digit = |right, down| Step::Judged(click(point(window, right, down), Button::Left, 1));
    let mut steps = vec![Step::Judged(text("12")), Step::Judged(key(&["escape"]))];
    steps.extend([(40, 250), (100, 250), (160, 250), (40, 290), (100, 290)].map(|(right, down)| digit(right, down)));
    steps
}

/// Rows of a list.
fn list(window: (i32, i32)) -> Vec<Step> {
    use Step::Judged;
    let row = |down| point(window, 80, down);
    vec![
        Judged(click(row(60), Button::Left, 1)),
        Judged(click(row(110), Button::Left, 1)),
        Judged(key(&["down"])),
        Judged(key(&["up"])),
        Judged(key(&["end"])),
        Judged(key(&["home"])),
        Judged(scroll(row(100), Direction::Down)),
        Judged(scroll(row(100), Direction::Up)),
        Judged(Action::HoldKey { keys: vec!["down".into()], seconds: 0.3 }),
    ]
}

fn system(button: SystemButton) -> Action {
    Action::System { button }
}

/// Programs are opened; what touches nothing.
fn desktop(_window: (i32, i32)) -> Vec<Step> {
    let still = [
        Action::Wait { seconds: 0.5 },
        Action::Screenshot,
        Action::Ask { question: None },
        Action::Finish { status: FinishStatus::Success, answer: None },
    ];
    let open = ["xterm", "mousepad", "galculator"].map(|app| Action::Open { app: app.into() });
    open.into_iter().chain(still).map(Step::Judged).collect()
}
