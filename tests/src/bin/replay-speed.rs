//! How long the offline replay of 50 steps at 1920x1080 takes, median of five.

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

use image::{Rgb, RgbImage};
use sightstep::cached_reader::CachedReader;
use sightstep::planner::ScriptedPlanner;
use sightstep::replay::{OnDivergence, replay};
use sightstep::report::Silent;
use sightstep::run::journal::Journal;
use sightstep::run::person::Nobody;
use sightstep::run::stop::Stop;
use sightstep::run::{Patience, Run};
use sightstep::verify::ScreenVerifier;
use sightstep_actions::executor::{Receipt, RecordedExecutor};
use sightstep_actions::plan::{Action, Button, Plan};
use sightstep_actions::policy::Policy;
use sightstep_actions::space::FramePoint;
use sightstep_tasks::recording::{Event, Recorder, Recording, ScreenSeen};
use sightstep_tasks::task::Secrets;
use sightstep_tests::figures::median;
use sightstep_vision::frame::Frame;
use sightstep_vision::read::{ReadError, Reading};
use sightstep_vision::screen::{Look, RecordedScreen, ScreenError, Settled};

const STEPS: u32 = 50;
const SIZE: (u32, u32) = (1920, 1080);

struct Blind;

impl sightstep::cached_reader::Read for Blind {
    fn read(&mut self, _frame: &Frame) -> Result<std::sync::Arc<Reading>, ReadError> {
        Ok(std::sync::Arc::default())
    }
}

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
    let folder = tempfile::tempdir()?;
    record(folder.path()).await?;
    let mut times = Vec::new();
    for _ in 0..5 {
        let begun = Instant::now();
        let replayed = replay(&Recording::open(folder.path())?, Box::new(Silent), OnDivergence::Stop).await?;
        times.push(begun.elapsed().as_secs_f64());
        if replayed.diverged() || replayed.events < 4 * STEPS as usize {
            return Err(format!("the replay diverged: {:?}", replayed.divergences).into());
        }
    }
    println!("replay of {STEPS} steps at {}x{}: {:.2} s", SIZE.0, SIZE.1, median(&times));
    Ok(())
}

/// A run of clicks, each of which changes a part of a screen full of small marks.
async fn record(folder: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let reader = CachedReader::new(Blind);
    let journal = Journal::new(Recorder::create(folder)?, Box::new(Silent), Secrets::default());
    let mut journal = journal.with_reader(reader.clone());
    journal.note(Event::RunStarted {
        at: "2026-01-02T03:04:05Z".into(),
        sightstep: "0.1.0".into(),
        task: "marks".into(),
        goal: "click".into(),
        model: "reader".into(),
        profile: None,
        wire: None,
        screen: ScreenSeen { display: "sandbox".into(), width: SIZE.0, height: SIZE.1, origin: [0, 0], scale: 1.0 },
        terms: None,
        task_file: None,
    });
    let receipt = Receipt { method: "mouse".into(), millis: 1.0, note: None };
    let mut run = Run {
        screen: Box::new(RecordedScreen::new((0..=STEPS).map(look))),
        planner: Box::new(ScriptedPlanner::new((0..STEPS).map(plan))),
        executor: Box::new(RecordedExecutor::new((0..STEPS).map(|_| Ok(receipt.clone())))),
        verifier: Box::new(ScreenVerifier::new(reader.clone())),
        reader,
        policy: Policy::default(),
        person: Box::new(Nobody),
        steps: STEPS,
        patience: Patience::NONE,
        journal,
    };
    run.to_end(&Stop::default()).await;
    Ok(run.journal.flush().await?)
}

fn plan(step: u32) -> Plan {
    let at = FramePoint { x: 10 + 30 * step, y: 500 };
    let click = Action::Click { at, button: Button::Left, count: 1 };
    Plan { thought: None, reflection: None, actions: vec![click], expect: vec![] }
}

/// Marks of 3 by 5 pixels as letters have them, and a window of them that is another at every step.
fn look(step: u32) -> Result<Look, ScreenError> {
    let mark =
        |x: u32, y: u32, salt: u32| (x / 3 * 7919 + y / 5 * 104_729 + salt * 31).is_multiple_of(5) && y % 20 < 12;
    let pixels = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        let salt = if (400..1000).contains(&x) && (300..700).contains(&y) { step + 1 } else { 0 };
        if mark(x, y, salt) { Rgb([30; 3]) } else { Rgb([245; 3]) }
    });
    let settled = Settled::still(Frame::from_image(pixels));
    Ok(Look { settled, windows: vec![] })
}
