//! Typing text with key events: what the layout has, as the layout has it; the rest on spare keys.
//!
//! The layout's own keys are used at all their levels. Characters that it lacks are bound to keys that no keyboard
//! has, as many at once as there are, and stay bound until the program has read what was typed: a program looks a key
//! up when it handles the event, not when the event is made.

use std::time::Duration;

use x11rb::protocol::xproto::{ConnectionExt as _, KEY_PRESS_EVENT, KEY_RELEASE_EVENT};

use super::clipboard::Lent;
use super::keymap::{Keymap, Stroke};
use super::keysym::{self, LEVEL3, SHIFT};
use super::locks::Locks;
use super::server::Server;
use crate::error::ActError;
use crate::platform::Stop;

/// Between binding and typing: programs are told of the new keys and ask for them (60 ms was exact in GTK 3, Qt 5,
/// xterm and Chromium on two busy cores).
const BOUND: Duration = Duration::from_millis(60);
/// Between typing and unbinding: the program must have handled the last event (250 ms was exact in the same).
const READ: Duration = Duration::from_millis(250);
/// How long a program has to take what is pasted.
const PASTED: Duration = Duration::from_secs(2);
/// The keysym of the Insert key; Shift with it pastes in editors, browsers and terminals alike.
const INSERT: u32 = 0xff63;
/// Between two characters: faster, and xterm drops some of a long text.
const PACE: Duration = Duration::from_millis(1);

/// Before the Enter that ends a text: it submits what was typed, and a program may still be looking at that. GTK's dialog
/// for saving ignores an Enter until it has looked the name up, 50 ms on an idle machine and 200 ms on a busy one.
const SUBMIT: Duration = Duration::from_millis(500);

/// Keys that are no characters, by the control characters that stand for them.
const CONTROLS: [(char, u32); 5] =
    [('\n', 0xff0d), ('\r', 0xff0d), ('\t', 0xff09), ('\u{8}', 0xff08), ('\u{1b}', 0xff1b)];

/// How many characters of the text the layout lacks, each counted once.
pub(super) fn missing(map: &Keymap, text: &str) -> usize {
    let mut found: Vec<char> = text.chars().filter(|c| plain(map, *c).is_none()).collect();
    found.sort_unstable();
    found.dedup();
    found.len()
}

/// Types the text.
pub(super) fn type_text(server: &Server, map: &Keymap, text: &str, stop: &Stop) -> Result<(), ActError> {
    check(text)?;
    let locks = Locks::put_aside(server)?;
    let text = text.replace("\r\n", "\n");
    let (before, submit) = text.split_at(text.trim_end_matches('\n').len());
    let typed = type_parts(server, map, before, stop).and_then(|()| {
        let pause = if before.is_empty() || submit.is_empty() { Duration::ZERO } else { SUBMIT };
        stop.sleep(pause).and_then(|()| type_parts(server, map, submit, stop))
    });
    let back = locks.map_or(Ok(()), |locks| locks.put_back(server));
    typed.and(back)
}

fn check(text: &str) -> Result<(), ActError> {
    let unknown = |(_, c): &(usize, char)| c.is_control() && !CONTROLS.iter().any(|(known, _)| known == c);
    match text.chars().enumerate().find(unknown) {
        Some((position, character)) => Err(ActError::CannotType { character, position }),
        None => Ok(()),
    }
}

/// Types as much at a time as the spare keys allow.
fn type_parts(server: &Server, map: &Keymap, text: &str, stop: &Stop) -> Result<(), ActError> {
    let mut rest: Vec<char> = text.chars().collect();
    while !rest.is_empty() {
        let (length, extra) = part(map, &rest);
        if length == 0 {
            let foreign = rest.iter().take_while(|c| plain(map, **c).is_none()).count();
            let after = rest.split_off(foreign);
            paste(server, map, &rest.iter().collect::<String>(), stop)?;
            rest = after;
            continue;
        }
        let after = rest.split_off(length);
        if extra.is_empty() {
            strokes(server, map, &[], &rest, stop)?;
        } else {
            bind(server, map, &extra)?;
            let typed = stop.sleep(BOUND).and_then(|()| strokes(server, map, &extra, &rest, stop));
            std::thread::sleep(READ);
            unbind(server, map, extra.len())?;
            typed?;
        }
        rest = after;
    }
    Ok(())
}

/// Pastes what no key can type; the clipboard then holds again what it held.
fn paste(server: &Server, map: &Keymap, text: &str, stop: &Stop) -> Result<(), ActError> {
    let no_key = || ActError::NoSuchKey { key: text.chars().take(1).collect() };
    let (shift, insert) = (map.code(SHIFT).ok_or_else(no_key)?, map.code(INSERT).ok_or_else(no_key)?);
    let lent = Lent::with(server, text)?;
    server.fake(KEY_PRESS_EVENT, shift)?;
    let tapped = tap(server, insert);
    server.fake(KEY_RELEASE_EVENT, shift)?;
    tapped.and_then(|()| server.sync())?;
    if lent.was_taken(PASTED) { stop.check() } else { Err(no_key()) }
}

/// How many characters can be typed with one binding, and which of them have to be bound.
fn part(map: &Keymap, text: &[char]) -> (usize, Vec<char>) {
    let mut extra = Vec::new();
    for (at, c) in text.iter().enumerate() {
        if plain(map, *c).is_some() || extra.contains(c) {
            continue;
        }
        if extra.len() == map.spare.len() {
            return (at, extra);
        }
        extra.push(*c);
    }
    (text.len(), extra)
}

/// How the layout itself types a character or a control.
fn plain(map: &Keymap, c: char) -> Option<Stroke> {
    match CONTROLS.iter().find(|(known, _)| *known == c) {
        Some((_, keysym)) => map.code(*keysym).map(|code| Stroke { code, shift: false, level3: false }),
        None => map.stroke(c),
    }
}

fn bind(server: &Server, map: &Keymap, extra: &[char]) -> Result<(), ActError> {
    for (code, c) in map.spare.iter().zip(extra) {
        let symbol = keysym::of_char(*c);
        // The same at both levels, so that a held Shift does not matter.
        server.conn.change_keyboard_mapping(1, *code, 2, &[symbol, symbol])?;
    }
    server.sync()
}

fn unbind(server: &Server, map: &Keymap, count: usize) -> Result<(), ActError> {
    for code in map.spare.iter().take(count) {
        server.conn.change_keyboard_mapping(1, *code, 2, &[0, 0])?;
    }
    server.sync()
}

fn strokes(server: &Server, map: &Keymap, extra: &[char], text: &[char], stop: &Stop) -> Result<(), ActError> {
    let mut held = Modifiers::default();
    let typed = text.iter().try_for_each(|c| {
        let bound = || extra.iter().position(|e| e == c).map(|at| map.spare[at]);
        let stroke = plain(map, *c).or_else(|| bound().map(|code| Stroke { code, shift: false, level3: false }));
        let Some(stroke) = stroke else { return Err(ActError::NoSuchKey { key: c.to_string() }) };
        held.hold(server, map, stroke)?;
        tap(server, stroke.code)?;
        stop.sleep(PACE)
    });
    let released = held.hold(server, map, Stroke { code: 0, shift: false, level3: false });
    typed.and(released).and_then(|()| server.sync())
}

fn tap(server: &Server, code: u8) -> Result<(), ActError> {
    server.fake(KEY_PRESS_EVENT, code)?;
    server.fake(KEY_RELEASE_EVENT, code)?;
    server.sync()
}

/// The modifiers held for the characters being typed; those of neighbouring characters are not let go in between.
#[derive(Default)]
struct Modifiers {
    shift: bool,
    level3: bool,
}

impl Modifiers {
    fn hold(&mut self, server: &Server, map: &Keymap, stroke: Stroke) -> Result<(), ActError> {
        for (held, wanted, keysym) in
            [(&mut self.shift, stroke.shift, SHIFT), (&mut self.level3, stroke.level3, LEVEL3)]
        {
            if *held == wanted {
                continue;
            }
            let code = map.code(keysym).ok_or_else(|| ActError::NoSuchKey { key: "shift".into() })?;
            server.fake(if wanted { KEY_PRESS_EVENT } else { KEY_RELEASE_EVENT }, code)?;
            *held = wanted;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_fit_the_spare_keys() {
        let mut map = Keymap::default();
        map.spare.extend([9, 10]);
        let text: Vec<char> = "ababcab".chars().collect();
        assert_eq!(part(&map, &text), (4, vec!['a', 'b']));
        assert_eq!(part(&map, &text[4..]), (2, vec!['c', 'a']));
        assert_eq!(part(&Keymap::default(), &text).0, 0);
    }

    #[test]
    fn control_characters_are_named() {
        assert_eq!(check("a\tb\n"), Ok(()));
        assert_eq!(check("ab\u{7}"), Err(ActError::CannotType { character: '\u{7}', position: 2 }));
    }
}
