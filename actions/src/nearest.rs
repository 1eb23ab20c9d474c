//! The known word that a person or a model probably meant, for error messages.

use std::cmp::Reverse;

/// The candidate nearest to `word`, if one is near enough to be worth naming.
///
/// Near enough is at most a third of the word's letters changed or swapped (at least two); case does not count.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let limit = (word.chars().count() / 3).max(2);
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.chars().count())
        // Of equally near words the one that begins alike: endings are what people leave out.
        .min_by_key(|(distance, candidate)| (*distance, Reverse(common_start(&word, candidate))))
        .map(|(_, candidate)| candidate)
}

/// How many letters two words share from the start.
fn common_start(a: &str, b: &str) -> usize {
    a.chars().zip(b.to_lowercase().chars()).take_while(|(a, b)| a == b).count()
}

/// ` (did you mean "…"?)`, or nothing.
pub fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |word| format!(" (did you mean \"{word}\"?)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_named() {
        let words = ["click", "scroll", "type", "drag"];
        let cases = [
            ("clik", Some("click")),
            ("Scrol", Some("scroll")),
            ("tpye", Some("type")),
            ("drga", Some("drag")),
            ("scro", Some("scroll")),
            ("zzzzzz", None),
            ("", None),
        ];
        let wrong: Vec<_> = cases.iter().filter(|(word, want)| nearest(word, words) != *want).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
