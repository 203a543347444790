//! Loading the locale files, which are compiled in.

use std::{collections::BTreeMap, sync::Arc};

use i18n_embed::{
    LanguageLoader,
    fluent::{FluentLanguageLoader, fluent_language_loader},
};
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};

#[derive(RustEmbed)]
#[folder = "assets/locales"]
struct Files;

/// The languages that carnet speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Fr,
    En,
}

impl Lang {
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// Reads `fr`, `fr_FR.UTF-8`, `en`, …
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.get(..2)?.to_ascii_lowercase().as_str() {
            "fr" => Some(Self::Fr),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The language of the terminal: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set says it (POSIX);
    /// French where it names none that carnet speaks.
    #[must_use]
    pub fn of_environment(environment: &BTreeMap<String, String>) -> Self {
        let mut said = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| environment.get(*name));
        said.find(|value| !value.is_empty()).and_then(|value| Self::parse(value)).unwrap_or_default()
    }

    /// The decimal mark in numbers for people.
    #[must_use]
    pub fn decimal(self) -> char {
        match self {
            Self::Fr => ',',
            Self::En => '.',
        }
    }
}

/// One language, loaded. Cheap to clone; each session has its own.
#[derive(Clone)]
pub struct Locale {
    lang: Lang,
    loader: Arc<FluentLanguageLoader>,
}

impl Locale {
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        let loader = fluent_language_loader!();
        let languages: Vec<_> = lang.code().parse().into_iter().collect();
        if let Err(error) = loader.load_languages(&Files, &languages) {
            // The files are compiled in and a test reads both: this cannot happen outside a broken build.
            tracing::error!(%error, "locale files cannot be read");
        }
        // Isolation marks around arguments would break columns and snapshots.
        loader.set_use_isolating(false);
        Self { lang, loader: Arc::new(loader) }
    }

    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// For [`crate::t`] only.
    #[must_use]
    pub fn loader(&self) -> &FluentLanguageLoader {
        &self.loader
    }

    /// A text without arguments whose id is in a table (keys, palette); a test checks that each id exists.
    #[must_use]
    pub fn get(&self, id: &str) -> String {
        self.loader.get(id)
    }

    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.loader.has(id)
    }
}

impl std::fmt::Debug for Locale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Locale").field(&self.lang).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Message ids of a file; attributes and terms are not used.
    fn ids(lang: Lang) -> BTreeSet<String> {
        let file = Files::get(&format!("{}/carnet.ftl", lang.code())).expect("locale file");
        let text = String::from_utf8(file.data.into_owned()).expect("UTF-8");
        let ids: Vec<String> = text
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| line.split_once('=').map(|(id, _)| id.trim().to_owned()))
            .collect();
        let unique: BTreeSet<String> = ids.iter().cloned().collect();
        assert_eq!(ids.len(), unique.len(), "an id stands twice in {}", lang.code());
        unique
    }

    #[test]
    fn both_languages_have_the_same_ids() {
        let (fr, en) = (ids(Lang::Fr), ids(Lang::En));
        let only_fr: Vec<_> = fr.difference(&en).collect();
        let only_en: Vec<_> = en.difference(&fr).collect();
        assert!(only_fr.is_empty() && only_en.is_empty(), "only fr: {only_fr:?}, only en: {only_en:?}");
    }

    #[test]
    fn every_message_parses() {
        for lang in Lang::ALL {
            let locale = Locale::new(lang);
            for id in ids(lang) {
                assert!(locale.has(&id), "{} lacks {id}", lang.code());
            }
        }
    }

    #[test]
    fn french_signs_have_a_no_break_space() {
        let file = Files::get("fr/carnet.ftl").expect("locale file");
        let text = String::from_utf8(file.data.into_owned()).expect("UTF-8");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            for bare in [" :", " ;", " !", " ?", " %", " »", "« "] {
                assert!(!line.contains(bare), "a plain space at {bare:?}: {line}");
            }
        }
    }
}
