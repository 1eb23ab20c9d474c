//! Icons that the reader of text took for signs: lines of letters of another script, or of a few that it was not sure of.

use super::super::Line;
use super::page::Page;

/// Lines of no more signs than this may be icons.
const FEW: usize = 4;

/// A line of one or two letters is believed above this.
const SURE: f32 = 0.85;

/// Whether what was read as a line is drawn, not written.
pub(super) fn are_drawn(page: &Page<'_>, line: &Line) -> bool {
    let signs: Vec<char> = line.text.chars().filter(|c| !c.is_whitespace()).collect();
    if signs.len() > FEW {
        return false;
    }
    let foreign = signs.iter().filter(|c| is_ideograph(**c)).count();
    // A page in such a script has many of them.
    if foreign > 0 && ideographs(page) < 12 {
        return true;
    }
    signs.len() <= 2 && line.confidence < SURE
}

fn ideographs(page: &Page<'_>) -> usize {
    let long = page.lines.iter().filter(|line| line.text.chars().count() > 1);
    long.flat_map(|line| line.text.chars()).filter(|c| is_ideograph(*c)).count()
}

fn is_ideograph(sign: char) -> bool {
    matches!(sign, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FF60}')
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::*;
    use crate::geometry::Rect;

    fn line(text: &str, confidence: f32) -> Line {
        Line { text: text.into(), area: Rect::new(0, 0, 20, 20), confidence, words: Vec::new() }
    }

    #[test]
    fn signs_of_another_script_alone_are_icons() {
        let picture = RgbImage::new(40, 40);
        let latin = [line("三", 0.98), line("Open file", 0.99), line("OK", 0.99), line("C+", 0.6)];
        let page = Page::new(&picture, &latin, &[]);
        let drawn: Vec<bool> = latin.iter().map(|line| are_drawn(&page, line)).collect();
        assert_eq!(drawn, [true, false, false, true]);
        let chinese =
            [line("打开文件", 0.9), line("保存", 0.9), line("关闭窗口", 0.9), line("三", 0.98), line("取消", 0.9)];
        assert!(!are_drawn(&Page::new(&picture, &chinese, &[]), &chinese[3]));
    }
}
