//! The network's file: `vision/train/icons/export.py` says what is in it.

/// What the file begins with.
const MAGIC: &[u8] = b"ICONS-01";

/// Why a file of the network cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It is something else.
    #[error("the network for icons is not a file of its kind")]
    NotOne,
    /// It was made for other meanings.
    #[error("the network for icons knows {found} meanings, the list has {expected}")]
    Classes {
        /// What the file says.
        found: usize,
        /// Lines of the list.
        expected: usize,
    },
    /// Its layers are others than the program's.
    #[error("the network for icons has {found} numbers, its layers take {expected}")]
    Numbers {
        /// What the file has.
        found: usize,
        /// What the layers take.
        expected: usize,
    },
}

/// The numbers of a file, taken layer by layer.
pub(super) struct Numbers {
    values: Vec<f32>,
    taken: usize,
}

impl Numbers {
    /// Those of a file for this many classes.
    pub(super) fn open(bytes: &[u8], classes: usize) -> Result<Self, ModelError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(ModelError::NotOne)?;
        let ([found, count], body) = header(rest).ok_or(ModelError::NotOne)?;
        if found != classes {
            return Err(ModelError::Classes { found, expected: classes });
        }
        let values: Vec<f32> = body.as_chunks().0.iter().map(|pair| half(u16::from_le_bytes(*pair))).collect();
        if values.len() != count || body.len() % 2 != 0 {
            return Err(ModelError::Numbers { found: values.len(), expected: count });
        }
        Ok(Self { values, taken: 0 })
    }

    /// The next numbers; zeros where there are no more, which [`Self::finish`] tells.
    pub(super) fn take(&mut self, count: usize) -> Vec<f32> {
        let begin = self.taken.min(self.values.len());
        self.taken += count;
        let mut taken = self.values[begin..self.taken.min(self.values.len())].to_vec();
        taken.resize(count, 0.0);
        taken
    }

    /// That all have been taken, and no more.
    pub(super) fn finish(self) -> Result<(), ModelError> {
        let found = self.values.len();
        if self.taken == found { Ok(()) } else { Err(ModelError::Numbers { found, expected: self.taken }) }
    }
}

/// Two numbers of four bytes, and what follows them.
fn header(bytes: &[u8]) -> Option<([usize; 2], &[u8])> {
    let (first, rest) = bytes.split_first_chunk::<4>()?;
    let (second, rest) = rest.split_first_chunk::<4>()?;
    Some(([*first, *second].map(|four| u32::from_le_bytes(four) as usize), rest))
}

/// A number of 16 bits: 1 for the sign, 5 for the exponent, 10 for the rest.
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, rest) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    sign * match exponent {
        0 => rest * 2f32.powi(-24),
        31 => f32::INFINITY,
        _ => (rest + 1024.0) * 2f32.powi(exponent - 25),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_what_they_stand_for() {
        let found = [0x3c00, 0xc000, 0x3555, 0x0001, 0x7bff, 0x8000].map(half);
        assert_eq!(found, [1.0, -2.0, 0.333_251_95, 5.960_464_5e-8, 65504.0, 0.0]);
    }

    #[test]
    fn a_file_that_is_cut_or_another_s_is_told() {
        let mut file = [MAGIC, &2u32.to_le_bytes(), &1u32.to_le_bytes(), &[0, 0x3c]].concat();
        let open = |bytes: &[u8]| Numbers::open(bytes, 2).map(|mut numbers| numbers.take(1)).err();
        assert_eq!(open(&file), None);
        assert_eq!(open(&file[..17]), Some(ModelError::Numbers { found: 0, expected: 1 }));
        assert_eq!(open(&file[..10]), Some(ModelError::NotOne));
        assert_eq!(Numbers::open(&file, 3).err(), Some(ModelError::Classes { found: 2, expected: 3 }));
        file[0] = b'X';
        assert_eq!(open(&file), Some(ModelError::NotOne));
    }

    #[test]
    fn numbers_that_are_missing_or_left_are_told() {
        let file = [MAGIC, &1u32.to_le_bytes(), &1u32.to_le_bytes(), &[0, 0x3c]].concat();
        let taken = |count: usize| {
            let mut numbers = Numbers::open(&file, 1)?;
            numbers.take(count);
            numbers.finish()
        };
        assert_eq!(taken(1), Ok(()));
        assert_eq!(taken(3), Err(ModelError::Numbers { found: 1, expected: 3 }));
        assert_eq!(taken(0), Err(ModelError::Numbers { found: 1, expected: 0 }));
    }
}
