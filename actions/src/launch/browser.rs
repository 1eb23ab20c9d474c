//! Chromium and its relatives: started quietly, with a profile of their own.

use std::ffi::{OsStr, OsString};
use std::path::Path;

/// No first-run pages, no updates, no wallet, no network of its own.
const QUIET: [&str; 9] = [
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-quic",
    "--password-store=basic",
    // So that pages tell what is on them.
    "--force-renderer-accessibility",
];

/// The sandbox of these browsers refuses to run as root, and `--test-type` hides the warning about its absence.
const ROOT: [&str; 2] = ["--no-sandbox", "--test-type"];

/// The command line with what such a browser needs, its profile in a folder of this one; any other program's as it was.
pub(super) fn adapted(argv: Vec<OsString>, folder: Option<&OsStr>) -> Vec<OsString> {
    if !argv.first().is_some_and(|program| is_chromium(program)) {
        return argv;
    }
    let mut added: Vec<OsString> = QUIET.map(OsString::from).into();
    if is_root() {
        added.extend(ROOT.map(OsString::from));
    }
    if let Some(folder) = folder {
        let mut profile = OsString::from("--user-data-dir=");
        profile.push(Path::new(folder).join("chromium"));
        added.push(profile);
    }
    let told = |flag: &OsString| {
        let name = flag.to_string_lossy().split('=').next().unwrap_or_default().to_owned();
        argv.iter().any(|word| word.to_string_lossy().split('=').next() == Some(&name))
    };
    added.retain(|flag| !told(flag));
    let mut all = argv[..1].to_vec();
    all.extend(added);
    all.extend(argv[1..].iter().cloned());
    all
}

fn is_chromium(program: &OsStr) -> bool {
    let name = Path::new(program).file_name().unwrap_or_default().to_string_lossy();
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"].contains(&&*name)
}

#[cfg(unix)]
fn is_root() -> bool {
    // SAFETY: asks for a number.
    unsafe { libc::geteuid() == 0 }
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argv(words: &[&str]) -> Vec<OsString> {
        words.iter().map(OsString::from).collect()
    }

    #[test]
    fn only_browsers_are_adapted_and_what_was_said_stays() {
        assert_eq!(adapted(argv(&["xterm", "-e", "x"]), None), argv(&["xterm", "-e", "x"]));
        let adapted =
            adapted(argv(&["/usr/bin/chromium", "--user-data-dir=/mine", "page.html"]), Some(OsStr::new("/h")));
        assert_eq!(adapted[0], "/usr/bin/chromium");
        assert_eq!(adapted.last(), Some(&OsString::from("page.html")));
        assert_eq!(adapted.iter().filter(|w| w.to_string_lossy().starts_with("--user-data-dir")).count(), 1);
        assert!(adapted.contains(&"--no-first-run".into()));
    }
}
