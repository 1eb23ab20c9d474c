//! Numbers in memory that is the system's until it is written. The allocator gives no such memory for what is smaller than
//! what it has freed before: it writes zeros instead.

use std::ops::{Deref, DerefMut};

use memmap2::MmapMut;

/// So many numbers, all zero at first.
pub(crate) enum Lazy {
    /// Pages that hold this many numbers.
    Mapped(MmapMut, usize),
    /// Where the system gives no pages.
    Held(Vec<f32>),
}

impl Lazy {
    pub fn new(count: usize) -> Self {
        let bytes = count * size_of::<f32>();
        let mapped = if bytes == 0 { None } else { MmapMut::map_anon(bytes).ok() };
        mapped.map_or_else(|| Self::Held(vec![0.0; count]), |pages| Self::Mapped(pages, count))
    }
}

impl Deref for Lazy {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        match self {
            // SAFETY: pages begin at an address that suits any number, hold so many of them, and any bits are a number.
            Self::Mapped(pages, count) => unsafe { std::slice::from_raw_parts(pages.as_ptr().cast(), *count) },
            Self::Held(numbers) => numbers,
        }
    }
}

impl DerefMut for Lazy {
    fn deref_mut(&mut self) -> &mut [f32] {
        match self {
            // SAFETY: as above; the pages are borrowed exclusively.
            Self::Mapped(pages, count) => unsafe { std::slice::from_raw_parts_mut(pages.as_mut_ptr().cast(), *count) },
            Self::Held(numbers) => numbers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_zero_until_they_are_written() {
        for count in [0, 1, 1000, 1 << 20] {
            let mut numbers = Lazy::new(count);
            assert!(numbers.len() == count && numbers.iter().all(|number| *number == 0.0));
            if let Some(last) = numbers.last_mut() {
                *last = 7.0;
                assert_eq!(numbers.iter().sum::<f32>(), 7.0);
            }
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn memory_is_not_taken_before_it_is_written() {
        const PAGE: usize = 4096;
        let mut numbers = Lazy::new(1 << 26);
        let resident = |numbers: &[f32]| {
            let mut pages = vec![0u8; size_of_val(numbers) / PAGE];
            let start = numbers.as_ptr().cast_mut().cast();
            // SAFETY: there is a byte for each page of the numbers, which begin with a page.
            let code = unsafe { libc::mincore(start, size_of_val(numbers), pages.as_mut_ptr()) };
            assert_eq!(code, 0);
            pages.into_iter().filter(|page| page & 1 == 1).count()
        };
        assert_eq!(resident(&numbers), 0);
        numbers[5 * PAGE] = 1.0;
        // The system may give many pages at once.
        assert!((1..=1024).contains(&resident(&numbers)));
    }
}
