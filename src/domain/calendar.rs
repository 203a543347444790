//! School years and terms.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A moment, UTC, as stored (RFC 3339 in JSON).
pub type Timestamp = jiff::Timestamp;

/// A school year such as `2026-2027`; the label is the identifier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct YearId(String);

impl YearId {
    /// The year that starts in `first`, 1900 to 2998.
    #[must_use]
    pub fn starting(first: u16) -> Option<Self> {
        if !(1900..=2998).contains(&first) {
            return None;
        }
        first.checked_add(1).map(|second| Self(format!("{first}-{second}")))
    }

    /// Reads `2026-2027` (also with `/` or an en dash); the second year must follow the first.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (first, second) = text.trim().split_once(['-', '/', '–'])?;
        let first: u16 = first.trim().parse().ok()?;
        let second: u16 = second.trim().parse().ok()?;
        (first.checked_add(1) == Some(second)).then(|| Self::starting(first)).flatten()
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The calendar year in which it starts.
    #[must_use]
    pub fn first(&self) -> u16 {
        self.0.split_once('-').and_then(|(first, _)| first.parse().ok()).unwrap_or_default()
    }
}

impl fmt::Display for YearId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for YearId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a school year such as 2026-2027")
    }
}

impl From<YearId> for String {
    fn from(year: YearId) -> Self {
        year.0
    }
}

/// A term (trimestre or semestre) within its year, 1 to 6, written `T1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Term(u8);

impl Term {
    /// The first of every year.
    pub const FIRST: Self = Self(1);

    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (1..=6).contains(&number).then_some(Self(number))
    }

    /// Reads `1`, `T1`, `t1`, `S1`. (Stores and exports always have `T1`; people read [`Division::label`].)
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.strip_prefix(['T', 't', 'S', 's']).unwrap_or(text);
        digits.parse().ok().and_then(Self::new)
    }

    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T{}", self.0)
    }
}

impl TryFrom<String> for Term {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a term such as T1")
    }
}

impl From<Term> for String {
    fn from(term: Term) -> Self {
        term.to_string()
    }
}

/// How a school cuts its year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Division {
    /// Three trimesters.
    Trimesters,
    /// Two semesters.
    Semesters,
}

impl Division {
    /// The terms of such a year, in order.
    #[must_use]
    pub fn terms(self) -> Vec<Term> {
        let last = match self {
            Self::Trimesters => 3,
            Self::Semesters => 2,
        };
        (1..=last).filter_map(Term::new).collect()
    }

    /// As people of such a school call it: `T1`, or `S1` where years have semesters.
    #[must_use]
    pub fn label(self, term: Term) -> String {
        let letter = match self {
            Self::Trimesters => 'T',
            Self::Semesters => 'S',
        };
        format!("{letter}{}", term.number())
    }
}

/// One term of a year with its dates, where the school has set them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermSpan {
    pub term: Term,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Date>,
}
