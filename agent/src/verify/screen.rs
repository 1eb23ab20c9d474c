//! The verifier of real runs: pixels, then text where pixels are not enough.

use async_trait::async_trait;
use sightstep_actions::plan::{Action, Expectation};
use sightstep_actions::verdict::{Judgement, Verdict};
use sightstep_vision::read::ReadError;

use super::{Verifier, expectation, implied};
use crate::cached_reader::CachedReader;
use crate::observation::Observation;

/// Judges from the two frames, reading them only where a rule needs text.
pub struct ScreenVerifier {
    reader: CachedReader,
}

impl ScreenVerifier {
    /// A verifier that reads with this reader.
    pub fn new(reader: CachedReader) -> Self {
        Self { reader }
    }
}

#[async_trait]
impl Verifier for ScreenVerifier {
    async fn judge(
        &mut self,
        action: &Action,
        expect: &[Expectation],
        before: &Observation,
        after: &Observation,
    ) -> Result<Verdict, ReadError> {
        let changes = super::changes(before, after);
        if expect.is_empty() {
            return implied::judge(action, &changes, before, after, &self.reader).await;
        }
        let mut evidence = Vec::new();
        for expectation in expect {
            let mut found = expectation::judge(expectation, &changes, before, after, &self.reader).await?;
            if changes.is_empty()
                && before.windows == after.windows
                && is_state(expectation)
                && found.holds == Some(true)
            {
                found.holds = None;
                found.seen.push_str("; it was so before, and nothing changed");
            }
            evidence.push(found);
        }
        let judgement = judgement(evidence.iter().map(|e| e.holds), changes.is_empty());
        Ok(Verdict { judgement, evidence })
    }
}

/// Whether the expectation is about how the screen is, not about what changed.
fn is_state(expectation: &Expectation) -> bool {
    matches!(
        expectation,
        Expectation::TextEquals { .. }
            | Expectation::ImageMatches { .. }
            | Expectation::ElementState { .. }
            | Expectation::Question { .. }
            | Expectation::WindowTitle { .. }
    )
}

/// All hold: confirmed. One fails: contradicted, or no effect where nothing changed at all. Else it cannot be told.
fn judgement(holds: impl Iterator<Item = Option<bool>> + Clone, nothing_changed: bool) -> Judgement {
    if holds.clone().any(|h| h == Some(false)) {
        return if nothing_changed { Judgement::NoEffect } else { Judgement::Contradicted };
    }
    if holds.clone().all(|h| h == Some(true)) { Judgement::Confirmed } else { Judgement::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_outweighs_all() {
        let cases: [(&[Option<bool>], bool, Judgement); 5] = [
            (&[Some(true), Some(true)], false, Judgement::Confirmed),
            (&[Some(true), Some(true)], true, Judgement::Confirmed),
            (&[Some(true), Some(false)], false, Judgement::Contradicted),
            (&[Some(false), None], true, Judgement::NoEffect),
            (&[Some(true), None], false, Judgement::Unknown),
        ];
        for (holds, nothing, expected) in cases {
            assert_eq!(judgement(holds.iter().copied(), nothing), expected, "{holds:?} {nothing}");
        }
    }
}
