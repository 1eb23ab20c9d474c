//! Who plans, as `--model` names it, and the planner that it becomes for a task.

use std::fmt;

use sightstep_actions::dialect::Dialect;
use sightstep_actions::profile::{Profile, ProfileError};
use sightstep_tasks::task::ResolvedTask;

use crate::eyes::Eyes;
use crate::planner::Planner;
use crate::planner::dialogue::Goal;
use crate::planner::endpoint::address::{Address, AddressError, Base};
use crate::planner::endpoint::chat::ChatModel;
use crate::planner::endpoint::client::{Client, KeyHeader, Settings};
use crate::planner::endpoint::error::EndpointError;
use crate::planner::endpoint::key::{self, Key, KeyError};
use crate::planner::endpoint::{AnthropicPlanner, EndpointPlanner, OpenAiPlanner, anthropic, openai};
use crate::planner::reader::{GoalError, ReaderPlanner};

/// The profile of a model whose family is not known: Sightstep's own words.
const UNKNOWN_FAMILY: &str = "sightstep";

/// Who plans.
#[derive(Debug, Clone)]
pub enum Model {
    /// The reader, which needs no model but those that read text.
    Reader,
    /// A model behind an OpenAI-compatible server.
    Endpoint {
        /// Where and how it is asked.
        settings: Settings,
        /// How it is spoken to.
        profile: &'static Profile,
    },
    /// A model of Anthropic's API, through its computer tool.
    Anthropic(Settings),
    /// A model of OpenAI's API, through its computer tool.
    OpenAi(Settings),
}

/// A `--model` or `--profile` that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// It is none.
    #[error(
        "there is no model \"{written}\"{}\n\
         hint: reader; http://127.0.0.1:PORT/v1#NAME or https://HOST/v1#NAME; anthropic#NAME; openai#NAME",
        sightstep_actions::nearest::did_you_mean(nearest.as_deref())
    )]
    Unknown {
        /// What was written.
        written: String,
        /// The name that is most like it.
        nearest: Option<String>,
    },
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
}

/// A vendor's own API.
struct Vendor {
    name: &'static str,
    example: &'static str,
    key: &'static str,
    address: &'static str,
    default: &'static str,
    key_header: KeyHeader,
    headers: &'static [(&'static str, &'static str)],
}

const ANTHROPIC: Vendor = Vendor {
    name: "anthropic",
    example: "anthropic#claude-sonnet-4-5",
    key: "ANTHROPIC_API_KEY",
    address: "ANTHROPIC_BASE_URL",
    default: "https://api.anthropic.com",
    key_header: KeyHeader::ApiKey,
    headers: anthropic::HEADERS,
};

const OPENAI: Vendor = Vendor {
    name: "openai",
    example: "openai#computer-use-preview",
    key: "OPENAI_API_KEY",
    address: "OPENAI_BASE_URL",
    default: "https://api.openai.com/v1",
    key_header: KeyHeader::Bearer,
    headers: &[],
};

/// Looks up a variable of the environment.
type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Vendor {
    /// The API's address and key as the environment has them.
    fn settings(&self, model: &str, environment: Environment<'_>) -> Result<Settings, ModelError> {
        let written = environment(self.address).filter(|url| !url.trim().is_empty());
        let base = Base::parse(written.as_deref().unwrap_or(self.default))
            .map_err(|source| ModelError::Variable { variable: self.address, source })?;
        let base = if self.name == ANTHROPIC.name { base.below("v1") } else { base };
        let key = Key::from_environment(&[key::VARIABLE, self.key], environment)?;
        let settings = Settings::new(base, model.to_owned(), key);
        Ok(Settings { key_header: self.key_header, headers: self.headers.to_vec(), ..settings })
    }
}

impl Model {
    /// The model that `written` names, spoken to as `profile` says where its name does not tell.
    ///
    /// # Errors
    /// [`ModelError`] when there is no such model, or it cannot be spoken to like that.
    pub fn named(written: &str, profile: Option<&str>, environment: Environment<'_>) -> Result<Self, ModelError> {
        let model = match written.split_once('#').unwrap_or((written, "")) {
            ("reader", "") => Self::Reader,
            ("anthropic", name) => Self::Anthropic(named(name, &ANTHROPIC)?.settings(name, environment)?),
            ("openai", name) => Self::OpenAi(named(name, &OPENAI)?.settings(name, environment)?),
            (base, _) if base.contains("://") => return Self::endpoint(written, profile, environment),
            (name, _) => {
                let nearest = sightstep_actions::nearest::nearest(name, ["reader", ANTHROPIC.name, OPENAI.name]);
                return Err(ModelError::Unknown { written: written.to_owned(), nearest: nearest.map(str::to_owned) });
            }
        };
        match profile {
            None => Ok(model),
            Some(profile) => Err(ModelError::ProfileMisplaced {
                profile: profile.to_owned(),
                model: written.to_owned(),
                hint: "leave --profile out: this planner has one way to be spoken to",
            }),
        }
    }

    fn endpoint(written: &str, profile: Option<&str>, environment: Environment<'_>) -> Result<Self, ModelError> {
        let Address { base, model } = Address::parse(written)?;
        let profile = match profile {
            Some(name) => Profile::named(name)?,
            None => profile_of(&model)?,
        };
        if is_vendors(profile) {
            return Err(ModelError::ProfileMisplaced {
                profile: profile.name.to_owned(),
                model: written.to_owned(),
                hint: "it is spoken by --model anthropic#NAME and --model openai#NAME, which have APIs of their own",
            });
        }
        let key = Key::from_environment(&[key::VARIABLE], environment)?;
        Ok(Self::Endpoint { settings: Settings::new(base, model, key), profile })
    }

    /// The planner for a task.
    ///
    /// # Errors
    /// [`NoPlanner`] when the goal is not understood, or no request can be made.
    pub fn planner(&self, task: &ResolvedTask, eyes: &Eyes) -> Result<Box<dyn Planner>, NoPlanner> {
        let goal = || Goal { told: task.told_goal(), secrets: task.secrets.clone() };
        Ok(match self {
            Self::Reader => Box::new(ReaderPlanner::new(&task.goal, &task.inputs, eyes.clone())?),
            Self::Endpoint { settings, profile } => Box::new(EndpointPlanner::new(
                ChatModel::new(Client::new(settings.clone())?, settings.model.clone()),
                (*profile).clone(),
                goal(),
            )),
            Self::Anthropic(settings) => Box::new(AnthropicPlanner::new(settings.clone(), goal())?),
            Self::OpenAi(settings) => Box::new(OpenAiPlanner::new(settings.clone(), goal())?),
        })
    }

    /// The key that must not be seen in anything that is written.
    pub fn key(&self) -> Option<&str> {
        self.settings()?.key.as_ref()?.secret()
    }

    fn settings(&self) -> Option<&Settings> {
        match self {
            Self::Reader => None,
            Self::Endpoint { settings, .. } | Self::Anthropic(settings) | Self::OpenAi(settings) => Some(settings),
        }
    }
}

/// A client of the server that `written` names: an address, or a vendor.
///
/// # Errors
/// [`ModelError`] when it names none.
pub fn server(written: &str, environment: Environment<'_>) -> Result<Settings, ModelError> {
    match written.split('#').next().unwrap_or_default() {
        "anthropic" => ANTHROPIC.settings("", environment),
        "openai" => OPENAI.settings("", environment),
        base => {
            let key = Key::from_environment(&[key::VARIABLE], environment)?;
            Ok(Settings::new(Base::parse(base)?, String::new(), key))
        }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reader => f.write_str("reader"),
            Self::Endpoint { settings, .. } => write!(f, "{}#{}", settings.base, settings.model),
            Self::Anthropic(settings) => write!(f, "anthropic#{}", settings.model),
            Self::OpenAi(settings) => write!(f, "openai#{}", settings.model),
        }
    }
}

fn named<'a>(name: &str, vendor: &'a Vendor) -> Result<&'a Vendor, ModelError> {
    match name.trim() {
        "" => Err(ModelError::NoName { vendor: vendor.name, example: vendor.example }),
        _ => Ok(vendor),
    }
}

/// The profile that a model's name tells, or Sightstep's own words.
fn profile_of(model: &str) -> Result<&'static Profile, ProfileError> {
    match Profile::for_model(model).filter(|profile| !is_vendors(profile)) {
        Some(profile) => Ok(profile),
        None => {
            tracing::warn!(
                "\"{model}\" is of no known family: it is asked in Sightstep's own words (--profile names another)"
            );
            Profile::named(UNKNOWN_FAMILY)
        }
    }
}

/// Whether a profile is that of a vendor's own API, which chat completions cannot speak.
fn is_vendors(profile: &Profile) -> bool {
    matches!(profile.dialect, Dialect::Anthropic | Dialect::OpenAi)
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
        match Model::named(written, profile, &environment) {
            Ok(Model::Endpoint { settings, profile }) => {
                format!("{}#{} as {}, key {:?}", settings.base, settings.model, profile.name, settings.key)
            }
            Ok(Model::Anthropic(s)) => format!("anthropic {} at {}, key {:?}", s.model, s.base, s.key),
            Ok(Model::OpenAi(s)) => format!("openai {} at {}, key {:?}", s.model, s.base, s.key),
            Ok(Model::Reader) => "reader".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn models_are_named() {
        let url = "http://127.0.0.1:8000/v1";
        let cases = [
            ("reader", None, "reader"),
            (
                "http://127.0.0.1:8000/v1#UI-TARS-1.5-7B",
                None,
                "http://127.0.0.1:8000/v1#UI-TARS-1.5-7B as ui-tars-1.5, key None",
            ),
            ("http://127.0.0.1:8000/v1#m", None, "http://127.0.0.1:8000/v1#m as sightstep, key None"),
            ("https://h/v1#claude-x", None, "https://h/v1#claude-x as sightstep, key None"),
            ("http://127.0.0.1:8000/v1#m", Some("qwen3-vl"), "http://127.0.0.1:8000/v1#m as qwen3-vl, key None"),
            (
                "anthropic#claude-opus-4-5",
                None,
                "anthropic claude-opus-4-5 at http://127.0.0.1:9/v1, key Some(Key(from ANTHROPIC_API_KEY))",
            ),
            (
                "openai#computer-use-preview",
                None,
                "openai computer-use-preview at https://api.openai.com/v1, key Some(Key(from OPENAI_API_KEY))",
            ),
            ("openai", None, "openai names no model\nhint: add it behind a #, as in openai#computer-use-preview"),
            ("anthropic#", None, "anthropic names no model"),
            ("readr", None, "there is no model \"readr\"; did you mean \"reader\"?"),
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
