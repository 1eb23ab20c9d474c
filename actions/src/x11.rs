//! An X server: its keyboard and its pointer.
//!
//! enigo moves the mouse and presses chords here too; typing is our own, for enigo's loses characters on X11 (it looks
//! only at a key's first level, binds capitals and punctuation onto spare key codes and unbinds them while the program
//! still reads).

mod clipboard;
mod hands;
mod held;
mod keymap;
mod keysym;
mod listener;
mod locks;
mod server;
mod typing;

pub(crate) use hands::X11Hands;
pub(crate) use listener::Listener;
pub(crate) use server::Server;
