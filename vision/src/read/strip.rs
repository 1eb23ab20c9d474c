//! Strips: crops of text beside each other in one picture, so that the recogniser runs once for many of them.

use std::cmp::Reverse;

use image::{Rgb, RgbImage};

use super::crop::Crop;
use super::recognise::{self, Character, Recognised};

/// Room between two crops, in pixels: what the network makes of one crop then does not depend on the other (of 250
/// lines as many characters are misread beside each other as alone).
const GAP: u32 = 16;

/// Narrower and wider strips cost more a column: the network has its fixed costs, and its attention grows with the
/// square.
const WIDTHS: (u32, u32) = (320, 1280);

/// What nothing is drawn on; the network's zero.
const GREY: Rgb<u8> = Rgb([128; 3]);

/// Crops that are read together.
#[derive(Default)]
pub(super) struct Strip<'a> {
    slots: Vec<Slot<'a>>,
    width: u32,
}

/// A crop's place in its strip.
struct Slot<'a> {
    /// Which of the given crops it is.
    index: usize,
    crop: &'a Crop,
    left: u32,
}

/// The strips of all crops, the widest first. There are enough of them for `cores` to share, where the crops suffice.
pub(super) fn packed<'a>(crops: &[&'a Crop], cores: usize) -> Vec<Strip<'a>> {
    let all: u32 = crops.iter().map(|crop| crop.width() + GAP).sum();
    let capacity = (all / cores.max(1) as u32).clamp(WIDTHS.0, WIDTHS.1);
    let mut widest_first: Vec<usize> = (0..crops.len()).collect();
    widest_first.sort_by_key(|index| Reverse(crops[*index].width()));
    let mut strips: Vec<Strip> = Vec::new();
    for index in widest_first {
        let width = crops[index].width();
        match strips.iter_mut().find(|strip| strip.next_left() + width <= capacity) {
            Some(strip) => strip.add(index, crops[index]),
            None => strips.push(Strip::of(index, crops[index])),
        }
    }
    strips.sort_by_key(|strip| Reverse(strip.width));
    strips
}

impl<'a> Strip<'a> {
    fn of(index: usize, crop: &'a Crop) -> Self {
        let mut strip = Self::default();
        strip.add(index, crop);
        strip
    }

    fn next_left(&self) -> u32 {
        // Every crop starts at a step of the network, so that it is cut into the same steps wherever it stands.
        if self.slots.is_empty() { 0 } else { (self.width + GAP).next_multiple_of(recognise::STEP) }
    }

    fn add(&mut self, index: usize, crop: &'a Crop) {
        let left = self.next_left();
        self.slots.push(Slot { index, crop, left });
        self.width = left + crop.width();
    }

    /// The picture that the network is shown.
    pub(super) fn picture(&self) -> RgbImage {
        let width = self.width.max(recognise::NARROWEST).next_multiple_of(recognise::STEP);
        let mut picture = RgbImage::from_pixel(width, recognise::HEIGHT, GREY);
        for slot in &self.slots {
            slot.crop.draw(&mut picture, slot.left);
        }
        picture
    }

    /// What each crop says, by the crop's index; `characters` come with the column where they stand in the strip.
    pub(super) fn shared_out(&self, characters: Vec<Character>) -> Vec<(usize, Recognised)> {
        let mut shares: Vec<Vec<Character>> = self.slots.iter().map(|_| Vec::new()).collect();
        for mut character in characters {
            // What stands in a gap belongs to the nearer crop.
            let begins_before = |slot: &Slot| slot.left as f32 - GAP as f32 / 2.0 <= character.at;
            let at = self.slots.iter().rposition(begins_before).unwrap_or(0);
            let slot = &self.slots[at];
            character.at = ((character.at - slot.left as f32) / slot.crop.width() as f32).clamp(0.0, 1.0);
            shares[at].push(character);
        }
        self.slots.iter().zip(shares).map(|(slot, share)| (slot.index, Recognised::of(share))).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::geometry::Rect;

    /// A crop that is this wide in a strip.
    fn crop(width: u32) -> Crop {
        let crop = Crop::of(&RgbImage::new(width, 36), Rect::new(0, 0, width as i32, 36));
        assert_eq!(crop.width(), width);
        crop
    }

    #[test]
    fn characters_go_to_the_crop_that_they_stand_in() {
        let crops = [crop(80), crop(40)];
        let strips = packed(&[&crops[0], &crops[1]], 1);
        let [strip] = strips.as_slice() else { panic!("{} strips", strips.len()) };
        assert_eq!(strip.picture().dimensions(), (136, recognise::HEIGHT));
        let seen = |text: &str, at: f32| Character { text: text.into(), at, probability: 1.0 };
        // The second crop starts at 96; its first letter is seen a little before, the first crop's last a little late.
        let shared = strip.shared_out(vec![seen("a", 40.0), seen("b", 82.0), seen("c", 92.0), seen("d", 116.0)]);
        let texts: Vec<_> = shared.iter().map(|(index, read)| (*index, read.text())).collect();
        assert_eq!(texts, [(0, "ab".to_owned()), (1, "cd".to_owned())]);
        let places: Vec<f32> = shared.iter().flat_map(|(_, read)| read.characters.iter().map(|c| c.at)).collect();
        assert_eq!(places, [0.5, 1.0, 0.0, 0.5]);
    }

    proptest! {
        #[test]
        fn every_crop_is_in_one_strip_and_none_overlap(
            widths in prop::collection::vec(1u32..1500, 0..20), cores in 1usize..9,
        ) {
            let crops: Vec<Crop> = widths.iter().map(|width| crop(*width)).collect();
            let strips = packed(&crops.iter().collect::<Vec<_>>(), cores);
            let mut seen: Vec<usize> = strips.iter().flat_map(|s| s.slots.iter().map(|slot| slot.index)).collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..crops.len()).collect::<Vec<_>>());
            for strip in &strips {
                let apart = |pair: &[Slot]| pair[0].left + pair[0].crop.width() + GAP <= pair[1].left;
                prop_assert!(strip.slots.windows(2).all(apart));
                prop_assert!(strip.slots.len() == 1 || strip.width <= WIDTHS.1);
            }
        }
    }
}
