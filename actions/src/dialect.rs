//! Dialects: how model families write what is to be done. Text in, one typed plan out, and back.
//!
//! One file a family; what several families share is a scanner named for what it scans. Answers are untrusted: they
//! are parsed and never evaluated, and every answer gives a plan or an error that names the place.

mod anthropic;
mod arguments;
pub(crate) mod box_tokens;
mod call;
mod canvas;
mod code;
mod error;
mod function_tags;
mod gemini;
mod glm;
mod grounding;
mod json;
mod kimi;
mod mai_ui;
mod meaning;
mod names;
mod openai;
mod opencua;
mod point;
mod quoted;
mod qwen;
mod sightstep;
mod stream;
mod tags;
mod thought;
mod ui_tars;
mod ui_tars_2;
mod ui_venus;

pub use canvas::SpaceRule;
pub use error::{ParseError, Place, Problem, SerialiseError};
pub use names::{action_name, argument_name};
pub use point::numbers as coordinates;
pub use stream::PlanStream;

pub(crate) use canvas::Canvas;
pub(crate) use error::Fault;

use crate::plan::{Action, Plan};

/// How a family writes its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `Thought: …` and `Action: click(start_box='(x,y)')`.
    UiTars(Pointing),
    /// `<seed:tool_call><function=click>…`.
    UiTars2,
    /// `<tool_call>{"name": "computer_use", …}</tool_call>`.
    Qwen,
    /// Qwen's tool calls, and `<answer>{"coordinate": [x, y]}</answer>`.
    MaiUi,
    /// `[x,y]`, and `Click(box=(x,y))`.
    UiVenus,
    /// A block of `pyautogui` calls.
    OpenCua,
    /// `tool_use` blocks of Anthropic's API.
    Anthropic,
    /// `computer_call` items of OpenAI's API.
    OpenAi,
    /// A point.
    Kimi,
    /// `left_click(start_box='[x,y]', …)`.
    Glm,
    /// A box, y first.
    Gemini,
    /// The JSON of a plan with relative points.
    Sightstep,
}

impl Dialect {
    /// Whether its families were trained to give one action an answer; the others give several.
    pub fn gives_one_action(self) -> bool {
        match self {
            Self::UiTars(_) | Self::Qwen | Self::MaiUi | Self::UiVenus | Self::Kimi | Self::Glm | Self::Gemini => true,
            Self::UiTars2 | Self::OpenCua | Self::Anthropic | Self::OpenAi | Self::Sightstep => false,
        }
    }
}

/// How UI-TARS writes a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pointing {
    /// `start_box='<|box_start|>(x,y)<|box_end|>'`.
    BoxTokens,
    /// `start_box='(x,y)'`.
    Box,
    /// `point='<point>x y</point>'`.
    Point,
}

/// A family: both directions of its dialect.
trait Family: Sync {
    /// The plan of a whole answer.
    fn parse<'a>(&self, answer: &'a str, canvas: &Canvas) -> Result<Plan, Fault<'a>>;

    /// What is to be done first, once that can be said of an answer that is still being written.
    fn first(&self, answer: &str, canvas: &Canvas) -> Option<Vec<Action>>;

    /// The answer that means the plan.
    fn serialise(&self, plan: &Plan, canvas: &Canvas) -> Result<String, SerialiseError>;
}

impl Dialect {
    fn family(self) -> &'static dyn Family {
        match self {
            Self::UiTars(Pointing::BoxTokens) => &ui_tars::UiTars(Pointing::BoxTokens),
            Self::UiTars(Pointing::Box) => &ui_tars::UiTars(Pointing::Box),
            Self::UiTars(Pointing::Point) => &ui_tars::UiTars(Pointing::Point),
            Self::UiTars2 => &ui_tars_2::UiTars2,
            Self::Qwen => &qwen::Qwen,
            Self::MaiUi => &mai_ui::MaiUi,
            Self::UiVenus => &ui_venus::UiVenus,
            Self::OpenCua => &opencua::OpenCua,
            Self::Anthropic => &anthropic::Anthropic,
            Self::OpenAi => &openai::OpenAi,
            Self::Kimi => &kimi::Kimi,
            Self::Glm => &glm::Glm,
            Self::Gemini => &gemini::Gemini,
            Self::Sightstep => &sightstep::Sightstep,
        }
    }

    pub(crate) fn parse(self, answer: &str, canvas: &Canvas) -> Result<Plan, ParseError> {
        self.family().parse(answer, canvas).map_err(|fault| fault.within(answer))
    }

    pub(crate) fn first(self, answer: &str, canvas: &Canvas) -> Option<Action> {
        self.family().first(answer, canvas)?.into_iter().next()
    }

    pub(crate) fn serialise(self, plan: &Plan, canvas: &Canvas) -> Result<String, SerialiseError> {
        self.family().serialise(plan, canvas)
    }
}
