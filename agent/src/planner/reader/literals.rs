//! Literals: quoted texts and inputs, taken out of a goal before it is understood, so that no word inside one is.

use std::collections::BTreeMap;

/// The first of the private characters that stand for literals.
const FIRST: u32 = 0xE000;

/// How many there are.
const COUNT: u32 = 0x1900;

/// The literals of one goal.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Literals(Vec<Literal>);

#[derive(Debug, Clone, PartialEq)]
struct Literal {
    value: String,
    written: String,
}

/// Opening quotes with the closing ones that belong to them.
const QUOTES: [(char, char); 6] = [('\'', '\''), ('"', '"'), ('“', '”'), ('‘', '’'), ('`', '`'), ('«', '»')];

impl Literals {
    /// Takes the literals out of a goal with `{name}` placeholders; what is left has one private character for each.
    pub(super) fn take(goal: &str, inputs: &BTreeMap<String, String>) -> (String, Self) {
        let mut literals = Self::default();
        let mut rest = String::new();
        let signs: Vec<char> = goal.chars().collect();
        let mut at = 0;
        while at < signs.len() {
            let end = quoted_end(&signs, at).or_else(|| placeholder_end(&signs, at, inputs));
            match end {
                Some(end) => {
                    let written: String = signs[at..=end].iter().collect();
                    let value = literals.value(&signs, at, end, inputs);
                    rest.push(literals.add(value, written));
                    at = end + 1;
                }
                None => {
                    let doubled = matches!(signs[at], '{' | '}') && signs.get(at + 1) == Some(&signs[at]);
                    rest.push(if is_private(signs[at]) { '\u{FFFD}' } else { signs[at] });
                    at += if doubled { 2 } else { 1 };
                }
            }
        }
        (rest, literals)
    }

    fn value(&self, signs: &[char], at: usize, end: usize, inputs: &BTreeMap<String, String>) -> String {
        let inside: String = signs[at + 1..end].iter().collect();
        if signs[at] == '{' { inputs[&inside].clone() } else { filled(&inside, inputs) }
    }

    fn add(&mut self, value: String, written: String) -> char {
        self.0.push(Literal { value, written });
        let index = (self.0.len() - 1) as u32 % COUNT;
        char::from_u32(FIRST + index).unwrap_or('\u{FFFD}')
    }

    fn of(&self, sign: char) -> Option<&Literal> {
        u32::from(sign).checked_sub(FIRST).and_then(|index| self.0.get(index as usize))
    }

    /// A part of the goal with the literals' values.
    pub(super) fn value_of(&self, part: &str) -> String {
        self.replaced(part, |literal| &literal.value)
    }

    /// A part of the goal as it was written: it shows no input's value.
    pub(super) fn written(&self, part: &str) -> String {
        self.replaced(part, |literal| &literal.written)
    }

    fn replaced<'a>(&'a self, part: &str, form: impl Fn(&'a Literal) -> &'a str) -> String {
        let mut text = String::new();
        for sign in part.chars() {
            match self.of(sign) {
                Some(literal) => text.push_str(form(literal)),
                None => text.push(sign),
            }
        }
        text
    }
}

/// Whether the character stands for a literal.
pub(super) fn is_private(sign: char) -> bool {
    (FIRST..FIRST + COUNT).contains(&u32::from(sign))
}

/// Where the quote that opens here closes. An apostrophe inside a word opens nothing and closes nothing.
fn quoted_end(signs: &[char], at: usize) -> Option<usize> {
    let (_, close) = QUOTES.iter().find(|(open, _)| *open == signs[at])?;
    let in_word = |at: usize| signs.get(at).is_some_and(|c| c.is_alphanumeric());
    if at > 0 && in_word(at - 1) {
        return None;
    }
    (at + 1..signs.len()).find(|end| signs[*end] == *close && !in_word(end + 1))
}

/// Where the placeholder of a known input that opens here closes.
fn placeholder_end(signs: &[char], at: usize, inputs: &BTreeMap<String, String>) -> Option<usize> {
    if signs[at] != '{' || signs.get(at + 1) == Some(&'{') {
        return None;
    }
    let end = (at + 1..signs.len()).find(|end| signs[*end] == '}')?;
    inputs.contains_key(&signs[at + 1..end].iter().collect::<String>()).then_some(end)
}

/// A text with its placeholders filled in; doubled braces are the braces themselves.
fn filled(text: &str, inputs: &BTreeMap<String, String>) -> String {
    let signs: Vec<char> = text.chars().collect();
    let (mut filled, mut at) = (String::new(), 0);
    while at < signs.len() {
        if let Some(end) = placeholder_end(&signs, at, inputs) {
            filled.push_str(&inputs[&signs[at + 1..end].iter().collect::<String>()]);
            at = end + 1;
            continue;
        }
        filled.push(signs[at]);
        let doubled = matches!(signs[at], '{' | '}') && signs.get(at + 1) == Some(&signs[at]);
        at += if doubled { 2 } else { 1 };
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(goal: &str) -> (String, String, String) {
        let inputs = BTreeMap::from([("file".to_owned(), "a then b.txt".to_owned())]);
        let (rest, literals) = Literals::take(goal, &inputs);
        let shape = rest.chars().map(|c| if is_private(c) { '#' } else { c }).collect();
        (shape, literals.value_of(&rest), literals.written(&rest))
    }

    #[test]
    fn quotes_and_inputs_are_opaque() {
        let cases = [
            ("click 'Save, then go'", "click #", "click Save, then go"),
            ("type {file} into “Name”", "type # into #", "type a then b.txt into Name"),
            ("type 'see {file}'", "type #", "type see a then b.txt"),
            ("don't click Bob's", "don't click Bob's", "don't click Bob's"),
            ("click 'Don't save'", "click #", "click Don't save"),
            ("type {{x}} and '{{'", "type {x} and #", "type {x} and {"),
            ("an 'open end", "an 'open end", "an 'open end"),
            ("\u{E000}", "\u{FFFD}", "\u{FFFD}"),
        ];
        let wrong: Vec<_> = cases
            .iter()
            .map(|(goal, shape, value)| (taken(goal), shape, value))
            .filter(|((s, v, _), shape, value)| s != *shape || v != *value)
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn what_was_written_shows_no_value() {
        assert_eq!(taken("type {file} into 'Name'").2, "type {file} into 'Name'");
    }
}
