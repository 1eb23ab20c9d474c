//! Models of a hub: their ids, and where those that were fetched are kept, as other programs for them do.

use std::path::{Path, PathBuf};

use super::Environment;

/// A model's id, such as `ByteDance-Seed/UI-TARS-1.5-7B`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Id {
    owner: String,
    name: String,
}

impl Id {
    /// The id that this is, by its form.
    pub fn parse(written: &str) -> Option<Self> {
        let (owner, name) = written.split_once('/')?;
        let is_part = |part: &str| {
            let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            part.starts_with(|c: char| c.is_ascii_alphanumeric()) && part.chars().all(good) && !part.contains("..")
        };
        (is_part(owner) && is_part(name)).then(|| Self { owner: owner.to_owned(), name: name.to_owned() })
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// The folder that fetched models are kept in: one for each, with `refs`, `snapshots` and `blobs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store(PathBuf);

impl Store {
    /// The store that the environment names, or the usual one; none without a home folder.
    pub fn of(environment: Environment<'_>) -> Option<Self> {
        let folder = |name: &str| environment(name).filter(|path| !path.is_empty()).map(PathBuf::from);
        let cache = || folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
        let home = || folder("HF_HOME").or_else(|| Some(cache()?.join("huggingface")));
        folder("HF_HUB_CACHE").or_else(|| Some(home()?.join("hub"))).map(Self)
    }

    /// The folder of a model, whether it is there or not.
    pub fn folder(&self, id: &Id) -> PathBuf {
        self.0.join(format!("models--{}--{}", id.owner, id.name))
    }

    /// The newest fetched version of a model.
    pub fn find(&self, id: &Id) -> Option<PathBuf> {
        let folder = self.folder(id);
        let revision = std::fs::read_to_string(folder.join("refs/main")).ok()?;
        let revision = revision.trim();
        // The file is another program's: it must not lead elsewhere.
        let is_plain = !revision.is_empty() && revision.chars().all(|c| c.is_ascii_alphanumeric());
        Some(folder.join("snapshots").join(revision)).filter(|snapshot| is_plain && snapshot.is_dir())
    }

    /// The ids of all models that were fetched, with their newest version's folder.
    pub fn all(&self) -> Vec<(Id, PathBuf)> {
        let Ok(entries) = std::fs::read_dir(&self.0) else { return Vec::new() };
        let ids = entries.filter_map(|entry| id_of(&entry.ok()?.path()));
        let mut all: Vec<_> = ids.filter_map(|id| Some((self.find(&id)?, id))).map(|(path, id)| (id, path)).collect();
        all.sort_by_key(|(id, _)| id.to_string());
        all
    }
}

fn id_of(folder: &Path) -> Option<Id> {
    let (owner, name) = folder.file_name()?.to_str()?.strip_prefix("models--")?.split_once("--")?;
    Id::parse(&format!("{owner}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_two_plain_words() {
        for good in ["ByteDance-Seed/UI-TARS-1.5-7B", "a/b", "Qwen/Qwen2.5-VL-3B-Instruct"] {
            assert_eq!(Id::parse(good).map(|id| id.to_string()).as_deref(), Some(good));
        }
        for bad in ["a", "a/b/c", "/a", "a/", "../b", "./b", "a/..", "~/b", "a b/c", "a/b..c", "http://a"] {
            assert_eq!(Id::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_store_is_where_the_environment_says() {
        let at = |known: &'static [(&str, &str)]| {
            let look = |name: &str| known.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
            Store::of(&look).map(|store| store.0.display().to_string())
        };
        assert_eq!(at(&[("HOME", "/h")]).as_deref(), Some("/h/.cache/huggingface/hub"));
        assert_eq!(at(&[("HOME", "/h"), ("XDG_CACHE_HOME", "/c")]).as_deref(), Some("/c/huggingface/hub"));
        assert_eq!(at(&[("HF_HOME", "/f"), ("HOME", "/h")]).as_deref(), Some("/f/hub"));
        assert_eq!(at(&[("HF_HUB_CACHE", "/g"), ("HF_HOME", "/f")]).as_deref(), Some("/g"));
        assert_eq!(at(&[]), None);
    }

    #[test]
    fn a_fetched_model_is_found_and_a_crooked_reference_is_not_followed() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let store = Store(place.path().to_owned());
        let id = Id::parse("a/b").expect("an id");
        assert_eq!((store.find(&id), store.all()), (None, Vec::new()));
        let folder = store.folder(&id);
        let snapshot = folder.join("snapshots/0abc");
        std::fs::create_dir_all(&snapshot).expect("a folder");
        std::fs::create_dir_all(folder.join("refs")).expect("a folder");
        std::fs::write(folder.join("refs/main"), "0abc\n").expect("a file");
        assert_eq!(store.find(&id), Some(snapshot.clone()));
        assert_eq!(store.all(), vec![(id.clone(), snapshot)]);
        std::fs::write(folder.join("refs/main"), "../../..").expect("a file");
        assert_eq!(store.find(&id), None);
    }
}
