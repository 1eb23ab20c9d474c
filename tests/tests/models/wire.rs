//! The wire to a model's server: what is sent, what comes back, and everything that can go wrong on it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod errors;
mod requests;
mod time;

use std::time::Duration;

use sightstep::planner::asking::Answer;
use sightstep::planner::endpoint::address::Base;
use sightstep::planner::endpoint::chat::{ChatModel, Listener, Message, Part, Request, Role};
use sightstep::planner::endpoint::client::{Client, KeyHeader, Settings};
use sightstep::planner::endpoint::error::EndpointError;
use sightstep::planner::endpoint::key::Key;
use sightstep::planner::endpoint::patience::ServerPatience;
use sightstep::planner::endpoint::picture::EncodedPicture;
use sightstep::planner::endpoint::retry::Backoff;
use sightstep_actions::space::Size;
use sightstep_tests::server::ScriptedServer;

/// The key of these tests. No error may hold it.
const KEY: &str = "sk-secret-0123456789";

/// Hears everything, and has enough at these words.
#[derive(Default)]
struct Ear {
    heard: String,
    begun: u32,
    enough: Option<&'static str>,
}

impl Listener for Ear {
    fn begin(&mut self) {
        self.begun += 1;
        self.heard.clear();
    }

    fn hear(&mut self, delta: &str) -> bool {
        self.heard.push_str(delta);
        self.enough.is_some_and(|words| self.heard.contains(words))
    }
}

/// Short, so that a test of a time-out takes no time; long enough for a busy machine to send the next part.
fn patience() -> ServerPatience {
    ServerPatience {
        connect: Duration::from_secs(2),
        first_token: Duration::from_secs(5),
        next_token: Duration::from_secs(5),
        whole: Duration::from_secs(15),
    }
}

/// The default's tries without its waits.
fn backoff() -> Backoff {
    Backoff { first: Duration::from_millis(2), ..Backoff::default() }
}

fn settings(url: &str) -> Settings {
    Settings {
        base: Base::parse(&format!("{url}/v1")).unwrap(),
        model: "m".into(),
        key: Key::from_environment(&["KEY"], &|_| Some(KEY.to_owned())).unwrap(),
        key_header: KeyHeader::Bearer,
        headers: vec![],
        patience: patience(),
        backoff: backoff(),
    }
}

fn model(settings: Settings) -> ChatModel {
    ChatModel::new(Client::new(settings).unwrap(), "m".into())
}

fn request() -> Request {
    let size = Size { width: 1, height: 1 };
    let image =
        Part::Image(EncodedPicture { media_type: "image/png", base64: "AAAA".into(), size, digest: "d".into() });
    Request {
        messages: vec![
            Message { role: Role::System, parts: vec![Part::Text("You act.".into())] },
            Message { role: Role::User, parts: vec![Part::Text("Look:".into()), image] },
            Message { role: Role::Assistant, parts: vec![Part::Text("click(1,2)".into())] },
        ],
        temperature: 0.0,
        top_p: None,
        max_tokens: 512,
    }
}

/// Asks once with what these tests usually ask.
async fn asked(server: &ScriptedServer) -> Result<Answer, EndpointError> {
    model(settings(&server.url())).answer(&request(), &mut Ear::default()).await
}
