//! An executor that touches nothing: it gives back the receipts of a recording.

use std::collections::VecDeque;

use async_trait::async_trait;

use super::Executor;
use crate::error::ActError;
use crate::plan::Action;
use crate::receipt::Receipt;
use crate::space::View;

/// Gives back recorded receipts in their order and remembers what was asked for.
///
/// For replaying a recording without a display, and for tests of whatever drives an executor.
#[derive(Debug, Clone, Default)]
pub struct RecordedExecutor {
    receipts: VecDeque<Result<Receipt, ActError>>,
    approaches: VecDeque<bool>,
    held: usize,
    asked: Vec<(Action, View)>,
    releases: usize,
}

impl RecordedExecutor {
    /// An executor that has these receipts, or these errors, to give.
    pub fn new(receipts: impl IntoIterator<Item = Result<Receipt, ActError>>) -> Self {
        let receipts: VecDeque<_> = receipts.into_iter().collect();
        Self { held: receipts.len(), receipts, ..Self::default() }
    }

    /// The same, where before each of the actions the pointer was, or was not, brought to its place.
    #[must_use]
    pub fn with_approaches(mut self, approaches: impl IntoIterator<Item = bool>) -> Self {
        self.approaches = approaches.into_iter().collect();
        self
    }

    /// What was asked for, in order, whether there was a receipt for it or not.
    pub fn asked(&self) -> &[(Action, View)] {
        &self.asked
    }

    /// How often everything was released.
    pub fn releases(&self) -> usize {
        self.releases
    }
}

#[async_trait]
impl Executor for RecordedExecutor {
    async fn perform(&mut self, action: &Action, view: &View) -> Result<Receipt, ActError> {
        self.asked.push((action.clone(), *view));
        self.receipts.pop_front().unwrap_or(Err(ActError::NotRecorded { held: self.held }))
    }

    async fn approach(&mut self, _action: &Action, _view: &View) -> Result<bool, ActError> {
        Ok(self.approaches.pop_front().unwrap_or(false))
    }

    async fn release_all(&mut self) -> Result<(), ActError> {
        self.releases += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::{DesktopPoint, Size};

    #[tokio::test]
    async fn receipts_come_back_in_order_and_then_an_error() {
        let view = View { origin: DesktopPoint { x: 0, y: 0 }, size: Size { width: 10, height: 10 }, scale: 1.0 };
        let receipt = Receipt { method: "keys".into(), millis: 3.0, note: None };
        let mut executor = RecordedExecutor::new([Ok(receipt.clone()), Err(ActError::Stopped)]);
        let action = Action::Type { text: "a".into() };
        assert_eq!(executor.perform(&action, &view).await, Ok(receipt));
        assert_eq!(executor.perform(&Action::Screenshot, &view).await, Err(ActError::Stopped));
        assert_eq!(executor.perform(&action, &view).await, Err(ActError::NotRecorded { held: 2 }));
        assert_eq!(executor.asked().iter().map(|(a, _)| a.name()).collect::<Vec<_>>(), ["type", "screenshot", "type"]);
        executor.release_all().await.unwrap();
        assert_eq!(executor.releases(), 1);
    }
}
