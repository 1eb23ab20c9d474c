//! The table of elements: what is on the screen, each thing with its role, name, value, state and place.

use serde::{Deserialize, Serialize};

use crate::geometry::Rect;

/// What an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Something to press that says what it does.
    Button,
    /// Something to press that shows what it does: its text is empty, its name what the icon means.
    IconButton,
    /// Text that leads somewhere.
    Link,
    /// One line to type into; its text is what it holds, empty when it is.
    Field,
    /// Several lines to type into.
    TextArea,
    /// A box that can be ticked; its text is its label.
    Checkbox,
    /// One choice of several; its text is its label.
    Radio,
    /// A handle that is off on the left and on on the right; its text is its label.
    Switch,
    /// A field or button that opens a list; its text is what is chosen.
    Combo,
    /// An entry of a list that was opened.
    Option,
    /// The handle of a page.
    Tab,
    /// The name of a menu in a menu bar.
    Menu,
    /// An entry of an open menu.
    MenuItem,
    /// A row of a list.
    ListRow,
    /// A row of a tree; expanded says whether what is under it shows.
    TreeRow,
    /// A place of a table.
    Cell,
    /// A handle on a rail; its value is where it stands.
    Slider,
    /// A field for numbers with buttons for more and less.
    Spinner,
    /// How far something has got.
    Progress,
    /// The bar that says which part of something longer is shown.
    ScrollBar,
    /// The title of what follows.
    Heading,
    /// Plain text.
    Text,
    /// A picture or an icon that is not known to take clicks.
    Image,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 23] = [
        Self::Button,
        Self::IconButton,
        Self::Link,
        Self::Field,
        Self::TextArea,
        Self::Checkbox,
        Self::Radio,
        Self::Switch,
        Self::Combo,
        Self::Option,
        Self::Tab,
        Self::Menu,
        Self::MenuItem,
        Self::ListRow,
        Self::TreeRow,
        Self::Cell,
        Self::Slider,
        Self::Spinner,
        Self::Progress,
        Self::ScrollBar,
        Self::Heading,
        Self::Text,
        Self::Image,
    ];

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Button => "button",
            Self::IconButton => "icon_button",
            Self::Link => "link",
            Self::Field => "field",
            Self::TextArea => "text_area",
            Self::Checkbox => "checkbox",
            Self::Radio => "radio",
            Self::Switch => "switch",
            Self::Combo => "combo",
            Self::Option => "option",
            Self::Tab => "tab",
            Self::Menu => "menu",
            Self::MenuItem => "menu_item",
            Self::ListRow => "list_row",
            Self::TreeRow => "tree_row",
            Self::Cell => "cell",
            Self::Slider => "slider",
            Self::Spinner => "spinner",
            Self::Progress => "progress",
            Self::ScrollBar => "scroll_bar",
            Self::Heading => "heading",
            Self::Text => "text",
            Self::Image => "image",
        }
    }

    /// The role as people say it.
    pub fn said(self) -> &'static str {
        match self {
            Self::IconButton => "icon button",
            Self::TextArea => "text area",
            Self::Checkbox => "check box",
            Self::Radio => "radio button",
            Self::Combo => "list to choose from",
            Self::MenuItem => "menu item",
            Self::ListRow | Self::TreeRow => "row",
            Self::ScrollBar => "scroll bar",
            other => other.name(),
        }
    }

    /// The role of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether it holds text that can be typed into.
    pub fn is_typed_into(self) -> bool {
        matches!(self, Self::Field | Self::TextArea | Self::Spinner)
    }

    /// Whether a click on it is known to do something.
    pub fn takes_clicks(self) -> bool {
        !matches!(self, Self::Text | Self::Heading | Self::Image | Self::Progress | Self::ScrollBar)
    }
}

/// What is known of an element's state; nothing where it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct State {
    /// Whether a check box, radio button or switch is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<bool>,
    /// Whether a row, tab or option is the chosen one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selected: Option<bool>,
    /// Whether it has the keyboard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focused: Option<bool>,
    /// Whether it is greyed out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Whether what belongs to it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expanded: Option<bool>,
}

/// What an element belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Group {
    /// What it is: list, tree, table, menu, toolbar, tabs, dialog, box.
    pub kind: String,
    /// What it is called, where that is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its place in the group, counted from 1, and how many there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<(u32, u32)>,
}

/// Where an element is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// From the picture alone.
    #[default]
    Pixels,
    /// From the program alone.
    Program,
    /// From both.
    Both,
}

impl Source {
    fn is_pixels(&self) -> bool {
        *self == Self::Pixels
    }
}

/// Something on the screen that a person would point at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Element {
    /// Its number: the same from one look to the next while the thing is the same.
    #[serde(default)]
    pub id: u32,
    /// What it is.
    #[serde(rename = "kind")]
    pub role: Role,
    /// What is written on it or in it; the text beside the mark of a check box.
    pub text: String,
    /// What it is called, where that is not its own text: the label of a field, what an icon means.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What its icon most likely means, as the meanings of [`crate::icons`] are named; its name says so where that is sure.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub icon: String,
    /// What it holds, where it holds something: a field's text, a slider's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The part to click: the drawn box of a button or field, the mark of a check box, else the text.
    #[serde(rename = "box")]
    pub area: Rect,
    /// What is known of its state.
    #[serde(flatten)]
    pub state: State,
    /// The id of the element that labels it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<u32>,
    /// The title of its window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// What it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
    /// Where it is known from.
    #[serde(default, skip_serializing_if = "Source::is_pixels")]
    pub source: Source,
}

impl Element {
    /// An element of which nothing else is known.
    pub fn new(role: Role, text: impl Into<String>, area: Rect) -> Self {
        Self {
            id: 0,
            role,
            text: text.into(),
            name: String::new(),
            icon: String::new(),
            value: None,
            area,
            state: State::default(),
            label: None,
            window: None,
            group: None,
            source: Source::Pixels,
        }
    }

    /// What people call it: its name, else its text.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.text } else { &self.name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_a_name_of_its_own_which_json_uses() {
        for role in Role::ALL {
            assert_eq!(Role::named(role.name()), Some(role));
            assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{}\"", role.name()));
        }
    }

    #[test]
    fn an_element_is_written_with_what_is_known_alone() {
        let mut element = Element::new(Role::Checkbox, "Wrap", Rect::new(1, 2, 3, 4));
        element.id = 7;
        let bare = serde_json::to_string(&element).unwrap();
        assert_eq!(bare, r#"{"id":7,"kind":"checkbox","text":"Wrap","box":[1,2,3,4]}"#);
        element.state.checked = Some(true);
        let written = serde_json::to_string(&element).unwrap();
        assert_eq!(serde_json::from_str::<Element>(&written).unwrap(), element);
    }
}
