//! Numbers of elements, which stay the same from one look to the next while the thing is the same.

use std::collections::HashMap;

use super::{Element, Role};
use crate::geometry::Rect;

/// How far something may have moved and still be taken for the same, in pixels along both axes: a scrolled row.
const MOVED: i32 = 400;

/// The numbers that were given so far.
#[derive(Default)]
pub(super) struct Numbers {
    last: Vec<(u32, Role, String, Rect)>,
    given: u32,
}

impl Numbers {
    /// Numbers the elements of the next look: what stood there with the same text keeps its number, then what has the same text
    /// elsewhere, then what stands at the same place with another text.
    pub(super) fn give(&mut self, elements: &mut [Element]) {
        let mut free: HashMap<u32, &(u32, Role, String, Rect)> =
            self.last.iter().map(|known| (known.0, known)).collect();
        let mut ids: Vec<Option<u32>> = vec![None; elements.len()];
        for is_same in [is_unchanged, is_moved, is_changed] {
            for (id, element) in ids.iter_mut().zip(elements.iter()).filter(|(id, _)| id.is_none()) {
                let fits = free.values().filter(|known| is_same(known, element));
                let nearest = fits.min_by_key(|known| (distance(known.3, element.area), known.0));
                if let Some((known, ..)) = nearest.copied() {
                    *id = Some(*known);
                    free.remove(known);
                }
            }
        }
        for (id, element) in ids.into_iter().zip(elements.iter_mut()) {
            element.id = id.unwrap_or_else(|| {
                self.given += 1;
                self.given
            });
        }
        self.last = elements.iter().map(|e| (e.id, e.role, e.text.clone(), e.area)).collect();
    }
}

fn is_unchanged((_, role, text, area): &(u32, Role, String, Rect), element: &Element) -> bool {
    *role == element.role && *area == element.area && *text == element.text
}

fn is_moved((_, role, text, area): &(u32, Role, String, Rect), element: &Element) -> bool {
    *role == element.role && *text == element.text && !text.is_empty() && distance(*area, element.area) <= MOVED
}

fn is_changed((_, role, _, area): &(u32, Role, String, Rect), element: &Element) -> bool {
    let shared = area.intersection(&element.area).area();
    *role == element.role && shared * 10 > area.area().max(element.area.area()) * 8
}

fn distance(a: Rect, b: Rect) -> i32 {
    (a.x - b.x).abs() + (a.y - b.y).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(numbers: &mut Numbers, things: &[(Role, &str, i32)]) -> Vec<u32> {
        let element = |(role, text, y): &(Role, &str, i32)| Element::new(*role, *text, Rect::new(10, *y, 80, 20));
        let mut elements: Vec<Element> = things.iter().map(element).collect();
        numbers.give(&mut elements);
        elements.iter().map(|e| e.id).collect()
    }

    #[test]
    fn a_thing_keeps_its_number_where_it_moves_or_its_text_changes() {
        use Role::{Button, Field, Text};
        let mut numbers = Numbers::default();
        assert_eq!(look(&mut numbers, &[(Button, "OK", 10), (Field, "a", 50), (Text, "No", 90)]), [1, 2, 3]);
        assert_eq!(look(&mut numbers, &[(Button, "OK", 40), (Field, "ab", 50), (Text, "Yes", 300)]), [1, 2, 4]);
        assert_eq!(look(&mut numbers, &[(Button, "OK", 10), (Button, "OK", 40)]), [5, 1]);
        assert!(look(&mut numbers, &[]).is_empty());
        assert_eq!(look(&mut numbers, &[(Button, "OK", 10)]), [6]);
    }
}
