//! Other words for what is on the screen: those that mean the same when only one of them is there.

use sightstep_vision::read::{Element, Role};

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
    (&["="], &["equals", "equal", "result"]),
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
pub(super) fn of(element: &Element) -> &'static [&'static str] {
    if element.text.chars().count() > 3 {
        return &[];
    }
    let named = SIGNS.iter().find(|(signs, _)| signs.contains(&element.text.as_str()));
    named.map_or(&[], |(_, words)| words)
}

/// The words that may stand on a button in place of this one, without it.
pub(super) fn alike(text: &str) -> impl Iterator<Item = &'static str> {
    let is_in = |group: &&&[&str]| group.iter().any(|word| word.eq_ignore_ascii_case(text));
    let found = ALIKE.iter().filter(is_in).flat_map(|group| group.iter().copied());
    let own = text.to_owned();
    found.filter(move |word| !word.eq_ignore_ascii_case(&own))
}

/// Whether words are used for one another on things of this role.
pub(super) fn stands_for_others(role: Role) -> bool {
    role.takes_clicks()
}
