//! The desktop's menu: what programs are called and how they are started (the freedesktop.org desktop entries).

use std::path::{Path, PathBuf};

/// A program of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its English name.
    pub name: String,
    /// The file's name without its ending.
    pub id: String,
    /// Its command line, without the places for files.
    pub argv: Vec<String>,
}

/// All entries of these data folders.
pub(super) fn entries(folders: &[PathBuf]) -> Vec<Entry> {
    let files = folders.iter().filter_map(|folder| std::fs::read_dir(folder.join("applications")).ok()).flatten();
    let mut found: Vec<Entry> = files.flatten().filter_map(|file| entry(&file.path())).collect();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    found
}

/// The entry that a name means: by its name, its file, or the last part of its file's name; case does not count.
pub(super) fn find<'a>(entries: &'a [Entry], name: &str) -> Option<&'a Entry> {
    let name = name.to_lowercase();
    let same = |text: &str| text.to_lowercase() == name;
    let by = |matches: &dyn Fn(&&Entry) -> bool| entries.iter().find(matches);
    by(&|e| same(&e.name))
        .or_else(|| by(&|e| same(&e.id)))
        .or_else(|| by(&|e| e.id.rsplit('.').next().is_some_and(same)))
}

fn entry(path: &Path) -> Option<Entry> {
    let id = path.file_name()?.to_str()?.strip_suffix(".desktop")?.to_owned();
    let text = std::fs::read_to_string(path).ok()?;
    parse(&text).map(|(name, argv)| Entry { name, id, argv })
}

/// Name and command line of an entry's text.
fn parse(text: &str) -> Option<(String, Vec<String>)> {
    let main = text.split_once("[Desktop Entry]")?.1;
    let lines = main.lines().skip(1).take_while(|line| !line.starts_with('['));
    let (mut name, mut argv) = (None, None);
    for (key, value) in lines.filter_map(|line| line.split_once('=')) {
        match key.trim() {
            "Name" => name = Some(value.trim().to_owned()),
            "Exec" => argv = Some(words(value)),
            _ => {}
        }
    }
    Some((name?, argv.filter(|argv| !argv.is_empty())?))
}

/// The words of an `Exec` line: quoted or not, without the codes that stand for files and icons.
fn words(exec: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    let mut signs = exec.trim().chars();
    while let Some(c) = signs.next() {
        match c {
            '"' => {
                quoted = !quoted;
                any = true;
            }
            '\\' if quoted => word.extend(signs.next()),
            '%' if !quoted => word.extend(signs.next().filter(|next| *next == '%')),
            c if c.is_whitespace() && !quoted => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            c => word.push(c),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exec_lines_are_split() {
        let cases: [(&str, &[&str]); 5] = [
            ("mousepad %F", &["mousepad"]),
            ("sh -c \"echo \\\"a b\\\"\" %u", &["sh", "-c", "echo \"a b\""]),
            ("app --percent=5%% --icon %i", &["app", "--percent=5%", "--icon"]),
            ("app \"\"", &["app", ""]),
            ("", &[]),
        ];
        let wrong: Vec<_> = cases.iter().filter(|(exec, want)| words(exec) != *want).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn entries_are_found_by_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let applications = folder.path().join("applications");
        std::fs::create_dir(&applications).unwrap();
        let text =
            "[Desktop Entry]\nName=Text Editor\nName[de]=Editor\nExec=gedit %U\n[Desktop Action x]\nExec=other\n";
        std::fs::write(applications.join("org.gnome.gedit.desktop"), text).unwrap();
        std::fs::write(applications.join("broken.desktop"), "Name=x").unwrap();
        let all = entries(&[folder.path().to_owned()]);
        assert_eq!(all.len(), 1);
        for name in ["text editor", "Org.Gnome.Gedit", "gedit"] {
            assert_eq!(find(&all, name).map(|e| e.argv.clone()), Some(vec!["gedit".to_owned()]), "{name}");
        }
        assert_eq!(find(&all, "other"), None);
    }
}
