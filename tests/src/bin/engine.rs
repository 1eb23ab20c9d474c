//! What the vision-language engine takes on this machine: encoding a screen, reading a prompt, answering, and the next
//! step of a conversation. Weights are random and made at run time; the sizes are those of a model of two billion.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use image::{Rgb, RgbImage};
use sightstep_tests::checkpoint::{self, Sizes};
use sightstep_vision::frame::Frame;
use sightstep_vision::vlm::{Content, Engine, LoadOptions, Message, Params, Quantize, Role, Session, Usage};

/// Tokens that are decoded for a figure.
const DECODED: usize = 32;

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let given = std::env::args().nth(1).map(PathBuf::from);
    let folder = match &given {
        Some(folder) => folder.as_path(),
        None => {
            let texts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vision/goldens/qwen2_5_vl");
            checkpoint::write(folder.path(), &Sizes::TWO_BILLION, &texts)?;
            folder.path()
        }
    };
    for quantize in [Some(Quantize::Q8_0), None] {
        with(folder, quantize)?;
    }
    Ok(())
}

fn with(folder: &Path, quantize: Option<Quantize>) -> Result<(), Box<dyn Error>> {
    println!("{}", quantize.map_or("text model in f32".into(), |quantize| format!("text model in {quantize:?}")));
    let start = Instant::now();
    let engine = Engine::load(folder, &LoadOptions { quantize, ..LoadOptions::default() })?;
    println!("  loading                       {:>8.1} s", start.elapsed().as_secs_f64());
    println!("  memory                        {:>8.2} GiB", resident()?);
    let mut session = engine.session();
    let words = "the button ".repeat(250);
    let (text, _) = ask(&mut session, &[user(vec![Content::Text(words)])], DECODED)?;
    println!(
        "  reading {:>5} tokens of text   {:>8.1} tokens/s",
        text.prompt_tokens,
        text.prompt_tokens as f64 / text.prompt_seconds
    );
    println!("  answering                     {:>8.2} tokens/s", (text.answer_tokens - 1) as f64 / text.answer_seconds);
    let mut messages = vec![user(vec![shown(1), Content::Text("Where?".into())])];
    let (cold, answer) = ask(&mut engine.session(), &messages, DECODED)?;
    println!("  encoding 1920x1080            {:>8.2} s", cold.picture_seconds);
    println!(
        "  reading  {:>5} tokens, of these {} reused: {:.2} s",
        cold.prompt_tokens,
        cold.reused_tokens,
        cold.prompt_seconds - cold.picture_seconds
    );
    let mut session = engine.session();
    ask(&mut session, &messages, DECODED)?;
    messages.push(Message { role: Role::Assistant, content: vec![Content::Text(answer)] });
    messages.push(user(vec![shown(2)]));
    let (next, _) = ask(&mut session, &messages, DECODED)?;
    println!(
        "  the next step: {} tokens, of these {} reused: {:.2} s to the first token",
        next.prompt_tokens, next.reused_tokens, next.prompt_seconds
    );
    println!("  memory                        {:>8.2} GiB", resident()?);
    Ok(())
}

fn user(content: Vec<Content>) -> Message {
    Message { role: Role::User, content }
}

/// A screen like any: flat areas and edges.
fn shown(seed: u32) -> Content {
    let pixel = |x: u32, y: u32| Rgb([(x / 40 + seed * 9) as u8, (y / 30) as u8, ((x ^ y) / 8) as u8]);
    Content::Picture(Frame::from_image(RgbImage::from_fn(1920, 1080, pixel)))
}

fn ask(session: &mut Session, messages: &[Message], max_tokens: usize) -> Result<(Usage, String), Box<dyn Error>> {
    let mut answer = session.generate(messages, &Params { max_tokens, ..Params::default() })?;
    answer.until(|_| false)?;
    Ok((answer.usage(), answer.text().to_owned()))
}

/// GiB of memory that the process has.
fn resident() -> Result<f64, Box<dyn Error>> {
    let said = std::fs::read_to_string("/proc/self/status")?;
    let line = said.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse::<f64>()? / f64::from(1 << 20))
}
