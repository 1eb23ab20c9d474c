//! The files that a run left in its work folder.

use std::path::Path;

/// How many are told by name.
const TOLD: usize = 6;

/// How deep folders are looked into: programs keep their own things deeper.
const DEEPEST: usize = 3;

/// "files: note.txt, docs/a.txt and 3 more"; nothing where there is none. What is hidden is a program's own.
pub(super) fn files(work: &Path) -> Option<String> {
    let mut found = Vec::new();
    collect(work, "", DEEPEST, &mut found);
    found.sort();
    let more = found.len().saturating_sub(TOLD);
    found.truncate(TOLD);
    let told = found.join(", ");
    match (told.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(format!("files: {told}")),
        (false, more) => Some(format!("files: {told} and {more} more")),
    }
}

fn collect(folder: &Path, before: &str, depth: usize, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        // A link may lead anywhere: it is told, not followed.
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        match (name.starts_with('.'), is_folder) {
            (true, _) => {}
            (false, true) if depth > 1 => collect(&entry.path(), &format!("{before}{name}/"), depth - 1, found),
            (false, true) => {}
            (false, false) => found.push(format!("{before}{name}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_is_told_and_what_is_hidden_is_not() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(files(folder.path()), None);
        std::fs::create_dir_all(folder.path().join("docs/.cache")).unwrap();
        for name in ["note.txt", "docs/a.txt", "docs/.cache/x", ".bashrc"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(files(folder.path()).as_deref(), Some("files: docs/a.txt, note.txt"));
        (0..8).for_each(|at| std::fs::write(folder.path().join(format!("b{at}")), "").unwrap());
        assert_eq!(files(folder.path()).as_deref(), Some("files: b0, b1, b2, b3, b4, b5 and 4 more"));
    }
}
