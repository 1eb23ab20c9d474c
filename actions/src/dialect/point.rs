//! Coordinates in all the ways that models write them.
//!
//! `(x,y)`, `[x, y]`, `<point>x y</point>`, `<bbox>x1 y1 x2 y2</bbox>`, box tokens round any of them, or bare numbers.
//! Two numbers are a point, four are a box whose centre is meant.

use crate::space::FramePoint;

use super::{Canvas, Fault, Problem};

/// The marks that may stand round coordinates and mean nothing more.
const MARKS: [&str; 8] =
    ["<|box_start|>", "<|box_end|>", "<point>", "</point>", "<bbox>", "</bbox>", "<box>", "</box>"];

/// The most numbers that are read: a box has four, and more are an error anyway.
const MOST: usize = 5;

/// The numbers of coordinates, or nothing where anything but numbers and their marks is written.
pub fn numbers(written: &str) -> Option<Vec<f64>> {
    scan(written).ok()
}

/// The numbers of coordinates.
pub(super) fn scan(written: &str) -> Result<Vec<f64>, Fault<'_>> {
    let mut numbers = Vec::with_capacity(4);
    let mut rest = written;
    let (mut is_parted, mut is_closed) = (true, false);
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() || matches!(first, '(' | ')' | '[' | ']' | ',' | '，') {
            // Brackets right behind closed ones are an index or a call.
            if is_closed && matches!(first, '(' | '[') {
                return Err(Fault::new(Problem::NotEvaluated { found: "an expression" }, rest));
            }
            is_closed = matches!(first, ')' | ']') || is_closed && first.is_whitespace();
            (is_parted, rest) = (true, &rest[first.len_utf8()..]);
        } else if let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(**mark)) {
            (is_parted, rest) = (true, &rest[mark.len()..]);
        } else {
            let length = number_length(rest);
            let number = rest[..length].parse::<f64>().ok().filter(|n| n.is_finite() && is_parted);
            let Some(number) = number.filter(|_| numbers.len() < MOST) else {
                return Err(not_coordinates(rest));
            };
            numbers.push(number);
            (is_parted, rest) = (false, &rest[length..]);
        }
    }
    Ok(numbers)
}

/// How long the decimal number at the start of the text is; 0 where there is none.
pub(super) fn number_length(text: &str) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let sign = usize::from(text.starts_with(['-', '+']));
    let whole = digits(&text[sign..]);
    let after = sign + whole;
    let fraction = if text[after..].starts_with('.') { digits(&text[after + 1..]) } else { 0 };
    match (whole, fraction) {
        (0, 0) => 0,
        (_, 0) => after,
        (_, fraction) => after + 1 + fraction,
    }
}

fn not_coordinates(near: &str) -> Fault<'_> {
    if near.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && near.contains('(') {
        return Fault::new(Problem::NotEvaluated { found: "a call" }, near);
    }
    if near.starts_with(['+', '-', '*', '/', '%']) {
        return Fault::new(Problem::NotEvaluated { found: "an expression" }, near);
    }
    Fault::bad(near, "a coordinate: two numbers for a point, four for a box", near)
}

/// The pixel that two or four numbers mean.
pub(super) fn pixel<'a>(numbers: &[f64], canvas: &Canvas, near: &'a str) -> Result<FramePoint, Fault<'a>> {
    let (x, y) = match *numbers {
        [x, y] => (x, y),
        [x1, y1, x2, y2] => (f64::midpoint(x1, x2), f64::midpoint(y1, y2)),
        _ => return Err(Fault::bad(near, "a coordinate: two numbers for a point, four for a box", near)),
    };
    canvas.pixel(x, y).map_err(|error| Fault::new(error, near))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_spelling_has_its_numbers() {
        let cases: [(&str, &[f64]); 16] = [
            ("(100,200)", &[100.0, 200.0]),
            ("[100, 200]", &[100.0, 200.0]),
            ("100,200", &[100.0, 200.0]),
            ("<point>100  200</point>", &[100.0, 200.0]),
            ("<point>100, 200</point>", &[100.0, 200.0]),
            ("<bbox>1 2 3 4</bbox>", &[1.0, 2.0, 3.0, 4.0]),
            ("<|box_start|>(1,2)<|box_end|>", &[1.0, 2.0]),
            ("<|box_start|>(1,2),(3,4)<|box_end|>", &[1.0, 2.0, 3.0, 4.0]),
            ("21, 246, 21, 246", &[21.0, 246.0, 21.0, 246.0]),
            ("[[1,2],[3,4]]", &[1.0, 2.0, 3.0, 4.0]),
            ("(0,0)", &[0.0, 0.0]),
            ("(12.5, .25)", &[12.5, 0.25]),
            ("(-1,-1)", &[-1.0, -1.0]),
            ("(1，2)", &[1.0, 2.0]),
            ("[]", &[]),
            ("", &[]),
        ];
        let wrong: Vec<_> = cases.iter().filter(|(text, want)| numbers(text).as_deref() != Some(*want)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn anything_else_is_refused() {
        let huge = format!("[{}, 0.2]", "9".repeat(400));
        let attacks = [
            "__import__('os').getcwd()",
            "[True, 0.2, 0.3, 0.4]",
            "[float('nan'), 0.2]",
            "[nan, 1]",
            "(inf, 1)",
            huge.as_str(),
            "(1+1, 2)",
            "(1, 2) or 3",
            "1-2",
            "1e3, 2",
            "0x10, 2",
            "1_0, 2",
            "[x for x in (1,2)]",
            "(1, 2); import os",
            "(1, 2)[0, 0]",
            "(1, 2) (3, 4)",
            "{1, 2}",
            "<b>1 2</b>",
            "=",
            "1 2 3 4 5 6",
        ];
        let read: Vec<_> = attacks.iter().filter(|text| numbers(text).is_some()).collect();
        assert!(read.is_empty(), "{read:?}");
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "[0-9.,() <>|a-z\\[\\]\\-+é，]{0,40}") {
            if let Some(numbers) = numbers(&text) {
                prop_assert!(numbers.iter().all(|n| n.is_finite()));
            }
        }
    }
}
