//! What a session's checks may ask: the screen's text, the windows, the run's answer.

use std::path::Path;

use async_trait::async_trait;
use sightstep_tasks::check::{Checked, Facts};
use sightstep_vision::geometry::Rect;
use sightstep_vision::needle::Needle;
use sightstep_vision::screen::Screen;

use crate::cached_reader::CachedReader;
use crate::run::Ended;

/// Looks at a run's screen.
pub(super) struct RunFacts<'a> {
    screen: &'a mut dyn Screen,
    reader: &'a CachedReader,
    ended: Option<&'a Ended>,
}

impl<'a> RunFacts<'a> {
    /// Facts of a run; before its end there is no answer.
    pub(super) fn new(screen: &'a mut dyn Screen, reader: &'a CachedReader, ended: Option<&'a Ended>) -> Self {
        Self { screen, reader, ended }
    }
}

#[async_trait]
impl Facts for RunFacts<'_> {
    async fn lines(&mut self, region: Option<[i32; 4]>) -> Result<Vec<String>, String> {
        let settled = self.screen.settled(None).await.map_err(|e| e.to_string())?;
        let reading = self.reader.read(&settled.frame).await.map_err(|e| e.to_string())?;
        let region = region.map_or_else(|| settled.frame.bounds(), Rect::from);
        let inside = |area: &Rect| {
            let (x, y) = area.centre();
            region.contains(x, y)
        };
        Ok(reading.lines.iter().filter(|line| inside(&line.area)).map(|line| line.text.clone()).collect())
    }

    async fn windows(&mut self) -> Result<Vec<String>, String> {
        let windows = self.screen.windows().await.map_err(|e| e.to_string())?;
        Ok(windows.into_iter().map(|window| window.title).collect())
    }

    async fn image(&mut self, needle: &Path) -> Result<Checked, String> {
        let needle = Needle::load(needle).map_err(|e| e.to_string())?;
        let settled = self.screen.settled(None).await.map_err(|e| e.to_string())?;
        let found = self.reader.find(&needle, &settled.frame).await.map_err(|e| e.to_string())?;
        Ok(Checked { holds: found.matched, seen: found.to_string() })
    }

    fn ending(&self) -> (Option<&str>, bool) {
        self.ended.map_or((None, false), |ended| (ended.answer.as_deref(), ended.infeasible))
    }
}
