//! Model profiles: what a family is told, how it answers and what its numbers mean. Profiles are data.
//!
//! A profile is chosen by name, or by the name under which a server serves a model. The same weights can need two
//! profiles, so that the space of the coordinates is always explicit.

mod history;
mod prompt;
mod table;

pub use history::{Images, OlderAnswers};
pub use prompt::{Conversation, Message, Part, Prompt, Role, Turn};

use crate::dialect::{Canvas, Dialect, ParseError, PlanStream, Problem, SerialiseError, SpaceRule};
use crate::nearest::{did_you_mean, nearest};
use crate::plan::Plan;
use crate::resize::{ResizeError, ResizeRule, Resized};
use crate::space::Size;

/// A model family's protocol.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// What it is called.
    pub name: &'static str,
    /// How answers are written.
    pub dialect: Dialect,
    /// What their numbers mean.
    pub space: SpaceRule,
    /// The size in which a screenshot is sent.
    pub resize: ResizeRule,
    /// Which pictures of the past are sent again, the current one counted.
    pub images: Images,
    /// What becomes of answers whose pictures are no longer sent.
    pub older_answers: OlderAnswers,
    /// What the model is told.
    pub prompt: Prompt,
    /// How it is asked.
    pub sampling: Sampling,
    /// Parts of the names under which servers serve such a model, in lower case with `-` for blanks, `_` and `.`.
    pub served: &'static [&'static str],
}

/// How tokens are drawn, where the user does not say otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// 0 takes the likeliest token.
    pub temperature: f64,
    /// The share of likeliest tokens that are drawn from; absent where the family does not limit it.
    pub top_p: Option<f64>,
    /// The longest answer in tokens.
    pub max_tokens: u32,
}

/// A profile that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no model profile \"{name}\"{}\nhint: the profiles are {}",
    did_you_mean(nearest.as_deref()),
    Profile::names().collect::<Vec<_>>().join(", ")
)]
pub struct ProfileError {
    /// What was asked for.
    pub name: String,
    /// The known name that is most like it.
    pub nearest: Option<String>,
}

impl Profile {
    /// Every profile.
    pub fn all() -> &'static [Self] {
        table::PROFILES
    }

    /// The names of all profiles.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::all().iter().map(|profile| profile.name)
    }

    /// The profile called `name`.
    ///
    /// # Errors
    /// [`ProfileError`] when there is none.
    pub fn named(name: &str) -> Result<&'static Self, ProfileError> {
        let found = Self::all().iter().find(|profile| profile.name.eq_ignore_ascii_case(name.trim()));
        found.ok_or_else(|| ProfileError {
            name: name.to_owned(),
            nearest: nearest(name, Self::names()).map(str::to_owned),
        })
    }

    /// The profile of a model by the name under which it is served, as in `ByteDance-Seed/UI-TARS-1.5-7B`.
    pub fn for_model(served: &str) -> Option<&'static Self> {
        let plain = served.to_lowercase().replace([' ', '_', '.', ':', '/'], "-") + "-";
        let longest =
            |profile: &Self| profile.served.iter().filter(|part| plain.contains(**part)).map(|p| p.len()).max();
        let known = Self::all().iter().filter_map(|profile| Some((longest(profile)?, profile)));
        // The longest part that matches is the most specific one: "qwen3-vl" also is part of derived models' names.
        known.max_by_key(|(length, _)| *length).map(|(_, profile)| profile)
    }

    /// The size in which a screenshot of `screen` pixels is sent, and how many tokens it takes.
    ///
    /// # Errors
    /// [`ResizeError`] when it cannot be sent.
    pub fn resize(&self, screen: Size) -> Result<Resized, ResizeError> {
        self.resize.apply(screen)
    }

    /// The plan that an answer means. Nothing in it is ever evaluated.
    ///
    /// `image` is the size of the picture that the model saw, where it is not what [`Profile::resize`] gives.
    ///
    /// # Errors
    /// [`ParseError`] naming what cannot be read, and where.
    pub fn parse(&self, answer: &str, screen: Size, image: Option<Size>) -> Result<Plan, ParseError> {
        self.dialect.parse(answer, &self.canvas(screen, image).map_err(unplaced)?)
    }

    /// Reads an answer while it is written: its first action is known before it ends.
    ///
    /// # Errors
    /// [`ParseError`] when a screenshot of this size cannot be sent to the model.
    pub fn stream(&self, screen: Size, image: Option<Size>) -> Result<PlanStream, ParseError> {
        Ok(PlanStream::new(self.dialect, self.canvas(screen, image).map_err(unplaced)?))
    }

    /// The answer that means this plan, as the model would have written it.
    ///
    /// # Errors
    /// [`SerialiseError`] when the dialect has no words for an action, or a point is not on the screen.
    pub fn serialise(&self, plan: &Plan, screen: Size, image: Option<Size>) -> Result<String, SerialiseError> {
        self.dialect.serialise(plan, &self.canvas(screen, image)?)
    }

    /// The messages to send, with placeholders for the pictures.
    pub fn prompt(&self, conversation: &Conversation) -> Vec<Message> {
        self.prompt.messages(self, conversation)
    }

    /// The messages that ask where in the current picture something is: the goal names it.
    pub fn grounding_prompt(&self, conversation: &Conversation) -> Vec<Message> {
        self.prompt.grounding(self, conversation)
    }

    fn canvas(&self, screen: Size, image: Option<Size>) -> Result<Canvas, ResizeError> {
        let image = match (image, self.space) {
            (Some(image), _) => image,
            // Parts of the picture mean the same in every size of it, also where there is none to send.
            (None, SpaceRule::Relative { .. } | SpaceRule::OneOrThousand) => screen,
            (None, SpaceRule::Image) => self.resize(screen)?.size,
        };
        Ok(Canvas { screen, image, rule: self.space })
    }
}

fn unplaced(error: ResizeError) -> ParseError {
    ParseError { problem: Problem::Resize(error), place: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn served_names_have_their_profile() {
        let cases = [
            ("UI-TARS-1.5-7B", Some("ui-tars-1.5")),
            ("ByteDance-Seed/UI-TARS-1.5-7B", Some("ui-tars-1.5")),
            ("bytedance-research/UI-TARS-7B-DPO", Some("ui-tars")),
            ("ui-tars-2b-sft.Q8_0.gguf", Some("ui-tars")),
            ("doubao-1.5-ui-tars-250428", Some("doubao-1.5")),
            ("doubao-1-5-thinking-vision-pro-250428", Some("doubao-1.5")),
            ("ui-tars-2-preview", Some("ui-tars-2")),
            ("UI-TARS-2B-SFT", Some("ui-tars")),
            ("Qwen/Qwen2.5-VL-7B-Instruct", Some("qwen2.5-vl")),
            ("qwen2.5vl:7b", Some("qwen2.5-vl")),
            ("Qwen3-VL-30B-A3B-Instruct", Some("qwen3-vl")),
            ("qwen3-vl:8b", Some("qwen3-vl")),
            ("mPLUG/GUI-Owl-1.5-8B-Instruct", Some("gui-owl-1.5")),
            ("Tongyi-MAI/MAI-UI-8B", Some("mai-ui")),
            ("inclusionAI/UI-Venus-1.5-8B", Some("ui-venus-1.5")),
            ("xlangai/OpenCUA-7B", Some("opencua")),
            ("claude-sonnet-4-5", Some("anthropic")),
            ("computer-use-preview", Some("openai")),
            ("moonshotai/Kimi-VL-A3B-Thinking", Some("kimi")),
            ("zai-org/GLM-4.5V", Some("glm-4.5v")),
            ("gemini-2.5-pro", Some("gemini")),
            ("Qwen2-VL-7B-Instruct", None),
            ("llama-3", None),
            ("", None),
        ];
        let got = |served| Profile::for_model(served).map(|p| p.name);
        let wrong: Vec<_> = cases.iter().filter(|(s, want)| got(s) != *want).map(|(s, _)| (s, got(s))).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn names_are_found_and_near_ones_named() {
        assert_eq!(Profile::all().len(), 17);
        for name in Profile::names() {
            assert_eq!(Profile::named(name).map(|p| p.name), Ok(name));
        }
        let error = Profile::named("ui-tar-1.5").unwrap_err();
        assert_eq!(error.nearest.as_deref(), Some("ui-tars-1.5"));
        assert!(error.to_string().contains("hint: the profiles are ui-tars, "), "{error}");
    }
}
