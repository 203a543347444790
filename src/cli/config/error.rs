//! What can be wrong with a configuration, and the sentence for it.

use std::path::{Path, PathBuf};

use crate::{
    t,
    text::{self, Locale, sanitise},
};

/// Where a value was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    File(PathBuf),
    /// The variable's name.
    Environment(String),
    Flag(&'static str),
}

impl Origin {
    fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Environment(name) => name.clone(),
            Self::Flag(name) => (*name).to_owned(),
        }
    }
}

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// One of these words.
    Word(&'static [&'static str]),
    YesNo,
    /// A whole number between these.
    Number(u32, u32),
    Text,
    /// A school's code: 1 to 32 of `a-z 0-9 - _`.
    Code,
    /// A database's name: 1 to 30 of `A-Z a-z 0-9 - _`.
    Database,
}

/// Why a configuration is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigError {
    Unreadable {
        path: PathBuf,
        kind: std::io::ErrorKind,
        why: String,
    },
    /// A file that should hold an address holds nothing.
    Empty {
        path: PathBuf,
    },
    /// A server is chosen and not named.
    NoAddress,
    Syntax {
        path: PathBuf,
        line: usize,
        why: String,
    },
    Unknown {
        key: String,
        near: Option<&'static str>,
        origin: Origin,
    },
    Wrong {
        key: String,
        value: String,
        expected: Expected,
        origin: Origin,
    },
}

/// The file's text.
pub(super) fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable {
        path: path.to_path_buf(),
        kind: error.kind(),
        why: error.to_string(),
    })
}

impl Expected {
    fn sentence(self, locale: &Locale) -> String {
        match self {
            Self::Word(words) => t!(locale, "cli-config-expected-word", words = words.join(", ")),
            Self::YesNo => t!(locale, "cli-config-expected-bool"),
            Self::Number(min, max) => {
                t!(locale, "cli-config-expected-number", min = min.to_string(), max = max.to_string())
            }
            Self::Text => t!(locale, "cli-config-expected-text"),
            Self::Code => t!(locale, "cli-config-expected-code"),
            Self::Database => t!(locale, "cli-config-expected-database"),
        }
    }
}

impl ConfigError {
    /// What is wrong and what to do.
    #[must_use]
    pub fn sentence(&self, locale: &Locale) -> String {
        let path = |path: &Path| sanitise::line(&path.display().to_string());
        match self {
            Self::Unreadable { path: file, kind, why } => {
                let why = text::io_reason(locale, *kind).unwrap_or_else(|| sanitise::line(why));
                t!(locale, "cli-config-unreadable", path = path(file), why = why)
            }
            Self::NoAddress => t!(locale, "cli-config-no-address"),
            Self::Empty { path: file } => t!(locale, "cli-config-empty", path = path(file)),
            Self::Syntax { path: file, line, why } => {
                t!(locale, "cli-config-syntax", path = path(file), line = line.to_string(), why = sanitise::line(why))
            }
            Self::Unknown { key, near, origin } => {
                let (key, origin) = (sanitise::line(key), sanitise::line(&origin.shown()));
                match near {
                    Some(near) => {
                        t!(locale, "cli-config-unknown-near", key = key, origin = origin, near = near.to_string())
                    }
                    None => t!(locale, "cli-config-unknown", key = key, origin = origin),
                }
            }
            Self::Wrong { key, value, expected, origin } => t!(
                locale,
                "cli-config-wrong",
                key = key.as_str(),
                value = sanitise::line(value),
                origin = sanitise::line(&origin.shown()),
                expected = expected.sentence(locale)
            ),
        }
    }
}
