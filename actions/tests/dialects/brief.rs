//! Actions in a few words, for tables.

use sightstep_actions::plan::{Action, Button};
use sightstep_actions::space::FramePoint;

/// All actions, parted by semicolons.
pub fn brief(actions: &[Action]) -> String {
    actions.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn one(action: &Action) -> String {
    match action {
        Action::Click { at, button, count } => format!("click {}{}{}", point(at), named(*button), times(*count)),
        Action::Move { at } => format!("move {}", point(at)),
        Action::Press { button, at } => format!("press{}{}", named(*button), place(at.as_ref())),
        Action::Release { button, at } => format!("release{}{}", named(*button), place(at.as_ref())),
        Action::Drag { path, button } => {
            format!("drag {}{}", path.iter().map(point).collect::<Vec<_>>().join(" "), named(*button))
        }
        Action::Scroll { at, direction, ticks } => {
            format!("scroll{} {} {ticks}", place(at.as_ref()), format!("{direction:?}").to_lowercase())
        }
        Action::Type { text } => format!("type {text:?}"),
        Action::Key { keys } => format!("key {}", keys.join("+")),
        Action::KeyDown { key } => format!("down {key}"),
        Action::KeyUp { key } => format!("up {key}"),
        Action::HoldKey { keys, seconds } => format!("hold {} {seconds}", keys.join("+")),
        Action::LongPress { at, seconds } => format!("long {} {seconds}", point(at)),
        Action::Wait { seconds } => format!("wait {seconds}"),
        Action::Screenshot => "look".into(),
        Action::Open { app } => format!("open {app}"),
        Action::Window { title, change } => format!("window {} {title:?}", change.name()),
        Action::System { button } => format!("system {}", format!("{button:?}").to_lowercase()),
        Action::Ask { question } => format!("ask {question:?}"),
        Action::Finish { status, answer } => format!("finish {} {answer:?}", format!("{status:?}").to_lowercase()),
    }
}

fn point(at: &FramePoint) -> String {
    format!("{},{}", at.x, at.y)
}

fn place(at: Option<&FramePoint>) -> String {
    at.map(|at| format!(" {}", point(at))).unwrap_or_default()
}

fn named(button: Button) -> String {
    if button == Button::Left { String::new() } else { format!(" {button:?}").to_lowercase() }
}

fn times(count: u32) -> String {
    if count == 1 { String::new() } else { format!(" x{count}") }
}
