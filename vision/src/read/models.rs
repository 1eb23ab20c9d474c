//! The two networks of PP-OCR, loaded once and shared by every reader.

use std::path::Path;
use std::sync::Arc;

use rten::{Model, ModelOptions, RunOptions, ThreadPool, Value};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use super::ReadError;
use crate::weights::{self, WeightsError};

/// Detection and recognition of text, ready to run.
pub struct TextModels {
    pub(super) detection: Model,
    pub(super) recognition: Model,
    /// The character of each class but the first, which is CTC's blank.
    pub(super) characters: Vec<String>,
}

impl TextModels {
    /// Checks and loads the weights in the folder.
    ///
    /// # Errors
    /// [`WeightsError`] naming the file that is absent, wrong or cannot be loaded.
    pub fn load(folder: &Path) -> Result<Self, WeightsError> {
        let [detection, recognition] = weights::verify(folder)?;
        let (detection, recognition) = (model(&detection)?, model(&recognition)?);
        let characters = recognition.metadata().get("character").unwrap_or_default();
        // A class more than the file lists is the space.
        let characters = characters.lines().map(str::to_owned).chain([" ".to_owned()]).collect();
        Ok(Self { detection, recognition, characters })
    }
}

fn model(path: &Path) -> Result<Model, WeightsError> {
    let mut options = ModelOptions::with_all_ops();
    options.prepack_weights(true);
    options.load_file(path).map_err(|e| WeightsError::NotLoaded { path: path.to_owned(), reason: e.to_string() })
}

/// Runs a network on one core of `pool`.
pub(super) fn run(model: &Model, input: NdTensor<f32, 4>, pool: &Arc<ThreadPool>) -> Result<Vec<f32>, ReadError> {
    let failed = |reason: String| ReadError::Model { reason };
    let mut options = RunOptions::default();
    options.thread_pool = Some(Arc::clone(pool));
    match model.run_one(input.view().into(), Some(options)).map_err(|e| failed(e.to_string()))? {
        Value::FloatTensor(tensor) => Ok(tensor.to_vec()),
        other => Err(failed(format!("the network answered with {:?}", other.dtype()))),
    }
}

/// One thread for each core: a network that runs alone on a core is a fifth to a third faster than one that is spread
/// over two, because nothing waits.
pub(super) struct Cores(Vec<Arc<ThreadPool>>);

impl Cores {
    pub(super) fn all() -> Self {
        let count = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self((0..count).map(|_| Arc::new(ThreadPool::with_num_threads(1))).collect())
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Does `work` for every item, each on a free core, and gives the results in the items' order.
    pub(super) fn each<T: Sync, R: Send>(
        &self,
        items: &[T],
        work: impl Fn(&T, &Arc<ThreadPool>) -> Result<R, ReadError> + Sync,
    ) -> Result<Vec<R>, ReadError> {
        let next = std::sync::atomic::AtomicUsize::new(0);
        let one_core = |pool: &Arc<ThreadPool>| {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let Some(item) = items.get(at) else { return Ok(done) };
                done.push((at, work(item, pool)?));
            }
        };
        let mut done = Vec::with_capacity(items.len());
        std::thread::scope(|scope| {
            let cores = self.0.iter().take(items.len());
            let threads: Vec<_> = cores.map(|pool| scope.spawn(|| one_core(pool))).collect();
            for thread in threads {
                done.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            }
            Ok(())
        })?;
        done.sort_unstable_by_key(|(at, _)| *at);
        Ok(done.into_iter().map(|(_, result)| result).collect())
    }
}

/// An input of both networks: one picture of this size, blue first, 0..255 as -1..1, grey where nothing is drawn.
pub(super) fn input(picture: &image::RgbImage, width: usize, height: usize) -> NdTensor<f32, 4> {
    let mut values = vec![0.0f32; 3 * width * height];
    let (columns, plane) = (picture.width() as usize, width * height);
    for (y, row) in picture.as_raw().chunks_exact(columns * 3).take(height).enumerate() {
        for (x, pixel) in row.chunks_exact(3).take(width).enumerate() {
            let at = y * width + x;
            values[at] = f32::from(pixel[2]) / 127.5 - 1.0;
            values[plane + at] = f32::from(pixel[1]) / 127.5 - 1.0;
            values[2 * plane + at] = f32::from(pixel[0]) / 127.5 - 1.0;
        }
    }
    NdTensor::from_data([1, 3, height, width], values)
}
