//! Placeholders: `{name}` in a task file's texts, `{{` and `}}` for the braces themselves.

use std::collections::BTreeMap;
use std::path::Path;

use sightstep_actions::nearest::nearest;

use super::error::Problem;
use super::raw::{RawDetailed, RawInput};

/// Names that every task has: the run's folder and the task file's.
const BUILT_IN: [&str; 2] = ["work_dir", "task_dir"];

/// What placeholders stand for.
#[derive(Debug, Clone, Default)]
pub struct Expander {
    /// All values by name.
    pub values: BTreeMap<String, String>,
    /// The names of the secret ones.
    pub secret: Vec<String>,
}

/// A text's placeholder that cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadPlaceholder {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Expander {
    /// Every name stands for itself: for validating a file without running it.
    pub fn dry(inputs: &BTreeMap<String, RawInput>) -> Self {
        let names = inputs.keys().map(String::as_str).chain(BUILT_IN);
        Self { values: names.map(|n| (n.to_owned(), format!("{{{n}}}"))).collect(), secret: Vec::new() }
    }

    /// The values of a run.
    pub fn of(
        inputs: &BTreeMap<String, RawInput>,
        work_dir: &Path,
        task_dir: &Path,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Problem> {
        let mut found = Self::default();
        for (name, folder) in BUILT_IN.iter().zip([work_dir, task_dir]) {
            found.values.insert((*name).to_owned(), folder.to_string_lossy().into_owned());
        }
        for (name, input) in inputs {
            found.values.insert(name.clone(), value(name, input, environment)?);
            if matches!(input, RawInput::Detailed(RawDetailed { secret: true, .. })) {
                found.secret.push(name.clone());
            }
        }
        Ok(found)
    }

    /// The text with its placeholders filled in.
    pub fn expand(&self, template: &str) -> Result<String, BadPlaceholder> {
        let mut out = String::with_capacity(template.len());
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            out.push_str(&rest[..at]);
            let (brace, after) = rest[at..].split_at(1);
            if let Some(after) = after.strip_prefix(brace) {
                out.push_str(brace);
                rest = after;
            } else if brace == "{" {
                let (name, after) = after.split_once('}').ok_or_else(lonely)?;
                out.push_str(self.values.get(name).ok_or_else(|| self.undefined(name))?);
                rest = after;
            } else {
                return Err(lonely());
            }
        }
        out.push_str(rest);
        Ok(out)
    }

    fn undefined(&self, name: &str) -> BadPlaceholder {
        let known: Vec<&str> = self.values.keys().map(String::as_str).collect();
        let hint = nearest(name, known.iter().copied()).map_or_else(
            || {
                format!(
                    "add it to [inputs], or write {{{{ and }}}} for braces; the names here are {}",
                    known.join(", ")
                )
            },
            |near| format!("did you mean {{{near}}}?"),
        );
        BadPlaceholder { message: format!("there is no input \"{name}\""), hint }
    }
}

fn lonely() -> BadPlaceholder {
    let hint = "write {{ and }} for the braces themselves".to_owned();
    BadPlaceholder { message: "a brace is open or closed without its pair".into(), hint }
}

fn value(name: &str, input: &RawInput, environment: &dyn Fn(&str) -> Option<String>) -> Result<String, Problem> {
    Ok(match input {
        RawInput::Text(text) => text.clone(),
        RawInput::Integer(number) => number.to_string(),
        RawInput::Float(number) => number.to_string(),
        RawInput::Bool(truth) => truth.to_string(),
        RawInput::Detailed(RawDetailed { value: Some(value), .. }) => value.clone(),
        RawInput::Detailed(RawDetailed { env, .. }) => {
            let variable = env.as_deref().unwrap_or_default();
            environment(variable).ok_or_else(|| Problem {
                path: vec!["inputs".into(), name.into()],
                message: format!("the environment has no variable {variable}"),
                hint: format!("set it before the run: {variable}=… sightstep run …"),
            })?
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn known() -> Expander {
        let values = [("file", "note.txt"), ("odd", "{file}")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        Expander { values: values.into(), secret: vec![] }
    }

    #[test]
    fn placeholders_are_filled_in_once() {
        let cases = [
            ("save as {file}", Ok("save as note.txt")),
            ("{odd}", Ok("{file}")),
            ("{{file}} and }}", Ok("{file} and }")),
            ("", Ok("")),
            ("{fil}", Err("there is no input \"fil\"")),
            ("{", Err("a brace")),
            ("a } b", Err("a brace")),
            ("{a{b}}", Err("there is no input \"a{b\"")),
        ];
        let wrong: Vec<_> = cases
            .iter()
            .filter(|(text, want)| match (known().expand(text), want) {
                (Ok(got), Ok(want)) => got != *want,
                (Err(got), Err(want)) => !got.message.starts_with(want),
                _ => true,
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(known().expand("{fil}").unwrap_err().hint, "did you mean {file}?");
    }

    proptest! {
        #[test]
        fn any_text_can_be_written(text in ".{0,30}") {
            let written = text.replace('{', "{{").replace('}', "}}");
            prop_assert_eq!(known().expand(&written).unwrap(), text);
        }
    }
}
