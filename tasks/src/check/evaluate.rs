//! Looking whether a check holds, again and again until it does or its time is over.

use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::file::shortened;
use super::{Check, Kind, command, file};
use crate::confusables;

/// How often a check that does not hold yet is looked at.
const AGAIN: Duration = Duration::from_millis(200);

/// What only the run knows.
#[async_trait]
pub trait Facts: Send {
    /// The lines of text on the screen now, or in a part of it, `[x, y, width, height]`.
    async fn lines(&mut self, region: Option<[i32; 4]>) -> Result<Vec<String>, String>;
    /// The titles of the open windows.
    async fn windows(&mut self) -> Result<Vec<String>, String>;
    /// Whether the needle of this JSON file is on the screen now, and how similar its areas are.
    async fn image(&mut self, needle: &Path) -> Result<Checked, String>;
    /// The planner's answer to the goal, and whether it said that the goal is infeasible.
    fn ending(&self) -> (Option<&str>, bool);
}

/// Where commands run, and with which environment.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The run's work folder.
    pub folder: &'a Path,
    /// On top of our own environment.
    pub environment: &'a [(OsString, OsString)],
}

/// What became of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Whether it holds.
    pub holds: bool,
    /// What was found.
    pub seen: String,
}

/// Whether the check holds, within its time.
pub async fn evaluate(check: &Check, facts: &mut dyn Facts, surroundings: Surroundings<'_>) -> Checked {
    let deadline = Instant::now() + check.within;
    loop {
        let checked = Box::pin(once(check, facts, surroundings)).await;
        if checked.holds || Instant::now() >= deadline {
            return checked;
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Whether something listens; connecting to this machine takes no time.
fn port_seen(number: u16) -> Checked {
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], number));
    match std::net::TcpStream::connect_timeout(&address, AGAIN) {
        Ok(_) => Checked { holds: true, seen: "it answers".to_owned() },
        Err(error) => failed(error.to_string()),
    }
}

async fn once(check: &Check, facts: &mut dyn Facts, surroundings: Surroundings<'_>) -> Checked {
    match &check.kind {
        Kind::Text { text, region, absent } => text_seen(text, *absent, facts.lines(*region).await),
        Kind::Window { title } => window_seen(title, facts.windows().await),
        Kind::Image { needle } => facts.image(needle).await.unwrap_or_else(failed),
        Kind::File { path, expected } => {
            let (holds, seen) = file::look(path, expected);
            Checked { holds, seen }
        }
        Kind::Port(number) => port_seen(*number),
        Kind::Command { argv, exit, stdout } => {
            let done = command::run(argv, surroundings.folder, surroundings.environment).await;
            done.map_or_else(failed, |done| {
                let printed = stdout.as_ref().is_none_or(|m| m.holds(&done.stdout));
                let code = done.exit.map_or_else(|| "a signal".to_owned(), |code| format!("code {code}"));
                let seen = format!("it ended with {code} and printed {}", shortened(&done.stdout));
                Checked { holds: done.exit == Some(*exit) && printed, seen }
            })
        }
        Kind::Answer(matching) => match facts.ending().0 {
            Some(answer) => Checked { holds: matching.holds(answer), seen: format!("the answer is {answer:?}") },
            None => failed("the run gave no answer".into()),
        },
        Kind::Infeasible => {
            let said = facts.ending().1;
            let seen = if said { "the planner said so" } else { "the planner did not say so" };
            Checked { holds: said, seen: seen.into() }
        }
        Kind::All(nested) => several(nested, true, facts, surroundings).await,
        Kind::Any(nested) => several(nested, false, facts, surroundings).await,
    }
}

/// Looks at each until one decides: one that fails decides `all`, one that holds decides `any`.
async fn several(nested: &[Check], all: bool, facts: &mut dyn Facts, surroundings: Surroundings<'_>) -> Checked {
    let mut last = failed("there is nothing to check".into());
    for check in nested {
        last = evaluate(check, facts, surroundings).await;
        if last.holds != all {
            return Checked { seen: format!("{check}: {}", last.seen), ..last };
        }
    }
    last
}

fn text_seen(text: &str, absent: bool, lines: Result<Vec<String>, String>) -> Checked {
    lines.map_or_else(failed, |lines| {
        let there = confusables::is_among(text, &lines);
        let seen =
            if there { "it is read there".to_owned() } else { format!("{} lines were read, not it", lines.len()) };
        Checked { holds: there != absent, seen }
    })
}

fn window_seen(title: &str, titles: Result<Vec<String>, String>) -> Checked {
    titles.map_or_else(failed, |titles| {
        let wanted = title.to_lowercase();
        let holds = titles.iter().any(|t| t.to_lowercase().contains(&wanted));
        Checked { holds, seen: format!("the open windows are {titles:?}") }
    })
}

fn failed(seen: String) -> Checked {
    Checked { holds: false, seen }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Match;

    /// A screen whose text appears with the third look.
    #[derive(Default)]
    struct Slow {
        looks: u32,
    }

    #[async_trait]
    impl Facts for Slow {
        async fn lines(&mut self, _region: Option<[i32; 4]>) -> Result<Vec<String>, String> {
            self.looks += 1;
            Ok(if self.looks >= 3 { vec!["Saved".into()] } else { vec![] })
        }
        async fn windows(&mut self) -> Result<Vec<String>, String> {
            Ok(vec!["note.txt - Mousepad".into()])
        }
        async fn image(&mut self, needle: &Path) -> Result<Checked, String> {
            Ok(Checked { holds: needle == Path::new("there.json"), seen: String::new() })
        }
        fn ending(&self) -> (Option<&str>, bool) {
            (Some("42"), false)
        }
    }

    fn text(text: &str, absent: bool) -> Kind {
        Kind::Text { text: text.into(), region: None, absent }
    }

    async fn holds(kind: Kind, within: u64) -> bool {
        let surroundings = Surroundings { folder: Path::new("/"), environment: &[] };
        let check = Check { kind, within: Duration::from_millis(within) };
        evaluate(&check, &mut Slow::default(), surroundings).await.holds
    }

    #[tokio::test]
    async fn each_kind_is_decided() {
        let once = |kind: Kind| Check { kind, within: Duration::ZERO };
        let command = |exit| Kind::Command {
            argv: vec!["echo".into(), "hi".into()],
            exit,
            stdout: Some(Match::Equals("hi".into())),
        };
        let window = |title: &str| Kind::Window { title: title.into() };
        let cases = [
            (text("saved", false), 5000, true),
            (text("saved", false), 0, false),
            (text("saved", true), 0, true),
            (window("mousepad"), 0, true),
            (window("gedit"), 0, false),
            (Kind::Image { needle: "there.json".into() }, 0, true),
            (Kind::Image { needle: "absent.json".into() }, 0, false),
            (command(0), 0, true),
            (command(1), 0, false),
            (Kind::Answer(Match::Equals("42".into())), 0, true),
            (Kind::Infeasible, 0, false),
            (Kind::All(vec![once(window("note")), once(Kind::Infeasible)]), 0, false),
            (Kind::Any(vec![once(Kind::Infeasible), once(window("note"))]), 0, true),
        ];
        let mut wrong = Vec::new();
        for (kind, within, want) in cases {
            if holds(kind.clone(), within).await != want {
                wrong.push((kind, within));
            }
        }
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
