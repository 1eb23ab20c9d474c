//! Guessing the next tokens from what was read before: a dialect's words stand in its prompt, and answers resemble those
//! before them. Guesses are read all at once, and only those count that the model itself chooses.

use super::prompt::Token;

/// Tokens that must have occurred before, in this order, for a guess.
const ALIKE: usize = 2;

/// The most tokens that are guessed at a time: more cost more than they win.
const MOST: usize = 7;

/// Guesses, as many at a time as have lately been right.
pub(crate) struct Drafts {
    count: usize,
    /// How many were guessed last, and how many of them were right.
    last: (usize, usize),
}

impl Default for Drafts {
    fn default() -> Self {
        Self { count: 3, last: (0, 0) }
    }
}

impl Drafts {
    /// Counts a guess that was right.
    pub fn right(&mut self) {
        self.last.1 += 1;
    }

    /// What may follow `last` behind all that was read, at most `room` tokens.
    pub fn guess(&mut self, read: &[Token], last: u32, room: usize) -> Vec<u32> {
        self.count = match self.last {
            (0, _) => self.count,
            (guessed, right) if guessed == right => (self.count * 2).min(MOST),
            (_, 0) => 1,
            (_, right) => right + 1,
        };
        let guesses = following(read, last, self.count.min(room));
        self.last = (guesses.len(), 0);
        guesses
    }
}

/// The tokens that followed the last time that the same tokens stood before.
fn following(read: &[Token], last: u32, most: usize) -> Vec<u32> {
    let Some(before) = read.len().checked_sub(ALIKE - 1) else { return Vec::new() };
    let mut alike = read[before..].to_vec();
    alike.push(Token::text(last));
    let place = (0..read.len().saturating_sub(ALIKE)).rev().find(|&n| read[n..n + ALIKE] == alike);
    let Some(place) = place else { return Vec::new() };
    let behind = read[place + ALIKE..].iter().take(most).take_while(|token| token.spot.is_none());
    behind.map(|token| token.id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(ids: &[u32]) -> Vec<Token> {
        ids.iter().map(|id| Token::text(*id)).collect()
    }

    #[test]
    fn what_followed_the_last_time_is_guessed() {
        let cases: [(&[u32], u32, usize, &[u32]); 6] = [
            (&[1, 2, 3, 4, 5, 1], 2, 3, &[3, 4, 5]),
            (&[1, 2, 3, 9, 1, 2, 4, 9, 1], 2, 2, &[4, 9]),
            (&[1, 2, 3, 4, 5, 1], 2, 0, &[]),
            (&[1, 2, 3], 4, 3, &[]),
            (&[1], 2, 3, &[]),
            (&[], 2, 3, &[]),
        ];
        for (read, last, most, right) in cases {
            assert_eq!(following(&tokens(read), last, most), right, "{read:?} {last}");
        }
        let mut pictured = tokens(&[1, 2, 3, 7, 7, 1]);
        pictured[3].spot = Some((1, 0));
        assert_eq!(following(&pictured, 2, 4), [3], "a picture is never guessed");
    }

    #[test]
    fn as_many_are_guessed_as_were_right() {
        let read = tokens(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1]);
        let mut drafts = Drafts::default();
        let mut counts = Vec::new();
        for right in [3, 6, 2, 0, 1, 0] {
            counts.push(drafts.guess(&read, 2, 100).len());
            (0..right).for_each(|_| drafts.right());
        }
        assert_eq!(counts, [3, 6, 7, 3, 1, 2]);
    }
}
