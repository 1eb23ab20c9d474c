//! Models: the one that the command line names, those that are here or a server has, those that read text.

use std::path::PathBuf;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sightstep_engine::{Device, Engine, EngineError, LoadOptions, Quantize};
use sightstep_vision::read::{Reader, TextModels};
use sightstep_vision::weights;

use super::Failure;
use super::arguments::{LoadingOptions, ModelOptions, ModelsArguments, ModelsCommand, ReplayArguments};
use crate::exit::Exit;
use crate::model::hub::{Id, Store};
use crate::model::pull::{Hub, PullProgress};
use crate::model::{self, Model, ModelError};
use crate::planner::endpoint::client::Client;

/// Who plans, as the options say. A model that runs in this process is loaded.
pub fn named(options: &ModelOptions) -> Result<Model, Failure> {
    let loading = loading(&options.loading)?;
    let model = Model::named(&options.model, options.profile.as_deref(), &loading, &environment).map_err(unusable)?;
    if let Model::Local(local) = &model {
        watched(|watch| local.engine(watch))?;
    }
    Ok(model)
}

/// The model of a replay, where one is named.
pub fn optional(arguments: &ReplayArguments) -> Result<Option<Model>, Failure> {
    let Some(model) = arguments.model.clone() else { return Ok(None) };
    let (profile, loading) = (arguments.profile.clone(), arguments.loading.clone());
    named(&ModelOptions { model, profile, loading }).map(Some)
}

/// The folder of a checkpoint that `--model` names.
pub fn checkpoint(written: &str) -> Result<PathBuf, Failure> {
    model::Local::folder_named(written, &environment).map_err(unusable)
}

/// What is missing on this machine is no bad usage.
fn unusable(error: ModelError) -> Failure {
    match error {
        ModelError::NotFetched { .. }
        | ModelError::NoFolder { .. }
        | ModelError::NoCache
        | ModelError::Checkpoint(_) => Failure::environment(&error),
        error => Failure::usage(error.to_string()),
    }
}

/// How a model that runs in this process is loaded.
pub fn loading(options: &LoadingOptions) -> Result<LoadOptions, Failure> {
    let quantize = options.quantize.map(Quantize::from);
    Ok(LoadOptions { device: device(&options.device)?, quantize, ..LoadOptions::default() })
}

fn device(name: &str) -> Result<Device, Failure> {
    let number = || name.strip_prefix("cuda:")?.parse().ok();
    match name {
        "auto" => Ok(Device::Auto),
        "cpu" => Ok(Device::Cpu),
        _ => number().map(Device::Cuda).ok_or_else(|| {
            Failure::usage(format!("there is no device \"{name}\"\nhint: --device auto, cpu or cuda:0"))
        }),
    }
}

/// Loads a model, with a bar on a terminal.
pub fn watched(
    load: impl FnOnce(&mut dyn FnMut(usize, usize)) -> Result<Engine, EngineError>,
) -> Result<Engine, Failure> {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("loading {bar:30} {pos}/{len} layers") {
        bar.set_style(style);
    }
    let loaded = load(&mut |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    loaded.map_err(|e| Failure::environment(&e))
}

/// `sightstep models`.
pub fn models(arguments: &ModelsArguments) -> Result<Exit, Failure> {
    match (&arguments.command, &arguments.server) {
        (Some(ModelsCommand::Pull { model }), _) => pull(model),
        (None, Some(server)) => print_served(server),
        (None, None) => {
            for (id, folder) in Store::of(&environment).map(|store| store.all()).unwrap_or_default() {
                println!("{id}\t{}", folder.display());
            }
            Ok(Exit::Done)
        }
    }
}

/// Fetches a model of the hub and says where it is.
fn pull(model: &str) -> Result<Exit, Failure> {
    let id = Id::parse(model).ok_or_else(|| {
        Failure::usage(format!("\"{model}\" is no model of the hub\nhint: they are called OWNER/NAME"))
    })?;
    let hub = Hub::of(&environment).map_err(|e| Failure::environment(&e))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|e| Failure::environment(&e))?;
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta}") {
        bar.set_style(style);
    }
    let mut watch = |progress: PullProgress| {
        if bar.message() != progress.file {
            bar.set_message(progress.file.to_owned());
            bar.reset_eta();
        }
        bar.set_length(progress.of);
        bar.set_position(progress.done);
    };
    let pulled = runtime.block_on(hub.pull(&id, &mut watch));
    bar.finish_and_clear();
    println!("{}", pulled.map_err(|e| Failure::environment(&e))?.display());
    Ok(Exit::Done)
}

/// The models of a server, one a line.
fn print_served(server: &str) -> Result<Exit, Failure> {
    let settings = model::server(server, &environment).map_err(|e| Failure::usage(e.to_string()))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|e| Failure::environment(&e))?;
    let served = runtime.block_on(async { Client::new(settings)?.list_models().await });
    for name in served.map_err(|e| Failure::environment(&e))? {
        println!("{name}");
    }
    Ok(Exit::Done)
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The models that read text, checked and loaded.
pub fn text() -> Result<Arc<TextModels>, Failure> {
    let folder = weights::locate().map_err(|e| Failure::environment(&e))?;
    TextModels::load(&folder).map(Arc::new).map_err(|e| Failure::environment(&e))
}

/// A reader of its own.
pub fn reader() -> Result<Reader, Failure> {
    Ok(Reader::new(text()?))
}
