//! What belongs to one platform: input events, where the pointer is, hearing a person. [`of`] chooses by the display.
//!
//! `x11` is an X server (on Wayland the one for X programs, XWayland), `enigo` every desktop of macOS and Windows.

use std::sync::mpsc;

use crate::error::ActError;
use crate::input::Heard;
use crate::space::DesktopPoint;

mod backend;
mod enigo;
mod stop;
#[cfg(target_os = "linux")]
mod x11;

pub(crate) use backend::{InputBackend, Motion};
pub(crate) use stop::Stop;

/// One platform's ways to a display.
pub(crate) trait Platform: Send {
    /// What makes input events there.
    fn input(&self) -> Result<Box<dyn InputBackend>, ActError>;

    /// What tells where the pointer is; none where the platform does not say.
    fn pointer(&self) -> Result<Option<Box<dyn PointerSource>>, ActError>;

    /// Tells everything that mouse and keyboard do, until what is given back is dropped.
    fn listen(&self, tell: mpsc::Sender<Heard>) -> Result<Box<dyn Listening>, ActError>;
}

/// Tells where the pointer is.
pub(crate) trait PointerSource: Send {
    /// Where it is now, in desktop pixels.
    fn pointer(&mut self) -> Result<DesktopPoint, ActError>;
}

/// Something that listens until it is dropped.
pub(crate) trait Listening: Send {}

/// The platform of `display` (an X display such as `:1`), or of the session's own desktop.
pub(crate) fn of(display: Option<&str>) -> Result<Box<dyn Platform>, ActError> {
    #[cfg(target_os = "linux")]
    let platform = x11::X11::of(display)?;
    #[cfg(not(target_os = "linux"))]
    let platform = enigo::Session::of(display)?;
    Ok(Box::new(platform))
}
