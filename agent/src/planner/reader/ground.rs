//! Grounding: the one place that an instruction points at, without a run around it.
//!
//! Instructions come from anywhere, so what the grammar does not understand is still looked for: the longest text on the
//! screen whose words the instruction holds.

use std::collections::BTreeMap;

use serde::Serialize;
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::{ElementKind, Reading};

use super::find::{Found, Hit, Scene};
use super::grammar::GoalStep;
use super::literals::Literals;
use super::target::Kind;
use super::{clauses, fields, find, grammar, thought};
use crate::matching::plain;

/// Words that say what to do or how to say it, never what with.
const COMMON: [&str; 44] = [
    "click", "on", "the", "a", "an", "to", "in", "into", "of", "and", "or", "it", "its", "is", "be", "for", "with",
    "select", "choose", "open", "press", "button", "link", "tab", "menu", "item", "option", "icon", "check", "see",
    "using", "then", "now", "by", "at", "from", "that", "this", "you", "get", "able", "new", "want", "up",
];

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
    let scene = Scene { reading, active: None, is_intruder: false, bounds, goal: instruction };
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
    clauses::split(&text).iter().flat_map(|clause| [clause.as_str(), without_purpose(clause)]).find_map(|clause| {
        let step = grammar::parse(clause, &literals)?.into_iter().next()?;
        match pointed(&step, scene)? {
            Found::One(hit) => Some(vec![hit]),
            Found::Several(hits) => Some(hits),
            Found::Nothing => None,
        }
    })
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
        _ => None,
    }
}

/// The texts that share most with the instruction, the best first; what is as good as the best follows it.
fn loosely(instruction: &str, scene: Scene<'_>) -> Vec<Hit> {
    let words: Vec<String> = words(instruction);
    let mut found: Vec<Hit> = scene
        .reading
        .elements
        .iter()
        .filter_map(|e| {
            let shared = shared(&words, &e.text)?;
            let clickable = if e.kind == ElementKind::Text { 0.0 } else { 0.5 };
            Some(find::hit(e, scene.reading, shared + clickable))
        })
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.area.y.cmp(&b.area.y)));
    let best = found.first().map_or(0.0, |hit| hit.score);
    found.retain(|hit| hit.score >= best - 0.01);
    found
}

fn words(text: &str) -> Vec<String> {
    let split = text.split(|c: char| c.is_whitespace() || c == '/' || c == '-');
    split.map(plain).filter(|word| !word.is_empty()).collect()
}

/// How much of a text the instruction holds, in letters; nothing where that is less than most of the text, or only
/// words that every instruction holds.
fn shared(instruction: &[String], text: &str) -> Option<f32> {
    let text = words(text);
    let is_common = |word: &String| COMMON.iter().any(|common| plain(common) == *word);
    let held: Vec<&String> = text.iter().filter(|word| instruction.iter().any(|other| is_form(other, word))).collect();
    let telling: usize =
        held.iter().filter(|word| !is_common(word) && word.len() >= SHORTEST).map(|word| word.chars().count()).sum();
    let letters = |words: &[String]| words.iter().map(|word| word.chars().count()).sum::<usize>();
    let all = letters(&text);
    let kept: usize = held.iter().map(|word| word.chars().count()).sum();
    // Two thirds of a text must be said; of a longer text every word more that is not makes it less likely.
    (telling > 0 && kept * 3 >= all * 2).then(|| telling as f32 - 0.5 * (all - kept) as f32)
}

/// Whether two words are one but for a letter that was misread or an ending.
fn is_form(a: &str, b: &str) -> bool {
    let long = a.chars().count().min(b.chars().count()) >= 4;
    a == b || (long && strsim::osa_distance(a, b) <= 1) || (long && (is_plural(a, b) || is_plural(b, a)))
}

fn is_plural(one: &str, many: &str) -> bool {
    many.strip_prefix(one).is_some_and(|ending| matches!(ending, "s" | "es" | "ing" | "lng"))
}

#[cfg(test)]
mod tests {
    use sightstep_vision::read::Element;

    use super::*;

    fn point(instruction: &str) -> Option<(i32, i32)> {
        let element =
            |kind, text: &str, y| Element { kind, text: text.into(), area: Rect::new(0, y, 100, 20), checked: None };
        let elements = vec![
            element(ElementKind::Text, "Alarms", 0),
            element(ElementKind::Button, "Add Alarm…", 100),
            element(ElementKind::MenuItem, "Animals & Nature", 200),
            element(ElementKind::Button, "No", 300),
            element(ElementKind::Button, "No", 400),
            element(ElementKind::Text, "Credits", 500),
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
