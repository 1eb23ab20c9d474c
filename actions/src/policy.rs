//! Policy: what may be done. It stands between the plan and the executor; nothing on the screen or in a model's words
//! can change it.
//!
//! Beside a task's own rules stand those of [`builtin`]: what ends a session or destroys a disk is refused unless the task
//! permits exactly that.

use std::collections::BTreeMap;

use crate::key::Key;
use crate::plan::Action;

mod builtin;
mod rule;
mod shell;

pub use rule::{Rule, RuleError};

use rule::is_harmless;

/// What may be done. What is denied stays denied; then what needs a person; then, where there is any, only what is
/// allowed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Policy {
    /// Where there is any, nothing else may be done (but looking, waiting, asking and finishing always may).
    pub allow: Vec<Rule>,
    /// This may not be done.
    pub deny: Vec<Rule>,
    /// A person is asked before this is done.
    pub confirm: Vec<Rule>,
    /// Secrets that may be typed into one field only: their names, and the field's label.
    pub fields: BTreeMap<String, String>,
}

/// What an action would meet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context<'a> {
    /// The title of the window that it would act on, where that is known.
    pub window: Option<&'a str>,
    /// What was typed before on the same line.
    pub line: String,
    /// Keys that are down.
    pub held: Vec<&'a str>,
}

impl Context<'_> {
    /// The keys that are down together when the action is done, if it presses any.
    fn chord(&self, action: &Action) -> Option<Vec<Key>> {
        let pressed = action.keys();
        if pressed.is_empty() || matches!(action, Action::KeyUp { .. }) {
            return None;
        }
        let held = self.held.iter().copied();
        Some(held.chain(pressed.iter().map(String::as_str)).filter_map(|name| name.parse().ok()).collect())
    }
}

/// Whether an action may be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permit {
    /// It may.
    Allowed,
    /// It may not.
    Refused {
        /// The rule that says so.
        rule: String,
    },
    /// A person has to say so.
    Confirm {
        /// The rule that says so.
        rule: String,
    },
}

impl Policy {
    /// Whether the action may be done.
    pub fn permit(&self, action: &Action, context: &Context<'_>) -> Permit {
        let means = |rule: &&Rule| rule.means(action, context);
        let first = |rules: &[Rule]| rules.iter().find(means).map(Rule::to_string);
        if let Some(rule) = first(&self.deny) {
            return Permit::Refused { rule };
        }
        let is_named = || self.allow.iter().chain(&self.confirm).any(|rule| rule.is_exact() && means(&rule));
        if let Some(rule) = builtin::refuses(action, context).filter(|_| !is_named()) {
            return Permit::Refused { rule };
        }
        if let Some(rule) = first(&self.confirm) {
            return Permit::Confirm { rule };
        }
        if self.allow.is_empty() || is_harmless(action) || first(&self.allow).is_some() {
            return Permit::Allowed;
        }
        Permit::Refused { rule: format!("\"{}\" is not in allow", action.name()) }
    }
}

#[cfg(test)]
mod tests;
