//! What flows through a network: a picture of numbers, the channels of a pixel side by side.

use std::cell::RefCell;

/// A picture with many channels.
#[derive(Debug, PartialEq)]
pub(super) struct Map {
    pub height: usize,
    pub width: usize,
    pub channels: usize,
    /// Row by row, pixel by pixel.
    pub values: Vec<f32>,
}

thread_local! {
    /// Memory of pictures that are no more, used again: to get it anew from the system takes as long as to fill it.
    static SPARE: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) };
}

impl Map {
    /// A picture of zeros.
    pub fn new(height: usize, width: usize, channels: usize) -> Self {
        let mut map = Self::room(height, width, channels);
        map.values.fill(0.0);
        map
    }

    /// Room for a picture, with any numbers in it.
    pub fn room(height: usize, width: usize, channels: usize) -> Self {
        let length = height * width * channels;
        let mut values = SPARE.with_borrow_mut(|spare| {
            let fitting = spare.iter().enumerate().filter(|(_, values)| values.capacity() >= length);
            let smallest = fitting.min_by_key(|(_, values)| values.capacity()).map(|(at, _)| at);
            smallest.map(|at| spare.swap_remove(at)).unwrap_or_default()
        });
        values.resize(length, 0.0);
        Self { height, width, channels, values }
    }

    /// Its numbers alone.
    pub fn into_values(mut self) -> Vec<f32> {
        std::mem::take(&mut self.values)
    }

    /// The channels of the pixels from this one on to the end of its row.
    #[inline(always)]
    pub fn from(&self, y: usize, x: usize) -> &[f32] {
        &self.values[(y * self.width + x) * self.channels..(y + 1) * self.width * self.channels]
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        let values = std::mem::take(&mut self.values);
        if values.capacity() == 0 {
            return;
        }
        // The thread may be at its end.
        let _ = SPARE.try_with(|spare| spare.borrow_mut().push(values));
    }
}
