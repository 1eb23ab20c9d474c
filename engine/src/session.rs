//! A conversation with a model: what it has read stays read.

use std::collections::HashMap;
use std::time::Instant;

use candle_core::Tensor;

use crate::EngineError;
use crate::interrupt::Interrupt;
use crate::kernels::host;
use crate::message::{Message, Role};
use crate::model::observe::Observer;
use crate::model::placement::KvAt;
use crate::model::text::{self, Chunk};
use crate::model::tower::Features;
use crate::session::answer::{Answer, Params, Usage};
use crate::session::engine::Engine;
use crate::session::prompt::{Prompt, Token};

pub(crate) mod answer;
mod draft;
pub(crate) mod engine;
pub(crate) mod memory;
pub(crate) mod pictures;
pub(crate) mod prompt;
pub(crate) mod sample;
pub(crate) mod template;
pub(crate) mod tokenizer;

/// Tokens that are read at a time: more would take memory and no less time.
const CHUNK: usize = 512;

/// Answers that are remembered with the tokens that they were generated as.
const ANSWERS: usize = 64;

/// A conversation with a model.
///
/// What a prompt has in common with what was read before, from its start, is not read again: the keys and values of
/// those tokens are kept. An answer that is part of the next prompt keeps the tokens that it was generated as.
pub struct Session {
    engine: Engine,
    kv: KvAt,
    /// The tokens whose keys and values are in the store.
    read: Vec<Token>,
    answers: Vec<(String, Vec<u32>)>,
}

impl Session {
    pub(crate) fn new(engine: Engine, context: usize) -> Self {
        let kv = engine.text().store(context);
        Self { engine, kv, read: Vec::new(), answers: Vec::new() }
    }

    /// A session of its own that has read the same.
    ///
    /// # Errors
    /// [`EngineError`] where a graphics card has no memory for it.
    pub fn fork(&self) -> Result<Self, EngineError> {
        let kv = self.kv.fork(self.engine.text().config())?;
        Ok(Self { engine: self.engine.clone(), kv, read: self.read.clone(), answers: self.answers.clone() })
    }

    /// Forgets all that was read.
    pub fn clear(&mut self) {
        self.truncate(0);
        self.answers.clear();
    }

    /// Reads the messages, up to where the model's answer begins; the answer comes token by token.
    ///
    /// # Errors
    /// [`EngineError`] where the template refuses the messages, a picture cannot be shown, or there are more tokens
    /// than the session holds; [`EngineError::Interrupted`] where the parameters' switch is thrown meanwhile.
    pub fn generate(&mut self, messages: &[Message], params: &Params) -> Result<Answer<'_>, EngineError> {
        let start = Instant::now();
        let ids = self.ids(messages)?;
        let prompt = self.engine.prompt(&ids, messages)?;
        let read = self.read(&prompt, &mut |_, _| params.interrupt.check());
        let (logits, next, mut usage) = read.map_err(|error| error.or_interrupted(&params.interrupt))?;
        usage.prompt_seconds = start.elapsed().as_secs_f64();
        Ok(Answer::new(self, &prompt, logits, next, params, usage))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Tokens that there is room for.
    pub(crate) fn room(&self) -> usize {
        self.kv.capacity() - self.kv.len()
    }

    /// What has been read so far.
    pub(crate) fn tokens(&self) -> &[Token] {
        &self.read
    }

    /// Forgets the last tokens.
    pub(crate) fn forget(&mut self, tokens: usize) {
        self.truncate(self.read.len() - tokens);
    }

    fn truncate(&mut self, len: usize) {
        self.kv.truncate(len);
        self.read.truncate(len);
    }

    /// The ids of a conversation. An answer of this session keeps the ids that it was generated as, provided that the
    /// template puts answers into the prompt as they are.
    pub(crate) fn ids(&self, messages: &[Message]) -> Result<Vec<u32>, EngineError> {
        let whole = self.engine.render(messages)?;
        let known = self.known(messages);
        if known.iter().all(Option::is_none) {
            return self.engine.tokenizer().encode(&whole);
        }
        let mark = |n: usize| format!("\u{f8ff}{n}\u{f8fe}");
        let marked: Vec<Message> = (messages.iter().zip(&known).enumerate())
            .map(|(n, (message, known))| known.map_or(message.clone(), |_| Message::text(Role::Assistant, mark(n))))
            .collect();
        let mut rest = self.engine.render(&marked)?;
        let mut ids = Vec::new();
        let mut restored = String::new();
        for (n, (text, tokens)) in known.iter().enumerate().filter_map(|(n, known)| Some((n, (*known)?))) {
            let Some((before, after)) = rest.split_once(&mark(n)) else {
                return self.engine.tokenizer().encode(&whole);
            };
            ids.extend(self.engine.tokenizer().encode(before)?);
            ids.extend(tokens);
            restored = restored + before + text;
            rest = after.to_owned();
        }
        if restored + &rest != whole {
            return self.engine.tokenizer().encode(&whole);
        }
        ids.extend(self.engine.tokenizer().encode(&rest)?);
        Ok(ids)
    }

    /// Answers that are remembered.
    #[cfg(test)]
    pub(crate) fn remembered(&self) -> usize {
        self.answers.len()
    }

    /// Which answer of this session each message is. Where several read the same, the last message is the last of them,
    /// the one before it the one before: their tokens may differ.
    fn known(&self, messages: &[Message]) -> Vec<Option<(&str, &Vec<u32>)>> {
        let mut later: HashMap<&str, usize> = HashMap::new();
        let mut known: Vec<_> = (messages.iter().rev())
            .map(|message| {
                let text = message.only_text().filter(|_| message.role == Role::Assistant)?;
                let count = later.entry(text).or_default();
                let same = self.answers.iter().rev().filter(|(known, _)| known == text);
                let (text, tokens) = same.take(*count + 1).last()?;
                *count += 1;
                Some((text.as_str(), tokens))
            })
            .collect();
        known.reverse();
        known
    }

    /// Remembers an answer.
    pub(crate) fn remember(&mut self, text: String, tokens: Vec<u32>) {
        self.answers.push((text, tokens));
        if self.answers.len() > ANSWERS {
            self.answers.remove(0);
        }
    }

    /// Reads what is new of a prompt: the logits behind it, and the position of the next token.
    pub(crate) fn read(&mut self, prompt: &Prompt, seen: Observer) -> Result<(Vec<f32>, u32, Usage), EngineError> {
        let tokens = prompt.tokens.len();
        if tokens >= self.kv.capacity() {
            return Err(EngineError::TooLong { tokens, room: self.kv.capacity() });
        }
        let common = self.read.iter().zip(&prompt.tokens).take_while(|(a, b)| a == b).count();
        // The last token is always read, for its logits.
        let common = common.min(tokens.saturating_sub(1));
        self.truncate(common);
        let mut usage = Usage { prompt_tokens: tokens, reused_tokens: common, ..Usage::default() };
        let (positions, next) = prompt.positions(self.engine.text().config().planar);
        let features = self.features(prompt, common, &mut usage, seen)?;
        let mut last = None;
        for start in (common..tokens).step_by(CHUNK) {
            let range = start..tokens.min(start + CHUNK);
            let chunk = self.chunk(prompt, range.clone(), &positions[range.clone()], &features)?;
            let x = self.engine.text().forward(&chunk, &mut self.kv, seen)?;
            self.read.extend_from_slice(&prompt.tokens[range.clone()]);
            last = Some(x.narrow(0, range.len() - 1, 1)?);
        }
        let last = last.ok_or(EngineError::TooLong { tokens, room: self.kv.capacity() })?;
        let logits = self.engine.text().logits(&last)?;
        Ok((host::read(&logits, <[f32]>::to_vec)?, next, usage))
    }

    /// The features of the pictures that are not wholly read.
    fn features(
        &self,
        prompt: &Prompt,
        common: usize,
        usage: &mut Usage,
        seen: Observer,
    ) -> Result<Vec<Option<Features>>, EngineError> {
        let start = Instant::now();
        let features = prompt.pictures.iter().map(|picture| {
            if picture.start + picture.grid.tokens() <= common {
                return Ok(None);
            }
            let (features, kept) = self.engine.features(picture, seen)?;
            usage.pictures_encoded += usize::from(!kept);
            usage.pictures_reused += usize::from(kept);
            Ok(Some(features))
        });
        let features = features.collect();
        usage.picture_seconds = start.elapsed().as_secs_f64();
        features
    }

    fn chunk<'a>(
        &self,
        prompt: &Prompt,
        range: std::ops::Range<usize>,
        positions: &'a [[u32; 3]],
        features: &[Option<Features>],
    ) -> Result<Chunk<'a>, EngineError> {
        let hidden = self.engine.text().config().hidden;
        let tokens = &prompt.tokens[range.clone()];
        let embedded = text::rows(tokens.len(), hidden, |n, row| self.engine.text().embed(tokens[n].id, row))?;
        let mut deepstack = Vec::new();
        for (picture, features) in prompt.pictures.iter().zip(features) {
            let Some(features) = features else { continue };
            // The part of the picture that is in this chunk: its first row, the chunk's first token, how many.
            let end = (picture.start + picture.grid.tokens()).min(range.end);
            let from = picture.start.max(range.start);
            let Some(count) = end.checked_sub(from).filter(|&count| count > 0) else { continue };
            let part = [from - picture.start, from - range.start, count];
            put(&embedded, &features.tokens, part, hidden)?;
            for (layer, features) in features.deepstack.iter().enumerate() {
                if deepstack.len() <= layer {
                    deepstack.push(Vec::new());
                }
                deepstack[layer].extend(rows(features, part, hidden)?);
            }
        }
        Ok(Chunk { positions, embedded, deepstack })
    }

    /// Reads tokens of text more, the first at this position: the logits behind each.
    pub(crate) fn step(
        &mut self,
        tokens: &[u32],
        position: u32,
        interrupt: &Interrupt,
    ) -> Result<Vec<Vec<f32>>, EngineError> {
        let text = self.engine.text();
        let embedded = text::rows(tokens.len(), text.config().hidden, |n, row| text.embed(tokens[n], row))?;
        let positions: Vec<_> = (position..).take(tokens.len()).map(|position| [position; 3]).collect();
        let chunk = Chunk { positions: &positions, embedded, deepstack: Vec::new() };
        let x = text.forward(&chunk, &mut self.kv, &mut |_, _| interrupt.check());
        let x = x.map_err(|error| EngineError::from(error).or_interrupted(interrupt))?;
        let logits = text.logits(&x)?;
        self.read.extend(tokens.iter().map(|token| Token::text(*token)));
        let width = text.config().vocabulary;
        Ok(host::read(&logits, |logits| logits.chunks(width).map(<[f32]>::to_vec).collect())?)
    }
}

/// Writes `count` rows of features over the chunk's rows.
fn put(embedded: &Tensor, features: &Tensor, part: [usize; 3], hidden: usize) -> candle_core::Result<()> {
    let [first, to, count] = part.map(|rows| rows * hidden);
    host::read(features, |features| {
        host::edit(embedded, |embedded| embedded[to..to + count].copy_from_slice(&features[first..first + count]))
    })?
}

/// Some rows of features, each with the chunk's token that it is for.
fn rows(features: &Tensor, part: [usize; 3], hidden: usize) -> candle_core::Result<Vec<(usize, Vec<f32>)>> {
    let [first, to, count] = part;
    host::read(features, |features| {
        let rows = features[first * hidden..][..count * hidden].chunks(hidden);
        rows.enumerate().map(|(n, row)| (to + n, row.to_vec())).collect()
    })
}
