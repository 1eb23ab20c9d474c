//! Attention over rows that may be many: block by block, never all scores at once.

use std::ops::Range;

use rayon::prelude::*;

use super::matrix::{Target, View};
use super::simd;

/// Rows of heads in memory: the numbers of one head of one row lie beside each other.
#[derive(Clone, Copy)]
pub(super) struct Heads<'a> {
    pub values: &'a [f32],
    /// From a row to the next.
    pub row_step: usize,
    /// From a head to the next.
    pub head_step: usize,
}

/// The sizes of an attention.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Heads of queries.
    pub heads: usize,
    /// Heads of keys and values; each serves as many heads of queries.
    pub kv_heads: usize,
    /// Numbers of a head.
    pub head: usize,
}

/// Rows of queries that see the same keys.
#[derive(Debug, Clone)]
pub(super) struct Span {
    pub rows: Range<usize>,
    pub keys: Range<usize>,
    /// Whether the last row sees all keys, the one before it all but the last, and so on.
    pub causal: bool,
}

/// Rows of queries that are worked on at a time: their scores fit into the cache with some thousand keys.
const BLOCK: usize = 64;

/// Softmax(q · kᵀ / √head) · v for the spans, which follow each other and make up all rows: [rows, heads · head].
pub(super) fn attend(shape: Shape, q: Heads, k: Heads, v: Heads, spans: &[Span]) -> Vec<f32> {
    let rows = spans.last().map_or(0, |span| span.rows.end);
    let width = shape.heads * shape.head;
    let mut out = vec![0f32; rows * width];
    if rows == 1 {
        one_row(shape, [q, k, v], spans, &mut out);
    } else {
        let mut tasks = Vec::new();
        let mut rest = out.as_mut_slice();
        for span in spans.iter().flat_map(Span::blocks) {
            let (out, after) = rest.split_at_mut(span.rows.len() * width);
            tasks.push((span, out));
            rest = after;
        }
        tasks.into_par_iter().for_each_init(Vec::new, |scores, (span, out)| {
            for head in 0..shape.heads {
                let kv_head = head / (shape.heads / shape.kv_heads);
                let queries = q.rows(span.rows.clone(), head, shape.head);
                let [k, v] = [k, v].map(|side| side.rows(span.keys.clone(), kv_head, shape.head));
                let target = Target::part(out, width, head * shape.head, shape.head);
                head_of(queries, k, v, span.causal, scores, target);
            }
        });
    }
    out
}

/// One row: the heads of queries that share keys are taken as rows, and the heads of keys in parallel.
fn one_row(shape: Shape, [q, k, v]: [Heads; 3], spans: &[Span], out: &mut [f32]) {
    let (group, keys) = (shape.heads / shape.kv_heads, spans[0].keys.clone());
    out.par_chunks_mut(group * shape.head).enumerate().for_each(|(kv_head, out)| {
        let values = &q.values[kv_head * group * q.head_step..];
        let queries = View { values, rows: group, columns: shape.head, row_step: q.head_step, column_step: 1 };
        let [k, v] = [k, v].map(|side| side.rows(keys.clone(), kv_head, shape.head));
        let target = Target::part(out, shape.head, 0, shape.head);
        head_of(queries, k, v, false, &mut Vec::new(), target);
    });
}

impl Span {
    /// The span's rows in blocks, with the keys that the last row of each sees.
    fn blocks(&self) -> impl Iterator<Item = Self> {
        let this = self.clone();
        self.rows.clone().step_by(BLOCK).map(move |start| {
            let end = this.rows.end.min(start + BLOCK);
            let unseen = if this.causal { this.rows.end - end } else { 0 };
            Self { rows: start..end, keys: this.keys.start..this.keys.end - unseen, causal: this.causal }
        })
    }
}

impl<'a> Heads<'a> {
    fn rows(self, rows: Range<usize>, head: usize, width: usize) -> View<'a> {
        let values = &self.values[rows.start * self.row_step + head * self.head_step..];
        View { values, rows: rows.len(), columns: width, row_step: self.row_step, column_step: 1 }
    }
}

/// One head's attention of a block of rows.
fn head_of(q: View, k: View, v: View, causal: bool, scores: &mut Vec<f32>, out: Target) {
    scores.resize(q.rows * k.rows, 0.0);
    Target::part(scores, k.rows, 0, k.rows).product(q, k.turned());
    let scale = 1.0 / (q.columns as f32).sqrt();
    for (row, scores) in scores.chunks_mut(k.rows).enumerate() {
        let seen = if causal { k.rows - (q.rows - 1 - row) } else { k.rows };
        let (scores, unseen) = scores.split_at_mut(seen);
        simd::run(|| softmax(scores, scale));
        unseen.fill(0.0);
    }
    out.product(View::plain(scores, k.rows), v);
}

#[inline(always)]
fn softmax(scores: &mut [f32], scale: f32) {
    let most = simd::greatest(scores) * scale;
    scores.iter_mut().for_each(|score| *score = simd::exp(*score * scale - most));
    let share = 1.0 / simd::total(scores, |score| score);
    scores.iter_mut().for_each(|score| *score *= share);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look like any.
    fn numbers(count: usize, seed: u32) -> Vec<f32> {
        (0..count as u32).map(|n| ((n.wrapping_mul(2_654_435) + seed * 97) % 1009) as f32 / 500.0 - 1.0).collect()
    }

    /// The definition, in f64.
    fn plainly(shape: Shape, q: Heads, k: Heads, v: Heads, spans: &[Span]) -> Vec<f64> {
        let at = |heads: Heads, row: usize, head: usize, i: usize| {
            f64::from(heads.values[row * heads.row_step + head * heads.head_step + i])
        };
        let mut out = Vec::new();
        for span in spans {
            for row in span.rows.clone() {
                let end = if span.causal { span.keys.end - (span.rows.end - 1 - row) } else { span.keys.end };
                for head in 0..shape.heads {
                    let kv = head / (shape.heads / shape.kv_heads);
                    let dot = |key| (0..shape.head).map(|i| at(q, row, head, i) * at(k, key, kv, i)).sum::<f64>();
                    let keys = span.keys.start..end;
                    let scores: Vec<f64> =
                        keys.clone().map(|key| (dot(key) / (shape.head as f64).sqrt()).exp()).collect();
                    let all: f64 = scores.iter().sum();
                    out.extend((0..shape.head).map(|i| {
                        scores.iter().zip(keys.clone()).map(|(score, key)| score / all * at(v, key, kv, i)).sum::<f64>()
                    }));
                }
            }
        }
        out
    }

    #[test]
    fn spans_of_all_kinds_are_as_defined() {
        let shape = Shape { heads: 4, kv_heads: 2, head: 8 };
        let rows = 150;
        let (queries, keys, values) = (numbers(rows * 32, 1), numbers(rows * 16, 2), numbers(rows * 16, 3));
        let q = Heads { values: &queries, row_step: 32, head_step: 8 };
        let [k, v] = [&keys, &values].map(|values| Heads { values, row_step: 8, head_step: rows * 8 });
        let span = |rows, keys, causal| Span { rows, keys, causal };
        let cases = [
            vec![span(0..150, 0..150, false)],
            vec![span(0..150, 0..150, true)],
            vec![span(0..3, 0..150, true)],
            vec![span(0..1, 0..150, true)],
            vec![span(0..70, 0..70, false), span(70..71, 70..71, false), span(71..150, 71..150, false)],
        ];
        let mut wrong = Vec::new();
        for spans in cases {
            let (found, right) = (attend(shape, q, k, v, &spans), plainly(shape, q, k, v, &spans));
            let far = |(found, right): (&f32, &f64)| (f64::from(*found) - right).abs() > 1e-5;
            if found.len() != right.len() || found.iter().zip(&right).any(far) {
                wrong.push(spans);
            }
        }
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
