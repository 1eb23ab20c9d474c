//! Which screen a task acts on.

/// A screen to act on, and which part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScreenChoice {
    /// Where.
    pub place: Place,
    /// Only this monitor, counted from 1.
    pub monitor: Option<u32>,
    /// Only this part of the desktop, `[x, y, width, height]`.
    pub region: Option<[i32; 4]>,
    /// The language and country that programs speak.
    pub locale: Option<String>,
}

/// A private display, one that is named, or the session's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A private virtual display of this width and height in pixels.
    Sandbox(u32, u32),
    /// An X display by its name.
    Display(String),
    /// The desktop of the session.
    Session,
}

/// A size that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{written}\" is not a size\nhint: write width x height in pixels from 200x200 to 8192x8192, such as 1280x800"
)]
pub struct SizeError {
    written: String,
}

/// Reads `1280x800`.
///
/// # Errors
/// [`SizeError`] when it is not a size that a virtual display can have.
pub fn parse_size(written: &str) -> Result<(u32, u32), SizeError> {
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|n| (200..=8192).contains(n));
    let parts = written.split_once(['x', 'X', '×']);
    let size = parts.and_then(|(width, height)| Some((number(width)?, number(height)?)));
    size.ok_or_else(|| SizeError { written: written.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let cases = [
            ("1280x800", Some((1280, 800))),
            ("1920 × 1080", Some((1920, 1080))),
            ("200X200", Some((200, 200))),
            ("100x800", None),
            ("9000x800", None),
            ("1280", None),
            ("x", None),
            ("-1x-1", None),
        ];
        let wrong: Vec<_> = cases.iter().filter(|(text, want)| parse_size(text).ok() != *want).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
