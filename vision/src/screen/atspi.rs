//! What programs say of their fields through AT-SPI: the text before the caret of the one that has the keyboard.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use zbus::MatchRule;
use zbus::blocking::{Connection, MessageIterator, connection};
use zbus::message::Type;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Structure, Value};

use super::{HIDDEN, MOST_BEFORE_CARET, Window};
use crate::geometry::Rect;
use crate::told::Told;

mod roles;
mod tree;

/// How long a program may take for an answer (1 ms on an idle machine); one that hangs is not asked again until another of
/// its fields gets the keyboard.
const PATIENCE: Duration = Duration::from_millis(200);

/// AT-SPI's number of the role of a field for passwords.
const PASSWORD: u32 = 40;

/// How long the registry may take to come up (0.1 s on an idle machine).
const STARTUP: Duration = Duration::from_secs(2);

/// AT-SPI's bit of the state of having the keyboard.
const FOCUSED: u32 = 1 << 12;

/// One thing of a program: itself, its program, its parent, its place and how many it holds, its interfaces, name, role,
/// description and states.
type Item = (ObjectRef, ObjectRef, ObjectRef, i32, i32, Vec<String>, String, u32, String, Vec<u32>);

/// A program's name on the bus, and a path in it.
type ObjectRef = (String, OwnedObjectPath);

const REGISTRY: &str = "org.a11y.atspi.Registry";

const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";

const TEXT: &str = "org.a11y.atspi.Text";

/// The fields of all programs on an accessibility bus, and the one that has the keyboard. Dropping it ends its connection.
pub(super) struct Fields {
    bus: Connection,
    keyboard: Arc<Mutex<Keyboard>>,
}

/// The elements of all windows on an accessibility bus.
pub(super) struct Tree(tree::Tree);

impl Tree {
    /// What is in view in `bounds` of the desktop, in pixels from its corner.
    pub(super) fn told(&mut self, windows: &[Window], bounds: Rect) -> Vec<Told> {
        self.0.told(windows, bounds)
    }
}

/// Where the keyboard is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Keyboard {
    /// Nothing was told yet. A program that has just started may not know yet that somebody listens.
    #[default]
    Unknown,
    /// In no field that answers.
    Nowhere,
    /// In this one.
    In(Field),
}

/// Where a field is asked for: its program's name on the bus, and its own.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    program: String,
    path: String,
}

impl Fields {
    /// Begins to follow the keyboard on the bus at this address; none where nothing answers there.
    pub(super) fn watch(address: &str) -> Option<Self> {
        let found = Self::connect(address);
        found.inspect_err(|error| tracing::debug!("the accessibility bus at {address} is of no use: {error}")).ok()
    }

    fn connect(address: &str) -> zbus::Result<Self> {
        let bus = connection::Builder::address(address)?.method_timeout(PATIENCE).build()?;
        let rule = MatchRule::builder()
            .msg_type(Type::Signal)
            .interface("org.a11y.atspi.Event.Object")?
            .member("StateChanged")?
            .add_arg("focused")?
            .build();
        let events = MessageIterator::for_match_rule(rule, &bus, None)?;
        register(&bus)?;
        let keyboard = Arc::default();
        let noted = Arc::clone(&keyboard);
        let follow = move || events.map_while(Result::ok).for_each(|event| note(&event, &noted));
        std::thread::Builder::new()
            .name("fields".into())
            .spawn(follow)
            .map_err(|e| zbus::Error::InputOutput(e.into()))?;
        Ok(Self { bus, keyboard })
    }

    /// What asks for the elements of all windows.
    pub(super) fn tree(&self) -> Tree {
        Tree(tree::Tree::new(self.bus.inner().clone()))
    }

    /// What stands before the caret in the field that has the keyboard, at most [`MOST_BEFORE_CARET`] characters; nothing
    /// where that is no field, or one of a program that does not answer.
    pub(super) fn before_caret(&self) -> Option<String> {
        let field = self.field()?;
        let told = self.query_before_caret(&field);
        if told.is_err() {
            let mut keyboard = locked(&self.keyboard);
            if *keyboard == Keyboard::In(field) {
                *keyboard = Keyboard::Nowhere;
            }
        }
        told.ok()
    }

    /// The field that has the keyboard; looked for in all programs as long as none has told.
    fn field(&self) -> Option<Field> {
        match locked(&self.keyboard).clone() {
            Keyboard::In(field) => return Some(field),
            Keyboard::Nowhere => return None,
            Keyboard::Unknown => {}
        }
        let found = self.programs().ok()?.into_iter().find_map(|program| self.focused_in(&program))?;
        let mut keyboard = locked(&self.keyboard);
        if *keyboard == Keyboard::Unknown {
            *keyboard = Keyboard::In(found.clone());
        }
        Some(found)
    }

    fn programs(&self) -> zbus::Result<Vec<String>> {
        let root = Field { program: REGISTRY.to_owned(), path: "/org/a11y/atspi/accessible/root".to_owned() };
        let children = self.ask(&root, ACCESSIBLE, "GetChildren", &())?;
        let children: Vec<(String, OwnedObjectPath)> = children.body().deserialize()?;
        Ok(children.into_iter().map(|(program, _)| program).collect())
    }

    /// What of a program has the keyboard, from all that it has.
    fn focused_in(&self, program: &str) -> Option<Field> {
        let cache = Field { program: program.to_owned(), path: "/org/a11y/atspi/cache".to_owned() };
        let items = self.ask(&cache, "org.a11y.atspi.Cache", "GetItems", &()).ok()?;
        let items: Vec<Item> = items.body().deserialize().ok()?;
        let is_focused = |item: &&Item| item.9.first().is_some_and(|states| states & FOCUSED != 0);
        let found = items.iter().find(is_focused)?;
        Some(Field { program: program.to_owned(), path: found.0.1.to_string() })
    }

    fn query_before_caret(&self, field: &Field) -> zbus::Result<String> {
        let role = self.ask(field, ACCESSIBLE, "GetRole", &())?.body().deserialize::<u32>()?;
        let caret = self.ask(field, "org.freedesktop.DBus.Properties", "Get", &(TEXT, "CaretOffset"))?;
        let caret = i32::try_from(caret.body().deserialize::<OwnedValue>()?).map_err(zbus::Error::from)?.max(0);
        let from = caret.saturating_sub(MOST_BEFORE_CARET as i32).max(0);
        if role == PASSWORD {
            return Ok((from..caret).map(|_| HIDDEN).collect());
        }
        self.ask(field, TEXT, "GetText", &(from, caret))?.body().deserialize()
    }

    fn ask<B: serde::Serialize + zbus::zvariant::DynamicType>(
        &self,
        field: &Field,
        interface: &str,
        method: &str,
        body: &B,
    ) -> zbus::Result<zbus::Message> {
        self.bus.call_method(Some(field.program.as_str()), field.path.as_str(), Some(interface), method, body)
    }
}

impl Drop for Fields {
    fn drop(&mut self) {
        // The thread that follows the keyboard ends with the connection.
        let _ = self.bus.clone().close();
    }
}

/// Programs only tell what somebody has asked the registry to be told. It may only just have been started.
fn register(bus: &Connection) -> zbus::Result<()> {
    let registry = Some(REGISTRY);
    let begun = Instant::now();
    loop {
        let event = "object:state-changed:focused";
        match bus.call_method(registry, "/org/a11y/atspi/registry", registry, "RegisterEvent", &event) {
            Ok(_) => return Ok(()),
            Err(_) if begun.elapsed() < STARTUP => std::thread::sleep(Duration::from_millis(10)),
            Err(error) => return Err(error),
        }
    }
}

/// Takes note of the keyboard's going to a field, or leaving it: an event's parts are its kind, whether it is so now, and
/// others.
fn note(event: &zbus::Message, keyboard: &Mutex<Keyboard>) {
    let body = event.body();
    let Ok(parts) = body.deserialize::<Structure<'_>>() else { return };
    let header = event.header();
    let (Some(program), Some(path)) = (header.sender(), header.path()) else { return };
    let field = Keyboard::In(Field { program: program.to_string(), path: path.to_string() });
    let mut keyboard = locked(keyboard);
    match parts.fields().get(1) {
        Some(Value::I32(1)) => *keyboard = field,
        Some(Value::I32(0)) if *keyboard == field => *keyboard = Keyboard::Nowhere,
        _ => {}
    }
}

fn locked(keyboard: &Mutex<Keyboard>) -> std::sync::MutexGuard<'_, Keyboard> {
    keyboard.lock().unwrap_or_else(PoisonError::into_inner)
}
