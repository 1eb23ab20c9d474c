//! The two networks of PP-OCR, loaded once and shared by every reader.

use std::path::Path;

use super::network::{Detection, Recognition};
use crate::weights::{self, WeightsError};

/// Detection and recognition of text, ready to run.
pub struct TextModels {
    pub(super) detection: Detection,
    pub(super) recognition: Recognition,
    /// The character of each class but the first, which is CTC's blank.
    pub(super) characters: Vec<String>,
}

impl TextModels {
    /// Checks and loads the weights in the folder.
    ///
    /// # Errors
    /// [`WeightsError`] naming the file that is absent, wrong or cannot be loaded.
    pub fn load(folder: &Path) -> Result<Self, WeightsError> {
        let [detection, recognition] = weights::verify(folder)?;
        let not_loaded = |path: &Path, reason| WeightsError::NotLoaded { path: path.to_owned(), reason };
        let (recognition, mut characters) =
            Recognition::open(&recognition).map_err(|reason| not_loaded(&recognition, reason))?;
        let detection = Detection::open(&detection).map_err(|reason| not_loaded(&detection, reason))?;
        // A class more than the file lists is the space.
        characters.push(" ".to_owned());
        Ok(Self { detection, recognition, characters })
    }
}

/// How many networks run beside each other: one a core, because nothing waits then.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Does `work` for every item, each on a free core, and gives the results in the items' order.
pub(super) fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let one_core = || {
        let mut done = Vec::new();
        while let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
            && let Some(item) = items.get(at)
        {
            done.push((at, work(item)));
        }
        done
    };
    let mut done = Vec::with_capacity(items.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores().min(items.len())).map(|_| scope.spawn(one_core)).collect();
        for thread in threads {
            done.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
