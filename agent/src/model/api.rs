//! The APIs that carry a dialogue: chat completions of any server, and those of two vendors.

use sightstep_actions::dialect::Dialect;
use sightstep_actions::profile::Profile;

use super::{Environment, ModelError, Served};
use crate::planner::asking::Wire;
use crate::planner::endpoint::address::Base;
use crate::planner::endpoint::chat::{ChatModel, ChatWire};
use crate::planner::endpoint::client::{Client, KeyHeader, Settings};
use crate::planner::endpoint::error::EndpointError;
use crate::planner::endpoint::key::{self, Key};
use crate::planner::endpoint::picture::EncodedPicture;
use crate::planner::endpoint::{AnthropicWire, OpenAiWire, anthropic};

/// A connection, or why there is none.
type Connection = Result<Box<dyn Wire<EncodedPicture>>, EndpointError>;

/// An API.
#[derive(Debug)]
pub struct Api {
    /// The vendor that `--model VENDOR#NAME` names; any server's where there is none.
    pub vendor: Option<&'static str>,
    /// Makes the connection.
    pub wire: fn(Settings) -> Connection,
    /// What `--model` may be, in errors.
    example: &'static str,
    /// The variable that holds the vendor's key.
    key: &'static str,
    /// The variable that holds another address, as the vendor's own libraries call it.
    address: &'static str,
    /// The address.
    default: &'static str,
    /// The part of the path that the variable's address leaves out.
    below: Option<&'static str>,
    key_header: KeyHeader,
    headers: &'static [(&'static str, &'static str)],
}

/// Chat completions, at an address that the user names.
pub static CHAT: Api = Api {
    vendor: None,
    wire: |settings| {
        let model = settings.model.clone();
        Ok(Box::new(ChatWire(ChatModel::new(Client::new(settings)?, model))))
    },
    example: "http://127.0.0.1:8000/v1#MODEL",
    key: key::VARIABLE,
    address: "",
    default: "",
    below: None,
    key_header: KeyHeader::Bearer,
    headers: &[],
};

static VENDORS: [Api; 2] = [
    Api {
        vendor: Some("anthropic"),
        wire: |settings| Ok(Box::new(AnthropicWire::new(settings)?)),
        example: "anthropic#claude-sonnet-4-5",
        key: "ANTHROPIC_API_KEY",
        address: "ANTHROPIC_BASE_URL",
        default: "https://api.anthropic.com",
        below: Some("v1"),
        key_header: KeyHeader::ApiKey,
        headers: anthropic::HEADERS,
    },
    Api {
        vendor: Some("openai"),
        wire: |settings| Ok(Box::new(OpenAiWire::new(settings)?)),
        example: "openai#computer-use-preview",
        key: "OPENAI_API_KEY",
        address: "OPENAI_BASE_URL",
        default: "https://api.openai.com/v1",
        below: None,
        key_header: KeyHeader::Bearer,
        headers: &[],
    },
];

impl Api {
    /// The API of a vendor.
    pub fn of_vendor(name: &str) -> Option<&'static Self> {
        VENDORS.iter().find(|api| api.vendor == Some(name))
    }

    /// The vendors' names.
    pub fn vendors() -> impl Iterator<Item = &'static str> {
        VENDORS.iter().filter_map(|api| api.vendor)
    }

    /// Whether a profile is that of a vendor's own API, which chat completions cannot speak.
    pub fn is_vendors(profile: &Profile) -> bool {
        matches!(profile.dialect, Dialect::Anthropic | Dialect::OpenAi)
    }

    /// The vendor's model of this name.
    ///
    /// # Errors
    /// [`ModelError`] when there is no name, or the environment's address or key cannot be used.
    pub fn served(&'static self, model: &str, environment: Environment<'_>) -> Result<Served, ModelError> {
        let vendor = self.vendor.unwrap_or_default();
        if model.trim().is_empty() {
            return Err(ModelError::NoName { vendor, example: self.example });
        }
        Ok(Served { api: self, settings: self.settings(model, environment)?, profile: Profile::named(vendor)? })
    }

    /// The vendor's address and key, as the environment has them.
    ///
    /// # Errors
    /// [`ModelError`] when they cannot be used.
    pub fn settings(&self, model: &str, environment: Environment<'_>) -> Result<Settings, ModelError> {
        let written = environment(self.address).filter(|url| !url.trim().is_empty());
        let base = Base::parse(written.as_deref().unwrap_or(self.default).trim())
            .map_err(|source| ModelError::Variable { variable: self.address, source })?;
        let base = self.below.map_or_else(|| base.clone(), |part| base.below(part));
        let key = Key::from_environment(&[key::VARIABLE, self.key], environment)?;
        let settings = Settings::new(base, model.trim().to_owned(), key);
        Ok(Settings { key_header: self.key_header, headers: self.headers.to_vec(), ..settings })
    }
}
