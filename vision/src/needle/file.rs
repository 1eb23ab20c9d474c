//! A needle's files: JSON as it may be written, to validated areas.

use std::path::{Path, PathBuf};

use image::RgbImage;
use serde::Deserialize;

use super::template::Template;
use super::text::Wanted;
use super::{Content, Needle, NeedleArea, NeedleError, SIMILAR};
use crate::frame::Frame;
use crate::geometry::Rect;

/// How far from its place an area is looked for where it does not say, in pixels: openQA's value.
const MARGIN: f64 = 50.0;

/// A greater margin is a slip of the pen: no screen is that large.
const FARTHEST: f64 = 16_384.0;

/// The file. Fields that say nothing about matching (`properties`, …) are left alone.
#[derive(Deserialize)]
struct RawNeedle {
    area: Vec<RawArea>,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Deserialize)]
struct RawArea {
    xpos: f64,
    ypos: f64,
    width: f64,
    height: f64,
    #[serde(rename = "type", default)]
    kind: AreaKind,
    #[serde(rename = "match")]
    least: Option<f64>,
    margin: Option<f64>,
    click_point: Option<RawClick>,
    /// For `ocr`: the text itself.
    refstr: Option<String>,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum AreaKind {
    #[default]
    Match,
    Exclude,
    Ocr,
}

/// From the area's top-left pixel, or its middle.
#[derive(Deserialize)]
#[serde(untagged, expecting = "click_point is \"center\" or {\"xpos\":X,\"ypos\":Y}")]
enum RawClick {
    Named(Middle),
    At { xpos: f64, ypos: f64 },
}

#[derive(Deserialize)]
enum Middle {
    #[serde(rename = "center")]
    Center,
}

/// Reads and validates both files.
pub(super) fn load(path: &Path) -> Result<Needle, NeedleError> {
    let raw = raw(path)?;
    let picture = picture(&path.with_extension("png"))?;
    let build = Build { path, picture: Frame::from_image(picture) };
    let areas = build.areas(&raw.area)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Needle { name, tags: raw.tags, areas })
}

fn raw(path: &Path) -> Result<RawNeedle, NeedleError> {
    let unreadable = |e: std::io::Error| NeedleError::Unreadable { path: path.to_owned(), reason: e.to_string() };
    let text = std::fs::read(path).map_err(unreadable)?;
    serde_json::from_slice(&text).map_err(|e| NeedleError::Form { path: path.to_owned(), reason: e.to_string() })
}

fn picture(path: &PathBuf) -> Result<RgbImage, NeedleError> {
    let unreadable = |e: std::io::Error| NeedleError::Unreadable { path: path.clone(), reason: e.to_string() };
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let decoded = image::load_from_memory_with_format(&bytes, image::ImageFormat::Png);
    decoded
        .map(|picture| picture.into_rgb8())
        .map_err(|e| NeedleError::Picture { path: path.clone(), reason: e.to_string() })
}

struct Build<'a> {
    path: &'a Path,
    picture: Frame,
}

impl Build<'_> {
    fn areas(&self, raw: &[RawArea]) -> Result<Vec<NeedleArea>, NeedleError> {
        let places = (1..).zip(raw).map(|(n, area)| self.place(n, area)).collect::<Result<Vec<_>, _>>()?;
        let excluded: Vec<Rect> =
            raw.iter().zip(&places).filter(|(area, _)| area.kind == AreaKind::Exclude).map(|(_, at)| *at).collect();
        let mut areas = Vec::new();
        for (number, (area, at)) in (1..).zip(raw.iter().zip(places)) {
            if let Some(content) = self.content(number, area, at, &excluded)? {
                areas.push(self.area(number, area, at, content)?);
            }
        }
        if areas.is_empty() {
            return Err(self.nothing("it has no area to compare".into()));
        }
        Ok(areas)
    }

    /// The area's place, which must be on the picture.
    fn place(&self, number: usize, raw: &RawArea) -> Result<Rect, NeedleError> {
        let [x, y, w, h] = [raw.xpos, raw.ypos, raw.width, raw.height].map(|n| n.round() as i32);
        let area = Rect::new(x, y, w, h);
        if area.is_empty() || area.intersection(&self.picture.bounds()) != area {
            let (width, height) = (self.picture.width(), self.picture.height());
            return Err(NeedleError::Outside { path: self.path.to_owned(), number, area, width, height });
        }
        Ok(area)
    }

    fn content(
        &self,
        number: usize,
        raw: &RawArea,
        at: Rect,
        excluded: &[Rect],
    ) -> Result<Option<Content>, NeedleError> {
        Ok(match raw.kind {
            AreaKind::Exclude => None,
            AreaKind::Match => {
                let template = Template::new(self.picture.pixels(), at, excluded);
                let covered = || self.nothing(format!("area {number} is excluded altogether"));
                Some(Content::Picture(template.ok_or_else(covered)?))
            }
            AreaKind::Ocr => Some(Content::Text(match &raw.refstr {
                Some(text) => Wanted::Written(text.clone()),
                None => Wanted::OnPicture(self.picture.clone()),
            })),
        })
    }

    fn area(&self, number: usize, raw: &RawArea, at: Rect, content: Content) -> Result<NeedleArea, NeedleError> {
        let within = |name, value: f64, most: f64, hint| {
            if (0.0..=most).contains(&value) { Ok(value) } else { Err(self.number(number, name, value, hint)) }
        };
        let least =
            raw.least.map(|least| within("match", least, 100.0, "write per cent, from 0 to 100")).transpose()?;
        let margin = within("margin", raw.margin.unwrap_or(MARGIN), FARTHEST, "write pixels, from 0 to 16384")? as i32;
        let click = match raw.click_point {
            Some(RawClick::Named(Middle::Center)) => Some((at.w / 2, at.h / 2)),
            Some(RawClick::At { xpos, ypos }) => Some((xpos.round() as i32, ypos.round() as i32)),
            None => None,
        };
        if click.is_some_and(|(x, y)| !Rect::new(0, 0, at.w, at.h).contains(x, y)) {
            let value = click.map_or(0.0, |(x, _)| f64::from(x));
            return Err(self.number(number, "click_point", value, "it is counted from the area's top-left pixel"));
        }
        Ok(NeedleArea { at, margin, least: least.map_or(SIMILAR, |least| least / 100.0), click, content })
    }

    fn number(&self, number: usize, name: &'static str, value: f64, hint: &'static str) -> NeedleError {
        NeedleError::Number { path: self.path.to_owned(), number, name, value: value.to_string(), hint }
    }

    fn nothing(&self, what: String) -> NeedleError {
        NeedleError::Nothing { path: self.path.to_owned(), what }
    }
}
