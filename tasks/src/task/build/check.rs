//! Checks as they are written to checks as they are done.

use std::path::PathBuf;

use super::super::error::Problem;
use super::super::locate::Key;
use super::super::raw::{RawCheck, RawMatch};
use super::{Builder, area, below, problem, seconds};
use crate::check::{Check, Content, Kind, Match};

/// For how long a check is looked at again until it holds: programs write files and draw windows late.
const WITHIN: f64 = 5.0;

/// The kinds, in the order of the manual.
const KINDS: &str = "text, no_text, window, image, file, command, answer, infeasible, all, any";

impl Builder<'_> {
    /// One check.
    pub(super) fn check(&self, raw: &RawCheck, path: &[Key]) -> Result<Check, Problem> {
        let kind = self.kind(raw, path)?;
        stray(raw, &kind, path)?;
        let within = seconds(raw.within, WITHIN, &below(path, "within"))?;
        Ok(Check { kind, within })
    }

    fn kind(&self, raw: &RawCheck, path: &[Key]) -> Result<Kind, Problem> {
        let mut kinds = Vec::new();
        for (name, text) in [("text", &raw.text), ("no_text", &raw.no_text)] {
            if let Some(text) = text {
                kinds.push(self.text_check(text, name, raw.region, path)?);
            }
        }
        if let Some(title) = &raw.window {
            kinds.push(Kind::Window { title: self.text(title, &below(path, "window"))? });
        }
        if let Some(needle) = &raw.image {
            kinds.push(Kind::Image { needle: self.needle(needle, &below(path, "image"))? });
        }
        if let Some(file) = &raw.file {
            kinds.push(self.file_check(file, raw, path)?);
        }
        if let Some(argv) = &raw.command {
            let stdout = raw.stdout.as_ref().map(|m| self.matching(m, &below(path, "stdout"))).transpose()?;
            let argv = self.argv(argv, &below(path, "command"))?;
            kinds.push(Kind::Command { argv, exit: raw.exit.unwrap_or(0), stdout });
        }
        if let Some(answer) = &raw.answer {
            kinds.push(Kind::Answer(self.matching(answer, &below(path, "answer"))?));
        }
        match raw.infeasible {
            Some(true) => kinds.push(Kind::Infeasible),
            Some(false) => {
                let hint = "leave it out: giving up never fulfils a goal that does not say so";
                return Err(problem(&below(path, "infeasible"), "only infeasible = true means something", hint));
            }
            None => {}
        }
        for (name, nested) in [("all", &raw.all), ("any", &raw.any)] {
            if let Some(nested) = nested {
                kinds.push(self.nested(nested, name, path)?);
            }
        }
        match (kinds.pop(), kinds.pop()) {
            (Some(kind), None) => Ok(kind),
            (None, _) => Err(problem(path, "the check checks nothing", format!("give it exactly one of {KINDS}"))),
            _ => Err(problem(path, "one check checks one thing", format!("keep one of {KINDS}; `all` joins several"))),
        }
    }

    fn text_check(&self, text: &str, name: &str, region: Option<[i32; 4]>, path: &[Key]) -> Result<Kind, Problem> {
        let text = self.text(text, &below(path, name))?;
        if text.trim().is_empty() {
            return Err(problem(&below(path, name), "the text is empty", "write what must be seen"));
        }
        let region = region.map(|r| area(r, &below(path, "region"))).transpose()?;
        Ok(Kind::Text { text, region, absent: name == "no_text" })
    }

    /// The JSON file of a needle. Whether it can be used is seen when it is: it may be made by the set-up.
    pub(super) fn needle(&self, written: &str, path: &[Key]) -> Result<PathBuf, Problem> {
        let file = self.work_dir.join(self.text(written, path)?);
        if file.extension().is_none_or(|ending| ending != "json") {
            let hint = "name the needle's JSON file, such as \"{task_dir}/saved.json\"; saved.png lies beside it";
            return Err(problem(path, "a needle is a .json file", hint));
        }
        Ok(file)
    }

    fn file_check(&self, file: &str, raw: &RawCheck, path: &[Key]) -> Result<Kind, Problem> {
        let file = self.work_dir.join(self.text(file, &below(path, "file"))?);
        let content =
            RawMatch { equals: raw.equals.clone(), contains: raw.contains.clone(), matches: raw.matches.clone() };
        let said = content.equals.is_some() || content.contains.is_some() || content.matches.is_some();
        let expected = match (raw.exists, said) {
            (Some(true) | None, false) if raw.json.is_none() => Content::Exists(true),
            (Some(false), false) if raw.json.is_none() => Content::Exists(false),
            (Some(false), _) => {
                let hint = "leave out exists, or what the content must be";
                return Err(problem(&below(path, "exists"), "a file that is absent has no content", hint));
            }
            _ => {
                let matching = self.matching(&content, path)?;
                match &raw.json {
                    Some(place) => Content::Json { place: place.clone(), matching },
                    None => Content::Text(matching),
                }
            }
        };
        Ok(Kind::File { path: file, expected })
    }

    fn nested(&self, nested: &[RawCheck], name: &str, path: &[Key]) -> Result<Kind, Problem> {
        let path = below(path, name);
        if nested.is_empty() {
            return Err(problem(&path, "the list is empty", "put checks into it"));
        }
        let each = nested.iter().enumerate().map(|(at, raw)| self.check(raw, &below(&path, at)));
        let checks = each.collect::<Result<_, _>>()?;
        Ok(if name == "all" { Kind::All(checks) } else { Kind::Any(checks) })
    }

    fn matching(&self, raw: &RawMatch, path: &[Key]) -> Result<Match, Problem> {
        let filled =
            |name: &str, text: &Option<String>| text.as_ref().map(|t| self.text(t, &below(path, name))).transpose();
        match (filled("equals", &raw.equals)?, filled("contains", &raw.contains)?, &raw.matches) {
            (Some(text), None, None) => Ok(Match::Equals(text)),
            (None, Some(text), None) => Ok(Match::Contains(text)),
            // Braces are counts in a regular expression, so placeholders are not looked for.
            (None, None, Some(pattern)) => Match::regex(pattern).map_err(|reason| {
                problem(&below(path, "matches"), reason, "write a regular expression; \\ escapes a sign")
            }),
            _ => {
                let message = "it needs exactly one of equals, contains and matches";
                Err(problem(path, message, "such as contains = \"hello\""))
            }
        }
    }
}

/// A field that belongs to another kind of check.
fn stray(raw: &RawCheck, kind: &Kind, path: &[Key]) -> Result<(), Problem> {
    let text = matches!(kind, Kind::Text { .. });
    let file = matches!(kind, Kind::File { .. });
    let command = matches!(kind, Kind::Command { .. });
    let fields = [
        ("region", raw.region.is_some(), text, "text and no_text"),
        ("exists", raw.exists.is_some(), file, "file"),
        ("json", raw.json.is_some(), file, "file"),
        ("equals", raw.equals.is_some(), file, "file"),
        ("contains", raw.contains.is_some(), file, "file"),
        ("matches", raw.matches.is_some(), file, "file"),
        ("exit", raw.exit.is_some(), command, "command"),
        ("stdout", raw.stdout.is_some(), command, "command"),
    ];
    match fields.iter().find(|(_, there, fits, _)| *there && !fits) {
        Some((name, _, _, kinds)) => {
            let hint = format!("leave it out; a command has stdout = {{ {name} = … }}, an answer {{ {name} = … }}");
            let hint = if ["equals", "contains", "matches"].contains(name) { hint } else { "leave it out".into() };
            Err(problem(&below(path, *name), format!("this belongs to {kinds}, not to this kind of check"), hint))
        }
        None => Ok(()),
    }
}
