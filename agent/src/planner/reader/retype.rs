//! Typing once more what arrived damaged: how much of it stands there, from what was read.

use sightstep_vision::read::{Line, Reading};

/// What is deleted beyond what was read, where nothing else can stand before it: a reader loses signs and spaces.
const MORE: usize = 3;

/// A piece of the text that is this long does not stand somewhere by chance.
const PIECE: usize = 5;

/// What stands of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrived {
    /// Nothing.
    Nothing,
    /// All of it, as it should.
    Whole,
    /// So many letters, which end where the caret is.
    Letters(usize),
    /// Some of it, and how much cannot be told.
    Unclear,
}

/// What stands of the text, as the program itself says; nothing where the caret is elsewhere.
pub(super) fn before_caret(text: &str, told: &str) -> Option<Arrived> {
    let wanted: Vec<char> = text.chars().collect();
    let all: Vec<char> = told.chars().collect();
    let read = &all[all.len().saturating_sub(2 * wanted.len() + MORE)..];
    if read.ends_with(&wanted) {
        return Some(Arrived::Whole);
    }
    let (distance, from, to) = nearest(&wanted, read);
    (to == read.len() && distance * 3 <= wanted.len()).then_some(Arrived::Letters(to - from))
}

/// Looks for the text in what was read. White space and case do not count as damage: they are misread first.
pub(super) fn arrived(text: &str, reading: &Reading) -> Arrived {
    let wanted: Vec<char> = text.to_lowercase().chars().collect();
    let found = lines(reading).into_iter().filter_map(|line| {
        let read: Vec<char> = line.chars().collect();
        let (distance, from, to) = nearest(&wanted, &read);
        let is_part = read.len() >= 3 && text.to_lowercase().contains(line.trim());
        let (from, distance) = if is_part { (0, 0) } else { (from, distance) };
        (is_part || 3 * distance <= wanted.len()).then_some((distance, from, to, read, is_part))
    });
    let Some((distance, from, to, read, is_part)) = found.min_by_key(|(distance, .., is_part)| (*is_part, *distance))
    else {
        return if has_piece(&wanted, reading) { Arrived::Unclear } else { Arrived::Nothing };
    };
    if distance == 0 && !is_part {
        return Arrived::Whole;
    }
    // What stands behind the caret is not ours to delete.
    if read[to..].iter().any(|c| c.is_alphanumeric()) {
        return Arrived::Unclear;
    }
    let before = read[..from].iter().rev().find(|c| !c.is_whitespace());
    let is_free = before.is_none_or(|c| "$#>%".contains(*c));
    if is_free { Arrived::Letters(to - from + MORE) } else { Arrived::Letters(to - from) }
}

/// The lines that were read, and each with the one below it that it may run on into.
fn lines(reading: &Reading) -> Vec<String> {
    let below = |line: &Line| {
        let runs_on = |other: &&Line| {
            let gap = other.area.y - line.area.y;
            gap > line.area.h / 2 && gap < 2 * line.area.h && other.area.x <= line.area.x + line.area.h
        };
        reading.lines.iter().find(runs_on).map(|other| format!("{}{}", line.text, other.text))
    };
    let alone = reading.lines.iter().map(|line| line.text.clone());
    alone.chain(reading.lines.iter().filter_map(below)).map(|line| line.to_lowercase()).collect()
}

/// The part of `read` that is nearest to `wanted`: how many letters differ, and where it begins and ends (Sellers).
fn nearest(wanted: &[char], read: &[char]) -> (usize, usize, usize) {
    let mut row: Vec<(usize, usize)> = (0..=read.len()).map(|start| (0, start)).collect();
    for (i, x) in wanted.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1, 0);
        for (j, y) in read.iter().enumerate() {
            let kept = (diagonal.0 + usize::from(x != y), diagonal.1);
            diagonal = row[j + 1];
            row[j + 1] = kept.min((diagonal.0 + 1, diagonal.1)).min((row[j].0 + 1, row[j].1));
        }
    }
    let ends = row.into_iter().enumerate();
    ends.map(|(to, (distance, from))| (distance, from, to))
        .min_by_key(|(distance, _, to)| (*distance, std::cmp::Reverse(*to)))
        .unwrap_or((0, 0, 0))
}

fn has_piece(wanted: &[char], reading: &Reading) -> bool {
    let lines: Vec<String> = reading.lines.iter().map(|line| line.text.to_lowercase()).collect();
    let mut pieces = wanted.windows(PIECE.min(wanted.len()).max(1)).map(|piece| piece.iter().collect::<String>());
    pieces.any(|piece| lines.iter().any(|line| line.contains(&piece)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sightstep_vision::geometry::Rect;

    #[test]
    fn what_the_program_tells_is_counted_exactly() {
        let cases = [
            ("hello", "say helllo", Some(Arrived::Letters(6))),
            ("hello", "say hello", Some(Arrived::Whole)),
            ("hello", "say helo", Some(Arrived::Letters(4))),
            ("hello", "something else", None),
            ("hello", "", None),
        ];
        for (text, told, expected) in cases {
            assert_eq!(before_caret(text, told), expected, "{told}");
        }
    }

    #[test]
    fn what_stands_there_is_counted() {
        let text = "Sightstep was here.";
        let cases: [(&[&str], Arrived); 9] = [
            (&["/tmp/work# Sightste", "ep was heree."], Arrived::Letters(21 + MORE)),
            (&["File Edit", "Sightstep was here."], Arrived::Whole),
            (&["File Edit", "Sightsteep was here."], Arrived::Letters(20 + MORE)),
            (&["Sightsep was hre."], Arrived::Letters(17 + MORE)),
            (&["user@host:~$ Sightsteep was here."], Arrived::Letters(20 + MORE)),
            (&["Note: Sightsteep was here."], Arrived::Letters(20)),
            (&["was here."], Arrived::Letters(9 + MORE)),
            (&["Sightsteep was here. And more"], Arrived::Unclear),
            (&["File Edit", "Untitled"], Arrived::Nothing),
        ];
        for (lines, expected) in cases {
            let line = |(at, text): (i32, &&str)| Line {
                text: (*text).into(),
                area: Rect::new(0, 20 * at, 90, 18),
                confidence: 1.0,
                words: vec![],
            };
            let reading = Reading { lines: (0..).zip(lines).map(line).collect(), elements: vec![] };
            assert_eq!(arrived(text, &reading), expected, "{lines:?}");
        }
    }
}
