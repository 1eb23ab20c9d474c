//! A dialogue carried to a model in this process, which the vision-language engine runs.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sightstep_actions::dialect::PlanStream;
use sightstep_actions::profile::{self, Profile};
use sightstep_actions::space::Size;
use sightstep_engine::{
    Content, Engine, EngineError, Interrupt, Message, Params, PictureRule, Role, Sampling, Session,
};
use sightstep_vision::frame::Frame;
use sightstep_vision::resize::bicubic;

mod ahead;

pub use ahead::AheadScreen;

use super::PlannerError;
use super::asking::{Answer, Heard, Shown, Wire};
use super::dialogue::Dialogue;

/// Draws the same tokens each time.
const SEED: u64 = 1;

/// A loaded model, and what it has read of one dialogue.
pub struct LocalWire {
    engine: Engine,
    /// Away while an answer is being generated.
    session: Option<Session>,
}

/// A frame as the engine is shown it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its pixels: the frame's own, where the engine resizes them to the same.
    frame: Frame,
    size: Size,
    digest: Arc<str>,
}

impl Shown for Seen {
    fn digest(&self) -> &str {
        &self.digest
    }

    fn size(&self) -> Size {
        self.size
    }
}

impl Seen {
    /// The frame, best in `size`, as far as the model's own rule allows.
    fn of(frame: &Frame, size: Size, rule: &PictureRule) -> Self {
        let own = (frame.width(), frame.height());
        let target = (size.width, size.height);
        // What cannot be resized is refused by the engine, when it is shown it.
        let resized = |(width, height)| rule.resized(width, height).unwrap_or((width, height));
        let (width, height) = resized(target);
        let pixels = if resized(own) == (width, height) {
            frame.clone()
        } else {
            Frame::from_image(bicubic(frame.pixels(), target.0, target.1).into_owned())
        };
        Self { frame: pixels, size: Size { width, height }, digest: frame.digest().into() }
    }
}

impl LocalWire {
    /// A dialogue with this model.
    pub fn new(engine: Engine) -> Self {
        Self { session: Some(engine.session()), engine }
    }
}

#[async_trait]
impl Wire<Seen> for LocalWire {
    async fn show(&self, frame: &Frame, size: Size) -> Seen {
        let (frame, rule) = (frame.clone(), *self.engine.picture_rule());
        aside(move || Seen::of(&frame, size, &rule)).await
    }

    async fn ask(&mut self, dialogue: &Dialogue<Seen>, temperature: f64) -> Result<Answer, PlannerError> {
        let mut session = self.session.take().unwrap_or_else(|| self.engine.session());
        let unwanted = Unwanted::default();
        let params = params(dialogue.profile(), temperature, unwanted.0.clone());
        let messages: Vec<Message> = dialogue.messages().into_iter().map(|m| message(m, dialogue)).collect();
        let mut enough = Enough::new(dialogue);
        let answer_stream = dialogue.answer_stream().clone();
        let hear = move |so_far: &str, piece: &str| {
            answer_stream.say(so_far);
            enough.hears(piece)
        };
        let (session, answer) = aside(move || {
            let answer = answer(&mut session, &messages, &params, hear);
            (session, answer)
        })
        .await;
        self.session = Some(session);
        Ok(answer?)
    }
}

/// Work that takes long, on a thread of its own.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    // A panic of that thread goes on here: it is a bug, not an answer.
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| std::panic::resume_unwind(e.into_panic()))
}

/// Ends the computation when nobody waits for it any more.
#[derive(Default)]
struct Unwanted(Interrupt);

impl Drop for Unwanted {
    fn drop(&mut self) {
        self.0.now();
    }
}

/// Knows when an answer has all that counts: families that give one action at a time have no more to say behind it.
struct Enough(Option<PlanStream>);

impl Enough {
    fn new(dialogue: &Dialogue<Seen>) -> Self {
        let profile = dialogue.profile();
        let image = dialogue.picture().map(Shown::size);
        let stream = || profile.stream(dialogue.screen(), image).ok();
        Self(profile.dialect.gives_one_action().then(stream).flatten())
    }

    fn hears(&mut self, piece: &str) -> bool {
        self.0.as_mut().is_some_and(|stream| stream.push(piece).is_some())
    }
}

/// The answer; `hear` is given it so far and its last piece, and says whether that is enough.
fn answer(
    session: &mut Session,
    messages: &[Message],
    params: &Params,
    mut hear: impl FnMut(&str, &str) -> bool,
) -> Result<Answer, EngineError> {
    let mut answer = session.generate(messages, params)?;
    let mut broken_off = false;
    while let (false, Some(piece)) = (broken_off, answer.next()) {
        let piece = piece?;
        broken_off = hear(answer.text(), &piece.text);
    }
    let usage = answer.usage();
    let cut_off = !broken_off && usage.answer_tokens == params.max_tokens;
    Ok(Answer {
        text: answer.text().to_owned(),
        reasoning: None,
        finish: (!broken_off).then(|| if cut_off { "length" } else { "stop" }.to_owned()),
        prompt_tokens: Some(usage.prompt_tokens as u32),
        reused_tokens: Some(usage.reused_tokens as u32),
        tokens: Some(usage.answer_tokens as u32),
        heard: Heard { first_token: Duration::from_secs_f64(usage.prompt_seconds), tries: 1 },
    })
}

fn params(profile: &Profile, temperature: f64, interrupt: Interrupt) -> Params {
    let top_p = profile.sampling.top_p.unwrap_or(1.0) as f32;
    let drawn = Sampling { temperature: temperature as f32, top_p, top_k: 0, seed: SEED };
    Params {
        max_tokens: profile.sampling.max_tokens as usize,
        sampling: (temperature > 0.0).then_some(drawn),
        interrupt,
        ..Params::default()
    }
}

fn message(message: profile::Message, dialogue: &Dialogue<Seen>) -> Message {
    let role = match message.role {
        profile::Role::System => Role::System,
        profile::Role::User => Role::User,
        profile::Role::Assistant => Role::Assistant,
    };
    let part = |part| match part {
        profile::Part::Text(text) => Some(Content::Text(text)),
        profile::Part::Image(index) => dialogue.picture_at(index).map(|seen| Content::Picture(seen.frame.clone())),
    };
    Message { role, content: message.content.into_iter().filter_map(part).collect() }
}
