//! `sightstep report`: a recording becomes a page, a folder of them an index.

use std::path::{Path, PathBuf};

use sightstep_tasks::recording::{EVENTS, Recording};

use super::Failure;
use super::arguments::ReportArguments;
use crate::exit::Exit;
use crate::report::movie::{self, MovieError};
use crate::report::page::{self, ListedRun};

/// The name of a recording's page inside its folder.
const PAGE: &str = "report.html";

/// The name of the page over a folder of recordings.
const INDEX: &str = "index.html";

/// `sightstep report`: writes the page and says where.
pub fn page(arguments: &ReportArguments) -> Result<Exit, Failure> {
    let run = &arguments.run;
    let runs = if run.join(EVENTS).exists() { Vec::new() } else { recordings(run) };
    if arguments.gif.is_some() || arguments.mp4.is_some() {
        return movies(arguments, !runs.is_empty());
    }
    let (name, html) = if runs.is_empty() {
        let recording = Recording::open(run).map_err(|e| Failure::usage(e.to_string()))?;
        (PAGE, page::page(&recording))
    } else {
        (INDEX, index(run, &runs)?)
    };
    let path = arguments.output.clone().unwrap_or_else(|| run.join(name));
    write(&path, &html)?;
    println!("{}", path.display());
    Ok(Exit::Done)
}

/// Writes what moves, and the page where one is named too.
fn movies(arguments: &ReportArguments, is_several: bool) -> Result<Exit, Failure> {
    if is_several {
        let folder = arguments.run.display();
        return Err(Failure::usage(format!(
            "{folder} is a folder of recordings\nhint: --gif and --mp4 take one of them"
        )));
    }
    let recording = Recording::open(&arguments.run).map_err(|e| Failure::usage(e.to_string()))?;
    let done = |path: &Path, written: Result<(), MovieError>| {
        let failure = |e: MovieError| {
            if e.is_environment() { Failure::environment(&e) } else { Failure::usage(e.to_string()) }
        };
        written.map_err(failure).map(|()| println!("{}", path.display()))
    };
    if let Some(path) = &arguments.gif {
        done(path, movie::gif(&recording, path))?;
    }
    if let Some(path) = &arguments.mp4 {
        done(path, movie::mp4(&recording, path))?;
    }
    if let Some(path) = &arguments.output {
        write(path, &page::page(&recording))?;
        println!("{}", path.display());
    }
    Ok(Exit::Done)
}

/// The recordings that are meant by a folder: itself, or those inside.
pub fn meant(folder: &Path) -> Vec<PathBuf> {
    let inside = if folder.join(EVENTS).exists() { Vec::new() } else { recordings(folder) };
    if inside.is_empty() { vec![folder.to_owned()] } else { inside }
}

/// The folders inside that hold a recording, by name.
fn recordings(folder: &Path) -> Vec<PathBuf> {
    let inside = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = inside.filter(|path| path.join(EVENTS).exists()).collect();
    found.sort();
    found
}

/// The index, with each recording's own page written into its folder.
fn index(folder: &Path, runs: &[PathBuf]) -> Result<String, Failure> {
    let mut listed = Vec::new();
    for run in runs {
        let recording = Recording::open(run);
        if let Ok(recording) = &recording {
            write(&run.join(PAGE), &page::page(recording))?;
        }
        let name = run.strip_prefix(folder).unwrap_or(run).to_string_lossy().into_owned();
        listed.push(ListedRun { name, recording });
    }
    Ok(page::index(&listed))
}

fn write(path: &Path, html: &str) -> Result<(), Failure> {
    std::fs::write(path, html)
        .map_err(|e| Failure::usage(format!("{} cannot be written: {e}\nhint: -o names another file", path.display())))
}
