//! Reading a checkpoint's JSON files, with errors that name the file and the field.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::EngineError;

/// The JSON in a file.
pub(crate) fn json(path: &Path) -> Result<Value, EngineError> {
    let text = text(path)?;
    serde_json::from_str(&text).map_err(|e| malformed(path, format!("not valid JSON: {e}")))
}

/// The JSON in a file that may be absent.
pub(crate) fn json_if_there(path: &Path) -> Result<Option<Value>, EngineError> {
    if path.exists() { json(path).map(Some) } else { Ok(None) }
}

/// The text in a file.
pub(crate) fn text(path: &Path) -> Result<String, EngineError> {
    std::fs::read_to_string(path).map_err(|e| EngineError::Unreadable { path: path.to_owned(), reason: e.to_string() })
}

fn malformed(path: &Path, reason: String) -> EngineError {
    EngineError::Malformed { path: path.to_owned(), reason }
}

/// The fields of a JSON object: looked up in several places, the first that has one counts.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    path: PathBuf,
    places: Vec<Value>,
}

impl Fields {
    pub fn new(path: &Path, value: Value) -> Self {
        Self { path: path.to_owned(), places: vec![value] }
    }

    /// The object that is this one's field; without fields where there is none.
    pub fn inner(&self, name: &str) -> Self {
        Self { path: self.path.clone(), places: vec![self.find(name).cloned().unwrap_or_default()] }
    }

    /// These fields, looked up in the object `name` first: older configurations have them one level up.
    pub fn inner_or_self(&self, name: &str) -> Self {
        let mut inner = self.inner(name);
        inner.places.extend(self.places.iter().cloned());
        inner
    }

    /// These fields, and those of the other object where these have none.
    pub fn inner_or(mut self, other: Self) -> Self {
        self.places.extend(other.places);
        self
    }

    fn find(&self, name: &str) -> Option<&Value> {
        self.places.iter().filter_map(|place| place.get(name)).find(|value| !value.is_null())
    }

    /// The field's value, if it is there.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, EngineError> {
        let Some(value) = self.find(name) else { return Ok(None) };
        let value = serde_json::from_value(value.clone());
        value.map(Some).map_err(|e| malformed(&self.path, format!("\"{name}\": {e}")))
    }

    /// The field's value, or what the reference implementation takes where it is absent.
    pub fn or<T: DeserializeOwned>(&self, name: &str, default: T) -> Result<T, EngineError> {
        Ok(self.get(name)?.unwrap_or(default))
    }

    /// The field's value, a number that divides and sizes: from 1 to 2^24.
    pub fn size(&self, name: &str, default: usize) -> Result<usize, EngineError> {
        match self.or(name, default)? {
            size @ 1..=0x100_0000 => Ok(size),
            size => Err(malformed(&self.path, format!("\"{name}\" cannot be {size}"))),
        }
    }

    /// Refuses the configuration for something that is asked for.
    pub fn unsupported(&self, what: String) -> EngineError {
        EngineError::Unsupported { path: self.path.clone(), what }
    }

    /// Refuses the configuration for a value that makes no sense.
    pub fn wrong(&self, reason: String) -> EngineError {
        malformed(&self.path, reason)
    }
}
