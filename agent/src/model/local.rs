//! A model in this process: a checkpoint on this machine, how it is spoken to, and the engine once it is loaded.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sightstep_actions::profile::Profile;
use sightstep_engine::boxed;
use sightstep_engine::{Engine, EngineError, Family, LoadOptions};
use sightstep_vision::screen::Screen;

use super::hub;
use super::intact::Intact;
use super::{Environment, ModelError};
use crate::planner::answer_stream::AnswerStream;
use crate::planner::asking::AskingPlanner;
use crate::planner::dialogue::{Dialogue, Goal};
use crate::planner::local::{AheadScreen, LocalWire, Seen};
use crate::planner::question_answerer::AskingAnswerer;

/// A checkpoint on this machine. Clones share the loaded model.
#[derive(Clone)]
pub struct Local {
    /// As the command line names it.
    name: String,
    folder: PathBuf,
    profile: &'static Profile,
    options: LoadOptions,
    intact: Intact,
    engine: Arc<Mutex<Option<Engine>>>,
}

impl Local {
    /// The checkpoint that `written` names: a folder, or a model of the hub that has been fetched. None where it is
    /// neither by its form.
    ///
    /// # Errors
    /// [`ModelError`] when there is no such folder, or the model has not been fetched.
    pub fn named(
        written: &str,
        profile: Option<&str>,
        options: &LoadOptions,
        environment: Environment<'_>,
    ) -> Result<Option<Self>, ModelError> {
        let Some(folder) = folder(written, environment)? else { return Ok(None) };
        let profile = match profile {
            Some(name) => Profile::named(name)?,
            None if written == BOX => Profile::named(BOX)?,
            None => profile_of(written, &folder)?,
        };
        let (name, options, intact) = (written.to_owned(), options.clone(), Intact::of(environment));
        Ok(Some(Self { name, folder, profile, options, intact, engine: Arc::default() }))
    }

    /// The folder of the checkpoint that `written` names.
    ///
    /// # Errors
    /// [`ModelError`] when it names none that is there, or one that has changed since it was fetched.
    pub fn folder_named(written: &str, environment: Environment<'_>) -> Result<PathBuf, ModelError> {
        let folder =
            folder(written, environment)?.ok_or_else(|| ModelError::NoFolder { folder: written.to_owned() })?;
        Intact::of(environment).check(&folder).map_err(|error| ModelError::Checkpoint(Box::new(error)))?;
        Ok(folder)
    }

    /// The loaded model; `watch` is told how many of how many layers are there while it is loaded, the first time.
    ///
    /// # Errors
    /// [`EngineError`] when it cannot be loaded.
    pub fn engine(&self, watch: &mut dyn FnMut(usize, usize)) -> Result<Engine, EngineError> {
        let mut loaded = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(engine) = &*loaded {
            return Ok(engine.clone());
        }
        self.intact.check(&self.folder)?;
        let engine = Engine::load_watched(&self.folder, &self.options, watch)?;
        *loaded = Some(engine.clone());
        Ok(engine)
    }

    /// A planner that asks the model for every step; `answer_stream` hears its answers as they grow.
    ///
    /// # Errors
    /// As [`Self::engine`].
    pub fn planner(&self, goal: Goal, answer_stream: AnswerStream) -> Result<AskingPlanner<Seen>, EngineError> {
        self.asking(Dialogue::new(spoken(self.profile), goal).heard_by(answer_stream))
    }

    /// The screen, its pictures encoded for the model as soon as they are still.
    pub fn ahead(&self, screen: Box<dyn Screen>) -> Box<dyn Screen> {
        match self.engine(&mut |_, _| ()) {
            Ok(engine) => Box::new(AheadScreen::new(screen, engine, self.profile.clone())),
            // The planner says why there is no model.
            Err(_) => screen,
        }
    }

    /// How the model is spoken to.
    pub fn profile(&self) -> &'static str {
        self.profile.name
    }

    /// A planner that asks only where in a picture something is.
    ///
    /// # Errors
    /// As [`Self::engine`].
    pub fn finder(&self, instruction: &str) -> Result<AskingPlanner<Seen>, EngineError> {
        let goal = Goal { told: instruction.to_owned(), ..Goal::default() };
        self.asking(Dialogue::grounding(self.profile.clone(), goal))
    }

    /// One that answers questions about a picture; none where it cannot be loaded.
    pub fn answerer(&self) -> Option<AskingAnswerer<Seen>> {
        let engine = self.engine(&mut |_, _| ()).ok()?;
        Some(AskingAnswerer::new(Box::new(LocalWire::new(engine)), self.profile.clone()))
    }

    fn asking(&self, dialogue: Dialogue<Seen>) -> Result<AskingPlanner<Seen>, EngineError> {
        let engine = self.engine(&mut |_, _| ())?;
        Ok(AskingPlanner::new(Box::new(LocalWire::new(engine)), dialogue))
    }
}

/// A profile as a model in this process is spoken to: what was read stays read as long as nothing before it changes.
pub(crate) fn spoken(profile: &Profile) -> Profile {
    Profile { images: profile.images.chunked(), ..profile.clone() }
}

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Local({} in {} as {})", self.name, self.folder.display(), self.profile.name)
    }
}

/// What the model in the box is called, and the profile that it is spoken to in.
const BOX: &str = "box";

/// The folder of a checkpoint: the model in the box, one that is there, one that looks like a path, or that of a model of the hub.
fn folder(written: &str, environment: Environment<'_>) -> Result<Option<PathBuf>, ModelError> {
    if written == BOX {
        let cache = super::cache(environment).ok_or(ModelError::NoCache)?;
        return boxed::unpack(&cache).map(Some).map_err(|error| ModelError::Checkpoint(Box::new(error)));
    }
    let path = Path::new(written);
    if path.is_dir() {
        return Ok(Some(path.to_owned()));
    }
    if let Some(id) = hub::Id::parse(written) {
        let found = hub::Store::of(environment).and_then(|store| store.find(&id));
        return found.map(Some).ok_or_else(|| ModelError::NotFetched { id: written.to_owned() });
    }
    if written.contains('/') || written.starts_with(['.', '~']) {
        return Err(ModelError::NoFolder { folder: written.to_owned() });
    }
    Ok(None)
}

/// The profile that a checkpoint's name tells, or its configuration's, or else that of its family.
fn profile_of(written: &str, folder: &Path) -> Result<&'static Profile, ModelError> {
    let path = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let own = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let family = Family::of_checkpoint(folder).map_err(|error| ModelError::Checkpoint(Box::new(error)))?;
    let named = [written, &own].into_iter().find_map(|name| Profile::for_model(name));
    if let Some(profile) = named.filter(|profile| !super::api::Api::is_vendors(profile)) {
        return Ok(profile);
    }
    let name = match family {
        // Plain Qwen2-VL has no protocol for screens; UI-TARS was made from it.
        Family::Qwen2Vl => "ui-tars",
        Family::Qwen25Vl => "qwen2.5-vl",
        Family::OpenCua => "opencua",
        Family::Qwen3Vl | Family::Qwen3VlMoe => "qwen3-vl",
    };
    tracing::warn!("\"{own}\" is of no known kind: it is spoken to as {name} (--profile names another)");
    Ok(Profile::named(name)?)
}
