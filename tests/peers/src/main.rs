//! llama.cpp's figures for a model: reading text, answering, encoding a picture and reading its tokens, as JSON.
//!
//! `sightstep-peers MODEL.gguf MMPROJ.gguf TOKENS WxH`

use std::error::Error;
use std::ffi::CString;
use std::time::Instant;

use llama_cpp_sys_2::*;
use serde_json::json;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Tokens that are decoded for a figure, as in `engine`.
const DECODED: usize = 32;

/// Tokens that are read at a time, as in `engine`.
const CHUNK: usize = 512;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, mmproj, tokens, size] = &arguments[..] else {
        return Err("sightstep-peers MODEL.gguf MMPROJ.gguf TOKENS WxH".into());
    };
    let (width, height) = size.split_once('x').ok_or("the picture's size is written WxH")?;
    let (width, height) = (width.parse()?, height.parse()?);
    let threads = i32::try_from(std::thread::available_parallelism()?.get())?;
    let peer = Peer::load(model, threads)?;
    let (prefill, decode) = peer.text(tokens.parse()?)?;
    let (encode, picture_prompt, picture_tokens) = peer.picture(mmproj, width, height, threads)?;
    let figures = json!({
        "prefill": prefill, "decode": decode, "encode": encode, "picture_prompt": picture_prompt,
        "picture_tokens": picture_tokens,
    });
    println!("{figures}");
    Ok(())
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

    /// Seconds for encoding a picture and for reading its tokens, and how many these are.
    fn picture(&self, mmproj: &str, width: u32, height: u32, threads: i32) -> Outcome<(f64, f64, usize)> {
        let path = CString::new(mmproj)?;
        let text = CString::new("<__media__>")?;
        let pixels = pixels(width, height);
        // SAFETY: as above; what the calls point to lives until the end of this function.
        unsafe {
            let mut params = mtmd_context_params_default();
            params.use_gpu = false;
            params.n_threads = threads;
            params.warmup = false;
            params.print_timings = false;
            let pictures = mtmd_init_from_file(path.as_ptr(), self.model, params);
            if pictures.is_null() {
                return Err("the pictures' weights cannot be loaded".into());
            }
            let bitmap = mtmd_bitmap_init(width, height, pixels.as_ptr());
            let said =
                mtmd_input_text { text: text.as_ptr(), text_len: 11, add_special: false, parse_special: true };
            let chunks = mtmd_input_chunks_init();
            let bitmaps = [bitmap.cast_const()];
            if mtmd_tokenize(pictures, chunks, &said, bitmaps.as_ptr(), 1) != 0 {
                return Err("the picture cannot be taken".into());
            }
            let all = (0..mtmd_input_chunks_size(chunks)).map(|n| mtmd_input_chunks_get(chunks, n));
            let is_picture = |chunk: &*const _| mtmd_input_chunk_get_type(*chunk) == MTMD_INPUT_CHUNK_TYPE_IMAGE;
            let chunk = all.into_iter().find(is_picture).ok_or("there is no picture in the prompt")?;
            let start = Instant::now();
            if mtmd_encode_chunk(pictures, chunk) != 0 {
                return Err("the picture cannot be encoded".into());
            }
            let encode = start.elapsed().as_secs_f64();
            llama_memory_clear(llama_get_memory(self.context), true);
            let start = Instant::now();
            let (embedded, mut past) = (mtmd_get_output_embd(pictures), 0);
            let code = mtmd_helper_decode_image_chunk(
                pictures,
                self.context,
                chunk,
                embedded,
                0,
                0,
                CHUNK as i32,
                &mut past,
                None,
                std::ptr::null_mut(),
            );
            if code != 0 {
                return Err(format!("reading the picture fails with {code}").into());
            }
            Ok((encode, start.elapsed().as_secs_f64(), mtmd_input_chunk_get_n_tokens(chunk)))
        }
    }
}

/// The picture that `engine` shows first.
fn pixels(width: u32, height: u32) -> Vec<u8> {
    let pixel = |x: u32, y: u32| {
        let base = [(x / 40) as u8, (y / 30) as u8, ((x ^ y) / 8) as u8];
        if x < 240 && y < height / 4 { base.map(|value| 255 - value) } else { base }
    };
    (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect()
}
