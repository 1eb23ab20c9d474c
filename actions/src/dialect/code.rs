//! Blocks of Python code, read statement by statement as calls with literal arguments. Nothing is run.

use super::call::{self, Call, Quotes};
use super::{Fault, Problem};

/// Modules whose import changes nothing about what the calls mean.
const HARMLESS: [&str; 3] = ["pyautogui", "time", "pyperclip"];

/// Words that OSWorld's agents write in place of a call.
const WORDS: [&str; 3] = ["WAIT", "DONE", "FAIL"];

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Statement<'a> {
    Call(Call<'a>),
    /// `WAIT`, `DONE` or `FAIL`.
    Word(&'a str),
}

/// The code of an answer: its last block, or all of it where it has none; and what stands before it.
pub(super) fn block(answer: &str) -> (&str, &str) {
    let fences = fences(answer);
    // Fences come in pairs; the last opening one opens the block, also where it is not closed.
    let open = fences.iter().step_by(2).next_back().copied();
    let Some(open) = open else { return ("", answer) };
    let inside = &answer[open + 3..];
    let inside = inside.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    (&answer[..open], self::fences(inside).first().map_or(inside, |end| &inside[..*end]))
}

/// Where fences are: at the start of a line, or anywhere where none is there. A text that is typed may hold one.
fn fences(text: &str) -> Vec<usize> {
    let all: Vec<usize> = text.match_indices("```").map(|(at, _)| at).collect();
    let starts_line = |at: &usize| {
        let before = text[..*at].trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with('\n')
    };
    let first: Vec<usize> = all.iter().copied().filter(starts_line).collect();
    if first.is_empty() { all } else { first }
}

/// The next statement of some code, and what stands behind it; nothing at its end.
pub(super) fn statement(code: &str) -> Result<Option<(Statement<'_>, &str)>, Fault<'_>> {
    let mut rest = code;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
        if rest.is_empty() {
            return Ok(None);
        }
        let (line, behind) = rest.split_at(rest.find('\n').unwrap_or(rest.len()));
        if line.starts_with('#') {
            rest = behind;
        } else if line.starts_with("import ") || line.starts_with("from ") {
            rest = imported(line, rest)?;
        } else {
            return read(rest).map(Some);
        }
    }
}

fn read(text: &str) -> Result<(Statement<'_>, &str), Fault<'_>> {
    if let Some(word) = WORDS.into_iter().find(|word| text.starts_with(word)) {
        let behind = &text[word.len()..];
        if behind.trim_start_matches([' ', '\t']).is_empty() || behind.trim_start_matches([' ', '\t']).starts_with('\n')
        {
            return Ok((Statement::Word(&text[..word.len()]), behind));
        }
    }
    let (call, behind) = call::read(text, Quotes::Strict)?;
    let after = behind.trim_start_matches([' ', '\t']);
    if !after.is_empty() && !after.starts_with(['\n', '\r', ';', '#']) {
        return Err(Fault::new(Problem::NotEvaluated { found: "an expression" }, text));
    }
    Ok((Statement::Call(call), behind))
}

/// Passes over the import of modules that calls may name.
fn imported<'a>(line: &'a str, text: &'a str) -> Result<&'a str, Fault<'a>> {
    let (line, _) = line.split_once(';').unwrap_or((line, ""));
    let modules = line.trim_end().strip_prefix("import ").unwrap_or_default();
    let is_harmless = |module: &str| HARMLESS.contains(&module.trim());
    if modules.is_empty() || !modules.split(',').all(is_harmless) {
        return Err(Fault::new(Problem::NotEvaluated { found: "an import" }, text));
    }
    Ok(&text[line.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_block_is_the_code() {
        let cases = [
            ("a\n```python\nb()\n```\nc", ("a\n", "\nb()\n")),
            ("```\nx\n```\n```python\ny()\n```", ("```\nx\n```\n", "\ny()\n")),
            ("```code\nb()", ("", "\nb()")),
            ("b()", ("", "b()")),
            ("Code: ``` b()```", ("Code: ", " b()")),
            ("```python\nb('```')\n```", ("", "\nb('```')\n")),
        ];
        let wrong: Vec<_> = cases.iter().filter(|(text, want)| block(text) != *want).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn statements_are_calls() {
        let mut code = "import pyautogui\nimport time; a.b(1) # c\n# d\nWAIT\nb('x')";
        let mut names = Vec::new();
        while let Some((statement, rest)) = statement(code).unwrap() {
            names.push(match statement {
                Statement::Call(call) => call.name,
                Statement::Word(word) => word,
            });
            code = rest;
        }
        assert_eq!(names, ["a.b", "WAIT", "b"]);
    }

    #[test]
    fn anything_else_is_refused() {
        for code in [
            "import os",
            "from os import x",
            "import pyautogui, os",
            "x = 1",
            "a.b(1).c()",
            "a() + b()",
            "for x in y:",
            "exec",
        ] {
            assert!(statement(code).is_err(), "{code}");
        }
    }
}
