//! Starting programs, by command line or by the name that a person says, and ending them with the run.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::ActError;
use crate::nearest::nearest;

mod browser;
mod catalogue;

/// How long programs get to end by themselves before they are killed.
const GRACE: Duration = Duration::from_millis(800);

/// Starts programs with an environment and in a folder; clones share what was started.
#[derive(Debug, Clone, Default)]
pub struct Launcher {
    environment: Vec<(OsString, OsString)>,
    folder: Option<PathBuf>,
    started: Arc<Mutex<Vec<Child>>>,
}

/// A program that was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// Its command line.
    pub argv: Vec<OsString>,
}

impl fmt::Display for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.argv.iter().map(|w| w.to_string_lossy()).collect();
        f.write_str(&words.join(" "))
    }
}

impl Launcher {
    /// A launcher with our own environment and folder.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a variable of the programs' environment.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Sets the folder that programs start in.
    #[must_use]
    pub fn folder(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Starts a program by the name that a person says: a command, or the name in the desktop's menu.
    ///
    /// # Errors
    /// [`ActError::UnknownProgram`] with the nearest name, [`ActError::NotStarted`] with the system's reason.
    pub fn open(&self, app: &str) -> Result<Started, ActError> {
        let name = app.trim();
        if let Some(program) = self.on_path(name).or_else(|| self.on_path(&name.to_lowercase())) {
            return self.spawn(vec![program.into()]);
        }
        let entries = catalogue::entries(&self.data_folders());
        if let Some(entry) = catalogue::find(&entries, name) {
            return self.spawn(entry.argv.iter().map(OsString::from).collect());
        }
        Err(self.unknown(name, entries.iter().map(|e| e.name.as_str())))
    }

    /// Starts a program by its command line.
    ///
    /// # Errors
    /// [`ActError::UnknownProgram`] with the nearest name, [`ActError::NotStarted`] with the system's reason.
    pub fn launch(&self, argv: &[String]) -> Result<Started, ActError> {
        let program = argv.first().map(String::as_str).unwrap_or_default();
        if !program.contains('/') && self.on_path(program).is_none() {
            return Err(self.unknown(program, []));
        }
        self.spawn(argv.iter().map(OsString::from).collect())
    }

    /// Ends everything that was started: politely first, then for good. Child processes of theirs end too.
    pub fn end_all(&self) {
        let mut children = std::mem::take(&mut *self.lock());
        for child in &children {
            signal(child, Signal::Ask);
        }
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline && children.iter_mut().any(is_running) {
            std::thread::sleep(Duration::from_millis(10));
        }
        for child in &mut children {
            // Also where the program has ended: processes that it started may be left in its group.
            signal(child, Signal::Kill);
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    fn spawn(&self, argv: Vec<OsString>) -> Result<Started, ActError> {
        let kept = self.variable("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty());
        let argv = browser::adapted(argv, kept.or_else(|| self.variable("HOME")).as_deref());
        let (program, arguments) = argv.split_first().ok_or_else(|| self.unknown("", []))?;
        let mut command = Command::new(program);
        command.args(arguments).envs(self.environment.iter().cloned());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command.spawn().map_err(|e| ActError::NotStarted {
            program: program.to_string_lossy().into_owned(),
            reason: e.to_string(),
        })?;
        let mut started = self.lock();
        // Programs that have ended meanwhile are not kept waiting for.
        started.retain_mut(is_running);
        started.push(child);
        Ok(Started { argv })
    }

    fn unknown<'a>(&self, name: &str, menu: impl IntoIterator<Item = &'a str>) -> ActError {
        let known: Vec<String> = self.programs().into_iter().chain(menu.into_iter().map(str::to_owned)).collect();
        let near = nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
        ActError::UnknownProgram { name: name.to_owned(), nearest: near }
    }

    fn on_path(&self, program: &str) -> Option<PathBuf> {
        if program.is_empty() || program.contains(['/', ' ']) {
            return None;
        }
        self.path_folders().into_iter().map(|folder| folder.join(program)).find(|path| is_executable(path))
    }

    fn programs(&self) -> Vec<String> {
        let folders = self.path_folders();
        let entries = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
    }

    fn path_folders(&self) -> Vec<PathBuf> {
        self.variable("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
    }

    /// Where menu entries are, by the desktop's own rule; the run's private home has none, so our own counts too.
    fn data_folders(&self) -> Vec<PathBuf> {
        let home = std::env::var_os("XDG_DATA_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share")));
        let shared = self.variable("XDG_DATA_DIRS").filter(|dirs| !dirs.is_empty());
        let shared = shared.unwrap_or_else(|| "/usr/local/share:/usr/share".into());
        home.into_iter().chain(std::env::split_paths(&shared)).collect()
    }

    fn variable(&self, name: &str) -> Option<OsString> {
        let own = self.environment.iter().rev().find(|(n, _)| n == OsStr::new(name)).map(|(_, value)| value.clone());
        own.or_else(|| std::env::var_os(name))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Child>> {
        self.started.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Copy)]
enum Signal {
    Ask,
    Kill,
}

/// Signals a program and everything that it started, which is in its process group.
#[cfg(unix)]
fn signal(child: &Child, signal: Signal) {
    let number = match signal {
        Signal::Ask => libc::SIGTERM,
        Signal::Kill => libc::SIGKILL,
    };
    // SAFETY: a plain signal to a group that was made for this child.
    unsafe { libc::killpg(child.id() as libc::pid_t, number) };
}

#[cfg(not(unix))]
fn signal(_child: &Child, _signal: Signal) {}

fn is_running(child: &mut Child) -> bool {
    matches!(child.try_wait(), Ok(None))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_start_in_their_folder_with_their_environment_and_end_with_their_children() {
        let folder = tempfile::tempdir().unwrap();
        let launcher = Launcher::new().folder(folder.path()).env("NOTE", "kept");
        let script = "sleep 100 & echo $NOTE $! > note.part; mv note.part note; wait";
        launcher.launch(&["sh".into(), "-c".into(), script.into()]).unwrap();
        let note = folder.path().join("note");
        let deadline = Instant::now() + Duration::from_secs(10);
        while !note.exists() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
        let text = std::fs::read_to_string(&note).unwrap();
        let (kept, child) = text.trim().split_once(' ').unwrap();
        assert_eq!(kept, "kept");
        launcher.end_all();
        let state = || std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        let is_gone = |state: &str| state.is_empty() || state.contains(") Z ");
        // It has been killed; the system may take a moment on a busy machine.
        while !is_gone(&state()) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(is_gone(&state()), "{}", state());
    }

    #[test]
    fn an_unknown_program_is_named_with_its_nearest() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("notepadder");
        std::fs::write(&program, "#!/bin/sh\n").unwrap();
        let launcher = Launcher::new().env("PATH", folder.path()).env("XDG_DATA_DIRS", folder.path());
        for error in [launcher.open("notepader").unwrap_err(), launcher.launch(&["notepader".into()]).unwrap_err()] {
            let said = error.to_string();
            assert!(said.contains("no program is called \"notepader\" (did you mean \"notepadder\"?)"), "{said}");
        }
    }
}
