//! What can be typed on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::exit;

/// Reads a screen and acts on it step by step, verifying every action.
#[derive(Debug, Parser)]
#[command(name = "sightstep", version, after_help = exit::HELP, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Say more on standard error (-v: what happens, -vv: why)
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run task files and check what they achieved
    #[command(after_help = exit::HELP)]
    Run(RunArguments),
    /// Run one goal without a file
    #[command(after_help = "\
Example:
  sightstep do \"Open mousepad. Type 'hello'. Press Ctrl+S.\" --sandbox 1280x800

A goal is written as steps: click, double-click, right-click, type, clear, choose, tick, untick, press, scroll,
drag, open, wait. Without --sandbox or --display it acts on the desktop that DISPLAY names.")]
    Do(DoArguments),
    /// Validate task files without running them
    Check(CheckArguments),
    /// Read a picture: its lines of text and the elements they belong to, as JSON
    Read(ReadArguments),
    /// Find the place that an instruction names in a picture, as JSON
    Ground(GroundArguments),
    /// Look for a needle, parts of a picture, in another picture, as JSON
    Match(MatchArguments),
    /// Judge an action from the pictures before and after it, as JSON
    #[command(after_help = "\
Example:
  sightstep verify before.png after.png --action '{\"type\":\"type\",\"text\":\"hello\"}'

The verdict is confirmed, no_effect, contradicted or unknown; whatever it is, the exit code is 0.")]
    Verify(VerifyArguments),
    /// Look whether everything that a run needs is there
    Doctor,
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// How runs are done.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Who plans: "reader" reads the screen and follows goals written as steps
    #[arg(long, value_name = "M", default_value = "reader")]
    pub model: String,
    /// Run on a private virtual display of this size, such as 1280x800
    #[arg(long, value_name = "WxH", conflicts_with = "display")]
    pub sandbox: Option<String>,
    /// Run on this X display, such as :0
    #[arg(long, value_name = ":N")]
    pub display: Option<String>,
    /// The folder that recordings are written to
    #[arg(long, value_name = "DIR", default_value = "runs")]
    pub runs: PathBuf,
    /// Print every event as a line of JSON on standard output
    #[arg(long)]
    pub json: bool,
}

/// `sightstep run`.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// Task files, folders of them, or names of tasks in tasks/ or tasks/examples/
    #[arg(required = true, value_name = "TASK")]
    pub tasks: Vec<String>,
    /// How to run them.
    #[command(flatten)]
    pub options: Options,
    /// How many tasks to run at a time, each on a private display of its own
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: u16,
    /// Run only the K-th of N equal parts of the tasks
    #[arg(long, value_name = "K/N")]
    pub partition: Option<String>,
}

/// `sightstep do`.
#[derive(Debug, Args)]
pub struct DoArguments {
    /// The goal, written as steps
    pub goal: String,
    /// How to run it.
    #[command(flatten)]
    pub options: Options,
}

/// `sightstep check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Task files, folders of them, or names of tasks in tasks/ or tasks/examples/
    #[arg(required_unless_present = "schema", value_name = "TASK")]
    pub tasks: Vec<String>,
    /// Print the JSON Schema of task files instead
    #[arg(long)]
    pub schema: bool,
}

/// `sightstep read`.
#[derive(Debug, Args)]
pub struct ReadArguments {
    /// A PNG or JPEG picture
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub image: Option<PathBuf>,
    /// Read {"id","image"} lines from standard input and write one result a line
    #[arg(long)]
    pub jsonl: bool,
}

/// `sightstep ground`.
#[derive(Debug, Args)]
pub struct GroundArguments {
    /// A PNG or JPEG picture
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub image: Option<PathBuf>,
    /// What to find, such as "Click on the Save button"
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub instruction: Option<String>,
    /// Who looks: "reader"
    #[arg(long, value_name = "M", default_value = "reader")]
    pub model: String,
    /// Read {"id","image","instruction"} lines from standard input and write one result a line
    #[arg(long)]
    pub jsonl: bool,
}

/// `sightstep match`.
#[derive(Debug, Args)]
pub struct MatchArguments {
    /// A PNG or JPEG picture
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub image: Option<PathBuf>,
    /// The needle's JSON file; its PNG lies beside it
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl", value_name = "NEEDLE.json")]
    pub needle: Option<PathBuf>,
    /// Read {"id","image","needle"} lines from standard input and write one result a line
    #[arg(long)]
    pub jsonl: bool,
}

/// `sightstep verify`.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// The picture before the action
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub before: Option<PathBuf>,
    /// The picture after it
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub after: Option<PathBuf>,
    /// The action, as plans hold it
    #[arg(long, value_name = "JSON", required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub action: Option<String>,
    /// What should be seen: an expectation or a list of them; without it, what such an action implies
    #[arg(long, value_name = "JSON", conflicts_with = "jsonl")]
    pub expect: Option<String>,
    /// Read {"id","before","after","action","expect"?} lines from standard input and write one result a line
    #[arg(long)]
    pub jsonl: bool,
}
