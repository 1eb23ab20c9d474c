//! The command line: what is typed, what is done, how the program ends.

use std::fmt;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::exit::Exit;
use arguments::{Arguments, CheckArguments, Command};

mod arguments;
mod ask;
mod compare;
mod doctor;
mod image;
mod inspect;
mod kept;
mod lines;
mod models;
mod protocol;
mod record;
mod recording;
mod replay;
mod report;
mod run;
mod tasks;

/// Why a command could not be done, in words for a person.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    said: String,
}

impl Failure {
    fn usage(said: String) -> Self {
        Self { exit: Exit::Usage, said }
    }

    fn environment(error: &dyn std::error::Error) -> Self {
        Self { exit: Exit::Environment, said: error.to_string() }
    }

    fn not_found(error: &dyn std::error::Error) -> Self {
        Self { exit: Exit::NotAchieved, said: error.to_string() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said)
    }
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    start_log(arguments.verbose);
    release_at_panics();
    let exit = command(arguments.command).unwrap_or_else(|failure| {
        eprintln!("{} {failure}", console::style("error:").red().bold().for_stderr());
        failure.exit
    });
    ExitCode::from(exit.code())
}

/// A panic ends the released program at once (`panic = "abort"`): what is held is let go before.
fn release_at_panics() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        tell(panic);
        sightstep_actions::executor::release_abandoned();
    }));
}

fn command(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Run(arguments) => run::files(&arguments),
        Command::Do(arguments) => run::goal(&arguments),
        Command::Replay(arguments) => replay::recordings(&arguments),
        Command::Record(arguments) => record::person(&arguments),
        Command::Recording(command) => recording::command(&command),
        Command::Report(arguments) => report::page(&arguments),
        Command::Check(arguments) => check(&arguments),
        Command::Read(arguments) => image::read(&arguments),
        Command::Inspect(arguments) => inspect::inspect(&arguments),
        Command::Ground(arguments) => image::ground_in(&arguments),
        Command::Models(arguments) => models::models(&arguments),
        Command::Parse(arguments) => protocol::parse(&arguments),
        Command::Resize(arguments) => protocol::resize(&arguments),
        Command::Prompt(arguments) => protocol::prompt(&arguments),
        Command::Ask(arguments) => ask::ask(&arguments),
        Command::Match(arguments) => compare::needle_in(&arguments),
        Command::Verify(arguments) => compare::verdict(&arguments),
        Command::Doctor => Ok(doctor::look()),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Arguments::command(), "sightstep", &mut std::io::stdout());
            Ok(Exit::Done)
        }
    }
}

/// `sightstep check`: every file's errors, not only the first's.
fn check(arguments: &CheckArguments) -> Result<Exit, Failure> {
    if arguments.schema {
        println!("{:#}", sightstep_tasks::task::schema());
        return Ok(Exit::Done);
    }
    let mut exit = Exit::Done;
    for path in tasks::files(&arguments.tasks)? {
        match run::load(&path) {
            Ok(_) => println!("{}: ok", path.display()),
            Err(failure) => {
                eprintln!("{} {failure}", console::style("error:").red().bold().for_stderr());
                exit = failure.exit;
            }
        }
    }
    Ok(exit)
}

fn start_log(verbose: u8) {
    let level = match verbose {
        // A bus that has gone with its sandbox is no news.
        0 => "warn,zbus=off",
        1 => "sightstep=info,warn,zbus=off",
        _ => "sightstep=debug,info,zbus=off",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("SIGHTSTEP_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    let colours = console::colors_enabled_stderr();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(colours)
        .without_time()
        .init();
}
