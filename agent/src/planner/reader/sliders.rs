//! Sliders: the handle is dragged until what is shown is the value that was asked for.

use sightstep_actions::plan::{Action, Button};
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::{Element, Role};

use super::find::{Found, Hit, Scene};
use super::steps::{Course, Decision, Then, act, pixel};
use super::target::Target;
use super::{fields, thought};

/// How often the handle is dragged: the first time nearly there, then by what is still missing.
const DRAGS: u32 = 5;

/// How near a value must come where only the handle's place says it, in percent of the way.
const NEAR: f64 = 1.0;

/// The slider that is meant, where the value to set is a number.
pub(super) fn find(text: &str, target: &Target, scene: Scene<'_>) -> Option<(Hit, f64)> {
    let number = number(text)?;
    match fields::labelled(target, scene, |role| role == Role::Slider) {
        Found::One(hit) if hit.role == Role::Slider => Some((hit, number)),
        _ => None,
    }
}

/// Drags the handle of a slider that goes from 0 to 100, unless numbers beside it say otherwise.
pub(super) fn set(hit: &Hit, wanted: f64, scene: Scene<'_>, course: &mut Course) -> Decision {
    let element = scene.reading.elements.iter().find(|e| e.role == Role::Slider && e.area == hit.area);
    let said = element.and_then(|element| element.value.as_deref()).unwrap_or_default();
    let place = said.strip_suffix('%').and_then(number);
    let shown = beside(hit.area, scene).or_else(|| number(said));
    let stands = shown.or(place);
    let Some(now) = stands else {
        return Decision::Impossible { why: format!("{}: nothing shows what it is set to", thought::placed(hit)) };
    };
    if (now - wanted).abs() < 1e-6 || (shown.is_none() && (now - wanted).abs() <= NEAR) {
        return Decision::Fulfilled { why: format!("{} is set to {now}", thought::placed(hit)) };
    }
    if course.times >= DRAGS {
        return Decision::Impossible { why: format!("{} stays at {now}", thought::placed(hit)) };
    }
    course.times += 1;
    let knob = f64::from(hit.area.h.max(12));
    let way = f64::from(hit.area.w) - knob;
    let at = |share: f64| f64::from(hit.area.x) + knob / 2.0 + way * share.clamp(0.0, 1.0);
    let from = at(place.unwrap_or(now) / 100.0);
    let to = (from + (wanted - now) / 100.0 * way).clamp(f64::from(hit.area.x), f64::from(hit.area.right()));
    // A movement too short for a pixel is one pixel: the handle may stand between two values.
    let to = if (to - from).abs() < 1.0 { from + (wanted - now).signum() } else { to };
    let y = hit.area.centre().1;
    let path = vec![pixel((from.round() as i32, y)), pixel((to.round() as i32, y))];
    let why = format!("{} from {now} to {wanted}", thought::placed(hit));
    act(vec![Action::Drag { path, button: Button::Left }], why, Then::Stay)
}

/// A number that stands right over or beside a slider, which tells its value.
fn beside(slider: Rect, scene: Scene<'_>) -> Option<f64> {
    let row = Rect::new(slider.x - 60, slider.y - 6, slider.w + 120, slider.h + 12);
    let above = Rect::new(slider.x - 10, slider.y - 34, slider.w + 20, 34);
    let is_near = |element: &&Element| {
        let (x, y) = element.area.centre();
        element.role == Role::Text && (row.contains(x, y) || above.contains(x, y))
    };
    let mut numbers = scene.reading.elements.iter().filter(is_near).filter_map(|e| number(&e.text));
    let first = numbers.next()?;
    // Several are the ends of a scale.
    numbers.next().is_none().then_some(first)
}

fn number(text: &str) -> Option<f64> {
    text.trim().trim_end_matches('%').trim().replace(',', ".").parse().ok()
}

#[cfg(test)]
mod tests {
    use sightstep_vision::read::Reading;

    use super::*;

    #[test]
    fn the_handle_goes_by_what_is_missing() {
        let slider = |value: &str| Element {
            value: Some(value.into()),
            name: "Volume".into(),
            ..Element::new(Role::Slider, "", Rect::new(100, 50, 212, 12))
        };
        let text = |text: &str| Element::new(Role::Text, text, Rect::new(120, 30, 20, 14));
        let decided = |elements: Vec<Element>| {
            let reading = Reading { lines: vec![], elements };
            let bounds = Rect::new(0, 0, 640, 480);
            let scene = Scene::of_picture(&reading, bounds, "");
            let (hit, wanted) = find("75", &Target::of_text("Volume"), scene).unwrap();
            set(&hit, wanted, scene, &mut Course::default())
        };
        let dragged = |decision: Decision| match decision {
            Decision::Act { actions, .. } => match actions.as_slice() {
                [Action::Drag { path, .. }] => Some((path[0].x, path[1].x)),
                _ => None,
            },
            _ => None,
        };
        assert_eq!(dragged(decided(vec![slider("10%")])), Some((126, 256)));
        assert_eq!(dragged(decided(vec![slider("10%"), text("25")])), Some((126, 226)));
        assert!(matches!(decided(vec![slider("74%"), text("75")]), Decision::Fulfilled { .. }));
        assert!(matches!(decided(vec![slider("75%")]), Decision::Fulfilled { .. }));
        assert!(matches!(decided(vec![slider("")]), Decision::Impossible { .. }));
    }
}
