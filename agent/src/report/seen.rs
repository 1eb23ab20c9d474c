//! What was seen on a screen, for people: the elements as a table for the terminal, and as a page to point at and search.

use std::fmt::Write as _;

use base64::Engine as _;
use image::RgbImage;
use sightstep_vision::element::Element;

use super::page::escaped;

const STYLE: &str = include_str!("seen/seen.css");
const SCRIPT: &str = include_str!("seen/seen.js");

/// Longer texts are cut in the table.
const LONGEST: usize = 40;

/// The elements as lines of a table: number, role, what is said and called, what is held, states, place, where it belongs.
pub fn table(elements: &[Element]) -> String {
    let rows: Vec<[String; 6]> = elements.iter().map(row).collect();
    let head = ["id", "role", "name", "value", "state", "box"].map(str::to_owned);
    let widths: [usize; 6] = std::array::from_fn(|at| {
        std::iter::once(&head).chain(&rows).map(|row| console::measure_text_width(&row[at])).max().unwrap_or(0)
    });
    let mut lines = String::new();
    for row in std::iter::once(&head).chain(&rows) {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| console::pad_str(cell, width, console::Alignment::Left, None).into_owned())
            .collect();
        let _ = writeln!(lines, "{}", cells.join("  ").trim_end());
    }
    lines
}

fn row(element: &Element) -> [String; 6] {
    let area = element.area;
    let mut name = quoted(element.called());
    if !element.name.is_empty() && !element.text.is_empty() {
        name = format!("{name} ({})", quoted(&element.text));
    }
    let value = element.value.as_deref().map(quoted).unwrap_or_default();
    let place = format!("{},{} {}x{}", area.x, area.y, area.w, area.h);
    [element.id.to_string(), element.role.said().to_owned(), name, value, states(element).join(" "), place]
}

/// The states that are known, as words.
fn states(element: &Element) -> Vec<&'static str> {
    let state = element.state;
    let words = [
        (state.checked, "on", "off"),
        (state.selected, "chosen", ""),
        (state.focused, "has the keyboard", ""),
        (state.disabled, "greyed out", ""),
        (state.expanded, "open", "closed"),
    ];
    let said = words.into_iter().filter_map(|(known, yes, no)| known.map(|is_so| if is_so { yes } else { no }));
    said.filter(|word| !word.is_empty()).collect()
}

/// A text on one line without signs that a terminal would act on.
fn quoted(text: &str) -> String {
    let safe: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match safe.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &safe[..at]),
        None => safe,
    }
}

/// A page that shows the picture with a frame around every element; what is pointed at or searched for is told beside it.
pub fn page(pixels: &RgbImage, elements: &[Element]) -> String {
    let policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
    let mut png = std::io::Cursor::new(Vec::new());
    // Writing into memory fails for pictures without pixels alone.
    let _ = pixels.write_to(&mut png, image::ImageFormat::Png);
    let picture = base64::engine::general_purpose::STANDARD.encode(png.into_inner());
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"data:,\">\n\
         <title>What was seen — Sightstep</title><style>{STYLE}</style></head><body>\n\
         <main><div id=\"screen\" style=\"aspect-ratio:{w}/{h}\"><img alt=\"the screen\" src=\"data:image/png;base64,{picture}\">\n",
        w = pixels.width(),
        h = pixels.height(),
    );
    let percent = |part: i32, whole: u32| f64::from(part) * 100.0 / f64::from(whole.max(1));
    let mut largest_first: Vec<&Element> = elements.iter().collect();
    largest_first.sort_by_key(|element| std::cmp::Reverse(element.area.area()));
    for element in largest_first {
        let area = element.area;
        let _ = writeln!(
            html,
            "<i data-id=\"{}\" class=\"{}\" style=\"left:{:.3}%;top:{:.3}%;width:{:.3}%;height:{:.3}%\"></i>",
            element.id,
            element.role.name(),
            percent(area.x, pixels.width()),
            percent(area.y, pixels.height()),
            percent(area.w, pixels.width()),
            percent(area.h, pixels.height()),
        );
    }
    html.push_str(
        "</div></main>\n<aside><input id=\"search\" type=\"search\" placeholder=\"Search names, roles, states\" autofocus>\n\
         <p id=\"count\"></p><table><thead><tr><th>id<th>role<th>name<th>value<th>state<th>box</tr></thead><tbody>\n",
    );
    for element in elements {
        let cells = row(element).map(|cell| format!("<td>{}", escaped(&cell)));
        let _ = writeln!(html, "<tr data-id=\"{}\">{}</tr>", element.id, cells.concat());
    }
    let _ = write!(html, "</tbody></table></aside>\n<script>{SCRIPT}</script>\n</body></html>\n");
    html
}

#[cfg(test)]
mod tests {
    use sightstep_vision::element::Role;
    use sightstep_vision::geometry::Rect;

    use super::*;

    fn elements() -> Vec<Element> {
        let mut save = Element::new(Role::Button, "Save", Rect::new(10, 20, 60, 24));
        save.id = 1;
        let mut wrap = Element::new(Role::Checkbox, "Wrap\u{1b}[2J <b>", Rect::new(10, 60, 14, 14));
        (wrap.id, wrap.state.checked, wrap.state.disabled) = (2, Some(true), Some(true));
        let mut size = Element::new(Role::Field, "12", Rect::new(90, 60, 80, 24));
        (size.id, size.name, size.value) = (3, "Size".into(), Some("12".into()));
        vec![save, wrap, size]
    }

    #[test]
    fn the_table_says_what_is_known_and_holds_no_signs_for_the_terminal() {
        let said = table(&elements());
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines[0], "id  role       name          value  state          box");
        assert_eq!(lines[1], "1   button     Save                                10,20 60x24");
        assert_eq!(lines[2], "2   check box  Wrap [2J <b>         on greyed out  10,60 14x14");
        assert_eq!(lines[3], "3   field      Size (12)     12                    90,60 80x24");
    }

    #[test]
    fn the_page_holds_every_element_and_no_text_as_markup() {
        let html = page(&RgbImage::new(200, 100), &elements());
        assert!(html.contains(
            "<i data-id=\"3\" class=\"field\" style=\"left:45.000%;top:60.000%;width:40.000%;height:24.000%\">"
        ));
        assert!(html.contains("Wrap [2J &lt;b&gt;") && !html.contains("<b>"));
    }
}
