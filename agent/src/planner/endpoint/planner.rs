//! The planner that asks a model behind chat completions.

use async_trait::async_trait;
use sightstep_actions::dialect::{self, ParseError};
use sightstep_actions::plan::Plan;
use sightstep_actions::profile::Profile;
use sightstep_actions::space::Size;
use sightstep_tasks::recording::Exchange;

use super::chat::{Answer, ChatModel, Message, Part, Request, Role};
use super::error::EndpointError;
use super::listener::FirstAction;
use super::picture::Picture;
use crate::journal::millis;
use crate::planner::dialogue::{Dialogue, Goal};
use crate::planner::{Done, NoPlan, Observation, Planner, PlannerError, Proposal};

/// How often a model is asked again for an answer that is a plan.
const ASKED_AGAIN: u32 = 3;

/// By how much its chance grows each time: at the same one, a greedy model says the same again.
const WARMER: f64 = 0.3;

/// Asks a model for every step.
pub struct EndpointPlanner {
    model: ChatModel,
    dialogue: Dialogue<Picture>,
    left_out: Vec<String>,
}

impl EndpointPlanner {
    /// A planner that asks `model`, in the words of `profile`, how to reach `goal`.
    pub fn new(model: ChatModel, profile: Profile, goal: Goal) -> Self {
        Self { model, dialogue: Dialogue::new(profile, goal), left_out: Vec::new() }
    }

    /// An answer, of a conversation with as many pictures as the server takes.
    async fn answer(&mut self, temperature: f64, screen: Size) -> Result<Answer, PlannerError> {
        loop {
            let request = self.request(temperature);
            let mut listener = FirstAction::new(self.dialogue.profile().clone(), screen);
            match self.model.answer(&request, &mut listener).await {
                Ok(answer) => return Ok(listener.broken_off(answer)),
                Err(error) => self.show_less(error)?,
            }
        }
    }

    /// Sends fewer pictures from now on, where that is what the server wants.
    fn show_less(&mut self, error: EndpointError) -> Result<(), EndpointError> {
        let shown = self.dialogue.shown();
        let most = match &error {
            EndpointError::TooManyImages { limit, .. } => limit.map_or(1, |limit| limit as usize).min(shown - 1),
            EndpointError::TooLong { .. } => shown / 2,
            _ => 0,
        };
        if most == 0 {
            return Err(error);
        }
        let note = format!("{}: only the newest {most} of {shown} pictures are sent", error.first_line());
        tracing::warn!("{note}");
        self.left_out.push(note);
        self.dialogue.show_at_most(most);
        Ok(())
    }

    fn request(&self, temperature: f64) -> Request {
        let sampling = self.dialogue.profile().sampling;
        Request {
            messages: self.dialogue.messages().into_iter().map(|m| message(m, self.dialogue.pictures())).collect(),
            temperature,
            top_p: sampling.top_p,
            max_tokens: sampling.max_tokens,
        }
    }

    fn proposal(&mut self, plan: Plan, answer: Answer, exchange: Exchange) -> Proposal {
        let prompt_digest = Some(self.dialogue.digest(|picture| picture.digest.to_string()));
        self.dialogue.answered(&answer.text);
        let plan = Plan { thought: plan.thought.or_else(|| answer.reasoning.clone()), ..plan };
        let exchange = Exchange {
            first_token_ms: millis(answer.first_token),
            prompt_tokens: answer.prompt_tokens,
            tokens: answer.tokens,
            requests: answer.tries,
            reasoning: answer.reasoning,
            left_out: self.left_out.clone(),
            ..exchange
        };
        Proposal { prompt_digest, exchange: Some(exchange), ..Proposal::of(plan, answer.text) }
    }
}

#[async_trait]
impl Planner for EndpointPlanner {
    async fn next(&mut self, seen: &Observation, history: &[Done]) -> Result<Proposal, PlannerError> {
        let screen = seen.size();
        let size = self.dialogue.profile().resize(screen)?.size;
        let picture = Picture::of(&seen.settled.frame, size).await;
        self.dialogue.see(picture, screen, history);
        let mut exchange = Exchange::default();
        let mut problem = None;
        for again in 0..=ASKED_AGAIN {
            let temperature = warmer(self.dialogue.profile().sampling.temperature, again);
            let answer = self.answer(temperature, screen).await?;
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

impl EndpointPlanner {
    fn no_plan(&self, problem: Option<(ParseError, Answer)>) -> PlannerError {
        let (why, answer, finish) = match problem {
            Some((error, answer)) => (error.to_string(), answer.text, answer.finish),
            None => Default::default(),
        };
        let profile = self.dialogue.profile();
        let cut_off = finish.as_deref() == Some("length");
        PlannerError::NoPlan(NoPlan {
            asked: ASKED_AGAIN + 1,
            why: why.lines().next().unwrap_or_default().to_owned(),
            answer: super::classify::shortened(&answer),
            hint: if cut_off {
                format!("the answer was cut off after {} tokens: it may be a model that thinks for long", profile.sampling.max_tokens)
            } else {
                format!("is {} the profile of this model? --profile names another", profile.name)
            },
        })
    }
}

/// Chance grows in tenths: a sum of floats would not be one.
fn warmer(temperature: f64, again: u32) -> f64 {
    ((temperature + WARMER * f64::from(again)).min(1.0) * 10.0).round() / 10.0
}

fn message(message: dialect::Message, pictures: &[Picture]) -> Message {
    let role = match message.role {
        dialect::Role::System => Role::System,
        dialect::Role::User => Role::User,
        dialect::Role::Assistant => Role::Assistant,
    };
    let part = |part| match part {
        dialect::Part::Text(text) => Some(Part::Text(text)),
        dialect::Part::Image(index) => pictures.get(index).cloned().map(Part::Image),
    };
    Message { role, parts: message.content.into_iter().filter_map(part).collect() }
}
