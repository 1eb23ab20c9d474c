//! The sandbox's own accessibility bus: programs that know AT-SPI tell there what is in their fields.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Instant;

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{AtomEnum, PropMode};
use x11rb::wrapper::ConnectionExt as _;

use super::{STARTUP, SandboxError, end, failed, spawn};

/// The bus's rules, with its address and its folder to be put in: whoever may open its socket may say anything.
const RULES: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>accessibility</type>
  <listen>ADDRESS</listen>
  <servicedir>SERVICES</servicedir>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// How the address of a socket begins.
const SCHEME: &str = "unix:path=";

/// Where distributions put the program that knows all programs on the bus.
const REGISTRIES: [&str; 3] =
    ["/usr/libexec/at-spi2-registryd", "/usr/lib/at-spi2-core/at-spi2-registryd", "/usr/lib/at-spi2-registryd"];

/// Where the bus of a sandbox with this home listens.
pub(super) fn address(home: &Path) -> String {
    format!("{SCHEME}{}", home.join("run/at-spi").display())
}

/// Starts the bus and its registry, and tells the display where it is; nothing where AT-SPI is not installed or does not
/// come up, for a run only loses a proof by it.
pub(super) fn start(environment: &[(OsString, OsString)], display: &str) -> Vec<Child> {
    let Some(registry) = REGISTRIES.into_iter().find(|path| Path::new(path).exists()) else { return Vec::new() };
    let mut processes = Vec::new();
    match all(registry, environment, display, &mut processes) {
        Ok(()) => processes,
        Err(error) => {
            tracing::debug!("no accessibility bus: {error}");
            processes.iter_mut().rev().for_each(end);
            Vec::new()
        }
    }
}

fn all(
    registry: &'static str,
    environment: &[(OsString, OsString)],
    display: &str,
    processes: &mut Vec<Child>,
) -> Result<(), SandboxError> {
    let of = |name: &str| environment.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone());
    let address = of("AT_SPI_BUS_ADDRESS").unwrap_or_default().to_string_lossy().into_owned();
    let rules = format!("{}.conf", address.trim_start_matches(SCHEME));
    let services = format!("{}.services", address.trim_start_matches(SCHEME));
    offer_trash(Path::new(&services)).map_err(|e| failed(&e))?;
    let written = RULES.replace("ADDRESS", &address).replace("SERVICES", &services);
    std::fs::write(&rules, written).map_err(|e| failed(&e))?;
    let mut bus = Command::new("dbus-daemon");
    bus.args(["--nofork", "--nopidfile", "--nosyslog", "--config-file", &rules]);
    bus.envs(environment.iter().cloned()).env("DISPLAY", display);
    let bus = spawn(&mut bus, "dbus-daemon", "at-spi2-core", None)?;
    processes.push(bus);
    wait_for(&address, processes)?;
    let mut known = Command::new(registry);
    known.envs(environment.iter().cloned()).env("DISPLAY", display);
    processes.push(spawn(&mut known, "at-spi2-registryd", "at-spi2-core", None)?);
    tell(&address, display)
}

/// The one thing that the bus starts by itself: what file managers need for their trash, where that is installed.
fn offer_trash(services: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(services)?;
    for name in ["org.gtk.vfs.Daemon.service", "org.gtk.vfs.Metadata.service"] {
        let installed = Path::new("/usr/share/dbus-1/services").join(name);
        if installed.exists() {
            std::fs::copy(installed, services.join(name))?;
        }
    }
    Ok(())
}

fn wait_for(address: &str, processes: &mut [Child]) -> Result<(), SandboxError> {
    let path = address.trim_start_matches(SCHEME);
    let begun = Instant::now();
    while std::os::unix::net::UnixStream::connect(path).is_err() {
        let has_ended = processes.iter_mut().any(|process| !matches!(process.try_wait(), Ok(None)));
        if has_ended || begun.elapsed() > STARTUP {
            return Err(SandboxError::Start { reason: "the accessibility bus did not come up".into() });
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    Ok(())
}

/// The root window tells the address, as on every X display with AT-SPI.
fn tell(address: &str, display: &str) -> Result<(), SandboxError> {
    let (connection, number) = x11rb::connect(Some(display)).map_err(|e| failed(&e))?;
    let root = connection.setup().roots[number].root;
    let name = x11rb::protocol::xproto::ConnectionExt::intern_atom(&connection, false, b"AT_SPI_BUS");
    let name = name.map_err(|e| failed(&e))?.reply().map_err(|e| failed(&e))?.atom;
    let told = connection.change_property8(PropMode::REPLACE, root, name, AtomEnum::STRING, address.as_bytes());
    told.map_err(|e| failed(&e))?.check().map_err(|e| failed(&e))
}
