//! What the X server says of its monitors and windows.

use x11rb::protocol::randr::ConnectionExt as _;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, GetPropertyReply, MapState, Screen as Root};
use x11rb::rust_connection::RustConnection;

use super::{lost, reply_error};
use crate::geometry::Rect;
use crate::screen::{Monitor, ScreenError, Window};

/// The logical resolution that scale 1 stands for, in dots per inch.
const BASE_DPI: f64 = 96.0;

/// The monitors, the primary one first; the whole root window where RandR knows none.
pub(super) fn monitors(connection: &RustConnection, root: &Root) -> Result<Vec<Monitor>, ScreenError> {
    let scale = scale(connection, root);
    let mut found: Vec<(bool, Monitor)> = Vec::new();
    if let Ok(Ok(reply)) = connection.randr_get_monitors(root.root, true).map(|c| c.reply()) {
        for info in reply.monitors {
            let area = Rect::new(info.x.into(), info.y.into(), info.width.into(), info.height.into());
            found.push((!info.primary, Monitor { name: atom_name(connection, info.name), area, scale }));
        }
    }
    found.sort_by_key(|(secondary, _)| *secondary);
    if found.is_empty() {
        let geometry = connection.get_geometry(root.root).map_err(lost)?.reply().map_err(reply_error)?;
        let area = Rect::new(0, 0, geometry.width.into(), geometry.height.into());
        return Ok(vec![Monitor { name: "screen".to_owned(), area, scale }]);
    }
    Ok(found.into_iter().map(|(_, monitor)| monitor).collect())
}

/// `Xft.dpi` over 96, as toolkits take it; 1 where it is not set.
fn scale(connection: &RustConnection, root: &Root) -> f64 {
    let resources = property(connection, root.root, AtomEnum::RESOURCE_MANAGER.into()).unwrap_or_default();
    let text = String::from_utf8_lossy(&resources);
    let dpi = text.lines().find_map(|l| l.strip_prefix("Xft.dpi:")).and_then(|v| v.trim().parse::<f64>().ok());
    dpi.filter(|d| (48.0..=480.0).contains(d)).map_or(1.0, |d| d / BASE_DPI)
}

/// The window that has the keyboard, as the window manager says.
pub(super) fn active(connection: &RustConnection, root: &Root) -> Option<u32> {
    ids(connection, root.root, "_NET_ACTIVE_WINDOW").first().copied()
}

/// The windows that a window manager lists, or without one the mapped top-level windows; the active one first.
pub(super) fn windows(connection: &RustConnection, root: &Root) -> Result<Vec<Window>, ScreenError> {
    let active = active(connection, root);
    let mut listed = ids(connection, root.root, "_NET_CLIENT_LIST_STACKING");
    listed.reverse();
    let is_managed = !listed.is_empty();
    if !is_managed {
        let tree = connection.query_tree(root.root).map_err(lost)?.reply().map_err(reply_error)?;
        listed = tree.children.into_iter().rev().filter(|w| is_viewable(connection, *w)).collect();
    }
    let mut found: Vec<Window> =
        listed.into_iter().filter_map(|id| window(connection, root.root, id, Some(id) == active)).collect();
    // A dialog may have no title; without a window manager, what has none is no window of a program.
    found.retain(|window| is_managed || !window.title.is_empty());
    found.sort_by_key(|w| !w.active);
    // A window that closes in between is simply not listed; a server that is gone is an error.
    connection.get_input_focus().map_err(lost)?.reply().map_err(reply_error)?;
    Ok(found)
}

/// The address of the accessibility bus, which the root window tells where there is one.
pub(super) fn accessibility_bus(connection: &RustConnection, root: &Root) -> Option<String> {
    let bytes = property(connection, root.root, atom(connection, "AT_SPI_BUS")?)?;
    String::from_utf8(bytes).ok().filter(|address| !address.is_empty())
}

/// Tool tips: windows that say so themselves.
pub(super) fn hints(connection: &RustConnection, root: &Root) -> Result<Vec<Rect>, ScreenError> {
    let names = atom(connection, "_NET_WM_WINDOW_TYPE").zip(atom(connection, "_NET_WM_WINDOW_TYPE_TOOLTIP"));
    let Some((kind, tooltip)) = names else { return Ok(Vec::new()) };
    let tree = connection.query_tree(root.root).map_err(lost)?.reply().map_err(reply_error)?;
    // All are asked before the first answer is waited for.
    let kind =
        |id: &u32| connection.get_property(false, *id, kind, AtomEnum::ATOM, 0, 8).ok().map(|cookie| (*id, cookie));
    let asked: Vec<_> = tree.children.iter().filter_map(kind).collect();
    let is_tooltip =
        |reply: GetPropertyReply| reply.value32().is_some_and(|mut kinds| kinds.any(|kind| kind == tooltip));
    let tooltips = asked.into_iter().filter_map(|(id, cookie)| is_tooltip(cookie.reply().ok()?).then_some(id));
    Ok(tooltips.filter(|id| is_viewable(connection, *id)).filter_map(|id| place(connection, root.root, id)).collect())
}

fn place(connection: &RustConnection, root: u32, id: u32) -> Option<Rect> {
    let geometry = connection.get_geometry(id).ok()?.reply().ok()?;
    let place = connection.translate_coordinates(id, root, 0, 0).ok()?.reply().ok()?;
    Some(Rect::new(place.dst_x.into(), place.dst_y.into(), geometry.width.into(), geometry.height.into()))
}

fn window(connection: &RustConnection, root: u32, id: u32, active: bool) -> Option<Window> {
    let title = title(connection, id).unwrap_or_default();
    Some(Window { title, area: place(connection, root, id)?, active, process: process(connection, id) })
}

/// The number of a window's process, as the window says.
fn process(connection: &RustConnection, id: u32) -> Option<u32> {
    let bytes = property(connection, id, atom(connection, "_NET_WM_PID")?)?;
    Some(u32::from_ne_bytes(bytes.get(..4)?.try_into().ok()?))
}

fn title(connection: &RustConnection, id: u32) -> Option<String> {
    let modern = atom(connection, "_NET_WM_NAME").and_then(|name| property(connection, id, name));
    let bytes = modern.filter(|b| !b.is_empty()).or_else(|| property(connection, id, AtomEnum::WM_NAME.into()))?;
    let title = String::from_utf8(bytes).unwrap_or_else(|e| e.into_bytes().iter().map(|&b| b as char).collect());
    (!title.is_empty()).then_some(title)
}

fn is_viewable(connection: &RustConnection, id: u32) -> bool {
    let reply = connection.get_window_attributes(id).ok().and_then(|c| c.reply().ok());
    reply.is_some_and(|a| a.map_state == MapState::VIEWABLE)
}

fn ids(connection: &RustConnection, window: u32, name: &str) -> Vec<u32> {
    let Some(bytes) = atom(connection, name).and_then(|name| property(connection, window, name)) else {
        return Vec::new();
    };
    bytes.chunks_exact(4).map(|b| u32::from_ne_bytes([b[0], b[1], b[2], b[3]])).filter(|id| *id != 0).collect()
}

fn property(connection: &RustConnection, window: u32, name: u32) -> Option<Vec<u8>> {
    let cookie = connection.get_property(false, window, name, AtomEnum::ANY, 0, 64 * 1024).ok()?;
    Some(cookie.reply().ok()?.value)
}

fn atom(connection: &RustConnection, name: &str) -> Option<u32> {
    let reply = connection.intern_atom(true, name.as_bytes()).ok()?.reply().ok()?;
    (reply.atom != x11rb::NONE).then_some(reply.atom)
}

fn atom_name(connection: &RustConnection, atom: u32) -> String {
    let reply = connection.get_atom_name(atom).ok().and_then(|c| c.reply().ok());
    reply.map_or_else(String::new, |r| String::from_utf8_lossy(&r.name).into_owned())
}
