//! From what was written to validated objects, with placeholders filled in on the way.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use sightstep_actions::policy::{Policy, Rule};

use super::error::Problem;
use super::expand::Expander;
use super::locate::{Key, KeyPath};
use super::raw::{RawDetailed, RawInput, RawLimits, RawPolicy, RawScreen, RawSetup, RawTask, RawWaitFor};
use super::{Limits, Place, ResolvedTask, ScreenChoice, Secrets, Setup, Start, WaitFor, parse_size};
use crate::check::Check;

mod check;

/// For how long a set-up step waits where it does not say; Chromium on a cold disk takes 5 s.
const WAIT: f64 = 30.0;

/// A day, in seconds: longer is a slip of the pen, and must not overflow a clock.
const LONGEST: f64 = 86_400.0;

/// Fills in and validates.
pub struct Builder<'a> {
    /// What placeholders stand for.
    pub expander: &'a Expander,
    /// What relative paths are relative to.
    pub work_dir: &'a Path,
}

/// The field at this path is wrong.
pub(super) fn problem(path: &[Key], message: impl Into<String>, hint: impl Into<String>) -> Problem {
    Problem { path: path.to_vec(), message: message.into(), hint: hint.into() }
}

/// A path with one more key.
pub(super) fn below(path: &[Key], key: impl Into<Key>) -> KeyPath {
    path.iter().cloned().chain([key.into()]).collect()
}

impl Builder<'_> {
    /// The whole task.
    pub fn task(&self, raw: &RawTask) -> Result<ResolvedTask, Problem> {
        if raw.goal.trim().is_empty() {
            return Err(problem(&["goal".into()], "the goal is empty", "say what is to be done, as steps"));
        }
        self.text(&raw.goal, &["goal".into()])?;
        inputs(raw)?;
        Ok(ResolvedTask {
            goal: raw.goal.clone(),
            inputs: self.expander.values.clone(),
            secrets: self.secrets(),
            screen: raw.screen.as_ref().map(|s| self.screen(s)).transpose()?,
            setup: self.each(&raw.setup, "setup", Self::setup)?,
            limits: limits(raw.limits.as_ref())?,
            policy: Policy { fields: fields(raw), ..raw.policy.as_ref().map(policy).transpose()?.unwrap_or_default() },
            checks: self.each(&raw.check, "check", Self::check)?,
            teardown: self.each(&raw.teardown, "teardown", |b, step, at| b.argv(&step.run, &below(at, "run")))?,
        })
    }

    fn secrets(&self) -> Secrets {
        let named = self.expander.secret.iter().filter_map(|n| Some((n.clone(), self.expander.values.get(n)?.clone())));
        Secrets::new(named)
    }

    fn each<T, U>(
        &self,
        all: &[T],
        name: &str,
        build: impl Fn(&Self, &T, &[Key]) -> Result<U, Problem>,
    ) -> Result<Vec<U>, Problem> {
        all.iter().enumerate().map(|(at, raw)| build(self, raw, &[name.into(), at.into()])).collect()
    }

    fn text(&self, template: &str, path: &[Key]) -> Result<String, Problem> {
        self.expander.expand(template).map_err(|bad| problem(path, bad.message, bad.hint))
    }

    fn argv(&self, words: &[String], path: &[Key]) -> Result<Vec<String>, Problem> {
        if words.first().is_none_or(String::is_empty) {
            return Err(problem(path, "the command line is empty", "write it as [\"program\", \"argument\"]"));
        }
        words.iter().enumerate().map(|(at, word)| self.text(word, &below(path, at))).collect()
    }

    fn screen(&self, raw: &RawScreen) -> Result<ScreenChoice, Problem> {
        let at = |key: &str| vec!["screen".into(), key.into()];
        let place = match (&raw.sandbox, &raw.display) {
            (Some(_), Some(_)) => {
                return Err(problem(
                    &at("display"),
                    "a screen is either a sandbox or a display",
                    "keep one of the two",
                ));
            }
            (Some(size), None) => {
                let size = self.text(size, &at("sandbox"))?;
                let (width, height) = parse_size(&size).map_err(|e| split(&at("sandbox"), &e.to_string()))?;
                Place::Sandbox(width, height)
            }
            (None, Some(name)) => Place::Display(self.text(name, &at("display"))?),
            (None, None) => Place::Session,
        };
        if raw.monitor.is_some() && raw.region.is_some() {
            return Err(problem(&at("region"), "a screen is either a monitor or a region", "keep one of the two"));
        }
        if raw.monitor == Some(0) {
            return Err(problem(&at("monitor"), "monitors are counted from 1", "`sightstep doctor` lists them"));
        }
        let region = raw.region.map(|r| area(r, &at("region"))).transpose()?;
        let locale = raw.locale.as_ref().map(|name| self.locale(name, &at("locale"))).transpose()?;
        Ok(ScreenChoice { place, monitor: raw.monitor, region, locale })
    }

    fn locale(&self, name: &str, path: &[Key]) -> Result<String, Problem> {
        let name = self.text(name, path)?;
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.@-".contains(c));
        if is_name { Ok(name) } else { Err(problem(path, "it is no locale", "write one such as \"de_DE.UTF-8\"")) }
    }

    fn setup(&self, raw: &RawSetup, path: &[Key]) -> Result<Setup, Problem> {
        let start = match (&raw.launch, &raw.run) {
            (Some(_), Some(_)) => {
                let hint = "write two [[setup]] steps";
                return Err(problem(&below(path, "run"), "one step either launches or runs", hint));
            }
            (Some(argv), None) => Start::Launch(self.argv(argv, &below(path, "launch"))?),
            (None, Some(argv)) => Start::Run(self.argv(argv, &below(path, "run"))?),
            (None, None) if raw.wait_for.is_some() => Start::Nothing,
            (None, None) => {
                let hint = "give it launch = [\"program\"], run = [\"command\"] or wait_for = { text = \"…\" }";
                return Err(problem(path, "the step does nothing", hint));
            }
        };
        let wait_for = raw.wait_for.as_ref().map(|w| self.wait_for(w, &below(path, "wait_for"))).transpose()?;
        if start == Start::Nothing && (raw.cwd.is_some() || !raw.env.is_empty()) {
            let hint = "give it launch = [\"program\"] or run = [\"command\"]";
            return Err(problem(path, "env and cwd are those of a program, and none is started", hint));
        }
        let variable = |(name, value): (&String, &String)| {
            Ok((name.clone(), self.text(value, &below(&below(path, "env"), name.as_str()))?))
        };
        let environment = raw.env.iter().map(variable).collect::<Result<_, _>>()?;
        let folder = raw.cwd.as_ref().map(|folder| self.text(folder, &below(path, "cwd"))).transpose()?;
        Ok(Setup { start, environment, folder: folder.map(|folder| self.work_dir.join(folder)), wait_for })
    }

    fn wait_for(&self, raw: &RawWaitFor, path: &[Key]) -> Result<WaitFor, Problem> {
        let limit = seconds(raw.seconds, WAIT, &below(path, "seconds"))?;
        let check = self.awaited(raw, path)?;
        Ok(WaitFor { check, limit })
    }

    fn awaited(&self, raw: &RawWaitFor, path: &[Key]) -> Result<Check, Problem> {
        let filled =
            |name: &str, text: &Option<String>| text.as_ref().map(|t| self.text(t, &below(path, name))).transpose();
        let needle = raw.image.as_ref().map(|n| self.needle(n, &below(path, "image"))).transpose()?;
        let mut all: Vec<Check> = Vec::new();
        all.extend(filled("text", &raw.text)?.map(Check::text));
        all.extend(filled("window", &raw.window)?.map(Check::window));
        all.extend(needle.map(Check::image));
        all.extend(filled("file", &raw.file)?.map(|file| Check::file_exists(self.work_dir.join(file))));
        all.extend(raw.port.map(Check::port));
        match <[Check; 1]>::try_from(all) {
            Ok([check]) => Ok(check),
            Err(_) => {
                let message = "it needs exactly one of text, window, image, file and port";
                Err(problem(path, message, "such as { text = \"Untitled\" }"))
            }
        }
    }
}

fn inputs(raw: &RawTask) -> Result<(), Problem> {
    for (name, input) in &raw.inputs {
        let path: KeyPath = vec!["inputs".into(), name.as_str().into()];
        if ["work_dir", "task_dir"].contains(&name.as_str()) {
            return Err(problem(&path, "every task has this name already", "choose another name"));
        }
        if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return Err(problem(&path, "a name is letters, digits and _", "choose a name such as user_name"));
        }
        if let RawInput::Detailed(detailed) = input
            && detailed.env.is_some() == detailed.value.is_some()
        {
            let hint = "write { env = \"NAME\", secret = true } or { value = \"…\", secret = true }";
            return Err(problem(&path, "it needs exactly one of env and value", hint));
        }
        if let RawInput::Detailed(RawDetailed { secret: false, field: Some(_), .. }) = input {
            let hint = "add secret = true; only secrets are tied to a field";
            return Err(problem(&below(&path, "field"), "it is not a secret", hint));
        }
    }
    Ok(())
}

fn limits(raw: Option<&RawLimits>) -> Result<Limits, Problem> {
    let Some(raw) = raw else { return Ok(Limits::default()) };
    let none =
        |key: &str| problem(&["limits".into(), key.into()], "a limit is at least 1", "leave it out for the default");
    let limits = Limits {
        steps: raw.steps.unwrap_or(Limits::default().steps),
        seconds: raw.seconds.unwrap_or(Limits::default().seconds),
    };
    match limits {
        Limits { steps: 0, .. } => Err(none("steps")),
        Limits { seconds: 0, .. } => Err(none("seconds")),
        Limits { seconds, .. } if seconds as f64 > LONGEST => {
            Err(problem(&["limits".into(), "seconds".into()], "that is more than a day", "86400 is the most"))
        }
        limits => Ok(limits),
    }
}

fn policy(raw: &RawPolicy) -> Result<Policy, Problem> {
    let rules = |key: &str, written: &[String]| -> Result<Vec<Rule>, Problem> {
        let parse = |(at, text): (usize, &String)| {
            text.parse::<Rule>().map_err(|e| split(&["policy".into(), key.into(), at.into()], &e.to_string()))
        };
        written.iter().enumerate().map(parse).collect()
    };
    Ok(Policy {
        allow: rules("allow", &raw.allow)?,
        deny: rules("deny", &raw.deny)?,
        confirm: rules("confirm", &raw.confirm)?,
        fields: BTreeMap::new(),
    })
}

/// The secrets that are tied to a field, and its label.
fn fields(raw: &RawTask) -> BTreeMap<String, String> {
    let tied = |(name, input): (&String, &RawInput)| match input {
        RawInput::Detailed(RawDetailed { field: Some(field), .. }) => Some((name.clone(), field.clone())),
        _ => None,
    };
    raw.inputs.iter().filter_map(tied).collect()
}

/// A problem from another error's text, whose last line may be its hint.
fn split(path: &[Key], said: &str) -> Problem {
    let (message, hint) = said.split_once("\nhint: ").unwrap_or((said, "see the manual"));
    problem(path, message, hint)
}

/// A rectangle that holds at least a pixel.
fn area(region: [i32; 4], path: &[Key]) -> Result<[i32; 4], Problem> {
    if region[2] <= 0 || region[3] <= 0 {
        return Err(problem(path, "the region is empty", "write [x, y, width, height] in pixels"));
    }
    Ok(region)
}

fn seconds(written: Option<f64>, default: f64, path: &[Key]) -> Result<Duration, Problem> {
    let seconds = written.unwrap_or(default);
    if !(0.0..=LONGEST).contains(&seconds) {
        return Err(problem(path, "that is not a time", "write seconds, from 0 to 86400"));
    }
    Ok(Duration::from_secs_f64(seconds))
}
