//! The one way from a run to its recording and to whoever watches: every event passes here and leaves its secrets.

use std::collections::HashSet;
use std::path::Path;
use std::time::Instant;

use image::Rgb;
use serde_json::Value;
use sightstep_tasks::recording::{
    ElementSeen, Entry, Event, GroupSeen, LineSeen, Recorder, RecordingError, WindowSeen, WordSeen, millis,
};
use sightstep_tasks::task::Secrets;
use sightstep_vision::frame::Frame;
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::{Element, Line, Reading, Source};

use crate::cached_reader::{CachedReader, ImageAnswer};
use crate::observation::Observation;
use crate::report::Report;

/// Paints and writes what happens.
pub struct Journal {
    recorder: Recorder,
    report: Box<dyn Report>,
    secrets: Secrets,
    started: Instant,
    hidden: Vec<Rect>,
    has_secret: bool,
    reader: Option<CachedReader>,
    read: HashSet<String>,
}

impl Journal {
    /// A journal of a run that starts now.
    pub fn new(recorder: Recorder, report: Box<dyn Report>, secrets: Secrets) -> Self {
        Self {
            recorder,
            report,
            secrets,
            started: Instant::now(),
            hidden: Vec::new(),
            has_secret: false,
            reader: None,
            read: HashSet::new(),
        }
    }

    /// Also writes what this reader has read, so that a replay need not read again.
    #[must_use]
    pub fn with_reader(mut self, reader: CachedReader) -> Self {
        self.reader = Some(reader);
        self
    }

    /// The recording's folder.
    pub fn folder(&self) -> &Path {
        self.recorder.folder()
    }

    /// Writes an event and tells it to whoever watches, both without secrets.
    pub fn note(&mut self, event: Event) {
        let t = (self.started.elapsed().as_secs_f64() * 1e6).round() / 1e6;
        let entry = Entry { t, event };
        // Every event has a JSON form, and one without its secrets has one too: if either were not so, nothing would be
        // written rather than a secret.
        let Ok(mut json) = serde_json::to_value(&entry) else { return };
        redact(&mut json, &self.secrets);
        let Ok(entry) = serde_json::from_value::<Entry>(json) else { return };
        let Ok(line) = serde_json::to_string(&entry) else { return };
        self.report.entry(&entry);
        self.recorder.line(line);
    }

    /// From now on this is a secret too.
    pub fn learn(&mut self, name: &str, value: &str) {
        self.secrets = std::mem::take(&mut self.secrets).with(name, value);
    }

    /// Whether a secret stands in this part of the picture.
    pub fn hides(&self, area: Rect) -> bool {
        self.hidden.iter().any(|hidden| hidden.intersects(&area))
    }

    /// Writes what was seen and gives back the digest of the picture as it was stored.
    pub fn observed(&mut self, step: u32, seen: &Observation) -> String {
        let stored = self.painted(&seen.settled.frame);
        let digest = stored.digest().to_owned();
        self.report.picture(&stored);
        self.recorder.frame(&digest, stored);
        let window = |w: &sightstep_vision::screen::Window| WindowSeen {
            title: w.title.clone(),
            area: w.area.into(),
            active: w.active,
            process: w.process,
        };
        self.note(Event::Observed {
            step,
            frame: digest.clone(),
            still: seen.settled.still,
            waited_ms: millis(seen.settled.waited),
            volatile: seen.settled.volatile.iter().map(|r| (*r).into()).collect(),
            caret: seen.settled.caret.map(Into::into),
            before_caret: seen.settled.before_caret.clone().filter(|_| !self.has_secret),
            hidden: self.hidden.iter().map(|r| (*r).into()).collect(),
            windows: seen.windows.iter().map(window).collect(),
        });
        digest
    }

    /// The digest under which a picture was stored.
    pub fn digest(&self, frame: &Frame) -> String {
        self.painted(frame).digest().to_owned()
    }

    /// Writes what was read and said of a picture, once, if it was read at all.
    pub fn reading(&mut self, frame: &Frame) {
        self.image_answers(frame);
        let Some(reading) = self.reader.as_ref().and_then(|reader| reader.known(frame)) else { return };
        let digest = self.digest(frame);
        if self.read.insert(digest.clone()) {
            let elements = reading.elements.iter().map(|element| element_seen(element, &self.hidden)).collect();
            self.note(Event::Read { frame: digest, lines: lines(&reading, &self.hidden), elements });
        }
    }

    /// Writes what a model said of a picture, if it was asked.
    fn image_answers(&mut self, frame: &Frame) {
        let said = self.reader.as_ref().map(|reader| reader.image_answers(frame)).unwrap_or_default();
        for ImageAnswer { question, answer } in said {
            let digest = self.digest(frame);
            if self.read.insert(format!("{digest} {question}")) {
                self.note(Event::Answered { frame: digest, question, answer });
            }
        }
    }

    /// The names of the secrets that the text holds.
    pub fn secrets_in(&self, text: &str) -> impl Iterator<Item = &str> {
        self.secrets.names_in(text)
    }

    /// Whether the text holds a secret.
    pub fn is_secret(&self, text: &str) -> bool {
        self.secrets.is_in(text)
    }

    /// Whether a secret was typed. A part of it, or one of which a letter was lost, would not be found by comparing: what
    /// fields say is not to be told any more.
    pub fn has_secret(&self) -> bool {
        self.has_secret
    }

    /// From now on these places are painted over in stored pictures: a secret was typed there.
    pub fn hide(&mut self, areas: impl IntoIterator<Item = Rect>) {
        self.has_secret = true;
        self.hidden.extend(areas.into_iter().map(|area| area.grown(2)));
    }

    /// Waits until all is on the disk.
    ///
    /// # Errors
    /// [`RecordingError`] when anything could not be written.
    pub async fn flush(&self) -> Result<(), RecordingError> {
        self.recorder.flush().await
    }

    fn painted(&self, frame: &Frame) -> Frame {
        if self.hidden.is_empty() {
            return frame.clone();
        }
        let mut pixels = frame.pixels().clone();
        for area in &self.hidden {
            paint(&mut pixels, area.intersection(&frame.bounds()));
        }
        Frame::new(pixels, frame.origin(), frame.scale())
    }
}

/// The lines, but none that touches a hidden place: a secret that was misread is not found by comparing.
fn lines(reading: &Reading, hidden: &[Rect]) -> Vec<LineSeen> {
    let open = reading.lines.iter().filter(|line| !hidden.iter().any(|area| area.intersects(&line.area)));
    open.map(line_seen).collect()
}

/// An element as it is written; its place alone where a secret stands.
fn element_seen(element: &Element, hidden: &[Rect]) -> ElementSeen {
    let is_open = !hidden.iter().any(|area| area.intersects(&element.area));
    let open = |text: &str| if is_open { text.to_owned() } else { String::new() };
    let group = element.group.as_ref().map(|group| GroupSeen {
        kind: group.kind.clone(),
        name: group.name.clone(),
        place: group.place,
    });
    ElementSeen {
        id: element.id,
        kind: element.role.name().to_owned(),
        text: open(&element.text),
        name: open(&element.name),
        icon: element.icon.clone(),
        value: element.value.as_deref().map(open),
        area: element.area.into(),
        checked: element.state.checked,
        selected: element.state.selected,
        focused: element.state.focused,
        disabled: element.state.disabled,
        expanded: element.state.expanded,
        label: element.label,
        window: element.window.clone(),
        group,
        told: element.source != Source::Pixels,
    }
}

fn line_seen(line: &Line) -> LineSeen {
    let words = line.words.iter().map(|word| WordSeen { text: word.text.clone(), area: word.area.into() });
    LineSeen { text: line.text.clone(), area: line.area.into(), confidence: line.confidence, words: words.collect() }
}

/// Fields that hold digests: a short secret may stand in one by chance, and replacing it would lose the picture.
const DIGESTS: [&str; 4] = ["frame", "before", "after", "prompt_digest"];

/// Takes the secrets out of every text.
fn redact(value: &mut Value, secrets: &Secrets) {
    match value {
        Value::String(text) => *text = secrets.redact(text),
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, secrets)),
        Value::Object(fields) => {
            fields
                .iter_mut()
                .filter(|(name, _)| !DIGESTS.contains(&name.as_str()))
                .for_each(|(_, v)| redact(v, secrets));
        }
        _ => {}
    }
}

/// Fills the area with a grey that no theme uses for text.
fn paint(pixels: &mut image::RgbImage, area: Rect) {
    for y in area.y..area.bottom() {
        for x in area.x..area.right() {
            pixels.put_pixel(x as u32, y as u32, Rgb([128, 128, 128]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_secret_leaves_numbers_and_digests_alone() {
        let secrets = Secrets::new([("pin".to_owned(), "1".to_owned())]);
        let mut event = serde_json::json!({ "t": 1.0, "frame": "a1b1", "plan": { "thought": "type 1", "at": [1] } });
        redact(&mut event, &secrets);
        assert_eq!(
            event,
            serde_json::json!({ "t": 1.0, "frame": "a1b1", "plan": { "thought": "type {pin}", "at": [1] } })
        );
    }
}
