//! What is refused in every task that does not name it: ending the session, destroying what a disk holds.

use super::{Context, shell};
use crate::key::{Chord, Key};
use crate::plan::Action;

/// Chords that end or leave a session on Linux, Windows or macOS.
const CHORDS: [(&str, &str); 6] = [
    ("ctrl+alt+delete", "ends the session"),
    ("ctrl+alt+backspace", "kills the X server"),
    ("super+shift+q", "logs out"),
    ("super+shift+e", "logs out"),
    ("ctrl+alt+end", "ends the session"),
    ("super+l", "locks the screen"),
];

/// Why the action is refused, if it is.
pub(super) fn refuses(action: &Action, context: &Context<'_>) -> Option<String> {
    if let Some(keys) = context.chord(action) {
        if let Some((chord, why)) = chord(&keys) {
            return Some(format!("{chord} {why}\nhint: allow = [\"key:{chord}\"] in [policy] permits it"));
        }
        return entered(&keys, context).map(|why| text(&why));
    }
    match action {
        Action::Type { text: typed } => shell::destroys(&format!("{}{typed}", context.line)).map(|why| text(&why)),
        Action::Open { app } => {
            let why = shell::destroys(&format!("{app}\n"))?;
            Some(format!("{why}\nhint: allow = [\"app:…\"] in [policy] permits it"))
        }
        Action::Click { .. }
        | Action::Move { .. }
        | Action::Press { .. }
        | Action::Release { .. }
        | Action::Drag { .. }
        | Action::Scroll { .. }
        | Action::Key { .. }
        | Action::KeyDown { .. }
        | Action::KeyUp { .. }
        | Action::HoldKey { .. }
        | Action::LongPress { .. }
        | Action::Wait { .. }
        | Action::Screenshot
        | Action::Window { .. }
        | Action::System { .. }
        | Action::Ask { .. }
        | Action::Finish { .. } => None,
    }
}

fn text(why: &str) -> String {
    format!("{why}\nhint: allow = [\"text:…\"] in [policy] permits it")
}

/// The chord that would end the session. Ctrl+Alt with a function key leaves for another console.
fn chord(keys: &[Key]) -> Option<(String, &'static str)> {
    let consoles = (1..=12).map(|number| (format!("ctrl+alt+f{number}"), "leaves for another console"));
    let mut all = CHORDS.iter().map(|(chord, why)| ((*chord).to_owned(), *why)).chain(consoles);
    all.find(|(chord, _)| chord.parse::<Chord>().is_ok_and(|chord| chord.same_keys(keys)))
}

/// What Enter would run that was typed before.
fn entered(keys: &[Key], context: &Context<'_>) -> Option<String> {
    let is_enter = keys.iter().any(|key| "enter".parse::<Key>().is_ok_and(|enter| enter == *key));
    if is_enter { shell::destroys(&format!("{}\n", context.line)) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chord_is_one() {
        let bad: Vec<_> = CHORDS.iter().filter(|(chord, _)| chord.parse::<Chord>().is_err()).collect();
        assert!(bad.is_empty(), "{bad:?}");
    }
}
