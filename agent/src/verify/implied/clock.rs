//! Clocks and counts of what is done: they change by themselves.

use sightstep_vision::geometry::Rect;
use sightstep_vision::read::ReadError;

use super::Transition;

/// A clock is at most this wide and high, in pixels: a date and a time in letters of 20 pixels.
const SIZE: (i32, i32) = (260, 44);

/// Whether all that changed is one or two clocks. Only what is as small as one is read.
pub(super) async fn alone(areas: &[Rect], scene: &Transition<'_>) -> Result<bool, ReadError> {
    let is_small = |area: &Rect| area.w <= SIZE.0 && area.h <= SIZE.1;
    if areas.len() > 2 || !areas.iter().all(is_small) {
        return Ok(false);
    }
    // A part of a clock that changed may be read as a line of its own in one of the two frames.
    let mut clocks = Vec::new();
    for frame in [&scene.before.settled.frame, &scene.after.settled.frame] {
        let reading = scene.reader.read(frame).await?;
        clocks.extend(reading.lines.iter().filter(|line| is_clock(&line.text)).map(|line| line.area));
    }
    Ok(!areas.is_empty() && areas.iter().all(|area| clocks.iter().any(|clock| clock.intersects(area))))
}

/// Whether a text is or holds a time of day or a share that is done: these change by themselves.
pub(super) fn is_clock(text: &str) -> bool {
    let signs: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let is_time = signs.windows(3).any(|w| w[0].is_ascii_digit() && w[1] == ':' && w[2].is_ascii_digit());
    let is_share = signs.windows(2).any(|w| w[0].is_ascii_digit() && w[1] == '%');
    is_time || is_share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_known() {
        let cases =
            [("12:05", true), ("Tue 9:41 PM", true), ("45%", true), ("12", false), ("a: b", false), ("", false)];
        let wrong: Vec<_> = cases.iter().filter(|(text, want)| is_clock(text) != *want).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
