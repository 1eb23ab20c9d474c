//! Grounding: the one place that an instruction points at, without a run around it.
//!
//! Instructions come from anywhere, so what the grammar does not understand is still looked for: the longest text on the
//! screen whose words the instruction holds.

use std::collections::BTreeMap;

use serde::Serialize;
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::{Element, Reading, Role};

use super::find::{Found, Hit, Scene};
use super::goal_step::GoalStep;
use super::literals::Literals;
use super::target::{Kind, Target};
use super::{clauses, fields, find, grammar, thought, words};
use crate::matching::plain;

/// Words that say what to do or how to say it, never what with.
const COMMON: [&str; 52] = [
    "widget", "named", "called", "labelled", "colored", "coloured", "symbol", "box", "click", "on", "the", "a", "an",
    "to", "in", "into", "of", "and", "or", "it", "its", "is", "be", "for", "with", "select", "choose", "open", "press",
    "button", "link", "tab", "menu", "item", "option", "icon", "check", "see", "using", "then", "now", "by", "at",
    "from", "that", "this", "you", "get", "able", "new", "want", "up",
];

/// Words between what is to come about and what is clicked for it.
const MEANS: [&str; 6] =
    [" by clicking on ", " by clicking ", " by pressing ", " by selecting ", " by using ", " using "];

/// How clauses begin that say what is to be seen.
const LOOKS: [&str; 5] = ["check that", "check we", "check it", "verify ", "make sure "];

/// How much more likely something that takes clicks is, in letters; an icon, whose words are many, is so by less.
const CLICKABLE: f32 = 5.0;

/// How much more likely a text is of which every word is said, in letters.
const WHOLE: f32 = 3.0;

/// How much more likely something is that is called as the instruction begins, in letters.
const FIRST: f32 = 7.0;

/// What a word counts that stands for one of the instruction's.
const FOR_ANOTHER: f32 = 0.8;

/// The same for the words of an icon that is likely, not sure.
const FOR_LIKELY: f32 = 0.55;

/// A word of the screen that the instruction holds among other words counts only when it is this long.
const SHORTEST: usize = 2;

/// A place in a picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Grounded {
    /// Where to click, in pixels of the picture.
    pub point: GroundedPoint,
    /// What was found.
    pub area: Rect,
    /// Why there.
    pub thought: String,
}

/// A point in pixels of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GroundedPoint {
    /// From the left edge.
    pub x: i32,
    /// From the top edge.
    pub y: i32,
}

/// No place fits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing on the screen fits \"{instruction}\"\nhint: name a text that is visible, such as: click 'Save'")]
pub struct NotGrounded {
    instruction: String,
}

/// The place that the instruction points at in a picture of this size.
///
/// # Errors
/// [`NotGrounded`] when nothing that was read fits.
pub fn ground(reading: &Reading, width: u32, height: u32, instruction: &str) -> Result<Grounded, NotGrounded> {
    let bounds = Rect::new(0, 0, width as i32, height as i32);
    let scene = Scene::of_picture(reading, bounds, instruction);
    let (hits, how) = match stepwise(instruction, scene) {
        Some(hits) => (hits, "as it is named"),
        None => (loosely(instruction, scene), "whose words the instruction holds"),
    };
    let Some(hit) = hits.first() else { return Err(NotGrounded { instruction: instruction.to_owned() }) };
    let others = match hits.len() {
        1 => String::new(),
        n => format!("; {} other places fit as well", n - 1),
    };
    let (x, y) = hit.point;
    let thought = format!("{}, {how}{others}", thought::placed(hit));
    Ok(Grounded { point: GroundedPoint { x, y }, area: hit.area, thought })
}

/// What the instruction's clauses point at, where one of them is understood and found.
fn stepwise(instruction: &str, scene: Scene<'_>) -> Option<Vec<Hit>> {
    let (text, literals) = Literals::take(instruction, &BTreeMap::new());
    let clauses = clauses::split(&text);
    let hits = |found: Found| match found {
        Found::One(hit) => Some(vec![hit]),
        Found::Several(hits) => Some(hits),
        Found::Nothing => None,
    };
    // What is to be seen afterwards is nothing to click on.
    let acts = clauses.iter().filter(|clause| !LOOKS.iter().any(|start| clause.to_lowercase().starts_with(start)));
    acts.into_iter().find_map(|clause| {
        let ways = ways(clause);
        let steps: Vec<GoalStep> =
            ways.iter().filter_map(|way| grammar::parse(way, &literals)?.into_iter().next()).collect();
        let by_name = steps.iter().find_map(|step| hits(pointed(step, scene)?));
        by_name.or_else(|| steps.iter().find_map(|step| hits(alike(step, scene)?)))
    })
}

/// The ways in which a clause can be read as a step, the likeliest first.
fn ways(clause: &str) -> Vec<String> {
    let mut found = Vec::new();
    // "Close the dialog by clicking the x": what is clicked is said last.
    for word in MEANS {
        if let Some((_, means)) = clause.split_once(word) {
            found.push(format!("click {means}"));
        }
    }
    found.push(clause.to_owned());
    let short = without_purpose(clause);
    if short != clause {
        found.push(short.to_owned());
    }
    // A verb that no step begins with, before a thing with its article: "Toggle the switch", "Use the Add button".
    if let Some((_, what)) = short.split_once(" the ").filter(|(verb, _)| verb.split_whitespace().count() <= 2) {
        found.push(format!("click the {what}"));
    }
    found
}

/// What is clicked where nothing is called as it was said: the one button with another word for it.
fn alike(step: &GoalStep, scene: Scene<'_>) -> Option<Found> {
    let GoalStep::Click { target, .. } = step else { return None };
    find::by_other_word(target, |other| find::find(other, scene)).map(Found::One)
}

/// A clause without what it is done for: "Click Select to copy the file".
fn without_purpose(clause: &str) -> &str {
    let words = [" in order to ", " so that ", " to ", " and "];
    let at = words.iter().filter_map(|word| clause.find(word)).min();
    at.map_or(clause, |at| &clause[..at])
}

fn pointed(step: &GoalStep, scene: Scene<'_>) -> Option<Found> {
    match step {
        GoalStep::Click { target, .. } | GoalStep::Move { target } | GoalStep::Tick { target, .. } => {
            Some(match find::find(target, scene) {
                Found::Nothing if target.kind != Some(Kind::Page) => fields::find(target, scene),
                found => found,
            })
        }
        GoalStep::Type { into: Some(target), .. } | GoalStep::Clear { target } => Some(fields::find(target, scene)),
        GoalStep::Choose { option, from } => Some(match find::find(option, scene) {
            Found::Nothing => fields::find_menu(from, scene),
            found => found,
        }),
        GoalStep::Drag { from, .. } => Some(find::find(from, scene)),
        GoalStep::Open { app } => Some(find::find(&Target::parse(app)?, scene)),
        _ => None,
    }
}

/// What shares most with the instruction, the best first; what is as good as the best follows it.
fn loosely(instruction: &str, scene: Scene<'_>) -> Vec<Hit> {
    let words: Vec<String> = split(instruction);
    let repeated: Vec<&Element> =
        scene.reading.elements.iter().filter(|e| e.role == Role::Text && repeats(&words, &e.text)).collect();
    // What stands among the words of the instruction is part of it.
    let is_echo = |element: &&Element| {
        let (x, y) = element.area.centre();
        let beside = |echo: &&&Element| {
            let row = Rect::new(echo.area.x - 2 * echo.area.h, echo.area.y, echo.area.w + 4 * echo.area.h, echo.area.h);
            row.contains(x, y) && element.area.h <= 2 * echo.area.h
        };
        repeated.iter().any(|echo| echo.area == element.area)
            || (element.text.is_empty() && repeated.iter().any(|echo| beside(&echo)))
    };
    let (echoes, others): (Vec<&Element>, Vec<&Element>) = scene.reading.elements.iter().partition(is_echo);
    let found = best_of(&words, &others, scene);
    let found = if found.is_empty() { alike_words(&words, &others, scene) } else { found };
    if found.is_empty() { best_of(&words, &echoes, scene) } else { found }
}

/// The one thing that is called by another word for one of the instruction's.
fn alike_words(instruction: &[String], elements: &[&Element], scene: Scene<'_>) -> Vec<Hit> {
    let others = instruction.iter().flat_map(|word| words::alike(word));
    let called = |other: &str| -> Vec<Hit> {
        let same = |e: &&&Element| plain(&e.text) == plain(other) || plain(&e.name) == plain(other);
        elements.iter().filter(same).map(|e| find::hit(e, scene.reading, 1.0)).collect()
    };
    // The likeliest word first; of two places with it neither is meant for sure.
    let found = others.map(called).find(|hits| !hits.is_empty());
    found.filter(|hits| hits.len() == 1).unwrap_or_default()
}

fn best_of(words: &[String], elements: &[&Element], scene: Scene<'_>) -> Vec<Hit> {
    let scored = elements.iter().filter_map(|element| {
        let own = [element.text.as_str(), element.name.as_str()];
        let own = own.into_iter().filter_map(|text| shared(words, text)).max_by(f32::total_cmp);
        let other = words::of(element).into_iter().filter_map(|text| shared(words, text)).max_by(f32::total_cmp);
        let is_sure = element.icon.is_empty() || !element.name.is_empty();
        let part = if is_sure { FOR_ANOTHER } else { FOR_LIKELY };
        let shared = own.into_iter().chain(other.map(|score| score * part)).max_by(f32::total_cmp)?;
        let clickable = match element.role {
            role if !role.takes_clicks() => 0.0,
            _ if element.text.is_empty() => CLICKABLE / 2.0,
            _ => CLICKABLE,
        };
        // "Add a connection": the first word says what a button does.
        let names = own_words(element);
        let begins = words
            .first()
            .filter(|word| !is_common(word))
            .is_some_and(|verb| element.role.takes_clicks() && names.iter().any(|name| name == verb));
        let verb = if begins { FIRST } else { 0.0 };
        Some(find::hit(element, scene.reading, shared + clickable + verb))
    });
    let mut found: Vec<Hit> = scored.collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.area.y.cmp(&b.area.y)));
    let best = found.first().map_or(0.0, |hit| hit.score);
    found.retain(|hit| hit.score >= best - 0.01);
    found
}

/// What is written on an element, and its icon's words, where that is one word.
fn own_words(element: &Element) -> Vec<String> {
    let texts = [element.text.as_str(), element.name.as_str()].into_iter().chain(words::of(element));
    texts.map(split).filter(|words| words.len() == 1).flatten().collect()
}

fn is_common(word: &String) -> bool {
    COMMON.iter().any(|common| plain(common) == *word)
}

/// Whether a text repeats the instruction: two words or more of it in their order, and no others.
fn repeats(instruction: &[String], text: &str) -> bool {
    let text = split(text);
    text.len() >= 2 && instruction.windows(text.len()).any(|part| part.iter().zip(&text).all(|(a, b)| is_form(a, b)))
}

fn split(text: &str) -> Vec<String> {
    let split = text.split(|c: char| c.is_whitespace() || c == '/' || c == '-');
    split.map(plain).filter(|word| !word.is_empty()).collect()
}

/// How much of a text the instruction holds, in letters; nothing where that is less than most of the text, or only
/// words that every instruction holds.
fn shared(instruction: &[String], text: &str) -> Option<f32> {
    let text = split(text);
    let is_held =
        |word: &&String| instruction.iter().any(|other| is_form(other, word) || words::mean_the_same(other, word));
    let held: Vec<&String> = text.iter().filter(is_held).collect();
    let telling: usize =
        held.iter().filter(|word| !is_common(word) && word.len() >= SHORTEST).map(|word| word.chars().count()).sum();
    let letters = |words: &[String]| words.iter().map(|word| word.chars().count()).sum::<usize>();
    let all = letters(&text);
    let kept: usize = held.iter().map(|word| word.chars().count()).sum();
    // Two thirds of a text must be said; of a longer text every word more that is not makes it less likely.
    let whole = if kept == all { WHOLE } else { 0.0 };
    (telling > 0 && kept * 3 >= all * 2).then(|| telling as f32 + whole - 0.5 * (all - kept) as f32)
}

/// Whether two words are one but for a letter that was misread or an ending.
fn is_form(a: &str, b: &str) -> bool {
    let long = a.chars().count().min(b.chars().count()) >= 4;
    // "Config" for "configuration"; "Partitioning" is another word than "partition".
    let endings = ["ing", "ed", "er", "ers", "s"].map(plain);
    let is_short_for = |short: &str, long: &str| {
        let rest = long.strip_prefix(short).filter(|rest| !endings.iter().any(|ending| ending == rest));
        short.len() >= 5 && short.len() * 5 >= long.len() * 2 && rest.is_some()
    };
    a == b
        || (long && strsim::osa_distance(a, b) <= 1)
        || (long && (is_plural(a, b) || is_plural(b, a)))
        || is_short_for(a, b)
        || is_short_for(b, a)
}

fn is_plural(one: &str, many: &str) -> bool {
    many.strip_prefix(one).is_some_and(|ending| matches!(ending, "s" | "es"))
}

#[cfg(test)]
mod tests {
    use sightstep_vision::read::Role;

    use super::*;

    fn point(instruction: &str) -> Option<(i32, i32)> {
        let element = |kind, text: &str, y| Element::new(kind, text, Rect::new(0, y, 100, 20));
        let elements = vec![
            element(Role::Text, "Alarms", 0),
            element(Role::Button, "Add Alarm…", 100),
            element(Role::MenuItem, "Animals & Nature", 200),
            element(Role::Button, "No", 300),
            element(Role::Button, "No", 400),
            element(Role::Text, "Credits", 500),
        ];
        let reading = Reading { lines: vec![], elements };
        ground(&reading, 640, 600, instruction).ok().map(|found| (found.point.x, found.point.y))
    }

    #[test]
    fn instructions_in_any_words_point_at_what_they_name() {
        let cases = [
            ("Click on the \"No\" button.", Some((50, 310))),
            ("Add a new alarm using the Add Alarm button", Some((50, 110))),
            ("Click Animals and nature and check.", Some((50, 210))),
            ("Show credits.", Some((50, 510))),
            ("Click Credits to see who made it", Some((50, 510))),
            ("Navigate through several screens", None),
            ("", None),
        ];
        let wrong: Vec<_> = cases.iter().filter(|(i, want)| point(i) != *want).map(|(i, _)| (i, point(i))).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
