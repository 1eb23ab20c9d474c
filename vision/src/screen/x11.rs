//! Capture on X11: shared-memory grabs, damage events, monitors and windows over one connection.

use std::os::fd::AsRawFd;
use std::time::Duration;

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::damage::{self, ConnectionExt as _};
use x11rb::protocol::xfixes::ConnectionExt as _;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat, ImageOrder, Screen as Root};
use x11rb::rust_connection::RustConnection;

use super::atspi::{Fields, Tree};
use super::source::{Order, Raw, Source};
use super::{Area, Monitor, ScreenError, Window};
use crate::geometry::Rect;
use crate::told::Told;

mod layout;
mod ping;
mod segment;

use ping::Ping;
use segment::Segment;

/// How often a server without the damage extension is looked at, and the longest nap between looks.
const POLL: Duration = Duration::from_millis(30);

/// One connection to an X server, looking at one area of it.
pub(crate) struct X11Source {
    connection: RustConnection,
    root: Root,
    monitors: Vec<Monitor>,
    area: Rect,
    scale: f64,
    segment: Option<Segment>,
    damage: Option<damage::Damage>,
    ping: Ping,
    fields: Option<Fields>,
    tree: Option<Tree>,
}

impl X11Source {
    /// Connects to `display` (or `DISPLAY`) and looks at `area` of it.
    pub fn connect(display: Option<&str>, area: Area) -> Result<Self, ScreenError> {
        let (connection, number) = x11rb::connect(display).map_err(|e| ScreenError::NoDisplay {
            display: display.map_or_else(
                || std::env::var("DISPLAY").map_or_else(|_| "the default display".into(), |d| format!("DISPLAY={d}")),
                str::to_owned,
            ),
            reason: e.to_string(),
        })?;
        let root = connection.setup().roots[number].clone();
        check_format(&connection, &root)?;
        let monitors = layout::monitors(&connection, &root)?;
        let (area, scale) = area.resolve(&monitors)?;
        // A server on another host or in another IPC namespace refuses shared memory: GetImage then.
        let segment = Segment::attach(&connection, bytes(area)).ok();
        let damage = watch_damage(&connection, root.root).ok();
        let ping = Ping::watch(&connection, root.root);
        let fields = layout::accessibility_bus(&connection, &root).and_then(|address| Fields::watch(&address));
        let tree = fields.as_ref().map(Fields::tree);
        Ok(Self { connection, root, monitors, area, scale, segment, damage, ping, fields, tree })
    }

    fn get_image(&self) -> Result<Vec<u8>, ScreenError> {
        let (x, y, w, h) = corners(self.area);
        let cookie = self.connection.get_image(ImageFormat::Z_PIXMAP, self.root.root, x, y, w, h, !0).map_err(lost)?;
        Ok(cookie.reply().map_err(reply_error)?.data)
    }

    /// Takes all waiting events; whether one was of damage.
    fn drain(&mut self) -> Result<bool, ScreenError> {
        let mut any = false;
        while let Some(event) = self.connection.poll_for_event().map_err(lost)? {
            any |= matches!(event, Event::DamageNotify(_));
            self.ping.note(&event);
        }
        if let Some(damage) = self.damage.filter(|_| any) {
            self.connection.damage_subtract(damage, x11rb::NONE, x11rb::NONE).map_err(lost)?;
            self.connection.flush().map_err(lost)?;
        }
        Ok(any)
    }
}

impl Source for X11Source {
    fn area(&self) -> (Rect, f64) {
        (self.area, self.scale)
    }

    fn grab(&mut self) -> Result<Raw, ScreenError> {
        let bytes = match &self.segment {
            Some(segment) => segment.grab(&self.connection, self.root.root, corners(self.area))?.to_vec(),
            None => self.get_image()?,
        };
        Ok(Raw { bytes, width: self.area.w as u32, height: self.area.h as u32, order: Order::Bgrx })
    }

    fn changed_within(&mut self, timeout: Duration) -> Result<bool, ScreenError> {
        if self.damage.is_none() {
            std::thread::sleep(timeout.min(POLL));
            self.drain()?;
            return Ok(true);
        }
        if self.drain()? {
            return Ok(true);
        }
        wait_readable(&self.connection, timeout);
        self.drain()
    }

    fn windows(&mut self) -> Result<Vec<Window>, ScreenError> {
        layout::windows(&self.connection, &self.root)
    }

    fn ask(&mut self) -> Result<(), ScreenError> {
        self.ping.ask(&self.connection, layout::active(&self.connection, &self.root)).map_err(lost)
    }

    fn is_answered(&self) -> bool {
        self.ping.is_answered(&self.connection)
    }

    fn hints(&mut self) -> Result<Vec<Rect>, ScreenError> {
        layout::hints(&self.connection, &self.root)
    }

    fn told(&mut self) -> Vec<Told> {
        let windows = self.windows().unwrap_or_default();
        let (bounds, _) = self.area();
        self.tree.as_mut().map(|tree| tree.told(&windows, bounds)).unwrap_or_default()
    }

    fn before_caret(&mut self) -> Option<String> {
        self.fields.as_ref()?.before_caret()
    }

    fn monitors(&self) -> &[Monitor] {
        &self.monitors
    }
}

/// Only the one format that every X server of today has is read: 32 bits a pixel, little-endian BGRX.
fn check_format(connection: &RustConnection, root: &Root) -> Result<(), ScreenError> {
    let setup = connection.setup();
    let bits = setup.pixmap_formats.iter().find(|f| f.depth == root.root_depth).map_or(0, |f| f.bits_per_pixel);
    let visuals = root.allowed_depths.iter().flat_map(|d| &d.visuals);
    let red = visuals.into_iter().find(|v| v.visual_id == root.root_visual).map_or(0, |v| v.red_mask);
    if bits == 32 && setup.image_byte_order == ImageOrder::LSB_FIRST && red == 0x00ff_0000 {
        return Ok(());
    }
    let reason = format!("the display has depth {} at {bits} bits a pixel; 24 at 32 is needed", root.root_depth);
    Err(ScreenError::Capture { reason })
}

fn watch_damage(connection: &RustConnection, window: u32) -> Result<damage::Damage, Box<dyn std::error::Error>> {
    connection.damage_query_version(1, 1)?.reply()?;
    connection.xfixes_query_version(5, 0)?.reply()?;
    let id = connection.generate_id()?;
    connection.damage_create(id, window, damage::ReportLevel::NON_EMPTY)?.check()?;
    Ok(id)
}

/// Sleeps until the server has said something or the time is over.
fn wait_readable(connection: &RustConnection, timeout: Duration) {
    let mut poll = libc::pollfd { fd: connection.stream().as_raw_fd(), events: libc::POLLIN, revents: 0 };
    let millis = timeout.as_millis().clamp(1, 60_000) as libc::c_int;
    // SAFETY: one valid pollfd of a descriptor that outlives the call.
    unsafe { libc::poll(&mut poll, 1, millis) };
}

fn bytes(area: Rect) -> usize {
    area.area() as usize * 4
}

fn corners(area: Rect) -> (i16, i16, u16, u16) {
    (area.x as i16, area.y as i16, area.w as u16, area.h as u16)
}

fn lost(error: x11rb::errors::ConnectionError) -> ScreenError {
    ScreenError::Lost { reason: error.to_string() }
}

fn reply_error(error: x11rb::errors::ReplyError) -> ScreenError {
    match error {
        x11rb::errors::ReplyError::ConnectionError(e) => lost(e),
        x11rb::errors::ReplyError::X11Error(e) => {
            ScreenError::Capture { reason: format!("the display refused a request: {:?}", e.error_kind) }
        }
    }
}
