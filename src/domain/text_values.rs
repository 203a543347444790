//! Short texts that are valid once they exist: names, user names, matricules, phones.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Why a text is refused. Each has a sentence in the locale files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum TextError {
    #[error("empty")]
    Empty,
    #[error("longer than {max} characters")]
    TooLong { max: usize },
    #[error("shorter than {min} characters")]
    TooShort { min: usize },
    #[error("has a character that is not allowed")]
    Character,
    #[error("not a phone number")]
    Phone,
    #[error("not an e-mail address")]
    Email,
    #[error("does not fit the school's pattern {pattern}")]
    Pattern { pattern: String },
    #[error("longer than {max} bytes")]
    TooManyBytes { max: usize },
}

/// Implements the shared face of a validated text.
macro_rules! text_value {
    ($name:ident) => {
        impl $name {
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;

            fn try_from(text: String) -> Result<Self, TextError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

/// Takes out whole escape sequences of terminals (`ESC [ 31 m`, `ESC ] 0 ; title BEL`), of which otherwise the visible
/// part would stay. One that does not end takes nothing with it but its beginning.
#[must_use]
pub fn without_escapes(text: &str) -> Cow<'_, str> {
    if !text.contains(['\u{1b}', '\u{9b}', '\u{9d}', '\u{90}', '\u{98}', '\u{9e}', '\u{9f}']) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let kind = match c {
            '\u{1b}' => {
                let mut after = rest.clone();
                match after.next() {
                    // `ESC (` and the like: a letter shift, of one more character.
                    Some(next @ ('[' | ']' | 'P' | 'X' | '^' | '_' | ' '..='/')) => {
                        rest = after;
                        Some(next)
                    }
                    Some(_) | None => continue,
                }
            }
            '\u{9b}' => Some('['),
            '\u{9d}' | '\u{90}' | '\u{98}' | '\u{9e}' | '\u{9f}' => Some(']'),
            _ => None,
        };
        match kind {
            None => kept.push(c),
            Some(kind) => {
                if let Some(end) = end_of_sequence(kind, rest.as_str()) {
                    rest = rest.as_str().get(end..).unwrap_or_default().chars();
                }
            }
        }
    }
    Cow::Owned(kept)
}

/// Where what follows an introducer ends: after its final byte, or after the terminator of a string.
fn end_of_sequence(kind: char, rest: &str) -> Option<usize> {
    match kind {
        '[' => {
            let last = rest.find(|c| !matches!(c, ' '..='?'))?;
            let ends = rest.get(last..)?.starts_with(|c| matches!(c, '@'..='~'));
            ends.then(|| last.saturating_add(1))
        }
        ' '..='/' => rest.starts_with(|c: char| c.is_ascii_graphic()).then_some(1),
        _ => ["\u{7}", "\u{1b}\\", "\u{9c}"]
            .into_iter()
            .filter_map(|end| rest.find(end).map(|at| at.saturating_add(end.len())))
            .min(),
    }
}

/// Composes, drops escape sequences, control and direction-changing characters and joiners, folds runs of white space,
/// trims. (Terminals differ in how wide a joined emoji is; its parts side by side are the same everywhere.)
fn tidy(text: &str) -> String {
    let kept: String = without_escapes(text)
        .nfc()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Direction overrides and isolates, zero-width characters and the byte-order mark: they hide or reorder text.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
}

fn at_most(text: String, max: usize) -> Result<String, TextError> {
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    // A character as people count them may be several code points; each is bounded too, against stacked accents.
    if text.graphemes(true).count() > max || text.chars().count() > max.saturating_mul(4) {
        return Err(TextError::TooLong { max });
    }
    Ok(text)
}

/// A name of a person, class, subject, evaluation: 1 to 80 characters of any script, tidied.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

text_value!(Name);

impl Name {
    /// 80 characters.
    pub const MAX: usize = 80;

    /// # Errors
    /// Empty once tidied, or longer than [`Name::MAX`].
    pub fn parse(text: &str) -> Result<Self, TextError> {
        // Tidying megabytes to refuse them is work for nothing.
        if text.len() > 64 * Self::MAX {
            return Err(TextError::TooLong { max: Self::MAX });
        }
        at_most(tidy(text), Self::MAX).map(Self)
    }

    /// A name written in this crate's own data (presets); a test there checks each of them.
    pub(in crate::domain) fn preset(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Name(…)")
    }
}

/// A remark on one line, up to 500 characters, tidied; may be empty.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Remark(String);

text_value!(Remark);

impl Remark {
    /// 500 characters.
    pub const MAX: usize = 500;

    /// # Errors
    /// Longer than [`Remark::MAX`].
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.len() > 64 * Self::MAX {
            return Err(TextError::TooLong { max: Self::MAX });
        }
        match at_most(tidy(text), Self::MAX) {
            Err(TextError::Empty) => Ok(Self(String::new())),
            other => other.map(Self),
        }
    }
}

impl fmt::Debug for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Remark(…)")
    }
}

/// A login name: 2 to 32 of `a-z 0-9 . _ -`, lower case, compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Username(String);

text_value!(Username);

impl Username {
    /// # Errors
    /// Too short, too long, or another character.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = text.trim().to_lowercase();
        match text.chars().count() {
            0 => return Err(TextError::Empty),
            1 => return Err(TextError::TooShort { min: 2 }),
            2..=32 => {}
            _ => return Err(TextError::TooLong { max: 32 }),
        }
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
        if text.chars().all(fits) { Ok(Self(text)) } else { Err(TextError::Character) }
    }
}

/// A student's registration number, unique in the school: 1 to 32 of letters, digits and `- / . _`, upper case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Matricule(String);

text_value!(Matricule);

impl Matricule {
    /// # Errors
    /// Empty, too long, or another character. The school's own pattern is checked where it is known.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = text.trim().to_uppercase();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.chars().count() > 32 {
            return Err(TextError::TooLong { max: 32 });
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.' | '_');
        if text.chars().all(fits) { Ok(Self(text)) } else { Err(TextError::Character) }
    }
}

/// A phone number in E.164, such as `+22376123456`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

impl Phone {
    /// Reads a number as people write it; without a country code it is of `region` (`ML`, `FR`, …).
    ///
    /// # Errors
    /// Not a valid number there.
    pub fn parse_in(text: &str, region: &str) -> Result<Self, TextError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.len() > 64 {
            return Err(TextError::TooLong { max: 64 });
        }
        let region = region.parse::<phonenumber::country::Id>().ok();
        let number = phonenumber::parse(region, text).map_err(|_| TextError::Phone)?;
        if !phonenumber::is_valid(&number) {
            return Err(TextError::Phone);
        }
        Ok(Self(number.format().mode(phonenumber::Mode::E164).to_string()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As people read it: `+223 76 12 34 56`.
    #[must_use]
    pub fn international(&self) -> String {
        phonenumber::parse(None, &self.0).map_or_else(
            |_| self.0.clone(),
            |number| number.format().mode(phonenumber::Mode::International).to_string(),
        )
    }
}

impl TryFrom<String> for Phone {
    type Error = TextError;

    /// Stored text: already E.164, so only its shape is checked (reading a page must not parse fifty numbers).
    fn try_from(text: String) -> Result<Self, TextError> {
        let digits = text.strip_prefix('+').unwrap_or_default();
        if (5..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text))
        } else {
            Err(TextError::Phone)
        }
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Phone {
    /// Can it be a mobile's, by its country's numbering? (In some countries a number does not tell.)
    #[must_use]
    pub fn is_mobile(&self) -> bool {
        use phonenumber::Type;
        let number = phonenumber::parse(None, &self.0);
        number.is_ok_and(|number| {
            matches!(number.number_type(&phonenumber::metadata::DATABASE), Type::Mobile | Type::FixedLineOrMobile)
        })
    }
}

/// An address for e-mail: one `@` between a name and a domain with a point, no blanks. Whether it is read is not known.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

text_value!(Email);

impl Email {
    /// Bytes of the longest address.
    pub const MAX: usize = 254;

    /// # Errors
    /// Not an address.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = at_most(tidy(text), Self::MAX)?;
        let (name, domain) = text.rsplit_once('@').ok_or(TextError::Email)?;
        let labels = domain.split('.').collect::<Vec<_>>();
        let label = |label: &&str| {
            !label.is_empty() && !label.starts_with('-') && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let plain = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
        if name.is_empty() || !name.chars().all(plain) || labels.len() < 2 || !labels.iter().all(label) {
            return Err(TextError::Email);
        }
        Ok(Self(text))
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

/// A password on its way to be hashed or checked: 8 characters to 71 bytes (what bcrypt can take), wiped after use,
/// never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    /// 8 characters.
    pub const MIN: usize = 8;
    /// 71 bytes, for bcrypt's 72 hold a closing zero too; accented letters take two.
    pub const MAX_BYTES: usize = 71;

    /// For a new password.
    ///
    /// # Errors
    /// Too short or too long.
    pub fn new(text: &str) -> Result<Self, TextError> {
        if text.chars().count() < Self::MIN {
            return Err(TextError::TooShort { min: Self::MIN });
        }
        if text.len() > Self::MAX_BYTES {
            return Err(TextError::TooManyBytes { max: Self::MAX_BYTES });
        }
        Ok(Self(text.to_owned()))
    }

    /// For one typed at login, which may be anything.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The clear text; for hashing only.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Drop for Password {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Text that must not be seen, logged or stored in clear; wiped after use. It crosses the channel like a password does.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// `None` for blank text.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The clear text; for checking and enciphering only.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidied() {
        assert_eq!(Name::parse("  Awa\n\u{1b}[31m  Diallo\u{202e} ").map(String::from), Ok("Awa Diallo".to_owned()));
        assert_eq!(Name::parse("e\u{301}").map(String::from), Ok("é".to_owned()));
        assert_eq!(Name::parse(" \t "), Err(TextError::Empty));
        assert_eq!(Name::parse(&"x".repeat(10_000)), Err(TextError::TooLong { max: 80 }));
        assert!(Name::parse("محمد علي").is_ok());
    }

    #[test]
    fn escape_sequences_go_whole() {
        for (text, kept) in [
            ("\u{1b}[31mAwa\u{1b}[0m", "Awa"),
            ("\u{9b}1;31mAwa", "Awa"),
            ("\u{1b}]0;titre\u{7}Awa", "Awa"),
            ("\u{1b}]8;;http://x\u{1b}\\Awa\u{1b}]8;;\u{1b}\\", "Awa"),
            ("\u{1b}Pq#0\u{9c}Awa", "Awa"),
            ("\u{1b}(0Awa", "Awa"),
            // Nothing after one that does not end is lost.
            ("Awa\u{1b}]0;Diallo", "Awa0;Diallo"),
            ("Awa\u{1b}[31", "Awa31"),
            ("Awa\u{1b}[é", "Awaé"),
            ("Awa\u{1b}", "Awa"),
            ("Awa [31m", "Awa [31m"),
        ] {
            assert_eq!(without_escapes(text), kept, "{text:?}");
        }
        assert_eq!(Name::parse("👨\u{200d}👩\u{200d}👧 Ba").map(String::from), Ok("👨👩👧 Ba".to_owned()));
    }

    #[test]
    fn phones_are_e164() {
        let phone = Phone::parse_in("76 12 34 56", "ML").map(String::from);
        assert_eq!(phone, Ok("+22376123456".to_owned()));
        assert_eq!(Phone::parse_in("+223 76-12-34-56", "FR").map(String::from), Ok("+22376123456".to_owned()));
        assert_eq!(Phone::parse_in("12", "ML"), Err(TextError::Phone));
        assert_eq!(Phone::parse_in("7,61E+07", "ML"), Err(TextError::Phone));
    }

    #[test]
    fn passwords_over_71_bytes_are_refused() {
        assert!(Password::new(&"x".repeat(71)).is_ok());
        assert!(Password::new(&"é".repeat(36)).is_err());
    }

    #[test]
    fn an_address_has_a_name_and_a_domain() {
        for good in ["f.traore@ecole.ml", "a+b@x-y.org", "  a@b.co "] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "a@b", "@b.ml", "a@.ml", "a b@c.ml", "a@b@c.ml", "a@-b.ml", "a@b..ml"] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn mobiles_are_told_from_fixed_lines() {
        let of = |text| Phone::parse_in(text, "ML").unwrap().is_mobile();
        assert!(of("76 12 34 56"));
        assert!(!of("20 22 35 61"));
    }

    #[test]
    fn user_names_have_no_case() {
        assert_eq!(Username::parse(" Awa.Diallo ").map(String::from), Ok("awa.diallo".to_owned()));
        assert!(Username::parse("a b").is_err());
    }
}
