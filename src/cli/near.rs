//! "Did you mean": the names that a mistyped one may stand for.

use crate::domain::words;

/// How many single-character changes lie between two texts (Levenshtein), accents and case aside.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut diagonal = i;
        let mut before = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(right) {
            let change = diagonal + usize::from(a != b);
            diagonal = *cell;
            before = change.min(before + 1).min(diagonal + 1);
            *cell = before;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(left.len())
}

/// At most three of `names`, nearest first: few slips away, or beginning with what was typed.
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let folded = words::fold(typed.trim());
    // A text of megabytes is near nothing, and comparing it would take for ever.
    if folded.is_empty() || folded.len() > 200 {
        return Vec::new();
    }
    let typed: Vec<char> = folded.chars().collect();
    let allowed = (typed.len() / 4).max(1);
    let mut found: Vec<(usize, &str)> = names
        .into_iter()
        .filter_map(|name| {
            let name_folded = words::fold(name);
            if name_folded.starts_with(&folded) {
                return Some((0, name));
            }
            let chars: Vec<char> = name_folded.chars().collect();
            let slips = distance(&typed, &chars);
            (slips <= allowed).then_some((slips, name))
        })
        .collect();
    found.sort_by_key(|(slips, _)| *slips);
    found.into_iter().take(3).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_accents_and_beginnings_are_near() {
        let names = ["Mathématiques", "Physique", "Philosophie"];
        assert_eq!(nearest("matematiques", names), ["Mathématiques"]);
        assert_eq!(nearest("phil", names), ["Philosophie"]);
        assert!(nearest("zzz", names).is_empty());
        assert_eq!(nearest("store.pth", ["store.path", "store.uri"]), ["store.path"]);
        assert!(nearest(&"x".repeat(1_000_000), names).is_empty());
    }
}
