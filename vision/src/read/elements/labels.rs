//! What fields, switches and sliders are called: the text beside or above them.

use super::super::{Element, Role};
use crate::geometry::Rect;

/// How far above its field a label may stand, in heights of the label.
const ABOVE: i32 = 2;

/// Names what has no text of its own after the text that stands nearest.
pub(in super::super) fn name(elements: &mut [Element]) {
    let texts: Vec<(u32, String, Rect)> =
        elements.iter().filter(|e| is_label(e)).map(|e| (e.id, e.text.clone(), e.area)).collect();
    let others: Vec<Rect> = elements.iter().filter(|e| needs_label(e)).map(|e| e.area).collect();
    for element in elements.iter_mut().filter(|e| needs_label(e) && e.name.is_empty()) {
        let far = element.role == Role::Switch;
        if let Some((id, text, _)) = nearest(element.area, &texts, &others, far) {
            element.label = Some(*id);
            element.name = text.trim_end_matches([':', ' ', '*']).to_owned();
        }
    }
}

fn is_label(element: &Element) -> bool {
    matches!(element.role, Role::Text | Role::Heading | Role::Link) && element.text.chars().count() <= 60
}

fn needs_label(element: &Element) -> bool {
    element.role.is_typed_into()
        || matches!(element.role, Role::Combo | Role::Slider | Role::Progress)
        || (matches!(element.role, Role::Switch | Role::Checkbox | Role::Radio) && element.text.is_empty())
}

/// The text to the left on the same row with nothing between, else the one right above.
fn nearest<'t>(
    area: Rect,
    texts: &'t [(u32, String, Rect)],
    others: &[Rect],
    is_far: bool,
) -> Option<&'t (u32, String, Rect)> {
    let on_row = |text: &Rect| {
        let y = text.centre().1;
        text.right() <= area.x + 4 && area.y - 4 <= y && y < area.bottom() + 4 && y < area.y + 60
    };
    let is_free = |text: &Rect| {
        let between = Rect::new(text.right(), text.y, (area.x - text.right()).max(0), text.h);
        !others.iter().any(|other| *other != area && other.intersects(&between.grown(-1)))
    };
    let near = |text: &Rect| is_far || area.x - text.right() < 260;
    let left = texts.iter().filter(|(_, _, text)| on_row(text) && near(text) && is_free(text));
    let above = texts.iter().filter(|(_, _, text)| {
        let gap = area.y - text.bottom();
        let starts = (text.x - area.x).abs() <= 24 || (text.x >= area.x && text.right() <= area.right());
        starts && (-4..=ABOVE * text.h).contains(&gap)
    });
    let left = left.max_by_key(|(_, _, text)| text.right());
    left.or_else(|| above.max_by_key(|(_, _, text)| text.bottom()))
}
