//! The task files of a folder, for what runs them all.

use std::path::{Path, PathBuf};

/// The tasks of a folder, by name.
///
/// # Errors
/// What the system says of a folder that cannot be read.
pub fn tasks(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let paths = std::fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path()));
    let mut tasks: Vec<PathBuf> = paths.collect::<Result<_, _>>()?;
    tasks.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    tasks.sort();
    Ok(tasks)
}

/// What a task is called.
#[must_use]
pub fn name(task: &Path) -> String {
    task.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
