//! What programs say of themselves: the elements of their windows, as an accessibility tree has them.

use serde::{Deserialize, Serialize};

use crate::element::{Role, State};
use crate::geometry::Rect;

/// One thing of a program, as the program describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// What it is.
    pub role: Role,
    /// What it is called.
    pub name: String,
    /// What it holds.
    pub value: Option<String>,
    /// Its states.
    pub state: State,
    /// Where it is, in frame pixels.
    #[serde(rename = "box")]
    pub area: Rect,
    /// The title of its window.
    pub window: String,
    /// How deep it lies in the tree: what lies in it lies deeper.
    pub depth: u32,
}
