//! The one table of configuration keys.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use toml::Value;

use super::{CacheKind, Config, ConfigError, Expected, LogLevel, Origin, Secret, StoreKind, ThemeChoice};
use crate::{cli::near::nearest, text::Lang};

/// A value as given.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// From the environment or a flag: words, numbers and yes/no are all text there.
    Text(String),
    /// From the file.
    Toml(Value),
}

impl Given {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Toml(value) => value.as_str(),
        }
    }

    fn yes_no(&self) -> Option<bool> {
        match self {
            Self::Text(text) => match text.trim().to_lowercase().as_str() {
                "1" | "true" | "yes" | "oui" => Some(true),
                "0" | "false" | "no" | "non" | "" => Some(false),
                _ => None,
            },
            Self::Toml(value) => value.as_bool(),
        }
    }

    fn number(&self) -> Option<u32> {
        match self {
            Self::Text(text) => text.trim().parse().ok(),
            Self::Toml(value) => value.as_integer().and_then(|number| u32::try_from(number).ok()),
        }
    }

    /// For messages.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Toml(value) => value.to_string(),
        }
    }
}

/// A configuration key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    StoreKind,
    StorePath,
    StoreUri,
    StoreUriFile,
    StoreDatabase,
    StoreBackups,
    CacheKind,
    CacheUri,
    CacheUriFile,
    SchoolCode,
    UiLang,
    UiTheme,
    UiPlain,
    UiShared,
    UiTopRow,
    SecurityPasswordCost,
    SecurityKeys,
    LogLevel,
    LogDir,
}

/// The word's meaning among `words`, or what was expected.
fn word<T: Copy>(given: &Given, words: &'static [&'static str], meanings: &[T]) -> Result<T, Expected> {
    given
        .text()
        .and_then(|text| words.iter().zip(meanings).find(|(word, _)| **word == text.trim()))
        .map(|(_, meaning)| *meaning)
        .ok_or(Expected::Word(words))
}

/// A school's code names a file, a database and cache keys: only harmless characters.
pub(super) fn is_code(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

/// Room is left for a school's code behind it: the server takes 63 bytes.
fn is_database(text: &str) -> bool {
    (1..=30).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

impl Key {
    pub const ALL: [Self; 19] = [
        Self::StoreKind,
        Self::StorePath,
        Self::StoreUri,
        Self::StoreUriFile,
        Self::StoreDatabase,
        Self::StoreBackups,
        Self::CacheKind,
        Self::CacheUri,
        Self::CacheUriFile,
        Self::SchoolCode,
        Self::UiLang,
        Self::UiTheme,
        Self::UiPlain,
        Self::UiShared,
        Self::UiTopRow,
        Self::SecurityPasswordCost,
        Self::SecurityKeys,
        Self::LogLevel,
        Self::LogDir,
    ];

    /// `section.key`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::StoreKind => "store.kind",
            Self::StorePath => "store.path",
            Self::StoreUri => "store.uri",
            Self::StoreUriFile => "store.uri_file",
            Self::StoreDatabase => "store.database",
            Self::StoreBackups => "store.backups",
            Self::CacheKind => "cache.kind",
            Self::CacheUri => "cache.uri",
            Self::CacheUriFile => "cache.uri_file",
            Self::SchoolCode => "school.code",
            Self::UiLang => "ui.lang",
            Self::UiTheme => "ui.theme",
            Self::UiPlain => "ui.plain",
            Self::UiShared => "ui.shared",
            Self::UiTopRow => "ui.top_row",
            Self::SecurityPasswordCost => "security.password_cost",
            Self::SecurityKeys => "security.keys",
            Self::LogLevel => "log.level",
            Self::LogDir => "log.dir",
        }
    }

    /// A value of it may hold a password, and is not repeated in messages.
    pub(super) fn is_secret(self) -> bool {
        matches!(self, Self::StoreUri | Self::CacheUri)
    }

    fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    /// `CARNET_STORE__PATH` for `store.path`.
    #[must_use]
    pub fn variable(self) -> String {
        format!("CARNET_{}", self.name().replace('.', "__").to_uppercase())
    }

    /// Puts the value in its place; `base` is the folder that relative paths start from.
    pub(super) fn set(self, config: &mut Config, given: &Given, base: Option<&Path>) -> Result<(), Expected> {
        let text = || given.text().filter(|text| !text.trim().is_empty()).map(str::to_owned).ok_or(Expected::Text);
        let path = || text().map(|text| base.map_or_else(|| PathBuf::from(&text), |base| base.join(&text)));
        let yes_no = || given.yes_no().ok_or(Expected::YesNo);
        match self {
            Self::StoreKind => {
                config.store = word(given, &["sqlite", "mongodb"], &[StoreKind::Sqlite, StoreKind::MongoDb])?;
            }
            Self::StorePath => config.path = path()?,
            // Of the two ways to give it, the one given later counts.
            Self::StoreUri => (config.uri, config.uri_file) = (Some(Secret::new(text()?)), None),
            Self::StoreUriFile => (config.uri, config.uri_file) = (None, Some(path()?)),
            Self::StoreDatabase => {
                let name = given.text().filter(|text| is_database(text));
                name.ok_or(Expected::Database)?.clone_into(&mut config.database);
            }
            Self::StoreBackups => config.backups = path()?,
            Self::CacheKind => {
                config.cache = word(given, &["memory", "redis"], &[CacheKind::Memory, CacheKind::Redis])?;
            }
            Self::CacheUri => (config.cache_uri, config.cache_uri_file) = (Some(Secret::new(text()?)), None),
            Self::CacheUriFile => (config.cache_uri, config.cache_uri_file) = (None, Some(path()?)),
            Self::SchoolCode => {
                let code = given.text().filter(|text| is_code(text)).ok_or(Expected::Code)?;
                config.school = Some(code.to_owned());
            }
            Self::UiLang => config.lang = word(given, &["fr", "en"], &[Lang::Fr, Lang::En])?,
            Self::UiTheme => {
                let meanings = [ThemeChoice::Default, ThemeChoice::Contrast, ThemeChoice::Mono];
                config.theme = word(given, &["default", "contrast", "mono"], &meanings)?;
            }
            Self::UiPlain => config.plain = yes_no()?,
            Self::UiShared => config.shared = yes_no()?,
            Self::UiTopRow => config.top_row = Some(yes_no()?),
            Self::SecurityPasswordCost => {
                let cost = given.number().filter(|cost| (10..=15).contains(cost));
                config.password_cost = cost.ok_or(Expected::Number(10, 15))?;
            }
            Self::SecurityKeys => config.keys = path()?,
            Self::LogLevel => {
                let meanings = [LogLevel::Error, LogLevel::Warn, LogLevel::Info, LogLevel::Debug];
                config.log_level = word(given, &["error", "warn", "info", "debug"], &meanings)?;
            }
            Self::LogDir => config.log_dir = path()?,
        }
        Ok(())
    }
}

/// A value with its key and where it was given.
type Placed = (Key, Given, Origin);

fn unknown(key: String, origin: Origin) -> ConfigError {
    let names: Vec<&'static str> = Key::ALL.into_iter().map(Key::name).collect();
    let near = nearest(&key, names.iter().copied()).first().copied();
    ConfigError::Unknown { key, near, origin }
}

/// The values of a file.
pub(super) fn from_toml(text: &str, path: &Path) -> Result<Vec<Placed>, ConfigError> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        ConfigError::Syntax {
            path: path.to_path_buf(),
            line: before.matches('\n').count().saturating_add(1),
            why: error.message().to_owned(),
        }
    })?;
    let mut placed = Vec::new();
    let origin = Origin::File(path.to_path_buf());
    for (section, value) in table {
        let Value::Table(keys) = value else {
            return Err(unknown(section, origin));
        };
        for (name, value) in keys {
            let full = format!("{section}.{name}");
            let Some(key) = Key::find(&full) else {
                return Err(unknown(full, origin));
            };
            placed.push((key, Given::Toml(value), origin.clone()));
        }
    }
    Ok(placed)
}

/// The values of the environment. A `CARNET_…__…` that is no key is refused: a slip of the pen must not pass unseen.
pub(super) fn from_environment(environment: &BTreeMap<String, String>) -> Result<Vec<Placed>, ConfigError> {
    let mut placed = Vec::new();
    for (variable, value) in environment {
        let Some((section, name)) = variable.strip_prefix("CARNET_").and_then(|rest| rest.split_once("__")) else {
            continue;
        };
        let full = format!("{}.{}", section.to_lowercase(), name.to_lowercase());
        let origin = Origin::Environment(variable.clone());
        match Key::find(&full) {
            Some(key) => placed.push((key, Given::Text(value.clone()), origin)),
            None => return Err(unknown(full, origin)),
        }
    }
    Ok(placed)
}
