//! Performing actions: the trait, and the receipt that says what was really done.
//!
//! [`DesktopExecutor`] drives a real desktop, [`CarefulExecutor`] leaves it to a person who takes the mouse, and
//! [`RecordedExecutor`] gives back what a recording holds.

mod abandoned;
mod aim;
mod careful;
mod desktop;
mod failsafe;
mod mouse;
mod prepared;
mod recorded;
mod worker;

pub use crate::error::ActError;
pub use crate::receipt::Receipt;
pub use abandoned::release_abandoned;
pub use aim::Aim;
pub use careful::CarefulExecutor;
pub use desktop::DesktopExecutor;
pub use failsafe::{Hand, PointerWatch};
pub use recorded::RecordedExecutor;

use async_trait::async_trait;

use crate::plan::Action;
use crate::space::View;

/// Performs actions, one at a time.
#[async_trait]
pub trait Executor: Send {
    /// Performs one action whose points are pixels of the screenshot that `view` places on the desktop.
    ///
    /// Dropping the future stops the action where it is and releases every key and button.
    ///
    /// # Errors
    /// [`ActError`] when the action cannot be done; nothing has moved where the action itself is at fault.
    async fn perform(&mut self, action: &Action, view: &View) -> Result<Receipt, ActError>;

    /// Moves the pointer to where the action would press a button, and says whether it had to: what hovering shows can
    /// be seen before the action that way, and told from the action's own effect.
    ///
    /// # Errors
    /// [`ActError`] when the action cannot be done.
    async fn approach(&mut self, action: &Action, view: &View) -> Result<bool, ActError>;

    /// Lets go of every key and button that is down, whoever pressed it.
    ///
    /// # Errors
    /// [`ActError::Lost`] when the desktop no longer answers.
    async fn release_all(&mut self) -> Result<(), ActError>;
}
