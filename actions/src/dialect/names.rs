//! The tables of what actions and their arguments are called, in all families together.

/// What an action does, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Click,
    DoubleClick,
    TripleClick,
    RightClick,
    MiddleClick,
    Move,
    MouseDown,
    MouseUp,
    Drag,
    Swipe,
    Scroll,
    ScrollSideways,
    Type,
    Hotkey,
    KeyDown,
    KeyUp,
    HoldKey,
    LongPress,
    Wait,
    Screenshot,
    Open,
    Navigate,
    NavigateBack,
    SystemButton,
    PressHome,
    PressBack,
    PressMenu,
    PressEnter,
    Finished,
    Failed,
    Terminate,
    Answer,
    CallUser,
}

/// What an argument says, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Start,
    End,
    Point,
    X,
    Y,
    Button,
    Direction,
    Content,
    Key,
    Url,
    Name,
    Time,
    Amount,
    Pixels,
    Status,
}

/// Every action: its own name first, then its other names. Case, `_` and `-` do not count.
const VERBS: &[(Verb, &[&str])] = &[
    (Verb::Click, &["click", "left_click", "left_single", "tap", "single_click"]),
    (Verb::DoubleClick, &["double_click", "left_double", "left_double_click", "double_tap"]),
    (Verb::TripleClick, &["triple_click", "left_triple", "left_triple_click"]),
    (Verb::RightClick, &["right_click", "right_single", "context_click"]),
    (Verb::MiddleClick, &["middle_click", "middle_single"]),
    (Verb::Move, &["mouse_move", "move", "move_to", "hover"]),
    (Verb::MouseDown, &["mouse_down", "left_mouse_down"]),
    (Verb::MouseUp, &["mouse_up", "left_mouse_up"]),
    (Verb::Drag, &["drag", "select", "left_click_drag", "left_drag", "drag_to"]),
    (Verb::Swipe, &["swipe"]),
    (Verb::Scroll, &["scroll", "vscroll"]),
    (Verb::ScrollSideways, &["hscroll"]),
    (Verb::Type, &["type", "input", "input_text", "type_text"]),
    (Verb::Hotkey, &["hotkey", "key", "keypress", "press_key"]),
    (Verb::KeyDown, &["press", "keydown"]),
    (Verb::KeyUp, &["release", "keyup"]),
    (Verb::HoldKey, &["hold_key"]),
    (Verb::LongPress, &["long_press", "long_click"]),
    (Verb::Wait, &["wait", "sleep"]),
    (Verb::Screenshot, &["screenshot", "take_screenshot", "snapshot"]),
    (Verb::Open, &["open_app", "open", "launch", "launch_app"]),
    (Verb::Navigate, &["navigate"]),
    (Verb::NavigateBack, &["navigate_back"]),
    (Verb::SystemButton, &["system_button"]),
    (Verb::PressHome, &["press_home", "home"]),
    (Verb::PressBack, &["press_back", "back"]),
    (Verb::PressMenu, &["press_menu"]),
    (Verb::PressEnter, &["press_enter"]),
    (Verb::Finished, &["finished", "finish", "done"]),
    (Verb::Failed, &["fail", "error_env"]),
    (Verb::Terminate, &["terminate", "status"]),
    (Verb::Answer, &["answer"]),
    (Verb::CallUser, &["call_user", "ask_user", "ask", "interact"]),
];

/// Every argument: its own name first, then its other names. Case, `_` and `-` do not count.
const FIELDS: &[(Field, &[&str])] = &[
    (Field::Start, &["start", "start_box", "start_point", "start_position", "start_coordinate", "start_coordinates"]),
    (Field::End, &["end", "end_box", "end_point", "end_position", "end_coordinate", "end_coordinates", "coordinate2"]),
    (Field::Point, &["point", "position", "coordinate", "coordinates", "box", "bbox", "location"]),
    (Field::X, &["x"]),
    (Field::Y, &["y"]),
    (Field::Button, &["button", "mouse_button"]),
    (Field::Direction, &["direction", "dir", "scroll_direction"]),
    (Field::Content, &["content", "text", "input_text", "type", "answer", "question"]),
    (Field::Key, &["key", "keys", "keyname", "hotkey", "keyboard_key"]),
    (Field::Url, &["url", "link", "website"]),
    (Field::Name, &["name", "app", "appname", "app_name", "application"]),
    (Field::Time, &["time", "duration", "wait_time", "delay", "seconds"]),
    (Field::Amount, &["amount", "scroll_amount", "step", "steps", "ticks", "clicks"]),
    (Field::Pixels, &["pixels"]),
    (Field::Status, &["status", "goal_status"]),
];

impl Verb {
    pub fn named(name: &str) -> Option<Self> {
        VERBS.iter().find(|(_, names)| names.iter().any(|known| is_same(known, name))).map(|(verb, _)| *verb)
    }

    /// Every name of every action.
    pub fn all_names() -> impl Iterator<Item = &'static str> {
        VERBS.iter().flat_map(|(_, names)| names.iter().copied())
    }
}

impl Field {
    /// What an argument of an action says. What `navigate` and `open_app` are given is what they are about.
    pub fn named(verb: Option<Verb>, name: &str) -> Option<Self> {
        let found = FIELDS.iter().find(|(_, names)| names.iter().any(|known| is_same(known, name)));
        found.map(|(field, _)| match (verb, field) {
            (Some(Verb::Navigate), Self::Content) => Self::Url,
            (Some(Verb::Open), Self::Content) => Self::Name,
            _ => *field,
        })
    }
}

/// Whether two names differ in nothing but case, `_` and `-`.
fn is_same(known: &str, name: &str) -> bool {
    !name.is_empty() && letters(known).eq(letters(name))
}

fn letters(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(|b| !matches!(b, b'_' | b'-')).map(|b| b.to_ascii_lowercase())
}

/// The one name of an action that families call by many, as `click` for `left_single`.
pub fn action_name(name: &str) -> Option<&'static str> {
    let verb = Verb::named(name)?;
    VERBS.iter().find(|(known, _)| *known == verb).map(|(_, names)| names[0])
}

/// The one name of an argument of an action that families call by many, as `start` for `start_box`.
pub fn argument_name(action: &str, name: &str) -> Option<&'static str> {
    let field = Field::named(Verb::named(action), name)?;
    FIELDS.iter().find(|(known, _)| *known == field).map(|(_, names)| names[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_in_all_spellings() {
        let actions = [
            ("left_single", Some("click")),
            ("Left_Click", Some("click")),
            ("LongPress", Some("long_press")),
            ("hover", Some("mouse_move")),
            ("select", Some("drag")),
            ("swipe", Some("swipe")),
            ("home", Some("press_home")),
            ("custom", None),
            ("", None),
            ("_", None),
        ];
        let wrong: Vec<_> = actions.iter().filter(|(name, want)| action_name(name) != *want).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        let arguments = [
            ("click", "startBox", Some("start")),
            ("click", "Point", Some("point")),
            ("type", "text", Some("content")),
            ("Navigate", "content", Some("url")),
            ("open", "content", Some("name")),
            ("press", "keyname", Some("key")),
            ("", "coordinate", Some("point")),
            ("click", "field.name", None),
            ("click", "", None),
        ];
        let wrong: Vec<_> = arguments.iter().filter(|(a, name, want)| argument_name(a, name) != *want).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn no_name_means_two_things() {
        for name in Verb::all_names() {
            let owners = VERBS.iter().filter(|(_, names)| names.iter().any(|known| is_same(known, name))).count();
            assert_eq!(owners, 1, "{name}");
        }
    }
}
