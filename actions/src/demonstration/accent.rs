//! Dead keys: which mark each gives to the next letter.

use icu_normalizer::properties::CanonicalCompositionBorrowed;

use crate::input::Accent;

/// X's dead keys: the keysym, the mark, and what it types with the space bar, as the table of every UTF-8 locale has it.
const DEAD: [(u32, char, char); 13] = [
    (0xfe50, '\u{300}', '`'),
    (0xfe51, '\u{301}', '\''),
    (0xfe52, '\u{302}', '^'),
    (0xfe53, '\u{303}', '~'),
    (0xfe54, '\u{304}', '\u{af}'),
    (0xfe55, '\u{306}', '\u{2d8}'),
    (0xfe56, '\u{307}', '\u{2d9}'),
    (0xfe57, '\u{308}', '"'),
    (0xfe58, '\u{30a}', '\u{b0}'),
    (0xfe59, '\u{30b}', '\u{2dd}'),
    (0xfe5a, '\u{30c}', '\u{2c7}'),
    (0xfe5b, '\u{327}', '\u{b8}'),
    (0xfe5c, '\u{328}', '\u{2db}'),
];

impl Accent {
    /// What the dead key of a keysym is for; nothing for other keys, and for dead keys that are on few keyboards.
    pub fn of(keysym: u32) -> Option<Self> {
        let (_, mark, alone) = *DEAD.iter().find(|(known, ..)| *known == keysym)?;
        Some(Self { mark, alone })
    }

    /// What the dead key and then a letter type; nothing where there is no such letter.
    pub fn on(self, letter: char) -> Option<char> {
        if letter == ' ' {
            return Some(self.alone);
        }
        CanonicalCompositionBorrowed::new().compose(letter, self.mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_key_and_a_letter_are_one_letter() {
        let cases = [
            (0xfe51, 'e', Some('é')),
            (0xfe51, 'E', Some('É')),
            (0xfe57, 'u', Some('ü')),
            (0xfe52, ' ', Some('^')),
            (0xfe53, 'n', Some('ñ')),
            (0xfe5b, 'c', Some('ç')),
            (0xfe58, 'a', Some('å')),
            (0xfe51, '中', None),
        ];
        for (keysym, letter, expected) in cases {
            assert_eq!(Accent::of(keysym).unwrap().on(letter), expected, "{keysym:x} {letter}");
        }
        assert_eq!(Accent::of(0x65), None);
    }
}
