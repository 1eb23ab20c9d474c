//! Pairs of looks at real windows, before and after an action that was done or left out, and what the verifier says.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sightstep::cached_reader::CachedReader;
use sightstep::observation::Observation;
use sightstep::session::sandbox::Sandbox;
use sightstep::verify::{ScreenVerifier, Verifier as _};
use sightstep_actions::executor::{DesktopExecutor, Executor as _};
use sightstep_actions::launch::Launcher;
use sightstep_actions::plan::{Action, SystemButton};
use sightstep_actions::space::{DesktopPoint, FramePoint, Size, View};
use sightstep_actions::verdict::{Judgement, Verdict};
use sightstep_vision::read::{Reader, TextModels};
use sightstep_vision::screen::{Area, DesktopScreen, Eyes, Screen as _, Settled};

mod scenes;

pub use scenes::{SCENES, Scene, Step};

/// The sandbox's size.
const SIZE: Size = Size { width: 1280, height: 800 };

/// How long a program gets to open its window.
const STARTUP: Duration = Duration::from_secs(30);

/// How long a program gets to draw what is in its window.
const DRAWING: Duration = Duration::from_secs(3);

/// How long an action that was left out is waited for: a caret blinks meanwhile.
const LEFT_OUT: Duration = Duration::from_millis(700);

/// How long a done action may take to show, as in a run.
const EFFECT: Duration = Duration::from_secs(2);

/// What was done between two looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// The action, judged as in a run, which brings the pointer to its place first and looks.
    Done,
    /// The action, judged from a picture before and one after, as `sightstep verify` does.
    DoneInPictures,
    /// The pointer moved to the place and no button was pressed, judged from pictures.
    OnlyPointed,
    /// Nothing, judged as in a run.
    LeftOut,
}

/// How often each judgement was given, of one type of action and one deed.
pub type Counts = BTreeMap<(&'static str, Deed), BTreeMap<&'static str, usize>>;

/// A desktop with one scene on it.
pub struct Theatre {
    _sandbox: Sandbox,
    launcher: Launcher,
    screen: DesktopScreen,
    executor: DesktopExecutor,
    verifier: ScreenVerifier,
    is_verbose: bool,
    wrong: Option<PathBuf>,
    kept: usize,
}

/// Actions that need not be seen, and those that change nothing themselves: there `unknown` is right too.
const SILENT: [&str; 9] = ["move", "press", "release", "key_down", "key_up", "wait", "screenshot", "ask", "finish"];

/// Whether the verifier was right.
pub fn is_right(action: &str, deed: Deed, judgement: &str) -> bool {
    match deed {
        Deed::Done | Deed::DoneInPictures => {
            judgement == "confirmed" || (judgement == "unknown" && SILENT.contains(&action))
        }
        Deed::LeftOut | Deed::OnlyPointed => judgement != "confirmed",
    }
}

impl Theatre {
    /// An empty desktop. Pictures of pairs that are judged wrongly are kept in `wrong`.
    ///
    /// # Errors
    /// Whatever keeps a display from coming up.
    pub async fn open(
        models: &Arc<TextModels>,
        is_verbose: bool,
        wrong: Option<PathBuf>,
    ) -> Result<Self, Box<dyn Error>> {
        let sandbox = Sandbox::start(SIZE.width, SIZE.height).await?;
        let launcher = sandbox.environment().into_iter().fold(Launcher::new(), |l, (name, value)| l.env(name, value));
        let screen = DesktopScreen::connect(Some(sandbox.display()), Area::Desktop, Eyes::All).await?;
        let executor = DesktopExecutor::with_launcher(Some(sandbox.display()), launcher.clone())?;
        let verifier = ScreenVerifier::new(CachedReader::new(Reader::new(Arc::clone(models))));
        Ok(Self { _sandbox: sandbox, launcher, screen, executor, verifier, is_verbose, wrong, kept: 0 })
    }

    /// Plays a scene and counts the judgements.
    ///
    /// # Errors
    /// Whatever keeps the program from starting or an action from being done.
    pub async fn play(&mut self, scene: &Scene, counts: &mut Counts) -> Result<(), Box<dyn Error>> {
        if let Some(argv) = scene.program {
            self.launcher.launch(&argv.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())?;
        }
        let window = if scene.program.is_some() { self.opened().await? } else { (0, 0) };
        for step in (scene.steps)(window) {
            match step {
                Step::Unjudged(action) => {
                    self.executor.perform(&action, &view()).await?;
                    self.look(Some(Instant::now())).await?;
                }
                Step::Judged(action) => self.pairs(&action, counts).await?,
            }
        }
        Ok(())
    }

    /// The place of the scene's window, once it is there and has the keyboard: without it nothing that is done is done.
    async fn opened(&mut self) -> Result<(i32, i32), Box<dyn Error>> {
        let begun = Instant::now();
        while !self.look(None).await?.windows.iter().any(|window| window.active) {
            if begun.elapsed() > STARTUP {
                return Err("the scene's program opened no window that has the keyboard".into());
            }
        }
        // A program goes on drawing for a while after its window is there.
        tokio::time::sleep(DRAWING).await;
        Ok(self.look(None).await?.windows.first().map_or((0, 0), |w| (w.area.x, w.area.y)))
    }

    /// The pairs of one action: left out first, so that it can be done afterwards.
    async fn pairs(&mut self, action: &Action, counts: &mut Counts) -> Result<(), Box<dyn Error>> {
        for deed in [Deed::OnlyPointed, Deed::LeftOut, Deed::Done] {
            let pictured = self.look(None).await?;
            let mut before = pictured.clone();
            match (deed, place(action)) {
                (Deed::OnlyPointed, None) => continue,
                (Deed::OnlyPointed, Some(at)) => drop(self.executor.perform(&Action::Move { at }, &view()).await?),
                (Deed::LeftOut, Some(at)) => before = self.arrived(at).await?,
                (Deed::LeftOut, None) => {}
                (Deed::Done | Deed::DoneInPictures, _) => before = self.done(action, before).await?,
            }
            let (after, verdict) = self.judged(action, deed, &before).await?;
            if deed != Deed::OnlyPointed {
                self.count((action, deed), &verdict, [&before, &after], counts)?;
            }
            if deed != Deed::LeftOut {
                let deed = if deed == Deed::Done { Deed::DoneInPictures } else { deed };
                let pair = [as_picture(&pictured), as_picture(&after)];
                let verdict = self.verifier.judge(action, &[], &pair[0], &pair[1]).await?;
                self.count((action, deed), &verdict, [&pair[0], &pair[1]], counts)?;
            }
        }
        Ok(())
    }

    /// Counts a judgement, and keeps the pictures where it is wrong.
    fn count(
        &mut self,
        (action, deed): (&Action, Deed),
        verdict: &Verdict,
        pair: [&Observation; 2],
        counts: &mut Counts,
    ) -> Result<(), Box<dyn Error>> {
        let judgement = name(verdict.judgement);
        if self.is_verbose {
            let seen: Vec<&str> = verdict.evidence.iter().map(|e| e.seen.as_str()).collect();
            println!("{} {deed:?}: {judgement} {}", action.name(), seen.join("; "));
        }
        if !is_right(action.name(), deed, judgement) {
            self.keep(action, deed, pair)?;
        }
        *counts.entry((action.name(), deed)).or_default().entry(judgement).or_default() += 1;
        Ok(())
    }

    /// Does an action as a run does: the pointer is brought to its place first, and what is seen then is before it.
    async fn done(&mut self, action: &Action, before: Observation) -> Result<Observation, Box<dyn Error>> {
        let Some(action) = stood_in(action) else { return Ok(before) };
        self.screen.acting().await?;
        let has_moved = self.executor.approach(&action, &view()).await?;
        let before = if has_moved { self.look(Some(Instant::now())).await? } else { before };
        self.screen.acting().await?;
        self.executor.perform(&action, &view()).await?;
        Ok(Observation { pointer: place(&action), ..before })
    }

    /// The look of a run whose pointer has just come to a place, from afar: what hints it shows comes later.
    async fn arrived(&mut self, at: FramePoint) -> Result<Observation, Box<dyn Error>> {
        for at in [FramePoint { x: SIZE.width - 1, y: SIZE.height - 1 }, at] {
            self.screen.acting().await?;
            self.executor.perform(&Action::Move { at }, &view()).await?;
        }
        Ok(Observation { pointer: Some(at), ..self.look(Some(Instant::now())).await? })
    }

    fn keep(&mut self, action: &Action, deed: Deed, pair: [&Observation; 2]) -> Result<(), Box<dyn Error>> {
        let Some(folder) = &self.wrong else { return Ok(()) };
        std::fs::create_dir_all(folder)?;
        self.kept += 1;
        for (seen, when) in pair.into_iter().zip(["before", "after"]) {
            let name = format!("{}-{deed:?}-{}-{when}.png", action.name(), self.kept);
            seen.settled.frame.pixels().save(folder.join(name))?;
        }
        Ok(())
    }

    async fn judged(
        &mut self,
        action: &Action,
        deed: Deed,
        before: &Observation,
    ) -> Result<(Observation, Verdict), Box<dyn Error>> {
        let begun = Instant::now();
        if deed != Deed::Done {
            tokio::time::sleep(LEFT_OUT).await;
        }
        loop {
            let after = self.look(Some(begun)).await?;
            let verdict = self.verifier.judge(action, &[], before, &after).await?;
            let is_over = deed != Deed::Done || begun.elapsed() >= EFFECT;
            if is_over || verdict.judgement != Judgement::NoEffect {
                return Ok((after, verdict));
            }
        }
    }

    async fn look(&mut self, since: Option<Instant>) -> Result<Observation, Box<dyn Error>> {
        Ok(Observation {
            settled: self.screen.settled(since).await?,
            windows: self.screen.windows().await?,
            pointer: None,
        })
    }

    /// Ends the scene's programs.
    pub fn close(self) {
        self.launcher.end_all();
    }
}

/// A look without anything that a picture alone does not tell.
fn as_picture(seen: &Observation) -> Observation {
    let settled =
        Settled { still: true, volatile: Vec::new(), caret: None, before_caret: None, ..seen.settled.clone() };
    Observation { settled, windows: Vec::new(), pointer: None }
}

fn view() -> View {
    View { origin: DesktopPoint { x: 0, y: 0 }, size: SIZE, scale: 1.0 }
}

/// What is done for an action: a phone's buttons are keys of a desktop, and nobody is asked.
fn stood_in(action: &Action) -> Option<Action> {
    let key = |keys: &[&str]| Some(Action::Key { keys: keys.iter().map(|key| (*key).to_owned()).collect() });
    match action {
        Action::System { button: SystemButton::Home } => key(&["ctrl", "home"]),
        Action::System { button: SystemButton::Back } => key(&["escape"]),
        Action::System { button: SystemButton::Menu } => key(&["f10"]),
        Action::System { button: SystemButton::Enter } => key(&["enter"]),
        Action::Ask { .. } | Action::Finish { .. } => None,
        action => Some(action.clone()),
    }
}

/// Where the pointer goes first.
fn place(action: &Action) -> Option<FramePoint> {
    match action {
        Action::Click { at, .. } | Action::LongPress { at, .. } => Some(*at),
        Action::Scroll { at, .. } => *at,
        Action::Drag { path, .. } => path.first().copied(),
        _ => None,
    }
}

/// A judgement's name in recordings.
pub fn name(judgement: Judgement) -> &'static str {
    match judgement {
        Judgement::Confirmed => "confirmed",
        Judgement::NoEffect => "no_effect",
        Judgement::Contradicted => "contradicted",
        Judgement::Unknown => "unknown",
    }
}
