//! Server-sent events, cut out of bytes as they come.
//!
//! Own code, because an event from an untrusted server must have a limit, and bytes that are no text must be an error.

/// The longest event. Answers are kilobytes; a server that sends more without an end is broken.
const LONGEST: usize = 4 << 20;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event {
    /// Its name; empty where the server gives none.
    pub name: String,
    /// Its data, lines joined by line feeds.
    pub data: String,
}

/// Why the bytes are no events.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// A line is not UTF-8.
    #[error("a line is not UTF-8 text: {0}")]
    NotText(String),
    /// An event is longer than [`LONGEST`].
    #[error("an event is longer than {} MiB", LONGEST >> 20)]
    TooLong,
}

/// Takes bytes, gives events.
#[derive(Debug, Default)]
pub struct Parser {
    line: Vec<u8>,
    event: Event,
    has_data: bool,
    started: bool,
    /// The last byte was a carriage return: a line feed that follows belongs to it.
    returned: bool,
}

impl Parser {
    /// The events that these bytes complete.
    ///
    /// # Errors
    /// [`Malformed`] when they cannot be events. Nothing can be read after that.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Event>, Malformed> {
        let mut events = Vec::new();
        for &byte in bytes {
            let follows_return = std::mem::replace(&mut self.returned, byte == b'\r');
            match byte {
                b'\n' if follows_return => {}
                b'\n' | b'\r' => events.extend(self.end_line()?),
                _ => self.line.push(byte),
            }
            if self.line.len() + self.event.data.len() > LONGEST {
                return Err(Malformed::TooLong);
            }
        }
        Ok(events)
    }

    /// The event that the end of the stream completes: servers often leave out the last empty line.
    ///
    /// # Errors
    /// [`Malformed`] when the last line is not UTF-8.
    pub fn end(mut self) -> Result<Option<Event>, Malformed> {
        self.end_line()?;
        Ok(self.dispatch())
    }

    fn end_line(&mut self) -> Result<Option<Event>, Malformed> {
        let line = std::mem::take(&mut self.line);
        let line = str::from_utf8(&line)
            .map_err(|_| Malformed::NotText(line.escape_ascii().take(60).map(char::from).collect()))?;
        let line = if self.started { line } else { line.strip_prefix('\u{feff}').unwrap_or(line) };
        self.started = true;
        if line.is_empty() {
            return Ok(self.dispatch());
        }
        self.field(line);
        Ok(None)
    }

    /// A line that begins with a colon is a comment; fields of other names mean nothing here.
    fn field(&mut self, line: &str) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => value.clone_into(&mut self.event.name),
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
            }
            _ => {}
        }
    }

    /// The event so far, unless it has no data: then it is none.
    fn dispatch(&mut self) -> Option<Event> {
        let event = std::mem::take(&mut self.event);
        std::mem::take(&mut self.has_data).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every event of the bytes, given `step` at a time.
    fn parsed(bytes: &[u8], step: usize) -> Result<Vec<(String, String)>, Malformed> {
        let mut parser = Parser::default();
        let mut events = Vec::new();
        for part in bytes.chunks(step) {
            events.extend(parser.push(part)?);
        }
        events.extend(parser.end()?);
        Ok(events.into_iter().map(|event| (event.name, event.data)).collect())
    }

    #[test]
    fn streams() {
        let cases: [(&str, &[(&str, &str)]); 12] = [
            ("data: a\n\ndata: b\n\n", &[("", "a"), ("", "b")]),
            ("data: a\r\n\r\ndata: b\r\n\r\n", &[("", "a"), ("", "b")]),
            ("data: a\r\rdata: b\r\r", &[("", "a"), ("", "b")]),
            ("data:a\ndata: b\n\n", &[("", "a\nb")]),
            ("event: ping\ndata: {}\n\n", &[("ping", "{}")]),
            (": keep-alive\n\ndata: a\n\n", &[("", "a")]),
            ("\u{feff}data: a\n\n", &[("", "a")]),
            ("event: lonely\n\ndata: a\n\n", &[("", "a")]),
            ("data\n\n", &[("", "")]),
            ("id: 7\nretry: 10\ndata: ü😀\n\n", &[("", "ü😀")]),
            ("data: no end", &[("", "no end")]),
            ("", &[]),
        ];
        let mut wrong = Vec::new();
        for (text, want) in cases {
            for step in [1, 2, 3, 1000] {
                let got = parsed(text.as_bytes(), step).unwrap();
                if got.iter().map(|(n, d)| (n.as_str(), d.as_str())).ne(want.iter().copied()) {
                    wrong.push((text, step, got));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn bytes_that_are_no_events() {
        assert_eq!(parsed(b"data: \xff\xfe\n\n", 3), Err(Malformed::NotText(r"data: \xff\xfe".into())));
        assert_eq!(parsed(&[b'a'; LONGEST + 1], 4096), Err(Malformed::TooLong));
        assert_eq!(parsed(&b"data: aaaaaaa\n".repeat(LONGEST / 7), 4096), Err(Malformed::TooLong));
    }

    proptest! {
        #[test]
        fn any_bytes_are_cut_alike_however_they_come(bytes in prop::collection::vec(any::<u8>(), 0..200), step in 1..9usize) {
            prop_assert_eq!(parsed(&bytes, step), parsed(&bytes, usize::MAX));
        }

        #[test]
        fn data_comes_back(lines in prop::collection::vec("[^\r\n]{0,20}", 1..4)) {
            let text: String = lines.iter().map(|line| format!("data: {line}\n")).collect();
            prop_assert_eq!(parsed(format!("{text}\n").as_bytes(), 5).unwrap(), [(String::new(), lines.join("\n"))]);
        }
    }
}
