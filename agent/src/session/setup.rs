//! The set-up of a task: what is started and waited for before the goal.

use sightstep_actions::launch::Launcher;
use sightstep_tasks::check::{self, Check, Surroundings, command};
use sightstep_tasks::task::{Setup, Start, WaitFor};

use super::facts::RunFacts;

/// Does every step in order; the first that fails is told in a sentence.
pub(super) async fn all(
    steps: &[Setup],
    launcher: &Launcher,
    facts: &mut RunFacts<'_>,
    place: Surroundings<'_>,
) -> Result<(), String> {
    for (number, step) in (1..).zip(steps) {
        one(step, launcher, facts, place).await.map_err(|reason| format!("set-up step {number}: {reason}"))?;
    }
    Ok(())
}

async fn one(
    step: &Setup,
    launcher: &Launcher,
    facts: &mut RunFacts<'_>,
    place: Surroundings<'_>,
) -> Result<(), String> {
    let folder = step.folder.as_deref().unwrap_or(place.folder);
    match &step.start {
        Start::Launch(argv) => {
            let launcher = step.environment.iter().fold(launcher.clone().folder(folder), |launcher, (name, value)| {
                launcher.env(name.clone(), value.clone())
            });
            launcher.launch(argv).map(|_| ()).map_err(|e| e.to_string())?;
        }
        Start::Run(argv) => {
            let own = step.environment.iter().map(|(name, value)| (name.into(), value.into()));
            let environment: Vec<_> = place.environment.iter().cloned().chain(own).collect();
            check_exit(argv, command::run(argv, folder, &environment).await?)?;
        }
        Start::Nothing => {}
    }
    match &step.wait_for {
        Some(wait) => wait_for(wait, facts, place).await,
        None => Ok(()),
    }
}

fn check_exit(argv: &[String], done: command::Done) -> Result<(), String> {
    if done.exit == Some(0) {
        return Ok(());
    }
    let code = done.exit.map_or_else(|| "a signal".to_owned(), |code| format!("code {code}"));
    Err(format!("`{}` ended with {code}: {}", argv.join(" "), done.stderr.trim()))
}

async fn wait_for(wait: &WaitFor, facts: &mut RunFacts<'_>, place: Surroundings<'_>) -> Result<(), String> {
    let check = Check { within: wait.limit, ..wait.check.clone() };
    let checked = check::evaluate(&check, facts, place).await;
    if checked.holds {
        return Ok(());
    }
    Err(format!("within {} s it did not come about that {check}: {}", wait.limit.as_secs(), checked.seen))
}
