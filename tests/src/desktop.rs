//! What a person does to a desktop around a program: moving its windows.

use std::error::Error;
use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{AtomEnum, ConfigureWindowAux, ConnectionExt as _, Window};
use x11rb::rust_connection::RustConnection;

/// How long the window manager may take.
const LIMIT: Duration = Duration::from_secs(5);

/// Moves all windows of the display that `DISPLAY` names, and waits until they have moved.
///
/// # Errors
/// Whatever keeps them from moving.
pub fn move_windows(by: (i32, i32)) -> Result<(), Box<dyn Error>> {
    let (connection, screen) = x11rb::connect(None)?;
    let root = connection.setup().roots[screen].root;
    for window in clients(&connection, root)? {
        let (x, y) = place(&connection, root, window)?;
        // What a program asks for is where its content goes, and the window manager adds its borders.
        let to = ConfigureWindowAux::new().x(x + by.0).y(y + by.1);
        connection.configure_window(window, &to)?;
        connection.flush()?;
        let deadline = Instant::now() + LIMIT;
        while place(&connection, root, window)? == (x, y) {
            if Instant::now() > deadline {
                return Err(format!("window {window} stays at {x},{y}").into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    Ok(())
}

fn clients(connection: &RustConnection, root: Window) -> Result<Vec<Window>, Box<dyn Error>> {
    let list = connection.intern_atom(false, b"_NET_CLIENT_LIST")?.reply()?.atom;
    let reply = connection.get_property(false, root, list, AtomEnum::WINDOW, 0, 999)?.reply()?;
    Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
}

fn place(connection: &RustConnection, root: Window, window: Window) -> Result<(i32, i32), Box<dyn Error>> {
    let at = connection.translate_coordinates(window, root, 0, 0)?.reply()?;
    Ok((i32::from(at.dst_x), i32::from(at.dst_y)))
}
