//! A loaded model: its parts, and sessions with it.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use sightstep_vision::frame::Frame;

use crate::gpu::Gpu;
use crate::load::gguf::Gguf;
use crate::load::weights::Weights;
use crate::message::Message;
use crate::model::config::{Config, Generation};
use crate::model::observe::Observer;
use crate::model::placement::{TextAt, TowerAt};
use crate::model::preprocess;
use crate::model::text::TextModel;
use crate::model::tower::{Features, Tower};
use crate::session::Session;
use crate::session::memory::{self, Memory, Need};
use crate::session::pictures::Pictures;
use crate::session::prompt::{Picture, Prompt};
use crate::session::template::Template;
use crate::session::tokenizer::Tokenizer;
use crate::{Device, EngineError, Family, Interrupt, PictureRule, Quantize};

/// How a model is loaded.
#[derive(Debug, Clone)]
pub struct LoadOptions {
    /// What computes.
    pub device: Device,
    /// How matrices are stored; as they are in the checkpoint where this is none.
    pub quantize: Option<Quantize>,
    /// The most tokens that a session holds: prompt and answer. Memory is taken as they come.
    pub context: usize,
}

impl Default for LoadOptions {
    /// 16384 tokens: five screens of 1920x1080 take 13455 at 28 pixels a token, and leave room for a long history.
    fn default() -> Self {
        Self { device: Device::Auto, quantize: None, context: 16_384 }
    }
}

/// A model that is loaded. Clones share it.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    generation: Generation,
    rule: PictureRule,
    tower: TowerAt,
    text: TextAt,
    template: Template,
    tokenizer: Tokenizer,
    pictures: Mutex<Pictures>,
    /// Held while a picture is encoded: who wants the same one waits for it.
    encoding: Mutex<()>,
    context: usize,
    memory: Memory,
}

impl Engine {
    /// Loads a checkpoint's folder.
    ///
    /// # Errors
    /// [`EngineError`] naming the file, field or weight that is missing, damaged or not supported, or the memory that
    /// is missing; that is said before any weight is loaded.
    pub fn load(folder: &Path, options: &LoadOptions) -> Result<Self, EngineError> {
        Self::load_watched(folder, options, &mut |_, _| ())
    }

    /// Loads a checkpoint's folder; `watch` is told how many of how many layers are there.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_watched(
        folder: &Path,
        options: &LoadOptions,
        watch: &mut dyn FnMut(usize, usize),
    ) -> Result<Self, EngineError> {
        check(folder)?;
        let fewer_bits = options.quantize.is_some() || Gguf::of_folder(folder)?.is_some();
        Self::load_on(options.device.gpu(fewer_bits)?.as_ref(), folder, options, watch)
    }

    /// Loads a checkpoint's folder onto a card, or for the processor.
    pub(crate) fn load_on(
        gpu: Option<&Gpu>,
        folder: &Path,
        options: &LoadOptions,
        watch: &mut dyn FnMut(usize, usize),
    ) -> Result<Self, EngineError> {
        let config = Config::read(folder)?;
        let rule = PictureRule::read(folder, &config.vision)?;
        let generation = Generation::read(folder, &config.text.ends)?;
        let (template, tokenizer) = (Template::read(folder)?, Tokenizer::read(folder)?);
        let weights = Weights::open(folder)?;
        if let (Some(gguf), Some(_)) = (weights.gguf(), options.quantize) {
            return Err(EngineError::QuantizedAlready { path: gguf.path().to_owned() });
        }
        let weights = Arc::new(weights);
        let context = options.context.min(config.text.context);
        let need = Need::new(&config, &weights, context);
        need.check(options.quantize, memory::free())?;
        let memory = need.declared(options.quantize);
        let mut done = 0;
        let layers = config.text.layers;
        let mut loaded = || {
            done += 1;
            watch(done, layers);
        };
        let text = TextAt::new(TextModel::load(&config.text, &weights, options.quantize, &mut loaded)?, gpu)?;
        let tower = Tower::load(&config.vision, config.text.hidden, &weights, options.quantize)?;
        let tower = TowerAt::new(tower, gpu)?;
        let (pictures, encoding) = Default::default();
        let inner =
            Inner { config, generation, rule, tower, text, template, tokenizer, pictures, encoding, context, memory };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The family of the model.
    pub fn family(&self) -> Family {
        self.inner.config.family
    }

    /// What the model and a session of it take, as it was declared before loading.
    pub fn memory(&self) -> Memory {
        self.inner.memory
    }

    /// The size that the model wants pictures in.
    pub fn picture_rule(&self) -> &PictureRule {
        &self.inner.rule
    }

    /// A new conversation, with a key-value store of its own.
    pub fn session(&self) -> Session {
        Session::new(self.clone(), self.inner.context)
    }

    /// Encodes a picture ahead, so that a prompt with it need not. A few are kept.
    ///
    /// # Errors
    /// [`EngineError`] where it cannot be shown; [`EngineError::Interrupted`] where the switch is thrown meanwhile.
    pub fn encode(&self, frame: &Frame, interrupt: &Interrupt) -> Result<(), EngineError> {
        let Inner { config, rule, .. } = &*self.inner;
        let picture = Picture::new(frame, 0, rule, &config.vision)?;
        let encoded = self.features(&picture, &mut |_, _| interrupt.check());
        encoded.map(drop).map_err(|error| error.or_interrupted(interrupt))
    }

    pub(crate) fn text(&self) -> &TextAt {
        &self.inner.text
    }

    pub(crate) fn tokenizer(&self) -> &Tokenizer {
        &self.inner.tokenizer
    }

    pub(crate) fn generation(&self) -> &Generation {
        &self.inner.generation
    }

    /// The conversation as the model reads it.
    pub(crate) fn render(&self, messages: &[Message]) -> Result<String, EngineError> {
        self.inner.template.render(messages)
    }

    /// The prompt of a rendered conversation's ids.
    pub(crate) fn prompt(&self, ids: &[u32], messages: &[Message]) -> Result<Prompt, EngineError> {
        let Inner { config, rule, .. } = &*self.inner;
        Prompt::new(ids, config.image_token, messages, rule, &config.vision)
    }

    /// Pictures whose features are kept.
    #[cfg(test)]
    pub(crate) fn pictures_kept(&self) -> usize {
        self.inner.pictures.lock().map_or(0, |pictures| pictures.len())
    }

    /// What the tower makes of a picture, and whether it had been encoded before.
    pub(crate) fn features(&self, picture: &Picture, seen: Observer) -> Result<(Features, bool), EngineError> {
        let kept = || self.inner.pictures.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(features) = kept().get(picture.digest) {
            return Ok((features, true));
        }
        let _one_at_a_time = self.inner.encoding.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(features) = kept().get(picture.digest) {
            return Ok((features, true));
        }
        let patches = preprocess::patches(picture.frame.pixels(), &self.inner.rule, &self.inner.config.vision)?;
        let features = self.inner.tower.forward(&patches, seen)?;
        kept().keep(picture.digest, features.clone());
        Ok((features, false))
    }
}

/// What can be said before anything is read.
fn check(folder: &Path) -> Result<(), EngineError> {
    if !folder.join("config.json").exists() {
        return Err(EngineError::NotACheckpoint { folder: folder.to_owned(), missing: "config.json" });
    }
    Ok(())
}
