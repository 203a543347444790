//! A value on its way out.

use crate::{
    domain::score::Average,
    text::{Lang, format},
};

/// A cell of a list. Numbers keep their type to the end: programs get a point, people their language's mark.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Integer(i64),
    /// A number as somebody typed it.
    Number(String),
    /// With so many decimals.
    Decimal(f64, usize),
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Text that may be a typed number, whose sign must stay.
    pub fn typed(text: String) -> Self {
        match text.trim().replace(',', ".").parse::<f64>() {
            Ok(number) if number.is_finite() => Self::Number(text),
            _ => Self::Text(text),
        }
    }

    pub fn maybe(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.into()))
    }

    pub fn count(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }

    pub fn average(average: Option<Average>) -> Self {
        Self::decimal(average.map(Average::to_f64))
    }

    /// With two decimals.
    pub fn decimal(number: Option<f64>) -> Self {
        number.map_or(Self::Empty, |number| Self::Decimal(number, 2))
    }

    /// For people; not yet sanitised.
    pub(super) fn shown(&self, lang: Lang) -> String {
        match self {
            Self::Empty => "—".to_owned(),
            Self::Text(text) | Self::Number(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Decimal(number, decimals) => format::decimal(*number, *decimals, lang),
        }
    }

    /// For a spreadsheet: text that it would take for a formula gets an apostrophe in front; typed numbers keep
    /// their sign.
    pub(super) fn csv(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']) => format!("'{text}"),
            Self::Text(text) | Self::Number(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Decimal(number, decimals) => format!("{number:.decimals$}"),
        }
    }
}
