//! What colours are called, and which plain shapes have one.

use super::super::flats::Flat;
use super::super::{Element, Role};

/// Basic colours with the names that people have for them.
const NAMES: [(&str, [u8; 3]); 24] = [
    ("black", [0, 0, 0]),
    ("white", [255, 255, 255]),
    ("grey", [128, 128, 128]),
    ("silver", [192, 192, 192]),
    ("red", [255, 0, 0]),
    ("red", [220, 50, 50]),
    ("maroon", [128, 0, 0]),
    ("orange", [255, 150, 0]),
    ("brown", [140, 80, 30]),
    ("yellow", [255, 255, 0]),
    ("yellow", [245, 210, 50]),
    ("olive", [128, 128, 0]),
    ("lime", [0, 255, 0]),
    ("green", [0, 128, 0]),
    ("green", [60, 180, 80]),
    ("teal", [0, 128, 128]),
    ("cyan", [0, 255, 255]),
    ("blue", [0, 0, 255]),
    ("blue", [50, 120, 230]),
    ("navy", [0, 0, 128]),
    ("purple", [128, 0, 128]),
    ("purple", [145, 65, 190]),
    ("magenta", [255, 0, 255]),
    ("pink", [255, 170, 190]),
];

/// What a colour is called: the nearest of the basic ones.
pub(super) fn name(colour: [u8; 3]) -> &'static str {
    let distance = |other: &[u8; 3]| -> i32 {
        // The eye tells greens apart best, blues worst.
        [3, 4, 2]
            .iter()
            .zip(colour.iter().zip(other))
            .map(|(weight, (a, b))| weight * i32::from(a.abs_diff(*b)).pow(2))
            .sum()
    };
    NAMES.iter().min_by_key(|(_, other)| distance(other)).map_or("", |(name, _)| name)
}

/// A flat area as a picture that is called by its colour and shape; nothing where it has no plain shape.
pub(super) fn shape(flat: &Flat) -> Option<Element> {
    let is_whole = flat.count * 500 >= flat.hull * 499;
    let shape = match flat.fill() {
        _ if !is_whole => return None,
        fill if fill > 0.97 => "box",
        _ if flat.is_disc() => "circle",
        fill if (0.44..0.60).contains(&fill) => "triangle",
        _ => return None,
    };
    let mut element = Element::new(Role::Image, "", flat.area);
    element.name = format!("{} {shape}", name(flat.colour));
    Some(element)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_have_the_names_that_people_give_them() {
        let cases = [
            ([250, 5, 5], "red"),
            ([53, 132, 228], "blue"),
            ([46, 194, 126], "green"),
            ([250, 250, 250], "white"),
            ([20, 20, 20], "black"),
            ([130, 130, 135], "grey"),
            ([230, 97, 0], "orange"),
        ];
        for (colour, wanted) in cases {
            assert_eq!(name(colour), wanted, "{colour:?}");
        }
    }
}
