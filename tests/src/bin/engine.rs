//! What the vision-language engine takes on this machine: encoding a screen, reading a prompt, answering, and the next
//! steps of a conversation. Weights are random and made at run time; the sizes are those of a model of two billion.
//!
//! `engine` makes a checkpoint, measures, and removes it; `engine write FOLDER` only makes it; `engine measure FOLDER
//! q8_0|bf16 TOKENS WxH STEPS_WxH` measures one way of storing the weights, with a picture of the first size and a
//! conversation of pictures of the second, and prints JSON; `engine many STEPS` takes so many steps with a tiny checkpoint
//! and prints the memory before and after the last nine tenths of them.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use image::{Rgb, RgbImage};
use serde::Serialize;
use sightstep_engine::{Content, Engine, LoadOptions, Message, Params, Quantize, Role, Session, Usage};
use sightstep_tests::checkpoint::{self, Sizes};
use sightstep_vision::frame::Frame;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Tokens that are decoded for a figure.
const DECODED: usize = 32;

/// Steps of the conversation: as many pictures as UI-TARS is shown.
const STEPS: u32 = 5;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => {
            let folder = tempfile::tempdir()?;
            write(folder.path())?;
            for stored in ["q8_0", "bf16"] {
                println!("text model in {stored}");
                measured(folder.path(), stored, 512, (1920, 1080), (1920, 1080))?.print();
            }
            Ok(())
        }
        ["write", folder] => write(Path::new(folder)),
        ["measure", folder, stored, tokens, picture, steps] => {
            let figures = measured(Path::new(folder), stored, tokens.parse()?, size(picture)?, size(steps)?)?;
            println!("{}", serde_json::to_string(&figures)?);
            Ok(())
        }
        ["many", steps] => many(steps.parse()?),
        _ => Err("engine | engine write FOLDER | engine measure FOLDER q8_0|bf16 TOKENS WxH STEPS_WxH | \
                  engine many STEPS"
            .into()),
    }
}

fn size(written: &str) -> Outcome<(u32, u32)> {
    let (width, height) = written.split_once('x').ok_or("the picture's size is written WxH")?;
    Ok((width.parse()?, height.parse()?))
}

/// The tiny checkpoint of Qwen2.5-VL.
fn texts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/goldens/qwen2_5_vl")
}

fn write(folder: &Path) -> Outcome<()> {
    Ok(checkpoint::write(folder, &Sizes::TWO_BILLION, &texts())?)
}

/// What was measured; times in seconds.
#[derive(Debug, Default, Serialize)]
struct Figures {
    load: f64,
    /// GiB after loading: of the program's own, and with the mapped files.
    own_memory: f64,
    memory: f64,
    /// Tokens a second.
    prefill: f64,
    decode: f64,
    /// Encoding a picture, and reading the prompt with it, alone.
    encode: f64,
    picture_prompt: f64,
    picture_tokens: usize,
    /// Each step of a conversation up to its first token: with what was read before, and all anew.
    steps: Vec<f64>,
    last_step_anew: f64,
    /// GiB of its own at the end, and the most at any time; what the model had declared.
    last_memory: f64,
    peak_memory: f64,
    declared_weights: f64,
    declared_kv: f64,
}

impl Figures {
    fn print(&self) {
        let steps: Vec<String> = self.steps.iter().map(|seconds| format!("{seconds:.1}")).collect();
        println!("  loading                        {:>8.1} s", self.load);
        println!("  memory of its own              {:>8.2} GiB, with mapped files {:.2}", self.own_memory, self.memory);
        println!("  reading text                   {:>8.1} tokens/s", self.prefill);
        println!("  answering                      {:>8.2} tokens/s", self.decode);
        println!("  encoding the picture           {:>8.2} s", self.encode);
        println!("  reading its {:>5} tokens       {:>8.2} s", self.picture_tokens, self.picture_prompt);
        println!(
            "  steps to the first token       {} s; the last all anew {:.1} s",
            steps.join(", "),
            self.last_step_anew
        );
        println!("  memory of its own at the end   {:>8.2} GiB, at most {:.2}", self.last_memory, self.peak_memory);
        println!(
            "  declared: weights              {:>8.2} GiB, keys and values {:.2}",
            self.declared_weights, self.declared_kv
        );
    }
}

fn measured(folder: &Path, stored: &str, tokens: usize, picture: (u32, u32), steps: (u32, u32)) -> Outcome<Figures> {
    let quantize = match stored {
        "q8_0" => Some(Quantize::Q8_0),
        "bf16" => None,
        other => return Err(format!("{other} is neither q8_0 nor bf16").into()),
    };
    let peak = Peak::watch();
    let start = Instant::now();
    let engine = Engine::load(folder, &LoadOptions { quantize, ..LoadOptions::default() })?;
    let mut figures = Figures { load: start.elapsed().as_secs_f64(), ..Figures::default() };
    (figures.own_memory, figures.memory) = (memory("RssAnon:")?, memory("VmRSS:")?);
    (figures.declared_weights, figures.declared_kv) = (gib(engine.memory().weights), gib(engine.memory().kv));
    // Each of these words is four tokens of the checkpoint's tokenizer.
    let words = "abcd".repeat(tokens / 4);
    let (text, _) = ask(&mut engine.session(), &[user(vec![Content::Text(words)])], DECODED)?;
    figures.prefill = text.prompt_tokens as f64 / text.prompt_seconds;
    figures.decode = (text.answer_tokens.max(2) - 1) as f64 / text.answer_seconds;
    let (usage, _) = ask(&mut engine.session(), &[user(vec![shown(0, picture)])], 2)?;
    figures.encode = usage.picture_seconds;
    figures.picture_prompt = usage.prompt_seconds - usage.picture_seconds;
    figures.picture_tokens = usage.prompt_tokens;
    (figures.steps, figures.last_step_anew) = conversation(&engine, steps)?;
    figures.last_memory = memory("RssAnon:")?;
    figures.peak_memory = peak.end()?;
    Ok(figures)
}

/// Seconds of each step up to its first token, and of the last with all anew.
fn conversation(engine: &Engine, size: (u32, u32)) -> Outcome<(Vec<f64>, f64)> {
    let (mut session, mut messages, mut steps, mut encode) = (engine.session(), Vec::new(), Vec::new(), 0.0);
    for step in 1..=STEPS {
        messages.push(user(vec![shown(step, size), Content::Text("Where?".into())]));
        let (usage, answer) = ask(&mut session, &messages, 2)?;
        if step == 1 {
            encode = usage.picture_seconds;
        }
        steps.push(usage.prompt_seconds);
        // A random answer may hold the model's own marks.
        messages.push(Message::text(Role::Assistant, answer.replace("<|", "< |")));
    }
    messages.pop();
    let again = ask(&mut engine.session(), &messages, 2)?.0;
    // All but the last few pictures are kept encoded: a program that keeps nothing encodes every one.
    Ok((steps, again.prompt_seconds - again.picture_seconds + encode * f64::from(STEPS)))
}

/// Many steps of one conversation that forgets its oldest, as JSON: GiB of its own after a tenth of them and after all.
fn many(steps: u32) -> Outcome<()> {
    let engine = Engine::load(&texts(), &LoadOptions { quantize: Some(Quantize::Q8_0), ..LoadOptions::default() })?;
    let (mut session, mut messages, mut early) = (engine.session(), Vec::new(), 0.0);
    for step in 0..steps {
        if messages.len() >= 2 * STEPS as usize {
            messages.drain(..4);
        }
        messages.push(user(vec![shown(step, (640, 360)), Content::Text("Where?".into())]));
        let (_, answer) = ask(&mut session, &messages, 8)?;
        messages.push(Message::text(Role::Assistant, answer.replace("<|", "< |")));
        if step == steps / 10 {
            early = memory("RssAnon:")?;
        }
    }
    println!("{}", serde_json::json!({ "steps": steps, "early": early, "late": memory("RssAnon:")? }));
    Ok(())
}

/// The most memory of its own that the process has had, looked at every few milliseconds.
struct Peak {
    most: Arc<AtomicU64>,
    end: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<()>,
}

impl Peak {
    fn watch() -> Self {
        let (most, end) = (Arc::<AtomicU64>::default(), Arc::<AtomicBool>::default());
        let (seen, over) = (Arc::clone(&most), Arc::clone(&end));
        let thread = std::thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                let now = memory("RssAnon:").map_or(0, |gib| (gib * f64::from(1 << 20)) as u64);
                seen.fetch_max(now, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        Self { most, end, thread }
    }

    /// GiB.
    fn end(self) -> Outcome<f64> {
        self.end.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| "the thread that looks at the memory ended")?;
        Ok(self.most.load(Ordering::Relaxed) as f64 / f64::from(1 << 20))
    }
}

fn gib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 30)
}

fn user(content: Vec<Content>) -> Message {
    Message { role: Role::User, content }
}

/// A screen like any, of flat areas and edges; from step to step some of it changes.
fn shown(step: u32, (width, height): (u32, u32)) -> Content {
    let changed = |x: u32, y: u32| x / 240 == step % 5 && y < height / 4 + step / 5;
    let pixel = |x: u32, y: u32| {
        let base = [(x / 40) as u8, (y / 30) as u8, ((x ^ y) / 8) as u8];
        Rgb(if changed(x, y) { base.map(|value| 255 - value) } else { base })
    };
    Content::Picture(Frame::from_image(RgbImage::from_fn(width, height, pixel)))
}

fn ask(session: &mut Session, messages: &[Message], max_tokens: usize) -> Outcome<(Usage, String)> {
    // Guesses are right too often where weights are random: a peer that guesses nothing could not be compared.
    let mut answer = session.generate(messages, &Params { max_tokens, draft: false, ..Params::default() })?;
    answer.until(|_| false)?;
    Ok((answer.usage(), answer.text().to_owned()))
}

/// GiB of memory that the process has, by the name of a line of its status.
fn memory(name: &str) -> Outcome<f64> {
    let said = std::fs::read_to_string("/proc/self/status")?;
    let line = said.lines().find_map(|line| line.strip_prefix(name)).ok_or("the system does not say")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse::<f64>()? / f64::from(1 << 20))
}
