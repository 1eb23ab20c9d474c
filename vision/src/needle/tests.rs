//! Needles on drawn pictures.

use std::path::PathBuf;
use std::sync::Arc;

use image::{Rgb, RgbImage};
use tempfile::TempDir;

use super::*;
use crate::read::Line;

/// A picture in which every place looks different.
fn scene() -> RgbImage {
    let grey = |x: u32, y: u32| {
        let mixed = (x / 3).wrapping_mul(0x9E37_79B1).wrapping_add((y / 3).wrapping_mul(0x85EB_CA6B));
        (mixed ^ (mixed >> 15)).wrapping_mul(0xC2B2_AE35).to_be_bytes()[0]
    };
    RgbImage::from_fn(200, 150, |x, y| Rgb([grey(x, y); 3]))
}

/// The same with everything moved right and down.
fn moved(by: (u32, u32)) -> RgbImage {
    let from = scene();
    RgbImage::from_fn(200, 150, |x, y| *from.get_pixel(x.saturating_sub(by.0), y.saturating_sub(by.1)))
}

fn painted(mut picture: RgbImage, area: Rect) -> RgbImage {
    for y in area.y..area.bottom() {
        (area.x..area.right()).for_each(|x| picture.put_pixel(x as u32, y as u32, Rgb([0, 128, 255])));
    }
    picture
}

fn written(json: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    scene().save(folder.path().join("ok.png")).unwrap();
    let path = folder.path().join("ok.json");
    std::fs::write(&path, json).unwrap();
    (folder, path)
}

fn needle(areas: &str) -> Needle {
    let (_folder, path) = written(&format!(r#"{{"area":[{areas}],"tags":["ok"]}}"#));
    Needle::load(&path).unwrap()
}

fn found(needle: &Needle, picture: RgbImage) -> Match {
    needle.find(&Frame::from_image(picture), None).unwrap()
}

const AREA: &str =
    r#"{"xpos":60,"ypos":50,"width":40,"height":30,"type":"match","margin":20,"click_point":{"xpos":5,"ypos":6}}"#;

#[test]
fn an_area_is_found_where_it_was_and_where_it_moved_within_the_margin() {
    let needle = needle(AREA);
    let cases = [((0, 0), true), ((1, 0), true), ((20, 20), true), ((13, 7), true), ((21, 0), false), ((0, 30), false)];
    let mut wrong = Vec::new();
    for (by, is_there) in cases {
        let seen = found(&needle, moved(by));
        let at = (seen.areas[0].x, seen.areas[0].y);
        let is_right =
            if is_there { at == (60 + by.0 as i32, 50 + by.1 as i32) && seen.similarity == 1.0 } else { true };
        if seen.matched != is_there || !is_right {
            wrong.push((by, seen));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn the_place_to_click_moves_with_the_area() {
    assert_eq!(found(&needle(AREA), moved((10, 4))).areas[0].click, Some((75, 60)));
}

#[test]
fn what_is_excluded_does_not_count_wherever_the_area_moved() {
    let exclude = r#"{"xpos":70,"ypos":55,"width":10,"height":10,"type":"exclude"}"#;
    let spoiled = |by| painted(moved(by), Rect::new(70 + by.0 as i32, 55 + by.1 as i32, 10, 10));
    assert!(!found(&needle(AREA), spoiled((0, 0))).matched);
    let careful = needle(&format!("{AREA},{exclude}"));
    for by in [(0, 0), (9, 3)] {
        let seen = found(&careful, spoiled(by));
        assert_eq!((seen.matched, seen.similarity, seen.areas.len()), (true, 1.0, 1), "{by:?}");
    }
}

#[test]
fn an_area_sets_its_own_limit() {
    let faint = |picture: RgbImage| {
        RgbImage::from_fn(200, 150, |x, y| Rgb(picture.get_pixel(x, y).0.map(|v| v.saturating_add(6))))
    };
    let seen = found(&needle(AREA), faint(scene()));
    assert!(!seen.matched && (0.88..0.96).contains(&seen.similarity), "{seen:?}");
    let lenient = AREA.replace(r#""margin""#, r#""match":85,"margin""#);
    assert!(found(&needle(&lenient), faint(scene())).matched);
}

#[test]
fn one_missing_area_is_no_match() {
    let second = r#"{"xpos":10,"ypos":110,"width":30,"height":30,"type":"match","margin":5}"#;
    let seen = found(&needle(&format!("{AREA},{second}")), painted(scene(), Rect::new(10, 110, 30, 30)));
    assert_eq!((seen.matched, seen.areas[0].similarity), (false, 1.0));
    assert_eq!(seen.similarity, seen.areas[1].similarity);
}

#[test]
fn a_smaller_screen_has_no_match() {
    let seen = found(&needle(AREA), RgbImage::new(50, 20));
    assert_eq!((seen.matched, seen.similarity), (false, 0.0));
}

#[test]
fn text_areas_are_read() {
    let needle = needle(r#"{"xpos":0,"ypos":0,"width":90,"height":20,"type":"ocr","refstr":"Saved as","margin":0}"#);
    let frame = Frame::from_image(RgbImage::new(200, 150));
    let similarity = |text: &str| {
        let line = Line { text: text.into(), area: Rect::new(2, 2, 80, 14), confidence: 0.9, words: Vec::new() };
        let reading = Arc::new(Reading { lines: vec![line], elements: Vec::new() });
        needle.find(&frame, Some(&mut |_| Ok(Arc::clone(&reading)))).unwrap()
    };
    assert!(similarity("saved  as").matched && similarity("File saved as").matched);
    assert!(!similarity("Save as").matched);
    let unread = needle.find(&frame, None).unwrap();
    assert_eq!((unread.matched, unread.areas.len()), (false, 0));
}

#[test]
fn every_error_names_file_and_way_out() {
    let area = |fields: &str| format!(r#"{{"area":[{{"xpos":0,"ypos":0,"width":9,"height":9{fields}}}]}}"#);
    let cases = [
        ("{".into(), "EOF while parsing"),
        ("{}".into(), "missing field `area`"),
        (r#"{"area":[]}"#.into(), "no area to compare"),
        (area(r#","type":"match"},{"xpos":190,"ypos":0,"width":20,"height":5"#), "area 2, 20x5 at 190,0, is not on"),
        (area(r#"},{"xpos":-1,"ypos":0,"width":1e99,"height":5"#), "area 2, "),
        (area(r#","type":"ocrr""#), "unknown variant `ocrr`"),
        (area(r#","match":196"#), "match is 196"),
        (area(r#","margin":-1"#), "margin is -1"),
        (area(r#","margin":1e9"#), "margin is 1000000000"),
        (area(r#","click_point":{"xpos":9,"ypos":0}"#), "click_point is 9"),
        (area(r#","click_point":"centre""#), "click_point is \"center\" or"),
        (area(r#"},{"xpos":0,"ypos":0,"width":9,"height":9,"type":"exclude""#), "area 1 is excluded altogether"),
    ];
    let mut wrong = Vec::new();
    for (json, part) in cases {
        let (_folder, path) = written(&json);
        let said = Needle::load(&path).map_or_else(|e| e.to_string(), |_| "ACCEPTED".into());
        if !(said.contains(part) && said.contains("ok.json") && said.contains("\nhint: ")) {
            wrong.push((json, said));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_missing_picture_is_named() {
    let (folder, path) = written(r#"{"area":[{"xpos":0,"ypos":0,"width":9,"height":9}]}"#);
    std::fs::write(folder.path().join("ok.png"), b"not a picture").unwrap();
    assert!(Needle::load(&path).unwrap_err().to_string().contains("ok.png"));
    std::fs::remove_file(folder.path().join("ok.png")).unwrap();
    let said = Needle::load(&path).unwrap_err().to_string();
    assert!(said.contains("ok.png") && said.contains("NAME.png beside it"), "{said}");
}

/// Where the best of the places is.
fn first(places: &[PatchMatch]) -> Option<(i32, i32)> {
    places.first().map(|place| (place.area.x, place.area.y))
}

#[test]
fn a_patch_is_found_anywhere_and_only_where_it_is() {
    let patch = Patch::cut(&Frame::from_image(scene()), Rect::new(60, 50, 40, 30), &[]).unwrap();
    assert!(!patch.is_plain());
    for by in [(0, 0), (90, 60), (7, 0)] {
        let frame = Frame::from_image(moved(by));
        let places = patch.places(&frame, frame.bounds(), 0.96);
        let expected = (60 + by.0 as i32, 50 + by.1 as i32);
        assert_eq!((first(&places), places.len()), (Some(expected), 1), "{by:?}");
        assert_eq!(patch.near(&frame, expected, 3).similarity, 1.0);
    }
    let elsewhere = Frame::from_image(painted(scene(), Rect::new(70, 55, 20, 20)));
    assert_eq!(patch.places(&elsewhere, elsewhere.bounds(), 0.96), []);
}

#[test]
fn a_plain_patch_is_found_nowhere() {
    let grey = Frame::from_image(RgbImage::from_pixel(200, 150, Rgb([90; 3])));
    let patch = Patch::cut(&grey, Rect::new(60, 50, 40, 30), &[]).unwrap();
    assert!(patch.is_plain());
    assert_eq!(patch.places(&grey, grey.bounds(), 0.96), []);
    assert!(Patch::cut(&grey, Rect::new(300, 300, 5, 5), &[]).is_none());
}

#[test]
fn a_shape_is_found_where_colours_are_turned_round() {
    let negative =
        |picture: RgbImage| RgbImage::from_fn(200, 150, |x, y| Rgb(picture.get_pixel(x, y).0.map(|v| 220 - v / 2)));
    let shape = Shape::cut(&Frame::from_image(scene()), Rect::new(60, 50, 40, 30), 1.0).unwrap();
    for by in [(0, 0), (83, 41)] {
        let places = shape.places(&Edges::of(&Frame::from_image(negative(moved(by)))), Rect::new(0, 0, 200, 150));
        assert_eq!(first(&places), Some((60 + by.0 as i32, 50 + by.1 as i32)), "{by:?}");
        assert!(places[0].similarity > 0.95 && places.get(1).is_none_or(|p| p.similarity < 0.6), "{places:?}");
    }
}

#[test]
fn a_shape_is_found_in_another_size() {
    let large = image::imageops::resize(&scene(), 250, 188, image::imageops::FilterType::Triangle);
    let edges = Edges::of(&Frame::from_image(large));
    let shape = Shape::cut(&Frame::from_image(scene()), Rect::new(60, 48, 40, 32), 1.25).unwrap();
    let places = shape.places(&edges, Rect::new(0, 0, 250, 188));
    let (x, y) = first(&places).unwrap();
    assert!((x - 75).abs() <= 1 && (y - 60).abs() <= 1 && places[0].similarity > 0.8, "{places:?}");
}

#[test]
fn one_colour_has_no_shape() {
    let grey = Frame::from_image(RgbImage::from_pixel(200, 150, Rgb([90; 3])));
    assert!(Shape::cut(&grey, Rect::new(60, 50, 40, 30), 1.0).is_none());
    let shape = Shape::cut(&Frame::from_image(scene()), Rect::new(60, 50, 40, 30), 1.0).unwrap();
    assert_eq!(shape.places(&Edges::of(&grey), grey.bounds()), []);
}
