//! The connection to an X server, and what is asked of the server itself.

use std::sync::Arc;

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, Window, WindowClass};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::error::ActError;
use crate::space::{DesktopPoint, Size};

/// One connection to an X server. Clones share it.
#[derive(Clone)]
pub(super) struct Server {
    /// The connection; its requests may come from any thread.
    pub conn: Arc<RustConnection>,
    /// The root window of the screen acted on.
    pub root: Window,
    /// The display's name, where it is not the one that `DISPLAY` names.
    pub display: Option<String>,
}

impl Server {
    /// Connects to `display`, or to the one that `DISPLAY` names.
    pub fn connect(display: Option<&str>) -> Result<Self, ActError> {
        let named = || display.map_or_else(|| std::env::var("DISPLAY").unwrap_or_default(), str::to_owned);
        let none = |reason: String| ActError::NoDisplay { display: format!("display \"{}\"", named()), reason };
        let (conn, screen) = x11rb::connect(display).map_err(|e| none(e.to_string()))?;
        let root = conn.setup().roots.get(screen).ok_or_else(|| none("it has no screen".into()))?.root;
        let xtest = conn.xtest_get_version(2, 2).map_err(|e| none(e.to_string()))?;
        xtest.reply().map_err(|_| none("it lacks the XTEST extension, which input is made with".into()))?;
        Ok(Self { conn: Arc::new(conn), root, display: display.map(str::to_owned) })
    }

    /// The size of the desktop now; it may have changed since the connection was made.
    pub fn size(&self) -> Result<Size, ActError> {
        let geometry = self.conn.get_geometry(self.root)?.reply()?;
        Ok(Size { width: geometry.width.into(), height: geometry.height.into() })
    }

    /// Where the pointer is.
    pub fn pointer(&self) -> Result<DesktopPoint, ActError> {
        let pointer = self.conn.query_pointer(self.root)?.reply()?;
        Ok(DesktopPoint { x: pointer.root_x.into(), y: pointer.root_y.into() })
    }

    /// Whether the top window under the pointer takes input and shows nothing.
    pub fn is_shielded(&self) -> Result<bool, ActError> {
        let top = self.conn.query_pointer(self.root)?.reply()?.child;
        if top == x11rb::NONE {
            return Ok(false);
        }
        // A window that has closed meanwhile takes nothing.
        let attributes = self.conn.get_window_attributes(top)?.reply();
        Ok(attributes.is_ok_and(|found| found.class == WindowClass::INPUT_ONLY))
    }

    /// Sends one fake event: `kind` is a core event's number, `detail` its key code or button.
    pub fn fake(&self, kind: u8, detail: u8) -> Result<(), ActError> {
        self.conn.xtest_fake_input(kind, detail, 0, x11rb::NONE, 0, 0, 0)?;
        Ok(())
    }

    /// Returns when the server has done all that was asked before.
    pub fn sync(&self) -> Result<(), ActError> {
        Ok(self.conn.sync()?)
    }
}
