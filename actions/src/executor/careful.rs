//! Leaving the desktop to a person who takes the mouse.

use std::time::Duration;

use async_trait::async_trait;

use super::Executor;
use super::failsafe::Hand;
use crate::error::ActError;
use crate::plan::{Action, Effect};
use crate::receipt::Receipt;
use crate::space::View;

/// The pointer must lie still for this long before a run goes on: a hand that reads or aims pauses for about a second.
pub const STILL: Duration = Duration::from_secs(2);

/// How often it is looked at whether it does.
const LOOK: Duration = Duration::from_millis(100);

/// An executor that does nothing while a person moves the mouse, nor what was planned before they did.
pub struct CarefulExecutor<E> {
    executor: E,
    hand: Hand,
}

impl<E: Executor> CarefulExecutor<E> {
    /// Watches this hand.
    pub fn new(executor: E, hand: Hand) -> Self {
        Self { executor, hand }
    }
}

/// Whether a person moved the pointer since the last action; waits until it is still.
async fn was_disturbed(hand: &Hand) -> bool {
    let was = hand.moved().is_some();
    while hand.moved().is_some_and(|moved| moved.elapsed() < STILL) {
        tokio::time::sleep(LOOK).await;
    }
    hand.forget();
    was
}

#[async_trait]
impl<E: Executor> Executor for CarefulExecutor<E> {
    async fn perform(&mut self, action: &Action, view: &View) -> Result<Receipt, ActError> {
        let is_looking = action.effect() == Effect::Looks;
        if !is_looking && was_disturbed(&self.hand).await {
            return Err(ActError::Disturbed);
        }
        self.executor.perform(action, view).await
    }

    async fn approach(&mut self, action: &Action, view: &View) -> Result<bool, ActError> {
        if self.hand.moved().is_some() {
            return Ok(false);
        }
        self.executor.approach(action, view).await
    }

    async fn release_all(&mut self) -> Result<(), ActError> {
        self.executor.release_all().await
    }
}
