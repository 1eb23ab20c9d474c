//! An answer as it comes: an iterator over tokens with their text.

use std::collections::VecDeque;
use std::time::Instant;

use super::Session;
use super::draft::Drafts;
use super::prompt::Prompt;
use super::sample::{RepetitionPenalty, Sampler, Sampling};
use super::tokenizer::Stream;
use crate::EngineError;
use crate::interrupt::Interrupt;

/// How an answer is generated.
#[derive(Debug, Clone)]
pub struct Params {
    /// The most tokens of the answer.
    pub max_tokens: usize,
    /// How tokens are drawn; the best is taken where this is none.
    pub sampling: Option<Sampling>,
    /// Lowers the logits of tokens that occurred, the prompt's included; the checkpoint's own where this is none.
    pub repetition_penalty: Option<f32>,
    /// Whether tokens are guessed from what was read before and verified together, which changes nothing but the time.
    pub draft: bool,
    /// Ends the answer, or the reading of the prompt, before its next layer.
    pub interrupt: Interrupt,
}

impl Default for Params {
    /// Greedy, as long an answer as agents' models give: 1024 tokens.
    fn default() -> Self {
        Self {
            max_tokens: 1024,
            sampling: None,
            repetition_penalty: None,
            draft: true,
            interrupt: Interrupt::default(),
        }
    }
}

/// What an answer took.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Usage {
    /// Tokens of the prompt, those of its pictures included.
    pub prompt_tokens: usize,
    /// How many of them had been read before.
    pub reused_tokens: usize,
    /// Pictures that were encoded.
    pub pictures_encoded: usize,
    /// Pictures that had been encoded before, though they had to be read again.
    pub pictures_reused: usize,
    /// Seconds for encoding pictures.
    pub picture_seconds: f64,
    /// Seconds until the first token could be chosen, those of the pictures included.
    pub prompt_seconds: f64,
    /// Seconds from then on, up to the last token.
    pub answer_seconds: f64,
    /// Tokens of the answer.
    pub answer_tokens: usize,
    /// Tokens that were guessed while it was generated.
    pub drafted_tokens: usize,
    /// How many of these the model chose.
    pub accepted_tokens: usize,
}

/// One token of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The token.
    pub token: u32,
    /// The text that it adds; nothing where a character is not complete yet.
    pub text: String,
}

/// An answer that is being generated. It ends by itself, or where it is dropped.
pub struct Answer<'s> {
    session: &'s mut Session,
    /// The logits of the next token; none before the last one has been read.
    logits: Option<Vec<f32>>,
    /// Tokens that were guessed and read behind the last one, each with the logits behind it.
    ahead: VecDeque<(u32, Vec<f32>)>,
    drafts: Option<Drafts>,
    next: u32,
    left: usize,
    penalty: RepetitionPenalty,
    sampler: Sampler,
    stream: Stream,
    tokens: Vec<u32>,
    text: String,
    usage: Usage,
    interrupt: Interrupt,
    start: Instant,
    done: bool,
}

impl<'s> Answer<'s> {
    pub(crate) fn new(
        session: &'s mut Session,
        prompt: &Prompt,
        logits: Vec<f32>,
        next: u32,
        params: &Params,
        usage: Usage,
    ) -> Self {
        let penalty = params.repetition_penalty.unwrap_or(session.engine().generation().repetition_penalty);
        Self {
            logits: Some(logits),
            ahead: VecDeque::new(),
            drafts: params.draft.then(Drafts::default),
            next,
            left: params.max_tokens.min(session.room()),
            penalty: RepetitionPenalty::new(penalty, prompt.tokens.iter().map(|token| token.id)),
            sampler: Sampler::new(params.sampling),
            stream: Stream::default(),
            tokens: Vec::new(),
            text: String::new(),
            usage,
            interrupt: params.interrupt.clone(),
            start: Instant::now(),
            done: false,
            session,
        }
    }

    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The tokens so far, without the one that ends an answer.
    pub fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    /// What it took so far.
    pub fn usage(&self) -> Usage {
        self.usage
    }

    /// Generates until the answer ends or `enough` says so of the text so far.
    ///
    /// # Errors
    /// As the iterator.
    pub fn until(&mut self, mut enough: impl FnMut(&str) -> bool) -> Result<(), EngineError> {
        while let Some(piece) = self.next() {
            piece?;
            if enough(&self.text) {
                break;
            }
        }
        Ok(())
    }

    /// Chooses the next token; none where it ends the answer.
    fn choose(&mut self) -> Result<Option<u32>, EngineError> {
        let mut logits = match (self.logits.take(), self.tokens.last()) {
            (Some(logits), _) => logits,
            (None, Some(&last)) => self.read(last)?,
            (None, None) => return Ok(None),
        };
        self.penalty.apply(&mut logits);
        let token = self.sampler.choose(&logits)?;
        self.penalty.add(token);
        self.compare(token);
        let ends = &self.session.engine().generation().ends;
        Ok((!ends.contains(&token)).then_some(token))
    }

    /// Reads the last token, and with it what is guessed to follow: the logits behind it.
    fn read(&mut self, last: u32) -> Result<Vec<f32>, EngineError> {
        let room = self.session.room().min(self.left).saturating_sub(1);
        let guess = |drafts: &mut Drafts| drafts.guess(self.session.tokens(), last, room);
        let guesses = self.drafts.as_mut().map(guess).unwrap_or_default();
        let tokens: Vec<u32> = [last].into_iter().chain(guesses.iter().copied()).collect();
        let mut logits = self.session.step(&tokens, self.next, &self.interrupt)?.into_iter();
        self.next += 1;
        self.usage.drafted_tokens += guesses.len();
        let behind = logits.next().unwrap_or_default();
        self.ahead = guesses.into_iter().zip(logits).collect();
        Ok(behind)
    }

    /// Keeps what was guessed as far as it is what was chosen.
    fn compare(&mut self, chosen: u32) {
        match self.ahead.pop_front() {
            Some((guess, behind)) if guess == chosen => {
                self.next += 1;
                self.logits = Some(behind);
                self.usage.accepted_tokens += 1;
                self.drafts.iter_mut().for_each(Drafts::right);
            }
            Some(_) => {
                self.session.forget(1 + self.ahead.len());
                self.ahead.clear();
            }
            None => {}
        }
    }

    fn piece(&mut self) -> Result<Option<Piece>, EngineError> {
        let Some(token) = self.choose()? else { return Ok(None) };
        let text = self.stream.push(self.session.engine().tokenizer(), token)?;
        self.tokens.push(token);
        self.left -= 1;
        self.text.push_str(&text);
        Ok(Some(Piece { token, text }))
    }

    /// What was held back of the text, as a last piece of the last token.
    fn finish(&mut self) -> Result<Option<Piece>, EngineError> {
        self.done = true;
        let text = self.stream.finish(self.session.engine().tokenizer())?;
        self.text.push_str(&text);
        let token = self.tokens.last().copied();
        Ok(token.filter(|_| !text.is_empty()).map(|token| Piece { token, text }))
    }
}

impl Iterator for Answer<'_> {
    type Item = Result<Piece, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let piece = if self.left == 0 { Ok(None) } else { self.piece() };
        let piece = match piece {
            Ok(None) => self.finish(),
            piece => piece,
        };
        self.done |= piece.is_err();
        self.usage.answer_tokens = self.tokens.len();
        self.usage.answer_seconds = self.start.elapsed().as_secs_f64();
        piece.transpose()
    }
}

impl Drop for Answer<'_> {
    fn drop(&mut self) {
        if !self.tokens.is_empty() {
            self.session.remember(std::mem::take(&mut self.text), std::mem::take(&mut self.tokens));
        }
    }
}
