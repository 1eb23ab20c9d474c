//! Attention over rows that may be many: block by block, never all scores at once.

use std::ops::Range;

use rayon::prelude::*;

use super::matrix::Target;

mod tiles;

use tiles::Task;

/// Rows of heads in memory: the numbers of one head of one row lie beside each other.
#[derive(Clone, Copy)]
pub(crate) struct Heads<'a> {
    pub values: &'a [f32],
    /// From a row to the next.
    pub row_step: usize,
    /// From a head to the next.
    pub head_step: usize,
}

/// The sizes of an attention.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// Heads of queries.
    pub heads: usize,
    /// Heads of keys and values; each serves as many heads of queries.
    pub kv_heads: usize,
    /// Numbers of a head.
    pub head: usize,
}

/// Rows of queries that see the same keys.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub rows: Range<usize>,
    pub keys: Range<usize>,
    /// Whether the last row sees all keys, the one before it all but the last, and so on.
    pub causal: bool,
}

/// Queries of one head of keys that are worked on at a time: enough that laying out the keys for them costs little, few
/// enough that they stay in the cache.
const QUERIES: usize = 512;

/// Softmax(q · kᵀ / √head) · v for the spans, which follow each other and make up all rows: [rows, heads · head].
pub(crate) fn attend(shape: Shape, q: Heads, k: Heads, v: Heads, spans: &[Span]) -> Vec<f32> {
    let rows = spans.last().map_or(0, |span| span.rows.end);
    let width = shape.heads * shape.head;
    let mut out = vec![0f32; rows * width];
    let mut tasks = Vec::new();
    let mut rest = out.as_mut_slice();
    for span in spans {
        let first = tasks.len();
        for span in span.blocks((QUERIES / shape.group()).max(1)) {
            let (out, after) = rest.split_at_mut(span.rows.len() * width);
            rest = after;
            let columns = std::iter::repeat_n(shape.group() * shape.head, shape.kv_heads);
            let targets = Target::pieces(out, width, columns).into_iter().enumerate();
            tasks.extend(targets.map(|(kv_head, out)| Task { shape, kv_head, span: span.clone(), q, k, v, out }));
        }
        // The keys of one head stay in the cache while all blocks of rows see them.
        tasks[first..].sort_by_key(|task| task.kv_head);
    }
    tasks.into_par_iter().for_each(Task::run);
    out
}

impl Shape {
    /// Heads of queries that one head of keys serves.
    fn group(self) -> usize {
        self.heads / self.kv_heads
    }
}

impl Span {
    /// The span's rows in blocks, with the keys that the last row of each sees.
    fn blocks(&self, rows: usize) -> impl Iterator<Item = Self> {
        let this = self.clone();
        self.rows.clone().step_by(rows).map(move |start| {
            let end = this.rows.end.min(start + rows);
            let unseen = if this.causal { this.rows.end - end } else { 0 };
            Self { rows: start..end, keys: this.keys.start..this.keys.end - unseen, causal: this.causal }
        })
    }
}

impl<'a> Heads<'a> {
    /// One head of one row.
    #[inline(always)]
    fn row(self, row: usize, head: usize, width: usize) -> &'a [f32] {
        &self.values[row * self.row_step + head * self.head_step..][..width]
    }
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
        // The wider heads fill whole registers, which few rows make use of.
        let wrong: Vec<_> = [8, 64].into_iter().flat_map(|head| wrong(Shape { heads: 4, kv_heads: 2, head })).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    fn wrong(shape: Shape) -> Vec<(Shape, Vec<Span>)> {
        let (rows, head) = (300, shape.head);
        let width = shape.heads * head;
        let (queries, keys, values) =
            (numbers(rows * width, 1), numbers(rows * width / 2, 2), numbers(rows * width / 2, 3));
        let q = Heads { values: &queries, row_step: width, head_step: head };
        let [k, v] = [&keys, &values].map(|values| Heads { values, row_step: head, head_step: rows * head });
        let span = |rows, keys, causal| Span { rows, keys, causal };
        let cases = [
            vec![span(0..300, 0..300, false)],
            vec![span(0..300, 0..300, true)],
            vec![span(0..3, 0..300, true)],
            vec![span(0..1, 0..300, true)],
            vec![span(0..1, 0..257, false)],
            vec![span(0..70, 0..70, false), span(70..71, 70..71, false), span(71..300, 71..300, false)],
        ];
        let mut wrong = Vec::new();
        for spans in cases {
            let (found, right) = (attend(shape, q, k, v, &spans), plainly(shape, q, k, v, &spans));
            let far = |(found, right): (&f32, &f64)| (f64::from(*found) - right).abs() > 1e-5;
            if found.len() != right.len() || found.iter().zip(&right).any(far) {
                wrong.push((shape, spans));
            }
        }
        wrong
    }
}
