//! Which pictures and answers of the past a model is shown again.

/// How many pictures are sent, the current one counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Images {
    /// The last ones. Each step drops the oldest, and everything that was computed after it is lost.
    Last(usize),
    /// Grows to `hi`, then drops to `lo` at once: what was computed before stays good for `hi - lo` more steps.
    Chunked {
        /// The most pictures.
        hi: usize,
        /// How many are left after a drop.
        lo: usize,
    },
}

/// What becomes of the answers whose pictures are no longer sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OlderAnswers {
    /// They are sent as they were.
    Kept,
    /// They become lines "Step N: …" of the prompt.
    Summarised,
}

impl Images {
    /// As many at most, but dropped several at a time: for whoever keeps what was computed from one step to the next. With
    /// five pictures and drops to three, a step reads 1.7 of them on average instead of five.
    pub fn chunked(self) -> Self {
        match self {
            Self::Last(most) if most > 2 => Self::Chunked { hi: most, lo: most / 2 + 1 },
            few => few,
        }
    }

    /// How many of `frames` pictures, the current one counted, are sent.
    pub fn kept(self, frames: usize) -> usize {
        match self {
            Self::Last(most) => frames.min(most.max(1)),
            Self::Chunked { hi, .. } if frames <= hi => frames,
            Self::Chunked { hi, lo } => {
                let lo = lo.clamp(1, hi.max(1));
                let cycle = hi.max(1) - lo + 1;
                lo + (frames - hi - 1) % cycle
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ones_are_kept() {
        let kept: Vec<usize> = (1..=5).map(|n| Images::Last(3).kept(n)).collect();
        assert_eq!(kept, [1, 2, 3, 3, 3]);
        assert_eq!(Images::Last(0).kept(2), 1);
    }

    #[test]
    fn drops_are_gathered_where_there_are_enough() {
        let cases = [(1, Images::Last(1)), (2, Images::Last(2))];
        assert!(cases.iter().all(|(most, want)| Images::Last(*most).chunked() == *want));
        assert_eq!(Images::Last(5).chunked(), Images::Chunked { hi: 5, lo: 3 });
        assert_eq!(Images::Last(3).chunked(), Images::Chunked { hi: 3, lo: 2 });
        assert_eq!(Images::Last(5).chunked().chunked(), Images::Chunked { hi: 5, lo: 3 });
    }

    #[test]
    fn chunks_are_dropped_at_once() {
        let kept: Vec<usize> = (1..=12).map(|n| Images::Chunked { hi: 5, lo: 3 }.kept(n)).collect();
        assert_eq!(kept, [1, 2, 3, 4, 5, 3, 4, 5, 3, 4, 5, 3]);
        // Never more than there are, whatever the limits.
        for (hi, lo) in [(0, 0), (0, 5), (1, 1), (2, 9)] {
            for frames in 1..20 {
                let kept = Images::Chunked { hi, lo }.kept(frames);
                assert!((1..=frames).contains(&kept), "{hi} {lo} {frames}: {kept}");
            }
        }
    }
}
