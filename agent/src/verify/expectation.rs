//! Judging what a planner said would be seen.

use std::path::Path;

use sightstep_actions::plan::Expectation;
use sightstep_actions::space::FrameRect;
use sightstep_actions::verdict::Evidence;
use sightstep_vision::geometry::Rect;
use sightstep_vision::needle::Needle;
use sightstep_vision::read::{Element, ReadError, Reading};

use super::readback::{self, Likeness};
use super::{described, evidence};
use crate::cached_reader::{CachedReader, Unanswered};
use crate::excerpt::shortened;
use crate::matching;
use crate::observation::Observation;

/// Evidence for or against one expectation.
pub(super) async fn judge(
    expectation: &Expectation,
    changes: &[Rect],
    before: &Observation,
    after: &Observation,
    reader: &CachedReader,
) -> Result<Evidence, ReadError> {
    Ok(match expectation {
        Expectation::TextAppears { text, region } => appears(
            text,
            *region,
            &*reader.read(&before.settled.frame).await?,
            &*reader.read(&after.settled.frame).await?,
        ),
        Expectation::TextDisappears { text, region } => disappears(
            text,
            *region,
            &*reader.read(&before.settled.frame).await?,
            &*reader.read(&after.settled.frame).await?,
        ),
        Expectation::TextEquals { text, region } => equals(text, *region, &*reader.read(&after.settled.frame).await?),
        Expectation::RegionChanges { region } => region_changes(*region, changes, true),
        Expectation::RegionStays { region } => region_changes(*region, changes, false),
        Expectation::ImageMatches { needle } => image_matches(needle, after, reader).await?,
        Expectation::ElementState { label, checked } => {
            element_state(label, *checked, &*reader.read(&after.settled.frame).await?)
        }
        Expectation::Question { question } => answered(question, reader.ask(question, &after.settled.frame).await),
        Expectation::WindowTitle { contains } => window_title(contains, after),
    })
}

pub(super) fn rect(region: FrameRect) -> Rect {
    let number = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    Rect::new(number(region.x), number(region.y), number(region.width), number(region.height))
}

fn appears(text: &str, region: Option<FrameRect>, before: &Reading, after: &Reading) -> Evidence {
    let count = |reading| readback::places(text, reading, region.map(rect)).len();
    let (was, is) = (count(before), count(after));
    let area = readback::places(text, after, region.map(rect)).first().copied();
    let seen = format!("'{text}' was read in {was} places before and {is} after");
    evidence("text_appears", Some(is > was), seen, area)
}

fn disappears(text: &str, region: Option<FrameRect>, before: &Reading, after: &Reading) -> Evidence {
    let count = |reading| readback::places(text, reading, region.map(rect)).len();
    let (was, is) = (count(before), count(after));
    let seen = format!("'{text}' was read in {was} places before and {is} after");
    evidence("text_disappears", (was > 0).then_some(is < was), seen, region.map(rect))
}

fn equals(text: &str, region: FrameRect, after: &Reading) -> Evidence {
    let area = rect(region);
    let found = readback::text_in(after, area);
    let holds = match readback::likeness(text, &found) {
        Likeness::Same => Some(true),
        Likeness::Close => None,
        Likeness::Different if readback::is_hidden(&found) && !text.is_empty() => None,
        Likeness::Different => Some(false),
    };
    evidence("text_equals", holds, format!("reads '{found}'; '{text}' was expected"), Some(area))
}

fn region_changes(region: Option<FrameRect>, changes: &[Rect], wanted: bool) -> Evidence {
    let area = region.map(rect);
    let inside: Vec<Rect> = changes.iter().filter(|c| area.is_none_or(|a| a.intersects(c))).copied().collect();
    let rule = if wanted { "region_changes" } else { "region_stays" };
    let seen = if inside.is_empty() { "nothing changed".to_owned() } else { described(&inside) };
    evidence(rule, Some(inside.is_empty() != wanted), seen, area)
}

async fn image_matches(needle: &str, after: &Observation, reader: &CachedReader) -> Result<Evidence, ReadError> {
    let needle = match Needle::load(Path::new(needle)) {
        Ok(needle) => needle,
        Err(error) => return Ok(evidence("image_matches", None, error.to_string(), None)),
    };
    let found = reader.find(&needle, &after.settled.frame).await?;
    let least = found.areas.iter().min_by(|a, b| a.similarity.total_cmp(&b.similarity));
    let area = least.map(|a| Rect::new(a.x, a.y, a.w, a.h));
    Ok(evidence("image_matches", Some(found.matched), format!("{}: {found}", needle.name()), area))
}

/// The one box or radio button that is called so.
fn element_state(label: &str, checked: bool, after: &Reading) -> Evidence {
    let fits = |element: &&Element| {
        element.state.checked.is_some() && matching::score(label, &element.text) >= matching::ENOUGH
    };
    let found: Vec<&Element> = after.elements.iter().filter(fits).collect();
    let [element] = found.as_slice() else {
        let seen = format!("{} boxes called '{label}' are seen", found.len());
        return evidence("element_state", None, seen, found.first().map(|element| element.area));
    };
    let state = |is_on: bool| if is_on { "on" } else { "off" };
    let is_on = element.state.checked.unwrap_or_default();
    let seen = format!("'{}' is {}; {} was expected", element.text, state(is_on), state(checked));
    evidence("element_state", Some(is_on == checked), seen, Some(element.area))
}

/// A yes is for it, a no against it; nothing else is an answer.
fn answered(question: &str, answer: Result<String, Unanswered>) -> Evidence {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return evidence("question", None, format!("'{question}' was not answered: {error}"), None),
    };
    let said = answer.rsplit("</think>").next().unwrap_or_default();
    let word = said.split(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty()).unwrap_or_default();
    let holds = match word.to_lowercase().as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    evidence("question", holds, format!("the model answered '{question}' with '{}'", shortened(said.trim())), None)
}

fn window_title(contains: &str, after: &Observation) -> Evidence {
    if after.windows.is_empty() {
        return evidence("window_title", None, "the open windows are not known", None);
    }
    let wanted = contains.to_lowercase();
    let titles: Vec<&str> = after.windows.iter().map(|w| w.title.as_str()).collect();
    let found = titles.iter().any(|t| t.to_lowercase().contains(&wanted));
    evidence("window_title", Some(found), format!("the open windows are {titles:?}"), None)
}

#[cfg(test)]
mod tests {
    use sightstep_vision::read::Role;

    use super::*;

    #[test]
    fn a_box_is_on_or_off_where_one_is_called_so() {
        let mark = |text: &str, checked| {
            let mut element = Element::new(Role::Checkbox, text, Rect::new(1, 2, 3, 4));
            element.state.checked = checked;
            element
        };
        let elements = vec![
            mark("Wrap lines", Some(true)),
            mark("Bold", Some(false)),
            mark("Bold", Some(true)),
            mark("Plain", None),
        ];
        let after = Reading { lines: vec![], elements };
        let cases = [
            ("wrap lines", true, Some(true)),
            ("Wrap lines", false, Some(false)),
            ("Bold", true, None),
            ("Plain", true, None),
            ("Nothing", true, None),
        ];
        let holds = cases.map(|(label, checked, _)| element_state(label, checked, &after).holds);
        assert_eq!(holds, cases.map(|(_, _, holds)| holds));
    }

    #[test]
    fn only_yes_and_no_are_answers() {
        let cases = [
            (Ok("Yes."), Some(true)),
            (Ok("<think>No? Yes?</think>\n**No**, it is blue"), Some(false)),
            (Ok("It may be."), None),
            (Ok(""), None),
            (Err(Unanswered::NoWitness), None),
        ];
        let holds = cases.clone().map(|(answer, _)| answered("?", answer.map(str::to_owned)).holds);
        assert_eq!(holds, cases.map(|(_, holds)| holds));
    }
}
