//! When a screen is still: the rule, and what is known to move by itself.

use std::time::{Duration, Instant};

use crate::geometry::Rect;

/// A screen is still when nothing but volatile places changed for this long. Toolkits answer an input within 5–50 ms
/// and redraw in frames of 16 ms; their short animations leave gaps of up to 100 ms (measured on GTK 3 and Chromium).
pub const QUIET: Duration = Duration::from_millis(150);

/// A screen that is not still after this long is taken as it is, and said to be moving.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// How long after the last input a change counts as one that nobody caused.
const IDLE: Duration = Duration::from_millis(600);

/// A volatile place that has not changed for this long is no longer taken for one.
const FORGET: Duration = Duration::from_secs(5);

/// A caret is at most this wide and high, in pixels (2 px at scale 1 in GTK, 1 in Chromium; doubled for scale 2).
const CARET: (i32, i32) = (4, 64);

/// Learns which places change by themselves: those that changed twice with nobody acting, or again and again
/// while the rest was still.
#[derive(Debug, Default)]
pub struct Volatility {
    places: Vec<Place>,
}

#[derive(Debug)]
struct Place {
    area: Rect,
    first: Instant,
    last: Instant,
    times: u32,
    idle_times: u32,
}

impl Place {
    /// A blinking caret is known after two idle changes; a spinner after six changes over a second.
    fn is_volatile(&self) -> bool {
        self.idle_times >= 2 || (self.times >= 6 && self.last - self.first >= Duration::from_secs(1))
    }
}

impl Volatility {
    /// Notes changes seen at `now`, where the last input was `since_input` ago.
    pub fn note(&mut self, areas: &[Rect], now: Instant, since_input: Option<Duration>) {
        let idle = since_input.is_none_or(|d| d >= IDLE);
        self.places.retain(|p| now.duration_since(p.last) < FORGET);
        for area in areas {
            match self.places.iter_mut().find(|p| same_place(&p.area, area)) {
                Some(place) => {
                    place.area = place.area.union(area);
                    place.last = now;
                    place.times += 1;
                    place.idle_times += u32::from(idle);
                }
                None => self.places.push(Place {
                    area: *area,
                    first: now,
                    last: now,
                    times: 1,
                    idle_times: u32::from(idle),
                }),
            }
        }
    }

    /// The places known to change by themselves, slightly grown.
    pub fn areas(&self, now: Instant) -> Vec<Rect> {
        let fresh = |p: &&Place| p.is_volatile() && now.duration_since(p.last) < FORGET;
        self.places.iter().filter(fresh).map(|p| p.area.grown(2)).collect()
    }

    /// Whether these changes keep a screen from being still: not carets, not known volatile places.
    pub fn disturbs(&self, areas: &[Rect], now: Instant) -> bool {
        let masks = self.areas(now);
        areas.iter().any(|area| !is_caret(area) && !masks.iter().any(|m| m.intersection(area) == *area))
    }
}

/// Whether a change has the shape of a text caret.
pub fn is_caret(area: &Rect) -> bool {
    area.w <= CARET.0 && area.h <= CARET.1 && area.h >= 2 * area.w
}

/// The same place: each covers at least half of what both cover.
fn same_place(a: &Rect, b: &Rect) -> bool {
    2 * a.intersection(b).area() >= a.union(b).area()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG_AGO: Option<Duration> = Some(Duration::from_secs(9));
    const JUST_NOW: Option<Duration> = Some(Duration::from_millis(100));

    #[test]
    fn what_changes_twice_with_nobody_acting_is_volatile() {
        let (mut known, start, clock) = (Volatility::default(), Instant::now(), Rect::new(900, 4, 60, 14));
        known.note(&[clock], start, LONG_AGO);
        assert_eq!(known.areas(start), []);
        let later = start + Duration::from_secs(1);
        known.note(&[clock], later, LONG_AGO);
        assert_eq!(known.areas(later), [clock.grown(2)]);
        assert!(!known.disturbs(&[clock], later));
        assert!(known.disturbs(&[clock, Rect::new(0, 0, 200, 200)], later));
    }

    #[test]
    fn what_follows_an_input_is_not_volatile() {
        let (mut known, start, area) = (Volatility::default(), Instant::now(), Rect::new(10, 10, 80, 30));
        for tick in 0..4 {
            known.note(&[area], start + Duration::from_millis(30 * tick), JUST_NOW);
        }
        assert!(known.disturbs(&[area], start + Duration::from_millis(120)));
    }

    #[test]
    fn a_spinner_is_known_even_right_after_an_input() {
        let (mut known, start, spinner) = (Volatility::default(), Instant::now(), Rect::new(10, 10, 24, 24));
        for tick in 0..8 {
            known.note(&[spinner], start + Duration::from_millis(150 * tick), JUST_NOW);
        }
        assert!(!known.disturbs(&[spinner], start + Duration::from_millis(1200)));
    }

    #[test]
    fn volatile_places_are_forgotten() {
        let (mut known, start, area) = (Volatility::default(), Instant::now(), Rect::new(10, 10, 80, 30));
        known.note(&[area], start, LONG_AGO);
        known.note(&[area], start, LONG_AGO);
        assert_eq!(known.areas(start + FORGET), []);
    }

    #[test]
    fn carets_are_thin_and_upright() {
        assert!(is_caret(&Rect::new(5, 5, 1, 16)) && is_caret(&Rect::new(5, 5, 2, 20)));
        assert!(!is_caret(&Rect::new(5, 5, 8, 16)) && !is_caret(&Rect::new(5, 5, 3, 3)));
    }
}
