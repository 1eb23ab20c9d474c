//! The checkpoint's own chat template: messages become the text that the model was trained on.

use std::path::Path;

use minijinja::{Environment, Error, ErrorKind, Value, context};
use serde_json::json;

use crate::EngineError;
use crate::load::files::{self, Fields};
use crate::message::{Content, Message};

/// Steps that a template may take: a prompt of thousands of messages takes fewer.
const FUEL: u64 = 50_000_000;

/// A template, ready to be rendered.
pub(crate) struct Template {
    environment: Environment<'static>,
}

impl Template {
    /// The template of a checkpoint's folder, from whichever of the three files has it.
    pub fn read(folder: &Path) -> Result<Self, EngineError> {
        let alone = folder.join("chat_template.jinja");
        if alone.exists() {
            return Self::new(files::text(&alone)?);
        }
        for file in ["chat_template.json", "tokenizer_config.json"] {
            let path = folder.join(file);
            let fields = Fields::new(&path, files::json_if_there(&path)?.unwrap_or_default());
            if let Some(source) = fields.get::<Source>("chat_template")? {
                return Self::new(source.default());
            }
        }
        Err(EngineError::NotACheckpoint { folder: folder.to_owned(), missing: "chat template" })
    }

    /// A template of this source, with what Python's templates rely on.
    pub fn new(source: String) -> Result<Self, EngineError> {
        let mut environment = Environment::new();
        environment.set_trim_blocks(true);
        environment.set_lstrip_blocks(true);
        environment.set_fuel(Some(FUEL));
        environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.add_filter("tojson", to_json);
        environment.add_function("raise_exception", refuse);
        environment.add_template_owned("chat", source).map_err(|e| failed(&e))?;
        Ok(Self { environment })
    }

    /// The conversation, up to where the model's answer begins.
    pub fn render(&self, messages: &[Message]) -> Result<String, EngineError> {
        let messages: Vec<_> = messages.iter().map(plain).collect();
        let template = self.environment.get_template("chat").map_err(|e| failed(&e))?;
        let all = context! { messages, add_generation_prompt => true, add_vision_id => false };
        template.render(all).map_err(|e| failed(&e))
    }
}

/// `chat_template` in a JSON file.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Source {
    One(String),
    Named(Vec<Named>),
}

#[derive(serde::Deserialize)]
struct Named {
    name: String,
    template: String,
}

impl Source {
    fn default(self) -> String {
        match self {
            Self::One(source) => source,
            Self::Named(all) => {
                all.into_iter().find(|named| named.name == "default").map_or(String::new(), |n| n.template)
            }
        }
    }
}

/// A message as templates know it.
fn plain(message: &Message) -> serde_json::Value {
    let part = |part: &Content| match part {
        Content::Text(text) => json!({ "type": "text", "text": text }),
        Content::Picture(_) => json!({ "type": "image" }),
    };
    let content = match message.only_text() {
        Some(text) => json!(text),
        None => message.content.iter().map(part).collect(),
    };
    json!({ "role": message.role.name(), "content": content })
}

fn to_json(value: &Value) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|e| Error::new(ErrorKind::InvalidOperation, e.to_string()))
}

fn refuse(reason: String) -> Result<String, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, reason))
}

fn failed(error: &Error) -> EngineError {
    EngineError::Template { reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Role;
    use sightstep_vision::frame::Frame;

    fn conversation() -> Vec<Message> {
        let picture = Content::Picture(Frame::from_image(image::RgbImage::new(2, 2)));
        let asked = Message { role: Role::User, content: vec![picture, Content::Text("Where?".into())] };
        vec![Message::text(Role::System, "Be <brief>."), asked]
    }

    #[test]
    fn what_templates_of_the_hub_use_is_there() {
        let cases = [
            (
                "{%- set n = namespace(count=0) %}{% for m in messages %}{% set n.count = n.count + 1 %}{% endfor %}{{ n.count }}",
                "2",
            ),
            ("{{ messages[0]['content'].split('<')[-1].rstrip('>.') }}", "brief"),
            ("{{ messages[0] | tojson }}", r#"{"content":"Be <brief>.","role":"system"}"#),
            ("{% if messages[0].content is string and 'text' in messages[1].content[1] %}yes{% endif %}", "yes"),
            (
                "{% for part in messages[1].content %}\n  {% if part.type == 'image' %}\n[picture]\n  {% endif %}\n{% endfor %}\n",
                "[picture]\n",
            ),
            ("{{ messages[::-1][0].role }}{{ missing is defined }}{{ add_generation_prompt }}", "userFalseTrue"),
        ];
        let rendered = |source: &str| Template::new(source.to_owned()).and_then(|t| t.render(&conversation()));
        let wrong: Vec<_> = cases.iter().map(|(source, want)| (rendered(source), want)).collect();
        let wrong: Vec<_> =
            wrong.iter().filter(|(found, want)| found.as_ref().ok().map(String::as_str) != Some(want)).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn a_template_s_own_refusal_and_endless_work_are_errors() {
        let refused = Template::new("{{ raise_exception('no tools') }}".into()).and_then(|t| t.render(&conversation()));
        assert!(refused.unwrap_err().to_string().contains("no tools"));
        let endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}";
        let endless = Template::new(endless.into()).and_then(|t| t.render(&conversation()));
        assert!(endless.unwrap_err().to_string().contains("fuel"));
    }
}
