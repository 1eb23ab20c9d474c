//! `ocr` areas: what is read in them is compared, not how it looks.

use crate::frame::Frame;
use crate::geometry::Rect;
use crate::read::{ReadError, Reading};

use super::{NeedleArea, ReadFrame};

/// The text that an area must show.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// It is written in the needle's file.
    Written(String),
    /// It is what the needle's own picture says there.
    OnPicture(Frame),
}

impl Wanted {
    /// How alike the texts are: 1 less the share of letters to change, without case and white space.
    pub(super) fn similarity(&self, frame: &Frame, area: &NeedleArea, read: ReadFrame<'_>) -> Result<f64, ReadError> {
        let wanted = match self {
            Self::Written(text) => letters(text),
            Self::OnPicture(picture) => text_in(&*read(picture)?, area.at),
        };
        let found = text_in(&*read(frame)?, area.at.grown(area.margin));
        Ok(if wanted.is_empty() { 0.0 } else { alike(&wanted, &found) })
    }
}

/// The text may stand among others within the margin.
fn alike(wanted: &str, found: &str) -> f64 {
    if found.contains(wanted) { 1.0 } else { strsim::normalized_levenshtein(wanted, found) }
}

fn text_in(reading: &Reading, area: Rect) -> String {
    let inside = |r: &Rect| {
        let (x, y) = r.centre();
        area.contains(x, y)
    };
    let mut found = String::new();
    for line in &reading.lines {
        if line.words.is_empty() {
            found.extend(inside(&line.area).then(|| letters(&line.text)));
        } else {
            found.extend(line.words.iter().filter(|word| inside(&word.area)).map(|word| letters(&word.text)));
        }
    }
    found
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}
