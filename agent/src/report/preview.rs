//! The screen as it was last looked at, in the terminal: two pixels a cell, the upper half of a block over its ground.

use std::fmt::Write as _;

use console::Term;
use image::RgbImage;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use sightstep_actions::plan::Action;
use sightstep_vision::frame::Frame;
use sightstep_vision::resize::bicubic;

use crate::report::movie::mark;

/// The upper half of a cell.
const HALF: char = '▀';

/// How much of the terminal's height it takes at most: the lines above it are to be read, too.
const SHARE: f64 = 0.6;

/// The most cells in a line: more make it slow to draw, and nothing clearer.
const WIDEST: u32 = 120;

/// What a person is told where nothing can be shown.
pub const NOWHERE: &str = "--watch shows nothing here: standard error is no terminal that draws colours";

/// How the terminal names colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Colours {
    /// By red, green and blue.
    True,
    /// By their place in the cube of 216.
    Cube,
}

/// A picture below the lines of a run.
pub struct Preview {
    bar: ProgressBar,
    colours: Colours,
    frame: Option<Frame>,
}

impl Preview {
    /// A preview among other bars; nothing where standard error is no terminal that draws colours.
    pub fn new(shared: &MultiProgress) -> Option<Self> {
        let colours = here()?;
        let bar = shared.add(ProgressBar::new_spinner());
        bar.set_style(ProgressStyle::with_template("{msg}").ok()?);
        Some(Self { bar, colours, frame: None })
    }

    /// Shows a look.
    pub fn show(&mut self, frame: &Frame) {
        self.frame = Some(frame.clone());
        self.draw(None);
    }

    /// Marks on the last look what is done.
    pub fn mark(&self, action: &Action) {
        if !action.points().is_empty() {
            self.draw(Some(action));
        }
    }

    /// Takes it away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn draw(&self, action: Option<&Action>) {
        let Some(frame) = &self.frame else { return };
        let (rows, columns) = Term::stderr().size();
        let (width, height) = size((frame.width(), frame.height()), (columns.into(), rows.into()));
        let mut picture = bicubic(frame.pixels(), width, height).into_owned();
        if let Some(action) = action {
            mark::draw(&mut picture, action, (frame.width(), frame.height()));
        }
        self.bar.set_message(cells(&picture, self.colours));
    }
}

/// Whether a preview can be shown.
pub fn is_possible() -> bool {
    here().is_some()
}

/// How standard error names colours, where it is a terminal that draws them.
fn here() -> Option<Colours> {
    let colours = colours(&|name| std::env::var(name).ok());
    colours.filter(|_| Term::stderr().is_term() && console::colors_enabled_stderr())
}

/// How this terminal names colours, going by its environment; nothing where it says that it has none.
fn colours(environment: &dyn Fn(&str) -> Option<String>) -> Option<Colours> {
    let is = |name: &str, words: &[&str]| environment(name).is_some_and(|value| words.contains(&value.as_str()));
    match environment("TERM").as_deref() {
        None | Some("" | "dumb") => None,
        Some(_) if is("COLORTERM", &["truecolor", "24bit"]) => Some(Colours::True),
        Some(_) => Some(Colours::Cube),
    }
}

/// The size in pixels of a picture in a terminal of so many columns and rows: a cell is one pixel wide and two high.
fn size((width, height): (u32, u32), (columns, rows): (u32, u32)) -> (u32, u32) {
    let widest = columns.saturating_sub(1).clamp(2, WIDEST);
    let highest = (f64::from(rows) * SHARE).max(2.0).floor() * 2.0;
    let shrink = (f64::from(widest) / f64::from(width.max(1))).min(highest / f64::from(height.max(1))).min(1.0);
    let shrunk = |length: u32| ((f64::from(length) * shrink).round() as u32).max(1);
    // A cell has two halves.
    (shrunk(width), shrunk(height).next_multiple_of(2))
}

/// The picture in cells, one line below the other.
fn cells(picture: &RgbImage, colours: Colours) -> String {
    let mut text = String::new();
    for y in (0..picture.height() / 2 * 2).step_by(2) {
        if y > 0 {
            text.push('\n');
        }
        for x in 0..picture.width() {
            let [upper, lower] = [y, y + 1].map(|y| name(picture.get_pixel(x, y).0, colours));
            let _ = write!(text, "\x1b[38;{upper};48;{lower}m{HALF}");
        }
        text.push_str("\x1b[0m");
    }
    text
}

/// A colour as escape sequences name it.
fn name([r, g, b]: [u8; 3], colours: Colours) -> String {
    // The cube's levels are 0, 95, 135, 175, 215 and 255.
    let level = |value: u8| if value < 48 { 0 } else { (u32::from(value.max(75)) - 35) / 40 };
    match colours {
        Colours::True => format!("2;{r};{g};{b}"),
        Colours::Cube => format!("5;{}", 16 + 36 * level(r) + 6 * level(g) + level(b)),
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn two_pixels_are_a_cell() {
        let mut picture = RgbImage::from_pixel(2, 4, Rgb([255, 0, 96]));
        picture.put_pixel(1, 1, Rgb([0, 0, 0]));
        let red = "38;2;255;0;96;48;2;255;0;96";
        let expected = format!("\x1b[{red}m▀\x1b[38;2;255;0;96;48;2;0;0;0m▀\x1b[0m\n\x1b[{red}m▀\x1b[{red}m▀\x1b[0m");
        assert_eq!(cells(&picture, Colours::True), expected);
        assert_eq!(cells(&RgbImage::new(1, 2), Colours::Cube), "\x1b[38;5;16;48;5;16m▀\x1b[0m");
    }

    #[test]
    fn the_cube_holds_the_nearest_colours() {
        let cases =
            [([0; 3], 16), ([255; 3], 231), ([95, 135, 175], 67), ([255, 0, 0], 196), ([47, 48, 114], 16 + 6 + 1)];
        for (colour, place) in cases {
            assert_eq!(name(colour, Colours::Cube), format!("5;{place}"), "{colour:?}");
        }
    }

    #[test]
    fn it_fits_the_terminal_and_keeps_its_shape() {
        let cases = [
            ((1280, 800), (80, 24), (45, 28)),
            ((1280, 800), (200, 100), (120, 76)),
            ((1280, 800), (21, 50), (20, 14)),
            ((16, 10), (80, 24), (16, 10)),
            ((1, 4000), (80, 24), (1, 28)),
            ((1280, 800), (0, 0), (2, 2)),
        ];
        for (screen, terminal, expected) in cases {
            assert_eq!(size(screen, terminal), expected, "{screen:?} {terminal:?}");
        }
    }

    #[test]
    fn a_terminal_says_how_it_names_colours() {
        let told = |pairs: &[(&str, &str)]| {
            let pairs: Vec<(String, String)> = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            colours(&move |name| pairs.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone()))
        };
        assert_eq!(told(&[]), None);
        assert_eq!(told(&[("TERM", "dumb"), ("COLORTERM", "truecolor")]), None);
        assert_eq!(told(&[("TERM", "xterm")]), Some(Colours::Cube));
        assert_eq!(told(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Some(Colours::True));
    }
}
