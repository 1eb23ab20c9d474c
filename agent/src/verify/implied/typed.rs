//! Typing proves itself: the text is read back.

use sightstep_actions::verdict::{Judgement, Verdict};
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::{ReadError, Reading, Source};
use sightstep_vision::screen::{HIDDEN, MOST_BEFORE_CARET};

use super::{Transition, nothing};
use crate::verify::readback::{self, Likeness};
use crate::verify::{around, described, evidence, verdict};

/// The rule's name in the evidence.
const RULE: &str = "text_read_back";

/// The rule's name where what was read is nearly what was typed.
const NEARLY: &str = "text_nearly_read_back";

/// The rule's name where the program says what is in its field.
pub(crate) const TOLD: &str = "field_told";

/// The rule's name where the program made something else of what was typed.
const CHANGED: &str = "text_changed_by_program";

/// The rule's name where so much changed that the text's absence tells little.
const UNSEEN: &str = "text_not_seen";

/// A text shorter than this stands somewhere on a screen by chance.
const BY_CHANCE: usize = 5;

/// How much of the screen is drawn anew where a window came, went or was drawn for the first time.
const REDRAWN: i64 = 4;

/// The program says that the text stands before the caret, or it must be read where the screen changed, more often than
/// before.
pub(super) async fn judge(text: &str, scene: &Transition<'_>) -> Result<Verdict, ReadError> {
    // Backspaces before a text take out what stood there.
    let text = text.trim_start_matches('\u{8}');
    let carets = [scene.before, scene.after].map(|seen| seen.settled.before_caret.as_deref());
    if let Some(verdict) = told(text, carets[0], carets[1]) {
        return Ok(verdict);
    }
    let letters = text.trim();
    let solid = scene.without_carets();
    match (scene.changes.len(), solid.is_empty(), letters.chars().count()) {
        (0, ..) => return Ok(nothing(RULE, "nothing changed")),
        (_, true, 2..) => return Ok(nothing(RULE, "only a caret changed")),
        (_, true, 1) => return Ok(scene.doubtful(RULE, "it is as narrow as a caret, which blinks")),
        (_, _, 0) => return super::something(scene).await,
        _ => {}
    }
    let reading = scene.reader.read(&scene.after.settled.frame).await?;
    if let Some(verdict) = field_holds(letters, &reading, scene).await? {
        return Ok(verdict);
    }
    let (likeness, read) = readback::found_in(letters, &reading, &solid);
    let is_redrawn = is_redrawn(&solid, scene);
    Ok(match likeness {
        Likeness::Same if is_redrawn && letters.chars().count() < BY_CHANCE => {
            scene.doubtful(RULE, "much was drawn anew, and so short a text may stand there by chance")
        }
        Likeness::Close | Likeness::Different if is_redrawn => {
            scene.doubtful(UNSEEN, "much was drawn anew, and the text is not read there")
        }
        Likeness::Different if readback::is_end_of(&read, letters) => {
            scene.doubtful(RULE, &format!("reads '{read}', the end of it: the field is shorter than the text"))
        }
        Likeness::Same if text.ends_with('\n') && !has_gone_on(letters, &reading, scene) => {
            scene.doubtful(RULE, &format!("reads '{read}', but nothing shows that Enter did anything"))
        }
        Likeness::Same => read_back(letters, &read, &solid, scene).await?,
        Likeness::Close => {
            scene.doubtful(NEARLY, &format!("reads '{read}', which may be a misreading of what was typed"))
        }
        Likeness::Different => not_read_back(text, &read, &solid),
    })
}

/// What the program's own words prove: the text stands before the caret and did not, or another was added to what stood
/// there. Nothing where they tell nothing new: the keyboard may have gone on.
fn told(text: &str, before: Option<&str>, after: Option<&str>) -> Option<Verdict> {
    let after = after.filter(|after| before != Some(*after) && !text.is_empty())?;
    if after.ends_with(HIDDEN) {
        return hidden(text, before.unwrap_or_default(), after);
    }
    let seen = |what: &str| format!("the program says that '{}' {what}", tail(after, text.chars().count() + 12));
    if after.ends_with(tail(text, MOST_BEFORE_CARET)) {
        return Some(verdict(Judgement::Confirmed, evidence(TOLD, Some(true), seen("stands before the caret"), None)));
    }
    let may_go_on = text.contains(['\n', '\t']);
    let added = after.strip_prefix(before?).filter(|added| !added.is_empty() && !may_go_on)?;
    if readback::is_changed(text, added) {
        return Some(changed(added));
    }
    let seen = format!("the program says that '{added}' was typed");
    Some(verdict(Judgement::Contradicted, evidence(TOLD, Some(false), seen, None)))
}

/// The program put other signs or capitals in the place of those that were typed.
fn changed(made: &str) -> Verdict {
    verdict(Judgement::Unknown, evidence(CHANGED, None, format!("the program made '{made}' of it"), None))
}

/// What the program says of the field that changed: it holds the text, or what the program made of it, and did not before.
/// Nothing where it says nothing of that.
async fn field_holds(text: &str, reading: &Reading, scene: &Transition<'_>) -> Result<Option<Verdict>, ReadError> {
    let told = |reading: &Reading| -> Vec<(Rect, String)> {
        let fields = reading.elements.iter().filter(|e| e.source != Source::Pixels && e.role.is_typed_into());
        fields.filter_map(|e| Some((e.area, e.value.clone()?))).collect()
    };
    let earlier = told(&*scene.reader.read(&scene.before.settled.frame).await?);
    let is_here = |area: &Rect| scene.changes.iter().any(|change| change.intersects(area));
    for (area, value) in told(reading).into_iter().filter(|(area, _)| is_here(area)) {
        let was = earlier.iter().find(|(other, _)| other.intersects(&area)).map_or("", |(_, value)| value.as_str());
        if value.matches(text).count() > was.matches(text).count() {
            let seen = format!("the program says that its field holds '{}'", tail(&value, text.chars().count() + 12));
            return Ok(Some(verdict(Judgement::Confirmed, evidence(TOLD, Some(true), seen, Some(area)))));
        }
        if value != was && readback::is_changed(text, &value) {
            return Ok(Some(changed(&value)));
        }
    }
    Ok(None)
}

/// Whether so much changed as typing never does: a window came or went, or was drawn for the first time.
fn is_redrawn(changes: &[Rect], scene: &Transition<'_>) -> bool {
    let all: i64 = changes.iter().map(Rect::area).sum();
    all * REDRAWN > scene.after.settled.frame.bounds().area()
}

/// Of a password only its length is told.
fn hidden(text: &str, before: &str, after: &str) -> Option<Verdict> {
    let count = |text: &str| text.chars().count();
    if !after.chars().all(|c| c == HIDDEN) || text.contains(['\n', '\t']) {
        return None;
    }
    // What stood there may have been selected, and replaced.
    let arrived = [count(after), count(after).saturating_sub(count(before))];
    let is_whole = arrived.contains(&count(text));
    let judgement = if is_whole { Judgement::Confirmed } else { Judgement::Contradicted };
    let seen = format!("the program says that {} hidden characters stand before the caret", count(after));
    Some(verdict(judgement, evidence(TOLD, Some(is_whole), seen, None)))
}

/// The last so many characters.
fn tail(text: &str, most: usize) -> &str {
    let start = text.char_indices().rev().take(most).last().map_or(text.len(), |(at, _)| at);
    &text[start..]
}

/// Whether anything changed beside the text itself, as it does where Enter had an effect: the caret on the next line, what a
/// command says, a dialog that closes.
fn has_gone_on(letters: &str, reading: &Reading, scene: &Transition<'_>) -> bool {
    let last = letters.lines().last().unwrap_or_default();
    let text: Vec<Rect> = readback::places(last, reading, None)
        .into_iter()
        .map(|line| Rect::new(line.x, line.y - line.h * 3 / 4, line.w, line.h * 5 / 2).grown(4))
        .collect();
    let is_text_alone = |area: &Rect| {
        text.iter().any(|line| line.y <= area.y && area.bottom() <= line.bottom() && line.intersects(area))
    };
    scene.before.windows != scene.after.windows || !scene.changes.iter().all(is_text_alone)
}

/// A text that stood there before proves nothing: a selection or a menu over it may have changed.
async fn read_back(letters: &str, read: &str, solid: &[Rect], scene: &Transition<'_>) -> Result<Verdict, ReadError> {
    let earlier = scene.reader.read(&scene.before.settled.frame).await?;
    let earlier = readback::found_in(letters, &earlier, solid).1;
    let (was, is) = (readback::occurrences(letters, &earlier), readback::occurrences(letters, read));
    if was >= is {
        return Ok(scene.doubtful(RULE, &format!("reads '{read}', but the text stood there before")));
    }
    let seen = format!("reads '{read}'");
    Ok(verdict(Judgement::Confirmed, evidence(RULE, Some(true), seen, Some(around(solid)))))
}

/// Text that cannot be read back is a contradiction only where a letter or more stands in its place.
fn not_read_back(text: &str, read: &str, changes: &[Rect]) -> Verdict {
    let why = if text.ends_with('\n') || text.contains('\t') {
        Some("Enter or Tab may have taken it elsewhere")
    } else if readback::is_hidden(read) {
        Some("no text can be read there: it may be hidden")
    } else {
        None
    };
    let area = Some(around(changes));
    match why {
        Some(why) => {
            let seen = format!("{}; {why}", described(changes));
            verdict(Judgement::Unknown, evidence(RULE, None, seen, area))
        }
        None => {
            let seen = format!("reads '{read}', which is not what was typed");
            verdict(Judgement::Contradicted, evidence(RULE, Some(false), seen, area))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_program_says_proves_or_tells_nothing() {
        use Judgement::{Confirmed, Contradicted, Unknown};
        let long = "x".repeat(MOST_BEFORE_CARET + 5);
        let cases = [
            ("hello", Some(""), Some("hello"), Some(Confirmed)),
            ("hello", Some("say "), Some("say hello"), Some(Confirmed)),
            ("hello", None, Some("say hello"), Some(Confirmed)),
            ("new", Some("the old text"), Some("new"), Some(Confirmed)),
            ("a\n", Some(""), Some("a\n"), Some(Confirmed)),
            (long.as_str(), Some(""), Some(&long[5..]), Some(Confirmed)),
            ("hello", Some(""), Some("helo"), Some(Contradicted)),
            ("qwerty", Some("a "), Some("a azerty"), Some(Contradicted)),
            ("hello", Some("hello"), Some("hello"), None),
            ("hello", Some(""), None, None),
            ("17*23", Some(""), Some("17×23"), Some(Unknown)),
            ("hello", Some(""), Some("Hello"), Some(Unknown)),
            ("12--13", Some(""), Some("12---13"), Some(Contradicted)),
            ("a\n", Some(""), Some("b"), None),
            ("hello", None, Some("say"), None),
            ("hello", Some("another"), Some("say"), None),
            ("", Some(""), Some("x"), None),
            ("secret", Some(""), Some("••••••"), Some(Confirmed)),
            ("secret", Some("••"), Some("••••••••"), Some(Confirmed)),
            ("secret", Some("•••"), Some("••••••"), Some(Confirmed)),
            ("secret", None, Some("•••••"), Some(Contradicted)),
            ("secret\n", Some(""), Some("••••••"), None),
        ];
        let judged = |(text, before, after, _): &(&str, Option<&str>, Option<&str>, _)| {
            told(text, *before, *after).map(|v| v.judgement)
        };
        let wrong: Vec<_> = cases.iter().filter(|case| judged(case) != case.3).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
