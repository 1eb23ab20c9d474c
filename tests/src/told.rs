//! What programs told of their windows, kept beside the picture, and how it compares with what was seen.

use std::error::Error;
use std::path::Path;

use image::RgbImage;
use sightstep_vision::element::{Element, Role};
use sightstep_vision::geometry::Rect;
use sightstep_vision::icons::Meaning;
use sightstep_vision::read::Line;
use sightstep_vision::told::Told;

/// A window's picture and what its program told.
pub struct Kept {
    /// The whole display.
    pub pixels: RgbImage,
    /// What was told.
    pub told: Vec<Told>,
}

impl Kept {
    /// Writes `path.png` and `path.json`.
    ///
    /// # Errors
    /// What the disk says.
    pub fn save(&self, path: &Path) -> Result<(), Box<dyn Error>> {
        self.pixels.save(path.with_extension("png"))?;
        Ok(std::fs::write(path.with_extension("json"), serde_json::to_vec_pretty(&self.told)?)?)
    }

    /// Reads what was written.
    ///
    /// # Errors
    /// What the disk says, and files that hold something else.
    pub fn load(path: &Path) -> Result<Self, Box<dyn Error>> {
        let pixels = image::open(path.with_extension("png"))?.into_rgb8();
        let told = serde_json::from_slice(&std::fs::read(path.with_extension("json"))?)?;
        Ok(Self { pixels, told })
    }

    /// What can be compared: things that a person would name, that are drawn, and that no other thing fills.
    pub fn comparable<'k>(&'k self, lines: &'k [Line]) -> Vec<&'k Told> {
        let bounds = Rect::new(0, 0, self.pixels.width() as i32, self.pixels.height() as i32);
        let fits = |told: &&Told| {
            let is_inside = told.area.intersection(&bounds) == told.area && told.area.w >= 6 && told.area.h >= 6;
            let is_judged = !matches!(told.role, Role::Image | Role::ScrollBar | Role::Text | Role::Heading);
            is_inside && is_judged && self.is_drawn(told, lines) && !self.is_filled(told)
        };
        self.told.iter().filter(fits).collect()
    }

    /// Whether a thing shows: something of another colour in it.
    fn is_drawn(&self, told: &Told, lines: &[Line]) -> bool {
        if matches!(told.role, Role::Cell | Role::ListRow | Role::TreeRow | Role::Option) && told.name.is_empty() {
            return false;
        }
        if lines.iter().any(|line| line.area.intersects(&told.area)) {
            return true;
        }
        let first = self.pixels.get_pixel(told.area.x as u32, told.area.y as u32).0;
        let mut all =
            (told.area.y..told.area.bottom()).flat_map(|y| (told.area.x..told.area.right()).map(move |x| (x, y)));
        all.any(|(x, y)| self.pixels.get_pixel(x as u32, y as u32).0.iter().zip(first).any(|(a, b)| a.abs_diff(b) > 30))
    }

    /// Whether another thing that is told takes all of its place: the button of a combo, the link in a row.
    fn is_filled(&self, told: &Told) -> bool {
        let is_place = matches!(told.role, Role::Cell | Role::ListRow | Role::TreeRow);
        self.told.iter().any(|other| {
            let shared = other.area.intersection(&told.area).area();
            let (x, y) = other.area.centre();
            let is_in = told.area.contains(x, y) && (is_place || other.role == told.role);
            let is_all = shared * 10 >= told.area.area() * 8;
            other.depth > told.depth && (is_all || is_in) && !matches!(other.role, Role::Text | Role::Image)
        })
    }

    /// The element that was seen there: the one of the role where there is one, else the largest in it.
    pub fn seen<'e>(&self, told: &Told, elements: &'e [Element]) -> Option<&'e Element> {
        let is_there = |element: &&Element| {
            let (x, y) = element.area.centre();
            let (tx, ty) = told.area.centre();
            told.area.contains(x, y) || (element.area.contains(tx, ty) && element.area.area() <= told.area.area() * 3)
        };
        let there: Vec<&Element> = elements.iter().filter(is_there).collect();
        let of_role = there.iter().copied().filter(|e| is_role(told.role, e.role));
        let shared = |e: &&Element| e.area.intersection(&told.area).area();
        let named = of_role.clone().filter(|e| alike(&told.name, e)).max_by_key(shared);
        named.or_else(|| of_role.max_by_key(shared)).or_else(|| there.iter().copied().max_by_key(shared))
    }
}

/// Whether a role from pixels is what the program says: looks do not tell a row from an option or a cell, nor a button that
/// shows an icon from one that shows a text.
pub fn is_role(told: Role, seen: Role) -> bool {
    use Role::{
        Button, Cell, Checkbox, Field, IconButton, ListRow, Menu, MenuItem, Option, Switch, Text, TextArea, TreeRow,
    };
    told == seen
        || matches!(
            (told, seen),
            (Button, IconButton)
                | (Button, Switch)
                // A button that stays down is a check box to some toolkits.
                | (Checkbox, Button | IconButton)
                | (Cell | ListRow | Option | TreeRow, Cell | ListRow | MenuItem | Option | TreeRow | Text)
                | (Menu, MenuItem)
                | (MenuItem, Menu)
                | (TextArea, Field)
                | (Field, TextArea)
        )
}

/// Whether what is seen is called as the program says, but for signs and one letter in ten.
pub fn alike(name: &str, seen: &Element) -> bool {
    let plain =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let name = plain(name);
    [&seen.text, &seen.name].into_iter().any(|text| {
        let text = plain(text);
        let length = name.chars().count().max(text.chars().count());
        name == text || (length >= 5 && strsim::osa_distance(&name, &text) * 10 <= length)
    })
}

/// Whether an icon's words say what its program calls it: a word of three letters in common.
pub fn is_meant(name: &str, seen: &Element) -> bool {
    let words = |text: &str| -> Vec<String> {
        let split = text.split(|c: char| !c.is_alphanumeric());
        split.filter(|word| word.chars().count() >= 3).map(str::to_lowercase).collect()
    };
    let name = words(name);
    let meaning = Meaning::named(&seen.icon).map(|meaning| meaning.words()).unwrap_or_default();
    meaning.iter().any(|word| words(word).iter().any(|part| name.contains(part)))
}

/// How often icons were told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IconScore {
    /// Buttons that show an icon and have a name.
    pub count: usize,
    /// Those whose likeliest meaning is what the program calls them.
    pub right: usize,
    /// Those that were surely taken for something else.
    pub surely_wrong: usize,
}

impl IconScore {
    /// Takes a thing into account that is a button with an icon.
    pub fn note(&mut self, told: &Told, seen: Option<&Element>) {
        let Some(seen) =
            seen.filter(|e| e.role == Role::IconButton && told.role == Role::Button && !told.name.is_empty())
        else {
            return;
        };
        let is_right = is_meant(&told.name, seen);
        self.count += 1;
        self.right += usize::from(is_right);
        self.surely_wrong += usize::from(!is_right && !seen.icon.is_empty() && !seen.name.is_empty());
    }
}

/// What is right of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Things, and those whose role is right.
    pub count: usize,
    /// Those whose role is right.
    pub role: usize,
    /// Things with a name that is a word, and those that are called so.
    pub named: usize,
    /// Those that are called so.
    pub names: usize,
    /// States that are told and can be seen.
    pub stated: usize,
    /// Those that are right.
    pub states: usize,
}

impl Score {
    /// The score of one thing.
    pub fn of(told: &Told, seen: Option<&Element>) -> Self {
        let is_right = seen.is_some_and(|e| is_role(told.role, e.role));
        // Icons have names of their own measure; fields are named by what stands beside them.
        let shows_name = seen.is_some_and(|e| !e.text.is_empty() && e.role != Role::IconButton)
            && !told.name.is_empty()
            && !told.role.is_typed_into();
        let mut score = Self {
            count: 1,
            role: usize::from(is_right),
            named: usize::from(shows_name),
            names: usize::from(shows_name && seen.is_some_and(|e| alike(&told.name, e))),
            ..Self::default()
        };
        let drawn = seen.filter(|_| is_right).map(|e| e.state).unwrap_or_default();
        let has_mark = matches!(told.role, Role::Checkbox | Role::Radio | Role::Switch);
        let pairs = [
            (told.state.checked.filter(|_| has_mark), drawn.checked),
            (told.state.selected, drawn.selected),
            (told.state.disabled, drawn.disabled),
        ];
        // What is seen is judged; what cannot be seen is unknown, which is no mistake.
        for (told, seen) in pairs {
            if let (Some(told), Some(seen)) = (told, seen) {
                score.stated += 1;
                score.states += usize::from(told == seen);
            }
        }
        score
    }

    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.role += other.role;
        self.named += other.named;
        self.names += other.names;
        self.stated += other.stated;
        self.states += other.states;
    }
}
