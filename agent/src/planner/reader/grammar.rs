//! The grammar: what one clause asks for.

use sightstep_actions::key::Chord;
use sightstep_actions::plan::{Button, WindowChange};

use super::goal_step::{GoalStep, filled, filled_target};
use super::literals::{Literals, is_private};
use super::target::{Kind, Target};

mod conditions;
mod motions;
#[cfg(test)]
mod tests;
mod windows;

use conditions::{condition, expected};
use motions::{drag, hover, scroll};
use windows::{wait, window};

/// How often one clause may ask for the same.
pub(super) const MOST_TIMES: u32 = 200;

/// Reads one verb's rest of the clause; several steps where the verb stands for them.
type Reads = fn(&str) -> Option<Vec<GoalStep>>;

/// The verbs, those first that others begin with.
const VERBS: &[(&str, Reads)] = &[
    ("double-click", |rest| click(rest, Button::Left, 2)),
    ("double click", |rest| click(rest, Button::Left, 2)),
    ("doubleclick", |rest| click(rest, Button::Left, 2)),
    ("triple-click", |rest| click(rest, Button::Left, 3)),
    ("triple click", |rest| click(rest, Button::Left, 3)),
    ("right-click", |rest| click(rest, Button::Right, 1)),
    ("right click", |rest| click(rest, Button::Right, 1)),
    ("middle-click", |rest| click(rest, Button::Middle, 1)),
    ("middle click", |rest| click(rest, Button::Middle, 1)),
    ("left-click", |rest| click(rest, Button::Left, 1)),
    ("ctrl-click", |rest| click_holding("ctrl", rest)),
    ("ctrl+click", |rest| click_holding("ctrl", rest)),
    ("control-click", |rest| click_holding("ctrl", rest)),
    ("shift-click", |rest| click_holding("shift", rest)),
    ("shift+click", |rest| click_holding("shift", rest)),
    ("alt-click", |rest| click_holding("alt", rest)),
    ("click", |rest| click(rest, Button::Left, 1)),
    ("tap", |rest| click(rest, Button::Left, 1)),
    ("switch to", |rest| window(rest, WindowChange::Activate)),
    ("bring to the front", |rest| window(rest, WindowChange::Activate)),
    ("activate", |rest| window(rest, WindowChange::Activate)),
    ("close", |rest| window(rest, WindowChange::Close)),
    ("maximise", |rest| window(rest, WindowChange::Maximise)),
    ("maximize", |rest| window(rest, WindowChange::Maximise)),
    ("minimise", |rest| window(rest, WindowChange::Minimise)),
    ("minimize", |rest| window(rest, WindowChange::Minimise)),
    ("go to", |rest| click(rest, Button::Left, 1)),
    ("focus", |rest| click(rest, Button::Left, 1)),
    ("copy", |rest| chord_for(rest, &["ctrl", "c"])),
    ("cut", |rest| chord_for(rest, &["ctrl", "x"])),
    ("paste", |rest| chord_for(rest, &["ctrl", "v"])),
    ("undo", |rest| chord_for(rest, &["ctrl", "z"])),
    ("redo", |rest| chord_for(rest, &["ctrl", "y"])),
    ("select all", |rest| chord_for(rest, &["ctrl", "a"])),
    ("make sure that", expected),
    ("make sure", expected),
    ("check that", expected),
    ("verify that", expected),
    ("verify", expected),
    ("assert that", expected),
    ("ensure that", expected),
    ("press", press),
    ("hit", press),
    ("push", press),
    ("fill in", fill),
    ("fill", fill),
    ("set", set),
    ("type", typed),
    ("write", typed),
    ("input", typed),
    ("insert", typed),
    ("enter", typed),
    ("put", typed),
    ("clear", clear),
    ("empty", clear),
    ("choose", choose),
    ("select", choose),
    ("pick", choose),
    ("untick", |rest| tick(rest, false)),
    ("uncheck", |rest| tick(rest, false)),
    ("disable", |rest| tick(rest, false)),
    ("turn off", |rest| tick(rest, false)),
    ("tick", |rest| tick(rest, true)),
    ("check", |rest| tick(rest, true)),
    ("enable", |rest| tick(rest, true)),
    ("turn on", |rest| tick(rest, true)),
    ("scroll", scroll),
    ("drag", drag),
    ("hover over", hover),
    ("hover", hover),
    ("move the mouse to", hover),
    ("move the pointer to", hover),
    ("save", save),
    ("open", open),
    ("launch", open),
    ("start", open),
    ("run", open),
    ("wait", wait),
];

/// Whether a new clause could begin here.
pub(super) fn starts_with_verb(text: &str) -> bool {
    VERBS.iter().any(|(verb, _)| after_verb(text, verb).is_some())
}

/// The steps that a clause asks for, with the literals put back; nothing where it is not understood.
pub(super) fn parse(clause: &str, literals: &Literals) -> Option<Vec<GoalStep>> {
    if let Some((condition, absent, rest)) = condition(clause) {
        let steps = parse(rest, literals)?;
        let condition = filled_target(Target::parse(condition)?, literals);
        let when = GoalStep::When { condition, absent, steps: steps.len() };
        return Some(std::iter::once(when).chain(steps).collect());
    }
    let found = VERBS.iter().filter_map(|(verb, reads)| after_verb(clause, verb).and_then(reads)).next()?;
    Some(found.into_iter().map(|step| filled(step, literals)).collect())
}

/// What a chord does to what is selected: "copy", "copy it", "paste it".
fn chord_for(rest: &str, keys: &[&str]) -> Option<Vec<GoalStep>> {
    let is_bare = ["", "it", "that", "them", "the text", "the selection", "everything"].contains(&rest.trim());
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    is_bare.then(|| vec![GoalStep::Press { keys, times: 1 }])
}

fn click_holding(key: &str, rest: &str) -> Option<Vec<GoalStep>> {
    let rest = strip(rest, "on ").unwrap_or(rest);
    Some(vec![GoalStep::ClickHolding { key: key.to_owned(), target: Target::parse(rest)? }])
}

/// The verb nearest to the clause's first word.
pub(super) fn nearest_verb(clause: &str) -> Option<&'static str> {
    let word = clause.split_whitespace().next()?;
    sightstep_actions::nearest::nearest(word, VERBS.iter().map(|(verb, _)| *verb))
}

fn after_verb<'a>(text: &'a str, verb: &str) -> Option<&'a str> {
    let rest = strip(text, verb)?;
    (rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || is_private(c))).then(|| rest.trim())
}

fn strip<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    text.get(..start.len()).filter(|head| head.eq_ignore_ascii_case(start)).map(|_| &text[start.len()..])
}

/// Both sides of the last of these words that stands between blanks.
fn around<'a>(text: &'a str, words: &[&str]) -> Option<(&'a str, &'a str)> {
    let lower = text.to_ascii_lowercase();
    let found = words.iter().filter_map(|word| lower.rfind(&format!(" {word} ")).map(|at| (at, word.len())));
    let (at, length) = found.max()?;
    Some((text[..at].trim(), text[at + length + 2..].trim()))
}

fn click(rest: &str, button: Button, count: u32) -> Option<Vec<GoalStep>> {
    let (rest, times) = times(rest);
    let rest = ["on ", "in ", "into ", "at "].iter().find_map(|word| strip(rest, word)).unwrap_or(rest);
    // A path through menus: every part is clicked in turn.
    let parts: Vec<&str> = rest.split(['>', '→', '»']).collect();
    let targets: Vec<Target> = parts.iter().map(|part| Target::parse(part)).collect::<Option<_>>()?;
    let step = match <[Target; 1]>::try_from(targets) {
        Ok([target]) => GoalStep::Click { target, button, count },
        Err(parts) => GoalStep::Path { parts },
    };
    Some(vec![step; times as usize])
}

/// "… twice", "… 3 times": what is left and how often.
fn times(text: &str) -> (&str, u32) {
    let text = text.trim();
    for (word, count) in [("once", 1), ("twice", 2)] {
        if let Some(rest) = text.strip_suffix(word).filter(|rest| rest.ends_with(' ')) {
            return (rest.trim(), count);
        }
    }
    let counted = text.strip_suffix(" times").and_then(|rest| rest.rsplit_once(' '));
    match counted.and_then(|(rest, number)| Some((rest.trim(), number.parse().ok()?))) {
        Some((rest, count @ 1..=MOST_TIMES)) => (rest, count),
        _ => (text, 1),
    }
}

/// A chord, else something to click on.
fn press(rest: &str) -> Option<Vec<GoalStep>> {
    let (keys, times) = times(strip(rest, "the ").unwrap_or(rest));
    // A key that is held has no end in a list of steps; a number that is too large is none of a name.
    if strip(keys, "and hold").is_some() || strip(keys, "down ").is_some() || keys.ends_with(" times") {
        return None;
    }
    let keys = keys.strip_suffix(" key").or_else(|| keys.strip_suffix(" keys")).unwrap_or(keys);
    let names: Vec<String> = keys.split('+').map(|key| key.trim().to_owned()).collect();
    match Chord::of(&names) {
        Ok(chord) if !keys.contains(is_private) => Some(vec![GoalStep::Press { keys: chord.names(), times }]),
        _ => click(rest, Button::Left, 1),
    }
}

fn fill(rest: &str) -> Option<Vec<GoalStep>> {
    let (field, text) = around(rest, &["with"])?;
    Some(vec![GoalStep::Type { text: text.to_owned(), into: Some(Target::parse(field)?), replace: true }])
}

fn set(rest: &str) -> Option<Vec<GoalStep>> {
    let (field, text) = around(rest, &["to"])?;
    Some(vec![GoalStep::Type { text: text.to_owned(), into: Some(Target::parse(field)?), replace: true }])
}

fn typed(rest: &str) -> Option<Vec<GoalStep>> {
    if rest.is_empty() {
        return None;
    }
    let parts = around(rest, &["into", "in", "to", "inside"]);
    if let Some((text, field)) = parts
        && let Some(into) = Target::parse(field)
    {
        return Some(vec![GoalStep::Type { text: text.to_owned(), into: Some(into), replace: false }]);
    }
    Some(vec![GoalStep::Type { text: rest.to_owned(), into: None, replace: false }])
}

fn clear(rest: &str) -> Option<Vec<GoalStep>> {
    Some(vec![GoalStep::Clear { target: Target::parse(rest)? }])
}

fn choose(rest: &str) -> Option<Vec<GoalStep>> {
    let Some((option, from)) = around(rest, &["from", "in"]) else { return click(rest, Button::Left, 1) };
    Some(vec![GoalStep::Choose { option: Target::simple(option)?, from: Target::parse(from)? }])
}

fn tick(rest: &str, on: bool) -> Option<Vec<GoalStep>> {
    Some(vec![GoalStep::Tick { target: Target::parse(rest)?, on }])
}

/// Save under a name, in the dialog that Ctrl+Shift+S opens; without a name it is Ctrl+S.
fn save(rest: &str) -> Option<Vec<GoalStep>> {
    let press = |keys: &[&str]| GoalStep::Press { keys: keys.iter().map(|k| (*k).to_owned()).collect(), times: 1 };
    let rest =
        ["it", "the file", "the document", "this"].iter().find_map(|what| strip(rest, what)).unwrap_or(rest).trim();
    if rest.is_empty() {
        return Some(vec![press(&["ctrl", "s"])]);
    }
    let name = strip(rest, "as ").or_else(|| strip(rest, "under the name "))?.trim();
    let name = GoalStep::Type { text: name.to_owned(), into: None, replace: true };
    Some(vec![press(&["ctrl", "shift", "s"]), name, press(&["enter"])])
}

/// A program, unless something on the screen is named: a menu, a tab, a link, a folder.
fn open(rest: &str) -> Option<Vec<GoalStep>> {
    let target = Target::parse(rest)?;
    let is_file = ["folder", "directory", "file"].iter().any(|noun| rest.to_ascii_lowercase().ends_with(noun));
    match (&target.kind, is_file) {
        (_, true) => click(rest, Button::Left, 2),
        (Some(Kind::Menu | Kind::Element(_)), _) => click(rest, Button::Left, 1),
        _ => {
            let app = strip(rest, "the ").unwrap_or(rest);
            let endings = [" application", " program", " app"];
            let app = endings.iter().find_map(|e| app.strip_suffix(e)).unwrap_or(app);
            Some(vec![GoalStep::Open { app: app.to_owned() }])
        }
    }
}
