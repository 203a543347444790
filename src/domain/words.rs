//! Words for searching, and French collation keys for ordering.

use std::sync::LazyLock;

use icu_collator::{
    CollatorBorrowed,
    options::{AlternateHandling, CollatorOptions, MaxVariable},
};
use icu_locale_core::locale;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case, without accents, ligatures opened (`Œuvrard` is `oeuvrard`): how words are compared.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            'ɛ' => folded.push('e'),
            'ɔ' | 'ø' => folded.push('o'),
            'ɲ' | 'ŋ' => folded.push('n'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'ı' => folded.push('i'),
            _ => folded.push(c),
        }
    }
    folded
}

/// The folded words of a text, in order, without repeats. `d'Artagnan` gives `d` and `artagnan`, and also
/// `dartagnan`; `Ba-Traoré` gives `ba`, `traore` and `batraore`.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for chunk in fold(text).split_whitespace() {
        let parts: Vec<&str> = chunk.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
        let joined = (parts.len() > 1).then(|| parts.concat());
        for word in parts.into_iter().map(str::to_owned).chain(joined) {
            if !found.contains(&word) {
                found.push(word);
            }
        }
    }
    found
}

/// Every tail of a run of digits that has at least three: with word prefixes this finds any run of them.
#[must_use]
pub fn digit_tails(text: &str) -> Vec<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (0..digits.len().saturating_sub(2)).filter_map(|start| digits.get(start..).map(str::to_owned)).collect()
}

/// The rules of French, made once: making them costs more than a key. `None` should the compiled-in data ever be
/// missing.
static FRENCH: LazyLock<Option<CollatorBorrowed<'static>>> = LazyLock::new(|| {
    let mut options = CollatorOptions::default();
    // As in dictionaries, apostrophes, hyphens and blanks do not count: d'Artagnan stands after Dara.
    options.alternate_handling = Some(AlternateHandling::Shifted);
    options.max_variable = Some(MaxVariable::Punctuation);
    CollatorBorrowed::try_new(locale!("fr").into(), options).ok()
});

/// A collation key by the rules of French, as lower-case hexadecimal: the same bytes order alike in every store.
/// The parts are compared one after the other (last name, then first name).
#[must_use]
pub fn sort_key(parts: &[&str]) -> String {
    let mut bytes = Vec::with_capacity(48);
    match &*FRENCH {
        Some(collator) => {
            for part in parts {
                let Ok(()) = collator.write_sort_key_to(part, &mut bytes);
                bytes.push(0);
            }
        }
        // Folded text is the nearest order.
        None => bytes.extend(parts.iter().flat_map(|part| fold(part).into_bytes())),
    }
    data_encoding::HEXLOWER.encode(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_opens_ligatures_and_drops_accents() {
        assert_eq!(fold("Œuvrard TRAORÉ d’Arc"), "oeuvrard traore d’arc");
        assert_eq!(words("Ba-Traoré d'Artagnan"), ["ba", "traore", "batraore", "d", "artagnan", "dartagnan"]);
    }

    #[test]
    fn french_order() {
        let mut names = ["Zié", "Œuvrard", "Oduber", "d'Artagnan", "Dara", "Émile", "Emile", "Etienne"];
        names.sort_by_key(|name| sort_key(&[name]));
        assert_eq!(names, ["Dara", "d'Artagnan", "Emile", "Émile", "Etienne", "Oduber", "Œuvrard", "Zié"]);
    }

    #[test]
    fn tails_find_any_run() {
        let tails = digit_tails("+223 76 12 34 56");
        assert!(tails.iter().any(|tail| tail.starts_with("1234")));
        assert!(tails.iter().any(|tail| tail.starts_with("22376")));
        assert_eq!(digit_tails("12"), Vec::<String>::new());
    }
}
