//! Runs on painted screens are recorded, then replayed as they are and with something changed.

use std::path::Path;
use std::sync::{Arc, Mutex};

use image::{Rgb, RgbImage};
use sightstep_actions::executor::{Receipt, RecordedExecutor};
use sightstep_actions::plan::{Action, Button, FinishStatus, Plan};
use sightstep_actions::space::FramePoint;
use sightstep_tasks::recording::{EVENTS, Entry, ScreenSeen, Terms};
use sightstep_vision::frame::Frame;
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::{Line, ReadError, Reading};
use sightstep_vision::screen::{Look, RecordedScreen, ScreenError, Settled};

use super::*;
use crate::cached_reader::{CachedReader, Read};
use crate::planner::ScriptedPlanner;
use crate::report::Silent;
use crate::run::person::Nobody;
use crate::verify::ScreenVerifier;

/// Reads the same word wherever it looks.
struct Says(&'static str);

impl Read for Says {
    fn read(&mut self, _frame: &Frame) -> Result<Arc<Reading>, ReadError> {
        let line = Line { text: self.0.into(), area: Rect::new(8, 8, 40, 16), confidence: 0.9, words: Vec::new() };
        Ok(Arc::new(Reading { lines: vec![line], elements: Vec::new() }))
    }
}

/// What a reporter hears.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Entry>>>);

impl Report for Heard {
    fn entry(&mut self, entry: &Entry) {
        self.0.lock().unwrap().push(entry.clone());
    }
}

fn look(grey: u8) -> Result<Look, ScreenError> {
    let mut pixels = RgbImage::from_pixel(64, 48, Rgb([240; 3]));
    for x in 10..30 {
        pixels.put_pixel(x, 12, Rgb([grey; 3]));
    }
    let frame = Frame::from_image(pixels);
    let settled = Settled::still(frame);
    Ok(Look { settled, windows: vec![] })
}

fn plan(actions: Vec<Action>) -> Plan {
    Plan { thought: Some("because".into()), reflection: None, actions, expect: vec![] }
}

fn script() -> Vec<Plan> {
    let click = Action::Click { at: FramePoint { x: 20, y: 12 }, button: Button::Left, count: 1 };
    let typed = Action::Type { text: "hello".into() };
    let finish = Action::Finish { status: FinishStatus::Success, answer: None };
    vec![plan(vec![click]), plan(vec![typed]), plan(vec![finish])]
}

/// A run of three steps, recorded: a click, a text that is read back, the end.
async fn recorded(folder: &Path) -> Recording {
    let reader = CachedReader::new(Says("hello"));
    let secrets = Secrets::default();
    let mut journal =
        Journal::new(Recorder::create(folder).unwrap(), Box::new(Silent), secrets).with_reader(reader.clone());
    let terms = Terms { steps: 9, seconds: 60, ..Terms::default() };
    journal.note(Event::RunStarted {
        at: "2026-01-02T03:04:05Z".into(),
        sightstep: "0.1.0".into(),
        task: "painted".into(),
        goal: "say hello".into(),
        model: "reader".into(),
        profile: None,
        wire: None,
        screen: ScreenSeen { display: "sandbox".into(), width: 64, height: 48, origin: [0, 0], scale: 1.0 },
        terms: Some(terms),
        task_file: None,
    });
    let receipt = Receipt { method: "mouse".into(), millis: 1.0, note: None };
    let mut run = Run {
        screen: Box::new(RecordedScreen::new([look(0), look(90), look(200)])),
        planner: Box::new(ScriptedPlanner::new(script())),
        executor: Box::new(RecordedExecutor::new([Ok(receipt.clone()), Ok(receipt)])),
        verifier: Box::new(ScreenVerifier::new(reader.clone())),
        reader: reader.clone(),
        policy: sightstep_actions::policy::Policy::default(),
        person: Box::new(Nobody),
        steps: 9,
        patience: Patience::NONE,
        journal,
    };
    let ended = run.to_end(&Stop::default()).await;
    let Ended { outcome, reason, answer, steps, .. } = ended;
    run.journal.note(Event::RunFinished { outcome, reason, answer, checks: vec![], steps });
    run.journal.flush().await.unwrap();
    Recording::open(folder).unwrap()
}

/// The recording with one text of its file replaced by another.
async fn changed(folder: &Path, from: &str, to: &str) -> Recording {
    recorded(folder).await;
    let path = folder.join(EVENTS);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from} is not in {text}");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    Recording::open(folder).unwrap()
}

async fn replayed(recording: &Recording, on: OnDivergence) -> Replayed {
    replay(recording, Box::new(Silent), on).await.unwrap()
}

#[tokio::test]
async fn a_recording_replays_as_it_was_and_tells_the_same_every_time() {
    let folder = tempfile::tempdir().unwrap();
    let recording = recorded(folder.path()).await;
    let told: Vec<_> = recording.entries.iter().filter(|e| !matches!(e.event, Event::Read { .. })).cloned().collect();
    for _ in 0..2 {
        let heard = Heard::default();
        let result = replay(&recording, Box::new(heard.clone()), OnDivergence::Stop).await.unwrap();
        assert_eq!((result.divergences, result.steps, result.outcome), (vec![], 3, Some(Outcome::Done)));
        assert_eq!(*heard.0.lock().unwrap(), told);
    }
}

#[tokio::test]
async fn what_differs_is_named_with_step_and_pictures() {
    let cases = [
        ("\"verdict\":\"confirmed\"", "\"verdict\":\"no_effect\"", 1, "verified", "verdict", 2),
        ("\"outcome\":\"done\"", "\"outcome\":\"stopped\"", 3, "run_finished", "outcome", 1),
        ("\"steps\":9", "\"deny\":[\"type\"],\"steps\":9", 2, "acted", "receipt", 1),
        ("\"text\":\"hello\",\"box\"", "\"text\":\"jelly\",\"box\"", 2, "verified", "evidence[0].holds", 2),
    ];
    for (from, to, step, event, field, pictures) in cases {
        let folder = tempfile::tempdir().unwrap();
        let recording = changed(folder.path(), from, to).await;
        let result = replayed(&recording, OnDivergence::Stop).await;
        let first = &result.divergences[0];
        assert_eq!((first.step, first.event, first.pictures.len()), (step, event, pictures), "{to}: {first:?}");
        assert_eq!(first.difference.field, field, "{to}: {first:?}");
        assert!(first.pictures.iter().all(|picture| picture.is_file()) && result.diverged(), "{first:?}");
    }
}

#[tokio::test]
async fn an_accepted_difference_is_written_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let original = recorded(folder.path()).await;
    let path = folder.path().join(EVENTS);
    let whole = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, whole.replacen("\"verdict\":\"confirmed\"", "\"verdict\":\"no_effect\"", 1)).unwrap();
    let result = replayed(&Recording::open(folder.path()).unwrap(), OnDivergence::Accept).await;
    assert!(!result.diverged() && result.divergences.len() == 1, "{result:?}");
    assert_eq!(Recording::open(folder.path()).unwrap(), original);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), whole);
}

#[tokio::test]
async fn another_course_is_never_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let recording = changed(folder.path(), "\"steps\":9", "\"deny\":[\"type\"],\"steps\":9").await;
    let before = std::fs::read(folder.path().join(EVENTS)).unwrap();
    assert!(replayed(&recording, OnDivergence::Accept).await.diverged());
    assert_eq!(std::fs::read(folder.path().join(EVENTS)).unwrap(), before);
}

#[tokio::test]
async fn a_recording_that_breaks_off_anywhere_replays_as_far_as_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path()).await;
    let path = folder.path().join(EVENTS);
    let whole = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    for kept in 2..lines.len() {
        std::fs::write(&path, format!("{}\n{{\"t\":9.9,\"eve", lines[..kept].join("\n"))).unwrap();
        let recording = Recording::open(folder.path()).unwrap();
        let result = replayed(&recording, OnDivergence::Stop).await;
        assert_eq!((result.divergences, result.damage.is_some()), (vec![], true), "{kept} lines");
    }
}

#[tokio::test]
async fn a_picture_that_was_changed_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let recording = recorded(folder.path()).await;
    let Event::Observed { frame, .. } = &recording.entries[1].event else { panic!("no look") };
    let path = recording.frame(frame);
    RgbImage::new(64, 48).save(&path).unwrap();
    let error = replay(&recording, Box::new(Silent), OnDivergence::Stop).await.unwrap_err().to_string();
    assert!(error.starts_with(&path.display().to_string()) && error.contains("hint:"), "{error}");
}
