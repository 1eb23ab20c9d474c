//! Healing: a model is asked once for a target that is not found, and what it points at takes its place.

use sightstep_actions::plan::Action;
use sightstep_tasks::recording::{Healed, TargetSeen};
use sightstep_vision::frame::Frame;
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::Reading;

use super::find::Spot;
use super::inputs::Changes;
use super::recorded_actions::Move;
use super::retarget::Retarget;
use super::target::{RecordedTarget, text_at};
use crate::model::Finder;
use crate::planner::{FoundPlace, PlannerError};

/// How many texts around a target the model is told.
const AROUND: usize = 3;

/// Who is asked.
pub(super) struct Healer {
    pub(super) finder: Finder,
    /// As `--model` names it.
    pub(super) name: String,
    /// What the recorded run was to reach; secrets as their `{name}`.
    pub(super) goal: String,
}

impl Healer {
    /// Where the model sees a target, and how that differs from the recording; why not, where it sees it nowhere.
    pub(super) async fn spot(
        &self,
        made: &Move,
        target: &RecordedTarget,
        frame: &Frame,
        aim: &Retarget,
    ) -> Result<Result<(Spot, Healed), String>, PlannerError> {
        let found = match self.finder.find(frame, &self.question(made, target)).await {
            Ok(place) => place,
            Err(error) if error.is_environment() => return Err(error),
            Err(error) => {
                let why = error.to_string();
                return Ok(Err(format!("{}: {}", self.name, why.lines().next().unwrap_or_default())));
            }
        };
        let FoundPlace { point, thought, .. } = found;
        let at = (point.x as i32, point.y as i32);
        if !frame.bounds().contains(at.0, at.1) {
            return Ok(Err(format!("{}: it points off the screen, at {},{}", self.name, at.0, at.1)));
        }
        let reading = aim.reader.read(frame).await?;
        let text = text_at(&reading, at, &Changes::default()).map(|text| text.wanted);
        let healed = Healed {
            step: made.step,
            number: made.number,
            was: TargetSeen { at: target.point.into(), text: target.text.as_ref().map(|text| text.wanted.clone()) },
            now: TargetSeen { at: at.into(), text },
            model: self.name.clone(),
            thought,
        };
        let how = format!("not as it was; {} points at {}", self.name, healed.now);
        Ok(Ok((Spot { at, how }, healed)))
    }

    /// What the model is asked. The reader only knows names.
    fn question(&self, made: &Move, target: &RecordedTarget) -> String {
        let name = target.text.as_ref().map(|text| text.wanted.as_str());
        if let (Finder::Reader(_), Some(name)) = (&self.finder, name) {
            return format!("click '{name}'");
        }
        let what = verb(&made.action);
        let was = match name {
            Some(name) => format!("it was called \"{name}\""),
            None => format!("it was at {},{}", target.point.0, target.point.1),
        };
        let around = match around(&target.reading, target.point, name) {
            texts if texts.is_empty() => String::new(),
            texts => format!(", near {}", texts.join(", ")),
        };
        format!(
            "The place to {what} next, towards this goal: {}. When this was done before, {was}{around}. It may be called \
             otherwise now, or look different, or be elsewhere.",
            self.goal.trim().trim_end_matches('.')
        )
    }
}

fn verb(action: &Action) -> &'static str {
    match action {
        Action::Click { count: 2, .. } => "double-click",
        Action::Drag { .. } => "drag from",
        Action::LongPress { .. } | Action::Press { .. } => "press",
        Action::Click { .. }
        | Action::Move { .. }
        | Action::Release { .. }
        | Action::Scroll { .. }
        | Action::Type { .. }
        | Action::Key { .. }
        | Action::KeyDown { .. }
        | Action::KeyUp { .. }
        | Action::HoldKey { .. }
        | Action::Wait { .. }
        | Action::Screenshot
        | Action::Open { .. }
        | Action::Window { .. }
        | Action::System { .. }
        | Action::Ask { .. }
        | Action::Finish { .. } => "click",
    }
}

/// The texts that are nearest to a point, but for its own.
fn around(reading: &Reading, (x, y): (i32, i32), own: Option<&str>) -> Vec<String> {
    let distance = |area: Rect| (area.centre().0 - x).abs() + (area.centre().1 - y).abs();
    let mut lines: Vec<_> = reading.lines.iter().filter(|line| Some(line.text.as_str()) != own).collect();
    lines.sort_by_key(|line| distance(line.area));
    lines.into_iter().take(AROUND).map(|line| format!("\"{}\"", line.text)).collect()
}
