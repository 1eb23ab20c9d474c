//! A private virtual display for a run: its own X server, window manager and home folder, gone when the run is.

use std::ffi::OsString;
use std::io::Read as _;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::sync::oneshot;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _};

mod bus;

/// How long the X server and the window manager may each take to come up (0.4 s on an idle machine).
const STARTUP: Duration = Duration::from_secs(20);

/// How long processes get to end by themselves before they are killed.
const GRACE: Duration = Duration::from_millis(500);

/// Why no sandbox could be had.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// A program that it is made of is not installed.
    #[error("the sandbox needs `{program}`, which is not installed\nhint: apt-get install {package}")]
    Missing {
        /// The program.
        program: &'static str,
        /// The Debian package that has it.
        package: &'static str,
    },
    /// It did not come up.
    #[error("the sandbox did not start: {reason}")]
    Start {
        /// What went wrong.
        reason: String,
    },
}

/// A virtual display that lives as long as this value.
pub struct Sandbox {
    display: String,
    home: TempDir,
    stop: Option<mpsc::Sender<()>>,
    keeper: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a display of that size with a window manager on it.
    ///
    /// # Errors
    /// [`SandboxError`] when a program is missing or does not come up.
    pub async fn start(width: u32, height: u32) -> Result<Self, SandboxError> {
        let home = TempDir::with_prefix("sightstep-").map_err(|e| failed(&e))?;
        let environment = environment(home.path());
        let (stop, stopped) = mpsc::channel();
        let (started, start) = oneshot::channel();
        // The kernel ends these processes when the thread that started them ends, even if the program is killed:
        // so one thread starts them and stays.
        let keep = move || match Processes::start(width, height, &environment) {
            Ok((processes, display)) => {
                if started.send(Ok(display)).is_ok() {
                    // Either message or a dropped sender means the same.
                    let _ = stopped.recv();
                }
                drop(processes);
            }
            Err(error) => {
                let _ = started.send(Err(error));
            }
        };
        let keeper = std::thread::Builder::new().name("sandbox".into()).spawn(keep).map_err(|e| failed(&e))?;
        let display = start.await.map_err(|e| failed(&e))??;
        Ok(Self { display, home, stop: Some(stop), keeper: Some(keeper) })
    }

    /// The X display, such as `:7`.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// The environment that programs on this display are started with, on top of our own.
    pub fn environment(&self) -> Vec<(OsString, OsString)> {
        let mut all = environment(self.home.path());
        all.push(("DISPLAY".into(), self.display.clone().into()));
        all
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(keeper) = self.keeper.take() {
            // A keeper that panicked has dropped its processes too.
            let _ = keeper.join();
        }
    }
}

/// A home of its own, a session bus of its own (a program that is already open in the user's session would answer there instead),
/// no Wayland, English messages, and drawing without a GPU.
fn environment(home: &std::path::Path) -> Vec<(OsString, OsString)> {
    let mut all: Vec<(OsString, OsString)> = [
        ("WAYLAND_DISPLAY", ""),
        ("GDK_BACKEND", "x11"),
        ("QT_QPA_PLATFORM", "xcb"),
        ("GSETTINGS_BACKEND", "memory"),
        ("GSK_RENDERER", "cairo"),
        ("LIBGL_ALWAYS_SOFTWARE", "1"),
        // Programs that tell what they show only where they think that somebody needs it: Qt, Chromium, Firefox, LibreOffice.
        ("QT_LINUX_ACCESSIBILITY_ALWAYS_ON", "1"),
        ("QT_ACCESSIBILITY", "1"),
        ("GNOME_ACCESSIBILITY", "1"),
        ("ACCESSIBILITY_ENABLED", "1"),
        ("SAL_ACCESSIBILITY_ENABLED", "1"),
        ("LANG", "C.UTF-8"),
        ("LC_ALL", "C.UTF-8"),
    ]
    .map(|(name, value)| (name.into(), value.into()))
    .into();
    let runtime = home.join("run");
    // One bus for both: Qt tells nothing without a session's bus.
    for name in ["AT_SPI_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS"] {
        all.push((name.into(), bus::address(home).into()));
    }
    for (name, path) in [
        ("HOME", home.to_owned()),
        ("XDG_CONFIG_HOME", home.join(".config")),
        ("XDG_DATA_HOME", home.join(".local/share")),
        ("XDG_CACHE_HOME", home.join(".cache")),
        ("XDG_RUNTIME_DIR", runtime),
    ] {
        all.push((name.into(), path.into()));
    }
    all
}

/// The X server, its window manager, and what lets programs say what is in their fields, where that is installed.
struct Processes {
    accessibility: Vec<Child>,
    window_manager: Option<Child>,
    server: Child,
}

impl Processes {
    fn start(width: u32, height: u32, environment: &[(OsString, OsString)]) -> Result<(Self, String), SandboxError> {
        make_runtime_folder(environment)?;
        let (server, display) = start_server(width, height)?;
        let mut processes = Self { accessibility: Vec::new(), window_manager: None, server };
        let mut openbox = Command::new("openbox");
        openbox.args(["--sm-disable"]).envs(environment.iter().cloned()).env("DISPLAY", &display);
        processes.window_manager = Some(spawn(&mut openbox, "openbox", "openbox", None)?);
        processes.accessibility = bus::start(environment, &display);
        wait_for_manager(&display)?;
        Ok((processes, display))
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for child in self.accessibility.iter_mut().rev().chain(&mut self.window_manager).chain([&mut self.server]) {
            end(child);
        }
    }
}

fn make_runtime_folder(environment: &[(OsString, OsString)]) -> Result<(), SandboxError> {
    let folder = environment.iter().find(|(name, _)| name == "XDG_RUNTIME_DIR").map(|(_, path)| path.clone());
    std::fs::create_dir_all(folder.unwrap_or_default()).map_err(|e| failed(&e))
}

/// Starts the X server, which picks a free display number and writes it into a pipe.
fn start_server(width: u32, height: u32) -> Result<(Child, String), SandboxError> {
    let (read, write) = pipe().map_err(|e| failed(&e))?;
    let mut command = Command::new("Xvfb");
    command.arg("-displayfd").arg(write.as_raw_fd().to_string());
    command.args(["-screen", "0", &format!("{width}x{height}x24"), "-nolisten", "tcp", "-noreset"]);
    let mut server = spawn(&mut command, "Xvfb", "xvfb", Some(write.as_raw_fd()))?;
    drop(write);
    let mut number = String::new();
    let said = std::fs::File::from(read).read_to_string(&mut number);
    match (said, number.trim().parse::<u32>()) {
        (Ok(_), Ok(number)) => Ok((server, format!(":{number}"))),
        _ => {
            end(&mut server);
            Err(SandboxError::Start { reason: "the X server ended before it was ready".into() })
        }
    }
}

/// A pipe whose writing end the child inherits.
fn pipe() -> std::io::Result<(OwnedFd, OwnedFd)> {
    let mut ends = [0; 2];
    // SAFETY: `ends` has room for the two descriptors, which are ours alone afterwards.
    unsafe {
        if libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) != 0 {
            return Err(std::io::Error::last_os_error());
        }
        Ok((OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])))
    }
}

/// Starts a program that the kernel ends with the thread it was started from.
fn spawn(
    command: &mut Command,
    program: &'static str,
    package: &'static str,
    inherit: Option<RawFd>,
) -> Result<Child, SandboxError> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    // SAFETY: only async-signal-safe calls between fork and exec.
    unsafe {
        command.pre_exec(move || {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
            if let Some(descriptor) = inherit {
                libc::fcntl(descriptor, libc::F_SETFD, 0);
            }
            Ok(())
        });
    }
    command.spawn().map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => SandboxError::Missing { program, package },
        _ => SandboxError::Start { reason: format!("{program}: {e}") },
    })
}

fn end(child: &mut Child) {
    // SAFETY: a plain signal to a child that has not been waited for yet.
    unsafe { libc::kill(child.id() as libc::pid_t, libc::SIGTERM) };
    let deadline = Instant::now() + GRACE;
    while Instant::now() < deadline {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Waits until a window manager has announced itself on the root window.
fn wait_for_manager(display: &str) -> Result<(), SandboxError> {
    let (connection, number) = x11rb::connect(Some(display)).map_err(|e| failed(&e))?;
    let root = connection.setup().roots[number].root;
    let name = connection.intern_atom(false, b"_NET_SUPPORTING_WM_CHECK").map_err(|e| failed(&e))?;
    let name = name.reply().map_err(|e| failed(&e))?.atom;
    let deadline = Instant::now() + STARTUP;
    while Instant::now() < deadline {
        let cookie = connection.get_property(false, root, name, AtomEnum::ANY, 0, 1).map_err(|e| failed(&e))?;
        if cookie.reply().map_err(|e| failed(&e))?.value_len > 0 {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Err(SandboxError::Start { reason: format!("no window manager came up within {} s", STARTUP.as_secs()) })
}

fn failed(error: &dyn std::error::Error) -> SandboxError {
    SandboxError::Start { reason: error.to_string() }
}
