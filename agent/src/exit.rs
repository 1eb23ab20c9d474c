//! Exit codes, decided here and nowhere else.

use sightstep_tasks::recording::Outcome;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exit {
    /// 0: done, and all checks hold.
    Done,
    /// 1: not achieved: a check failed, the agent gave up, nothing was found.
    NotAchieved,
    /// 2: bad usage, or a task file with an error.
    Usage,
    /// 3: the environment failed: no display, no model, no permission.
    Environment,
    /// 4: stopped by a person or a limit.
    Stopped,
    /// 5: it needs a person.
    NeedsPerson,
}

impl Exit {
    /// The number that the system is told.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::NotAchieved => 1,
            Self::Usage => 2,
            Self::Environment => 3,
            Self::Stopped => 4,
            Self::NeedsPerson => 5,
        }
    }

    /// The gravest of several: what keeps a run from saying anything outweighs what it says.
    pub fn gravest(all: impl IntoIterator<Item = Self>) -> Self {
        let order = [Self::Usage, Self::Environment, Self::Stopped, Self::NeedsPerson, Self::NotAchieved];
        let all: Vec<Self> = all.into_iter().collect();
        order.into_iter().find(|exit| all.contains(exit)).unwrap_or(Self::Done)
    }
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::Done,
            Outcome::NotAchieved => Self::NotAchieved,
            Outcome::Failed => Self::Environment,
            Outcome::Stopped => Self::Stopped,
            Outcome::NeedsPerson => Self::NeedsPerson,
        }
    }
}

/// The table that `--help` shows.
pub const HELP: &str = "\
Exit codes:
  0  done, and all checks hold
  1  not achieved: a check failed, the agent gave up, nothing was found
  2  bad usage, or a task file with an error
  3  the environment failed: no display, no model, no permission
  4  stopped by a person or a limit
  5  needs a person
With several tasks the first of 2, 3, 4, 5, 1 that occurred.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_wins() {
        use Exit::{Done, Environment, NeedsPerson, NotAchieved, Stopped};
        let cases: [(&[Exit], Exit); 5] = [
            (&[], Done),
            (&[Done, Done], Done),
            (&[Done, NotAchieved], NotAchieved),
            (&[NotAchieved, NeedsPerson, Done], NeedsPerson),
            (&[Stopped, Environment, NotAchieved], Environment),
        ];
        let wrong: Vec<_> = cases.iter().filter(|(all, want)| Exit::gravest(all.iter().copied()) != *want).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn the_table_names_every_code() {
        for exit in [Exit::Done, Exit::NotAchieved, Exit::Usage, Exit::Environment, Exit::Stopped, Exit::NeedsPerson] {
            assert!(HELP.contains(&format!("\n  {}  ", exit.code())), "{exit:?}");
        }
    }
}
