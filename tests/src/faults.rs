//! The fault campaign: tasks are run while something outside of the loop makes the screen lie or hurt, and what the
//! program says of its success is held against what is true.

use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use sightstep::session::sandbox::Sandbox;
use sightstep_vision::weights;
use tempfile::TempDir;

mod desk;
mod fault;
mod inject;
mod planners;
mod tasks;

pub use fault::Fault;
pub use tasks::{TASKS, Truth};

/// The sandbox's size.
const SIZE: (u32, u32) = (1280, 800);

/// The limit that each task is given, in seconds.
const SECONDS: u64 = 90;

/// How long after its limit a run may take for set-up, checks and clearing away.
const GRACE: Duration = Duration::from_secs(45);

/// What came of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// It said so, and it is true.
    Achieved,
    /// It did not claim to have achieved it.
    Honest,
    /// It said so, and it is not true.
    FalseSuccess,
    /// It ended later than its limits allow, or by a crash.
    Broke,
}

/// A run under a fault.
#[derive(Debug, Clone)]
pub struct Ran {
    /// What came of it.
    pub end: End,
    /// Whether the planner believed that every step was done, though it is not true: only the checks told.
    pub is_misled: bool,
    /// How often the fault was made.
    pub times: usize,
    /// How long it took.
    pub took: Duration,
    /// The reason that the program gave.
    pub reason: String,
}

/// Runs a task of `folder` with `program` under a fault, on a display of its own. What is not achieved is kept in `keep`.
///
/// # Errors
/// Whatever keeps the display or the program from starting.
pub fn run(
    program: &Path,
    folder: &Path,
    truth: &Truth,
    fault: Fault,
    keep: Option<&Path>,
) -> Result<Ran, Box<dyn Error>> {
    let place = TempDir::new()?;
    let task = tasks::limited(folder, truth.task, place.path(), SECONDS)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let sandbox = runtime.block_on(Sandbox::start(SIZE.0, SIZE.1))?;
    let server = planners::server(fault);
    let mut command = Command::new(program);
    command.arg("run").arg(&task).arg("--display").arg(sandbox.display()).arg("--runs").arg(place.path().join("runs"));
    command
        .envs(sandbox.environment())
        .env(weights::VARIABLE, weights::locate()?)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(place.path().join("stderr"))?);
    if let Some(server) = &server {
        command.arg("--model").arg(format!("{}/v1#UI-TARS-1.5-7B", server.url())).env("SIGHTSTEP_API_KEY", "none");
    }
    inject::limits(fault, &mut command);
    let begun = Instant::now();
    let mut child = command.spawn()?;
    let over = Arc::new(AtomicBool::new(false));
    let scene = inject::Scene {
        display: sandbox.display().to_owned(),
        environment: sandbox.environment(),
        runs: place.path().join("runs"),
        program: child.id(),
        over: Arc::clone(&over),
    };
    let injecting = std::thread::spawn(move || inject::fault(fault, &scene));
    let deadline = begun + Duration::from_secs(SECONDS) + GRACE;
    let status = loop {
        match child.try_wait()? {
            Some(status) => break Some(status),
            None if Instant::now() > deadline => break None,
            None => std::thread::sleep(Duration::from_millis(100)),
        }
    };
    let took = begun.elapsed();
    over.store(true, std::sync::atomic::Ordering::Relaxed);
    if status.is_none() {
        child.kill()?;
        child.wait()?;
    }
    let times = injecting.join().unwrap_or(0);
    let work = tasks::work(&place.path().join("runs"));
    let is_true = work.as_deref().is_some_and(truth.holds);
    let mut told = tasks::told(&place.path().join("runs"));
    if told.reason.is_empty() {
        let said = std::fs::read_to_string(place.path().join("stderr"))?;
        told.reason = said.lines().find(|line| line.contains("error")).unwrap_or_default().to_owned();
    }
    let end = match status.map(|status| status.code()) {
        Some(Some(0)) if is_true => End::Achieved,
        Some(Some(0)) => End::FalseSuccess,
        Some(Some(1..=5)) => End::Honest,
        _ => End::Broke,
    };
    if let Some(keep) = keep.filter(|_| end != End::Achieved) {
        std::fs::create_dir_all(keep)?;
        let kept = keep.join(format!("{}-{}", fault.name().replace(' ', "-"), truth.task));
        let copied = Command::new("cp").arg("-r").arg(place.path()).arg(&kept).status()?;
        if !copied.success() {
            return Err(format!("{} cannot be written", kept.display()).into());
        }
    }
    Ok(Ran { end, is_misled: told.is_claimed && !is_true, times, took, reason: told.reason })
}
