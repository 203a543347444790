//! Scores, scales, special codes, and the reading of what a teacher types into a cell.
//!
//! Everything is an integer number of hundredths: no floating point takes part in any decision.

mod pad;

use std::fmt;

pub use pad::read_pad;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One point, in hundredths.
pub const POINT: u16 = 100;

/// Reads a JSON number with at most two decimals as hundredths.
fn hundredths_from<'de, D: Deserializer<'de>>(deserializer: D, max: u16) -> Result<u16, D::Error> {
    let number = f64::deserialize(deserializer)?;
    let scaled = (number * f64::from(POINT)).round();
    if !(0.0..=f64::from(max)).contains(&scaled) {
        return Err(serde::de::Error::custom(format_args!("{number} is out of range")));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "range checked above")]
    Ok(scaled as u16)
}

/// Writes hundredths with the given decimal mark and no needless zeros: `12`, `12,5`, `8,25`.
fn short(hundredths: u16, decimal: char) -> String {
    let (whole, rest) = (hundredths / POINT, hundredths % POINT);
    match rest {
        0 => whole.to_string(),
        r if r % 10 == 0 => format!("{whole}{decimal}{}", r / 10),
        r => format!("{whole}{decimal}{r:02}"),
    }
}

/// Writes hundredths with exactly two decimals: `12,50`.
fn fixed(hundredths: u16, decimal: char) -> String {
    format!("{}{decimal}{:02}", hundredths / POINT, hundredths % POINT)
}

macro_rules! hundredths {
    ($name:ident, $max:expr) => {
        impl $name {
            #[must_use]
            pub fn hundredths(self) -> u16 {
                self.0
            }

            /// The number as JSON, MongoDB and charts have it.
            #[must_use]
            pub fn to_f64(self) -> f64 {
                f64::from(self.0) / f64::from(POINT)
            }

            /// Two decimals with the given mark: `12,50`.
            #[must_use]
            pub fn fixed(self, decimal: char) -> String {
                fixed(self.0, decimal)
            }

            /// No needless zeros: `12,5`.
            #[must_use]
            pub fn short(self, decimal: char) -> String {
                short(self.0, decimal)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_f64(self.to_f64())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                hundredths_from(deserializer, $max).map(Self)
            }
        }
    };
}

/// What an evaluation is marked out of (barème): 0,01 to 100 points, in hundredths; 20 unless said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scale(u16);

/// A mark's number of points, 0 to its evaluation's scale, in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u16);

/// An average, 0 to 20, rounded half up to hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Average(u16);

hundredths!(Scale, Scale::MAX);
hundredths!(Score, Scale::MAX);
hundredths!(Average, Average::MAX);

impl Scale {
    /// 100 points.
    pub const MAX: u16 = 10_000;
    /// /20, the usual one.
    pub const TWENTY: Self = Self(2_000);

    /// A scale of that many hundredths, 1 to 10,000.
    #[must_use]
    pub fn from_hundredths(hundredths: u16) -> Option<Self> {
        (1..=Self::MAX).contains(&hundredths).then_some(Self(hundredths))
    }

    /// Reads `20`, `40`, `7,5`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse_hundredths(text).ok().and_then(|n| u16::try_from(n).ok()).and_then(Self::from_hundredths)
    }
}

impl Default for Scale {
    fn default() -> Self {
        Self::TWENTY
    }
}

impl Score {
    /// A score of that many hundredths on `scale`; `None` above it.
    #[must_use]
    pub fn new(hundredths: u16, scale: Scale) -> Option<Self> {
        (hundredths <= scale.0).then_some(Self(hundredths))
    }
}

impl Average {
    /// 20.
    pub const MAX: u16 = 2_000;
    /// 0.
    pub const ZERO: Self = Self(0);

    /// An average of that many hundredths, 0 to 2,000.
    #[must_use]
    pub fn from_hundredths(hundredths: u16) -> Option<Self> {
        (hundredths <= Self::MAX).then_some(Self(hundredths))
    }
}

/// What may stand in a cell instead of a score (`domain.md`, Marks).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MarkCode {
    /// Justified absence: left out, a make-up is due.
    Abs,
    /// Unjustified absence: zero or left out, by rule.
    Absn,
    /// Exempt (dispensé): left out.
    Disp,
    /// Not graded (non noté): left out.
    Nn,
    /// Not handed in (non rendu): zero or left out, by rule.
    Nr,
}

impl MarkCode {
    pub const ALL: [Self; 5] = [Self::Abs, Self::Absn, Self::Disp, Self::Nn, Self::Nr];

    /// The code as schools write it and as it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Abs => "ABS",
            Self::Absn => "ABSN",
            Self::Disp => "DISP",
            Self::Nn => "NN",
            Self::Nr => "NR",
        }
    }

    /// Reads a code in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.into_iter().find(|code| code.as_str().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for MarkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What stands in a filled cell. An empty cell is `None` of this, and is never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkValue {
    Score(Score),
    Code(MarkCode),
}

impl MarkValue {
    /// As shown in a cell and on the command line: `12,5` or `ABS`.
    #[must_use]
    pub fn short(self, decimal: char) -> String {
        match self {
            Self::Score(score) => score.short(decimal),
            Self::Code(code) => code.as_str().to_owned(),
        }
    }
}

/// Why typed text is not a mark. Each has a sentence in the locale files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum MarkError {
    #[error("above the scale")]
    AboveScale { scale: Scale },
    #[error("negative")]
    Negative,
    #[error("more than two decimals")]
    TooPrecise,
    #[error("written out of another scale than this evaluation's")]
    OtherScale { scale: Scale },
    #[error("more digits than a mark typed without a decimal mark has")]
    TooManyDigits,
    #[error("neither a number nor a code")]
    NotAMark,
}

/// Reads a decimal number with comma or point and at most two decimals as hundredths.
pub(in crate::domain) fn parse_hundredths(text: &str) -> Result<u32, MarkError> {
    let text = text.trim();
    match text.strip_prefix(['-', '−']) {
        Some(rest) if unsigned_hundredths(rest.trim()).is_ok() => Err(MarkError::Negative),
        Some(_) => Err(MarkError::NotAMark),
        None => unsigned_hundredths(text),
    }
}

fn unsigned_hundredths(text: &str) -> Result<u32, MarkError> {
    let (whole, decimals) = text.split_once([',', '.']).unwrap_or((text, ""));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || (text.len() > whole.len() && !digits(decimals)) {
        return Err(MarkError::NotAMark);
    }
    if decimals.len() > 2 {
        return Err(MarkError::TooPrecise);
    }
    // Seven digits are far above any scale; longer runs would only overflow.
    let whole: u32 = if whole.len() > 7 { 9_999_999 } else { whole.parse().map_err(|_| MarkError::NotAMark)? };
    let tenths: u32 = match decimals.len() {
        0 => 0,
        1 => decimals.parse::<u32>().map_err(|_| MarkError::NotAMark)?.saturating_mul(10),
        _ => decimals.parse().map_err(|_| MarkError::NotAMark)?,
    };
    Ok(whole.saturating_mul(u32::from(POINT)).saturating_add(tenths))
}

/// Reads what was typed, pasted, imported or given on the command line for a cell on `scale`.
/// Empty text (or blanks) empties the cell. `12,5`, `12.5`, `12/20` on /20, and the codes are understood.
///
/// # Errors
/// Says why the text is refused; nothing is ever clamped, blanked or rounded.
pub fn parse_mark(text: &str, scale: Scale) -> Result<Option<MarkValue>, MarkError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(code) = MarkCode::parse(text) {
        return Ok(Some(MarkValue::Code(code)));
    }
    let number = match text.split_once('/') {
        None => text,
        Some((number, out_of)) => match Scale::parse(out_of) {
            Some(said) if said == scale => number,
            Some(_) => return Err(MarkError::OtherScale { scale }),
            None => return Err(MarkError::NotAMark),
        },
    };
    let hundredths = parse_hundredths(number)?;
    u16::try_from(hundredths)
        .ok()
        .and_then(|n| Score::new(n, scale))
        .map(|score| Some(MarkValue::Score(score)))
        .ok_or(MarkError::AboveScale { scale })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<MarkValue>, MarkError> {
        parse_mark(text, Scale::TWENTY)
    }

    #[expect(clippy::unnecessary_wraps, reason = "shaped like what it is compared with")]
    fn score(hundredths: u16) -> Result<Option<MarkValue>, MarkError> {
        Ok(Some(MarkValue::Score(Score(hundredths))))
    }

    #[test]
    fn comma_and_point_are_the_same_mark() {
        assert_eq!(read("12,5"), score(1_250));
        assert_eq!(read("12.5"), score(1_250));
        assert_eq!(read(" 8,25 "), score(825));
        assert_eq!(read("20"), score(2_000));
        assert_eq!(read("12/20"), score(1_200));
    }

    #[test]
    fn codes_in_any_case_and_blank_is_empty() {
        assert_eq!(read("abs"), Ok(Some(MarkValue::Code(MarkCode::Abs))));
        assert_eq!(read("DISP"), Ok(Some(MarkValue::Code(MarkCode::Disp))));
        assert_eq!(read("  "), Ok(None));
    }

    #[test]
    fn what_is_not_a_mark_is_refused_and_said() {
        let scale = Scale::TWENTY;
        assert_eq!(read("21"), Err(MarkError::AboveScale { scale }));
        assert_eq!(read("20,01"), Err(MarkError::AboveScale { scale }));
        assert_eq!(read("41/40"), Err(MarkError::OtherScale { scale }));
        assert_eq!(parse_mark("41/40", Scale(4_000)), Err(MarkError::AboveScale { scale: Scale(4_000) }));
        assert_eq!(read("-1"), Err(MarkError::Negative));
        assert_eq!(read("1e3"), Err(MarkError::NotAMark));
        assert_eq!(read("12,555"), Err(MarkError::TooPrecise));
        assert_eq!(read("abc"), Err(MarkError::NotAMark));
        assert_eq!(read("12,"), Err(MarkError::NotAMark));
        assert_eq!(read(",5"), Err(MarkError::NotAMark));
        assert_eq!(read("999999999999999999999"), Err(MarkError::AboveScale { scale }));
        assert_eq!(read("NaN"), Err(MarkError::NotAMark));
        assert_eq!(read("--1"), Err(MarkError::NotAMark));
    }

    /// A ruled line of a hostile file is read like any other nonsense.
    #[test]
    fn a_million_signs_are_no_mark() {
        assert_eq!(read(&"-".repeat(1_000_000)), Err(MarkError::NotAMark));
        assert_eq!(read(&format!("{}1", "- ".repeat(1_000_000))), Err(MarkError::NotAMark));
    }

    #[test]
    fn json_is_a_plain_number() {
        let text = serde_json::to_string(&Score(1_250)).unwrap_or_default();
        assert_eq!(text, "12.5");
        assert_eq!(serde_json::from_str::<Score>("12.5").ok(), Some(Score(1_250)));
        assert!(serde_json::from_str::<Score>("-1").is_err());
    }
}
