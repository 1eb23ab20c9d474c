//! What a recording holds, as the types that the screen is seen with: pictures, windows, what was read.

use std::path::Path;

use sightstep_tasks::recording::{ElementSeen, LineSeen, Recording, ScreenSeen, WindowSeen};
use sightstep_vision::frame::Frame;
use sightstep_vision::read::{Element, Group, Line, Reading, Role, Source, State, Word};
use sightstep_vision::screen::Window;

/// The picture of this digest; why not, where it cannot be used.
pub(crate) fn frame(recording: &Recording, digest: &str, screen: &ScreenSeen) -> Result<Frame, String> {
    decoded(digest, &recording.frame(digest), screen)
}

/// The picture of a file whose digest is to be this one.
pub(crate) fn decoded(digest: &str, path: &Path, screen: &ScreenSeen) -> Result<Frame, String> {
    // Its digest names a picture: a name that leads elsewhere is none.
    if !digest.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err("a picture's name is a digest, and this is none".to_owned());
    }
    let pixels = image::open(path).map_err(|e| e.to_string())?.into_rgb8();
    let frame = Frame::new(pixels, screen.origin.into(), screen.scale);
    if frame.digest() == digest { Ok(frame) } else { Err("its pixels are not those that its name says".to_owned()) }
}

/// A window as it was seen.
pub(crate) fn window(seen: &WindowSeen) -> Window {
    Window { title: seen.title.clone(), area: seen.area.into(), active: seen.active, process: seen.process }
}

/// What was read.
pub(crate) fn reading(lines: &[LineSeen], elements: &[ElementSeen]) -> Reading {
    let line = |seen: &LineSeen| Line {
        text: seen.text.clone(),
        area: seen.area.into(),
        confidence: seen.confidence,
        words: seen.words.iter().map(|w| Word { text: w.text.clone(), area: w.area.into() }).collect(),
    };
    Reading { lines: lines.iter().map(line).collect(), elements: elements.iter().map(element).collect() }
}

fn element(seen: &ElementSeen) -> Element {
    let state = State {
        checked: seen.checked,
        selected: seen.selected,
        focused: seen.focused,
        disabled: seen.disabled,
        expanded: seen.expanded,
    };
    let group = seen.group.as_ref().map(|group| Group {
        kind: group.kind.clone(),
        name: group.name.clone(),
        place: group.place,
    });
    Element {
        id: seen.id,
        name: seen.name.clone(),
        icon: seen.icon.clone(),
        value: seen.value.clone(),
        state,
        label: seen.label,
        window: seen.window.clone(),
        group,
        source: if seen.told { Source::Both } else { Source::Pixels },
        ..Element::new(Role::named(&seen.kind).unwrap_or(Role::Text), &seen.text, seen.area.into())
    }
}
