//! The grammar: what one clause asks for.

use sightstep_actions::key::Chord;
use sightstep_actions::plan::{Button, Direction, WindowChange};

use super::literals::{Literals, is_private};
use super::places;
use super::target::{Kind, Target};

/// What a clause asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum GoalStep {
    /// Click on something.
    Click { target: Target, button: Button, count: u32 },
    /// Follow a path through menus: every part is clicked in turn.
    Path { parts: Vec<Target> },
    /// Move the pointer over something.
    Move { target: Target },
    /// Type, into a field or where the focus is; `replace` takes out what the focus holds first.
    Type { text: String, into: Option<Target>, replace: bool },
    /// Empty a field.
    Clear { target: Target },
    /// Choose from a menu, a list or a combo box.
    Choose { option: Target, from: Target },
    /// Bring a check box or a radio button into a state.
    Tick { target: Target, on: bool },
    /// Press a chord, once or several times.
    Press { keys: Vec<String>, times: u32 },
    /// Turn the wheel.
    Scroll { direction: Direction, ticks: u32, over: Option<Target> },
    /// Turn the wheel until something shows.
    ScrollTo { direction: Direction, target: Target },
    /// Click while a key is held.
    ClickHolding { key: String, target: Target },
    /// Drag something onto something else, or some way.
    Drag { from: Target, to: DragEnd },
    /// Change a window: the one whose title says so, or the active one. What is no window is clicked on, where that may be meant.
    Window { title: Option<String>, change: WindowChange, otherwise: Option<Target> },
    /// Start a program.
    Open { app: String },
    /// Wait some seconds.
    Wait { seconds: f64 },
    /// Wait until something shows, or no longer shows.
    WaitFor { target: Target, absent: bool },
    /// Wait until a window of that title is open.
    WaitOpened { title: String },
    /// Wait until a window closes: the one of that title, or the one that has the keyboard.
    WaitClosed { title: Option<String> },
    /// Do so many of the steps that follow only where something shows, or does not.
    When { condition: Target, absent: bool, steps: usize },
    /// What is called so must have a value.
    Holds { what: Target, value: String },
}

/// Where a drag ends.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum DragEnd {
    /// On a thing.
    Target(Target),
    /// So many pixels further.
    By(i32, i32),
}

/// Notches of one turn of the wheel: a third to a half of a page in GTK and in Chromium.
const TURN: u32 = 5;

/// How often one clause may ask for the same.
pub(super) const MOST_TIMES: u32 = 200;

/// The longest wait that one clause may ask for, in seconds.
const LONGEST_WAIT: f64 = 600.0;

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

/// "If X shows, click Y", "click Y if X shows", "click Y if it is there": what must show, or must not, and what is done then.
fn condition(clause: &str) -> Option<(&str, bool, &str)> {
    if let Some(rest) = strip(clause, "if ") {
        let (condition, then) = rest.split_once(',')?;
        let (condition, absent) = seen(condition)?;
        return Some((condition, absent, then.trim().trim_start_matches("then ").trim()));
    }
    let at = clause.to_ascii_lowercase().rfind(" if ")?;
    let (rest, condition) = (clause[..at].trim(), clause[at + " if ".len()..].trim());
    let (condition, absent) = seen(condition)?;
    let is_itself = ["it", "that", "they", "one"].iter().any(|word| condition.eq_ignore_ascii_case(word));
    // Of "click Save if it is there", the thing itself is what must show.
    let condition = if is_itself { rest.split_once(' ')?.1 } else { condition };
    Some((condition, absent, rest))
}

/// "X shows", "X is not there": X, and whether it must not show. Nothing where it is not about what shows.
fn seen(text: &str) -> Option<(&str, bool)> {
    let text = text.trim();
    let not = [
        " does not show",
        " does not appear",
        " is not shown",
        " is not visible",
        " is not there",
        " is missing",
        " is absent",
    ];
    if let Some(what) = not.iter().find_map(|ending| text.strip_suffix(ending)).or_else(|| gone(text)) {
        return Some((what.trim(), true));
    }
    let what = shown(text);
    if what.len() < text.len() {
        return Some((what, false));
    }
    text.strip_suffix(" exists").or_else(|| text.strip_suffix(" comes up")).map(|what| (what.trim(), false))
}

/// What must be seen now: that something shows, or that it has a value.
fn expected(rest: &str) -> Option<Vec<GoalStep>> {
    if let Some((what, absent)) = seen(rest) {
        return Some(vec![GoalStep::WaitFor { target: Target::parse(what)?, absent }]);
    }
    let (what, value) = around(rest, &["is", "says", "equals", "shows", "contains", "has"])?;
    if value.is_empty() || ["checked", "ticked", "selected", "enabled", "disabled"].contains(&value) {
        return None;
    }
    Some(vec![GoalStep::Holds { what: Target::parse(what)?, value: value.to_owned() }])
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

/// A window by its title, or without one the active one; tabs, menus and such are clicked on.
fn window(rest: &str, change: WindowChange) -> Option<Vec<GoalStep>> {
    let rest = strip(rest, "the ").unwrap_or(rest).trim();
    let nouns = ["window", "dialog", "dialogue", "application", "program", "app"];
    let noun = nouns.iter().find(|noun| rest.eq_ignore_ascii_case(noun));
    if noun.is_some() || rest.is_empty() || rest.eq_ignore_ascii_case("it") {
        return (change != WindowChange::Activate)
            .then(|| vec![GoalStep::Window { title: None, change, otherwise: None }]);
    }
    let leading = nouns.iter().find_map(|noun| strip(rest, noun).filter(|rest| rest.starts_with([' ', '\u{E000}'])));
    let trailing = nouns.iter().find_map(|noun| rest.strip_suffix(noun).filter(|rest| rest.ends_with(' ')));
    let name = leading.or(trailing).map(str::trim);
    if name.is_none() && Target::parse(rest).is_some_and(|target| target.kind.is_some()) {
        // "Switch to the Advanced tab" is a click; a tab is closed by its own cross, which is to be named.
        return if change == WindowChange::Activate { click(rest, Button::Left, 1) } else { None };
    }
    let otherwise = match change {
        WindowChange::Activate if name.is_none() => Some(Target::parse(rest)?),
        _ => None,
    };
    Some(vec![GoalStep::Window { title: Some(name.unwrap_or(rest).to_owned()), change, otherwise }])
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

fn scroll(rest: &str) -> Option<Vec<GoalStep>> {
    let directions =
        [("down", Direction::Down), ("up", Direction::Up), ("left", Direction::Left), ("right", Direction::Right)];
    let found = directions.iter().find_map(|(word, direction)| {
        strip(rest, word).filter(|rest| rest.is_empty() || rest.starts_with(' ')).map(|rest| (*direction, rest.trim()))
    });
    let (direction, rest) = found.unwrap_or((Direction::Down, rest));
    if let Some(target) = strip(rest, "until ").map(shown).or_else(|| strip(rest, "to ").map(str::trim)) {
        return Some(vec![GoalStep::ScrollTo { direction, target: Target::parse(target)? }]);
    }
    let (rest, turns) = times(rest);
    let (count, rest) = notches(rest).unwrap_or((turns * TURN, rest));
    let over = match strip(rest, "in ").or_else(|| strip(rest, "over ")).or_else(|| strip(rest, "on ")) {
        Some(over) => Some(Target::parse(over)?),
        None if rest.is_empty() || rest == "once" => None,
        None => return None,
    };
    Some(vec![GoalStep::Scroll { direction, ticks: count, over }])
}

/// "3 notches" or "by 3 notches", and what follows.
fn notches(rest: &str) -> Option<(u32, &str)> {
    let rest = strip(rest, "by ").unwrap_or(rest);
    let (number, rest) = rest.split_once(' ')?;
    let count = number.parse().ok().filter(|n| (1..=200).contains(n))?;
    let words = ["notches", "notch", "ticks", "tick", "clicks", "click"];
    words.iter().find_map(|word| strip(rest, word)).map(|rest| (count, rest.trim()))
}

/// "X shows", "X appears", "X is visible": X.
fn shown(text: &str) -> &str {
    let text = text.trim();
    let endings = [
        " is shown",
        " is visible",
        " is displayed",
        " is there",
        " is open",
        " is on the screen",
        " becomes visible",
        " appears",
        " shows up",
        " shows",
        " show",
        " opens",
        " comes into view",
        " to appear",
        " to show",
        " to open",
    ];
    endings.iter().find_map(|ending| text.strip_suffix(ending)).unwrap_or(text).trim()
}

/// "X disappears", "X is gone": X.
fn gone(text: &str) -> Option<&str> {
    let endings =
        [" disappears", " is gone", " vanishes", " closes", " to disappear", " to close", " to go", " goes away"];
    endings.iter().find_map(|ending| text.trim().strip_suffix(ending)).map(str::trim)
}

fn drag(rest: &str) -> Option<Vec<GoalStep>> {
    let rest = strip(rest, "from ").unwrap_or(rest);
    if let Some((from, way)) = dragged_way(rest) {
        return Some(vec![GoalStep::Drag { from: Target::parse(from)?, to: DragEnd::By(way.0, way.1) }]);
    }
    let (from, to) = around(rest, &["onto", "to", "into", "on top of", "over"])?;
    Some(vec![GoalStep::Drag { from: Target::parse(from)?, to: DragEnd::Target(Target::parse(to)?) }])
}

/// "X to the right by 100 pixels", "X 100 pixels down", "X by 30,40": X, and how far.
fn dragged_way(rest: &str) -> Option<(&str, (i32, i32))> {
    let words = [" to the ", " by ", " up", " down", " left", " right"];
    let starts = words.iter().flat_map(|word| rest.match_indices(word).map(|(at, _)| at));
    let (at, (x, y)) = starts.filter_map(|at| Some((at, places::way(&rest[at..])?))).min_by_key(|(at, _)| *at)?;
    let from = rest[..at].trim();
    // "X 100 pixels to the right".
    let length = from.rsplit_once(' ').filter(|(_, unit)| unit.starts_with("pixel") || *unit == "px");
    if let Some((head, length)) = length.and_then(|(head, _)| head.rsplit_once(' ')) {
        let length = places::pixels(length)?;
        return Some((head, (x.signum() * length, y.signum() * length)));
    }
    Some((from, (x, y)))
}

fn hover(rest: &str) -> Option<Vec<GoalStep>> {
    Some(vec![GoalStep::Move { target: Target::parse(rest)? }])
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

fn wait(rest: &str) -> Option<Vec<GoalStep>> {
    if rest.is_empty() {
        return Some(vec![GoalStep::Wait { seconds: 1.0 }]);
    }
    let inner = strip(rest, "for ").or_else(|| strip(rest, "until ")).unwrap_or(rest);
    if let Some(seconds) = seconds(inner) {
        return Some(vec![GoalStep::Wait { seconds }]);
    }
    if inner == rest {
        return None;
    }
    if let Some(title) = gone(inner).and_then(window_named) {
        return Some(vec![GoalStep::WaitClosed { title }]);
    }
    if let Some(Some(title)) = window_named(shown(inner)).filter(|_| gone(inner).is_none()) {
        return Some(vec![GoalStep::WaitOpened { title }]);
    }
    let (target, absent) = gone(inner).map_or_else(|| (shown(inner), false), |target| (target, true));
    Some(vec![GoalStep::WaitFor { target: Target::parse(target)?, absent }])
}

/// The title in "the window X" or "the X dialog", none in "the dialog"; nothing where no window is meant.
#[allow(clippy::option_option, reason = "a window without a name is something else than no window")]
fn window_named(text: &str) -> Option<Option<String>> {
    let text = strip(text, "the ").unwrap_or(text).trim();
    let nouns = ["window", "dialog", "dialogue", "pop-up", "popup", "message"];
    nouns.iter().find_map(|noun| {
        let rest = strip(text, noun).or_else(|| text.strip_suffix(noun))?;
        Some(Some(rest.trim().to_owned()).filter(|title| !title.is_empty()))
    })
}

fn seconds(text: &str) -> Option<f64> {
    let (number, unit) = text.split_once(' ')?;
    let factor = match unit {
        "s" | "second" | "seconds" => 1.0,
        "ms" | "milliseconds" => 0.001,
        "minute" | "minutes" => 60.0,
        _ => return None,
    };
    let number = if matches!(number, "a" | "one") { 1.0 } else { number.parse::<f64>().ok()? };
    Some(number * factor).filter(|seconds| (0.0..=LONGEST_WAIT).contains(seconds))
}

/// The step with the literals' values in its texts.
fn filled(step: GoalStep, literals: &Literals) -> GoalStep {
    let text = |text: String| literals.value_of(&text);
    let target = |target: Target| filled_target(target, literals);
    match step {
        GoalStep::Click { target: t, button, count } => GoalStep::Click { target: target(t), button, count },
        GoalStep::Path { parts } => GoalStep::Path { parts: parts.into_iter().map(target).collect() },
        GoalStep::Move { target: t } => GoalStep::Move { target: target(t) },
        GoalStep::Type { text: t, into, replace } => GoalStep::Type { text: text(t), into: into.map(target), replace },
        GoalStep::Clear { target: t } => GoalStep::Clear { target: target(t) },
        GoalStep::Choose { option, from } => GoalStep::Choose { option: target(option), from: target(from) },
        GoalStep::Tick { target: t, on } => GoalStep::Tick { target: target(t), on },
        GoalStep::Scroll { direction, ticks, over } => GoalStep::Scroll { direction, ticks, over: over.map(target) },
        GoalStep::ScrollTo { direction, target: t } => GoalStep::ScrollTo { direction, target: target(t) },
        GoalStep::ClickHolding { key, target: t } => GoalStep::ClickHolding { key, target: target(t) },
        GoalStep::Drag { from, to: DragEnd::Target(to) } => {
            GoalStep::Drag { from: target(from), to: DragEnd::Target(target(to)) }
        }
        GoalStep::Drag { from, to } => GoalStep::Drag { from: target(from), to },
        GoalStep::WaitOpened { title } => GoalStep::WaitOpened { title: text(title) },
        GoalStep::WaitClosed { title } => GoalStep::WaitClosed { title: title.map(text) },
        GoalStep::When { condition, absent, steps } => GoalStep::When { condition: target(condition), absent, steps },
        GoalStep::Holds { what, value } => GoalStep::Holds { what: target(what), value: text(value) },
        GoalStep::Open { app } => GoalStep::Open { app: text(app) },
        GoalStep::Window { title, change, otherwise } => {
            GoalStep::Window { title: title.map(text), change, otherwise: otherwise.map(target) }
        }
        GoalStep::WaitFor { target: t, absent } => GoalStep::WaitFor { target: target(t), absent },
        step @ (GoalStep::Press { .. } | GoalStep::Wait { .. }) => step,
    }
}

fn filled_target(target: Target, literals: &Literals) -> Target {
    Target {
        text: target.text.map(|text| literals.value_of(&text)),
        whole: target.whole.map(|whole| literals.value_of(&whole)),
        crossing: target.crossing.map(|(one, other)| (literals.value_of(&one), literals.value_of(&other))),
        relation: target.relation.map(|(relation, other)| (relation, Box::new(filled_target(*other, literals)))),
        ..target
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sightstep_vision::read::Role;

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
        let menu = |text: &str| Target {
            kind: Some(Kind::Menu),
            whole: Some(format!("{text} menu")),
            ..Target::of_text(text)
        };
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
            (
                "drag A to B",
                vec![GoalStep::Drag { from: Target::of_text("A"), to: DragEnd::Target(Target::of_text("B")) }],
            ),
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
            (
                "wait until Loading disappears",
                vec![GoalStep::WaitFor { target: Target::of_text("Loading"), absent: true }],
            ),
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
        for clause in
            ["make it nice", "type", "click", "drag A", "scroll about", "wait a while", "fill Name", "", "set x"]
        {
            assert_eq!(parsed(clause), None, "{clause}");
        }
    }
}
