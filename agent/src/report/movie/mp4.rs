//! The moving picture as an MP4, which the system's ffmpeg makes.

use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use image::RgbImage;
use sightstep_tasks::recording::Recording;

use super::{MovieError, Stills};

/// The widest video.
const WIDEST: u32 = 1280;

/// Pictures a second: stills need no more.
const RATE: u32 = 10;

/// How much of what ffmpeg says is told.
const SAID: usize = 300;

/// Writes a recording as an MP4, with the codec that this ffmpeg takes for one.
///
/// # Errors
/// [`MovieError`] when there is no ffmpeg, the recording holds no pictures, or the file cannot be written.
pub fn mp4(recording: &Recording, path: &Path) -> Result<(), MovieError> {
    let stills = Stills::of(recording, WIDEST)?;
    let mut ffmpeg = start(stills.size, path)?;
    // What ffmpeg says is what is wrong; that it takes no more follows from it.
    let fed = feed(&mut ffmpeg, &stills, path);
    let ended = finish(ffmpeg);
    let failed = |reason: String| MovieError::Write { path: path.to_owned(), reason };
    match (fed, ended) {
        (Err(error), _) if !matches!(error, MovieError::Write { .. }) => Err(error),
        (_, Err(said)) => Err(failed(format!("ffmpeg says: {said}"))),
        (fed, Ok(())) => fed,
    }
}

fn start((width, height): (u32, u32), path: &Path) -> Result<Child, MovieError> {
    let mut command = Command::new("ffmpeg");
    command.args(["-loglevel", "error", "-nostdin", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"]);
    command.args(["-s", &format!("{width}x{height}"), "-framerate", &RATE.to_string(), "-i", "-"]);
    // What every player takes.
    command.args(["-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4"]);
    // A name that begins with a dash is no option.
    command.arg(Path::new(".").join(path)).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().map_err(|e| match e.kind() {
        ErrorKind::NotFound => MovieError::NoFfmpeg,
        _ => MovieError::Write { path: path.to_owned(), reason: format!("ffmpeg does not start: {e}") },
    })
}

fn feed(ffmpeg: &mut Child, stills: &Stills<'_>, path: &Path) -> Result<(), MovieError> {
    let Some(mut pipe) = ffmpeg.stdin.take() else { return Ok(()) };
    stills.each(|picture: &RgbImage, time: Duration| {
        let count = (time.as_secs_f64() * f64::from(RATE)).round() as usize;
        let written = (0..count).try_for_each(|_| pipe.write_all(picture.as_raw()));
        written.map_err(|e| MovieError::Write { path: path.to_owned(), reason: e.to_string() })
    })
}

/// Waits for the end; what ffmpeg says, where it failed.
fn finish(mut ffmpeg: Child) -> Result<(), String> {
    let mut text = String::new();
    if let Some(mut pipe) = ffmpeg.stderr.take() {
        let _ = pipe.read_to_string(&mut text);
    }
    let is_done = ffmpeg.wait().is_ok_and(|status| status.success());
    let text: String = text.trim().chars().take(SAID).collect();
    if is_done { Ok(()) } else { Err(if text.is_empty() { "nothing".to_owned() } else { text }) }
}
