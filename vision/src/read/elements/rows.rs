//! Rows of lists, menus and trees: texts one under the other in a panel, and those behind a small triangle.

use super::super::{Element, Group, Role};
use super::arrows::{self, Arrow};
use super::page::Page;
use crate::geometry::Rect;

/// How much further to the right a text begins behind an icon of its own, in pixels.
const ICON: i32 = 34;

/// The texts of one column of a panel that are too far apart to be a paragraph: a menu where they are all that is in the
/// panel, else a list.
fn columns(page: &Page<'_>, found: &mut [Element]) {
    for panel in page.boxes.iter().filter(|panel| panel.h >= 60 && panel.w >= 60 && panel.w <= 640) {
        let inside: Vec<usize> = (0..found.len()).filter(|at| super::page::holds(panel, &found[*at].area)).collect();
        // What stands beside fields is their labels: a form, not a list.
        let is_form = |at: &usize| {
            let role = found[*at].role;
            role.is_typed_into() || matches!(role, Role::Combo | Role::Slider | Role::Button)
        };
        if inside.iter().any(is_form) {
            continue;
        }
        let texts: Vec<usize> = inside.iter().copied().filter(|at| is_row(&found[*at])).collect();
        let Some(left) = texts.iter().map(|at| found[*at].area.x).min() else { continue };
        // Some begin with an icon that was read as part of them, others behind it.
        let mut column: Vec<usize> = texts.iter().copied().filter(|at| found[*at].area.x - left <= ICON).collect();
        column.sort_by_key(|at| found[*at].area.y);
        // Lines of a paragraph follow each other in less than one and a half heights of their letters.
        let letters = |at: usize| super::super::ink::tight(page.pixels, found[at].area.intersection(&page.bounds)).h;
        let is_apart = column.windows(2).all(|pair| {
            let pitch = found[pair[1]].area.centre().1 - found[pair[0]].area.centre().1;
            pitch * 10 >= letters(pair[0]).min(letters(pair[1])) * 16
        });
        // What else is written stands behind one of the column: shortcuts, arrows, numbers.
        let on_row = |at: &usize| {
            column
                .iter()
                .any(|row| (found[*row].area.centre().1 - found[*at].area.centre().1).abs() <= found[*row].area.h / 2)
        };
        let are_rows = texts.iter().all(on_row);
        if column.len() < 3 || !is_apart || (!are_rows && column.len() * 3 < texts.len() * 2) {
            continue;
        }
        let is_menu =
            panel.w <= 420 && are_rows && inside.len() <= column.len() * 4 && panel.h < page.bounds.h * 9 / 10;
        let kind = if is_menu { "menu" } else { "list" };
        let count = column.len() as u32;
        for (nth, at) in (1..).zip(column) {
            let element = &mut found[at];
            if element.role == Role::Text {
                element.role = if is_menu { Role::MenuItem } else { Role::ListRow };
            }
            element.group.get_or_insert(Group {
                kind: kind.to_owned(),
                name: String::new(),
                place: Some((nth, count)),
            });
        }
    }
}

fn is_row(element: &Element) -> bool {
    let is_short = element.text.chars().count() <= 40;
    is_short
        && matches!(
            element.role,
            Role::Text | Role::TreeRow | Role::ListRow | Role::MenuItem | Role::Checkbox | Role::Radio
        )
}

/// Gives texts behind a triangle the role of a tree's row, and says whether it is expanded.
pub(super) fn refine(page: &Page<'_>, found: &mut Vec<Element>) {
    columns(page, found);
    let mut used = Vec::new();
    for element in found.iter_mut().filter(|e| e.role == Role::Text && e.text.chars().count() > 1) {
        if let Some((arrow, area)) = triangle(page, element.area) {
            element.role = Role::TreeRow;
            element.state.expanded = Some(arrow == Arrow::Down);
            used.push(area);
        }
    }
    found.retain(|e| {
        !(matches!(e.role, Role::Image | Role::IconButton) && used.iter().any(|area| area.intersects(&e.area)))
    });
}

/// The triangle to the left of a text, right before it or with an icon between the two.
fn triangle(page: &Page<'_>, text: Rect) -> Option<(Arrow, Rect)> {
    let reach = |by: i32| Rect::new(text.x - by, text.y, by, text.h).intersection(&page.bounds);
    let near = reach(text.h).grown(-1);
    arrows::in_area(page, near).filter(|(arrow, _)| matches!(arrow, Arrow::Right | Arrow::Down))
}
