//! Windows by their titles, through the window manager.

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, Window};

use super::server::Server;
use crate::error::ActError;
use crate::nearest::nearest;
use crate::plan::WindowChange;

/// Who asks, in the words of the window manager's specification: a tool of the user's, not the program itself.
const PAGER: u32 = 2;

/// "Iconic", in the words of the older conventions.
const ICONIC: u32 = 3;

/// Asks the window manager to change the topmost window of this title.
pub(super) fn change(server: &Server, title: &str, change: WindowChange) -> Result<(), ActError> {
    let windows = listed(server)?;
    let titles: Vec<String> = windows.iter().map(|window| title_of(server, *window)).collect::<Result<_, _>>()?;
    let Some(at) = titles.iter().rposition(|known| known == title) else {
        let near = nearest(title, titles.iter().map(String::as_str)).map(str::to_owned);
        return Err(ActError::NoWindow { title: title.to_owned(), nearest: near });
    };
    let window = windows[at];
    match change {
        WindowChange::Activate => ask(server, window, "_NET_ACTIVE_WINDOW", [PAGER, 0, 0, 0, 0])?,
        WindowChange::Close => ask(server, window, "_NET_CLOSE_WINDOW", [0, PAGER, 0, 0, 0])?,
        WindowChange::Minimise => ask(server, window, "WM_CHANGE_STATE", [ICONIC, 0, 0, 0, 0])?,
        WindowChange::Maximise => {
            let both = [atom(server, "_NET_WM_STATE_MAXIMIZED_HORZ")?, atom(server, "_NET_WM_STATE_MAXIMIZED_VERT")?];
            ask(server, window, "_NET_WM_STATE", [1, both[0], both[1], PAGER, 0])?;
        }
    }
    server.sync()
}

/// The windows that the window manager lists, the topmost last.
fn listed(server: &Server) -> Result<Vec<Window>, ActError> {
    let name = atom(server, "_NET_CLIENT_LIST_STACKING")?;
    let reply = server.conn.get_property(false, server.root, name, AtomEnum::WINDOW, 0, 4096)?.reply()?;
    Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
}

/// A window's title; nothing where it has closed meanwhile.
fn title_of(server: &Server, window: Window) -> Result<String, ActError> {
    let modern = atom(server, "_NET_WM_NAME")?;
    for name in [modern, AtomEnum::WM_NAME.into()] {
        let reply = server.conn.get_property(false, window, name, AtomEnum::ANY, 0, 16 * 1024)?.reply();
        if let Some(reply) = reply.ok().filter(|reply| !reply.value.is_empty()) {
            return Ok(String::from_utf8_lossy(&reply.value).into_owned());
        }
    }
    Ok(String::new())
}

fn ask(server: &Server, window: Window, what: &str, data: [u32; 5]) -> Result<(), ActError> {
    let event = ClientMessageEvent::new(32, window, atom(server, what)?, data);
    let to_the_manager = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
    server.conn.send_event(false, server.root, to_the_manager, event)?;
    Ok(server.conn.flush()?)
}

fn atom(server: &Server, name: &str) -> Result<u32, ActError> {
    Ok(server.conn.intern_atom(false, name.as_bytes())?.reply()?.atom)
}
