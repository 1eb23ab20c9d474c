//! An X server: its keyboard and its pointer.
//!
//! enigo moves the mouse and presses chords here too; typing is our own, for enigo's loses characters on X11 (it looks
//! only at a key's first level, binds capitals and punctuation onto spare key codes and unbinds them while the program
//! still reads).

mod backend;
mod clipboard;
mod error;
mod held;
mod keymap;
mod keysym;
mod listener;
mod locks;
mod server;
mod typing;
mod windows;

use std::sync::mpsc;

use self::backend::X11Backend;
use self::listener::X11Listener;
use self::server::Server;
use super::{InputBackend, Listening, Platform, PointerSource};
use crate::error::ActError;
use crate::input::Heard;
use crate::space::DesktopPoint;

/// An X server that was not connected to yet.
pub(super) struct X11 {
    display: Option<String>,
}

impl X11 {
    /// The server of `display`, or the one that `DISPLAY` names.
    pub(super) fn of(display: Option<&str>) -> Result<Self, ActError> {
        if display.is_none() && std::env::var_os("DISPLAY").is_none() && std::env::var_os("WAYLAND_DISPLAY").is_some() {
            let reason = "this Wayland session has no X server (XWayland), and input is made through one".to_owned();
            return Err(ActError::NoDisplay { display: "the session's desktop".to_owned(), reason });
        }
        Ok(Self { display: display.map(str::to_owned) })
    }
}

impl Platform for X11 {
    fn input(&self) -> Result<Box<dyn InputBackend>, ActError> {
        Ok(Box::new(X11Backend::connect(self.display.as_deref())?))
    }

    fn pointer(&self) -> Result<Option<Box<dyn PointerSource>>, ActError> {
        Ok(Some(Box::new(Server::connect(self.display.as_deref())?)))
    }

    fn listen(&self, tell: mpsc::Sender<Heard>) -> Result<Box<dyn Listening>, ActError> {
        Ok(Box::new(X11Listener::start(self.display.as_deref(), tell)?))
    }
}

impl PointerSource for Server {
    fn pointer(&mut self) -> Result<DesktopPoint, ActError> {
        Server::pointer(self)
    }
}

impl Listening for X11Listener {}
