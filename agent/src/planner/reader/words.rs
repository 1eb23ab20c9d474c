//! Other words for what is on the screen: those that mean the same when only one of them is there.

use sightstep_vision::icons::Meaning;
use sightstep_vision::read::{Element, Role};

use crate::matching::plain;

/// Words on buttons that people use for one another.
const ALIKE: [&[&str]; 12] = [
    &["OK", "Confirm", "Accept", "Apply", "Done", "Yes", "Continue", "Save", "Set", "Select"],
    &["Cancel", "Abort", "Dismiss"],
    &["Close", "Quit", "Exit"],
    &["Delete", "Remove", "Erase", "Trash"],
    &["Add", "Create", "New"],
    &["Settings", "Preferences", "Options", "Configure"],
    &["Search", "Find"],
    &["Sign in", "Log in", "Login"],
    &["Sign out", "Log out", "Logout"],
    &["Sign up", "Register", "Create account"],
    &["Send", "Submit"],
    &["Credits", "Authors"],
];

/// Signs with the words for them.
const SIGNS: [(&[&str], &[&str]); 12] = [
    (&["=", "＝", "二"], &["equals", "equal", "result"]),
    (&["+", "＋"], &["plus", "add", "new", "create"]),
    (&["-", "−", "–", "—", "一"], &["minus", "subtract", "remove", "minimise", "minimize"]),
    (&["×", "x", "X", "✕", "✖", "✗"], &["times", "multiply", "close", "x", "cross"]),
    (&["÷", "/"], &["divide", "divided by", "slash"]),
    (&["%"], &["percent"]),
    (&["√"], &["square root", "root"]),
    (&[".", ","], &["point", "dot", "comma"]),
    (&["☰", "三", "≡"], &["menu", "hamburger", "burger menu", "hamburger menu", "main menu"]),
    (&["⋮", "⋯", "…", "...", ":"], &["more", "three dots", "kebab menu", "more options"]),
    (&["←", "<", "‹"], &["back", "previous", "left"]),
    (&["→", ">", "›"], &["forward", "next", "right"]),
];

/// Other words for an element: what its icon or sign is called.
pub(super) fn of(element: &Element) -> Vec<&'static str> {
    let mut words = Meaning::named(&element.icon).map(|meaning| meaning.words().to_vec()).unwrap_or_default();
    if element.text.chars().count() <= 3 {
        let named = SIGNS.iter().find(|(signs, _)| signs.contains(&element.text.as_str()));
        words.extend(named.into_iter().flat_map(|(_, words)| words.iter().copied()));
    }
    words
}

/// The words that may stand on a button in place of this one, without it; the likeliest first.
pub(super) fn alike(text: &str) -> impl Iterator<Item = &'static str> {
    let wanted = plain(text);
    let group = ALIKE.iter().find(|group| group.iter().any(|word| plain(word) == wanted));
    group.into_iter().flat_map(|group| group.iter().copied()).filter(move |word| plain(word) != wanted)
}

/// Words within a name that mean the same.
const SAME: [&[&str]; 10] = [
    &["create", "new", "add"],
    &["directory", "folder"],
    &["delete", "remove", "erase"],
    &["settings", "preferences", "options", "configuration"],
    &["exit", "quit", "close"],
    &["search", "find"],
    &["picture", "image", "photo"],
    &["trash", "bin", "wastebin", "rubbish"],
    &["empty", "free"],
    &["enable", "activate"],
];

/// Whether two words of names, as [`plain`] gives them, mean the same.
pub(super) fn mean_the_same(a: &str, b: &str) -> bool {
    let is_in = |group: &[&str], word: &str| group.iter().any(|other| plain(other) == word);
    SAME.iter().any(|group| is_in(group, a) && is_in(group, b))
}

/// Whether words are used for one another on things of this role.
pub(super) fn stands_for_others(role: Role) -> bool {
    role.takes_clicks()
}
