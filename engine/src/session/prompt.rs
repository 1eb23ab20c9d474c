//! A conversation as tokens: rendered, tokenised, each picture's place filled with as many tokens as it becomes.

use sightstep_vision::frame::Frame;

use crate::EngineError;
use crate::message::Message;
use crate::model::config::{PictureRule, VisionConfig};
use crate::model::grid::Grid;

/// One token of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub id: u32,
    /// Where it stands for a part of a picture: the picture's digest and which of its tokens it is.
    pub spot: Option<(u128, u32)>,
}

impl Token {
    /// A token of text.
    pub fn text(id: u32) -> Self {
        Self { id, spot: None }
    }
}

/// A picture of a prompt.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub frame: Frame,
    pub digest: u128,
    pub grid: Grid,
    /// The place of its first token.
    pub start: usize,
}

impl Picture {
    /// A frame as the model is shown it, its first token at `start`.
    pub fn new(frame: &Frame, start: usize, rule: &PictureRule, vision: &VisionConfig) -> Result<Self, EngineError> {
        let (width, height) = rule.resized(frame.width(), frame.height())?;
        let [rows, columns] = [height, width].map(|side| side as usize / vision.patch);
        // Frames' digests are 128 bits in hex.
        let digest = u128::from_str_radix(frame.digest(), 16).unwrap_or_default();
        Ok(Self { frame: frame.clone(), digest, grid: Grid { rows, columns, merge: vision.merge }, start })
    }
}

/// A prompt of text and pictures.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prompt {
    pub tokens: Vec<Token>,
    pub pictures: Vec<Picture>,
}

impl Prompt {
    /// Fills the places of pictures in the ids of a rendered conversation.
    pub fn new(
        ids: &[u32],
        image_token: u32,
        messages: &[Message],
        rule: &PictureRule,
        vision: &VisionConfig,
    ) -> Result<Self, EngineError> {
        let frames: Vec<&Frame> = messages.iter().flat_map(Message::pictures).collect();
        let places = ids.iter().filter(|&&id| id == image_token).count();
        if places != frames.len() {
            return Err(EngineError::Places { places, pictures: frames.len() });
        }
        let mut frames = frames.into_iter();
        let mut prompt = Self::default();
        for &id in ids {
            let frame = if id == image_token { frames.next() } else { None };
            match frame {
                Some(frame) => prompt.push(id, frame, rule, vision)?,
                None => prompt.tokens.push(Token::text(id)),
            }
        }
        Ok(prompt)
    }

    fn push(&mut self, id: u32, frame: &Frame, rule: &PictureRule, vision: &VisionConfig) -> Result<(), EngineError> {
        let picture = Picture::new(frame, self.tokens.len(), rule, vision)?;
        let spot = |n: usize| Some((picture.digest, n as u32));
        self.tokens.extend((0..picture.grid.tokens()).map(|n| Token { id, spot: spot(n) }));
        self.pictures.push(picture);
        Ok(())
    }

    /// Time, height and width of each token, and where the next token stands.
    ///
    /// Text goes on by one in all three; a picture's tokens have its start as their time, and its start and their row
    /// and column as the others; behind it, positions go on from its longer side. A model that is not `planar` takes
    /// pictures' tokens as it takes text.
    pub fn positions(&self, planar: bool) -> (Vec<[u32; 3]>, u32) {
        if !planar {
            let tokens = self.tokens.len() as u32;
            return ((0..tokens).map(|n| [n; 3]).collect(), tokens);
        }
        let mut positions = Vec::with_capacity(self.tokens.len());
        let mut next = 0;
        let mut pictures = self.pictures.iter().peekable();
        while positions.len() < self.tokens.len() {
            if let Some(picture) = pictures.next_if(|picture| picture.start == positions.len()) {
                let (rows, columns) = picture.grid.merged();
                let all = (0..rows as u32).flat_map(|row| (0..columns as u32).map(move |column| (row, column)));
                positions.extend(all.map(|(row, column)| [next, next + row, next + column]));
                next += picture.grid.advance() as u32;
            } else {
                positions.push([next; 3]);
                next += 1;
            }
        }
        (positions, next)
    }
}
