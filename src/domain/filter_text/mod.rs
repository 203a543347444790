//! The language that people type in the filter bar: `classe:TSE moy<10 nom:tra`, plus free words.
//!
//! Words are found by prefix without regard to accents and case; `-` before a word turns it round; quotes keep several
//! words together; phones match any run of their digits, however spaced. Field names are French or English.

mod classes;
mod fields;
mod lex;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use self::{
    classes::{classes, find},
    fields::FieldKey,
    lex::{Op, Token},
};
use super::{
    entities::{Class, Sex, StudentStatus},
    query::{Bound, Filter, KeyValue},
    score::parse_hundredths,
    words::fold,
};

/// What the words are read against.
#[derive(Clone, Copy, Debug)]
pub struct FilterContext<'a> {
    /// The classes that `classe:`, `niveau:` and `serie:` may name.
    pub classes: &'a [Class],
}

/// A word that cannot be understood. Each kind has a sentence in the locale files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{word}: {kind:?}")]
pub struct FilterError {
    /// As it was typed; to be sanitised before it is shown.
    pub word: String,
    pub kind: FilterErrorKind,
}

/// Why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterErrorKind {
    /// No field has this name; perhaps this one was meant.
    UnknownField {
        near: Option<String>,
    },
    /// The field stands without a value.
    NoValue,
    /// Not a number with at most two decimals, or a range such as `10..12`.
    BadNumber,
    UnknownClass {
        near: Option<String>,
    },
    UnknownLevel {
        near: Option<String>,
    },
    UnknownSeries {
        near: Option<String>,
    },
    /// Neither `F` nor `M`.
    UnknownSex,
    /// Neither `actif` nor `attente` nor `désinscrit`.
    UnknownStatus,
    /// `<` and `>` are for averages.
    NotComparable,
    /// Fewer than three digits.
    PhoneTooShort,
    /// The whole text is longer than that.
    TooLong {
        max: usize,
    },
}

/// Stands for words of the name of one of the student's guardians, with a blank between them. No store knows this field:
/// the backend puts the students in its place.
pub const GUARDIAN_WORDS: &str = "guardian_words";
/// The same for a run of digits of a guardian's phone.
pub const GUARDIAN_DIGITS: &str = "guardian_digits";
/// So many digits without a field's name are looked for among guardians' phones too.
const GUARDIAN_RUN: usize = 6;

/// Longer texts than this many characters are refused whole.
pub const MAX: usize = 500;

/// Reads a filter. Blank text gives [`Filter::All`]; words are all required.
///
/// # Errors
/// The first word that cannot be understood, and why.
pub fn parse(text: &str, context: &FilterContext<'_>) -> Result<Filter, FilterError> {
    if text.chars().count() > MAX {
        let word = text.chars().take(20).collect();
        return Err(FilterError { word, kind: FilterErrorKind::TooLong { max: MAX } });
    }
    let mut filter = Filter::All;
    for token in lex::tokens(text) {
        let read = match &token.op {
            None => Ok(free(&token, context)),
            Some(op) => field(&token, *op, context),
        };
        let part = read.map_err(|kind| FilterError { word: token.raw.clone(), kind })?;
        filter = match (token.negated, part) {
            (_, Filter::All) => filter,
            (false, part) => filter.and(part),
            (true, part) => filter.and(Filter::Not(Box::new(part))),
        };
    }
    Ok(filter)
}

/// The folded runs of letters and digits of a text, without repeats.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in fold(text).split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
        if !parts.iter().any(|known| known == part) {
            parts.push(part.to_owned());
        }
    }
    parts
}

/// One filter of several; a single one stays itself.
fn all(mut filters: Vec<Filter>) -> Filter {
    match filters.len() {
        0 => Filter::All,
        1 => filters.pop().unwrap_or_default(),
        _ => Filter::And(filters),
    }
}

fn either(mut filters: Vec<Filter>) -> Filter {
    if filters.len() == 1 { filters.pop().unwrap_or_default() } else { Filter::Or(filters) }
}

/// Each part begins a word of one of the fields.
fn prefixes(value: &str, fields: &[&'static str]) -> Vec<Filter> {
    let one = |part: &String| {
        either(fields.iter().map(|field| Filter::WordPrefix(Cow::Borrowed(*field), part.clone())).collect())
    };
    parts(value).iter().map(one).collect()
}

/// A run of a phone's digits; a national `0` or an international `00` before it is not stored and may be left out.
fn phone_run(digits: &str) -> Option<Filter> {
    let run = |digits: &str| Filter::WordPrefix(Cow::Borrowed("phone_digits"), digits.to_owned());
    let bare = digits.trim_start_matches('0');
    if digits.len() < 3 {
        return None;
    }
    Some(if bare.len() < digits.len() && bare.len() >= 3 { either(vec![run(digits), run(bare)]) } else { run(digits) })
}

fn guardian_phone(digits: String) -> Filter {
    let bare = digits.trim_start_matches('0');
    let run = if bare.len() >= 3 { bare.to_owned() } else { digits };
    Filter::WordPrefix(Cow::Borrowed(GUARDIAN_DIGITS), run)
}

/// A word without a field: a name, a matricule, a phone or a class.
fn free(token: &Token, context: &FilterContext<'_>) -> Filter {
    let named = all(prefixes(&token.value, &["last_words", "first_words", "number_words"]));
    let mut ways = match named {
        // Nothing to look for: an apostrophe, a dash.
        Filter::All => return Filter::All,
        Filter::Or(ways) => ways,
        other => vec![other],
    };
    let digits = token.digits();
    ways.extend(digits.as_deref().and_then(phone_run));
    ways.extend(digits.filter(|digits| digits.len() >= GUARDIAN_RUN).map(guardian_phone));
    let classes = find(context, &token.value, |class| Some(&class.name));
    if !classes.is_empty() {
        ways.push(Filter::any_of("class_name", classes));
    }
    either(ways)
}

/// A word with a field.
fn field(token: &Token, op: Op, context: &FilterContext<'_>) -> Result<Filter, FilterErrorKind> {
    let Some(key) = FieldKey::parse(&token.field) else {
        return Err(FilterErrorKind::UnknownField { near: fields::near(&token.field, fields::names()) });
    };
    if token.value.trim().is_empty() {
        return Err(FilterErrorKind::NoValue);
    }
    if key != FieldKey::Average && !matches!(op, Op::Is) {
        return Err(FilterErrorKind::NotComparable);
    }
    let named = |fields: &[&'static str]| match all(prefixes(&token.value, fields)) {
        Filter::All => Err(FilterErrorKind::NoValue),
        filter => Ok(filter),
    };
    match key {
        FieldKey::Average => average(&token.value, op),
        FieldKey::LastName => named(&["last_words"]),
        FieldKey::FirstName => named(&["first_words"]),
        FieldKey::Name => named(&["last_words", "first_words"]),
        FieldKey::Matricule => named(&["number_words"]),
        FieldKey::Phone if is_none(&token.value) => Ok(absent("phone")),
        FieldKey::Phone => token.digits().as_deref().and_then(phone_run).ok_or(FilterErrorKind::PhoneTooShort),
        FieldKey::Guardian => match token.digits() {
            Some(digits) if digits.len() >= 3 => Ok(guardian_phone(digits)),
            Some(_) => Err(FilterErrorKind::PhoneTooShort),
            None => match parts(&token.value).join(" ") {
                words if words.is_empty() => Err(FilterErrorKind::NoValue),
                words => Ok(Filter::WordPrefix(Cow::Borrowed(GUARDIAN_WORDS), words)),
            },
        },
        FieldKey::Sex => {
            Sex::parse(&token.value).map(|sex| Filter::equals("sex", sex.as_str())).ok_or(FilterErrorKind::UnknownSex)
        }
        FieldKey::Status => {
            let status = StudentStatus::parse(&token.value).ok_or(FilterErrorKind::UnknownStatus)?;
            Ok(Filter::equals("status", status.as_str()))
        }
        FieldKey::Class => {
            classes(token, context, |class| Some(&class.name), |near| FilterErrorKind::UnknownClass { near })
        }
        FieldKey::Level => {
            classes(token, context, |class| class.level.as_ref(), |near| FilterErrorKind::UnknownLevel { near })
        }
        FieldKey::Series => {
            classes(token, context, |class| class.series.as_ref(), |near| FilterErrorKind::UnknownSeries { near })
        }
    }
}

/// `moy:aucune`, `tel:aucun`, `phone:none`.
fn is_none(value: &str) -> bool {
    matches!(fold(value.trim()).as_str(), "aucun" | "aucune" | "sans" | "none" | "no" | "non" | "-" | "—")
}

fn absent(field: &'static str) -> Filter {
    Filter::Not(Box::new(Filter::Exists(Cow::Borrowed(field))))
}

fn average(value: &str, op: Op) -> Result<Filter, FilterErrorKind> {
    const FIELD: Cow<'static, str> = Cow::Borrowed("average");
    let number = |text: &str| {
        parse_hundredths(text)
            .map(|hundredths| KeyValue::Decimal(hundredths.into()))
            .map_err(|_| FilterErrorKind::BadNumber)
    };
    let range = |min, max| Filter::Range { field: FIELD, min, max };
    Ok(match op {
        Op::Below => range(None, Some(Bound::Excluded(number(value)?))),
        Op::AtMost => range(None, Some(Bound::Included(number(value)?))),
        Op::Above => range(Some(Bound::Excluded(number(value)?)), None),
        Op::AtLeast => range(Some(Bound::Included(number(value)?)), None),
        Op::Is if is_none(value) => absent("average"),
        Op::Is => match value.split_once("..") {
            None => Filter::Equals(FIELD, number(value)?),
            Some((min, max)) => {
                let end = |text: &str| match text.trim() {
                    "" => Ok(None),
                    text => number(text).map(|value| Some(Bound::Included(value))),
                };
                match (end(min)?, end(max)?) {
                    (None, None) => return Err(FilterErrorKind::BadNumber),
                    (min, max) => range(min, max),
                }
            }
        },
    })
}

#[cfg(test)]
mod tests;
