//! Who plans, as `--model` names it, and the planner that it becomes for a task.

use std::fmt;
use std::path::PathBuf;

use sightstep_actions::nearest::{did_you_mean, nearest};
use sightstep_actions::profile::{Profile, ProfileError};
use sightstep_engine::{EngineError, LoadOptions};
use sightstep_tasks::task::ResolvedTask;

use crate::cached_reader::{CachedReader, QuestionAnswerer};
use crate::planner::answer_stream::AnswerStream;
use crate::planner::asking::AskingPlanner;
use crate::planner::dialogue::{Dialogue, Goal};
use crate::planner::endpoint::address::{Address, AddressError, Base};
use crate::planner::endpoint::client::Settings;
use crate::planner::endpoint::error::EndpointError;
use crate::planner::endpoint::key::{self, Key, KeyError};
use crate::planner::endpoint::picture::EncodedPicture;
use crate::planner::question_answerer::AskingAnswerer;
use crate::planner::reader::{GoalError, ReaderPlanner};
use crate::planner::{Follower, Planner};
use api::Api;

mod api;
mod finder;
pub mod hub;
mod intact;
mod local;
pub mod pull;

pub use finder::Finder;
pub use local::Local;
pub(crate) use local::spoken as spoken_in_process;

/// The profile of a model whose family is not known: Sightstep's own words.
const UNKNOWN_FAMILY: &str = "sightstep";

/// What recordings call chat completions.
pub const CHAT_WIRE: &str = "chat";

/// What recordings call the engine in this process.
pub const ENGINE_WIRE: &str = "engine";

/// Looks up a variable of the environment.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The program's own folder in the user's cache; none without a home folder.
fn cache(environment: Environment<'_>) -> Option<PathBuf> {
    let folder = |name: &str| environment(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let cache = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))?;
    Some(cache.join("sightstep"))
}

/// Who plans.
#[derive(Debug, Clone)]
pub enum Model {
    /// The reader, which needs no model but those that read text.
    Reader,
    /// A model behind a server.
    Served(Box<Served>),
    /// A model in this process.
    Local(Local),
}

/// A model behind a server.
#[derive(Debug, Clone)]
pub struct Served {
    /// The API that carries the dialogue.
    api: &'static Api,
    /// Where and how it is asked.
    settings: Settings,
    /// How it is spoken to.
    profile: &'static Profile,
}

/// A `--model` or `--profile` that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// It is none.
    #[error(
        "there is no model \"{written}\"{}\n\
         hint: --model takes reader, box, a checkpoint's folder, OWNER/NAME of the hub, http://127.0.0.1:PORT/v1#NAME,\n\
         https://HOST/v1#NAME, anthropic#NAME or openai#NAME",
        did_you_mean(nearest.as_deref())
    )]
    Unknown {
        /// What was written.
        written: String,
        /// The name that is most like it.
        nearest: Option<String>,
    },
    /// There is no such folder.
    #[error("there is no folder {folder}\nhint: --model takes the folder of a checkpoint, with config.json in it")]
    NoFolder {
        /// What was written.
        folder: String,
    },
    /// There is no folder to unpack the model in the box in.
    #[error("no folder for the model is known: neither XDG_CACHE_HOME nor HOME is set\nhint: set XDG_CACHE_HOME")]
    NoCache,
    /// A model of the hub that is not on this machine.
    #[error("the model {id} is not on this machine\nhint: sightstep models pull {id} fetches it")]
    NotFetched {
        /// Its id.
        id: String,
    },
    /// The checkpoint cannot be used.
    #[error(transparent)]
    Checkpoint(Box<EngineError>),
    /// A vendor without a model's name.
    #[error("{vendor} names no model\nhint: add it behind a #, as in {example}")]
    NoName {
        /// Which one.
        vendor: &'static str,
        /// What would do.
        example: &'static str,
    },
    /// The address cannot be used.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The address in a variable cannot be used.
    #[error("{variable}: {source}")]
    Variable {
        /// The variable.
        variable: &'static str,
        /// What is wrong with it.
        source: AddressError,
    },
    /// The key cannot be sent.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// There is no such profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The model is not spoken to in profiles, or not in this one.
    #[error("--profile {profile} does not go with --model {model}\nhint: {hint}")]
    ProfileMisplaced {
        /// The profile.
        profile: String,
        /// The model.
        model: String,
        /// What would do.
        hint: &'static str,
    },
}

/// Why there is no planner for a task.
#[derive(Debug, thiserror::Error)]
pub enum NoPlanner {
    /// The reader does not understand the goal.
    #[error(transparent)]
    Goal(#[from] GoalError),
    /// No request can be made.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The model cannot be loaded.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl Model {
    /// The model that `written` names, spoken to as `profile` says where its name does not tell; `options` say how a
    /// model in this process is loaded.
    ///
    /// # Errors
    /// [`ModelError`] when there is no such model, or it cannot be spoken to like that.
    pub fn named(
        written: &str,
        profile: Option<&str>,
        options: &LoadOptions,
        environment: Environment<'_>,
    ) -> Result<Self, ModelError> {
        let (first, name) = written.split_once('#').unwrap_or((written, ""));
        if first.contains("://") {
            return Ok(Self::Served(Box::new(served(written, profile, environment)?)));
        }
        let model = match Api::of_vendor(first) {
            Some(api) => Self::Served(Box::new(api.served(name, environment)?)),
            None if written == "reader" => Self::Reader,
            None => {
                if let Some(local) = Local::named(written, profile, options, environment)? {
                    return Ok(Self::Local(local));
                }
                let nearest = nearest(first, Api::vendors().chain(["reader", "box"])).map(str::to_owned);
                return Err(ModelError::Unknown { written: written.to_owned(), nearest });
            }
        };
        match profile {
            None => Ok(model),
            Some(profile) => {
                Err(misplaced(profile, written, "leave --profile out: there is one way to speak to this model"))
            }
        }
    }

    /// The planner for a task; `answer_stream` hears a model's answers as they grow.
    ///
    /// # Errors
    /// [`NoPlanner`] when the goal is not understood, or no request can be made.
    pub fn planner(
        &self,
        task: &ResolvedTask,
        cached_reader: &CachedReader,
        answer_stream: &AnswerStream,
    ) -> Result<Box<dyn Planner>, NoPlanner> {
        Ok(self.follower(task, cached_reader, answer_stream)?)
    }

    /// The same planner, for being asked about what others did.
    ///
    /// # Errors
    /// As [`Self::planner`].
    pub fn follower(
        &self,
        task: &ResolvedTask,
        cached_reader: &CachedReader,
        answer_stream: &AnswerStream,
    ) -> Result<Box<dyn Follower>, NoPlanner> {
        let goal = || Goal { told: task.told_goal(), secrets: task.secrets.clone() };
        Ok(match self {
            Self::Reader => Box::new(ReaderPlanner::new(&task.goal, &task.inputs, cached_reader.clone())?),
            Self::Served(served) => {
                Box::new(served.planner(Dialogue::new(served.profile.clone(), goal()).heard_by(answer_stream.clone()))?)
            }
            Self::Local(local) => Box::new(local.planner(goal(), answer_stream.clone())?),
        })
    }

    /// How a model is spoken to; nothing for the reader, who is not.
    pub fn profile(&self) -> Option<&str> {
        match self {
            Self::Reader => None,
            Self::Served(served) => Some(served.profile.name),
            Self::Local(local) => Some(local.profile()),
        }
    }

    /// What carries the dialogue to a model, as recordings name it.
    pub fn wire(&self) -> Option<&str> {
        match self {
            Self::Reader => None,
            Self::Served(served) => Some(served.api.vendor.unwrap_or(CHAT_WIRE)),
            Self::Local(_) => Some(ENGINE_WIRE),
        }
    }

    /// The model as one that answers questions about a picture; a vendor's API only ever acts.
    pub fn answerer(&self) -> Option<Box<dyn QuestionAnswerer>> {
        match self {
            Self::Reader => None,
            Self::Served(served) if served.api.vendor.is_some() => None,
            Self::Served(served) => {
                let wire = (served.api.wire)(served.settings.clone()).ok()?;
                Some(Box::new(AskingAnswerer::new(wire, served.profile.clone())))
            }
            Self::Local(local) => local.answerer().map(|answerer| -> Box<dyn QuestionAnswerer> { Box::new(answerer) }),
        }
    }

    /// The key that must not be seen in anything that is written.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Reader | Self::Local(_) => None,
            Self::Served(served) => served.settings.key.as_ref()?.secret(),
        }
    }
}

impl Served {
    /// A planner that asks only where in a picture something is.
    ///
    /// # Errors
    /// [`EndpointError`] when no request can be made.
    pub fn finder(&self, instruction: &str) -> Result<AskingPlanner<EncodedPicture>, EndpointError> {
        let goal = Goal { told: instruction.to_owned(), ..Goal::default() };
        self.planner(Dialogue::grounding(self.profile.clone(), goal))
    }

    fn planner(&self, dialogue: Dialogue<EncodedPicture>) -> Result<AskingPlanner<EncodedPicture>, EndpointError> {
        Ok(AskingPlanner::new((self.api.wire)(self.settings.clone())?, dialogue))
    }
}

/// How to ask the server that `written` names, an address or a vendor, for what it serves.
///
/// # Errors
/// [`ModelError`] when it names none.
pub fn server(written: &str, environment: Environment<'_>) -> Result<Settings, ModelError> {
    let (first, _) = written.split_once('#').unwrap_or((written, ""));
    match Api::of_vendor(first) {
        Some(api) => api.settings("", environment),
        None => {
            let key = Key::from_environment(&[key::VARIABLE], environment)?;
            Ok(Settings::new(Base::parse(first)?, String::new(), key))
        }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reader => f.write_str("reader"),
            Self::Local(local) => local.fmt(f),
            Self::Served(served) => match (served.api.vendor, &served.settings) {
                (Some(vendor), settings) => write!(f, "{vendor}#{}", settings.model),
                (None, settings) => write!(f, "{}#{}", settings.base, settings.model),
            },
        }
    }
}

/// A model at an address.
fn served(written: &str, profile: Option<&str>, environment: Environment<'_>) -> Result<Served, ModelError> {
    let Address { base, model } = Address::parse(written)?;
    let profile = match profile {
        Some(name) => Profile::named(name)?,
        None => profile_of(&model)?,
    };
    if Api::is_vendors(profile) {
        let hint = "it is spoken by --model anthropic#NAME and --model openai#NAME, which have APIs of their own";
        return Err(misplaced(profile.name, written, hint));
    }
    let key = Key::from_environment(&[key::VARIABLE], environment)?;
    Ok(Served { api: &api::CHAT, settings: Settings::new(base, model, key), profile })
}

/// The profile that a model's name tells, or Sightstep's own words.
fn profile_of(model: &str) -> Result<&'static Profile, ProfileError> {
    if let Some(profile) = Profile::for_model(model).filter(|profile| !Api::is_vendors(profile)) {
        return Ok(profile);
    }
    tracing::warn!("\"{model}\" is of no known family: it is asked in Sightstep's own words (--profile names another)");
    Profile::named(UNKNOWN_FAMILY)
}

fn misplaced(profile: &str, model: &str, hint: &'static str) -> ModelError {
    ModelError::ProfileMisplaced { profile: profile.to_owned(), model: model.to_owned(), hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(name: &str) -> Option<String> {
        let known = [
            ("OPENAI_API_KEY", "sk-openai-1"),
            ("ANTHROPIC_API_KEY", "sk-ant-1"),
            ("ANTHROPIC_BASE_URL", "http://127.0.0.1:9"),
        ];
        known.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    fn said(written: &str, profile: Option<&str>) -> String {
        match Model::named(written, profile, &LoadOptions::default(), &environment) {
            Ok(Model::Served(served)) => {
                let Served { api, settings, profile } = *served;
                let vendor = api.vendor.unwrap_or("chat");
                format!("{vendor} {} at {} as {}, {:?}", settings.model, settings.base, profile.name, settings.key)
            }
            Ok(Model::Reader) => "reader".to_owned(),
            Ok(Model::Local(local)) => format!("{local:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn models_are_named() {
        let url = "http://127.0.0.1:8000/v1";
        let cases = [
            ("reader", None, "reader"),
            (
                "http://[::1]:8000/v1#UI-TARS-1.5-7B",
                None,
                "chat UI-TARS-1.5-7B at http://[::1]:8000/v1 as ui-tars-1.5, None",
            ),
            ("http://127.0.0.1:8000/v1#m", None, "chat m at http://127.0.0.1:8000/v1 as sightstep, None"),
            ("https://h/v1#claude-x", None, "chat claude-x at https://h/v1 as sightstep, None"),
            ("https://h/v1#m", Some("qwen3-vl"), "chat m at https://h/v1 as qwen3-vl, None"),
            (
                "anthropic#claude-opus-4-5",
                None,
                "anthropic claude-opus-4-5 at http://127.0.0.1:9/v1 as anthropic, Some(Key(from ANTHROPIC_API_KEY))",
            ),
            ("openai#m", None, "openai m at https://api.openai.com/v1 as openai, Some(Key(from OPENAI_API_KEY))"),
            ("openai", None, "openai names no model\nhint: add it behind a #, as in openai#computer-use-preview"),
            ("anthropic#", None, "anthropic names no model"),
            ("readr", None, "there is no model \"readr\" (did you mean \"reader\"?)"),
            ("reader#m", None, "there is no model \"reader#m\""),
            (url, None, "http://127.0.0.1:8000/v1 names no model"),
            ("http://example.org/v1#m", None, "example.org is another machine"),
            ("reader", Some("qwen3-vl"), "--profile qwen3-vl does not go with --model reader"),
            ("https://h/v1#m", Some("anthropic"), "--profile anthropic does not go with"),
            ("https://h/v1#m", Some("quen3-vl"), "there is no model profile \"quen3-vl\""),
        ];
        let wrong: Vec<_> = cases
            .iter()
            .map(|(written, profile, want)| (said(written, *profile), want))
            .filter(|(got, want)| !got.starts_with(**want))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
