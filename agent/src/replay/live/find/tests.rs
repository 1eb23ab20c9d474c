//! Targets on drawn screens: moved, changed, turned dark, doubled, gone.

use std::collections::BTreeMap;

use image::{Rgb, RgbImage};
use sightstep_tasks::task::Secrets;
use sightstep_vision::read::Line;
use sightstep_vision::screen::Window;

use super::*;
use crate::cached_reader::Read;

/// Reads what a test says is there.
struct Says(Vec<Line>);

impl Read for Says {
    fn read(&mut self, _frame: &Frame) -> Result<Arc<Reading>, ReadError> {
        Ok(Arc::new(Reading { lines: self.0.clone(), elements: vec![] }))
    }
}

/// A button with a label of strokes that its seed tells apart.
fn button(picture: &mut RgbImage, (x, y): (i32, i32), seed: u32) {
    for dy in 0..30 {
        for dx in 0..80 {
            let is_border = dx == 0 || dy == 0 || dx == 79 || dy == 29;
            let cell = ((dx / 4) as u32 * 31 + (dy / 5) as u32 * 17 + seed * 101).wrapping_mul(0x9E37_79B1) >> 29;
            let is_stroke = (20..60).contains(&dx) && (8..22).contains(&dy) && cell < 3;
            if is_border || is_stroke {
                picture.put_pixel((x + dx) as u32, (y + dy) as u32, Rgb([20; 3]));
            }
        }
    }
}

fn screen(buttons: &[((i32, i32), u32)]) -> Frame {
    let mut picture = RgbImage::from_pixel(640, 400, Rgb([240; 3]));
    buttons.iter().for_each(|(at, seed)| button(&mut picture, *at, *seed));
    Frame::from_image(picture)
}

fn dark(frame: &Frame) -> Frame {
    let pixels = frame.pixels();
    Frame::from_image(RgbImage::from_fn(pixels.width(), pixels.height(), |x, y| {
        Rgb(pixels.get_pixel(x, y).0.map(|v| 230 - v / 2 - v / 4))
    }))
}

fn line(text: &str, at: (i32, i32)) -> Line {
    let area = Rect::new(at.0 + 20, at.1 + 8, 40, 14);
    Line { text: text.into(), area, confidence: 1.0, words: vec![] }
}

fn window(at: (i32, i32)) -> Vec<Window> {
    vec![Window { title: "Orders".into(), area: Rect::new(at.0, at.1, 400, 300), active: true, process: None }]
}

/// One search: the recorded screen with its window at 0,0, the point, and what is there now.
struct Case {
    then: Frame,
    read_then: Vec<Line>,
    point: (i32, i32),
    now: Frame,
    read_now: Vec<Line>,
    windows: Vec<Window>,
    input: Option<(&'static str, &'static str)>,
}

impl Case {
    async fn spot(self) -> Option<Spot> {
        let values = |value: Option<&str>| -> BTreeMap<String, String> {
            value.into_iter().map(|value| ("name".to_owned(), value.to_owned())).collect()
        };
        let (old, new) = self.input.unzip();
        let changes = Changes::new(&values(old), &values(new), Secrets::default());
        let reading = Arc::new(Reading { lines: self.read_then, elements: vec![] });
        let windows = (window((0, 0)), self.windows);
        let target = RecordedTarget::new(self.point, (self.then, vec![], reading), (&windows.0, &windows.1), &changes);
        find(Arc::new(target), &self.now, &CachedReader::new(Says(self.read_now))).await.unwrap()
    }
}

fn case(then: &[((i32, i32), u32)], point: (i32, i32), now: Frame, to: (i32, i32)) -> Case {
    Case { then: screen(then), read_then: vec![], point, now, read_now: vec![], windows: window(to), input: None }
}

#[tokio::test]
async fn a_picture_is_found_where_it_moved_with_or_without_its_window() {
    let then = [((40, 50), 1), ((40, 120), 2)];
    let moved = screen(&[((240, 110), 1), ((240, 180), 2)]);
    let with_window = case(&then, (80, 65), moved.clone(), (200, 60)).spot().await.unwrap();
    assert_eq!((with_window.at, with_window.how.starts_with("by its picture")), ((280, 125), true));
    assert_eq!(case(&then, (80, 65), moved, (0, 0)).spot().await.unwrap().at, (280, 125));
    // The other way round: what is now where the target was is another.
    let swapped = screen(&[((40, 50), 2), ((40, 120), 1)]);
    assert_eq!(case(&then, (80, 65), swapped, (0, 0)).spot().await.unwrap().at, (80, 135));
}

#[tokio::test]
async fn surroundings_tell_equal_pictures_apart() {
    let then = [((40, 50), 1), ((130, 50), 7), ((40, 120), 2), ((130, 120), 7)];
    let rows_turned = screen(&[((40, 120), 1), ((130, 120), 7), ((40, 50), 2), ((130, 50), 7)]);
    assert_eq!(case(&then, (170, 65), rows_turned, (0, 0)).spot().await.unwrap().at, (170, 135));
}

#[tokio::test]
async fn a_text_is_found_where_its_picture_is_another() {
    let then = [((40, 50), 1)];
    let mut case = case(&then, (80, 65), screen(&[((300, 200), 9)]), (0, 0));
    case.read_then = vec![line("Save", (40, 50))];
    case.read_now = vec![line("Cancel", (40, 50)), line("Save", (300, 200))];
    let spot = case.spot().await.unwrap();
    assert_eq!((spot.at, spot.how.as_str()), ((340, 215), "by its text 'Save'"));
}

#[tokio::test]
async fn a_changed_input_is_looked_for_by_its_new_text_alone() {
    let then = [((40, 50), 1), ((40, 120), 2)];
    let mut renamed = case(&then, (80, 65), screen(&then), (0, 0));
    renamed.read_then = vec![line("draft.txt", (40, 50)), line("other.txt", (40, 120))];
    renamed.read_now = renamed.read_then.clone();
    renamed.input = Some(("draft.txt", "other.txt"));
    assert_eq!(renamed.spot().await.unwrap().at, (80, 135));
    let mut gone = case(&then, (80, 65), screen(&then), (0, 0));
    gone.read_then = vec![line("draft.txt", (40, 50))];
    gone.read_now = gone.read_then.clone();
    gone.input = Some(("draft.txt", "absent.txt"));
    assert_eq!(gone.spot().await, None);
}

#[tokio::test]
async fn a_dark_theme_is_seen_through() {
    let then = [((40, 50), 1), ((40, 120), 2), ((140, 50), 3)];
    let moved = dark(&screen(&[((240, 110), 1), ((240, 180), 2), ((340, 110), 3)]));
    let spot = case(&then, (80, 65), moved, (200, 60)).spot().await.unwrap();
    assert_eq!((spot.at, spot.how.starts_with("by its shape in the window")), ((280, 125), true), "{spot:?}");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let then = [((40, 50), 1), ((40, 120), 2)];
    for now in [screen(&[((40, 120), 2)]), screen(&[]), Frame::from_image(RgbImage::new(20, 20))] {
        let mut gone = case(&then, (80, 65), now, (0, 0));
        gone.read_then = vec![line("Save", (40, 50))];
        assert_eq!(gone.spot().await, None);
    }
}

#[tokio::test]
async fn one_colour_is_found_by_its_place_in_the_window_alone() {
    let then = [((40, 50), 1)];
    let moved = screen(&[((240, 110), 1)]);
    let mut blank = case(&then, (330, 250), moved.clone(), (200, 60));
    blank.read_then = vec![];
    // The only thing near enough to go by is far away: the window says where.
    let spot = blank.spot().await.unwrap();
    assert_eq!(spot.at, (530, 310), "{spot:?}");
}

#[tokio::test]
async fn a_row_of_the_same_shape_with_another_text_is_not_it() {
    let then = [((40, 50), 1)];
    let mut gone = case(&then, (80, 65), dark(&screen(&then)), (0, 0));
    gone.read_then = vec![line("Portugal", (40, 50))];
    gone.read_now = vec![line("Oman", (40, 50))];
    assert_eq!(gone.spot().await, None);
}

#[tokio::test]
async fn a_shorter_label_in_the_target_s_place_is_not_it() {
    let then = [((40, 50), 1)];
    let long = Line { area: Rect::new(42, 58, 76, 14), ..line("Place order", (0, 0)) };
    let anchors = [line("Name", (200, 50)), line("Town", (200, 120))];
    let found = async |label: Option<Line>| {
        let mut case = case(&then, (45, 65), screen(&[]), (0, 0));
        case.read_then = [std::slice::from_ref(&long), anchors.as_slice()].concat();
        case.read_now = label.into_iter().chain(anchors.clone()).collect();
        case.spot().await.map(|spot| spot.at)
    };
    assert_eq!(found(None).await, Some((45, 65)), "by the texts around it");
    assert_eq!(found(Some(Line { area: Rect::new(70, 58, 20, 14), ..line("Buy", (0, 0)) })).await, None);
}
