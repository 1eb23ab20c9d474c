//! Performing actions: the trait, and the receipt that says what was really done.
//!
//! [`DesktopExecutor`] drives a real desktop, [`CarefulExecutor`] leaves it to a person who takes the mouse, and
//! [`RecordedExecutor`] gives back what a recording holds.

mod aim;
mod careful;
mod deed;
mod desktop;
pub(crate) mod enigo;
mod error;
mod hands;
mod mouse;
mod recorded;
mod stop;
mod worker;

pub use aim::Aim;
pub use careful::CarefulExecutor;
pub use desktop::DesktopExecutor;
pub use error::ActError;
pub use recorded::RecordedExecutor;

pub(crate) use aim::Rest;
pub(crate) use error::lost;
pub(crate) use hands::{Hands, Motion};
pub(crate) use stop::Stop;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

/// What was really done for one action.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    /// How: `mouse`, `keys`, `spawn`, `none`.
    pub method: String,
    /// Milliseconds from start to end.
    pub millis: f64,
    /// Anything a person should know.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}
