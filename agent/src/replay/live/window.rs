//! Windows that were there when recording, and those that are there now.

use sightstep_vision::geometry::Rect;
use sightstep_vision::screen::Window;

use super::inputs::Changes;

/// Titles this alike are of the same window: "Untitled 1 - Mousepad" and "*Untitled 1 - Mousepad".
const ALIKE: f64 = 0.6;

/// The recorded window that a place belongs to: the active one where it is inside, as menus and lists belong to it too.
pub(in crate::replay) fn under(windows: &[Window], at: (i32, i32)) -> Option<&Window> {
    let inside = |window: &&Window| window.area.contains(at.0, at.1);
    windows.iter().filter(inside).find(|w| w.active).or_else(|| windows.iter().find(inside))
}

/// The window of now that the recorded one is, by its title; of several the one whose size is most alike.
pub(super) fn same<'w>(then: &Window, now: &'w [Window], changes: &Changes) -> Option<&'w Window> {
    let title = changes.of(&then.title);
    let alike = |window: &Window| likeness(&title, &window.title);
    let best = now.iter().map(alike).fold(0.0, f64::max);
    let candidates = now.iter().filter(|window| alike(window) >= best - 0.01 && best >= ALIKE);
    candidates.min_by_key(|window| {
        let (a, b) = (then.area, window.area);
        ((a.w - b.w).abs() + (a.h - b.h).abs(), (a.x - b.x).abs() + (a.y - b.y).abs())
    })
}

/// Whether the keyboard is where it was: in a window like the one that had it before or after the recorded action, or
/// nowhere in particular then. After counts too, as a dialog may have come between the look and the key.
pub(super) fn has_keyboard(
    (before, after): (&[Window], &[Window]),
    now: &[Window],
    changes: &Changes,
) -> Result<(), String> {
    let active = |windows: &[Window]| windows.iter().find(|window| window.active).map(|w| changes.of(&w.title));
    let Some(title) = active(before) else { return Ok(()) };
    let wanted: Vec<String> = std::iter::once(title.clone()).chain(active(after)).collect();
    match now.iter().find(|window| window.active) {
        Some(active) if wanted.iter().any(|title| likeness(title, &active.title) >= ALIKE) => Ok(()),
        Some(active) => Err(format!("the keyboard is in window '{}', not in '{title}'", active.title)),
        None => Err(format!("no window has the keyboard, and '{title}' had it")),
    }
}

/// How far a place has moved with its window, in pixels, and whether the window is as large as it was.
pub(super) fn moved(then: &Window, now: &Window) -> ((i32, i32), bool) {
    let (a, b): (Rect, Rect) = (then.area, now.area);
    ((b.x - a.x, b.y - a.y), (a.w, a.h) == (b.w, b.h))
}

fn likeness(a: &str, b: &str) -> f64 {
    if a == b { 1.0 } else { strsim::normalized_levenshtein(&a.to_lowercase(), &b.to_lowercase()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(title: &str, area: [i32; 4], active: bool) -> Window {
        Window { title: title.into(), area: area.into(), active, process: None }
    }

    #[test]
    fn windows_are_known_by_title_and_size() {
        let then = window("Untitled 1 - Mousepad", [0, 0, 640, 480], true);
        let now = [
            window("Terminal", [0, 0, 640, 480], true),
            window("*Untitled 1 - Mousepad", [200, 200, 640, 480], false),
            window("Untitled 2 - Mousepad", [50, 50, 300, 200], false),
        ];
        let found = same(&then, &now, &Changes::default()).unwrap();
        assert_eq!(moved(&then, found), ((200, 200), true));
        assert!(same(&window("Settings", [0, 0, 9, 9], true), &now, &Changes::default()).is_none());
    }

    #[test]
    fn the_keyboard_has_to_be_in_a_window_like_the_recorded_one() {
        let then = [window("Save As", [0, 0, 9, 9], true)];
        let none = Changes::default();
        let mousepad = [window("Mousepad", [0, 0, 9, 9], true)];
        assert!(has_keyboard((&then, &[]), &[window("Save as", [5, 5, 9, 9], true)], &none).is_ok());
        assert!(has_keyboard((&then, &mousepad), &mousepad, &none).is_ok());
        assert!(has_keyboard((&[], &[]), &[], &none).is_ok());
        let said = has_keyboard((&then, &then), &mousepad, &none).unwrap_err();
        assert_eq!(said, "the keyboard is in window 'Mousepad', not in 'Save As'");
        assert!(has_keyboard((&then, &then), &[], &none).is_err());
    }

    #[test]
    fn a_place_belongs_to_the_active_window_where_it_is_inside() {
        let windows = [window("front", [10, 10, 50, 50], true), window("back", [0, 0, 200, 200], false)];
        assert_eq!(under(&windows, (20, 20)).unwrap().title, "front");
        assert_eq!(under(&windows, (150, 150)).unwrap().title, "back");
        assert!(under(&windows, (300, 300)).is_none());
    }
}
