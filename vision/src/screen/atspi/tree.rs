//! The elements of all windows in view, asked of their programs: level by level, all of a level at once, within a time.
//!
//! A program that does not answer costs one patience and is left out until it answers again; a table of any size costs what
//! is in view, because those of its cells are asked for that lie under a net of points.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::future::join;
use futures_util::stream;
use zbus::zvariant::{DynamicType, OwnedObjectPath, OwnedValue, Type};

use super::roles::{self, States};
use super::{ACCESSIBLE, ObjectRef, REGISTRY, TEXT};
use crate::element::Role;
use crate::geometry::Rect;
use crate::screen::Window;
use crate::told::Told;

/// How long all programs together may take for an answer (20 ms for 200 elements on an idle machine).
const TIME: Duration = Duration::from_millis(100);

/// The most things that are asked for.
const MOST: usize = 1500;

/// More children than this are looked for by place, not by number.
const MANY: i32 = 120;

/// How far the points of the net lie apart, in pixels.
const NET: (i32, i32) = (60, 14);

/// The deepest that a tree is followed: pages nest deeply.
const DEEPEST: u32 = 40;

/// The longest text that is asked for, in characters.
const LONGEST: i32 = 400;

/// What stands in a text for a thing that is no text.
const EMBEDDED: char = '\u{fffc}';

/// How many calls are under way at once: a bus lets a connection wait for 128 answers, and refuses what is beyond that.
const CALLS: usize = 100;

/// How many things are asked of at once, each with five calls.
const NODES: usize = CALLS / 5;

const COMPONENT: &str = "org.a11y.atspi.Component";

const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// A thing on the bus.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Place {
    program: String,
    path: OwnedObjectPath,
}

/// What is known of a thing.
struct Node {
    place: Place,
    number: u32,
    states: States,
    name: String,
    area: Rect,
    children: i32,
    depth: u32,
    window: usize,
}

/// Asks all programs on a bus.
pub(super) struct Tree {
    bus: zbus::Connection,
    /// Programs that did not answer in time, and when they are asked again.
    mute: HashMap<String, Instant>,
}

impl Tree {
    pub(super) fn new(bus: zbus::Connection) -> Self {
        Self { bus, mute: HashMap::new() }
    }

    /// What is in view in `bounds` of the desktop, in pixels from its corner; `windows` as the display lists them.
    pub(super) fn told(&mut self, windows: &[Window], bounds: Rect) -> Vec<Told> {
        zbus::block_on(self.collect(windows, bounds))
    }

    async fn collect(&mut self, windows: &[Window], bounds: Rect) -> Vec<Told> {
        let end = Instant::now() + TIME;
        let found = self.tops().await;
        let mut titles = Vec::new();
        let mut nodes: Vec<Node> = Vec::new();
        let mut level = Vec::new();
        for node in at_once(NODES, found.into_iter().map(|place| self.node(place, 0, 0))).await.into_iter().flatten() {
            if !node.states.shows() && !roles::WINDOWS.contains(&node.number) {
                continue;
            }
            let Some(shift) = shift(&node, windows) else { continue };
            titles.push((node.name.clone(), shift));
            level.push(Node { window: titles.len() - 1, ..node });
        }
        let mut seen: HashSet<Place> = HashSet::new();
        let mut telling: HashSet<usize> = HashSet::new();
        while !level.is_empty() && nodes.len() < MOST && Instant::now() < end {
            let below = at_once(CALLS, level.iter().map(|node| self.below(node, bounds))).await;
            let fresh: Vec<(Place, u32, usize)> = below
                .into_iter()
                .zip(&level)
                .flat_map(|(places, node)| places.into_iter().map(move |place| (place, node.depth + 1, node.window)))
                .filter(|(place, depth, _)| *depth <= DEEPEST && seen.insert(place.clone()))
                .take(MOST - nodes.len())
                .collect();
            nodes.append(&mut level);
            let asked = fresh.into_iter().map(|(place, depth, window)| self.node(place, depth, window));
            let asked = at_once(NODES, asked).await;
            let asked: Vec<Node> = asked.into_iter().flatten().collect();
            // Some toolkits never say that a thing shows, only that it is visible.
            for node in &asked {
                if node.states.has(roles::bit::SHOWING) {
                    telling.insert(node.window);
                }
            }
            let is_seen = |node: &Node| {
                let area = moved(node.area, titles[node.window].1);
                let shows =
                    node.states.shows() || (node.states.has(roles::bit::VISIBLE) && !telling.contains(&node.window));
                shows && (area.is_empty() || area.intersects(&bounds))
            };
            level = asked.into_iter().filter(is_seen).collect();
        }
        if Instant::now() >= end {
            tracing::debug!(known = nodes.len(), "programs took longer than {TIME:?} to tell all that they show");
        }
        nodes.append(&mut level);
        let is_open = |node: &&Node| {
            let (title, shift) = &titles[node.window];
            !is_covered(moved(node.area, *shift).intersection(&bounds), title, windows)
        };
        let told = nodes.iter().filter(is_open).map(|node| self.element(node, &titles, bounds));
        let told = at_once(CALLS, told).await;
        told.into_iter().flatten().collect()
    }

    /// The windows of all programs that answer.
    async fn tops(&mut self) -> Vec<Place> {
        let root = Place { program: REGISTRY.to_owned(), path: path("/org/a11y/atspi/accessible/root") };
        let now = Instant::now();
        self.mute.retain(|_, until| *until > now);
        let programs = self.children(&root, 64).await.unwrap_or_default();
        let programs: Vec<Place> = programs.into_iter().filter(|p| !self.mute.contains_key(&p.program)).collect();
        let tops = at_once(CALLS, programs.iter().map(|program| self.children(program, 64))).await;
        let mut found: Vec<Place> = Vec::new();
        for (program, children) in programs.iter().zip(tops) {
            match children {
                Some(children) => found.extend(children),
                None => {
                    tracing::debug!(
                        "{} does not answer: its elements are known from the picture alone",
                        program.program
                    );
                    self.mute.insert(program.program.clone(), Instant::now() + Duration::from_secs(5));
                }
            }
        }
        found
    }

    /// The things right below another; of one with very many those under a net of points.
    async fn below(&self, node: &Node, bounds: Rect) -> Vec<Place> {
        // Entries of menus that are not open, options of lists that are not open.
        if node.children <= 0
            || matches!(node.number, 11) && !node.states.has(roles::bit::EXPANDED) && node.children > MANY
        {
            return Vec::new();
        }
        if node.children <= MANY {
            return self.children(&node.place, MANY).await.unwrap_or_default();
        }
        let view = node.area.intersection(&bounds);
        let rows = (view.y + NET.1 / 2..view.bottom()).step_by(NET.1 as usize);
        let points = rows.flat_map(|y| (view.x + NET.0 / 2..view.right()).step_by(NET.0 as usize).map(move |x| (x, y)));
        let at = |(x, y): (i32, i32)| async move {
            let found: ObjectRef = self.ask(&node.place, COMPONENT, "GetAccessibleAtPoint", &(x, y, 0u32)).await?;
            Some(Place { program: found.0, path: found.1 })
        };
        let found = at_once(CALLS, points.take(400).map(at)).await;
        let mut places: Vec<Place> = Vec::new();
        for place in found.into_iter().flatten().filter(|place| *place != node.place) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }

    async fn children(&self, place: &Place, most: i32) -> Option<Vec<Place>> {
        let found: Vec<ObjectRef> = self.ask(place, ACCESSIBLE, "GetChildren", &()).await?;
        Some(found.into_iter().take(most as usize).map(|(program, path)| Place { program, path }).collect())
    }

    async fn node(&self, place: Place, depth: u32, window: usize) -> Option<Node> {
        let role = self.ask::<_, u32>(&place, ACCESSIBLE, "GetRole", &());
        let states = self.ask::<_, Vec<u32>>(&place, ACCESSIBLE, "GetState", &());
        let name = self.property(&place, ACCESSIBLE, "Name");
        let children = self.property(&place, ACCESSIBLE, "ChildCount");
        let area = self.ask::<_, (i32, i32, i32, i32)>(&place, COMPONENT, "GetExtents", &0u32);
        let ((role, states), ((name, children), area)) =
            join(join(role, states), join(join(name, children), area)).await;
        let (x, y, w, h) = area.unwrap_or_default();
        Some(Node {
            number: role?,
            states: States::of(&states?),
            name: name.and_then(|name| String::try_from(name).ok()).unwrap_or_default(),
            children: children.and_then(|count| i32::try_from(count).ok()).unwrap_or(0),
            area: Rect::new(x, y, w.clamp(0, 100_000), h.clamp(0, 100_000)),
            place,
            depth,
            window,
        })
    }

    async fn element(&self, node: &Node, titles: &[(String, (i32, i32))], bounds: Rect) -> Option<Told> {
        let role = roles::role(node.number, node.states)?;
        let (title, shift) = &titles[node.window];
        let area = moved(node.area, *shift).intersection(&bounds);
        if area.w < 2 || area.h < 2 {
            return None;
        }
        let value = match role {
            Role::Field | Role::TextArea | Role::Spinner | Role::Text if node.number != roles::PASSWORD => {
                self.text(node).await
            }
            Role::Slider | Role::Progress => {
                let value = self.property(&node.place, "org.a11y.atspi.Value", "CurrentValue").await;
                value.and_then(|value| f64::try_from(value).ok()).map(|value| value.to_string())
            }
            _ => None,
        };
        // A text without a name says what it holds.
        let is_label = role == Role::Text;
        let name = if is_label && node.name.is_empty() { value.clone().unwrap_or_default() } else { node.name.clone() };
        // A paragraph with such signs holds other things, which tell of themselves.
        if is_label && name.contains(EMBEDDED) {
            return None;
        }
        let name = if is_class(&name) { String::new() } else { once(&name).to_owned() };
        Some(Told {
            role,
            name,
            value: value.filter(|_| !is_label),
            state: node.states.state(role),
            area: Rect::new(area.x - bounds.x, area.y - bounds.y, area.w, area.h),
            window: title.clone(),
            depth: node.depth,
        })
    }

    async fn text(&self, node: &Node) -> Option<String> {
        self.ask(&node.place, TEXT, "GetText", &(0i32, LONGEST)).await
    }

    async fn property(&self, place: &Place, interface: &str, name: &str) -> Option<OwnedValue> {
        self.ask(place, PROPERTIES, "Get", &(interface, name)).await
    }

    async fn ask<B, R>(&self, place: &Place, interface: &str, method: &str, body: &B) -> Option<R>
    where
        B: serde::Serialize + DynamicType,
        R: serde::de::DeserializeOwned + Type,
    {
        let answer =
            self.bus.call_method(Some(place.program.as_str()), &place.path, Some(interface), method, body).await;
        answer.ok()?.body().deserialize().ok()
    }
}

/// All answers, in order, of which so many are waited for at once.
async fn at_once<F: Future>(most: usize, questions: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    stream::iter(questions).buffered(most).collect().await
}

fn path(text: &'static str) -> OwnedObjectPath {
    zbus::zvariant::ObjectPath::from_static_str_unchecked(text).into()
}

fn moved(area: Rect, (x, y): (i32, i32)) -> Rect {
    Rect::new(area.x + x, area.y + y, area.w, area.h)
}

/// A name that is said twice, as GTK 4 does for buttons with a letter to press: "mod mod".
fn once(name: &str) -> &str {
    let middle = name.len() / 2;
    match (name.get(..middle), name.get(middle + 1..)) {
        (Some(first), Some(second)) if first == second && name.as_bytes()[middle] == b' ' => first,
        _ => name,
    }
}

/// Whether a name is that of a class of the program's code, which GTK 4 gives to what has none: "GtkMenuButton".
fn is_class(name: &str) -> bool {
    let humps = name.chars().filter(|c| c.is_ascii_uppercase()).count();
    let starts = ["Gtk", "Adw", "Gt"].iter().any(|start| name.starts_with(start));
    starts && humps >= 2 && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Whether the middle of a place in a window of this title lies under a window above it; `windows` are listed from the top, the
/// active one first. A window that is not listed, such as a menu, is over all others.
fn is_covered(area: Rect, title: &str, windows: &[Window]) -> bool {
    let (x, y) = area.centre();
    let at = windows.iter().position(|window| window.title == title && window.area.contains(x, y));
    at.is_some_and(|at| windows[..at].iter().any(|above| above.title != title && above.area.contains(x, y)))
}

/// How far what a window says of its places is from where the display has it: programs that do not know where they are count
/// from their own corner. Nothing for a window that the display does not list, such as one on another desktop.
fn shift(node: &Node, windows: &[Window]) -> Option<(i32, i32)> {
    if windows.is_empty() || node.name.is_empty() || node.area.x != 0 || node.area.y != 0 {
        return Some((0, 0));
    }
    let same = windows.iter().find(|window| window.title == node.name);
    Some(same.map_or((0, 0), |window| {
        (window.area.x + (window.area.w - node.area.w) / 2, window.area.y + (window.area.h - node.area.h).max(0))
    }))
}
