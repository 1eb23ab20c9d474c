//! A part of a text that is long or not ours, fit for a message.

/// The longest message that is shown.
pub(crate) const LONGEST: usize = 300;

/// The text on one line, without control characters, at most [`LONGEST`] characters long.
pub(crate) fn shortened(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
