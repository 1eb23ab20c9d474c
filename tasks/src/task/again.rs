//! Doing a recorded task again: what a recording holds of it, and other values for its inputs.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use sightstep_actions::nearest::nearest;

use super::error::Problem;
use super::raw::{RawDetailed, RawInput, RawTask};
use super::{ResolvedTask, Task, TaskError};
use crate::recording::TaskSeen;

impl Task {
    /// What a recording holds of the task; the values of its secrets are left out.
    pub fn seen(&self, resolved: &ResolvedTask) -> TaskSeen {
        let mut raw = self.raw.clone();
        for (name, input) in &mut raw.inputs {
            if let RawInput::Detailed(RawDetailed { secret: true, value: value @ Some(_), .. }) = input {
                *value = Some(placeholder(name));
            }
        }
        let secret = |name: &str| resolved.secrets.names().any(|secret| secret == name);
        let shown = |(name, value): (&String, &String)| {
            (name.clone(), if secret(name) { placeholder(name) } else { value.clone() })
        };
        TaskSeen {
            content: pruned(serde_json::to_value(&raw).unwrap_or_default()),
            folder: self.folder().to_string_lossy().into_owned(),
            inputs: resolved.inputs.iter().map(shown).collect(),
        }
    }

    /// The task of a recording, called `name`, with other values for these inputs.
    ///
    /// # Errors
    /// [`TaskError`] when the recorded task is not valid, has no such input, or a secret's value is not known.
    pub fn of_recording(name: &str, seen: &TaskSeen, values: &BTreeMap<String, String>) -> Result<Self, TaskError> {
        let path = Path::new(&seen.folder).join(format!("{name}.toml"));
        let mut raw = Self::raw_of(seen)?;
        for (name, value) in values {
            let input = raw.inputs.get_mut(name).ok_or_else(|| unknown(name, &seen.inputs))?;
            *input = changed(input, value);
        }
        for (name, input) in &raw.inputs {
            if let RawInput::Detailed(RawDetailed { secret: true, value: Some(value), .. }) = input
                && *value == placeholder(name)
            {
                return Err(hidden(name));
            }
        }
        Self::of_raw(raw, path)
    }
}

impl Task {
    /// The task of a recording with its inputs as they were then; each secret has its own `{name}` for a value.
    ///
    /// # Errors
    /// [`TaskError`] when the recorded task is not valid.
    pub fn as_recorded(name: &str, seen: &TaskSeen) -> Result<Self, TaskError> {
        let mut known = seen.clone();
        // Indexing would put an empty one where there is none.
        if let Some(inputs) = known.content.get_mut("inputs").and_then(Value::as_object_mut) {
            for (name, input) in inputs {
                let value = seen.inputs.get(name).cloned().unwrap_or_default();
                let field = input["field"].clone();
                *input = serde_json::json!({ "value": value, "secret": input["secret"] == true, "field": field });
            }
        }
        let raw = Self::raw_of(&known)?;
        Self::of_raw(raw, Path::new(&seen.folder).join(format!("{name}.toml")))
    }

    fn raw_of(seen: &TaskSeen) -> Result<RawTask, TaskError> {
        serde_json::from_value(seen.content.clone()).map_err(|e| TaskError::Goal {
            message: format!("the recorded task is not valid: {e}"),
            hint: "hint: the recording was changed, or is of a later version".into(),
        })
    }

    /// The text of a task file that holds this content, as [`TaskSeen`] has it.
    ///
    /// # Errors
    /// [`TaskError`] when the content is no valid task.
    pub fn to_toml(content: &Value) -> Result<String, TaskError> {
        let content = pruned(content.clone());
        let text = toml::to_string_pretty(&content).map_err(|e| TaskError::Goal {
            message: format!("the task cannot be written: {e}"),
            hint: "hint: the recording was changed, or is of a later version".into(),
        })?;
        Self::parse(&text, Path::new("task.toml"))?;
        Ok(text)
    }
}

fn placeholder(name: &str) -> String {
    format!("{{{name}}}")
}

/// The same input with another value; a secret stays one.
fn changed(input: &RawInput, value: &str) -> RawInput {
    let (secret, field) = match input {
        RawInput::Detailed(detailed) => (detailed.secret, detailed.field.clone()),
        _ => (false, None),
    };
    RawInput::Detailed(RawDetailed { env: None, value: Some(value.to_owned()), secret, field })
}

fn unknown(name: &str, known: &BTreeMap<String, String>) -> TaskError {
    let names: Vec<&str> =
        known.keys().map(String::as_str).filter(|name| !["work_dir", "task_dir"].contains(name)).collect();
    let hint = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None if names.is_empty() => "this task has no inputs".to_owned(),
        None => format!("its inputs are {}", names.join(", ")),
    };
    TaskError::Goal { message: format!("the recorded task has no input \"{name}\""), hint: format!("hint: {hint}") }
}

fn hidden(name: &str) -> TaskError {
    let problem = Problem {
        path: vec!["inputs".into(), name.into()],
        message: "its value is secret and not in the recording".into(),
        hint: format!("give it: --input {name}=…"),
    };
    TaskError::invalid(Path::new(""), "", &problem)
}

/// Without what is not there: null, empty lists and empty tables.
fn pruned(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let is_something = |value: &Value| match value {
                Value::Null => false,
                Value::Array(items) => !items.is_empty(),
                Value::Object(fields) => !fields.is_empty(),
                _ => true,
            };
            let fields = fields.into_iter().map(|(name, value)| (name, pruned(value)));
            Value::Object(fields.filter(|(_, value)| is_something(value)).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(pruned).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TASK: &str = r#"
goal = "Type {text} and {password} and {pin}"
[inputs]
text = "hello"
password = { value = "hunter2", secret = true }
pin = { env = "PIN", secret = true }
[screen]
sandbox = "640x480"
[[setup]]
launch = ["xterm"]
wait_for = { window = "xterm", seconds = 3 }
[[check]]
file = "{text}.txt"
[policy]
deny = ["open"]
"#;

    fn seen() -> TaskSeen {
        let task = Task::parse(TASK, Path::new("/tasks/note.toml")).unwrap();
        let resolved = task.resolve(Path::new("/work"), &|_| Some("4711".to_owned())).unwrap();
        task.seen(&resolved)
    }

    fn again(values: &[(&str, &str)]) -> Result<ResolvedTask, TaskError> {
        let values = values.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let seen: TaskSeen = serde_json::from_str(&serde_json::to_string(&seen()).unwrap()).unwrap();
        let task = Task::of_recording("note", &seen, &values)?;
        assert_eq!(task.name(), "note");
        task.resolve(Path::new("/work"), &|_| Some("4711".to_owned()))
    }

    #[test]
    fn a_task_comes_back_with_its_secrets_given_again() {
        let written = Task::parse(TASK, Path::new("/tasks/note.toml")).unwrap();
        let expected = written.resolve(Path::new("/work"), &|_| Some("4711".to_owned())).unwrap();
        assert_eq!(again(&[("password", "hunter2")]).unwrap(), expected);
    }

    #[test]
    fn a_recorded_task_is_a_file_again() {
        let text = Task::to_toml(&seen().content).unwrap();
        let parsed = Task::parse(&text, Path::new("/tasks/note.toml")).unwrap();
        let resolved = parsed.resolve(Path::new("/work"), &|_| Some("4711".to_owned())).unwrap();
        assert_eq!(parsed.seen(&resolved), TaskSeen { inputs: parsed.seen(&resolved).inputs, ..seen() }, "{text}");
    }

    #[test]
    fn no_secret_is_in_what_is_recorded() {
        let text = serde_json::to_string(&seen()).unwrap();
        assert!(!text.contains("hunter2") && !text.contains("4711"), "{text}");
        assert_eq!(seen().inputs["text"], "hello");
    }

    #[test]
    fn as_it_was_recorded_a_secret_is_its_name() {
        let task = Task::as_recorded("note", &seen()).unwrap().resolve(Path::new("/work"), &|_| None).unwrap();
        let shown: Vec<&str> = ["text", "password", "pin"].map(|name| task.inputs[name].as_str()).into();
        assert_eq!(shown, ["hello", "{password}", "{pin}"]);
        assert!(task.told_goal().starts_with("Type hello and {password} and {pin}"), "{}", task.told_goal());
    }

    #[test]
    fn inputs_can_be_others() {
        let task = again(&[("password", "p"), ("text", "bye")]).unwrap();
        assert_eq!((task.inputs["text"].as_str(), task.checks[0].to_string().contains("bye.txt")), ("bye", true));
        assert!(task.secrets.is_in("p"));
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        let cases: [(&[(&str, &str)], &str); 2] = [
            (&[], "inputs.password: its value is secret and not in the recording\nhint: give it: --input password=…"),
            (&[("txt", "x")], "the recorded task has no input \"txt\"\nhint: did you mean \"text\"?"),
        ];
        for (values, said) in cases {
            assert_eq!(again(values).unwrap_err().to_string(), said);
        }
    }
}
