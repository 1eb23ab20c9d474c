//! Another client of the display, that gets in the way.

use std::os::fd::AsRawFd as _;
use std::time::Duration;

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Allow, AtomEnum, ChangeWindowAttributesAux, ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, GrabMode,
    KEY_PRESS_EVENT, KEY_RELEASE_EVENT, WindowClass,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// Every so-manieth letter is meddled with, and which one is the first: every task that types has one, and a person who
/// looks at what they type would mend it.
const EVERY: usize = 61;
const FIRST: usize = 4;

/// A connection of its own.
pub(super) struct Desk {
    connection: RustConnection,
    root: u32,
}

/// Whatever the server says: a display that is gone hurts no more.
type Said = Result<(), Box<dyn std::error::Error>>;

impl Desk {
    /// Connects.
    pub(super) fn connect(display: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let (connection, screen) = x11rb::connect(Some(display))?;
        let root = connection.setup().roots[screen].root;
        Ok(Self { connection, root })
    }

    /// The window that the window manager says is active.
    fn window(&self) -> Result<u32, Box<dyn std::error::Error>> {
        let atom = self.connection.intern_atom(false, b"_NET_ACTIVE_WINDOW")?.reply()?.atom;
        let property = self.connection.get_property(false, self.root, atom, AtomEnum::WINDOW, 0, 1)?.reply()?;
        property.value32().and_then(|mut values| values.next()).ok_or_else(|| "no window is active".into())
    }

    /// Moves the active window by so many pixels.
    pub(super) fn move_window(&self, (right, down): (i32, i32)) {
        let _ = self.moved(right, down);
    }

    fn moved(&self, right: i32, down: i32) -> Said {
        let window = self.window()?;
        let at = self.connection.translate_coordinates(window, self.root, 0, 0)?.reply()?;
        let place =
            ConfigureWindowAux::new().x((i32::from(at.dst_x) + right).max(0)).y((i32::from(at.dst_y) + down).max(20));
        self.connection.configure_window(window, &place)?;
        Ok(self.connection.sync()?)
    }

    /// Gives the active window another size.
    pub(super) fn resize_window(&self, (width, height): (u32, u32)) {
        let _ = self.resized(width, height);
    }

    fn resized(&self, width: u32, height: u32) -> Said {
        let size = ConfigureWindowAux::new().width(width).height(height);
        self.connection.configure_window(self.window()?, &size)?;
        Ok(self.connection.sync()?)
    }

    /// Something that moves in the bottom right corner, ten times a second.
    pub(super) fn animate(&self, is_over: impl Fn() -> bool) -> usize {
        usize::from(self.animated(is_over).is_ok())
    }

    fn animated(&self, is_over: impl Fn() -> bool) -> Said {
        let window = self.cover((1180, 720, 60, 40), WindowClass::INPUT_OUTPUT)?;
        for step in 0_u32.. {
            if is_over() {
                break;
            }
            let colour =
                ChangeWindowAttributesAux::new().background_pixel(step.wrapping_mul(0x0051_3a7b) & 0x00ff_ffff);
            self.connection.change_window_attributes(window, &colour)?;
            self.connection.clear_area(false, window, 0, 0, 0, 0)?;
            self.connection.sync()?;
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    /// An unseen window over all swallows every click for a time.
    pub(super) fn shield(&self, time: Duration) {
        let _ = self.shielded(time);
    }

    fn shielded(&self, time: Duration) -> Said {
        let window = self.cover((0, 0, 1280, 800), WindowClass::INPUT_ONLY)?;
        std::thread::sleep(time);
        self.connection.destroy_window(window)?;
        Ok(self.connection.sync()?)
    }

    /// A window over all others that no window manager touches.
    fn cover(&self, (x, y, w, h): (i16, i16, u16, u16), class: WindowClass) -> Result<u32, Box<dyn std::error::Error>> {
        let window = self.connection.generate_id()?;
        let free = CreateWindowAux::new().override_redirect(1);
        self.connection.create_window(0, window, self.root, x, y, w, h, 0, class, 0, &free)?;
        self.connection.map_window(window)?;
        self.connection.sync()?;
        Ok(window)
    }

    /// Stands between the keyboard and the programs: of the keys of letters and digits, some are lost or come twice. Says
    /// how many.
    pub(super) fn meddle(&self, deed: Meddling, is_over: impl Fn() -> bool) -> usize {
        let mut times = 0;
        let _ = self.meddled(deed, is_over, &mut times);
        times
    }

    fn meddled(&self, deed: Meddling, is_over: impl Fn() -> bool, times: &mut usize) -> Said {
        for code in (8..=255).filter(|code| is_letter(*code)) {
            for modifiers in [0_u16, 1] {
                let held = (GrabMode::ASYNC, GrabMode::SYNC);
                self.connection.grab_key(false, self.root, modifiers.into(), code, held.0, held.1)?;
            }
        }
        self.connection.flush()?;
        let (mut count, mut own) = (0, 0);
        while !is_over() {
            let Some(event) = self.connection.poll_for_event()? else {
                std::thread::sleep(Duration::from_micros(300));
                continue;
            };
            let Event::KeyPress(press) = event else { continue };
            let is_own = own > 0;
            own -= usize::from(is_own);
            count += usize::from(!is_own);
            let is_chosen = !is_own && count % EVERY == FIRST;
            let mode = if is_chosen && deed == Meddling::Lose { Allow::ASYNC_KEYBOARD } else { Allow::REPLAY_KEYBOARD };
            self.connection.allow_events(mode, x11rb::CURRENT_TIME)?;
            *times += usize::from(is_chosen);
            if is_chosen && deed == Meddling::Double {
                own += 1;
                for kind in [KEY_RELEASE_EVENT, KEY_PRESS_EVENT, KEY_RELEASE_EVENT] {
                    self.connection.xtest_fake_input(kind, press.detail, 0, x11rb::NONE, 0, 0, 0)?;
                }
            }
            self.connection.flush()?;
        }
        Ok(())
    }

    /// Ends the X server at the other end of this connection.
    pub(super) fn kill_server(&self) -> usize {
        let mut peer = libc::ucred { pid: 0, uid: 0, gid: 0 };
        let mut size = size_of::<libc::ucred>() as libc::socklen_t;
        let socket = self.connection.stream().as_raw_fd();
        // SAFETY: a valid socket, and a place as large as is said.
        let asked = unsafe {
            libc::getsockopt(socket, libc::SOL_SOCKET, libc::SO_PEERCRED, (&raw mut peer).cast(), &raw mut size)
        };
        if asked != 0 || peer.pid <= 1 {
            return 0;
        }
        // SAFETY: signals the X server that this campaign started.
        unsafe { libc::kill(peer.pid, libc::SIGKILL) };
        1
    }
}

/// What becomes of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meddling {
    /// It never comes.
    Lose,
    /// It comes twice.
    Double,
}

/// Keys of letters and digits on a PC's keyboard.
fn is_letter(code: u8) -> bool {
    matches!(code, 10..=19 | 24..=33 | 38..=46 | 52..=58)
}
