//! Writing a recording as the run goes, on a thread of its own so that the run doesn't wait for the disk.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder as _, RgbImage};
use tokio::sync::oneshot;

use super::{EVENTS, FORMAT, FRAMES, Header, RecordingError, VERSION};

/// Writes a recording. Dropping it writes what is still waiting.
pub struct Recorder {
    folder: PathBuf,
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

type Picture = Box<dyn AsRef<RgbImage> + Send>;

enum Job {
    Frame { digest: String, picture: Picture },
    Line(String),
    Flush(oneshot::Sender<Result<(), RecordingError>>),
}

impl Recorder {
    /// Starts a recording in `folder`, which is made where it is missing.
    ///
    /// # Errors
    /// [`RecordingError::Write`] when the folder cannot be written or already holds a recording.
    pub fn create(folder: &Path) -> Result<Self, RecordingError> {
        let store = Store::create(folder)?;
        let (jobs, waiting) = mpsc::channel();
        let work = move || store.work(&waiting);
        let thread = std::thread::Builder::new().name("recorder".into()).spawn(work);
        let thread = thread.map_err(|e| RecordingError::write(folder, e))?;
        Ok(Self { folder: folder.to_owned(), jobs: Some(jobs), thread: Some(thread) })
    }

    /// A recorder that writes nothing, for a run that is already recorded in `folder`.
    pub fn idle(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), jobs: None, thread: None }
    }

    /// Where the recording is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Stores a picture under its digest, once.
    pub fn frame(&self, digest: &str, picture: impl AsRef<RgbImage> + Send + 'static) {
        self.send(Job::Frame { digest: digest.to_owned(), picture: Box::new(picture) });
    }

    /// Appends one event's JSON, already free of secrets.
    pub fn line(&self, json: String) {
        self.send(Job::Line(json));
    }

    /// Waits until all that was given is on the disk.
    ///
    /// # Errors
    /// [`RecordingError::Write`] when anything given before could not be written.
    pub async fn flush(&self) -> Result<(), RecordingError> {
        if self.jobs.is_none() {
            return Ok(());
        }
        let (done, wait) = oneshot::channel();
        self.send(Job::Flush(done));
        wait.await.unwrap_or_else(|_| Err(RecordingError::write(&self.folder, "the writing thread has ended")))
    }

    fn send(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // A thread that is gone is told by the next flush.
            let _ = jobs.send(job);
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The files, owned by the writing thread.
struct Store {
    folder: PathBuf,
    events: BufWriter<File>,
    stored: HashSet<String>,
    failure: Option<RecordingError>,
}

impl Store {
    fn create(folder: &Path) -> Result<Self, RecordingError> {
        let frames = folder.join(FRAMES);
        fs::create_dir_all(&frames).map_err(|e| RecordingError::write(&frames, e))?;
        let path = folder.join(EVENTS);
        let events = File::create_new(&path).map_err(|e| RecordingError::write(&path, e))?;
        let mut store =
            Self { folder: folder.to_owned(), events: BufWriter::new(events), stored: HashSet::new(), failure: None };
        let header = serde_json::to_string(&Header { format: FORMAT.into(), version: VERSION });
        store.append(&header.map_err(|e| RecordingError::write(&path, e))?)?;
        store.flush()?;
        Ok(store)
    }

    fn work(mut self, jobs: &mpsc::Receiver<Job>) {
        for job in jobs {
            match job {
                Job::Frame { digest, picture } => self.attempt(|store| store.picture(&digest, (*picture).as_ref())),
                Job::Line(json) => self.attempt(|store| store.append(&json)),
                Job::Flush(done) => {
                    self.attempt(Self::flush);
                    let _ = done.send(self.failure.clone().map_or(Ok(()), Err));
                }
            }
        }
        self.attempt(Self::flush);
    }

    /// After a first failure nothing more is written: a recording has no holes.
    fn attempt(&mut self, write: impl FnOnce(&mut Self) -> Result<(), RecordingError>) {
        if self.failure.is_none() {
            self.failure = write(self).err();
        }
    }

    fn append(&mut self, json: &str) -> Result<(), RecordingError> {
        writeln!(self.events, "{json}").map_err(|e| RecordingError::write(&self.folder.join(EVENTS), e))
    }

    fn flush(&mut self) -> Result<(), RecordingError> {
        let written = self.events.flush().and_then(|()| self.events.get_ref().sync_data());
        written.map_err(|e| RecordingError::write(&self.folder.join(EVENTS), e))
    }

    /// Written beside its place and then renamed, so that a picture is there as a whole or not at all.
    fn picture(&mut self, digest: &str, picture: &RgbImage) -> Result<(), RecordingError> {
        if self.stored.contains(digest) {
            return Ok(());
        }
        let path = self.folder.join(FRAMES).join(format!("{digest}.png"));
        let part = path.with_extension("part");
        encode(&part, picture).map_err(|reason| RecordingError::write(&part, reason))?;
        fs::rename(&part, &path).map_err(|e| RecordingError::write(&path, e))?;
        self.stored.insert(digest.to_owned());
        Ok(())
    }
}

/// Fast PNG: a screen of 1920×1080 takes 3 ms and 330 KiB so, and a tenth less space but ten times as long otherwise.
fn encode(path: &Path, picture: &RgbImage) -> Result<(), String> {
    let mut file = BufWriter::new(File::create(path).map_err(|e| e.to_string())?);
    let encoder = PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::Adaptive);
    encoder
        .write_image(picture.as_raw(), picture.width(), picture.height(), ExtendedColorType::Rgb8)
        .map_err(|e| e.to_string())?;
    file.flush().and_then(|()| file.get_ref().sync_data()).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Square(RgbImage);

    impl AsRef<RgbImage> for Square {
        fn as_ref(&self) -> &RgbImage {
            &self.0
        }
    }

    fn square(grey: u8) -> Square {
        Square(RgbImage::from_pixel(4, 4, image::Rgb([grey; 3])))
    }

    #[tokio::test]
    async fn lines_and_pictures_are_there_after_a_flush() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = Recorder::create(folder.path()).unwrap();
        recorder.frame("aa", square(7));
        recorder.line(r#"{"t":0.0,"event":"dreamed"}"#.into());
        recorder.flush().await.unwrap();
        let lines = fs::read_to_string(folder.path().join(EVENTS)).unwrap();
        assert_eq!(lines, "{\"format\":\"sightstep-recording\",\"version\":1}\n{\"t\":0.0,\"event\":\"dreamed\"}\n");
        let picture = image::open(folder.path().join("frames/aa.png")).unwrap().into_rgb8();
        assert_eq!(picture, square(7).0);
    }

    #[tokio::test]
    async fn a_picture_is_stored_once() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = Recorder::create(folder.path()).unwrap();
        recorder.frame("aa", square(7));
        recorder.frame("aa", square(9));
        drop(recorder);
        let picture = image::open(folder.path().join("frames/aa.png")).unwrap().into_rgb8();
        assert_eq!(picture, square(7).0);
    }

    #[tokio::test]
    async fn a_failure_is_told_and_leaves_no_hole() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = Recorder::create(folder.path()).unwrap();
        recorder.line(r#"{"t":0.0,"event":"first"}"#.into());
        recorder.frame("no/such/folder", square(1));
        recorder.line(r#"{"t":0.0,"event":"second"}"#.into());
        let failure = recorder.flush().await.unwrap_err().to_string();
        assert!(failure.contains("no/such/folder") && failure.contains("hint:"), "{failure}");
        drop(recorder);
        assert!(!fs::read_to_string(folder.path().join(EVENTS)).unwrap().contains("second"));
    }

    #[test]
    fn a_recording_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        drop(Recorder::create(folder.path()).unwrap());
        assert!(Recorder::create(folder.path()).is_err());
    }
}
