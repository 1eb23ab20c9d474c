//! The table of profiles.
//!
//! Factors, pixel limits and image counts are those of the families' own agents and image processors.

use crate::dialect::{Dialect, Pointing, SpaceRule};
use crate::profile::Prompt;
use crate::space::Size;

use super::{Images, OlderAnswers, Profile, Sampling};
use crate::resize::ResizeRule;

const GREEDY: Sampling = Sampling { temperature: 0.0, top_p: None, max_tokens: 1024 };

const THOUSAND: SpaceRule = SpaceRule::Relative { divisor: 1000.0 };
/// Numbers run from 0 to 999, as in the Qwen3-VL cookbook and OSWorld's agent.
const TO_999: SpaceRule = SpaceRule::Relative { divisor: 999.0 };

const UI_TARS: ResizeRule = ResizeRule::Smart { factor: 28, min_pixels: 78_400, max_pixels: 12_845_056 };
const QWEN_2_5: ResizeRule = ResizeRule::Smart { factor: 28, min_pixels: 3_136, max_pixels: 12_845_056 };
const QWEN_3: ResizeRule = ResizeRule::Smart { factor: 32, min_pixels: 65_536, max_pixels: 16_777_216 };

/// The sizes that Anthropic advises to declare; the first that has the screen's shape is taken.
const ANTHROPIC: ResizeRule = ResizeRule::Declared {
    sizes: &[Size { width: 1024, height: 768 }, Size { width: 1280, height: 800 }, Size { width: 1366, height: 768 }],
    tolerance: 0.02,
    pixels_a_token: 750,
};

const UI_TARS_V1: &str = include_str!("prompts/ui-tars-v1-computer-thought.txt");
const UI_TARS_V1_GROUNDING: &str = include_str!("prompts/ui-tars-v1-grounding.txt");
const QWEN_USER: &str = include_str!("prompts/qwen-user.txt");
const API: Prompt = Prompt {
    system: Some(include_str!("prompts/api-system.txt")),
    user: include_str!("prompts/api-user.txt"),
    grounding: include_str!("prompts/api-user.txt"),
    actions: "",
    adds_box_tokens: false,
};
const QWEN_3_PROMPT: Prompt = Prompt {
    system: Some(include_str!("prompts/qwen3-vl-system.txt")),
    user: QWEN_USER,
    grounding: QWEN_USER,
    actions: "",
    adds_box_tokens: false,
};

const UI_TARS_2_SYSTEM: &str = concat!(
    include_str!("prompts/ui-tars-2-prefix.txt"),
    "{functions}\n",
    include_str!("prompts/ui-tars-2-suffix.txt")
);

/// A prompt of one text that is the same for a step and for a place.
const fn one_text(user: &'static str) -> Prompt {
    Prompt { system: None, user, grounding: user, actions: "", adds_box_tokens: false }
}

pub(super) static PROFILES: &[Profile] = &[
    Profile {
        name: "ui-tars",
        dialect: Dialect::UiTars(Pointing::BoxTokens),
        space: THOUSAND,
        resize: UI_TARS,
        images: Images::Last(5),
        older_answers: OlderAnswers::Kept,
        prompt: Prompt {
            system: Some("You are a helpful assistant."),
            user: UI_TARS_V1,
            grounding: UI_TARS_V1_GROUNDING,
            actions: include_str!("prompts/ui-tars-1.5-action-space-call-user.txt"),
            adds_box_tokens: true,
        },
        sampling: GREEDY,
        served: &["ui-tars"],
    },
    Profile {
        name: "ui-tars-1.5",
        dialect: Dialect::UiTars(Pointing::Box),
        space: SpaceRule::Image,
        resize: UI_TARS,
        images: Images::Last(5),
        older_answers: OlderAnswers::Kept,
        prompt: Prompt {
            system: Some("You are a helpful assistant."),
            user: UI_TARS_V1,
            grounding: UI_TARS_V1_GROUNDING,
            actions: include_str!("prompts/ui-tars-1.5-action-space-normal.txt"),
            adds_box_tokens: true,
        },
        sampling: GREEDY,
        served: &["ui-tars-1-5", "uitars-1-5"],
    },
    // The model in the box was trained in the words of UI-TARS 1.5, on one picture at a time; its picture rule is that of
    // engine/box/preprocessor_config.json.
    Profile {
        name: "box",
        dialect: Dialect::UiTars(Pointing::Box),
        space: SpaceRule::Image,
        resize: ResizeRule::Smart { factor: 28, min_pixels: 3_136, max_pixels: 1_003_520 },
        images: Images::Last(1),
        older_answers: OlderAnswers::Kept,
        prompt: Prompt {
            system: Some("You are a helpful assistant."),
            user: UI_TARS_V1,
            grounding: "",
            actions: include_str!("prompts/ui-tars-1.5-action-space-normal.txt"),
            adds_box_tokens: true,
        },
        sampling: Sampling { max_tokens: 256, ..GREEDY },
        served: &["sightstep-box"],
    },
    Profile {
        name: "doubao-1.5",
        dialect: Dialect::UiTars(Pointing::Point),
        space: THOUSAND,
        // The hosted service takes at most 5,120 tokens of 28×28 pixels a picture; the lower limit is the processor's.
        resize: ResizeRule::Smart { factor: 28, min_pixels: 3_136, max_pixels: 5_120 * 28 * 28 },
        images: Images::Last(5),
        older_answers: OlderAnswers::Kept,
        prompt: Prompt {
            system: None,
            user: include_str!("prompts/ui-tars-1.5-doubao-computer.txt"),
            grounding: include_str!("prompts/ui-tars-1.5-doubao-grounding.txt"),
            actions: "",
            adds_box_tokens: false,
        },
        sampling: GREEDY,
        served: &["doubao-1-5"],
    },
    Profile {
        name: "ui-tars-2",
        dialect: Dialect::UiTars2,
        space: THOUSAND,
        resize: ResizeRule::Same { factor: 28 },
        images: Images::Last(5),
        older_answers: OlderAnswers::Kept,
        prompt: Prompt {
            system: Some(UI_TARS_2_SYSTEM),
            user: include_str!("prompts/api-user.txt"),
            grounding: include_str!("prompts/api-user.txt"),
            actions: include_str!("prompts/ui-tars-2-functions.txt"),
            adds_box_tokens: false,
        },
        sampling: GREEDY,
        served: &["ui-tars-2-", "uitars-2-", "doubao-seed-1"],
    },
    Profile {
        name: "qwen2.5-vl",
        dialect: Dialect::Qwen,
        space: SpaceRule::Image,
        resize: QWEN_2_5,
        images: Images::Last(1),
        older_answers: OlderAnswers::Summarised,
        prompt: Prompt {
            system: Some(include_str!("prompts/qwen2.5-vl-system.txt")),
            user: QWEN_USER,
            grounding: QWEN_USER,
            actions: "",
            adds_box_tokens: false,
        },
        sampling: GREEDY,
        served: &["qwen2-5-vl", "qwen2-5vl"],
    },
    Profile {
        name: "qwen3-vl",
        dialect: Dialect::Qwen,
        space: TO_999,
        resize: QWEN_3,
        images: Images::Last(4),
        older_answers: OlderAnswers::Summarised,
        prompt: QWEN_3_PROMPT,
        sampling: GREEDY,
        served: &["qwen3-vl", "qwen3vl"],
    },
    Profile {
        name: "gui-owl-1.5",
        dialect: Dialect::Qwen,
        space: THOUSAND,
        resize: ResizeRule::Smart { factor: 32, min_pixels: 200_704, max_pixels: 10_035_200 },
        images: Images::Last(4),
        older_answers: OlderAnswers::Summarised,
        prompt: Prompt {
            system: Some(include_str!("prompts/gui-owl-1.5-system.txt")),
            user: QWEN_USER,
            grounding: QWEN_USER,
            actions: "",
            adds_box_tokens: false,
        },
        sampling: GREEDY,
        served: &["gui-owl-1-5", "gui-owl"],
    },
    Profile {
        name: "mai-ui",
        dialect: Dialect::MaiUi,
        space: THOUSAND,
        resize: QWEN_3,
        images: Images::Last(4),
        older_answers: OlderAnswers::Summarised,
        prompt: QWEN_3_PROMPT,
        sampling: GREEDY,
        served: &["mai-ui"],
    },
    Profile {
        name: "ui-venus-1.5",
        dialect: Dialect::UiVenus,
        space: THOUSAND,
        resize: QWEN_3,
        images: Images::Last(4),
        older_answers: OlderAnswers::Summarised,
        prompt: one_text(include_str!("prompts/venus-user.txt")),
        sampling: GREEDY,
        served: &["ui-venus"],
    },
    Profile {
        name: "opencua",
        dialect: Dialect::OpenCua,
        space: SpaceRule::Image,
        resize: QWEN_2_5,
        images: Images::Last(3),
        older_answers: OlderAnswers::Summarised,
        prompt: Prompt {
            system: Some(include_str!("prompts/opencua-system.txt")),
            user: include_str!("prompts/opencua-user.txt"),
            grounding: include_str!("prompts/opencua-user.txt"),
            actions: "",
            adds_box_tokens: false,
        },
        sampling: GREEDY,
        served: &["opencua"],
    },
    Profile {
        name: "anthropic",
        dialect: Dialect::Anthropic,
        space: SpaceRule::Image,
        resize: ANTHROPIC,
        images: Images::Last(10),
        older_answers: OlderAnswers::Kept,
        prompt: API,
        sampling: Sampling { max_tokens: 4096, ..GREEDY },
        served: &["claude"],
    },
    Profile {
        name: "openai",
        dialect: Dialect::OpenAi,
        space: SpaceRule::Image,
        resize: ResizeRule::Same { factor: 32 },
        images: Images::Last(10),
        older_answers: OlderAnswers::Kept,
        prompt: API,
        sampling: Sampling { max_tokens: 4096, ..GREEDY },
        served: &["computer-use-preview"],
    },
    Profile {
        name: "kimi",
        dialect: Dialect::Kimi,
        space: SpaceRule::OneOrThousand,
        resize: ResizeRule::Same { factor: 28 },
        images: Images::Last(1),
        older_answers: OlderAnswers::Summarised,
        prompt: one_text(include_str!("prompts/kimi-user.txt")),
        sampling: GREEDY,
        served: &["kimi"],
    },
    Profile {
        name: "glm-4.5v",
        dialect: Dialect::Glm,
        space: TO_999,
        resize: ResizeRule::Same { factor: 28 },
        images: Images::Last(1),
        older_answers: OlderAnswers::Summarised,
        prompt: one_text(include_str!("prompts/glm-user.txt")),
        sampling: GREEDY,
        served: &["glm-4-5v", "glm-4-6v", "glm-4-1v"],
    },
    Profile {
        name: "gemini",
        dialect: Dialect::Gemini,
        space: THOUSAND,
        resize: ResizeRule::Same { factor: 48 },
        images: Images::Last(1),
        older_answers: OlderAnswers::Summarised,
        prompt: one_text(include_str!("prompts/gemini-user.txt")),
        sampling: GREEDY,
        served: &["gemini"],
    },
    Profile {
        name: "sightstep",
        dialect: Dialect::Sightstep,
        space: THOUSAND,
        resize: ResizeRule::Same { factor: 28 },
        images: Images::Last(3),
        older_answers: OlderAnswers::Kept,
        prompt: Prompt {
            system: Some(include_str!("prompts/sightstep-system.txt")),
            user: include_str!("prompts/sightstep-user.txt"),
            grounding: include_str!("prompts/sightstep-user.txt"),
            actions: "",
            adds_box_tokens: false,
        },
        sampling: GREEDY,
        served: &[],
    },
];
