//! Comparing typed text with what was read, knowing how reading errs.

use sightstep_tasks::likeness::skeleton;
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::Reading;

/// How alike typed and read text are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// The same, but for white space and letters that look alike.
    Same,
    /// So close that the difference may be a misreading: at most one letter in eight.
    Close,
    /// Different.
    Different,
}

/// How alike two texts are.
pub fn likeness(typed: &str, read: &str) -> Likeness {
    let (a, b) = (skeleton(typed), skeleton(read));
    if a == b {
        return Likeness::Same;
    }
    let longest = a.chars().count().max(b.chars().count());
    if longest >= 8 && strsim::levenshtein(&a, &b) * 8 <= longest { Likeness::Close } else { Likeness::Different }
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

/// Whether the text stands in the reading, within one line or running on over several, near the changed places.
pub fn found_in(typed: &str, reading: &Reading, changes: &[Rect]) -> (Likeness, String) {
    let near: Vec<&str> = reading
        .lines
        .iter()
        .filter(|line| changes.iter().any(|c| c.grown(4).intersects(&line.area)))
        .map(|line| line.text.as_str())
        .collect();
    let read = near.join(" ");
    if !skeleton(typed).is_empty() && skeleton(&read).contains(&skeleton(typed)) {
        return (Likeness::Same, read);
    }
    let best = near.iter().map(|line| likeness(typed, line)).chain([likeness(typed, &read)]);
    let best = best.min_by_key(|l| match l {
        Likeness::Same => 0,
        Likeness::Close => 1,
        Likeness::Different => 2,
    });
    (best.unwrap_or(Likeness::Different), read)
}

#[cfg(test)]
mod tests {
    use sightstep_vision::read::Line;

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
