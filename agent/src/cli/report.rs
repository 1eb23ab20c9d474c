//! `sightstep report`: a recording becomes a page.

use sightstep_tasks::recording::Recording;

use super::Failure;
use super::arguments::ReportArguments;
use crate::exit::Exit;

/// `sightstep report`: writes the page and says where.
pub fn page(arguments: &ReportArguments) -> Result<Exit, Failure> {
    let recording = Recording::open(&arguments.run).map_err(|e| Failure::usage(e.to_string()))?;
    let path = arguments.output.clone().unwrap_or_else(|| arguments.run.join("report.html"));
    let written = std::fs::write(&path, crate::page::page(&recording));
    written.map_err(|e| {
        Failure::usage(format!("{} cannot be written: {e}\nhint: -o names another file", path.display()))
    })?;
    println!("{}", path.display());
    Ok(Exit::Done)
}
