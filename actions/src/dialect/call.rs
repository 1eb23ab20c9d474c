//! Calls as models write them: `name(argument='text', other=(1, 2))`. They are data; nothing is called.

use std::borrow::Cow;

use super::point::number_length;
use super::{Fault, Problem, quoted};

/// How deep lists may nest.
const DEEPEST: usize = 6;

/// A value of an argument.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Number(f64),
    List(Vec<Value<'a>>),
    /// `True`, `False` or `None`.
    Word(&'a str),
}

/// An argument, with or without a name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Argument<'a> {
    pub name: Option<Cow<'a, str>>,
    pub value: Value<'a>,
    /// As it was written.
    pub source: &'a str,
}

/// A call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call<'a> {
    /// With its dots, where there are any.
    pub name: &'a str,
    pub arguments: Vec<Argument<'a>>,
    /// As it was written.
    pub source: &'a str,
    /// Whether all of it is there and none of it was guessed: what follows cannot change what it means.
    pub is_certain: bool,
}

/// How texts are quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// As in Python.
    Strict,
    /// Perhaps with quotes inside that are not escaped.
    Lenient,
}

/// The name at the start of the text, where a parenthesis follows it.
pub(super) fn name(text: &str) -> Option<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let end = text.find(|c| !is_name(c))?;
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (starts_well && text[end..].trim_start_matches([' ', '\t']).starts_with('(')).then(|| &text[..end])
}

/// Reads the call at the start of the text, and gives what stands behind it.
pub(super) fn read(text: &str, quotes: Quotes) -> Result<(Call<'_>, &str), Fault<'_>> {
    let name = name(text).ok_or_else(|| Fault::expected("an action such as click(…)", text))?;
    let mut scanner = Scanner { rest: &text[name.len()..], quotes, is_certain: true };
    scanner.take(" \t");
    scanner.rest = &scanner.rest[1..];
    let arguments = scanner.arguments()?;
    let source = &text[..text.len() - scanner.rest.len()];
    Ok((Call { name, arguments, source, is_certain: scanner.is_certain }, scanner.rest))
}

struct Scanner<'a> {
    rest: &'a str,
    quotes: Quotes,
    is_certain: bool,
}

impl<'a> Scanner<'a> {
    /// Passes over any of these characters.
    fn take(&mut self, any: &str) {
        self.rest = self.rest.trim_start_matches(|c| any.contains(c));
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// The arguments up to the closing parenthesis, which may be missing at the very end of a lenient answer.
    fn arguments(&mut self) -> Result<Vec<Argument<'a>>, Fault<'a>> {
        let mut arguments = Vec::new();
        loop {
            self.blanks();
            if let Some(rest) = self.rest.strip_prefix(')') {
                self.rest = rest;
                return Ok(arguments);
            }
            if self.rest.is_empty() && self.quotes == Quotes::Lenient && !arguments.is_empty() {
                self.is_certain = false;
                return Ok(arguments);
            }
            arguments.push(self.argument()?);
            self.blanks();
            match self.rest.as_bytes().first() {
                Some(b',') => self.rest = &self.rest[1..],
                Some(b')') | None => {}
                Some(_) => return Err(Fault::new(Problem::NotEvaluated { found: "an expression" }, self.rest)),
            }
        }
    }

    fn argument(&mut self) -> Result<Argument<'a>, Fault<'a>> {
        let start = self.rest;
        let name = self.argument_name();
        let value = self.value(0)?;
        let source = start[..start.len() - self.rest.len()].trim_end();
        Ok(Argument { name: name.map(Cow::Borrowed), value, source })
    }

    /// `name =`, where that stands here.
    fn argument_name(&mut self) -> Option<&'a str> {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')?;
        let after = self.rest[end..].trim_start().strip_prefix('=')?;
        if end == 0 || after.starts_with('=') {
            return None;
        }
        let name = &self.rest[..end];
        self.rest = after.trim_start();
        Some(name)
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, Fault<'a>> {
        let here = self.rest;
        match here.as_bytes().first() {
            Some(b'\'' | b'"') => self.text(depth),
            Some(b'(' | b'[') => self.list(depth),
            Some(b'<') if self.quotes == Quotes::Lenient => Ok(self.marked()),
            Some(b'0'..=b'9' | b'-' | b'+' | b'.') => self.number(),
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => self.word(),
            _ => Err(Fault::expected("a text, a number or a list", here)),
        }
    }

    fn text(&mut self, depth: usize) -> Result<Value<'a>, Fault<'a>> {
        let is_lenient = self.quotes == Quotes::Lenient && depth == 0;
        let quoted = if is_lenient { quoted::lenient(self.rest)? } else { quoted::strict(self.rest)? };
        self.is_certain &= quoted.is_plain;
        self.rest = quoted.rest;
        Ok(Value::Text(quoted.text))
    }

    /// Coordinates without quotes: `<point>1 2</point>`.
    fn marked(&mut self) -> Value<'a> {
        let end = self.rest.rfind('>').map_or(self.rest.len(), |at| at + 1);
        let end = self.rest.find([',', ')']).map_or(end, |at| self.rest[..at].rfind('>').map_or(at, |at| at + 1));
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        Value::Text(Cow::Borrowed(text))
    }

    fn number(&mut self) -> Result<Value<'a>, Fault<'a>> {
        let here = self.rest;
        let (number, rest) = here.split_at(number_length(here));
        let number = number.parse().ok().filter(|n: &f64| n.is_finite());
        let number = number.ok_or_else(|| Fault::expected("a number", here))?;
        if !rest.trim_start().is_empty() && !rest.trim_start().starts_with([',', ')', ']']) {
            return Err(Fault::new(Problem::NotEvaluated { found: "an expression" }, here));
        }
        self.rest = rest;
        Ok(Value::Number(number))
    }

    fn word(&mut self) -> Result<Value<'a>, Fault<'a>> {
        let here = self.rest;
        let end = here.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(here.len());
        let (word, rest) = here.split_at(end);
        let found = match rest.trim_start().as_bytes().first() {
            Some(b'\'' | b'"') if rest.starts_with(['\'', '"']) => "a formatted text",
            Some(b'(') => "a call",
            Some(b'.' | b'[') => "an expression",
            _ if ["True", "False", "None"].contains(&word) => {
                self.rest = rest;
                return Ok(Value::Word(word));
            }
            _ => "a name",
        };
        Err(Fault::new(Problem::NotEvaluated { found }, here))
    }

    fn list(&mut self, depth: usize) -> Result<Value<'a>, Fault<'a>> {
        let here = self.rest;
        if depth == DEEPEST {
            return Err(Fault::expected("a shallower list", here));
        }
        let close = if here.starts_with('(') { ')' } else { ']' };
        self.rest = &self.rest[1..];
        let mut items = Vec::new();
        loop {
            self.blanks();
            if let Some(rest) = self.rest.strip_prefix(close) {
                self.rest = rest;
                return Ok(Value::List(items));
            }
            items.push(self.value(depth + 1)?);
            self.blanks();
            match self.rest.strip_prefix(',') {
                Some(rest) => self.rest = rest,
                None if self.rest.starts_with(close) => {}
                None if self.rest.is_empty() => return Err(Fault::expected("the end of the list", here)),
                None => return Err(Fault::new(Problem::NotEvaluated { found: "an expression" }, self.rest)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(text: &str, quotes: Quotes) -> String {
        match read(text, quotes) {
            Ok((call, rest)) => {
                let arguments: Vec<String> = call
                    .arguments
                    .iter()
                    .map(|a| format!("{}{:?}", a.name.as_deref().map(|n| format!("{n}=")).unwrap_or_default(), a.value))
                    .collect();
                format!("{}[{}]{}{rest}", call.name, arguments.join("; "), if call.is_certain { "" } else { "?" })
            }
            Err(fault) => format!("{} @ {}", fault.problem.to_string().lines().next().unwrap_or_default(), fault.near),
        }
    }

    #[test]
    fn calls_are_read() {
        let cases = [
            ("wait()", "wait[]"),
            ("click(start_box='(1,2)')\nx", "click[start_box=Text(\"(1,2)\")]\nx"),
            ("type (content = \"a\")", "type[content=Text(\"a\")]"),
            ("click(x=1, y=-2.5)", "click[x=Number(1.0); y=Number(-2.5)]"),
            ("click(100, 200)", "click[Number(100.0); Number(200.0)]"),
            ("Click(box=(1, 2))", "Click[box=List([Number(1.0), Number(2.0)])]"),
            ("click(point=<point>1 2</point>)", "click[point=Text(\"<point>1 2</point>\")]"),
            ("click(point='<point>1 2</point>'", "click[point=Text(\"<point>1 2</point>\")]?"),
            ("type(content='it's')", "type[content=Text(\"it's\")]?"),
            ("a.b(['x', None],)", "a.b[List([Text(\"x\"), Word(\"None\")])]"),
            ("click(start_box='')", "click[start_box=Text(\"\")]"),
        ];
        let wrong: Vec<_> = cases
            .iter()
            .map(|(text, want)| (text, *want, said(text, Quotes::Lenient)))
            .filter(|(_, want, got)| want != got)
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn what_would_have_to_run_is_refused() {
        let attacks = [
            "click(x=foo())",
            "click(x=os.getcwd())",
            "click(x=1+1)",
            "click(x=1 if y else 2)",
            "click(*args)",
            "click(**{'x': 1})",
            "click(x=f'{y}')",
            "click(x=__import__('os'))",
            "click(x=(1, foo()))",
            "click(x=[i for i in y])",
            "click(x=lambda: 1)",
            "click(x=y)",
            "click(x={'a': 1})",
            "write('a' + 'b')",
            "write('a'.upper())",
            "write('%s' % x)",
            "write(b'a')",
            "click(x=1",
            "click((((((((((1))))))))))",
        ];
        let read: Vec<_> = attacks.iter().filter(|text| read(text, Quotes::Strict).is_ok()).collect();
        assert!(read.is_empty(), "{read:?}");
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "[a-z]{1,3}\\([\\[\\]()a-z0-9'\"\\\\=,.<> é-]{0,40}") {
            for quotes in [Quotes::Strict, Quotes::Lenient] {
                if let Ok((call, rest)) = read(&text, quotes) {
                    prop_assert_eq!(format!("{}{rest}", call.source), text.clone());
                }
            }
        }
    }
}
