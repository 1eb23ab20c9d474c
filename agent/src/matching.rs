//! How well a text on the screen is the one that was meant: forgiving of what readers of pixels mistake, not careless.

use sightstep_tasks::confusables::folded;

/// The same, as far as looks tell.
pub(super) const SAME: f32 = 1.0;

/// The same but for signs around it: "Save As…" for "Save As", "Name:" for "Name".
const BUT_FOR_SIGNS: f32 = 0.98;

/// A text with an icon before it that was read as letters.
const BEHIND_ICON: f32 = 0.92;

/// The best that a text with a mistake can reach.
const NEARLY: f32 = 0.9;

/// What a text that holds more than what was meant can reach.
const PART: f32 = 0.85;

/// Below this nothing counts as found.
pub(crate) const ENOUGH: f32 = 0.7;

/// How well `seen` is what is `wanted`: 0 not at all, 1 the same.
pub(crate) fn score(wanted: &str, seen: &str) -> f32 {
    let (a, b) = (folded(wanted), folded(seen));
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    if a == b {
        return SAME;
    }
    let (a, b) = (plain(wanted), plain(seen));
    if a.is_empty() {
        return 0.0;
    }
    if a == b {
        return BUT_FOR_SIGNS;
    }
    if reverses(wanted, seen) {
        return 0.0;
    }
    if is_shortened(wanted, seen) {
        return NEARLY;
    }
    if is_behind_an_icon(&a, &b) {
        return BEHIND_ICON;
    }
    // A word more is another text, not a misreading.
    let words = |text: &str| text.split_whitespace().count();
    if words(seen) > words(wanted) || digits(seen) != digits(wanted) { 0.0 } else { nearly(&a, &b) }
}

/// Words that turn what stands with them into its opposite, in the languages that are read most.
const REVERSING: [&str; 22] = [
    "not", "no", "don't", "dont", "do not", "never", "without", "cancel", "nicht", "kein", "keine", "ohne", "nie",
    "ne", "pas", "non", "sans", "jamais", "не", "нет", "без", "όχι",
];

/// Beginnings of words that turn them into their opposite.
const REVERSED: [&str; 8] = ["un", "de", "dis", "non", "ent", "ab", "dé", "от"];

/// Beginnings that are each other's opposite: "Anmelden" and "Abmelden".
const OTHER_WAY: (&str, &str) = ("an", "ab");

/// Whether a text says the opposite of what is wanted: "Don't Save" of "Save", "Uninstall" of "Install".
pub(crate) fn reverses(wanted: &str, seen: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let split = text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’');
        split.filter(|word| !word.is_empty()).map(|word| word.replace('’', "'").to_lowercase()).collect()
    };
    let (wanted, seen) = (words(wanted), words(seen));
    let denies = |words: &[String]| words.iter().filter(|word| REVERSING.contains(&word.as_str())).count();
    if denies(&wanted) != denies(&seen) {
        return true;
    }
    let is_other_way = |word: &str, other: &str| {
        let (a, b) = OTHER_WAY;
        let rest = |text: &str, start: &str| text.strip_prefix(start).map(str::to_owned);
        rest(word, a).is_some_and(|own| rest(other, b) == Some(own))
    };
    let is_reversed = |word: &String, other: &String| {
        if is_other_way(word, other) || is_other_way(other, word) {
            return true;
        }
        REVERSED.iter().any(|start| word.strip_prefix(start).is_some_and(|rest| rest == other))
    };
    let turned = |some: &[String], others: &[String]| {
        some.iter().any(|word| {
            !others.contains(word) && others.iter().any(|other| !some.contains(other) && is_reversed(word, other))
        })
    };
    turned(&seen, &wanted) || turned(&wanted, &seen)
}

/// Whether a text is the beginning of what is wanted, cut within a word, with dots for the rest: "Malayal…". Dots behind a whole
/// word say that a dialog follows.
fn is_shortened(wanted: &str, seen: &str) -> bool {
    let (wanted, seen) = (wanted.to_lowercase(), seen.trim_end().to_lowercase());
    let kept = seen.trim_end_matches(['.', '…']);
    let is_cut = kept.len() < seen.len() && (seen.ends_with('…') || seen.ends_with(".."));
    let goes_on = |rest: &str| rest.starts_with(char::is_alphanumeric);
    is_cut && kept.chars().count() >= 4 && wanted.strip_prefix(kept).is_some_and(goes_on)
}

/// An icon before a text is read as one or two letters of it: "14Food & Drink".
fn is_behind_an_icon(wanted: &str, seen: &str) -> bool {
    let icon = seen.strip_suffix(wanted).map_or(0, |icon| icon.chars().count());
    wanted.chars().count() >= 4 && (1..=2).contains(&icon)
}

/// One letter in five may be wrong, and none in short words: "Cut" is not "Cat".
fn nearly(a: &str, b: &str) -> f32 {
    let longest = a.chars().count().max(b.chars().count());
    let wrong = strsim::osa_distance(a, b);
    // Some letters more or less at one end are a word more or less: "In Document" and "Document".
    let is_longer = |a: &str, b: &str| a.starts_with(b) || a.ends_with(b);
    if wrong > 1 && (is_longer(a, b) || is_longer(b, a)) {
        return 0.0;
    }
    if longest < 5 || wrong * 5 > longest {
        return 0.0;
    }
    NEARLY * (1.0 - wrong as f32 / longest as f32)
}

/// The digits of a text: one of them read otherwise is another text.
fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Where `wanted` stands among the words of a line, whole words only, with the score of that part.
pub(crate) fn part(wanted: &str, words: &[&str]) -> Option<(std::ops::Range<usize>, f32)> {
    let wanted = plain(wanted);
    let words: Vec<String> = words.iter().map(|word| plain(word)).collect();
    if wanted.is_empty() {
        return None;
    }
    for start in 0..words.len() {
        let mut joined = String::new();
        for end in start..words.len() {
            joined.push_str(&words[end]);
            if joined == wanted {
                let share = (end + 1 - start) as f32 / words.len() as f32;
                return Some((start..end + 1, PART - 0.1 * (1.0 - share)));
            }
            if joined.len() > wanted.len() {
                break;
            }
        }
    }
    None
}

/// Letters and digits as they look, "&" for "and"; where there are none, the signs themselves.
pub(crate) fn plain(text: &str) -> String {
    let text = text.replace('&', " and ");
    let letters: String = text.chars().filter(|c| c.is_alphanumeric() || is_meaningful(*c)).collect();
    folded(if letters.is_empty() { &text } else { &letters })
}

/// Signs that tell one text from another: "Tab #1", "C++", "+ 1".
fn is_meaningful(sign: char) -> bool {
    matches!(sign, '+' | '#' | '%' | '=' | '/' | '@' | '€' | '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alike_texts_are_found_and_different_ones_are_not() {
        let cases = [
            ("Save", "Save", true),
            ("save as", "Save As…", true),
            ("Name", "Name:", true),
            ("Food and drink", "Food & Drink", true),
            ("Il10", "ll1O", true),
            ("Preferences", "Preferenoes", true),
            ("Food and drink", "14Food & Drink", true),
            ("Trash", "窗Trash", true),
            ("Malayalam", "Malayal..", true),
            ("Save As", "Save…", false),
            ("Install", "Uninstall", false),
            ("Subscribe", "Unsubscribe", false),
            ("Agree", "Disagree", false),
            ("Anmelden", "Abmelden", false),
            ("Save", "Don't Save", false),
            ("Save", "Save As", false),
            ("Place order", "Place an order", false),
            ("Cut", "Cat", false),
            ("Item 40", "Item 41", false),
            ("7", "1", false),
            ("+", "-", false),
            ("", "x", false),
            ("x", "", false),
        ];
        let wrong: Vec<_> = cases.iter().filter(|(a, b, found)| (score(a, b) >= ENOUGH) != *found).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert!(score("Save", "Save") > score("Save", "Save:") && score("Save:", "Save") > score("Saves", "Save"));
    }

    #[test]
    fn whole_words_are_found_in_a_line() {
        let words = ["Neque,", "turpis", "gravida", "magna"];
        assert_eq!(part("Neque,", &words).unwrap().0, 0..1);
        assert_eq!(part("turpis gravida", &words).unwrap().0, 1..3);
        assert_eq!(part("turp", &words), None);
        assert!(part("magna", &words).unwrap().1 < score("magna", "magna"));
    }
}
