//! What can be typed on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use sightstep_actions::space::Size;
use sightstep_engine::Quantize;
use sightstep_vision::screen::Eyes;

use crate::exit;

/// Reads a screen and acts on it step by step, verifying every action.
#[derive(Debug, Parser)]
#[command(name = "sightstep", version, after_help = exit::HELP, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Say more on standard error (-v: what happens, -vv: why)
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run task files and check what they achieved
    #[command(after_help = exit::HELP, long_about = "\
Run task files and check what they achieved

In GitHub's CI (GITHUB_ACTIONS=true) every task that was not done becomes an annotation of its file.")]
    Run(RunArguments),
    /// Run one goal without a file
    #[command(after_help = "\
Example:
  sightstep do \"Open mousepad. Type 'hello'. Press Ctrl+S.\" --sandbox 1280x800

For the reader a goal is written as steps: click, double-click, right-click, type, clear, choose, tick, untick,
press, scroll, drag, open, wait. A vision-language model (--model) is told it as it stands. Without --sandbox or
--display it acts on the desktop that DISPLAY names.")]
    Do(DoArguments),
    /// Replay recordings without a display or model and name the first difference; with --live on a real screen
    #[command(after_help = "\
Examples:
  sightstep replay runs/20260102-030405-editor
  sightstep replay runs/20260102-030405-editor --model http://127.0.0.1:8000/v1#UI-TARS-1.5-7B
  sightstep replay runs/20260102-030405-editor --live --input file=other.txt

With --model each recorded step is asked again, with the goal and the history as they were. Actions agree by their type, \
by their point within the recorded target (the element that was read there, else the text with 6 pixels around it, else \
24 pixels around the point; for the wheel the window) and by their text. The exit code is 0 where every step agrees, else 1.

With --live the recorded task is set up and what was done is done again, without a model: each target is found by its \
picture and its text, wherever it is now, and each action is verified. The replay is recorded too. Where a target is not \
found the replay ends; with --model that model is asked for it once, and the step is shown as healed.")]
    Replay(ReplayArguments),
    /// Record what a person does with mouse and keyboard, until Ctrl-C or the pointer in the top-left corner
    #[command(after_help = "\
Example:
  sightstep record -o runs/order tasks/order.toml
  sightstep replay runs/order --live
  sightstep recording to-task runs/order -o tasks/order-again.toml

With a task its set-up is done first, and its checks are looked at in the end. Press the Pause key before and after you
type a secret: it is recorded as {secret}. What a field hides behind dots is taken for one too.")]
    Record(RecordArguments),
    /// Work on recordings
    #[command(subcommand)]
    Recording(RecordingCommand),
    /// Write a recording as one HTML page, or a folder of recordings as an index with a page for each
    #[command(after_help = "\
Examples:
  sightstep report runs/20260102-030405-editor
  sightstep report runs/20260102-030405-editor --gif editor.gif
  sightstep report runs

A GIF or a video shows what was seen in order, with a ring where the pointer clicked and a line along its drags.")]
    Report(ReportArguments),
    /// Validate task files without running them
    Check(CheckArguments),
    /// Read a picture: its lines of text and the elements they belong to, as JSON
    Read(ReadArguments),
    /// Show what is seen on the screen, or in a picture: every element with its role, name, value and state
    #[command(after_help = "\
Examples:
  sightstep inspect --html seen.html
  sightstep inspect screen.png

The page of --html shows the picture: point at a thing, or search, to find out what to write in a task.")]
    Inspect(InspectArguments),
    /// Find the place that an instruction names in a picture, as JSON
    Ground(GroundArguments),
    /// List the models that are on this machine, or that a server has
    Models(ModelsArguments),
    /// Say what a model's answer means: a plan, as JSON
    #[command(after_help = "\
Example:
  echo \"Action: click(start_box='(100,200)')\" | sightstep parse --profile ui-tars-1.5 --screen 1920x1080")]
    Parse(ParseArguments),
    /// Say in which size a screenshot is sent to a model, and how many tokens it takes, as JSON
    Resize(ResizeArguments),
    /// Print the messages that a model would be sent, as JSON
    Prompt(PromptArguments),
    /// Ask a vision-language model about pictures; the answer is the most probable one
    #[command(after_help = "\
Example:
  sightstep ask screen.png \"What is the error message?\" --model ~/models/UI-TARS-2B-SFT")]
    Ask(AskArguments),
    /// Look for a needle, parts of a picture, in another picture, as JSON
    Match(MatchArguments),
    /// Judge an action from the pictures before and after it, as JSON
    #[command(after_help = "\
Example:
  sightstep verify before.png after.png --action '{\"type\":\"type\",\"text\":\"hello\"}'

The verdict is confirmed, no_effect, contradicted or unknown; whatever it is, the exit code is 0.")]
    Verify(VerifyArguments),
    /// Look whether everything that a run needs is there
    Doctor,
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Which model, and how it is spoken to.
#[derive(Debug, Clone, Args)]
pub struct ModelOptions {
    /// Who plans: "reader" reads the screen and follows goals written as steps; a folder, or OWNER/NAME of the hub, is a
    /// vision-language model that runs in this process; http(s)://HOST/v1#NAME is a model behind an OpenAI-compatible
    /// server; anthropic#NAME and openai#NAME are those vendors' computer-use models
    #[arg(long, value_name = "M", default_value = "reader")]
    pub model: String,
    /// How a model is spoken to, where its name does not tell
    #[arg(long, value_name = "P")]
    pub profile: Option<String>,
    /// How it is loaded.
    #[command(flatten)]
    pub loading: LoadingOptions,
}

/// How a model that runs in this process is loaded.
#[derive(Debug, Clone, Args)]
pub struct LoadingOptions {
    /// Store the weights in fewer bits, where the model runs in this process: text and pictures in 8, or text in 4 and pictures in 8
    #[arg(long, value_name = "KIND")]
    pub quantize: Option<QuantizeKind>,
    /// What computes a model that runs in this process: auto, cpu or cuda:N
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: String,
}

/// How runs are done.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Who plans.
    #[command(flatten)]
    pub model: ModelOptions,
    /// Run on a private virtual display of this size, such as 1280x800
    #[arg(long, value_name = "WxH", conflicts_with = "display")]
    pub sandbox: Option<String>,
    /// Run on this X display, such as :0
    #[arg(long, value_name = ":N")]
    pub display: Option<String>,
    /// What the screen is seen with: the picture and what programs say of what they show, or the picture alone
    #[arg(long, value_name = "EYES", default_value = "all")]
    pub eyes: EyesKind,
    /// The folder that recordings are written to
    #[arg(long, value_name = "DIR", default_value = "runs")]
    pub runs: PathBuf,
    /// Print every event as a line of JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// Show the screen as it was last looked at, where the terminal draws colours
    #[arg(long, conflicts_with = "json")]
    pub watch: bool,
}

/// `sightstep run`.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// Task files, folders of them, or names of tasks in tasks/ or tasks/examples/
    #[arg(required = true, value_name = "TASK")]
    pub tasks: Vec<String>,
    /// How to run them.
    #[command(flatten)]
    pub options: Options,
    /// How many tasks to run at a time, each on a private display of its own
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: u16,
    /// Run only the K-th of N equal parts of the tasks
    #[arg(long, value_name = "K/N")]
    pub partition: Option<String>,
    /// Write what became of the tasks as JUnit XML, for CI systems
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
}

/// `sightstep do`.
#[derive(Debug, Args)]
pub struct DoArguments {
    /// The goal, written as steps
    pub goal: String,
    /// How to run it.
    #[command(flatten)]
    pub options: Options,
}

/// `sightstep replay`.
#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// Folders of recordings
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// Write what differs into the recording, where its pictures still show what was done
    #[arg(long, conflicts_with_all = ["live", "model"])]
    pub update: bool,
    /// Ask a model again on the recorded pictures, and say how often it agrees; with --live, ask it for targets that are not
    /// found. What `run --model` takes
    #[arg(long, value_name = "M")]
    pub model: Option<String>,
    /// How that model is spoken to, where its name does not tell
    #[arg(long, value_name = "P", requires = "model")]
    pub profile: Option<String>,
    /// How that model is loaded.
    #[command(flatten)]
    pub loading: LoadingOptions,
    /// Do it again on a real screen
    #[arg(long)]
    pub live: bool,
    /// Another value for an input of the recorded task
    #[arg(long = "input", value_name = "NAME=VALUE", requires = "live")]
    pub inputs: Vec<String>,
    /// With --live: on a private virtual display of this size, where it was another one
    #[arg(long, value_name = "WxH", conflicts_with = "display", requires = "live")]
    pub sandbox: Option<String>,
    /// With --live: on this X display
    #[arg(long, value_name = ":N", requires = "live")]
    pub display: Option<String>,
    /// With --live: the folder that its own recording is written to
    #[arg(id = "folder", long = "runs", value_name = "DIR", default_value = "runs")]
    pub folder: PathBuf,
    /// Print every event as a line of JSON on standard output
    #[arg(long)]
    pub json: bool,
}

/// `sightstep record`.
#[derive(Debug, Args)]
pub struct RecordArguments {
    /// A task whose set-up is done first
    #[arg(value_name = "TASK")]
    pub task: Option<String>,
    /// The folder of the recording, which is not there yet
    #[arg(short, long, value_name = "RUN")]
    pub output: PathBuf,
    /// The X display to watch, such as :0; the session's where absent
    #[arg(long, value_name = ":N")]
    pub display: Option<String>,
    /// Print every event as a line of JSON on standard output
    #[arg(long)]
    pub json: bool,
}

/// `sightstep recording`.
#[derive(Debug, Subcommand)]
pub enum RecordingCommand {
    /// Write what was done as a task file in steps that the reader understands
    ToTask(ToTaskArguments),
    /// Write recordings for training: one JSON line a run, with the messages, pictures, actions and the reward
    Export(ExportArguments),
    /// Remove old recordings from a folder of them
    #[command(after_help = "\
Example:
  sightstep recording gc runs --keep 50

Only folders that hold a recording are looked at, and of these only those that Sightstep wrote: a folder with anything in
it besides what a recording has is left alone and named.")]
    Gc(GcArguments),
}

/// `sightstep recording export`.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// Recordings' folders, or folders of recordings
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// Where the lines go; standard output where absent
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Only runs that were done, with all checks holding
    #[arg(long)]
    pub done: bool,
}

/// `sightstep recording gc`.
#[derive(Debug, Args)]
pub struct GcArguments {
    /// The folder of recordings
    #[arg(value_name = "RUNS")]
    pub runs: PathBuf,
    /// Keep the latest N
    #[arg(long, value_name = "N", required_unless_present = "days")]
    pub keep: Option<usize>,
    /// Keep those of the last N days
    #[arg(long, value_name = "N")]
    pub days: Option<u32>,
    /// Say what would be removed and remove nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `sightstep recording to-task`.
#[derive(Debug, Args)]
pub struct ToTaskArguments {
    /// The recording's folder
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// Where the task file goes; standard output where absent
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `sightstep report`.
#[derive(Debug, Args)]
pub struct ReportArguments {
    /// The recording's folder, or a folder of recordings
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// Where the page goes; report.html in the recording's folder, or index.html in the folder of recordings, unless told
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write the recording as a moving GIF instead, 800 pixels wide at most
    #[arg(long, value_name = "FILE")]
    pub gif: Option<PathBuf>,
    /// Write the recording as a video instead, 1280 pixels wide at most; needs ffmpeg
    #[arg(long, value_name = "FILE")]
    pub mp4: Option<PathBuf>,
}

/// `sightstep check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Task files, folders of them, or names of tasks in tasks/ or tasks/examples/
    #[arg(required_unless_present = "schema", value_name = "TASK")]
    pub tasks: Vec<String>,
    /// Print the JSON Schema of task files instead
    #[arg(long)]
    pub schema: bool,
}

/// `sightstep models`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ModelsArguments {
    /// What to do with models of the hub.
    #[command(subcommand)]
    pub command: Option<ModelsCommand>,
    /// A server, such as http://127.0.0.1:8000/v1, or "anthropic" or "openai"; those on this machine when absent
    #[arg(value_name = "URL")]
    pub server: Option<String>,
}

/// What is done with models of the hub.
#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// Fetch a model of the hub; what was fetched before is not fetched again
    #[command(after_help = "\
Example:
  sightstep models pull ByteDance-Seed/UI-TARS-1.5-7B

HF_ENDPOINT names another hub, HF_TOKEN the key for models that need one, HF_HOME another folder to keep them in.")]
    Pull {
        /// The model, as OWNER/NAME
        #[arg(value_name = "M")]
        model: String,
    },
}

/// `sightstep read`.
#[derive(Debug, Args)]
pub struct ReadArguments {
    /// A PNG or JPEG picture
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub image: Option<PathBuf>,
    /// Write the picture with a frame around every element and its id
    #[arg(long, value_name = "FILE", conflicts_with = "jsonl")]
    pub marks: Option<PathBuf>,
    /// Read {"id","image"} lines from standard input and write one result a line
    #[arg(long)]
    pub jsonl: bool,
}

/// `sightstep inspect`.
#[derive(Debug, Args)]
pub struct InspectArguments {
    /// A PNG or JPEG picture; the screen where absent
    #[arg(conflicts_with_all = ["display", "eyes"])]
    pub image: Option<PathBuf>,
    /// The X display to look at, such as :0; the session's where absent
    #[arg(long, value_name = ":N")]
    pub display: Option<String>,
    /// What is looked with: the picture and what programs say of what they show, or the picture alone
    #[arg(long, value_name = "EYES", default_value = "all")]
    pub eyes: EyesKind,
    /// Also write a page to point at and search
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// What a screen is looked at with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum EyesKind {
    /// The picture, and what programs say of what they show
    All,
    /// The picture alone
    Pixels,
}

impl From<EyesKind> for Eyes {
    fn from(kind: EyesKind) -> Self {
        match kind {
            EyesKind::All => Self::All,
            EyesKind::Pixels => Self::Pixels,
        }
    }
}

/// `sightstep ground`.
#[derive(Debug, Args)]
pub struct GroundArguments {
    /// A PNG or JPEG picture
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub image: Option<PathBuf>,
    /// What to find, such as "Click on the Save button"
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub instruction: Option<String>,
    /// Who looks.
    #[command(flatten)]
    pub model: ModelOptions,
    /// Read {"id","image","instruction"} lines from standard input and write one result a line
    #[arg(long)]
    pub jsonl: bool,
}

/// `sightstep parse`.
#[derive(Debug, Args)]
pub struct ParseArguments {
    /// The model profile, such as ui-tars-1.5 or qwen3-vl
    #[arg(long, value_name = "P", required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub profile: Option<String>,
    /// The screenshot's size
    #[arg(long, value_name = "WxH", required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub screen: Option<Size>,
    /// The size of the picture that the model saw, where it is not what the profile's rule gives
    #[arg(long, value_name = "WxH", conflicts_with = "jsonl")]
    pub image: Option<Size>,
    /// The answer; standard input when absent
    #[arg(conflicts_with = "jsonl")]
    pub file: Option<PathBuf>,
    /// Read {"id","profile","text","screen":[w,h],"image":[w,h]|null} lines and write {"id","plan"} or {"id","error"}
    #[arg(long)]
    pub jsonl: bool,
}

/// `sightstep match`.
#[derive(Debug, Args)]
pub struct MatchArguments {
    /// A PNG or JPEG picture
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub image: Option<PathBuf>,
    /// The needle's JSON file; its PNG lies beside it
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl", value_name = "NEEDLE.json")]
    pub needle: Option<PathBuf>,
    /// Read {"id","image","needle"} lines from standard input and write one result a line
    #[arg(long)]
    pub jsonl: bool,
}

/// `sightstep resize`.
#[derive(Debug, Args)]
pub struct ResizeArguments {
    /// The model profile
    #[arg(long, value_name = "P")]
    pub profile: String,
    /// The screenshot's size
    #[arg(value_name = "WxH")]
    pub size: Size,
}

/// `sightstep prompt`.
#[derive(Debug, Args)]
pub struct PromptArguments {
    /// The model profile
    #[arg(long, value_name = "P")]
    pub profile: String,
    /// The goal
    #[arg(long, value_name = "G")]
    pub goal: String,
    /// The folder of a recording, whose steps are the history
    #[arg(long, value_name = "RUN")]
    pub history: Option<PathBuf>,
}

/// `sightstep ask`.
#[derive(Debug, Args)]
#[command(override_usage = "sightstep ask [OPTIONS] --model <PATH> [IMAGE]... <PROMPT>")]
pub struct AskArguments {
    /// Any number of PNG or JPEG pictures, then the prompt
    #[arg(required = true, value_name = "IMAGE... PROMPT", num_args = 1..)]
    pub input: Vec<String>,
    /// The folder of a checkpoint, or OWNER/NAME of the hub: Qwen2-VL, Qwen2.5-VL or Qwen3-VL, or a model made from one
    /// of them
    #[arg(long, value_name = "PATH|ID")]
    pub model: String,
    /// The most tokens of the answer
    #[arg(long, value_name = "N", default_value_t = 1024)]
    pub max_tokens: usize,
    /// How it is loaded.
    #[command(flatten)]
    pub loading: LoadingOptions,
    /// Print {"text","tokens","prompt_tokens","timings"} when the answer is complete
    #[arg(long)]
    pub json: bool,
}

/// How weights are stored in fewer bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum QuantizeKind {
    /// 8.5 bits a weight
    #[value(name = "q8_0")]
    Q8_0,
    /// 4.5 bits a weight
    #[value(name = "q4_k")]
    Q4K,
}

impl From<QuantizeKind> for Quantize {
    fn from(kind: QuantizeKind) -> Self {
        match kind {
            QuantizeKind::Q8_0 => Self::Q8_0,
            QuantizeKind::Q4K => Self::Q4K,
        }
    }
}

/// `sightstep verify`.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// The picture before the action
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub before: Option<PathBuf>,
    /// The picture after it
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub after: Option<PathBuf>,
    /// The action, as plans hold it
    #[arg(long, value_name = "JSON", required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub action: Option<String>,
    /// What should be seen: an expectation or a list of them; without it, what such an action implies
    #[arg(long, value_name = "JSON", conflicts_with = "jsonl")]
    pub expect: Option<String>,
    /// Read {"id","before","after","action","expect"?} lines from standard input and write one result a line
    #[arg(long)]
    pub jsonl: bool,
}
