//! Why a model cannot be loaded or asked, in words for a person.

use std::path::{Path, PathBuf};

use crate::interrupt::Interrupt;

/// What goes wrong in the engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The folder is not a checkpoint.
    #[error(
        "{} is not a checkpoint: it has no {missing}\n\
         hint: give the folder that holds config.json, tokenizer.json and the .safetensors files", folder.display()
    )]
    NotACheckpoint {
        /// The folder.
        folder: PathBuf,
        /// The first file that is missing.
        missing: &'static str,
    },
    /// A file cannot be read.
    #[error("{} cannot be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A folder cannot be written.
    #[error("{} cannot be written: {reason}\nhint: XDG_CACHE_HOME names another folder", path.display())]
    Unwritable {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A file's content is not what it must be.
    #[error("{}: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A fetched file is no longer what the hub listed.
    #[error(
        "{} has other content than it had when it was fetched: its digest is {found}\n\
         hint: remove it, then `sightstep models pull` fetches it again", path.display()
    )]
    WrongDigest {
        /// The file, named by its digest.
        path: PathBuf,
        /// The digest of its content, in hex.
        found: String,
    },
    /// The checkpoint is of a family that this engine does not have.
    #[error(
        "{}: models of type \"{found}\" cannot be run\n\
         hint: the engine runs qwen2_vl, qwen2_5_vl, qwen3_vl, qwen3_vl_moe and opencua; others can be served by an \
         OpenAI-compatible server", path.display()
    )]
    UnknownFamily {
        /// The configuration.
        path: PathBuf,
        /// Its `model_type`.
        found: String,
    },
    /// The checkpoint asks for something that this engine does not do.
    #[error("{}: {what} is not supported", path.display())]
    Unsupported {
        /// The configuration.
        path: PathBuf,
        /// What it asks for.
        what: String,
    },
    /// Weights cannot be stored in fewer bits twice.
    #[error("the text weights in {} are quantised already\nhint: leave --quantize out", path.display())]
    QuantizedAlready {
        /// The file.
        path: PathBuf,
    },
    /// A file of weights that the index names is not there.
    #[error(
        "{} is missing, though {} names it\n\
         hint: fetch the checkpoint again; one that was interrupted is not whole", path.display(), index.display()
    )]
    MissingShard {
        /// The file.
        path: PathBuf,
        /// The index.
        index: PathBuf,
    },
    /// A file of weights is cut off or damaged.
    #[error("{} is not whole: {reason}\nhint: fetch this file again", path.display())]
    BrokenShard {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A weight that the configuration implies is in none of the files.
    #[error("the weight {name} is in none of the checkpoint's files\nhint: {folder} may hold only a part of a model", folder = folder.display())]
    MissingWeight {
        /// Its name.
        name: String,
        /// The checkpoint.
        folder: PathBuf,
    },
    /// A weight has another shape than the configuration implies.
    #[error("the weight {name} has the shape {found:?}, but config.json implies {expected:?}")]
    WrongShape {
        /// Its name.
        name: String,
        /// The shape in the file.
        found: Vec<usize>,
        /// The shape that the configuration implies.
        expected: Vec<usize>,
    },
    /// The machine has too little memory; said before anything is loaded.
    #[error(
        "the model needs {} of memory and {} are free\n\
         hint: --quantize q8_0 takes about {} and --quantize q4_k about {}",
        gib(*needed), gib(*free), gib(*q8), gib(*q4)
    )]
    TooLittleMemory {
        /// Bytes that the weights and the key-value store take.
        needed: u64,
        /// Bytes that are free.
        free: u64,
        /// Bytes needed at Q8_0.
        q8: u64,
        /// Bytes needed at Q4_K.
        q4: u64,
    },
    /// There is no such device, or this program was built without it.
    #[error("{device} cannot be used: {reason}\nhint: --device cpu works everywhere")]
    Device {
        /// The device that was asked for.
        device: String,
        /// Why not.
        reason: String,
    },
    /// The checkpoint's chat template cannot be rendered.
    #[error("the checkpoint's chat template cannot be rendered: {reason}")]
    Template {
        /// What the template engine says.
        reason: String,
    },
    /// The tokenizer cannot read or write a text.
    #[error("the checkpoint's tokenizer failed: {reason}")]
    Tokenizer {
        /// What it says.
        reason: String,
    },
    /// A picture cannot be shown to a model.
    #[error("a picture of {width}x{height} cannot be shown to the model: {reason}")]
    Picture {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
        /// Why not.
        reason: &'static str,
    },
    /// The rendered prompt has another number of places for pictures than there are pictures.
    #[error(
        "the prompt has {places} places for {pictures} pictures\n\
         hint: a message's text must not contain the model's own marks, such as <|image_pad|>"
    )]
    Places {
        /// Places in the rendered prompt.
        places: usize,
        /// Pictures in the messages.
        pictures: usize,
    },
    /// The conversation is longer than the session can hold.
    #[error(
        "the prompt has {tokens} tokens and the session holds {room}\n\
         hint: keep fewer pictures, or load the model with more context"
    )]
    TooLong {
        /// Tokens of the prompt.
        tokens: usize,
        /// Tokens that the session holds.
        room: usize,
    },
    /// Nobody waits for the answer any more.
    #[error("the answer was interrupted")]
    Interrupted,
    /// A computation failed: a defect, or memory that ran out on the way.
    #[error("the model could not be computed: {0}")]
    Compute(#[from] candle_core::Error),
}

impl EngineError {
    /// That a file of weights is damaged, in what the library says of it without the trace that may follow.
    pub(crate) fn broken(path: &Path, error: &candle_core::Error) -> Self {
        let reason = error.to_string().lines().next().unwrap_or_default().to_owned();
        Self::BrokenShard { path: path.to_owned(), reason }
    }

    /// This error, or that the computation was interrupted where it was.
    pub(crate) fn or_interrupted(self, interrupt: &Interrupt) -> Self {
        if interrupt.is_set() { Self::Interrupted } else { self }
    }
}

/// Bytes in GiB with one digit.
fn gib(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30))
}
