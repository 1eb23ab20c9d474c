//! The planner that asks a vision-language model, whatever carries the dialogue to it.

use std::time::Duration;

use async_trait::async_trait;
use sightstep_actions::dialect::{Dialect, ParseError};
use sightstep_actions::plan::Plan;
use sightstep_actions::space::Size;
use sightstep_engine::EngineError;
use sightstep_tasks::recording::Exchange;
use sightstep_tasks::recording::millis;
use sightstep_vision::frame::Frame;

use super::dialogue::Dialogue;
use super::endpoint::error::EndpointError;
use super::{Follower, NoPlan, Planner, PlannerError, Proposal};
use crate::excerpt::shortened;
use crate::observation::{Done, Observation};

/// How often a model is asked again for an answer that is a plan.
const ASKED_AGAIN: u32 = 3;

/// By how much its chance grows each time: at the same one, a greedy model says the same again.
const WARMER: f64 = 0.3;

/// What is shown to a model.
pub trait Shown: Send + Sync {
    /// The digest of the frame that it shows.
    fn digest(&self) -> &str;

    /// The size in which the model sees it.
    fn size(&self) -> Size;
}

/// What carries a dialogue to a model: a server's API, or an engine of our own. `P` is a picture as it sends one.
#[async_trait]
pub trait Wire<P>: Send {
    /// A frame as it is shown to the model, best in this size.
    async fn show(&self, frame: &Frame, size: Size) -> P;

    /// The model's next answer.
    ///
    /// # Errors
    /// [`PlannerError`] when there is none.
    async fn ask(&mut self, dialogue: &Dialogue<P>, temperature: f64) -> Result<Answer, PlannerError>;

    /// The plan without what a person has to agree to first, and that.
    fn consent(&self, plan: Plan, _answer: &str) -> (Plan, Option<String>) {
        (plan, None)
    }
}

/// What a model answered.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// Its words, without the API key should the server have put it there.
    pub text: String,
    /// What it thought before, where the server parts that from the answer.
    pub reasoning: Option<String>,
    /// Why it ended: `stop`, `length` or another word of the server; nothing where we broke off.
    pub finish: Option<String>,
    /// Tokens of the prompt, as the server counts them.
    pub prompt_tokens: Option<u32>,
    /// How many of them had been read before, where that is known.
    pub reused_tokens: Option<u32>,
    /// Tokens of the answer, as the server counts them; nothing where we broke off before it told.
    pub tokens: Option<u32>,
    /// How it came.
    pub heard: Heard,
}

/// How an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Heard {
    /// From the request that succeeded to the first part.
    pub first_token: Duration,
    /// How many requests it took.
    pub tries: u32,
}

/// Asks a model for every step.
pub struct AskingPlanner<P> {
    wire: Box<dyn Wire<P>>,
    dialogue: Dialogue<P>,
    left_out: Vec<String>,
}

impl<P: Shown> AskingPlanner<P> {
    /// A planner that holds the dialogue over `wire`.
    pub fn new(wire: Box<dyn Wire<P>>, dialogue: Dialogue<P>) -> Self {
        Self { wire, dialogue, left_out: Vec::new() }
    }

    /// An answer, of a conversation with as many pictures as the model takes.
    async fn answer(&mut self, temperature: f64) -> Result<Answer, PlannerError> {
        loop {
            match self.wire.ask(&self.dialogue, temperature).await {
                Ok(answer) => return Ok(answer),
                Err(error) => self.show_less(error)?,
            }
        }
    }

    /// Sends fewer pictures from now on, where that helps.
    fn show_less(&mut self, error: PlannerError) -> Result<(), PlannerError> {
        let shown = self.dialogue.shown();
        let most = match &error {
            PlannerError::Endpoint(EndpointError::TooManyImages { limit, .. }) => {
                limit.map_or(1, |limit| limit as usize).min(shown.saturating_sub(1))
            }
            PlannerError::Endpoint(EndpointError::TooLong { .. })
            | PlannerError::Engine(EngineError::TooLong { .. }) => shown / 2,
            _ => 0,
        };
        if most == 0 {
            return Err(error);
        }
        let note = format!("only {} sent from now on, because {}", newest(most, shown), first_line(&error));
        tracing::warn!("{note}");
        self.left_out.push(note);
        self.dialogue.show_at_most(most);
        Ok(())
    }

    fn proposal(&mut self, plan: Plan, answer: Answer, exchange: Exchange) -> Proposal {
        let prompt_digest = Some(self.dialogue.digest(|picture| picture.digest().to_owned()));
        let picture = self.dialogue.picture().map(|picture| [picture.size().width, picture.size().height]);
        self.dialogue.add_answer(&answer.text);
        let plan = Plan { thought: plan.thought.or_else(|| answer.reasoning.clone()), ..plan };
        let (plan, confirm) = self.wire.consent(plan, &answer.text);
        let exchange = Exchange {
            first_token_ms: millis(answer.heard.first_token),
            prompt_tokens: answer.prompt_tokens,
            reused_tokens: answer.reused_tokens,
            tokens: answer.tokens,
            picture,
            requests: answer.heard.tries,
            reasoning: answer.reasoning,
            left_out: self.left_out.clone(),
            ..exchange
        };
        Proposal { prompt_digest, exchange: Some(exchange), confirm, ..Proposal::of(plan, answer.text) }
    }
}

#[async_trait]
impl<P: Shown> Planner for AskingPlanner<P> {
    async fn next(&mut self, seen: &Observation, history: &[Done]) -> Result<Proposal, PlannerError> {
        let screen = seen.size();
        let size = self.dialogue.profile().resize(screen)?.size;
        let picture = self.wire.show(&seen.settled.frame, size).await;
        self.dialogue.see(picture, Some(screen), history);
        let mut exchange = Exchange::default();
        let mut problem = None;
        for again in 0..=ASKED_AGAIN {
            let temperature = warmer(self.dialogue.profile().sampling.temperature, again);
            let answer = self.answer(temperature).await?;
            match self.dialogue.read(&answer.text) {
                Ok(plan) => {
                    exchange.temperature = Some(temperature);
                    return Ok(self.proposal(plan, answer, exchange));
                }
                Err(error) => {
                    tracing::info!("the answer is no plan: {error}; it was: {}", answer.text);
                    exchange.unreadable.push(answer.text.clone());
                    problem = Some((error, answer));
                }
            }
        }
        Err(self.no_plan(problem))
    }
}

impl<P: Shown> Follower for AskingPlanner<P> {
    /// Its dialogue goes on from what was done, in its own words. The answers of vendors' APIs carry names that only the
    /// API gives: there the dialogue goes on from what the model said itself.
    fn follow(&mut self, plan: &Plan, raw: &str, profile: Option<&str>) {
        let own = self.dialogue.profile();
        if matches!(own.dialect, Dialect::Anthropic | Dialect::OpenAi) {
            return;
        }
        let answer = if profile == Some(own.name) { Some(raw.to_owned()) } else { self.dialogue.written(plan) };
        if let Some(answer) = answer {
            self.dialogue.answered_instead(&answer);
        }
    }
}

impl<P: Shown> AskingPlanner<P> {
    fn no_plan(&self, problem: Option<(ParseError, Answer)>) -> PlannerError {
        let (why, answer, finish) = match problem {
            Some((error, answer)) => (error.to_string(), answer.text, answer.finish),
            None => Default::default(),
        };
        let profile = self.dialogue.profile();
        let cut_off = matches!(finish.as_deref(), Some("length" | "max_tokens" | "max_output_tokens"));
        PlannerError::NoPlan(NoPlan {
            asked: ASKED_AGAIN + 1,
            why: why.lines().next().unwrap_or_default().to_owned(),
            answer: shortened(&answer),
            hint: if cut_off {
                format!(
                    "the answer was cut off after {} tokens: it may be a model that thinks for long",
                    profile.sampling.max_tokens
                )
            } else {
                format!("is {} the profile of this model? --profile names another", profile.name)
            },
        })
    }
}

fn newest(most: usize, of: usize) -> String {
    if most == 1 {
        format!("the newest of {of} pictures is")
    } else {
        format!("the newest {most} of {of} pictures are")
    }
}

/// Chance grows in tenths: a sum of floats would not be one.
fn warmer(temperature: f64, again: u32) -> f64 {
    ((temperature + WARMER * f64::from(again)).min(1.0) * 10.0).round() / 10.0
}

fn first_line(error: &PlannerError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
