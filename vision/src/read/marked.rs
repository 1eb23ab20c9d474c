//! A picture with its elements drawn over it: a frame in the colour of the role, and the id in its corner.

use image::{Rgb, RgbImage};

use super::{Element, Role};
use crate::frame::Frame;
use crate::geometry::Rect;

/// Digits of 3 by 5 pixels, a row in three bits, the highest on the left.
const DIGITS: [[u8; 5]; 10] = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 3, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 2, 2, 2],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
];

/// Width of a digit with the gap behind it.
const ADVANCE: i32 = 4;

/// The picture with a frame around every element and its id in the upper left corner.
pub fn marked(frame: &Frame, elements: &[Element]) -> RgbImage {
    let mut picture = frame.pixels().clone();
    // The largest first, so that what lies in them is drawn over them.
    let mut sorted: Vec<&Element> = elements.iter().collect();
    sorted.sort_by_key(|element| std::cmp::Reverse(element.area.area()));
    for element in sorted {
        outline(&mut picture, element.area, colour(element.role));
    }
    for element in elements {
        label(&mut picture, element);
    }
    picture
}

fn colour(role: Role) -> [u8; 3] {
    match role {
        Role::Button | Role::IconButton => [220, 30, 30],
        Role::Field | Role::TextArea | Role::Spinner | Role::Combo => [20, 90, 230],
        Role::Checkbox | Role::Radio | Role::Switch => [200, 0, 200],
        Role::Link => [0, 150, 200],
        Role::Tab | Role::Menu | Role::MenuItem | Role::Option => [230, 120, 0],
        Role::ListRow | Role::TreeRow | Role::Cell => [120, 90, 30],
        Role::Slider | Role::Progress | Role::ScrollBar => [110, 40, 200],
        Role::Heading | Role::Text => [0, 140, 60],
        Role::Image => [130, 130, 130],
    }
}

fn outline(picture: &mut RgbImage, area: Rect, colour: [u8; 3]) {
    let edge = |x: i32, y: i32| x == area.x || y == area.y || x == area.right() - 1 || y == area.bottom() - 1;
    for y in area.y..area.bottom() {
        for x in (area.x..area.right()).filter(|x| edge(*x, y)) {
            put(picture, x, y, colour);
        }
    }
}

fn label(picture: &mut RgbImage, element: &Element) {
    let digits: Vec<usize> = element.id.to_string().bytes().map(|digit| usize::from(digit - b'0')).collect();
    let (x0, y0) = (element.area.x, (element.area.y - 6).max(0));
    let plate = Rect::new(x0, y0, digits.len() as i32 * ADVANCE + 1, 7);
    for (x, y) in (plate.y..plate.bottom()).flat_map(|y| (plate.x..plate.right()).map(move |x| (x, y))) {
        put(picture, x, y, colour(element.role));
    }
    for (at, digit) in (0..).zip(digits) {
        for (row, bits) in (0..).zip(DIGITS[digit]) {
            for column in (0..3).filter(|column| bits >> (2 - column) & 1 == 1) {
                put(picture, x0 + 1 + at * ADVANCE + column, y0 + 1 + row, [255; 3]);
            }
        }
    }
}

fn put(picture: &mut RgbImage, x: i32, y: i32, colour: [u8; 3]) {
    if x >= 0 && y >= 0 && (x as u32) < picture.width() && (y as u32) < picture.height() {
        picture.put_pixel(x as u32, y as u32, Rgb(colour));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_and_numbers_are_drawn_inside_the_picture() {
        let frame = Frame::from_image(RgbImage::new(60, 40));
        let mut element = Element::new(Role::Button, "Save", Rect::new(10, 10, 30, 20));
        element.id = 12;
        let outside = Element::new(Role::Text, "", Rect::new(50, -5, 30, 20));
        let picture = marked(&frame, &[element, outside]);
        assert_eq!(picture.get_pixel(39, 29).0, colour(Role::Button));
        assert_eq!(picture.get_pixel(20, 20).0, [0; 3]);
        // The middle bar of the 1: three pixels at its foot.
        assert_eq!([11, 12, 13].map(|x| picture.get_pixel(x, 9).0), [[255; 3]; 3]);
    }
}
