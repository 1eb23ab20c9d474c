//! Windows by their titles: which one is meant.

use sightstep_actions::plan::{Action, Button, WindowChange};
use sightstep_vision::screen::Window;

use super::find::Scene;
use super::search::FIRST_WAITS;
use super::steps::{Course, Decision, Then, act, middle, on_target};
use super::target::Target;
use crate::matching::{self, ENOUGH};

/// Changes the window that is meant; where none is called so, what is to be clicked on instead.
pub(super) fn change(
    title: Option<&str>,
    change: WindowChange,
    otherwise: Option<&Target>,
    scene: Scene<'_>,
    course: &mut Course,
) -> Decision {
    let found = match title {
        Some(title) => titled(title, scene.windows),
        None => scene.windows.iter().find(|window| window.active),
    };
    if let Some(window) = found {
        if change == WindowChange::Activate && window.active {
            return Decision::Fulfilled { why: format!("the window '{}' has the keyboard", window.title) };
        }
        let action = Action::Window { title: window.title.clone(), change };
        return act(vec![action], format!("the window '{}'", window.title), Then::Advance);
    }
    if let Some(target) = otherwise {
        return on_target(target, scene, course, |hit| {
            vec![Action::Click { at: middle(hit), button: Button::Left, count: 1 }]
        });
    }
    match FIRST_WAITS.get(course.waits) {
        Some(seconds) => {
            course.waits += 1;
            act(vec![Action::Wait { seconds: *seconds }], "there is no such window yet", Then::Stay)
        }
        None => Decision::Impossible { why: none_called(title.unwrap_or_default(), scene) },
    }
}

/// Waits until a window of this title is open.
pub(super) fn wait_opened(title: &str, scene: Scene<'_>, course: &mut Course) -> Decision {
    if let Some(window) = titled(title, scene.windows) {
        return Decision::Fulfilled { why: format!("the window '{}' is open", window.title) };
    }
    let Some(seconds) = WAITS.get(course.waits) else { return Decision::Impossible { why: none_called(title, scene) } };
    course.waits += 1;
    act(vec![Action::Wait { seconds: *seconds }], "there is no such window yet", Then::Stay)
}

fn none_called(title: &str, scene: Scene<'_>) -> String {
    let titles: Vec<String> = scene.windows.iter().map(|window| format!("'{}'", window.title)).collect();
    let open = if titles.is_empty() { "none is".to_owned() } else { format!("open are {}", titles.join(", ")) };
    format!("no window is called '{title}': {open}")
}

/// How long a window is waited for to open or to close, in seconds, look by look.
const WAITS: [f64; 7] = [0.5, 1.0, 2.0, 4.0, 5.0, 6.0, 6.0];

/// Waits until the window of this title is closed; without one, the window that had the keyboard when it began.
pub(super) fn wait_closed(title: Option<&str>, scene: Scene<'_>, course: &mut Course) -> Decision {
    let is_known = |title: &String| scene.windows.iter().any(|window| window.title == *title);
    if title.is_none() && course.window.is_none() && course.acted_in.as_ref().is_some_and(|acted| !is_known(acted)) {
        return Decision::Fulfilled { why: "the window of the step before is closed".to_owned() };
    }
    let active = scene.windows.iter().find(|window| window.active);
    let wanted = course.window.get_or_insert_with(|| match title {
        Some(title) => title.to_owned(),
        None => active.map(|window| window.title.clone()).unwrap_or_default(),
    });
    let is_open = match title {
        Some(title) => titled(title, scene.windows).is_some(),
        None => scene.windows.iter().any(|window| window.title == *wanted),
    };
    if !is_open {
        return Decision::Fulfilled { why: format!("no window is called '{wanted}'") };
    }
    let Some(seconds) = WAITS.get(course.waits) else {
        return Decision::Impossible { why: format!("the window '{wanted}' is still open") };
    };
    course.waits += 1;
    act(vec![Action::Wait { seconds: *seconds }], format!("the window '{wanted}' is open"), Then::Stay)
}

/// The window of this title, else the one whose title holds it as words of its own: titles say file and program.
fn titled<'w>(title: &str, windows: &'w [Window]) -> Option<&'w Window> {
    let exact = windows.iter().find(|window| matching::score(title, &window.title) >= ENOUGH);
    exact.or_else(|| {
        let wanted = title.trim().to_lowercase();
        windows.iter().filter(|window| holds(&window.title.to_lowercase(), &wanted)).min_by_key(|w| w.title.len())
    })
}

fn holds(title: &str, wanted: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    !wanted.is_empty()
        && title.match_indices(wanted).any(|(at, _)| {
            is_edge(title[..at].chars().next_back()) && is_edge(title[at + wanted.len()..].chars().next())
        })
}

#[cfg(test)]
mod tests {
    use sightstep_vision::geometry::Rect;

    use super::*;

    #[test]
    fn a_window_is_known_by_the_words_of_its_title() {
        let window =
            |title: &str| Window { title: title.into(), area: Rect::new(0, 0, 9, 9), active: false, process: None };
        let windows = ["/tmp/work/pad.txt", "pad.txt.bak - Editor", "Calculator", "Terminal - ada@host"].map(window);
        let cases = [
            ("Calculator", Some("Calculator")),
            ("calculator", Some("Calculator")),
            ("pad.txt", Some("/tmp/work/pad.txt")),
            ("Terminal", Some("Terminal - ada@host")),
            ("Calc", None),
            ("Nobody", None),
        ];
        for (said, expected) in cases {
            assert_eq!(titled(said, &windows).map(|w| w.title.as_str()), expected, "{said}");
        }
    }
}
