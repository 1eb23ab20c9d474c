//! Another client of the display, that gets in the way.

use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, GrabMode,
    KEY_PRESS_EVENT, KEY_RELEASE_EVENT, WindowClass,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// A connection of its own.
pub(super) struct Desk {
    connection: RustConnection,
    root: u32,
    display: String,
}

/// Whatever the server says: a display that is gone hurts no more.
type Said = Result<(), Box<dyn std::error::Error>>;

impl Desk {
    /// Connects.
    pub(super) fn connect(display: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let (connection, screen) = x11rb::connect(Some(display))?;
        let root = connection.setup().roots[screen].root;
        Ok(Self { connection, root, display: display.to_owned() })
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
    pub(super) fn animate(&self, is_over: impl Fn() -> bool) {
        let _ = self.animated(is_over);
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

    /// Does something with every so-manieth key that is pressed.
    pub(super) fn meddle(&self, every: usize, is_over: impl Fn() -> bool, meddle: impl Fn(&Self, u8)) {
        let _ = self.meddled(every, is_over, meddle);
    }

    fn meddled(&self, every: usize, is_over: impl Fn() -> bool, meddle: impl Fn(&Self, u8)) -> Said {
        let (mut count, mut was) = (0, [0_u8; 32]);
        while !is_over() {
            let keys = self.connection.query_keymap()?.reply()?.keys;
            let is_fresh = |code: &u8| {
                let (byte, bit) = (usize::from(code / 8), code % 8);
                keys[byte] & (1 << bit) != 0 && was[byte] & (1 << bit) == 0
            };
            for code in (8..=255).filter(is_fresh) {
                count += 1;
                if count % every == 0 && is_letter(code) {
                    meddle(self, code);
                }
            }
            was = keys;
            std::thread::sleep(Duration::from_micros(400));
        }
        Ok(())
    }

    /// Presses a key once more.
    pub(super) fn press(&self, code: u8) {
        let fake = |kind| -> Said {
            self.connection.xtest_fake_input(kind, code, 0, x11rb::NONE, 0, 0, 0)?;
            Ok(self.connection.sync()?)
        };
        // The first press must end before another one counts.
        let until = Instant::now() + Duration::from_millis(20);
        while Instant::now() < until && self.is_down(code) {}
        let _ = fake(KEY_PRESS_EVENT).and_then(|()| fake(KEY_RELEASE_EVENT));
    }

    fn is_down(&self, code: u8) -> bool {
        let keys = self.connection.query_keymap().ok().and_then(|cookie| cookie.reply().ok());
        keys.is_some_and(|keys| keys.keys[usize::from(code / 8)] & (1 << (code % 8)) != 0)
    }

    /// Takes all keys for a time.
    pub(super) fn swallow(&self, time: Duration) {
        let grab =
            self.connection.grab_keyboard(false, self.root, x11rb::CURRENT_TIME, GrabMode::ASYNC, GrabMode::ASYNC);
        let _ = grab.map(|cookie| cookie.reply());
        std::thread::sleep(time);
        let _ = self.connection.ungrab_keyboard(x11rb::CURRENT_TIME);
        let _ = self.connection.sync();
    }

    /// Ends the X server of this display, which this process started.
    pub(super) fn kill_server(&self) {
        let own = std::process::id().to_string();
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else { continue };
            let read = |file: &str| std::fs::read_to_string(entry.path().join(file)).unwrap_or_default();
            let stat = read("stat");
            let is_ours = stat.contains("(Xvfb)")
                && stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.split(' ').nth(1) == Some(&own));
            if is_ours && self.serves(pid) {
                // SAFETY: signals a child of ours that has not been waited for.
                unsafe { libc::kill(pid, libc::SIGKILL) };
            }
        }
    }

    /// Whether the X server of this process id is this display's, as its lock file says.
    fn serves(&self, pid: i32) -> bool {
        let number = self.display.trim_start_matches(':');
        let lock = std::fs::read_to_string(format!("/tmp/.X{number}-lock")).unwrap_or_default();
        lock.trim().parse() == Ok(pid)
    }
}

/// Keys of letters and digits on a PC's keyboard.
fn is_letter(code: u8) -> bool {
    matches!(code, 10..=19 | 24..=33 | 38..=46 | 52..=58)
}
