//! The attention of some rows to the keys of one head, tile by tile: the keys go by in blocks that stay in the cache, and
//! each row keeps its greatest score, the sum of its weights and the weighted sum of the values so far.

use std::cell::RefCell;

use pulp::{Arch, Simd, WithSimd};
use sightstep_vision::simd::{exp, greatest, total};

use super::{Heads, Shape, Span};
use crate::kernels::matrix::Target;

/// Queries of a tile: with two registers of keys each, their sums fill the registers of AVX2.
const ROWS: usize = 6;

/// Registers of a tile beside each other.
const WIDE: usize = 2;

/// Keys of a block: a power of two.
const KEYS: usize = 256;

/// Some rows, and the heads of queries that one head of keys serves.
pub(super) struct Task<'a> {
    pub shape: Shape,
    pub kv_head: usize,
    pub span: Span,
    pub q: Heads<'a>,
    pub k: Heads<'a>,
    pub v: Heads<'a>,
    /// Where the rows' sums go: all heads of the group.
    pub out: Target<'a>,
}

/// For each query of a tile, its scores or weights.
struct Scores([[f32; KEYS]; ROWS]);

impl Default for Scores {
    fn default() -> Self {
        Self([[0.0; KEYS]; ROWS])
    }
}

thread_local! {
    /// Kept: fresh memory for every token and layer would cost more than a short text's attention.
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

/// What a thread works with.
#[derive(Default)]
struct Buffers {
    /// Tile by tile: for each number of a head, that of every query.
    queries: Vec<[f32; ROWS]>,
    /// Query by query, where there is only one tile.
    single: Vec<f32>,
    /// A tile's scores.
    scores: Scores,
    /// Panels of keys that lie beside each other: for each number of a head, that of every key.
    keys: Vec<f32>,
    /// Panels of numbers that lie beside each other: for each key, its numbers.
    values: Vec<f32>,
    /// For each query, the weighted values so far.
    sums: Vec<f32>,
    /// For each query, its greatest score and the sum of its weights.
    seen: Vec<(f32, f32)>,
}

impl Task<'_> {
    /// Writes the attention.
    pub fn run(self) {
        BUFFERS.with_borrow_mut(|buffers| Arch::new().dispatch(Work { task: self, buffers }));
    }

    fn queries(&self) -> usize {
        self.span.rows.len() * self.shape.group()
    }

    /// How many of the keys from `start` on a query sees; those that fill up the last tile see what the last one does.
    #[inline(always)]
    fn seen(&self, query: usize, start: usize) -> usize {
        let row = query.min(self.queries() - 1) / self.shape.group();
        let unseen = if self.span.causal { self.span.rows.len() - 1 - row } else { 0 };
        (self.span.keys.len() - unseen).saturating_sub(start).min(KEYS)
    }
}

struct Work<'a, 'b> {
    task: Task<'a>,
    buffers: &'b mut Buffers,
}

impl WithSimd for Work<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let tiles = self.start::<S>();
        // Laying out keys costs more than it saves where only one tile sees them.
        let in_place = tiles == 1 && self.task.shape.head.is_multiple_of(WIDE * S::F32_LANES);
        for start in (0..self.task.span.keys.len()).step_by(KEYS) {
            if in_place {
                self.see_in_place(simd, start);
                continue;
            }
            self.lay_out::<S>(start);
            for tile in 0..tiles {
                let seen = self.task.seen(tile * ROWS + ROWS - 1, start);
                if seen > 0 {
                    self.score(simd, tile, seen);
                    self.weigh::<S>(tile, start, seen);
                    self.add(simd, tile, seen);
                }
            }
        }
        self.finish::<S>();
    }
}

impl Work<'_, '_> {
    /// Numbers of a query's sum: whole registers.
    #[inline(always)]
    fn width<S: Simd>(&self) -> usize {
        self.task.shape.head.next_multiple_of(S::F32_LANES)
    }

    /// Fills the buffers for no keys yet; how many tiles there are.
    #[inline(always)]
    fn start<S: Simd>(&mut self) -> usize {
        let width = self.width::<S>();
        let (task, buffers) = (&self.task, &mut *self.buffers);
        let Shape { head, .. } = task.shape;
        let (group, tiles) = (task.shape.group(), task.queries().div_ceil(ROWS));
        let scale = 1.0 / (head as f32).sqrt();
        buffers.single.clear();
        buffers.queries.clear();
        buffers.queries.resize(tiles * head, [0.0; ROWS]);
        for query in 0..task.queries() {
            let row = task.q.row(task.span.rows.start + query / group, task.kv_head * group + query % group, head);
            if tiles == 1 {
                buffers.single.extend(row.iter().map(|value| value * scale));
            }
            let tile = &mut buffers.queries[query / ROWS * head..][..head];
            tile.iter_mut().zip(row).for_each(|(all, value)| all[query % ROWS] = value * scale);
        }
        buffers.keys.resize(KEYS * head, 0.0);
        buffers.values.resize(KEYS * width, 0.0);
        buffers.sums.clear();
        buffers.sums.resize(tiles * ROWS * width, 0.0);
        buffers.seen.clear();
        buffers.seen.resize(tiles * ROWS, (f32::MIN, 0.0));
        tiles
    }

    /// The only tile's scores, weights and values of a block, read where they lie.
    #[inline(always)]
    fn see_in_place<S: Simd>(&mut self, simd: S, start: usize) {
        let (head, queries) = (self.task.shape.head, self.task.queries());
        let seen = self.task.seen(queries - 1, start);
        let first = self.task.span.keys.start + start;
        let Buffers { single, scores, .. } = &mut *self.buffers;
        for n in 0..seen {
            let key = self.task.k.row(first + n, self.task.kv_head, head);
            for (query, scores) in single.chunks_exact(head).zip(&mut scores.0) {
                scores[n] = dot(simd, query, key);
            }
        }
        // A tile's other rows are nobody's.
        scores.0[queries..].as_flattened_mut().fill(0.0);
        self.weigh::<S>(0, start, seen);
        let Buffers { scores, sums, .. } = &mut *self.buffers;
        let weights = (0..seen).map(|key| std::array::from_fn(|row| scores.0[row][key % KEYS]));
        for at in (0..head).step_by(WIDE * S::F32_LANES) {
            let values = (0..seen).map(|n| {
                let row = &self.task.v.row(first + n, self.task.kv_head, head)[at..];
                S::as_simd_f32s(row).0.first_chunk::<WIDE>()
            });
            let sums = &mut sums[at..];
            let mut tile = take::<S, WIDE>(sums, head);
            for (weights, values) in weights.clone().zip(values.flatten()) {
                tile = with_row(simd, weights, values, tile);
            }
            put::<S, WIDE>(&tile, sums, head);
        }
    }

    /// Lays out the keys and values of a block.
    #[inline(always)]
    fn lay_out<S: Simd>(&mut self, start: usize) {
        let (panel, width) = (WIDE * S::F32_LANES, self.width::<S>());
        let (task, buffers) = (&self.task, &mut *self.buffers);
        let head = task.shape.head;
        let count = (task.span.keys.len() - start).min(KEYS);
        for n in 0..count {
            let key = task.span.keys.start + start + n;
            let column = &mut buffers.keys[n / panel * panel * head + n % panel..];
            let row = task.k.row(key, task.kv_head, head);
            row.iter().enumerate().for_each(|(number, value)| column[number * panel] = *value);
            let row = task.v.row(key, task.kv_head, head);
            for (first, part) in row.chunks(panel).enumerate().map(|(n, part)| (n * panel, part)) {
                let wide = panel.min(width - first);
                buffers.values[first * KEYS + n * wide..][..part.len()].copy_from_slice(part);
            }
        }
    }

    /// A tile's scores.
    #[inline(always)]
    fn score<S: Simd>(&mut self, simd: S, tile: usize, seen: usize) {
        let (head, panel) = (self.task.shape.head, WIDE * S::F32_LANES);
        let Buffers { queries, scores, keys, .. } = &mut *self.buffers;
        let queries = &queries[tile * head..][..head];
        for (n, keys) in keys.chunks_exact(panel * head).take(seen.div_ceil(panel)).enumerate() {
            let nothing = [[simd.splat_f32s(0.0); WIDE]; ROWS];
            let sums = product(simd, queries.iter().copied(), keys, nothing);
            put::<S, WIDE>(&sums, &mut scores.0.as_flattened_mut()[n * panel..], KEYS);
        }
    }

    /// Makes weights of a tile's scores, and of what the queries had so far what counts now.
    #[inline(always)]
    fn weigh<S: Simd>(&mut self, tile: usize, start: usize, seen: usize) {
        let width = self.width::<S>();
        let Buffers { scores, sums, seen: rows, .. } = &mut *self.buffers;
        for (n, scores) in scores.0.iter_mut().enumerate() {
            let query = tile * ROWS + n;
            let (scores, unseen) = scores[..seen].split_at_mut(self.task.seen(query, start));
            unseen.fill(0.0);
            if scores.is_empty() {
                continue;
            }
            let (before, weights) = rows[query];
            let most = before.max(greatest(scores));
            scores.iter_mut().for_each(|score| *score = exp(*score - most));
            let left = if most > before { exp(before - most) } else { 1.0 };
            rows[query] = (most, weights * left + total(scores, |score| score));
            if left < 1.0 {
                sums[query * width..][..width].iter_mut().for_each(|sum| *sum *= left);
            }
        }
    }

    /// Adds a tile's weighted values.
    #[inline(always)]
    fn add<S: Simd>(&mut self, simd: S, tile: usize, seen: usize) {
        let (panel, width) = (WIDE * S::F32_LANES, self.width::<S>());
        let Buffers { scores, values, sums, .. } = &mut *self.buffers;
        let sums = &mut sums[tile * ROWS * width..][..ROWS * width];
        // The remainder tells the compiler what is so anyway.
        let weights = (0..seen).map(|key| std::array::from_fn(|row| scores.0[row][key % KEYS]));
        for first in (0..width).step_by(panel) {
            let (values, sums, weights) = (&values[first * KEYS..], &mut sums[first..], weights.clone());
            if width - first >= panel {
                let so_far = take::<S, WIDE>(sums, width);
                put::<S, WIDE>(&product(simd, weights, &values[..seen * panel], so_far), sums, width);
            } else {
                let so_far = take::<S, 1>(sums, width);
                put::<S, 1>(&product(simd, weights, &values[..seen * S::F32_LANES], so_far), sums, width);
            }
        }
    }

    /// Writes the queries' sums.
    #[inline(always)]
    fn finish<S: Simd>(self) {
        let width = self.width::<S>();
        let (mut task, Buffers { sums, seen, .. }) = (self.task, self.buffers);
        let (group, head, queries) = (task.shape.group(), task.shape.head, task.queries());
        for (query, (sums, (_, weights))) in sums.chunks_mut(width).zip(seen).take(queries).enumerate() {
            let share = 1.0 / *weights;
            sums.iter_mut().for_each(|sum| *sum *= share);
            task.out.put(query / group, query % group * head, &sums[..head]);
        }
    }
}

/// Sums of a tile: W registers for each row.
type Tile<S, const W: usize> = [[<S as Simd>::f32s; W]; ROWS];

/// The sums, with the product of a tile of rows, given column by column, and a panel added.
#[inline(always)]
fn product<S: Simd, const W: usize>(
    simd: S,
    rows: impl Iterator<Item = [f32; ROWS]>,
    panel: &[f32],
    mut sums: Tile<S, W>,
) -> Tile<S, W> {
    for (rows, panel) in rows.zip(S::as_simd_f32s(panel).0.as_chunks::<W>().0) {
        sums = with_row(simd, rows, panel, sums);
    }
    sums
}

/// The sums, with a column's numbers times a panel's row of W registers added.
#[inline(always)]
fn with_row<S: Simd, const W: usize>(
    simd: S,
    column: [f32; ROWS],
    panel: &[S::f32s; W],
    mut sums: Tile<S, W>,
) -> Tile<S, W> {
    for row in 0..ROWS {
        let number = simd.splat_f32s(column[row]);
        for n in 0..W {
            sums[row][n] = simd.mul_add_f32s(number, panel[n], sums[row][n]);
        }
    }
    sums
}

/// The sum of the products of two rows of whole registers.
#[inline(always)]
fn dot<S: Simd>(simd: S, a: &[f32], b: &[f32]) -> f32 {
    let nothing = simd.splat_f32s(0.0);
    let pairs = S::as_simd_f32s(a).0.iter().zip(S::as_simd_f32s(b).0);
    simd.reduce_sum_f32s(pairs.fold(nothing, |sum, (a, b)| simd.mul_add_f32s(*a, *b, sum)))
}

/// Reads a tile from rows that are `step` apart.
#[inline(always)]
fn take<S: Simd, const W: usize>(rows: &[f32], step: usize) -> Tile<S, W> {
    std::array::from_fn(|row| {
        let numbers = S::as_simd_f32s(&rows[row * step..][..W * S::F32_LANES]).0;
        std::array::from_fn(|n| numbers[n])
    })
}

/// Writes a tile into rows that are `step` apart.
#[inline(always)]
fn put<S: Simd, const W: usize>(tile: &Tile<S, W>, rows: &mut [f32], step: usize) {
    for (row, tile) in tile.iter().enumerate() {
        S::as_mut_simd_f32s(&mut rows[row * step..][..W * S::F32_LANES]).0.copy_from_slice(tile);
    }
}
