//! Calls in tags: `<function=click><parameter=point><point>x y</point></parameter></function>`.

use std::borrow::Cow;

use super::arguments::Arguments;
use super::call::{Argument, Value};
use super::names::Verb;
use super::thought::words;
use super::{Canvas, Fault, meaning, tags};
use crate::plan::{Action, Plan};

const FUNCTION: &str = "<function";
const PARAMETER: &str = "<parameter";

/// The plan that the answer's calls mean, with what is said before them; none if there is no call.
pub(super) fn plan<'a>(text: &'a str, canvas: &Canvas) -> Result<Option<Plan>, Fault<'a>> {
    let (_, spoken) = tags::parted(text);
    let Some(start) = spoken.find(FUNCTION).map(|at| text.len() - spoken.len() + at) else { return Ok(None) };
    let mut actions = Vec::new();
    let mut rest = &text[start..];
    while let Some(at) = rest.find(FUNCTION) {
        let (function, behind) = function(&rest[at..])?;
        actions.extend(function.meant(canvas)?);
        rest = behind;
    }
    let before = text[..start].trim_end().trim_end_matches("<seed:tool_call>");
    let said = words(before);
    Ok(Some(Plan { thought: said.thought, reflection: said.reflection, actions, expect: Vec::new() }))
}

/// What the first call means, if it is complete in an answer that may go on; none if there is no call at all.
pub(super) fn first(spoken: &str, canvas: &Canvas) -> Option<Option<Vec<Action>>> {
    let start = spoken.find(FUNCTION)?;
    let first = function(&spoken[start..]).ok().filter(|(function, _)| function.is_closed);
    Some(first.and_then(|(function, _)| function.meant(canvas).ok()))
}

/// A function's call.
struct Function<'a> {
    name: &'a str,
    arguments: Vec<Argument<'a>>,
    source: &'a str,
    is_closed: bool,
}

impl<'a> Function<'a> {
    fn meant(self, canvas: &Canvas) -> Result<Vec<Action>, Fault<'a>> {
        let Some(verb) = Verb::named(self.name) else {
            return Err(Fault::unknown(self.name, Verb::all_names(), self.source));
        };
        meaning::actions(verb, &Arguments::of(verb, self.name, self.arguments), canvas)
    }
}

/// Reads the function at the start of the text, and gives what stands behind it.
fn function(text: &str) -> Result<(Function<'_>, &str), Fault<'_>> {
    let (name, mut rest) = opened(text, FUNCTION).ok_or_else(|| Fault::expected("<function=name>", text))?;
    let mut arguments = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(behind) = rest.strip_prefix("</function>") {
            return Ok((Function { name, arguments, source: text, is_closed: true }, behind));
        }
        if rest.starts_with(FUNCTION) || tags::is_trailer(rest) {
            return Ok((Function { name, arguments, source: text, is_closed: false }, rest));
        }
        let parameter = opened(rest, PARAMETER).ok_or_else(|| Fault::expected("<parameter=name>", rest))?;
        let closed = parameter.1.split_once("</parameter>");
        let (value, behind) = closed.ok_or_else(|| Fault::expected("</parameter> behind this", rest))?;
        arguments.push(Argument {
            name: Some(Cow::Borrowed(parameter.0)),
            value: Value::Text(meant_text(value)),
            source: if value.is_empty() { rest } else { value },
        });
        rest = behind;
    }
}

/// The name in `<tag=name>` or `<tag name="name">`, and what stands behind it.
fn opened<'a>(text: &'a str, tag: &str) -> Option<(&'a str, &'a str)> {
    let (name, rest) = text.strip_prefix(tag)?.split_once('>')?;
    let name = name.trim().trim_start_matches("name").trim_start().strip_prefix('=')?.trim();
    Some((name.trim_matches(['"', '\'']), rest))
}

/// The value without the line breaks that set it apart; `\n` at its end is the Enter key that submits it.
fn meant_text(value: &str) -> Cow<'_, str> {
    let value = match value.strip_prefix('\n') {
        Some(block) => block.strip_suffix('\n').unwrap_or(block),
        None => value,
    };
    value.strip_suffix("\\n").map_or(Cow::Borrowed(value), |text| Cow::Owned(format!("{text}\n")))
}
