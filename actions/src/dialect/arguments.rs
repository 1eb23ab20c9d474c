//! The arguments of an action, found by what they say.

use std::borrow::Cow;

use crate::plan::{Button, Direction};
use crate::space::FramePoint;

use super::call::{Argument, Value};
use super::names::{Field, Verb};
use super::{Canvas, Fault, point};

/// An action's arguments.
pub(super) struct Arguments<'a> {
    /// The action, as it was written.
    pub action: &'a str,
    fields: Vec<(Field, Argument<'a>)>,
}

impl<'a> Arguments<'a> {
    /// The arguments of `verb`, which is written as `action`. What says nothing that is known is left out.
    pub fn of(verb: Verb, action: &'a str, arguments: Vec<Argument<'a>>) -> Self {
        let mut fields = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let field = match &argument.name {
                Some(name) => Field::named(Some(verb), name),
                None => Some(unnamed(verb, &argument.value, &fields)),
            };
            fields.extend(field.map(|field| (field, argument)));
        }
        Self { action, fields }
    }

    fn get(&self, field: Field) -> Option<&Argument<'a>> {
        self.fields.iter().find(|(known, _)| *known == field).map(|(_, argument)| argument)
    }

    pub fn has(&self, field: Field) -> bool {
        self.get(field).is_some()
    }

    /// The point that the first of these fields with anything in it means.
    pub fn point(&self, fields: &[Field], canvas: &Canvas) -> Result<Option<FramePoint>, Fault<'a>> {
        for field in fields {
            let Some(argument) = self.get(*field) else { continue };
            let numbers = match &argument.value {
                Value::Text(text) if text.trim().is_empty() => continue,
                Value::Text(Cow::Borrowed(text)) => point::scan(text)?,
                Value::Text(Cow::Owned(text)) => {
                    point::scan(text).map_err(|f| Fault { near: argument.source, problem: f.problem })?
                }
                Value::Word("None") => continue,
                value => listed(value, argument.source)?,
            };
            return point::pixel(&numbers, canvas, argument.source).map(Some);
        }
        let (Some(x), Some(y)) = (self.get(Field::X), self.get(Field::Y)) else {
            let half = self.get(Field::X).or(self.get(Field::Y));
            return half.map_or(Ok(None), |_| Err(self.missing("both x and y")));
        };
        let numbers = (listed(&x.value, x.source)?, listed(&y.value, y.source)?);
        let ([x_number], [y_number]) = (numbers.0.as_slice(), numbers.1.as_slice()) else {
            return Err(Fault::bad(x.source, "one number for x and one for y", x.source));
        };
        point::pixel(&[*x_number, *y_number], canvas, x.source).map(Some)
    }

    /// The text of a field. A number is the text that it was written as.
    pub fn text(&self, field: Field) -> Option<Cow<'_, str>> {
        match &self.get(field)?.value {
            Value::Text(text) => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Word("None") | Value::List(_) => None,
            Value::Word(word) => Some(Cow::Borrowed(word)),
        }
    }

    /// The texts of a field that is one text or a list of them.
    pub fn texts(&self, field: Field) -> Vec<Cow<'_, str>> {
        match self.get(field).map(|argument| &argument.value) {
            Some(Value::List(items)) => items.iter().filter_map(item).collect(),
            Some(_) => self.text(field).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The number of a field, also where it was written as a text.
    pub fn number(&self, field: Field) -> Result<Option<f64>, Fault<'a>> {
        let Some(argument) = self.get(field) else { return Ok(None) };
        let number = match &argument.value {
            Value::Number(number) => Some(*number),
            Value::Text(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
            _ => None,
        };
        number.map(Some).ok_or_else(|| Fault::bad(argument.source, "a number", argument.source))
    }

    pub fn direction(&self) -> Result<Option<Direction>, Fault<'a>> {
        self.one_of(Field::Direction, "up, down, left or right", |name| match name {
            "up" => Some(Direction::Up),
            "down" => Some(Direction::Down),
            "left" => Some(Direction::Left),
            "right" => Some(Direction::Right),
            _ => None,
        })
    }

    pub fn button(&self) -> Result<Option<Button>, Fault<'a>> {
        self.one_of(Field::Button, "left, right, middle, back or forward", |name| match name {
            "left" => Some(Button::Left),
            "right" => Some(Button::Right),
            "middle" | "wheel" => Some(Button::Middle),
            "back" => Some(Button::Back),
            "forward" => Some(Button::Forward),
            _ => None,
        })
    }

    /// What a field's word means, in whatever case it was written.
    pub fn one_of<T>(
        &self,
        field: Field,
        wanted: &'static str,
        meaning: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Fault<'a>> {
        let Some(argument) = self.get(field) else { return Ok(None) };
        let word = self.text(field).unwrap_or_default().trim().to_lowercase();
        meaning(&word).map(Some).ok_or_else(|| Fault::bad(argument.source, wanted, argument.source))
    }

    pub fn missing(&self, needs: &'static str) -> Fault<'a> {
        Fault::missing(self.action, needs, self.action)
    }

    /// Where a field is written.
    pub fn source(&self, field: Field) -> &'a str {
        self.get(field).map_or(self.action, |argument| argument.source)
    }
}

/// What an argument without a name says, by its place and its kind.
fn unnamed(verb: Verb, value: &Value<'_>, before: &[(Field, Argument<'_>)]) -> Field {
    let has = |field| before.iter().any(|(known, _)| *known == field);
    match (verb, value) {
        (Verb::Type | Verb::Finished | Verb::Answer | Verb::CallUser, _) => Field::Content,
        (Verb::Hotkey | Verb::KeyDown | Verb::KeyUp, _) => Field::Key,
        (Verb::Open, _) => Field::Name,
        (Verb::Wait, _) => Field::Time,
        (_, Value::Number(_)) if has(Field::X) => Field::Y,
        (_, Value::Number(_)) => Field::X,
        _ if has(Field::Start) => Field::End,
        _ => Field::Start,
    }
}

fn item<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    match value {
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

/// The numbers of a list, also of a list of pairs.
fn listed<'a>(value: &Value<'_>, near: &'a str) -> Result<Vec<f64>, Fault<'a>> {
    match value {
        Value::Number(number) => Ok(vec![*number]),
        Value::List(items) => Ok(items.iter().map(|item| listed(item, near)).collect::<Result<Vec<_>, _>>()?.concat()),
        Value::Text(text) => point::scan(text).map_err(|fault| Fault { near, problem: fault.problem }),
        Value::Word(_) => Err(Fault::bad(near, "a coordinate: two numbers for a point, four for a box", near)),
    }
}
