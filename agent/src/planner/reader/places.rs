//! Places that are no text: a point, a part of a thing, a way to drag.

use sightstep_vision::geometry::Rect;

/// Which part of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    /// From left to right, in halves: 0, 1 or 2.
    across: i32,
    /// From top to bottom, likewise.
    down: i32,
}

/// Names of parts, a longer one before those that it holds.
const SPOTS: [(&str, i32, i32); 18] = [
    ("top left corner", 0, 0),
    ("top-left corner", 0, 0),
    ("upper left corner", 0, 0),
    ("top right corner", 2, 0),
    ("top-right corner", 2, 0),
    ("upper right corner", 2, 0),
    ("bottom left corner", 0, 2),
    ("lower left corner", 0, 2),
    ("bottom right corner", 2, 2),
    ("lower right corner", 2, 2),
    ("left edge", 0, 1),
    ("right edge", 2, 1),
    ("left side", 0, 1),
    ("right side", 2, 1),
    ("top edge", 1, 0),
    ("bottom edge", 1, 2),
    ("middle", 1, 1),
    ("center", 1, 1),
];

/// How far from an edge a spot at it lies, in pixels, and at most in tenths of the thing.
const INSET: (i32, i32) = (4, 10);

impl Spot {
    /// "The middle of the canvas": the part, and what it is of.
    pub(super) fn of(text: &str) -> Option<(Self, &str)> {
        let text = text.trim();
        let bare = text.strip_prefix("the ").unwrap_or(text).replace("centre", "center");
        let (_, across, down) = SPOTS.iter().find(|(name, ..)| bare.starts_with(&format!("{name} of ")))?;
        let at = text.find(" of ")? + " of ".len();
        Some((Self { across: *across, down: *down }, text[at..].trim()))
    }

    /// Where it is in an area.
    pub(super) fn point(self, area: Rect) -> (i32, i32) {
        let along = |start: i32, length: i32, halves: i32| {
            let inset = INSET.0.min(length / INSET.1);
            match halves {
                0 => start + inset,
                1 => start + length / 2,
                _ => start + length - 1 - inset,
            }
        };
        (along(area.x, area.w, self.across), along(area.y, area.h, self.down))
    }
}

/// "100,200", "(100, 200)", "100 200".
pub(super) fn point(text: &str) -> Option<(i32, i32)> {
    let inner = text.trim().trim_start_matches("point ").trim_start_matches('(').trim_end_matches(')');
    let (x, y) = inner.split_once(',').or_else(|| inner.split_once(' '))?;
    Some((x.trim().parse().ok().filter(|x| *x >= 0)?, y.trim().parse().ok().filter(|y| *y >= 0)?))
}

/// A way to drag, in pixels: "to the right by 100 pixels", "down", "by 30,-40". Nothing where a thing is meant.
pub(super) fn way(text: &str) -> Option<(i32, i32)> {
    let text = text.trim();
    if let Some((x, y)) = text.strip_prefix("by ").and_then(|rest| rest.split_once(',')) {
        return Some((x.trim().parse().ok()?, y.trim().parse().ok()?));
    }
    let text = text.strip_prefix("to ").unwrap_or(text);
    let text = text.strip_prefix("the ").unwrap_or(text);
    let ways =
        [("right", (1, 0)), ("left", (-1, 0)), ("up", (0, -1)), ("down", (0, 1)), ("top", (0, -1)), ("bottom", (0, 1))];
    let ((x, y), rest) = ways.iter().find_map(|(word, way)| Some((*way, text.strip_prefix(word)?)))?;
    let length = match rest.trim() {
        "" => LENGTH,
        rest => pixels(rest.strip_prefix("by ").unwrap_or(rest))?,
    };
    Some((x * length, y * length))
}

/// How far a drag goes whose length is not said, in pixels.
const LENGTH: i32 = 150;

/// "100 pixels", "100 px", "100".
pub(super) fn pixels(text: &str) -> Option<i32> {
    let number = ["pixels", "pixel", "px"].iter().find_map(|unit| text.trim().strip_suffix(unit)).unwrap_or(text);
    number.trim().parse().ok().filter(|n| (1..=10_000).contains(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_points_and_ways() {
        let area = Rect::new(100, 200, 400, 100);
        let at = |text: &'static str| Spot::of(text).map(|(spot, of)| (spot.point(area), of));
        assert_eq!(at("the middle of the canvas"), Some(((300, 250), "the canvas")));
        assert_eq!(at("centre of the page"), Some(((300, 250), "the page")));
        assert_eq!(at("the top left corner of Photo"), Some(((104, 204), "Photo")));
        assert_eq!(at("the right edge of Photo"), Some(((495, 250), "Photo")));
        assert_eq!(at("Middle of Nowhere"), None);
        let points = ["100,200", "(100, 200)", "100 200", "Save", "a,b", "-3,4"].map(point);
        assert_eq!(points, [Some((100, 200)), Some((100, 200)), Some((100, 200)), None, None, None]);
        let ways =
            ["the right", "to the right by 40 pixels", "down", "up by 20", "by 30,-40", "Archive", "the Left panel"];
        assert_eq!(
            ways.map(way),
            [Some((150, 0)), Some((40, 0)), Some((0, 150)), Some((0, -20)), Some((30, -40)), None, None]
        );
    }
}
