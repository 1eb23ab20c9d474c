//! Typing proves itself: the text is read back.

use sightstep_actions::verdict::{Judgement, Verdict};
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::{ReadError, Reading};

use super::{Scene, nothing};
use crate::verify::readback::{self, Likeness};
use crate::verify::{around, described, evidence, verdict};

/// The rule's name in the evidence.
const RULE: &str = "text_read_back";

/// The rule's name where what was read is nearly what was typed.
const NEARLY: &str = "text_nearly_read_back";

/// The text must be read where the screen changed, more often than before.
pub(super) async fn judge(text: &str, scene: &Scene<'_>) -> Result<Verdict, ReadError> {
    // Backspaces before a text take out what stood there.
    let text = text.trim_start_matches('\u{8}');
    let letters = text.trim();
    let solid = scene.without_carets();
    match (scene.changes.len(), solid.is_empty(), letters.chars().count()) {
        (0, ..) => return Ok(nothing(RULE, "nothing changed")),
        (_, true, 2..) => return Ok(nothing(RULE, "only a caret changed")),
        (_, true, 1) => return Ok(scene.doubtful(RULE, "it is as narrow as a caret, which blinks")),
        (_, _, 0) => return super::something(scene).await,
        _ => {}
    }
    let reading = scene.eyes.read(&scene.after.settled.frame).await?;
    let (likeness, read) = readback::found_in(letters, &reading, &solid);
    Ok(match likeness {
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

/// Whether anything changed beside the text itself, as it does where Enter had an effect: the caret on the next line, what a
/// command says, a dialog that closes.
fn has_gone_on(letters: &str, reading: &Reading, scene: &Scene<'_>) -> bool {
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
async fn read_back(letters: &str, read: &str, solid: &[Rect], scene: &Scene<'_>) -> Result<Verdict, ReadError> {
    let earlier = scene.eyes.read(&scene.before.settled.frame).await?;
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
