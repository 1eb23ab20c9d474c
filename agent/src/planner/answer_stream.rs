//! What a model says while it is still saying it, for whoever watches.

use std::sync::Arc;

type StreamListener = dyn Fn(&str) + Send + Sync;

/// Hears an answer as it grows. Clones tell the same listener.
#[derive(Clone, Default)]
pub struct AnswerStream(Option<Arc<StreamListener>>);

impl AnswerStream {
    /// Tells this listener.
    pub fn to(listener: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    /// The answer so far.
    pub fn say(&self, so_far: &str) {
        if let Some(listener) = &self.0 {
            listener(so_far);
        }
    }
}
