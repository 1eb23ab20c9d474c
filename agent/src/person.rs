//! The person at the terminal, where there is one.

use std::io::{IsTerminal as _, Write as _};

use async_trait::async_trait;

/// Someone who can be asked.
#[async_trait]
pub trait Person: Send + Sync {
    /// Whether the person agrees; nothing where nobody is there.
    async fn confirm(&mut self, question: &str) -> Option<bool>;
}

/// Whoever sits at the terminal.
pub struct Terminal;

/// Nobody: in CI, behind a pipe, or while several tasks run at once.
pub struct Nobody;

#[async_trait]
impl Person for Nobody {
    async fn confirm(&mut self, _question: &str) -> Option<bool> {
        None
    }
}

#[async_trait]
impl Person for Terminal {
    async fn confirm(&mut self, question: &str) -> Option<bool> {
        if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            return None;
        }
        let question = question.to_owned();
        tokio::task::spawn_blocking(move || ask(&question)).await.ok().flatten()
    }
}

/// Anything but a clear yes is a no; the end of input is nobody.
fn ask(question: &str) -> Option<bool> {
    let mut answer = String::new();
    write!(std::io::stderr(), "{question} [y/N] ").ok()?;
    std::io::stdin().read_line(&mut answer).ok().filter(|read| *read > 0)?;
    Some(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
