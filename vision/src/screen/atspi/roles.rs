//! AT-SPI's numbers of roles and states, as ours.

use crate::element::{Role, State};

/// Windows of any kind.
pub(super) const WINDOWS: [u32; 6] = [2, 16, 19, 23, 69, 101];

/// Fields for passwords.
pub(super) const PASSWORD: u32 = 40;

/// AT-SPI's bits of states.
pub(super) mod bit {
    pub(in super::super) const CHECKED: u32 = 4;
    pub(in super::super) const COLLAPSED: u32 = 5;
    pub(in super::super) const EDITABLE: u32 = 7;
    pub(in super::super) const EXPANDABLE: u32 = 9;
    pub(in super::super) const EXPANDED: u32 = 10;
    pub(in super::super) const ENABLED: u32 = 8;
    pub(in super::super) const FOCUSED: u32 = 12;
    pub(in super::super) const MULTI_LINE: u32 = 17;
    pub(in super::super) const PRESSED: u32 = 20;
    pub(in super::super) const SELECTABLE: u32 = 22;
    pub(in super::super) const SELECTED: u32 = 23;
    pub(in super::super) const SENSITIVE: u32 = 24;
    pub(in super::super) const SHOWING: u32 = 25;
    pub(in super::super) const VISIBLE: u32 = 30;
    pub(in super::super) const CHECKABLE: u32 = 41;
}

/// The states of one thing: two words of 32 bits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct States(pub(super) u64);

impl States {
    pub(super) fn of(words: &[u32]) -> Self {
        let word = |at: usize| u64::from(words.get(at).copied().unwrap_or(0));
        Self(word(0) | word(1) << 32)
    }

    pub(super) fn has(self, bit: u32) -> bool {
        self.0 >> bit & 1 == 1
    }

    /// Whether it is on the screen, as far as its program knows.
    pub(super) fn shows(self) -> bool {
        self.has(bit::SHOWING) && self.has(bit::VISIBLE)
    }

    /// As the table of elements has them.
    pub(super) fn state(self, role: Role) -> State {
        let has_mark = matches!(role, Role::Checkbox | Role::Radio | Role::Switch) || self.has(bit::CHECKABLE);
        let can_open = self.has(bit::EXPANDABLE) || self.has(bit::EXPANDED) || self.has(bit::COLLAPSED);
        State {
            checked: has_mark.then(|| self.has(bit::CHECKED) || (role == Role::Switch && self.has(bit::PRESSED))),
            selected: self.has(bit::SELECTABLE).then(|| self.has(bit::SELECTED)),
            focused: self.has(bit::FOCUSED).then_some(true),
            disabled: Some(!self.has(bit::ENABLED) && !self.has(bit::SENSITIVE)),
            expanded: can_open.then(|| self.has(bit::EXPANDED)),
        }
    }
}

/// Our role for AT-SPI's; nothing for what only holds others.
pub(super) fn role(number: u32, states: States) -> Option<Role> {
    Some(match number {
        7 => Role::Checkbox,
        8 | 35 | 45 | 59 => Role::MenuItem,
        10 | 47 | 57 | 58 => Role::Cell,
        11 => Role::Combo,
        13 | 26 | 32 | 90 => Role::ListRow,
        15 | 51 => Role::Slider,
        27 => Role::Image,
        29 | 73 | 81 | 116 => Role::Text,
        33 => Role::Menu,
        37 => Role::Tab,
        40 => Role::Field,
        42 | 103 => Role::Progress,
        43 | 129 => Role::Button,
        44 => Role::Radio,
        48 => Role::ScrollBar,
        52 => Role::Spinner,
        56 => Role::Cell,
        60 => Role::TextArea,
        61 | 79 | 76 | 77 if states.has(bit::EDITABLE) => {
            if states.has(bit::MULTI_LINE) {
                Role::TextArea
            } else {
                Role::Field
            }
        }
        62 => Role::Button,
        83 => Role::Heading,
        88 => Role::Link,
        91 => Role::TreeRow,
        92 | 94 => Role::TextArea,
        130 => Role::Switch,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_told_where_they_can_be() {
        let states = States(1 << bit::CHECKED | 1 << bit::ENABLED | 1 << bit::SENSITIVE | 1 << bit::SELECTABLE);
        let state = states.state(Role::Checkbox);
        assert_eq!(
            (state.checked, state.selected, state.disabled, state.expanded),
            (Some(true), Some(false), Some(false), None)
        );
        assert_eq!(states.state(Role::Button).checked, None);
        assert_eq!(role(79, States(1 << bit::EDITABLE)), Some(Role::Field));
        assert_eq!(role(79, States(0)), None);
    }
}
