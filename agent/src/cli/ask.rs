//! `ask`: one answer of a model that is loaded in this process.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use sightstep_engine::{Answer, Content, Engine, Message, Params, Role};

use super::arguments::AskArguments;
use super::{Failure, image, models};
use crate::exit::Exit;

/// `sightstep ask`.
pub fn ask(arguments: &AskArguments) -> Result<Exit, Failure> {
    let message = message(&arguments.input)?;
    let start = Instant::now();
    let folder = models::checkpoint(&arguments.model)?;
    let options = models::loading(&arguments.loading)?;
    let engine = models::watched(|watch| Engine::load_watched(&folder, &options, watch))?;
    let loading = start.elapsed();
    let params = Params { max_tokens: arguments.max_tokens, ..Params::default() };
    let mut session = engine.session();
    let mut answer = session.generate(&[message], &params).map_err(|e| Failure::environment(&e))?;
    if arguments.json {
        answer.until(|_| false).map_err(|e| Failure::environment(&e))?;
        println!("{}", as_json(&answer, loading));
    } else {
        stream(&mut answer)?;
    }
    Ok(Exit::Done)
}

/// The pictures, then the prompt: the last of what was typed.
fn message(input: &[String]) -> Result<Message, Failure> {
    let (prompt, images) = input.split_last().ok_or_else(|| Failure::usage("there is no prompt".into()))?;
    let pictures = images.iter().map(|path| image::picture(Path::new(path)).map(Content::Picture));
    let mut content = pictures.collect::<Result<Vec<_>, _>>()?;
    content.push(Content::Text(prompt.clone()));
    Ok(Message { role: Role::User, content })
}

/// Writes the answer as it comes.
fn stream(answer: &mut Answer) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for piece in answer {
        let piece = piece.map_err(|e| Failure::environment(&e))?;
        // Whoever reads may have had enough: then there is no one left to tell.
        if write!(out, "{}", piece.text).and_then(|()| out.flush()).is_err() {
            return Ok(());
        }
    }
    let _ = writeln!(out);
    Ok(())
}

fn as_json(answer: &Answer, loading: Duration) -> serde_json::Value {
    let usage = answer.usage();
    json!({
        "text": answer.text(),
        "tokens": answer.tokens(),
        "prompt_tokens": usage.prompt_tokens,
        "timings": {
            "load_seconds": loading.as_secs_f64(),
            "picture_seconds": usage.picture_seconds,
            "prompt_seconds": usage.prompt_seconds,
            "answer_seconds": usage.answer_seconds,
        },
    })
}
