//! Which task files are meant by what was typed, and which part of them.

use std::path::{Path, PathBuf};

use super::Failure;

/// Where a task that is only named is looked for.
const PLACES: [&str; 3] = [".", "tasks", "tasks/examples"];

/// The files of all arguments, in order: a file, all of a folder's `*.toml`, or a name.
pub fn files(arguments: &[String]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for argument in arguments {
        let path = Path::new(argument);
        if path.is_dir() {
            found.extend(inside(path)?);
        } else {
            found.push(if path.exists() { path.to_owned() } else { named(argument)? });
        }
    }
    Ok(found)
}

fn inside(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |e: std::io::Error| Failure::usage(format!("{}: {e}", folder.display()));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            found.push(path);
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(Failure::usage(format!("{} holds no task file\nhint: task files end in .toml", folder.display())));
    }
    Ok(found)
}

fn named(name: &str) -> Result<PathBuf, Failure> {
    let candidates = PLACES.map(|place| Path::new(place).join(format!("{name}.toml")));
    candidates.into_iter().find(|path| path.is_file()).ok_or_else(|| {
        Failure::usage(format!(
            "there is no task file {name}, and no task of that name in {}\nhint: give the path of a .toml file",
            PLACES.join(", ")
        ))
    })
}

/// The K-th of N parts: every N-th file, so that parts are equal to one file.
pub fn part(files: Vec<PathBuf>, partition: Option<&str>) -> Result<Vec<PathBuf>, Failure> {
    let Some(written) = partition else { return Ok(files) };
    let parsed = written.split_once('/').and_then(|(k, n)| Some((k.parse::<usize>().ok()?, n.parse::<usize>().ok()?)));
    match parsed {
        Some((k, n)) if (1..=n).contains(&k) => Ok(files.into_iter().skip(k - 1).step_by(n).collect()),
        _ => Err(Failure::usage(format!(
            "--partition {written} is not a part\nhint: --partition 2/4 runs the second of four parts"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_every_file_once() {
        let files: Vec<PathBuf> = (0..7).map(|n| PathBuf::from(n.to_string())).collect();
        let mut all: Vec<PathBuf> =
            ["1/3", "2/3", "3/3"].iter().flat_map(|p| part(files.clone(), Some(p)).unwrap()).collect();
        all.sort();
        assert_eq!(all, files);
        assert_eq!(part(files.clone(), None).unwrap(), files);
    }

    #[test]
    fn what_is_no_part_is_refused() {
        for written in ["0/3", "4/3", "1/0", "x/2", "2", "1/2/3", ""] {
            assert!(part(vec![], Some(written)).is_err(), "{written:?}");
        }
    }

    #[test]
    fn folders_names_and_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.toml", "a.toml", "notes.md"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let given = |path: &Path| files(&[path.to_string_lossy().into_owned()]);
        assert_eq!(given(folder.path()).unwrap(), [folder.path().join("a.toml"), folder.path().join("b.toml")]);
        assert_eq!(given(&folder.path().join("b.toml")).unwrap(), [folder.path().join("b.toml")]);
        assert!(files(&["no-such-task".into()]).unwrap_err().to_string().contains("hint:"));
        let empty = tempfile::tempdir().unwrap();
        assert!(given(empty.path()).unwrap_err().to_string().contains("holds no task file"));
    }
}
