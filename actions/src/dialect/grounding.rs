//! Answers that are nothing but a place: a point, or a box whose centre is meant.

use serde_json::Value as Json;

use crate::plan::{Action, Button, Plan};
use crate::space::FramePoint;

use super::{Canvas, Fault, SerialiseError, json, point, tags};

/// What a family writes a place as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spellings {
    /// `(x,y)`, `<point>x y</point>`, `<bbox>…</bbox>` and box tokens.
    Marked,
    /// Those, `[x, y]`, bare numbers, `point: x, y`, `x=…, y=…` and JSON.
    Any,
}

/// Names that may stand before a place, as in `point: 1, 2`.
const LABELS: [&str; 5] = ["point", "coordinate", "coordinates", "position", "center"];

/// Names that JSON has a place under.
const KEYS: [&str; 8] = ["coordinate", "coordinates", "point", "point_2d", "bbox", "bbox_2d", "box_2d", "start_box"];

/// The numbers that the whole text is, if it is a place.
pub(super) fn numbers(text: &str, spellings: Spellings) -> Option<Vec<f64>> {
    let text = text.trim();
    let is_marked = text.starts_with('(') || ["<point>", "<bbox>", "<|box_start|>"].iter().any(|m| text.starts_with(m));
    if is_marked {
        return point::scan(text).ok();
    }
    if spellings == Spellings::Marked {
        return None;
    }
    let bare = text.strip_prefix("```json").or(text.strip_prefix("```")).map_or(text, str::trim_start);
    if bare.starts_with('{') || bare.strip_prefix('[').is_some_and(|inner| inner.trim_start().starts_with('{')) {
        return listed(&json::first(bare).ok()?.0);
    }
    point::scan(unlabelled(text)).ok().or_else(|| pair(text))
}

/// The pixel that the whole text means, if it is a place.
pub(super) fn point<'a>(text: &'a str, spellings: Spellings, canvas: &Canvas) -> Result<Option<FramePoint>, Fault<'a>> {
    let found = numbers(text, spellings).filter(|numbers| !numbers.is_empty());
    found.map(|numbers| point::pixel(&numbers, canvas, text)).transpose()
}

/// A click on it, once a place is complete in an answer that may go on.
pub(super) fn first(answer: &str, spellings: Spellings, canvas: &Canvas) -> Option<Vec<Action>> {
    let thinking = tags::thinking(answer);
    if thinking.as_ref().is_some_and(|thinking| !thinking.is_closed) {
        return None;
    }
    let text = tags::trimmed(thinking.map_or(answer, |thinking| thinking.rest));
    let is_closed = text.ends_with([')', ']', '}', '>']) && !text.ends_with("<|box_start|>");
    let at = is_closed.then(|| point(text, spellings, canvas).ok().flatten())??;
    Some(click(at, None).actions)
}

/// The plan that a place is.
pub(super) fn click(at: FramePoint, thought: Option<String>) -> Plan {
    let actions = vec![Action::Click { at, button: Button::Left, count: 1 }];
    Plan { thought, reflection: None, actions, expect: Vec::new() }
}

/// The place that the plan is, for families that can say nothing else.
pub(super) fn only_click(plan: &Plan, dialect: &'static str) -> Result<FramePoint, SerialiseError> {
    match plan.actions.as_slice() {
        [Action::Click { at, button: Button::Left, count: 1 }] => Ok(*at),
        actions => {
            let other = actions.iter().find(|a| !matches!(a, Action::Click { .. })).or(actions.first());
            Err(SerialiseError::NoWords { dialect, action: other.map_or("", Action::name) })
        }
    }
}

fn unlabelled(text: &str) -> &str {
    let label =
        LABELS.iter().filter_map(|label| text.get(..label.len()).filter(|t| t.eq_ignore_ascii_case(label))).max();
    let after = label.map(|label| text[label.len()..].trim_start());
    after.and_then(|after| after.strip_prefix([':', '='])).unwrap_or(text)
}

/// `x=1, y=2`.
fn pair(text: &str) -> Option<Vec<f64>> {
    let (x, y) = text.split_once([',', ';']).or_else(|| text.split_once(char::is_whitespace))?;
    let number = |text: &str, name: char| {
        let text = text.trim().strip_prefix([name, name.to_ascii_uppercase()])?.trim_start();
        let text = text.strip_prefix(['=', ':'])?.trim();
        (point::number_length(text) == text.len()).then(|| text.parse::<f64>().ok())?
    };
    Some(vec![number(x, 'x')?, number(y, 'y')?])
}

/// The numbers of the first place in JSON.
pub(super) fn listed(json: &Json) -> Option<Vec<f64>> {
    match json {
        Json::Array(items) if items.iter().all(Json::is_number) => items.iter().map(Json::as_f64).collect(),
        Json::Array(items) => items.first().and_then(listed),
        Json::Object(object) => match (object.get("x"), object.get("y")) {
            (Some(x), Some(y)) => Some(vec![x.as_f64()?, y.as_f64()?]),
            _ => listed(KEYS.iter().find_map(|key| object.get(*key))?),
        },
        Json::String(text) => point::scan(text).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_in_every_spelling() {
        type Numbers = Option<&'static [f64]>;
        let cases: [(&str, Numbers, Numbers); 19] = [
            ("(512,384)", Some(&[512.0, 384.0]), Some(&[512.0, 384.0])),
            ("<point>512 384</point>", Some(&[512.0, 384.0]), Some(&[512.0, 384.0])),
            ("<|box_start|>(1,2)<|box_end|>", Some(&[1.0, 2.0]), Some(&[1.0, 2.0])),
            ("[512, 384]", None, Some(&[512.0, 384.0])),
            ("512,384", None, Some(&[512.0, 384.0])),
            ("point:107,611", None, Some(&[107.0, 611.0])),
            ("x=12, y=34", None, Some(&[12.0, 34.0])),
            ("X: 12; Y: 34", None, Some(&[12.0, 34.0])),
            ("{\"coordinate\": [73, 19]}", None, Some(&[73.0, 19.0])),
            ("{\"x\": 1, \"y\": 2}", None, Some(&[1.0, 2.0])),
            ("```json\n[{\"point_2d\": [1, 2], \"label\": \"a\"}]\n```", None, Some(&[1.0, 2.0])),
            ("{\"bbox_2d\": [1, 2, 3, 4]}", None, Some(&[1.0, 2.0, 3.0, 4.0])),
            ("[-1, -1]", None, Some(&[-1.0, -1.0])),
            ("no numbers", None, None),
            ("I see (1,2) there", None, None),
            ("[1+1, 2]", None, None),
            ("x=foo(), y=2", None, None),
            ("{\"coordinate\": \"os.getcwd()\"}", None, None),
            ("", None, Some(&[])),
        ];
        let wrong: Vec<_> = cases
            .iter()
            .map(|(text, marked, any)| {
                (text, *marked, *any, numbers(text, Spellings::Marked), numbers(text, Spellings::Any))
            })
            .filter(|(_, marked, any, m, a)| m.as_deref() != *marked || a.as_deref() != *any)
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
