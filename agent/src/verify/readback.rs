//! Comparing typed text with what was read, knowing how reading errs.

use sightstep_tasks::confusables::skeleton;
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::{Line, Reading};

/// Lines below this confidence may say something else: bitmap fonts of 6x13 pixels are read at 0.6 to 0.8, text that
/// the reader knows at 0.95 and more.
const SURE: f32 = 0.85;

/// How alike typed and read text are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// The same, but for white space and letters that look alike.
    Same,
    /// The difference may be a misreading: at most one letter in eight, or the reader itself was in doubt.
    Close,
    /// Different.
    Different,
}

/// How alike two texts are.
pub fn likeness(typed: &str, read: &str) -> Likeness {
    let (a, b) = (legible(typed), legible(read));
    if a == b {
        return Likeness::Same;
    }
    let longest = a.chars().count().max(b.chars().count());
    if longest >= 8 && strsim::levenshtein(&a, &b) * 8 <= longest { Likeness::Close } else { Likeness::Different }
}

/// The skeleton without signs that no reader knows: pictures.
fn legible(text: &str) -> String {
    let is_picture = |c: char| matches!(u32::from(c), 0x2600..=0x27BF | 0xFE00..=0xFE0F | 0x1F000..=0x1FAFF);
    skeleton(text).replace(is_picture, "")
}

/// How many letters of `typed` have to be added, removed or changed to find it somewhere in `read` (Sellers' distance).
fn distance_within(typed: &str, read: &str) -> usize {
    let read: Vec<char> = read.chars().collect();
    let mut row = vec![0; read.len() + 1];
    for (i, x) in typed.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in read.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.into_iter().min().unwrap_or(0)
}

/// How much of a text must be read for it to be known by its end.
const END: usize = 10;

/// Whether what was read is the end of a text that goes on to the left of its field.
pub fn is_end_of(read: &str, typed: &str) -> bool {
    let (read, typed) = (legible(read), legible(typed));
    read.chars().count() >= END && read != typed && typed.ends_with(&read)
}

/// Whether a program made this of what was typed: sign for sign the same, but for other signs than letters and digits, and for
/// capitals. A letter that is lost, doubled or another is damage.
pub fn is_changed(typed: &str, made: &str) -> bool {
    let whole = |text: &str| text.trim().replace('…', "...").replace('—', "--");
    if typed.trim() == made.trim() {
        return false;
    }
    let (typed, made) = (whole(typed), whole(made));
    let is_kept = |(a, b): (char, char)| {
        a == b || !(a.is_alphanumeric() || b.is_alphanumeric()) || a.to_lowercase().eq(b.to_lowercase())
    };
    typed.chars().count() == made.chars().count() && typed.chars().zip(made.chars()).all(is_kept)
}

/// Whether this is how a field that hides its text is read: nothing, or one sign again and again.
pub fn is_hidden(read: &str) -> bool {
    let mut signs = read.chars().filter(|c| !c.is_whitespace());
    let Some(first) = signs.next() else { return true };
    "•●*∙·.○".contains(first) || (signs.clone().count() >= 2 && signs.all(|c| c == first))
}

/// All text whose middle lies in the area, in reading order, words joined by spaces.
pub fn text_in(reading: &Reading, area: Rect) -> String {
    let inside = |r: &Rect| {
        let (x, y) = r.centre();
        area.contains(x, y)
    };
    let mut found: Vec<&str> = Vec::new();
    for line in &reading.lines {
        if inside(&line.area) && area.grown(2).intersection(&line.area) == line.area {
            found.push(&line.text);
        } else {
            found.extend(line.words.iter().filter(|w| inside(&w.area)).map(|w| w.text.as_str()));
        }
    }
    found.join(" ")
}

/// The lines that hold the text, compared without white space, case and look-alikes.
pub fn places(text: &str, reading: &Reading, region: Option<Rect>) -> Vec<Rect> {
    let wanted = skeleton(text).to_lowercase();
    if wanted.is_empty() {
        return Vec::new();
    }
    let inside = |r: &Rect| region.is_none_or(|area| area.intersects(r));
    let lines = reading.lines.iter().filter(|line| inside(&line.area));
    lines.filter(|line| skeleton(&line.text).to_lowercase().contains(&wanted)).map(|line| line.area).collect()
}

/// How often the text stands in what was read.
pub fn occurrences(typed: &str, read: &str) -> usize {
    let (typed, read) = (legible(typed), legible(read));
    if typed.is_empty() { 0 } else { read.matches(&typed).count() }
}

/// Whether the text stands in the reading, within one line or running on over several, near the changed places.
pub fn found_in(typed: &str, reading: &Reading, changes: &[Rect]) -> (Likeness, String) {
    let near: Vec<&Line> =
        reading.lines.iter().filter(|line| changes.iter().any(|c| c.grown(4).intersects(&line.area))).collect();
    let is_doubtful = near.iter().any(|line| line.confidence < SURE);
    let read = near.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
    let (typed, seen) = (legible(typed), legible(&read));
    let wrong = distance_within(&typed, &seen);
    let length = typed.chars().count();
    let likeness = match wrong {
        0 if length > 0 && is_doubled(&typed, &seen) => Likeness::Close,
        0 if length > 0 => Likeness::Same,
        wrong if length >= 8 && wrong * 8 <= length => Likeness::Close,
        _ if is_doubtful => Likeness::Close,
        _ => Likeness::Different,
    };
    (likeness, read)
}

/// Whether the text stands there only with its first letter before it, or its last behind it, once more: a key that came
/// twice.
fn is_doubled(typed: &str, seen: &str) -> bool {
    let mut places = seen.match_indices(typed).peekable();
    let is_twice = |(at, _): (usize, &str)| {
        let before = seen[..at].chars().next_back();
        let after = seen[at + typed.len()..].chars().next();
        (before.is_some() && before == typed.chars().next()) || (after.is_some() && after == typed.chars().next_back())
    };
    places.peek().is_some() && places.all(is_twice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(lines: &[(&str, [i32; 4])]) -> Reading {
        let line = |(text, area): &(&str, [i32; 4])| Line {
            text: (*text).into(),
            area: (*area).into(),
            confidence: 0.9,
            words: Vec::new(),
        };
        Reading { lines: lines.iter().map(line).collect(), elements: Vec::new() }
    }

    #[test]
    fn reading_errors_are_told_from_typing_errors() {
        let cases = [
            ("hello world", "helloworld", Likeness::Same),
            ("Il10O", "lll0o", Likeness::Same),
            ("it's", "it’s", Likeness::Same),
            ("hello", "helo", Likeness::Different),
            ("Hello", "hello", Likeness::Different),
            ("the quick brown fox", "the quick brown fax", Likeness::Close),
            ("the quick brown fox", "quick brown", Likeness::Different),
            ("", "", Likeness::Same),
        ];
        let wrong: Vec<_> = cases.iter().filter(|(a, b, l)| likeness(a, b) != *l).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn text_is_found_where_the_screen_changed() {
        let seen = reading(&[("File Edit", [0, 0, 90, 16]), ("note: hello", [0, 40, 90, 16])]);
        assert_eq!(found_in("hello", &seen, &[Rect::new(40, 40, 50, 16)]).0, Likeness::Same);
        assert_eq!(found_in("hello", &seen, &[Rect::new(0, 0, 50, 16)]).0, Likeness::Different);
        assert_eq!(found_in("hello", &seen, &[]).0, Likeness::Different);
    }

    #[test]
    fn a_key_that_came_twice_at_the_edge_is_no_whole_text() {
        let found = |text: &str| found_in("hello", &reading(&[(text, [0, 0, 90, 16])]), &[Rect::new(0, 0, 90, 16)]).0;
        assert_eq!(found("hhello"), Likeness::Close);
        assert_eq!(found("say helloo"), Likeness::Close);
        assert_eq!(found("say hello you"), Likeness::Same);
        assert_eq!(found("hhello hello"), Likeness::Same);
        assert_eq!(found("hhello, hello"), Likeness::Same);
    }

    #[test]
    fn pictures_and_a_lost_sign_do_not_contradict() {
        let seen = reading(&[("Text é β 中文 ~{}\\ @€ Ω", [0, 0, 90, 16])]);
        assert_eq!(found_in("é ß 中文 😀 ~{}|\\ @€ Ω", &seen, &[Rect::new(0, 0, 90, 16)]).0, Likeness::Close);
    }

    #[test]
    fn what_a_program_makes_of_a_text_is_no_damage() {
        assert!(is_changed("17*23+4", "17×23+4") && is_changed("it's", "it’s") && is_changed("wait...", "wait…"));
        assert!(is_changed("hello", "Hello"));
        assert!(!is_changed("hello", "hello") && !is_changed("hello", "helo") && !is_changed("a+b", "a++b"));
        assert!(!is_changed("qwerty", "azerty"));
    }

    #[test]
    fn a_path_longer_than_its_field_is_known_by_its_end() {
        let path = "/home/ada/papers/2026/report.odt";
        assert!(is_end_of("rs/2026/report.odt", path));
        assert!(!is_end_of("port.odt", path) && !is_end_of(path, path) && !is_end_of("rs/2026/repot.odt", path));
    }

    #[test]
    fn hidden_text_is_one_sign_repeated() {
        assert!(is_hidden("") && is_hidden("••••") && is_hidden("· · ·") && is_hidden("0000"));
        assert!(!is_hidden("hello") && !is_hidden("ab") && !is_hidden("l"));
    }

    #[test]
    fn places_ignore_case_and_spaces() {
        let seen = reading(&[("Save As…", [0, 0, 90, 16]), ("save as", [0, 40, 90, 16]), ("Open", [0, 60, 90, 16])]);
        assert_eq!(places("save as", &seen, None).len(), 2);
        assert_eq!(places("Save As", &seen, Some(Rect::new(0, 38, 10, 10))).len(), 1);
        assert_eq!(places(" ", &seen, None).len(), 0);
    }
}
