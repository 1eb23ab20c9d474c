//! Making a fault happen, from outside of the loop: other X clients, signals, limits.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::desk::{Desk, Meddling};
use super::{Fault, tasks};

/// How often a window is moved or resized, once for each of the first plans: one that never rests is a fault of another kind.
const TIMES: usize = 3;

/// How large any file of a run may become where the disk is full: a start of a recording, no picture.
const DISK: u64 = 12 * 1024;

/// Where a fault is made.
pub(super) struct Scene {
    /// The display's name.
    pub(super) display: String,
    /// What programs on it find in their environment.
    pub(super) environment: Vec<(OsString, OsString)>,
    /// The folder of recordings.
    pub(super) runs: PathBuf,
    /// The process id of the program.
    pub(super) program: u32,
    /// Whether the run is over.
    pub(super) over: Arc<AtomicBool>,
}

/// What has to be set before the program starts.
pub(super) fn limits(fault: Fault, command: &mut Command) {
    if fault != Fault::DiskFull {
        return;
    }
    let set = || {
        let limit = libc::rlimit { rlim_cur: DISK, rlim_max: DISK };
        // SAFETY: two system calls that are safe between fork and exec; without the second the first kills the process.
        unsafe {
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
            libc::setrlimit(libc::RLIMIT_FSIZE, &limit);
        }
        Ok(())
    };
    // SAFETY: the closure allocates nothing and takes no locks.
    unsafe { command.pre_exec(set) };
}

/// Makes the fault until the run is over, and says how often.
pub(super) fn fault(fault: Fault, scene: &Scene) -> usize {
    if fault == Fault::DiskFull || fault.is_planner() {
        return 1;
    }
    let is_at_once = matches!(fault, Fault::DoubledKeys | Fault::LostKeys);
    if !is_at_once && !scene.planned(1) {
        return 0;
    }
    let Ok(desk) = Desk::connect(&scene.display) else { return 0 };
    match fault {
        Fault::Slow => slow(scene),
        Fault::Frozen => frozen(scene),
        Fault::PopUp => pop_up(scene),
        Fault::Moved => each_plan(scene, |number| desk.move_window([(160, 90), (-120, 40), (60, -80)][number % 3])),
        Fault::Resized => {
            each_plan(scene, |number| desk.resize_window([(900, 600), (700, 500), (820, 420)][number % 3]))
        }
        Fault::Animation => desk.animate(|| scene.is_over()),
        Fault::DroppedClicks => shields(scene, &desk),
        Fault::DoubledKeys => desk.meddle(Meddling::Double, || scene.is_over()),
        Fault::LostKeys => desk.meddle(Meddling::Lose, || scene.is_over()),
        Fault::Layout => layout(scene),
        Fault::DisplayDies => {
            scene.wait(Duration::from_secs(2));
            desk.kill_server()
        }
        _ => 0,
    }
}

/// Shields that swallow clicks for a time, with pauses.
fn shields(scene: &Scene, desk: &Desk) -> usize {
    let mut count = 0;
    while !scene.is_over() {
        desk.shield(Duration::from_millis(1500));
        scene.wait(Duration::from_millis(3000));
        count += 1;
    }
    count
}

impl Scene {
    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Waits, but not beyond the run's end.
    fn wait(&self, time: Duration) {
        let until = Instant::now() + time;
        while !self.is_over() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until so many plans were made; false where the run ended before.
    fn planned(&self, count: usize) -> bool {
        while !self.is_over() {
            if tasks::events(&self.runs).iter().filter(|event| event["event"] == "planned").count() >= count {
                return true;
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        false
    }

    /// The processes that the program started.
    fn programs(&self) -> Vec<i32> {
        let mut found: Vec<u32> = Vec::new();
        let parents: Vec<(u32, u32)> = parents();
        let mut todo = vec![self.program];
        while let Some(parent) = todo.pop() {
            let children: Vec<u32> = parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid).collect();
            found.extend(&children);
            todo.extend(children);
        }
        found.into_iter().map(|pid| pid as i32).collect()
    }

    fn signal(&self, signal: i32) {
        for pid in self.programs() {
            // SAFETY: signals descendants of a process that this thread's owner has not waited for.
            unsafe { libc::kill(pid, signal) };
        }
    }
}

/// Every process with its parent.
fn parents() -> Vec<(u32, u32)> {
    let Ok(processes) = std::fs::read_dir("/proc") else { return Vec::new() };
    let pids = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let parent = |pid: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
    };
    pids.filter_map(|pid| Some((pid, parent(&pid)?))).collect()
}

fn slow(scene: &Scene) -> usize {
    for (count, seconds) in [0.5, 1.0, 2.0, 4.0, 8.0].into_iter().cycle().enumerate() {
        if scene.is_over() {
            return count;
        }
        scene.signal(libc::SIGSTOP);
        scene.wait(Duration::from_secs_f64(seconds));
        scene.signal(libc::SIGCONT);
        scene.wait(Duration::from_millis(1500));
    }
    0
}

fn frozen(scene: &Scene) -> usize {
    scene.signal(libc::SIGSTOP);
    while !scene.is_over() {
        scene.wait(Duration::from_millis(200));
    }
    scene.signal(libc::SIGKILL);
    1
}

fn each_plan(scene: &Scene, mut make: impl FnMut(usize)) -> usize {
    (1..=TIMES).take_while(|number| scene.planned(*number)).inspect(|number| make(*number)).count()
}

/// A dialog as an updater shows it, twice.
fn pop_up(scene: &Scene) -> usize {
    let mut dialogs: Vec<Child> = Vec::new();
    for plans in [1, 3] {
        if !scene.planned(plans) {
            break;
        }
        let mut command = Command::new("zenity");
        command.args(["--warning", "--title", "Updates", "--text", "Updates are ready to be installed."]);
        command.envs(scene.environment.iter().cloned()).stdout(Stdio::null()).stderr(Stdio::null());
        dialogs.extend(command.spawn());
    }
    while !scene.is_over() {
        scene.wait(Duration::from_millis(200));
    }
    for dialog in &mut dialogs {
        let _ = dialog.kill();
        let _ = dialog.wait();
    }
    dialogs.len()
}

fn layout(scene: &Scene) -> usize {
    let mut count = 0;
    for (layout, plans) in [("de", 3), ("fr", usize::MAX)] {
        let mut command = Command::new("setxkbmap");
        command.arg("-display").arg(&scene.display).arg(layout);
        let done = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        count += usize::from(done.is_ok_and(|status| status.success()));
        scene.planned(plans);
    }
    count
}
