//! Text as it looks: what a reader of pixels cannot tell apart is made one.

/// The text without white space, and with letters that print alike at small sizes made one: case where both cases have
/// one shape, O and 0, l I 1 and |, straight and curly quotes, the dashes, signs of double width.
pub fn skeleton(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(shape).collect()
}

/// Whether `text` stands in one of the lines, or in all of them read on, as far as looks tell; case does not count.
pub fn is_among(text: &str, lines: &[String]) -> bool {
    let joined: String = lines.iter().map(|line| folded(line)).collect();
    joined.contains(&folded(text))
}

/// The skeleton without case; without case an I is an i, so l and i are one too.
pub fn folded(text: &str) -> String {
    skeleton(text).to_lowercase().replace('i', "l")
}

fn shape(c: char) -> char {
    match c {
        '0' | 'O' | 'o' | 'О' | 'о' => 'o',
        'l' | 'I' | '1' | '|' | 'ı' => 'l',
        'C' | 'K' | 'P' | 'S' | 'U' | 'V' | 'W' | 'X' | 'Z' => c.to_ascii_lowercase(),
        '‘' | '’' | '`' | '´' | '\'' => '\'',
        '“' | '”' | '„' | '"' => '"',
        '–' | '—' | '−' | '-' | '_' => '-',
        '二' => '=',
        'ß' | 'β' => 'ß',
        '，' => ',',
        '：' => ':',
        '；' => ';',
        '！' => '!',
        '？' => '?',
        '（' => '(',
        '）' => ')',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_decide() {
        let lines =
            ["File Edit".to_owned(), "Untitled l - Mousepad".to_owned(), "a long sen".to_owned(), "tence".to_owned()];
        let cases = [
            ("untitled 1", true),
            ("Mousepad", true),
            ("long sentence", true),
            ("Titled 2", false),
            ("edit file", false),
            ("FILE", true),
        ];
        let wrong: Vec<_> = cases.iter().filter(|(text, want)| is_among(text, &lines) != *want).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
