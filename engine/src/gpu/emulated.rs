//! Tests of the card's kernels: compiled as C, they run on the processor and are compared with the engine's own loops.

use std::path::Path;
use std::process::Command;

use candle_core::{Device, Tensor};
use libloading::{Library, Symbol};

use super::check::numbers;
use super::operations::{Attend, Normalise, Turn};
use super::tiles::tiles;
use super::{Steps, activated, gated};
use crate::kernels::activation::Activation;
use crate::kernels::attention::{Shape, Span};

const TOLERANCE: f32 = 2e-6;

struct Kernels {
    library: Library,
    _folder: tempfile::TempDir,
}

impl Kernels {
    fn compiled() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/gpu/emulated.c");
        let path = folder.path().join("kernels.so");
        let mut compiler = Command::new("cc");
        compiler.args(["-O1", "-shared", "-fPIC", "-o"]).arg(&path).arg(source).args(["-lm", "-lpthread"]);
        assert!(compiler.status().expect("a C compiler").success());
        // SAFETY: it was compiled from our own source, and does nothing when it is loaded.
        Self { library: unsafe { Library::new(&path) }.unwrap(), _folder: folder }
    }

    fn function<T>(&self, name: &str) -> Symbol<'_, T> {
        // SAFETY: the callers name the type that emulated.c gives the function.
        unsafe { self.library.get(name.as_bytes()) }.unwrap()
    }
}

fn tensor(numbers: &[f32], rows: usize) -> Tensor {
    Tensor::from_vec(numbers.to_vec(), (rows, numbers.len() / rows), &Device::Cpu).unwrap()
}

fn all(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

/// The greatest difference.
fn far(found: &[f32], right: &[f32]) -> f32 {
    assert_eq!(found.len(), right.len());
    found
        .iter()
        .zip(right)
        .fold(0.0, |most: f32, (a, b)| if a.is_nan() { f32::INFINITY } else { most.max((a - b).abs()) })
}

/// Rows of what is normalised, turned and activated.
const ROWS: usize = 5;

#[test]
fn rows_are_normalised_as_by_the_processor() {
    type Norms = unsafe extern "C" fn(i32, *const f32, *const f32, *const f32, *mut f32, i32, f32);
    let kernels = Kernels::compiled();
    let normalise = kernels.function::<Norms>("emulate_normalise");
    for width in [8, 128, 300] {
        let (x, weight, bias) = (numbers(ROWS * width, 1), numbers(width, 2), numbers(width, 3));
        for has_bias in [false, true] {
            let operation = Normalise { has_bias, eps: 1e-6 };
            let row = |numbers: &[f32]| Tensor::new(numbers, &Device::Cpu).unwrap();
            let right = tensor(&x, ROWS).apply_op3_no_bwd(&row(&weight), &row(&bias), &operation).unwrap();
            let mut found = vec![f32::NAN; ROWS * width];
            let bias = if has_bias { bias.as_ptr() } else { std::ptr::null() };
            // SAFETY: the kernel reads and writes so many rows of this width, which all of these have.
            unsafe {
                normalise(ROWS as i32, x.as_ptr(), weight.as_ptr(), bias, found.as_mut_ptr(), width as i32, 1e-6)
            };
            assert!(far(&found, &all(&right)) < TOLERANCE, "norm of {width}, bias: {has_bias}");
        }
    }
}

#[test]
fn heads_are_turned_as_by_the_processor() {
    type Turns = unsafe extern "C" fn(i32, *const f32, *const f32, *const f32, *mut f32, i32, i32);
    let kernels = Kernels::compiled();
    let turn = kernels.function::<Turns>("emulate_turn");
    for (heads, pairs) in [(1, 4), (3, 64), (14, 32)] {
        let width = heads * 2 * pairs;
        let (x, angles) = (numbers(ROWS * width, 1), numbers(ROWS * pairs, 2));
        let (cosines, sines): (Vec<f32>, Vec<f32>) = angles.iter().map(|angle| (angle.cos(), angle.sin())).unzip();
        let right = tensor(&x, ROWS).apply_op3_no_bwd(&tensor(&cosines, ROWS), &tensor(&sines, ROWS), &Turn).unwrap();
        let mut found = vec![f32::NAN; x.len()];
        let (heads, pairs) = (heads as i32, pairs as i32);
        // SAFETY: as above; the tables have a number for each pair of each row.
        unsafe { turn(ROWS as i32, x.as_ptr(), cosines.as_ptr(), sines.as_ptr(), found.as_mut_ptr(), heads, pairs) };
        assert!(far(&found, &all(&right)) < TOLERANCE, "{heads} heads of {pairs} pairs");
    }
}

#[test]
fn rows_are_activated_as_by_the_processor() {
    type Acts = unsafe extern "C" fn(i32, *const f32, *mut f32, i32, i32, i32);
    let kernels = Kernels::compiled();
    let activate = kernels.function::<Acts>("emulate_activate");
    for activation in [Activation::Silu, Activation::QuickGelu, Activation::TanhGelu, Activation::Gelu] {
        let width = 200;
        let x: Vec<f32> = numbers(ROWS * 2 * width, 1).iter().map(|x| 4.0 * x).collect();
        for is_gated in [false, true] {
            let right = if is_gated {
                gated(activation, &tensor(&x, ROWS))
            } else {
                activated(activation, &tensor(&x, 2 * ROWS))
            };
            let right = all(&right.unwrap());
            let (count, mut found) = (right.len() / width, vec![f32::NAN; right.len()]);
            // SAFETY: as above.
            unsafe {
                activate(
                    count as i32,
                    x.as_ptr(),
                    found.as_mut_ptr(),
                    width as i32,
                    activation as i32,
                    is_gated.into(),
                );
            }
            assert!(far(&found, &right) < 4e-6, "{activation:?}, gated: {is_gated}: {}", far(&found, &right));
        }
    }
}

#[test]
fn attention_is_that_of_the_processor() {
    let kernels = Kernels::compiled();
    #[rustfmt::skip]
    type Attends = unsafe extern "C" fn(
        i32, *const f32, *const f32, *const f32, *const i32, *mut f32, i32, i32, i32, i32, i64,
    );
    let attend = kernels.function::<Attends>("emulate_attend");
    let span = |rows, keys, causal| Span { rows, keys, causal };
    let cases = [
        (40, vec![span(0..40, 0..70, true)]),
        (1, vec![span(0..1, 0..70, true)]),
        (70, vec![span(0..70, 0..70, false)]),
        (70, vec![span(0..33, 0..33, false), span(33..34, 33..34, false), span(34..70, 34..70, false)]),
    ];
    let (stored, capacity) = (70, 80);
    for (heads, kv_heads, head) in [(4, 2, 8), (2, 2, 80), (3, 1, 128)] {
        for (rows, spans) in &cases {
            let shape = Shape { heads, kv_heads, head };
            let q = numbers(rows * heads * head, 1);
            let [k, v] = [2, 3].map(|seed| numbers(kv_heads * capacity * head, seed));
            let steps = Steps { row: head, head: capacity * head };
            let operation = Attend { shape, steps, spans: spans.clone() };
            let lying = |numbers: &[f32]| tensor(numbers, kv_heads);
            let right = tensor(&q, *rows).apply_op3_no_bwd(&lying(&k), &lying(&v), &operation).unwrap();
            let (tiles, mut found) = (tiles(spans), vec![f32::NAN; q.len()]);
            let sizes = [heads, heads / kv_heads, head, steps.row].map(|size| size as i32);
            // SAFETY: the tiles name rows of the queries and of the stored keys, and no others.
            unsafe {
                attend(
                    (tiles.len() / 5) as i32,
                    q.as_ptr(),
                    k.as_ptr(),
                    v.as_ptr(),
                    tiles.as_ptr(),
                    found.as_mut_ptr(),
                    sizes[0],
                    sizes[1],
                    sizes[2],
                    sizes[3],
                    steps.head as i64,
                );
            }
            let error = far(&found, &all(&right));
            assert!(error < TOLERANCE && stored <= capacity, "{shape:?}, {spans:?}: {error}");
        }
    }
}
