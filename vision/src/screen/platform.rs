//! Which platform a display belongs to: the one constructor of all ways of capturing.

use super::source::Source;
use super::xcap::XcapSource;
use super::{Area, ScreenError};

/// An X server where one is named or the session has nothing else; xcap on every other desktop.
pub(super) fn open(display: Option<&str>, area: Area) -> Result<Box<dyn Source>, ScreenError> {
    #[cfg(target_os = "linux")]
    if display.is_some() || std::env::var_os("WAYLAND_DISPLAY").is_none() {
        return Ok(Box::new(super::x11::X11Source::connect(display, area)?));
    }
    #[cfg(not(target_os = "linux"))]
    if let Some(display) = display {
        return Err(ScreenError::NoDisplay { display: display.into(), reason: "X displays are for Linux".into() });
    }
    Ok(Box::new(XcapSource::connect(area)?))
}
