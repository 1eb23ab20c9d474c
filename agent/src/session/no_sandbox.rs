//! The sandbox where there is none: private displays are made of an X server, which only Linux has.

use std::ffi::OsString;

/// Why there is no private display.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The platform has none.
    #[error(
        "there are no private displays on {platform}\nhint: leave out `sandbox`, and the session's own desktop is acted on"
    )]
    Unsupported {
        /// The platform's name.
        platform: &'static str,
    },
}

/// A private display; none can be made.
pub enum Sandbox {}

impl Sandbox {
    /// Says that there is none.
    ///
    /// # Errors
    /// [`SandboxError::Unsupported`], always.
    pub async fn start(_width: u32, _height: u32) -> Result<Self, SandboxError> {
        Err(SandboxError::Unsupported { platform: std::env::consts::OS })
    }

    /// The display's name.
    pub fn display(&self) -> &str {
        match *self {}
    }

    /// What programs find in their environment.
    pub fn environment(&self) -> Vec<(OsString, OsString)> {
        match *self {}
    }
}
