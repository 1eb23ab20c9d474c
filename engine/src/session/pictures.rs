//! Encoded pictures, kept for when they are shown again: the screen of a step is in the prompts of the next ones.

use std::collections::VecDeque;

use crate::model::tower::Features;

/// Pictures that are kept: more than any profile shows at a time.
const KEPT: usize = 8;

/// The pictures that were used last.
#[derive(Default)]
pub(crate) struct Pictures {
    /// By the digest of their pixels, the one used last at the end.
    kept: VecDeque<(u128, Features)>,
}

impl Pictures {
    /// A picture's features, if they are kept.
    pub fn get(&mut self, digest: u128) -> Option<Features> {
        let place = self.kept.iter().position(|(kept, _)| *kept == digest)?;
        let found = self.kept.remove(place)?;
        self.kept.push_back(found.clone());
        Some(found.1)
    }

    /// How many are kept.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Keeps a picture's features and forgets those that were used least lately.
    pub fn keep(&mut self, digest: u128, features: Features) {
        self.kept.push_back((digest, features));
        if self.kept.len() > KEPT {
            self.kept.pop_front();
        }
    }
}
