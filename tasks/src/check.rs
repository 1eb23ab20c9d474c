//! Checks: what must hold in the real world after a run.

pub mod command;
mod evaluate;
mod file;
mod matching;

pub use evaluate::{Checked, Facts, Surroundings, evaluate};
pub use matching::Match;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Something that must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// What.
    pub kind: Kind,
    /// For how long it is looked at again until it does.
    pub within: Duration,
}

/// What a check looks at.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A text on the screen.
    Text {
        /// The text, compared as it looks.
        text: String,
        /// Only in this part of the screen, `[x, y, width, height]`.
        region: Option<[i32; 4]>,
        /// Whether it must not be there.
        absent: bool,
    },
    /// A window whose title holds this, whatever its case.
    Window {
        /// Part of the title.
        title: String,
    },
    /// A needle on the screen.
    Image {
        /// Its JSON file.
        needle: PathBuf,
    },
    /// A file.
    File {
        /// Where.
        path: PathBuf,
        /// How it must be.
        expected: Content,
    },
    /// A port of this machine that answers.
    Port(u16),
    /// A command's end.
    Command {
        /// Its command line.
        argv: Vec<String>,
        /// The exit code that it must have.
        exit: i32,
        /// What it must print.
        stdout: Option<Match>,
    },
    /// The run's answer.
    Answer(Match),
    /// The planner said that nobody could reach the goal.
    Infeasible,
    /// Every one holds.
    All(Vec<Check>),
    /// At least one holds.
    Any(Vec<Check>),
}

/// How a file must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// There, or not there.
    Exists(bool),
    /// Its text.
    Text(Match),
    /// A value inside a JSON file.
    Json {
        /// Where inside, such as `user.names[0]`.
        place: String,
        /// What it must be; a value that is not a text is compared in its JSON form.
        matching: Match,
    },
}

impl Check {
    /// A text on the screen, looked for once.
    pub fn text(text: String) -> Self {
        Self::once(Kind::Text { text, region: None, absent: false })
    }

    /// A window, looked for once.
    pub fn window(title: String) -> Self {
        Self::once(Kind::Window { title })
    }

    /// A needle, looked for once.
    pub fn image(needle: PathBuf) -> Self {
        Self::once(Kind::Image { needle })
    }

    /// A file that exists, looked for once.
    pub fn file_exists(path: PathBuf) -> Self {
        Self::once(Kind::File { path, expected: Content::Exists(true) })
    }

    /// A port of this machine, looked at once.
    pub fn port(number: u16) -> Self {
        Self::once(Kind::Port(number))
    }

    fn once(kind: Kind) -> Self {
        Self { kind, within: Duration::ZERO }
    }

    /// Whether giving up can fulfil it.
    pub fn is_infeasible(&self) -> bool {
        match &self.kind {
            Kind::Infeasible => true,
            Kind::All(nested) | Kind::Any(nested) => nested.iter().any(Self::is_infeasible),
            _ => false,
        }
    }
}

/// One line for a person.
impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Text { text, absent: false, .. } => write!(f, "the screen shows '{text}'"),
            Kind::Text { text, absent: true, .. } => write!(f, "the screen does not show '{text}'"),
            Kind::Window { title } => write!(f, "a window '{title}' is open"),
            Kind::Image { needle } => write!(f, "the screen shows the needle {}", needle.display()),
            Kind::File { path, expected } => write!(f, "the file {} {expected}", path.display()),
            Kind::Port(number) => write!(f, "port {number} answers"),
            Kind::Command { argv, exit, stdout } => {
                write!(f, "`{}` ends with {exit}", argv.join(" "))?;
                stdout.as_ref().map_or(Ok(()), |m| write!(f, " and prints what {m}"))
            }
            Kind::Answer(matching) => write!(f, "the answer {matching}"),
            Kind::Infeasible => f.write_str("the goal is said to be infeasible"),
            Kind::All(nested) => joined(f, nested, " and "),
            Kind::Any(nested) => joined(f, nested, " or "),
        }
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists(true) => f.write_str("exists"),
            Self::Exists(false) => f.write_str("does not exist"),
            Self::Text(matching) => write!(f, "{matching}"),
            Self::Json { place, matching } => write!(f, "at {place} {matching}"),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, nested: &[Check], word: &str) -> fmt::Result {
    let each: Vec<String> = nested.iter().map(|check| format!("({check})")).collect();
    f.write_str(&each.join(word))
}
