//! The person at the terminal, where there is one.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{Mutex, mpsc};

/// How long a person is waited for: time to come back to the desk, and less than most runs' limit.
const WAIT: Duration = Duration::from_secs(120);

/// Someone who can be asked.
#[async_trait]
pub trait Person: Send + Sync {
    /// What the person says; nothing where nobody is there, or nobody answers in time.
    async fn answer(&mut self, question: &str) -> Option<String>;
}

/// Whether an answer agrees: anything but a clear yes is a no.
pub fn agrees(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

/// Whoever sits at the terminal.
pub struct TerminalPerson;

/// Nobody: in CI, behind a pipe, or while several tasks run at once.
pub struct Nobody;

#[async_trait]
impl Person for Nobody {
    async fn answer(&mut self, _question: &str) -> Option<String> {
        None
    }
}

#[async_trait]
impl Person for TerminalPerson {
    async fn answer(&mut self, question: &str) -> Option<String> {
        if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            return None;
        }
        let mut lines = lines().lock().await;
        // What was typed before the question is no answer to it; what comes right behind it is.
        forget_typed();
        while lines.try_recv().is_ok() {}
        write!(std::io::stderr(), "{question}\n(waiting {} s for an answer) ", WAIT.as_secs()).ok()?;
        let line = tokio::time::timeout(WAIT, lines.recv()).await.ok().flatten();
        line.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty())
    }
}

/// Drops what the terminal holds that nobody has read yet.
fn forget_typed() {
    #[cfg(unix)]
    // SAFETY: the descriptor is this process's own, and nothing in memory is touched.
    let _ = unsafe { libc::tcflush(libc::STDIN_FILENO, libc::TCIFLUSH) };
}

/// The terminal's lines, read by one thread that outlives every question: a read cannot be given up, and nothing may wait
/// for it when the program ends.
fn lines() -> &'static Mutex<mpsc::UnboundedReceiver<String>> {
    static LINES: OnceLock<Mutex<mpsc::UnboundedReceiver<String>>> = OnceLock::new();
    LINES.get_or_init(|| {
        let (give, take) = mpsc::unbounded_channel();
        let read = move || std::io::stdin().lock().lines().map_while(Result::ok).try_for_each(|line| give.send(line));
        std::thread::spawn(read);
        Mutex::new(take)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_agrees() {
        assert!(agrees("y") && agrees(" Yes\n"));
        assert!(!agrees("") && !agrees("n") && !agrees("yes?") && !agrees("ok"));
    }
}
