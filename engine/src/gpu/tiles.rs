//! How an attention is cut for the card: rows that one block of threads works on, and the keys that they see.

use crate::kernels::attention::Span;

/// Rows of a tile, as the kernel has it.
pub(super) const ROWS: usize = 16;

/// Five numbers a tile: its first row and how many, its first key and how many its last row sees, and whether each row
/// sees one key less than the one behind it.
pub(super) fn tiles(spans: &[Span]) -> Vec<i32> {
    spans.iter().flat_map(of_span).flatten().collect()
}

fn of_span(span: &Span) -> impl Iterator<Item = [i32; 5]> {
    let Span { rows, keys, causal } = span.clone();
    rows.clone().step_by(ROWS).map(move |first| {
        let end = rows.end.min(first + ROWS);
        let unseen = if causal { rows.end - end } else { 0 };
        let seen = keys.len().saturating_sub(unseen);
        [first as i32, (end - first) as i32, keys.start as i32, seen as i32, i32::from(causal)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_make_up_the_spans() {
        let spans =
            [Span { rows: 0..20, keys: 0..20, causal: false }, Span { rows: 20..23, keys: 20..23, causal: false }];
        assert_eq!(tiles(&spans), [0, 16, 0, 20, 0, 16, 4, 0, 20, 0, 20, 3, 20, 3, 0]);
        // The last of 18 new rows sees all of 40 keys.
        assert_eq!(tiles(&[Span { rows: 0..18, keys: 0..40, causal: true }]), [0, 16, 0, 38, 1, 16, 2, 0, 40, 1]);
    }
}
