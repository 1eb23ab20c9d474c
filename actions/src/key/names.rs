//! The table of key names and of everything else that people and models call them.

use super::{Key, Named};

/// Every named key: its normalised name first, then its aliases in the form that [`plain`] gives.
const NAMES: &[(Named, &[&str])] = &[
    (Named::Ctrl, &["ctrl", "control", "ctl", "ctrl_l", "ctrl_r", "control_l", "control_r", "ctrlleft", "ctrlright"]),
    (Named::Alt, &["alt", "option", "opt", "alt_l", "alt_r", "altleft", "altright", "optionleft", "optionright"]),
    (Named::Shift, &["shift", "shift_l", "shift_r", "shiftleft", "shiftright"]),
    (
        Named::Super,
        &[
            "super", "cmd", "command", "win", "windows", "meta", "super_l", "super_r", "meta_l", "meta_r", "win_l",
            "win_r", "winleft", "winright", "cmd_l", "cmd_r", "os",
        ],
    ),
    (Named::Enter, &["enter", "return", "kp_enter", "numpad_enter", "numpadenter", "ret"]),
    (Named::Tab, &["tab", "kp_tab"]),
    (Named::Escape, &["escape", "esc"]),
    (Named::Backspace, &["backspace", "back_space", "bksp", "bs"]),
    (Named::Delete, &["delete", "del", "kp_delete"]),
    (Named::Insert, &["insert", "ins", "kp_insert"]),
    (Named::Home, &["home", "kp_home"]),
    (Named::End, &["end", "kp_end"]),
    (Named::PageUp, &["page_up", "pageup", "pgup", "pg_up", "prior", "kp_page_up", "kp_prior"]),
    (Named::PageDown, &["page_down", "pagedown", "pgdn", "pgdown", "pg_dn", "next", "kp_page_down", "kp_next"]),
    (Named::Up, &["up", "arrowup", "arrow_up", "up_arrow", "uparrow", "kp_up"]),
    (Named::Down, &["down", "arrowdown", "arrow_down", "down_arrow", "downarrow", "kp_down"]),
    (Named::Left, &["left", "arrowleft", "arrow_left", "left_arrow", "leftarrow", "kp_left"]),
    (Named::Right, &["right", "arrowright", "arrow_right", "right_arrow", "rightarrow", "kp_right"]),
    (Named::Space, &["space", "spacebar", "space_bar", "kp_space"]),
    (Named::CapsLock, &["caps_lock", "capslock", "caps"]),
    (Named::NumLock, &["num_lock", "numlock"]),
    (Named::ScrollLock, &["scroll_lock", "scrolllock"]),
    (Named::PrintScreen, &["print_screen", "printscreen", "print", "prtsc", "prtscr", "prtscn", "prntscrn"]),
    (Named::Pause, &["pause", "break"]),
    (Named::Menu, &["menu", "apps", "context_menu", "contextmenu"]),
];

/// Characters that are also called by a word.
const CHARACTERS: &[(&str, char)] = &[
    ("plus", '+'),
    ("add", '+'),
    ("minus", '-'),
    ("hyphen", '-'),
    ("dash", '-'),
    ("subtract", '-'),
    ("multiply", '*'),
    ("divide", '/'),
    ("decimal", '.'),
    ("equal", '='),
    ("equals", '='),
    ("comma", ','),
    ("period", '.'),
    ("dot", '.'),
    ("slash", '/'),
    ("backslash", '\\'),
    ("semicolon", ';'),
    ("colon", ':'),
    ("apostrophe", '\''),
    ("quote", '\''),
    ("quotedbl", '"'),
    ("grave", '`'),
    ("backtick", '`'),
    ("asciitilde", '~'),
    ("tilde", '~'),
    ("underscore", '_'),
    ("asterisk", '*'),
    ("bracketleft", '['),
    ("bracketright", ']'),
    ("braceleft", '{'),
    ("braceright", '}'),
    ("parenleft", '('),
    ("parenright", ')'),
    ("less", '<'),
    ("greater", '>'),
    ("question", '?'),
    ("exclam", '!'),
    ("at", '@'),
    ("numbersign", '#'),
    ("dollar", '$'),
    ("percent", '%'),
    ("asciicircum", '^'),
    ("ampersand", '&'),
    ("bar", '|'),
    ("pipe", '|'),
];

/// A name as the tables hold it: lower case, without blanks around, `_` where a blank or a hyphen stands inside.
pub(super) fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace(['-', ' '], "_")
}

/// The key of one character; blanks and control characters are the keys that type them.
pub(super) fn character(c: char) -> Key {
    match c {
        ' ' => Key::Named(Named::Space),
        '\n' | '\r' => Key::Named(Named::Enter),
        '\t' => Key::Named(Named::Tab),
        '\u{8}' => Key::Named(Named::Backspace),
        '\u{1b}' => Key::Named(Named::Escape),
        '\u{7f}' => Key::Named(Named::Delete),
        c => Key::Char(c),
    }
}

/// The key of a [`plain`] name of more than one character.
pub(super) fn look_up(plain: &str) -> Option<Key> {
    let named = NAMES.iter().find(|(_, names)| names.contains(&plain)).map(|(named, _)| Key::Named(*named));
    named.or_else(|| function(plain)).or_else(|| word(plain)).or_else(|| keypad(plain))
}

fn function(plain: &str) -> Option<Key> {
    let digits = plain.strip_prefix('f').filter(|d| d.bytes().all(|b| b.is_ascii_digit()) && !d.starts_with('0'))?;
    digits.parse().ok().filter(|n| (1..=24).contains(n)).map(Key::Function)
}

fn word(plain: &str) -> Option<Key> {
    CHARACTERS.iter().find(|(word, _)| *word == plain).map(|(_, c)| Key::Char(*c))
}

/// Keys of the number pad are the characters that they type.
fn keypad(plain: &str) -> Option<Key> {
    let rest = ["kp_", "numpad_", "numpad", "num_", "num"].iter().find_map(|prefix| plain.strip_prefix(prefix))?;
    let mut characters = rest.chars();
    match (characters.next(), characters.next()) {
        (Some(c), None) if !c.is_alphabetic() => Some(character(c)),
        _ => word(rest),
    }
}

/// The normalised name of a named key.
pub(super) fn of(named: Named) -> &'static str {
    NAMES.iter().find(|(n, _)| *n == named).map_or("", |(_, names)| names[0])
}

/// Every name and alias, the normalised ones first.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    normalised().chain(NAMES.iter().flat_map(|(_, names)| names[1..].iter().copied()))
}

/// The normalised names.
pub(super) fn normalised() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(_, names)| names[0])
}
