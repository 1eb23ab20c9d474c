//! When a screen is still: the rule, and what is known to move by itself.

use std::time::{Duration, Instant};

use crate::geometry::Rect;

/// A screen is still when nothing but volatile places changed for this long. Toolkits answer an input within 5–50 ms
/// and redraw in frames of 16 ms; their short animations leave gaps of up to 100 ms (measured on GTK 3 and Chromium).
pub const QUIET: Duration = Duration::from_millis(150);

/// A screen that is not still after this long is taken as it is, and said to be moving.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// A program that does not answer an input is waited for this long: a disk that spins up, a page that is laid out.
pub const HUNG: Duration = Duration::from_secs(12);

/// How long after the last input a change counts as one that nobody caused.
const IDLE: Duration = Duration::from_millis(600);

/// A place is volatile after this many bursts of changes that nobody caused, over this time at least, or after one burst
/// that lasts as long. A window that opens and is moved or resized afterwards makes two.
const IDLE_TIMES: u32 = 3;
const IDLE_SPAN: Duration = Duration::from_millis(1200);

/// Changes with less time between them are one burst: a window is drawn in several goes, an animation in many.
const BURST: Duration = Duration::from_millis(400);

/// A volatile place that has not changed for this long is no longer taken for one.
const FORGET: Duration = Duration::from_secs(5);

/// A caret is at most this wide and high, in pixels (2 px at scale 1 in GTK, 1 in Chromium; doubled for scale 2).
const CARET: (i32, i32) = (4, 64);

/// Learns which places change by themselves: those that change again and again with nobody acting.
#[derive(Debug, Default)]
pub struct Volatility {
    places: Vec<ChangingPlace>,
    caret: Option<Rect>,
}

#[derive(Debug)]
struct ChangingPlace {
    area: Rect,
    last: Instant,
    /// Changes that nobody caused.
    idle: Option<Idle>,
}

/// Changes that nobody caused: since when, in how many bursts, and since when the last burst goes on.
#[derive(Debug, Clone, Copy)]
struct Idle {
    first: Instant,
    bursts: u32,
    burst: Instant,
    /// The last of them: what an input changes later at the same place is none.
    last: Instant,
}

impl ChangingPlace {
    /// A window that opens is drawn several times within a second; a clock and a spinner go on for longer.
    fn is_volatile(&self) -> bool {
        self.idle.is_some_and(|idle| {
            let is_often = idle.bursts >= IDLE_TIMES && idle.last - idle.first >= IDLE_SPAN;
            is_often || idle.last - idle.burst >= IDLE_SPAN
        })
    }
}

impl Volatility {
    /// Notes changes seen at `now`, where the last input was `since_input` ago.
    pub fn note(&mut self, areas: &[Rect], now: Instant, since_input: Option<Duration>) {
        let idle = since_input.is_none_or(|d| d >= IDLE);
        self.note_caret(areas, now, idle);
        self.places.retain(|p| now.duration_since(p.last) < FORGET);
        for area in areas {
            let at = self.places.iter().position(|p| same_place(&p.area, area)).unwrap_or_else(|| {
                self.places.push(ChangingPlace { area: *area, last: now, idle: None });
                self.places.len() - 1
            });
            let place = &mut self.places[at];
            place.area = place.area.union(area);
            if idle {
                let is_new = now.duration_since(place.last) >= BURST;
                let known = place.idle.unwrap_or(Idle { first: now, bursts: 1, burst: now, last: now });
                let known = Idle { last: now, ..known };
                place.idle = Some(if is_new { Idle { bursts: known.bursts + 1, burst: now, ..known } } else { known });
            }
            place.last = now;
        }
    }

    /// A caret that blinks stays where it is until something else changes, or an input moves it.
    fn note_caret(&mut self, areas: &[Rect], now: Instant, idle: bool) {
        let mut carets = areas.iter().filter(|area| is_caret(area));
        match (carets.next(), carets.next()) {
            (Some(one), None) if idle => self.caret = Some(*one),
            (Some(_), _) => self.caret = None,
            (None, _) => {}
        }
        if self.disturbs(areas, now) {
            self.caret = None;
        }
    }

    /// Where a caret has blinked with nobody acting, if nothing but volatile places has changed since.
    pub fn caret(&self) -> Option<Rect> {
        self.caret
    }

    /// The places known to change by themselves, slightly grown. A caret is none of them: it also moves when it is told to.
    pub fn areas(&self, now: Instant) -> Vec<Rect> {
        let fresh = |p: &&ChangingPlace| p.is_volatile() && !is_caret(&p.area) && now.duration_since(p.last) < FORGET;
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
    fn what_changes_again_and_again_with_nobody_acting_is_volatile() {
        let (mut known, start, clock) = (Volatility::default(), Instant::now(), Rect::new(900, 4, 60, 14));
        let second = Duration::from_secs(1);
        known.note(&[clock], start, LONG_AGO);
        known.note(&[clock], start + second, LONG_AGO);
        assert_eq!(known.areas(start + second), []);
        let later = start + 2 * second;
        known.note(&[clock], later, LONG_AGO);
        assert_eq!(known.areas(later), [clock.grown(2)]);
        assert!(!known.disturbs(&[clock], later));
        assert!(known.disturbs(&[clock, Rect::new(0, 0, 200, 200)], later));
    }

    #[test]
    fn a_window_that_opens_is_not_volatile() {
        let (mut known, start, window) = (Volatility::default(), Instant::now(), Rect::new(9, 9, 500, 400));
        for tick in 0..9 {
            known.note(&[window], start + Duration::from_millis(100 * tick), None);
        }
        assert!(known.disturbs(&[window], start + Duration::from_millis(900)));
    }

    #[test]
    fn a_window_that_opens_and_then_is_moved_is_not_volatile() {
        let (mut known, start, window) = (Volatility::default(), Instant::now(), Rect::new(9, 9, 500, 400));
        for millis in [0, 80, 200, 320, 1600, 1650] {
            known.note(&[window], start + Duration::from_millis(millis), None);
        }
        assert!(known.disturbs(&[window], start + Duration::from_millis(1650)));
    }

    #[test]
    fn a_window_that_opened_is_not_volatile_because_an_input_changes_it() {
        let (mut known, start, field) = (Volatility::default(), Instant::now(), Rect::new(9, 9, 170, 38));
        (0..4).for_each(|tick| known.note(&[field], start + Duration::from_millis(50 * tick), None));
        let later = start + 2 * IDLE_SPAN;
        known.note(&[field], later, JUST_NOW);
        assert_eq!(known.areas(later), []);
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
    fn a_spinner_that_an_input_started_is_known_before_patience_ends() {
        let (mut known, start, spinner) = (Volatility::default(), Instant::now(), Rect::new(10, 10, 24, 24));
        let times = (0..).map(|tick| Duration::from_millis(150 * tick)).take_while(|t| *t < PATIENCE);
        let mut last = Duration::ZERO;
        for t in times {
            known.note(&[spinner], start + t, Some(t));
            last = t;
        }
        assert!(!known.disturbs(&[spinner], start + last));
    }

    #[test]
    fn volatile_places_are_forgotten() {
        let (mut known, start, area) = (Volatility::default(), Instant::now(), Rect::new(10, 10, 80, 30));
        let times = [0, 1, 2].map(|n| start + n * Duration::from_secs(1));
        times.iter().for_each(|t| known.note(&[area], *t, LONG_AGO));
        assert_eq!(known.areas(times[2]).len(), 1);
        assert_eq!(known.areas(times[2] + FORGET), []);
    }

    #[test]
    fn a_caret_is_where_it_blinked_until_something_else_changes() {
        let (mut known, now, caret) = (Volatility::default(), Instant::now(), Rect::new(50, 50, 1, 18));
        known.note(&[caret], now, JUST_NOW);
        assert_eq!(known.caret(), None);
        known.note(&[caret], now, LONG_AGO);
        assert_eq!((known.caret(), known.areas(now)), (Some(caret), vec![]));
        known.note(&[Rect::new(0, 0, 90, 90)], now, LONG_AGO);
        assert_eq!(known.caret(), None);
        known.note(&[caret, Rect::new(90, 50, 1, 18)], now, LONG_AGO);
        assert_eq!(known.caret(), None);
    }

    #[test]
    fn carets_are_thin_and_upright() {
        assert!(is_caret(&Rect::new(5, 5, 1, 16)) && is_caret(&Rect::new(5, 5, 2, 20)));
        assert!(!is_caret(&Rect::new(5, 5, 8, 16)) && !is_caret(&Rect::new(5, 5, 3, 3)));
    }
}
