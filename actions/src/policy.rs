//! Policy: what may be done. It stands between the plan and the executor; nothing on the screen or in a model's words
//! can change it.

use std::fmt;
use std::str::FromStr;

use wildmatch::WildMatch;

use crate::key::{Chord, Key};
use crate::nearest::{did_you_mean, nearest};
use crate::plan::Action;

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

/// Which actions are meant: `open`, `key:alt+f4`, `text:*rm -rf*`, `app:*term*`.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    written: String,
    meaning: Meaning,
}

#[derive(Debug, Clone, PartialEq)]
enum Meaning {
    /// Every action of this name.
    Action(&'static str),
    /// This chord, however it is pressed.
    Key(Chord),
    /// Typed text like this.
    Text(WildMatch),
    /// Opening a program like this.
    App(WildMatch),
}

/// A rule that means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// It names no action.
    #[error(
        "the rule \"{written}\" names no action{}\n\
         hint: a rule is an action's name, key:CHORD, text:PATTERN or app:PATTERN; * stands for anything",
        did_you_mean(nearest.as_deref())
    )]
    Unknown {
        /// What was written.
        written: String,
        /// The nearest action.
        nearest: Option<String>,
    },
    /// Its chord means nothing.
    #[error("the rule \"{written}\": {reason}")]
    Key {
        /// What was written.
        written: String,
        /// What is wrong with the chord, with its hint.
        reason: String,
    },
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(written: &str) -> Result<Self, RuleError> {
        let meaning = match written.split_once(':') {
            Some(("key", chord)) => Meaning::Key(
                chord.parse().map_err(|e| RuleError::Key { written: written.to_owned(), reason: format!("{e}") })?,
            ),
            Some(("text", pattern)) => Meaning::Text(WildMatch::new(pattern)),
            Some(("app", pattern)) => Meaning::App(WildMatch::new_case_insensitive(pattern)),
            _ => Meaning::Action(action(written)?),
        };
        Ok(Self { written: written.to_owned(), meaning })
    }
}

fn action(written: &str) -> Result<&'static str, RuleError> {
    Action::NAMES.into_iter().find(|name| *name == written).ok_or_else(|| RuleError::Unknown {
        written: written.to_owned(),
        nearest: nearest(written, Action::NAMES).map(str::to_owned),
    })
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl Rule {
    /// Whether the action is meant.
    pub fn means(&self, action: &Action) -> bool {
        match (&self.meaning, action) {
            (Meaning::Action(name), action) => action.name() == *name,
            (Meaning::Key(chord), Action::Key { keys } | Action::HoldKey { keys, .. }) => {
                let keys: Vec<Key> = keys.iter().filter_map(|name| name.parse().ok()).collect();
                chord.same_keys(&keys)
            }
            (Meaning::Text(pattern), Action::Type { text }) => pattern.matches(text),
            (Meaning::App(pattern), Action::Open { app }) => pattern.matches(app),
            _ => false,
        }
    }
}

impl Policy {
    /// Whether the action may be done.
    pub fn permit(&self, action: &Action) -> Permit {
        let first = |rules: &[Rule]| rules.iter().find(|rule| rule.means(action)).map(Rule::to_string);
        if let Some(rule) = first(&self.deny) {
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

/// Touches nothing.
fn is_harmless(action: &Action) -> bool {
    matches!(action, Action::Wait { .. } | Action::Screenshot | Action::Ask { .. } | Action::Finish { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(written: &[&str]) -> Vec<Rule> {
        written.iter().map(|rule| rule.parse().unwrap()).collect()
    }

    fn key(keys: &[&str]) -> Action {
        Action::Key { keys: keys.iter().map(|k| (*k).to_owned()).collect() }
    }

    fn text(text: &str) -> Action {
        Action::Type { text: text.into() }
    }

    fn app(app: &str) -> Action {
        Action::Open { app: app.into() }
    }

    #[test]
    fn rules_mean_actions() {
        let cases = [
            ("open", app("xterm"), true),
            ("open", text("open"), false),
            ("key:alt+f4", key(&["alt", "f4"]), true),
            ("key:Alt+F4", key(&["f4", "alt"]), true),
            ("key:alt+f4", key(&["alt"]), false),
            ("key:alt+f4", key(&["ctrl", "alt", "f4"]), false),
            ("text:*rm -rf*", text("sudo rm -rf /\n"), true),
            ("text:*rm -rf*", text("rm file"), false),
            ("app:*term*", app("XTerm"), true),
            ("app:xterm", app("mousepad"), false),
        ];
        let wrong: Vec<_> =
            cases.iter().filter(|(rule, action, want)| rules(&[*rule])[0].means(action) != *want).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn deny_outweighs_confirm_outweighs_allow() {
        let policy = Policy {
            allow: rules(&["type", "open", "key"]),
            deny: rules(&["app:xterm"]),
            confirm: rules(&["open", "key:alt+f4"]),
        };
        let wait = Action::Wait { seconds: 1.0 };
        assert_eq!(policy.permit(&app("xterm")), Permit::Refused { rule: "app:xterm".into() });
        assert_eq!(policy.permit(&app("mousepad")), Permit::Confirm { rule: "open".into() });
        assert_eq!(policy.permit(&text("a")), Permit::Allowed);
        assert_eq!(policy.permit(&key(&["enter"])), Permit::Allowed);
        assert_eq!(policy.permit(&wait), Permit::Allowed);
        let scroll = Action::Scroll { at: None, direction: crate::plan::Direction::Up, ticks: 1 };
        assert!(matches!(policy.permit(&scroll), Permit::Refused { .. }));
        assert_eq!(Policy::default().permit(&scroll), Permit::Allowed);
    }

    #[test]
    fn rules_that_mean_nothing_say_what_is_near() {
        let said = |rule: &str| rule.parse::<Rule>().unwrap_err().to_string();
        assert!(said("clik").contains("did you mean \"click\"?") && said("clik").contains("hint:"));
        assert!(said("key:alt+f99").contains("f99"));
        assert!(said("file:x").contains("names no action"));
    }
}
