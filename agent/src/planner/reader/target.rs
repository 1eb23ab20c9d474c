//! What a clause points at: a text, a kind of element, a place in an order, a neighbour.

use sightstep_vision::read::Role;

use super::literals::is_private;
use super::places::{self, Spot};

/// A description of a place on the screen. Texts still hold the goal's private characters.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Target {
    /// What it says.
    pub(super) text: Option<String>,
    /// The same with the word for its kind, where one was taken from it: "Create Folder", of which "Create" is left.
    pub(super) whole: Option<String>,
    /// What it is.
    pub(super) kind: Option<Kind>,
    /// Which one of several.
    pub(super) place: Option<Position>,
    /// Where, seen from another.
    pub(super) relation: Option<(Relation, Box<Target>)>,
    /// The texts of a column and a row that a cell is in, in either order.
    pub(super) crossing: Option<(String, String)>,
    /// Which part of it.
    pub(super) spot: Option<Spot>,
    /// A point of the picture, instead of all that.
    pub(super) point: Option<(i32, i32)>,
}

/// Kinds of elements as people name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A kind that the reader tells apart.
    Element(Role),
    /// A menu, a list to choose from, a combo box.
    Menu,
    /// The page of an editor or a terminal.
    Page,
    /// Anything else that only a text names.
    Other,
}

/// A place in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// Counted from 1.
    Nth(usize),
    /// The last one.
    Last,
}

/// Where something stands, seen from something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// Under it.
    Below,
    /// Over it.
    Above,
    /// On its right.
    RightOf,
    /// On its left.
    LeftOf,
    /// Beside it, wherever.
    NextTo,
    /// In the menu, list or group of that name.
    In,
    /// In the same row of a list or table.
    Row,
}

const RELATIONS: [(&str, Relation); 28] = [
    (" in the row of ", Relation::Row),
    (" in the row with ", Relation::Row),
    (" in the same row as ", Relation::Row),
    (" of the row ", Relation::Row),
    (" in the row ", Relation::Row),
    (" in row ", Relation::Row),
    (" to the right of ", Relation::RightOf),
    (" on the right of ", Relation::RightOf),
    (" right of ", Relation::RightOf),
    (" to the left of ", Relation::LeftOf),
    (" on the left of ", Relation::LeftOf),
    (" left of ", Relation::LeftOf),
    (" next to ", Relation::NextTo),
    (" beside ", Relation::NextTo),
    (" near ", Relation::NextTo),
    (" below ", Relation::Below),
    (" under ", Relation::Below),
    (" underneath ", Relation::Below),
    (" beneath ", Relation::Below),
    (" above ", Relation::Above),
    (" over ", Relation::Above),
    (" from the ", Relation::In),
    (" from ", Relation::In),
    (" in the ", Relation::In),
    (" in ", Relation::In),
    (" inside ", Relation::In),
    (" of the ", Relation::In),
    (" on the ", Relation::In),
];

/// What people call kinds of elements. A longer name stands before those that it ends with.
const KINDS: [(&str, Kind); 70] = [
    ("menu item", Kind::Element(Role::MenuItem)),
    ("menu entry", Kind::Element(Role::MenuItem)),
    ("menu option", Kind::Element(Role::MenuItem)),
    ("radio button", Kind::Element(Role::Radio)),
    ("push button", Kind::Element(Role::Button)),
    ("toggle button", Kind::Element(Role::Button)),
    ("icon button", Kind::Element(Role::IconButton)),
    ("menu button", Kind::Element(Role::Button)),
    ("spin button", Kind::Element(Role::Spinner)),
    ("spin box", Kind::Element(Role::Spinner)),
    ("spinbox", Kind::Element(Role::Spinner)),
    ("spinner", Kind::Element(Role::Spinner)),
    ("toggle switch", Kind::Element(Role::Switch)),
    ("toggle", Kind::Element(Role::Switch)),
    ("switch", Kind::Element(Role::Switch)),
    ("slider", Kind::Element(Role::Slider)),
    ("scroll bar", Kind::Element(Role::ScrollBar)),
    ("scrollbar", Kind::Element(Role::ScrollBar)),
    ("progress bar", Kind::Element(Role::Progress)),
    ("button", Kind::Element(Role::Button)),
    ("radio", Kind::Element(Role::Radio)),
    ("check box", Kind::Element(Role::Checkbox)),
    ("checkbox", Kind::Element(Role::Checkbox)),
    ("tick box", Kind::Element(Role::Checkbox)),
    ("hyperlink", Kind::Element(Role::Link)),
    ("link", Kind::Element(Role::Link)),
    ("tab", Kind::Element(Role::Tab)),
    ("text field", Kind::Element(Role::Field)),
    ("text input", Kind::Element(Role::Field)),
    ("text box", Kind::Element(Role::Field)),
    ("textbox", Kind::Element(Role::Field)),
    ("input field", Kind::Element(Role::Field)),
    ("input box", Kind::Element(Role::Field)),
    ("entry field", Kind::Element(Role::Field)),
    ("bar", Kind::Element(Role::Field)),
    ("field", Kind::Element(Role::Field)),
    ("entry", Kind::Element(Role::Field)),
    ("input", Kind::Element(Role::Field)),
    ("combo box", Kind::Menu),
    ("combobox", Kind::Menu),
    ("drop-down menu", Kind::Menu),
    ("drop-down list", Kind::Menu),
    ("drop-down", Kind::Menu),
    ("dropdown menu", Kind::Menu),
    ("dropdown", Kind::Menu),
    ("selector", Kind::Menu),
    ("list", Kind::Menu),
    ("menu", Kind::Menu),
    ("text area", Kind::Page),
    ("textarea", Kind::Page),
    ("editor", Kind::Page),
    ("document", Kind::Page),
    ("page", Kind::Page),
    ("canvas", Kind::Page),
    ("drawing area", Kind::Page),
    ("terminal", Kind::Page),
    ("list item", Kind::Element(Role::ListRow)),
    ("row", Kind::Element(Role::ListRow)),
    ("cell", Kind::Element(Role::Cell)),
    ("box", Kind::Element(Role::Field)),
    ("icon", Kind::Element(Role::Image)),
    ("symbol", Kind::Element(Role::Image)),
    ("image", Kind::Element(Role::Image)),
    ("picture", Kind::Element(Role::Image)),
    ("option", Kind::Other),
    ("label", Kind::Other),
    ("text", Kind::Other),
    ("item", Kind::Other),
    ("widget", Kind::Other),
    ("control", Kind::Other),
];

/// Kinds that are only dropped: what they name is told by its text.
const NOUNS: [&str; 11] =
    ["folder", "directory", "file", "window", "dialog", "key", "word", "heading", "element", "section", "application"];

const ORDINALS: [(&str, Position); 11] = [
    ("first", Position::Nth(1)),
    ("second", Position::Nth(2)),
    ("third", Position::Nth(3)),
    ("fourth", Position::Nth(4)),
    ("fifth", Position::Nth(5)),
    ("sixth", Position::Nth(6)),
    ("seventh", Position::Nth(7)),
    ("eighth", Position::Nth(8)),
    ("ninth", Position::Nth(9)),
    ("tenth", Position::Nth(10)),
    ("last", Position::Last),
];

impl Kind {
    /// Whether an element of this role is meant by the kind's name.
    pub(super) fn fits(self, role: Role) -> bool {
        match self {
            Self::Element(Role::Button) => matches!(role, Role::Button | Role::IconButton),
            Self::Element(Role::Field) => role.is_typed_into() || role == Role::Combo,
            Self::Element(Role::Checkbox | Role::Switch) => matches!(role, Role::Checkbox | Role::Switch),
            Self::Element(Role::Image) => matches!(role, Role::Image | Role::IconButton),
            Self::Element(Role::MenuItem) => matches!(role, Role::MenuItem | Role::Menu),
            Self::Element(Role::ListRow) => matches!(role, Role::ListRow | Role::TreeRow | Role::Option),
            Self::Element(wanted) => role == wanted,
            Self::Menu => matches!(role, Role::Combo | Role::Menu),
            Self::Page => role == Role::TextArea,
            Self::Other => false,
        }
    }

    /// Whether only one role is meant, so that it says enough alone: "the text area".
    pub(super) fn named(text: &str) -> Option<Self> {
        match kind(text.trim()) {
            (Some(found), "") if found != Self::Other => Some(found),
            _ => None,
        }
    }
}

impl Target {
    /// Reads a description; nothing where it describes nothing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = trimmed(text);
        if let Some(point) = places::point(text) {
            return Some(Self { point: Some(point), ..Self::default() });
        }
        if let Some((spot, of)) = Spot::of(text) {
            return Some(Self { spot: Some(spot), ..Self::parse(of)? });
        }
        if let Some(crossing) = crossing(text) {
            return Some(Self { kind: Some(Kind::Element(Role::Cell)), crossing: Some(crossing), ..Self::default() });
        }
        if let Some((head, relation, of)) = relation(text) {
            let target = Self::simple(head)?;
            let other = Self::parse(of)?;
            return Some(Self { relation: Some((relation, Box::new(other))), ..target });
        }
        Self::simple(text)
    }

    /// Reads a description without a relation.
    pub(super) fn simple(text: &str) -> Option<Self> {
        let (place, text) = ordinal(trimmed(text));
        let whole = trimmed(text);
        let (kind, text) = match kind(whole) {
            // "Text" and "Item" alone are names.
            (Some(Kind::Other), "") => (None, whole),
            found => found,
        };
        let text = naming(trimmed(text));
        let name = naming(whole);
        let whole = (text != name && name.starts_with(text)).then(|| name.to_owned());
        let target = Self { text: (!text.is_empty()).then(|| text.to_owned()), whole, kind, place, ..Self::default() };
        (target.text.is_some() || target.kind.is_some()).then_some(target)
    }

    /// A description that is only a text.
    pub(super) fn of_text(text: &str) -> Self {
        Self { text: Some(text.to_owned()), ..Self::default() }
    }
}

/// "Cell of Age and Bob", "cell in row Bob and column Age": both texts.
fn crossing(text: &str) -> Option<(String, String)> {
    let starts = ["cell of ", "cell for ", "cell in ", "cell at ", "cell where "];
    let both = starts.iter().find_map(|start| strip_start(text, start))?;
    let (one, other) = [" and ", " meets ", " of ", ", "].iter().find_map(|word| both.split_once(word))?;
    let bare = |part: &str| {
        let part = trimmed(part);
        let named = ["row ", "column "].iter().find_map(|word| strip_start(part, word)).unwrap_or(part);
        let named = [" row", " column"].iter().find_map(|word| strip_end(named, word)).unwrap_or(named);
        naming(named).to_owned()
    };
    Some((bare(one), bare(other))).filter(|(one, other)| !one.is_empty() && !other.is_empty())
}

/// Without articles and the words that lead to a name.
fn trimmed(text: &str) -> &str {
    let mut text = text.trim();
    for article in ["the ", "a ", "an ", "on the ", "on "] {
        if text.get(..article.len()).is_some_and(|start| start.eq_ignore_ascii_case(article)) {
            text = text[article.len()..].trim_start();
        }
    }
    text
}

/// Without "labelled", "named" and the like before a name.
fn naming(text: &str) -> &str {
    let words =
        ["labelled ", "labeled ", "named ", "called ", "titled ", "that says ", "with the text ", "saying ", "marked "];
    words.iter().find_map(|word| strip_start(text, word)).unwrap_or(text).trim()
}

fn strip_start<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word)).map(|_| &text[word.len()..])
}

fn strip_end<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(word.len())?;
    text.get(at..).filter(|end| end.eq_ignore_ascii_case(word)).map(|_| &text[..at])
}

/// The first relation word outside a name, with what stands on both sides.
fn relation(text: &str) -> Option<(&str, Relation, &str)> {
    let lower = text.to_ascii_lowercase();
    let found = RELATIONS.iter().filter_map(|(word, relation)| lower.find(word).map(|at| (at, *word, *relation)));
    let (at, word, relation) = found.min_by_key(|(at, word, _)| (*at, std::cmp::Reverse(word.len())))?;
    Some((&text[..at], relation, &text[at + word.len()..]))
}

fn ordinal(text: &str) -> (Option<Position>, &str) {
    let Some((word, rest)) = text.split_once(' ') else { return (None, text) };
    let lower = word.to_ascii_lowercase();
    if let Some((_, place)) = ORDINALS.iter().find(|(name, _)| *name == lower) {
        return (Some(*place), rest);
    }
    let digits = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '-');
    let ending = &lower[digits.len()..];
    match digits.parse() {
        Ok(n) if n > 0 && matches!(ending, "st" | "nd" | "rd" | "th" | "-th") => (Some(Position::Nth(n)), rest),
        _ => (None, text),
    }
}

/// A kind at the end ("the Save button") or at the start, before a name ("the button 'Save'", "button Save").
fn kind(text: &str) -> (Option<Kind>, &str) {
    for (name, kind) in KINDS {
        match strip_end(text, name) {
            Some("") => return (Some(kind), ""),
            Some(rest) if rest.ends_with(' ') => return (Some(kind), rest),
            _ => {}
        }
    }
    for (name, kind) in KINDS {
        if let Some(rest) = strip_start(text, name).and_then(|rest| rest.strip_prefix(' ')) {
            let is_name = rest.starts_with(is_private) || naming(rest) != rest.trim() || kind_may_lead(kind);
            if is_name {
                return (Some(kind), rest);
            }
        }
    }
    let noun = NOUNS.iter().find_map(|noun| strip_end(text, noun).filter(|rest| rest.ends_with(' ')));
    (None, noun.unwrap_or(text))
}

/// Whether the kind's word before a bare name ("link Imprint") is the kind; "text size" and "page 2" are names.
fn kind_may_lead(kind: Kind) -> bool {
    matches!(kind, Kind::Element(Role::Button | Role::Link | Role::Checkbox | Role::Radio))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions() {
        let text = |t: &str| Target::of_text(t);
        let kind = |t: &str, kind| Target { kind: Some(kind), ..text(t) };
        let whole = |whole: &str, target| Target { whole: Some(whole.to_owned()), ..target };
        let button = Kind::Element(Role::Button);
        let cases = [
            ("Save", text("Save")),
            ("the Save button", whole("Save button", kind("Save", button))),
            ("on the button labelled Save", kind("Save", button)),
            ("button \u{E000}", kind("\u{E000}", button)),
            ("the Documents folder", whole("Documents folder", text("Documents"))),
            ("Tab #1", text("Tab #1")),
            ("Text size", text("Text size")),
            ("the 2nd No", Target { place: Some(Position::Nth(2)), ..text("No") }),
            (
                "the last Remove link",
                whole(
                    "Remove link",
                    Target { place: Some(Position::Last), ..kind("Remove", Kind::Element(Role::Link)) },
                ),
            ),
            (
                "the Edit button to the right of Bob",
                whole(
                    "Edit button",
                    Target { relation: Some((Relation::RightOf, Box::new(text("Bob")))), ..kind("Edit", button) },
                ),
            ),
            (
                "Save As in the File menu",
                Target {
                    relation: Some((Relation::In, Box::new(whole("File menu", kind("File", Kind::Menu))))),
                    ..text("Save As")
                },
            ),
            (
                "the cell of Age and Bob",
                Target {
                    kind: Some(Kind::Element(Role::Cell)),
                    crossing: Some(("Age".into(), "Bob".into())),
                    ..Target::default()
                },
            ),
            (
                "Delete in the row of Ines",
                Target { relation: Some((Relation::Row, Box::new(text("Ines")))), ..text("Delete") },
            ),
            ("the field", whole("field", Target { kind: Some(Kind::Element(Role::Field)), ..Target::default() })),
        ];
        let wrong: Vec<_> = cases
            .iter()
            .filter(|(t, want)| Target::parse(t).as_ref() != Some(want))
            .map(|(t, _)| (t, Target::parse(t)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert_eq!(Target::parse(" the "), Target::parse("the"));
        assert_eq!(Target::parse(""), None);
    }
}
