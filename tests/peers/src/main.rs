//! llama.cpp's figures for a model: reading text, answering, encoding a picture and reading its tokens, the fifth step of a
//! conversation; as JSON.
//!
//! `sightstep-peers MODEL.gguf MMPROJ.gguf TOKENS WxH STEPS_WxH`

use std::error::Error;
use std::ffi::CString;
use std::time::Instant;

use llama_cpp_sys_2::*;
use serde_json::json;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Tokens that are decoded for a figure, as in `engine`.
const DECODED: usize = 32;

/// Steps of the conversation, as in `engine`.
const STEPS: u32 = 5;

/// Tokens that are read at a time, as in `engine`.
const CHUNK: usize = 512;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, mmproj, tokens, picture, steps] = &arguments[..] else {
        return Err("sightstep-peers MODEL.gguf MMPROJ.gguf TOKENS WxH STEPS_WxH".into());
    };
    let threads = i32::try_from(std::thread::available_parallelism()?.get())?;
    let peer = Peer::load(model, threads)?;
    let (prefill, decode) = peer.text(tokens.parse()?)?;
    let pictures = Pictures::load(&peer, mmproj, threads)?;
    let [encode, picture_prompt] = pictures.one(size(picture)?)?;
    let (step_anew, step_kept) = pictures.steps(size(steps)?)?;
    let figures = json!({
        "prefill": prefill, "decode": decode, "encode": encode, "picture_prompt": picture_prompt,
        "step_anew": step_anew, "step_kept": step_kept,
    });
    println!("{figures}");
    Ok(())
}

fn size(written: &str) -> Outcome<(u32, u32)> {
    let (width, height) = written.split_once('x').ok_or("the picture's size is written WxH")?;
    Ok((width.parse()?, height.parse()?))
}

/// A loaded model; it lives as long as the process.
struct Peer {
    model: *mut llama_model,
    context: *mut llama_context,
}

impl Peer {
    fn load(path: &str, threads: i32) -> Outcome<Self> {
        let path = CString::new(path)?;
        // SAFETY: the library's own calls with its own defaults; pointers are checked before they are used.
        unsafe {
            llama_backend_init();
            let model = llama_model_load_from_file(path.as_ptr(), llama_model_default_params());
            if model.is_null() {
                return Err("the model cannot be loaded".into());
            }
            let mut params = llama_context_default_params();
            params.n_ctx = 16_384;
            params.n_batch = CHUNK as u32;
            params.n_ubatch = CHUNK as u32;
            params.n_threads = threads;
            params.n_threads_batch = threads;
            let context = llama_init_from_model(model, params);
            if context.is_null() { Err("there is no context".into()) } else { Ok(Self { model, context }) }
        }
    }

    /// Tokens a second, of reading and of answering.
    fn text(&self, tokens: usize) -> Outcome<(f64, f64)> {
        let mut prompt: Vec<llama_token> = (0..tokens).map(|n| 64 + (n % 26) as llama_token).collect();
        let start = Instant::now();
        for part in prompt.chunks_mut(CHUNK) {
            self.read(part)?;
        }
        let prefill = tokens as f64 / start.elapsed().as_secs_f64();
        let start = Instant::now();
        for _ in 0..DECODED {
            let mut next = [self.best()?];
            self.read(&mut next)?;
        }
        Ok((prefill, DECODED as f64 / start.elapsed().as_secs_f64()))
    }

    fn read(&self, tokens: &mut [llama_token]) -> Outcome<()> {
        // SAFETY: the batch borrows the tokens only during the call.
        let code = unsafe { llama_decode(self.context, llama_batch_get_one(tokens.as_mut_ptr(), tokens.len() as i32)) };
        if code == 0 { Ok(()) } else { Err(format!("decoding fails with {code}").into()) }
    }

    /// The best next token.
    fn best(&self) -> Outcome<llama_token> {
        // SAFETY: the last token's logits are as many as the vocabulary has tokens.
        let logits = unsafe {
            let count = llama_vocab_n_tokens(llama_model_get_vocab(self.model)) as usize;
            std::slice::from_raw_parts(llama_get_logits_ith(self.context, -1), count)
        };
        let best = logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).ok_or("no logits")?;
        Ok(best.0 as llama_token)
    }
}

/// The pictures' weights.
struct Pictures<'a> {
    peer: &'a Peer,
    context: *mut mtmd_context,
}

impl<'a> Pictures<'a> {
    fn load(peer: &'a Peer, path: &str, threads: i32) -> Outcome<Self> {
        let path = CString::new(path)?;
        // SAFETY: the library's own call with its own defaults; the pointer is checked.
        let context = unsafe {
            let mut params = mtmd_context_params_default();
            params.use_gpu = false;
            params.n_threads = threads;
            params.warmup = false;
            params.print_timings = false;
            mtmd_init_from_file(path.as_ptr(), peer.model, params)
        };
        if context.is_null() { Err("the pictures' weights cannot be loaded".into()) } else { Ok(Self { peer, context }) }
    }

    /// Seconds for encoding a picture and for reading its tokens.
    fn one(&self, size: (u32, u32)) -> Outcome<[f64; 2]> {
        let read = self.read("<__media__>", &[pixels(0, size)], size)?;
        read.into_iter().find(|[encode, _]| *encode > 0.0).ok_or_else(|| "there is no picture in the prompt".into())
    }

    /// Seconds of the fifth step of a conversation up to its first token: all anew, as the library's helper does it, and
    /// as it would be had all that came before been kept.
    fn steps(&self, size: (u32, u32)) -> Outcome<(f64, f64)> {
        let turn = "<|im_start|>user\n<__media__>Where?<|im_end|>\n<|im_start|>assistant\n";
        let prompt = vec![turn; STEPS as usize].join("ab<|im_end|>\n");
        let pictures: Vec<_> = (1..=STEPS).map(|step| pixels(step, size)).collect();
        let read = self.read(&prompt, &pictures, size)?;
        let seconds = |part: &[[f64; 2]]| part.iter().flatten().sum::<f64>();
        let last = read.iter().rposition(|[encode, _]| *encode > 0.0).ok_or("there is no picture in the prompt")?;
        Ok((seconds(&read), seconds(&read[last..])))
    }

    /// Reads a prompt with pictures from its start: of each part, seconds for encoding and for reading it.
    fn read(&self, prompt: &str, pictures: &[Vec<u8>], (width, height): (u32, u32)) -> Outcome<Vec<[f64; 2]>> {
        let text = CString::new(prompt)?;
        let (length, lctx) = (prompt.len(), self.peer.context);
        let mut read = Vec::new();
        // SAFETY: pointers that the library gives are used as it says; what the calls point to lives until the end of
        // this function.
        unsafe {
            llama_memory_clear(llama_get_memory(lctx), true);
            let bitmap = |pixels: &Vec<u8>| mtmd_bitmap_init(width, height, pixels.as_ptr()).cast_const();
            let mut bitmaps: Vec<_> = pictures.iter().map(bitmap).collect();
            let said =
                mtmd_input_text { text: text.as_ptr(), text_len: length, add_special: false, parse_special: true };
            let chunks = mtmd_input_chunks_init();
            if mtmd_tokenize(self.context, chunks, &said, bitmaps.as_mut_ptr(), bitmaps.len()) != 0 {
                return Err("the prompt cannot be taken".into());
            }
            let mut past = 0;
            for n in 0..mtmd_input_chunks_size(chunks) {
                let chunk = mtmd_input_chunks_get(chunks, n);
                let picture = mtmd_input_chunk_get_type(chunk) == MTMD_INPUT_CHUNK_TYPE_IMAGE;
                let start = Instant::now();
                if picture && mtmd_encode_chunk(self.context, chunk) != 0 {
                    return Err("the picture cannot be encoded".into());
                }
                let encode = if picture { start.elapsed().as_secs_f64() } else { 0.0 };
                let (start, batch, before) = (Instant::now(), CHUNK as i32, past);
                let code = if picture {
                    let embedded = mtmd_get_output_embd(self.context);
                    let none = std::ptr::null_mut();
                    mtmd_helper_decode_image_chunk(
                        self.context, lctx, chunk, embedded, before, 0, batch, &mut past, None, none,
                    )
                } else {
                    mtmd_helper_eval_chunk_single(self.context, lctx, chunk, before, 0, batch, true, &mut past)
                };
                if code != 0 {
                    return Err(format!("reading the prompt fails with {code}").into());
                }
                read.push([encode, start.elapsed().as_secs_f64()]);
            }
        }
        Ok(read)
    }
}

/// The picture that `engine` shows in this step.
fn pixels(step: u32, (width, height): (u32, u32)) -> Vec<u8> {
    let pixel = |x: u32, y: u32| {
        let base = [(x / 40) as u8, (y / 30) as u8, ((x ^ y) / 8) as u8];
        if x / 240 == step % 5 && y < height / 4 + step / 5 { base.map(|value| 255 - value) } else { base }
    };
    (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect()
}
