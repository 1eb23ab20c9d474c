//! The list of cases with which we disagree on purpose, each with its reason.

use std::error::Error;
use std::path::Path;

use serde::Deserialize;

use super::Case;

/// The list.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Waivers {
    #[serde(default)]
    waiver: Vec<Waiver>,
    #[serde(default)]
    not_ours: Vec<NotOurs>,
}

/// Cases of one cause.
#[derive(Debug, Clone, Deserialize)]
pub struct Waiver {
    /// The upstream functions.
    functions: Vec<String>,
    /// What the input, as JSON, contains: one of these.
    contains: Vec<String>,
    /// Why we are right to disagree.
    pub reason: String,
    /// How many cases it was needed for.
    #[serde(skip)]
    pub used: usize,
}

/// An upstream function for something that Sightstep does not have.
#[derive(Debug, Clone, Deserialize)]
pub struct NotOurs {
    functions: Vec<String>,
    /// Why there is nothing to compare.
    #[allow(dead_code, reason = "for whoever reads the list")]
    reason: String,
}

impl Waivers {
    /// Reads the list.
    ///
    /// # Errors
    /// When the file cannot be read or is no list.
    pub fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        Ok(toml::from_str(&std::fs::read_to_string(path)?)?)
    }

    /// Whether there is nothing of this function to compare.
    pub fn is_not_ours(&self, function: &str) -> bool {
        self.not_ours.iter().any(|entry| entry.functions.iter().any(|name| name == function))
    }

    /// Whether the list excuses a case.
    pub fn waive(&mut self, case: &Case) -> bool {
        let input = case.input.to_string();
        let excuses = |waiver: &&mut Waiver| {
            waiver.functions.contains(&case.function) && waiver.contains.iter().any(|part| input.contains(part))
        };
        let found = self.waiver.iter_mut().find(excuses);
        found.map(|waiver| waiver.used += 1).is_some()
    }

    /// All waivers, with how often each was needed.
    pub fn all(&self) -> &[Waiver] {
        &self.waiver
    }
}
