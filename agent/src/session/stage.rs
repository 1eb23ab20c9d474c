//! The stage of a session: a display, what sees it, what acts on it, what starts programs on it.

use std::ffi::OsString;
use std::path::Path;

use sightstep_actions::executor::DesktopExecutor;
use sightstep_actions::executor::PointerWatch;
use sightstep_actions::launch::Launcher;
use sightstep_actions::space::{DesktopPoint, Size, View};
use sightstep_tasks::task::{Place, ScreenChoice};
use sightstep_vision::geometry::Rect;
use sightstep_vision::screen::{Area, DesktopScreen, Eyes, ScreenError};

use super::SessionError;
use crate::session::sandbox::Sandbox;

/// Everything that a session needs of the world.
pub(super) struct Stage {
    /// The private display, where there is one.
    pub(super) sandbox: Option<Sandbox>,
    /// Starts programs.
    pub(super) launcher: Launcher,
    /// What programs and commands find in their environment, on top of ours.
    pub(super) environment: Vec<(OsString, OsString)>,
    /// Sees.
    pub(super) screen: DesktopScreen,
    /// What is seen.
    pub(super) view: ViewOf,
    /// The part of the desktop that is seen.
    pub(super) area: Rect,
    /// Physical pixels to a logical one.
    pub(super) scale: f64,
    /// Acts.
    pub(super) executor: DesktopExecutor,
    /// Watches for a person's stop, where the platform says where the pointer is.
    pub(super) watch: Option<PointerWatch>,
}

/// A display, and the part of it that is looked at.
pub(super) struct ViewOf {
    display: Option<String>,
    part: Area,
    eyes: Eyes,
}

impl ViewOf {
    /// The X display, where one is named.
    pub(super) fn display(&self) -> Option<&str> {
        self.display.as_deref()
    }

    /// Something that sees it and knows nothing of it yet.
    pub(super) async fn afresh(&self) -> Result<DesktopScreen, ScreenError> {
        DesktopScreen::connect(self.display.as_deref(), self.part, self.eyes).await
    }
}

impl Stage {
    /// Opens the chosen screen; programs will start in `work`.
    pub(super) async fn open(choice: &ScreenChoice, eyes: Eyes, work: &Path) -> Result<Self, SessionError> {
        let sandbox = match choice.place {
            Place::Sandbox(width, height) => Some(Sandbox::start(width, height).await?),
            _ => None,
        };
        let display = match (&choice.place, &sandbox) {
            (_, Some(sandbox)) => Some(sandbox.display().to_owned()),
            (Place::Display(name), _) => Some(name.clone()),
            _ => None,
        };
        let environment = match (&sandbox, &display) {
            // Dialogs for files begin at home: what is saved there stays with the run. What programs keep for themselves goes
            // into folders of their own, which are gone with the display.
            (Some(sandbox), _) => sandbox.environment().into_iter().chain([("HOME".into(), work.into())]).collect(),
            (None, Some(display)) => vec![("DISPLAY".into(), display.into())],
            (None, None) => Vec::new(),
        };
        let spoken =
            choice.locale.iter().flat_map(|locale| ["LANG", "LC_ALL"].map(|name| (name.into(), locale.into())));
        let environment: Vec<(OsString, OsString)> = environment.into_iter().chain(spoken).collect();
        let launcher = environment
            .iter()
            .fold(Launcher::new().folder(work), |launcher, (name, value)| launcher.env(name.clone(), value.clone()));
        let view = ViewOf { display, part: part(choice), eyes };
        let screen = view.afresh().await?;
        let (area, scale) = view.part.resolve(screen.monitors())?;
        let executor = DesktopExecutor::with_launcher(view.display.as_deref(), launcher.clone())?;
        let watch = PointerWatch::start(view.display.as_deref(), executor.aim())?;
        Ok(Self { sandbox, launcher, environment, screen, view, area, scale, executor, watch })
    }
}

impl Stage {
    /// Where pictures of it lie on the desktop.
    pub(super) fn shown(&self) -> View {
        View {
            origin: DesktopPoint { x: self.area.x, y: self.area.y },
            size: Size { width: self.area.w as u32, height: self.area.h as u32 },
            scale: self.scale,
        }
    }
}

fn part(choice: &ScreenChoice) -> Area {
    match (choice.monitor, choice.region) {
        (Some(number), _) => Area::Monitor(number as usize),
        (None, Some(region)) => Area::Region(region.into()),
        (None, None) => Area::Desktop,
    }
}
