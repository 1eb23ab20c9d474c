//! Clauses: a goal cut at sentences, list numbers, "then", and at commas and "and"s where something new is to be done.

use super::grammar;

/// Words that may stand before the verb of a clause and mean nothing.
const FILLERS: [&str; 16] = [
    "please ",
    "then ",
    "and ",
    "now ",
    "next ",
    "next, ",
    "finally ",
    "finally, ",
    "first ",
    "first, ",
    "also ",
    "afterwards ",
    "after that ",
    "after that, ",
    "to start, ",
    "lastly ",
];

/// The clauses of a goal whose literals were taken out, without what only joins them.
pub(super) fn split(goal: &str) -> Vec<String> {
    let signs: Vec<char> = goal.chars().collect();
    // Only a goal that begins with a list number is a list: "type 3. Then press Enter" is none.
    let is_list = list_number(goal.trim()) > 0;
    let mut clauses = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < signs.len() {
        // The comma behind a condition belongs to it.
        let is_condition = signs[at] == ',' && is_bare_condition(&signs[start..at].iter().collect::<String>());
        match separator(&signs, at, is_list).filter(|_| !is_condition) {
            Some(length) => {
                clauses.push(signs[start..at].iter().collect());
                at += length;
                start = at;
            }
            None => at += 1,
        }
    }
    clauses.push(signs[start..].iter().collect::<String>());
    clauses.iter().map(|clause| bare(clause)).filter(|clause| !clause.is_empty()).collect()
}

/// Whether this is an "if" without what is done then.
fn is_bare_condition(clause: &str) -> bool {
    let clause = bare(clause);
    starts(&clause, "if ") && !clause.contains(',')
}

/// How long the separator that starts here is.
fn separator(signs: &[char], at: usize, is_list: bool) -> Option<usize> {
    let rest: String = signs[at..].iter().take(200).collect();
    let follows = |length: usize| signs[at + length..].iter().collect::<String>();
    match signs[at] {
        '\n' | ';' => return Some(1),
        '.' | '!' if signs.get(at + 1).is_none_or(|c| c.is_whitespace()) && !(is_list && is_list_number(signs, at)) => {
            return Some(1);
        }
        ',' => return grammar::starts_with_verb(&bare(&follows(1))).then_some(1),
        _ => {}
    }
    if at > 0 && signs[at - 1].is_whitespace() {
        for word in ["and then ", "then "] {
            if starts(&rest, word) {
                return Some(word.chars().count());
            }
        }
        if starts(&rest, "and ") && grammar::starts_with_verb(&bare(&follows(4))) {
            return Some(4);
        }
        let number = if is_list { list_number(&rest) } else { 0 };
        if number > 0 && grammar::starts_with_verb(&bare(&follows(number))) {
            return Some(number);
        }
    }
    None
}

fn starts(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// How long the list number at the start of a text is: "1. ", "2) ", "(3) ".
fn list_number(text: &str) -> usize {
    let inner = text.strip_prefix('(').unwrap_or(text);
    let digits = inner.chars().take_while(char::is_ascii_digit).count();
    let after: String = inner.chars().skip(digits).take(2).collect();
    let is_number = (1..=2).contains(&digits) && matches!(after.as_str(), ". " | ") " | ": ");
    if is_number { text.len() - inner.len() + digits + 2 } else { 0 }
}

/// Whether the full stop here belongs to a list number.
fn is_list_number(signs: &[char], at: usize) -> bool {
    let digits = signs[..at].iter().rev().take_while(|c| c.is_ascii_digit()).count();
    let before = signs[..at - digits].last();
    (1..=2).contains(&digits) && before.is_none_or(|c| *c == '\n' || *c == ' ') && {
        let rest: String = signs[at + 1..].iter().collect();
        grammar::starts_with_verb(&bare(&rest))
    }
}

/// A clause without list marks, fillers and the signs that end it.
fn bare(clause: &str) -> String {
    let mut text = clause.trim();
    loop {
        let before = text;
        text = text.trim_start_matches(['-', '*', '•', ',', ' ', '\t', '\n']);
        text = &text[list_number(text)..];
        for filler in FILLERS {
            if starts(text, filler) {
                text = &text[filler.len()..];
            }
        }
        if text == before {
            break;
        }
    }
    let text = text.trim().trim_end_matches([',', '.', '!', ';']).trim();
    let is_filler = FILLERS.iter().any(|filler| filler.trim_end_matches([' ', ',']).eq_ignore_ascii_case(text));
    if is_filler { String::new() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_are_cut_where_something_new_is_done() {
        let cases: [(&str, &[&str]); 12] = [
            ("Click A. Type bob into B, then press Enter.", &["Click A", "Type bob into B", "press Enter"]),
            ("click Food and drink and check the box", &["click Food and drink", "check the box"]),
            ("1. Click A 2. press Tab", &["Click A", "press Tab"]),
            ("1) click A\n2) click B\n", &["click A", "click B"]),
            ("- open mousepad\n* click A", &["open mousepad", "click A"]),
            ("open note.txt, wait 1.5 seconds", &["open note.txt", "wait 1.5 seconds"]),
            ("click A, B and C", &["click A, B and C"]),
            ("First, click A; finally click B!", &["click A", "click B"]),
            ("type 3. Then press Enter", &["type 3", "press Enter"]),
            ("and then please click A", &["click A"]),
            ("If A shows, click B, then press Tab", &["If A shows, click B", "press Tab"]),
            (" . , ", &[]),
        ];
        let wrong: Vec<_> =
            cases.iter().filter(|(goal, want)| split(goal) != *want).map(|(g, _)| (g, split(g))).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
