//! A task file exactly as it may be written. Every field's comment is what editors show.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A Sightstep task: a goal, how to set it up, and what must hold afterwards.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTask {
    /// What is to be done. {name} stands for an input, {work_dir} for the run's folder, {task_dir} for this file's.
    pub goal: String,
    /// Values that the goal and the other fields use as {name}.
    #[serde(default)]
    pub inputs: BTreeMap<String, RawInput>,
    /// Which screen to act on.
    pub screen: Option<RawScreen>,
    /// What is done before the goal, in order.
    #[serde(default)]
    pub setup: Vec<RawSetup>,
    /// When the run is stopped.
    pub limits: Option<RawLimits>,
    /// What may be done.
    pub policy: Option<RawPolicy>,
    /// What must hold afterwards.
    #[serde(default)]
    pub check: Vec<RawCheck>,
    /// What is done afterwards, whatever happened.
    #[serde(default)]
    pub teardown: Vec<RawTeardown>,
}

/// The value of an input.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(untagged, expecting = "expected a text, a number, true or false, or { env = \"NAME\", secret = true }")]
pub enum RawInput {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// A value from the environment, or a secret one.
    Detailed(RawDetailed),
}

/// An input from the environment, or a secret one.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawDetailed {
    /// The environment variable that holds it.
    pub env: Option<String>,
    /// The value itself.
    pub value: Option<String>,
    /// Whether it must never be in a recording, a log or a report.
    #[serde(default)]
    pub secret: bool,
    /// The label of the only field that the secret may be typed into.
    pub field: Option<String>,
}

/// Which screen to act on: a private one, or one that is there.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawScreen {
    /// A private virtual display of this size, such as "1280x800".
    pub sandbox: Option<String>,
    /// An X display, such as ":0".
    pub display: Option<String>,
    /// Only this monitor, counted from 1.
    pub monitor: Option<u32>,
    /// Only this part of the desktop: [x, y, width, height].
    pub region: Option<[i32; 4]>,
    /// The language and country that programs speak, such as "de_DE.UTF-8"; English on a private display where absent.
    pub locale: Option<String>,
}

/// One step of the set-up.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSetup {
    /// Start a program that stays open: its command line.
    pub launch: Option<Vec<String>>,
    /// Run a command to its end: its command line.
    pub run: Option<Vec<String>>,
    /// Variables of its environment, beside those that every program has.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// The folder that it starts in, seen from the run's; the run's own where absent.
    pub cwd: Option<String>,
    /// Wait for this before going on.
    pub wait_for: Option<RawWaitFor>,
}

/// What the set-up waits for: exactly one of text, window, image, file and port.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawWaitFor {
    /// A text on the screen.
    pub text: Option<String>,
    /// A window with this in its title.
    pub window: Option<String>,
    /// A needle on the screen: its JSON file.
    pub image: Option<String>,
    /// A file that exists.
    pub file: Option<String>,
    /// A port of this machine that answers, such as a server's.
    pub port: Option<u16>,
    /// For how long, in seconds; 30 where absent.
    pub seconds: Option<f64>,
}

/// When the run is stopped.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawLimits {
    /// After this many plans; 60 where absent.
    pub steps: Option<u32>,
    /// After this many seconds; 300 where absent.
    pub seconds: Option<u64>,
}

/// What may be done. Rules are an action's name ("open"), "key:alt+f4", "text:*rm -rf*", "app:*term*", "window:*Mail*" or
/// "region:0,0,1280,24". What ends the session or destroys a disk is refused unless allow or confirm names it.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPolicy {
    /// Only this may be done.
    #[serde(default)]
    pub allow: Vec<String>,
    /// This may not be done.
    #[serde(default)]
    pub deny: Vec<String>,
    /// A person is asked before this is done.
    #[serde(default)]
    pub confirm: Vec<String>,
}

/// Something that must hold: exactly one of text, no_text, window, image, file, command, answer, infeasible, all and
/// any, with what belongs to it.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawCheck {
    /// This text is on the screen.
    pub text: Option<String>,
    /// This text is not on the screen.
    pub no_text: Option<String>,
    /// For text and no_text: only in this part of the screen, [x, y, width, height].
    pub region: Option<[i32; 4]>,
    /// A window with this in its title is open.
    pub window: Option<String>,
    /// This needle is found on the screen: its JSON file, such as "{task_dir}/saved.json" with saved.png beside it.
    pub image: Option<String>,
    /// This file exists, or is as the fields beside it say. A relative path is relative to the run's folder.
    pub file: Option<String>,
    /// For file: whether it exists.
    pub exists: Option<bool>,
    /// For file: look at this place of a JSON file, such as "user.names[0]".
    pub json: Option<String>,
    /// This command ends as the fields beside it say.
    pub command: Option<Vec<String>>,
    /// For command: its exit code; 0 where absent.
    pub exit: Option<i32>,
    /// For command: what it prints.
    pub stdout: Option<RawMatch>,
    /// The run's answer is this.
    pub answer: Option<RawMatch>,
    /// Giving up is right: the goal cannot be reached.
    pub infeasible: Option<bool>,
    /// All of these hold.
    pub all: Option<Vec<RawCheck>>,
    /// At least one of these holds.
    pub any: Option<Vec<RawCheck>>,
    /// For file: its whole content, apart from a last newline.
    pub equals: Option<String>,
    /// For file: a part of its content.
    pub contains: Option<String>,
    /// For file: a regular expression that its content matches.
    pub matches: Option<String>,
    /// For how many seconds it is waited for; 5 where absent.
    pub within: Option<f64>,
}

/// How a text must be: exactly one of these.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawMatch {
    /// The whole text, apart from a last newline.
    pub equals: Option<String>,
    /// A part of it.
    pub contains: Option<String>,
    /// A regular expression that it matches.
    pub matches: Option<String>,
}

/// Something that is done afterwards.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTeardown {
    /// Run a command: its command line.
    pub run: Vec<String>,
}
