//! What a step costs besides its planner, and what reading costs: figures on a private display of 1920x1080 with real
//! windows.

use std::error::Error;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sightstep::cached_reader::CachedReader;
use sightstep::observation::Observation;
use sightstep::session::sandbox::Sandbox;
use sightstep::verify::{ScreenVerifier, Verifier as _};
use sightstep_actions::plan::{Action, Button};
use sightstep_actions::space::FramePoint;
use sightstep_tasks::recording::Recorder;
use sightstep_tests::figures::median;
use sightstep_vision::frame::Frame;
use sightstep_vision::geometry::Rect;
use sightstep_vision::needle::Needle;
use sightstep_vision::read::{Reader, TextModels};
use sightstep_vision::screen::{Area, DesktopScreen, Eyes, Screen as _, Settled};
use sightstep_vision::weights;

/// Windows of a usual screen: an editor, a calculator, a file manager, a form.
const USUAL: [&[&str]; 4] = [
    &["mousepad", "/etc/services"],
    &["galculator"],
    &["pcmanfm", "--no-desktop", "/usr"],
    &["zenity", "--forms", "--title", "Details", "--text", "Yours", "--add-entry", "Name", "--add-entry", "Town"],
];

/// Windows that fill a screen with small text.
const DENSE: [&[&str]; 2] = [
    &["pcmanfm", "--no-desktop", "/usr/bin"],
    &["xterm", "-fa", "DejaVu Sans Mono", "-fs", "9", "-geometry", "120x60+900+20", "-e", "ls -la /etc; sleep 1000"],
];

/// How long the programs get to draw their windows.
const STARTUP: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let measured = tokio::runtime::Runtime::new().map_err(Into::into).and_then(|rt| rt.block_on(measure()));
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure() -> Result<(), Box<dyn Error>> {
    let models = Arc::new(TextModels::load(&weights::locate()?)?);
    println!("a usual screen");
    on_screen(&USUAL, &models).await?;
    println!("a screen full of small text");
    on_screen(&DENSE, &models).await
}

async fn on_screen(windows: &[&[&str]], models: &Arc<TextModels>) -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start(1920, 1080).await?;
    let mut programs = windows.iter().map(|argv| started(argv, &sandbox)).collect::<Result<Vec<_>, _>>()?;
    let mut screen = DesktopScreen::connect(Some(sandbox.display()), Area::Desktop, Eyes::All).await?;
    tokio::time::sleep(STARTUP).await;
    let measured = figures(&mut screen, models).await;
    for program in &mut programs {
        let _ = program.kill();
        let _ = program.wait();
    }
    measured
}

fn started(argv: &[&str], sandbox: &Sandbox) -> std::io::Result<Child> {
    let mut command = Command::new(argv[0]);
    command.args(&argv[1..]).envs(sandbox.environment()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}

async fn figures(screen: &mut DesktopScreen, models: &Arc<TextModels>) -> Result<(), Box<dyn Error>> {
    let looks = settling(screen).await?;
    println!("  capture and settle, still screen  {looks:>8.1} ms median of 20");
    let frame = screen.settled(None).await?.frame;
    let [at, far] = [step(screen, models, 0).await?, step(screen, models, 900).await?];
    println!("  a step: see, verify, record       {at:>8.1} ms median of 20");
    println!("  the same, the effect is elsewhere {far:>8.1} ms median of 20");
    let click = Action::Click { at: FramePoint { x: 400, y: 600 }, button: Button::Left, count: 1 };
    let dialog_area = Rect::new(300, 500, 480, 320);
    println!(
        "  judge a click that opens a dialog {:>8.1} ms median of 20",
        judging(&frame, &click, dialog_area, models).await?
    );
    let typed = Action::Type { text: "a text of some words".into() };
    let line = Rect::new(300, 500, 300, 24);
    println!(
        "  judge typing, one line is read    {:>8.1} ms median of 20",
        judging(&frame, &typed, line, models).await?
    );
    let [there, absent] = needle(&frame)?;
    println!("  find a needle of 300x100, there   {there:>8.1} ms median of 5");
    println!("  the same, not there, 50 px around {absent:>8.1} ms median of 5");
    let (full, lines) = full(&frame, models);
    println!("  read 1920x1080, {lines:>3} lines         {full:>8.1} ms median of 5");
    println!("  read it again, unchanged          {:>8.1} ms median of 5", unchanged(&frame, models));
    println!("  read one changed dialog, 480x320  {:>8.1} ms median of 5", dialog(&frame, models));
    Ok(())
}

async fn settling(screen: &mut DesktopScreen) -> Result<f64, Box<dyn Error>> {
    let mut times = Vec::new();
    for _ in 0..20 {
        let begun = Instant::now();
        screen.settled(None).await?;
        times.push(millis(begun));
    }
    Ok(median(&times))
}

/// A step around its action: look, judge a click that changed a dialog so far from it, write the picture and the event to the
/// disk. What is far from the click is read; what is at its place need not be.
async fn step(screen: &mut DesktopScreen, models: &Arc<TextModels>, far: i32) -> Result<f64, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let recorder = Recorder::create(folder.path())?;
    let mut verifier = ScreenVerifier::new(CachedReader::new(Reader::new(Arc::clone(models))));
    let mut times = Vec::new();
    for n in 0..20 {
        let dialog = Rect::new(300 + 20 * n, 500, 480, 320);
        let at = FramePoint { x: (dialog.x + 200 + far).cast_unsigned(), y: 600 };
        let click = Action::Click { at, button: Button::Left, count: 1 };
        let begun = Instant::now();
        let before =
            Observation { settled: screen.settled(None).await?, windows: screen.windows().await?, pointer: None };
        let looked = begun.elapsed();
        let mut after = before.clone();
        after.settled.frame = with_dialog(&before.settled.frame, dialog);
        let begun = Instant::now();
        let verdict = verifier.judge(&click, &[], &before, &after).await?;
        recorder.frame(after.settled.frame.digest(), after.settled.frame.clone());
        recorder.line(serde_json::to_string(&verdict)?);
        recorder.flush().await?;
        times.push((looked + begun.elapsed()).as_secs_f64() * 1e3);
    }
    Ok(median(&times))
}

/// A verdict alone, where the frame before the action has been read and `area` changed.
async fn judging(frame: &Frame, action: &Action, area: Rect, models: &Arc<TextModels>) -> Result<f64, Box<dyn Error>> {
    let cached_reader = CachedReader::new(Reader::new(Arc::clone(models)));
    let mut verifier = ScreenVerifier::new(cached_reader.clone());
    let mut times = Vec::new();
    for n in 0..20 {
        let area = Rect::new(area.x + 13 * n, area.y + n, area.w, area.h);
        let (before, after) = (seen(frame.clone()), seen(with_dialog(frame, area)));
        cached_reader.read(frame).await?;
        let begun = Instant::now();
        verifier.judge(action, &[], &before, &after).await?;
        times.push(millis(begun));
    }
    Ok(median(&times))
}

/// Looking for a part of the screen: where it is, moved by some pixels, and where it is not.
fn needle(frame: &Frame) -> Result<[f64; 2], Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let json = folder.path().join("part.json");
    frame.pixels().save(json.with_extension("png"))?;
    let area = r#"{"area":[{"xpos":120,"ypos":150,"width":300,"height":100,"type":"match"}]}"#;
    std::fs::write(&json, area)?;
    let needle = Needle::load(&json)?;
    let mut moved = frame.pixels().clone();
    image::imageops::replace(&mut moved, frame.pixels(), 9, 5);
    let absent = image::imageops::flip_vertical(frame.pixels());
    let mut medians = [0.0; 2];
    for (median_of, picture) in medians.iter_mut().zip([moved, absent]) {
        let frame = Frame::from_image(picture);
        let mut times = Vec::new();
        for _ in 0..5 {
            let begun = Instant::now();
            needle.find(&frame, None)?;
            times.push(millis(begun));
        }
        *median_of = median(&times);
    }
    Ok(medians)
}

fn seen(frame: Frame) -> Observation {
    let settled = Settled::still(frame);
    Observation { settled, windows: Vec::new(), pointer: None }
}

fn full(frame: &Frame, models: &Arc<TextModels>) -> (f64, usize) {
    let (mut times, mut lines) = (Vec::new(), 0);
    for _ in 0..5 {
        let mut reader = Reader::new(Arc::clone(models));
        let begun = Instant::now();
        lines = reader.read(frame).lines.len();
        times.push(millis(begun));
    }
    (median(&times), lines)
}

fn unchanged(frame: &Frame, models: &Arc<TextModels>) -> f64 {
    let mut reader = Reader::new(Arc::clone(models));
    reader.read(frame);
    let mut times = Vec::new();
    for _ in 0..5 {
        let again = Frame::from_image(frame.pixels().clone());
        let begun = Instant::now();
        reader.read(&again);
        times.push(millis(begun));
    }
    median(&times)
}

/// A dialog appears: a part of the screen is copied to another place.
fn dialog(frame: &Frame, models: &Arc<TextModels>) -> f64 {
    let mut times = Vec::new();
    for n in 0..5 {
        let mut reader = Reader::new(Arc::clone(models));
        reader.read(frame);
        let begun_frame = with_dialog(frame, Rect::new(300 + 40 * n, 500, 480, 320));
        let begun = Instant::now();
        reader.read(&begun_frame);
        times.push(millis(begun));
    }
    median(&times)
}

fn with_dialog(frame: &Frame, area: Rect) -> Frame {
    let mut pixels = frame.pixels().clone();
    let part = image::imageops::crop_imm(frame.pixels(), 640, 240, area.w as u32, area.h as u32).to_image();
    image::imageops::replace(&mut pixels, &part, area.x.into(), area.y.into());
    Frame::from_image(pixels)
}

fn millis(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1e3
}
