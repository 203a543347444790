//! What is kept of a student under lock only: the account, the national id, the medical note.
//!
//! These never stand in a store in clear. Until the school has a key they are checked and not kept.

use serde::{Deserialize, Serialize};

use super::{
    account::{self, AccountError},
    text_values::{Remark, Secret, TextError},
};

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SensitiveField {
    Account,
    NationalId,
    MedicalNote,
}

impl SensitiveField {
    pub const ALL: [Self; 3] = [Self::Account, Self::NationalId, Self::MedicalNote];
}

/// Why a value is not even right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum SensitiveError {
    #[error("{0}")]
    Account(AccountError),
    #[error("not a NINA of Mali")]
    Nina,
    #[error("not built as national ids are")]
    NationalId,
    #[error("{0}")]
    Text(TextError),
}

/// What was typed of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sensitive {
    /// With a bank or a Mobile Money operator.
    #[serde(default)]
    pub account: Option<Secret>,
    #[serde(default)]
    pub national_id: Option<Secret>,
    #[serde(default)]
    pub medical_note: Option<Secret>,
}

impl Sensitive {
    /// Nothing but this.
    #[must_use]
    pub fn only(field: SensitiveField, text: &str) -> Self {
        let mut all = Self::default();
        all.set(field, text);
        all
    }

    /// Blank text is nothing.
    pub fn set(&mut self, field: SensitiveField, text: &str) {
        let place = match field {
            SensitiveField::Account => &mut self.account,
            SensitiveField::NationalId => &mut self.national_id,
            SensitiveField::MedicalNote => &mut self.medical_note,
        };
        *place = Secret::typed(text);
    }

    fn get(&self, field: SensitiveField) -> Option<&Secret> {
        match field {
            SensitiveField::Account => self.account.as_ref(),
            SensitiveField::NationalId => self.national_id.as_ref(),
            SensitiveField::MedicalNote => self.medical_note.as_ref(),
        }
    }

    /// The first that was given.
    #[must_use]
    pub fn given(&self) -> Option<SensitiveField> {
        SensitiveField::ALL.into_iter().find(|field| self.get(*field).is_some())
    }

    /// Checks what was given. `bank`: who holds the account; `region`: the school's country.
    ///
    /// # Errors
    /// The first that is wrong; its value is not in it.
    pub fn check(&self, bank: Option<&str>, region: &str) -> Result<(), (SensitiveField, SensitiveError)> {
        for field in SensitiveField::ALL {
            let Some(value) = self.get(field) else { continue };
            let checked = match field {
                SensitiveField::Account => {
                    account::check(bank, value.reveal(), region).map(drop).map_err(SensitiveError::Account)
                }
                SensitiveField::NationalId => national_id(value.reveal(), region),
                SensitiveField::MedicalNote => Remark::parse(value.reveal()).map(drop).map_err(SensitiveError::Text),
            };
            checked.map_err(|error| (field, error))?;
        }
        Ok(())
    }
}

/// The NINA of Mali is 14 digits (nationality 1, sex 1, year of birth 2, place of birth 7, number 3) and a letter; how
/// the letter is reckoned is not published, so it is not checked. (Presentation of the card by the head of civil status,
/// 17 February 2013, maliweb.net.) Ids of other countries have 5 to 20 letters, digits and dashes; in a school of Mali
/// they are written with their country before them: `CI:C0012345678`.
fn national_id(text: &str, region: &str) -> Result<(), SensitiveError> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let abroad = bare.split_once(':').filter(|(country, _)| {
        country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_alphabetic()) && *country != "ML"
    });
    let id = match abroad {
        Some((_, id)) => id,
        None if region == "ML" => {
            let digits = bare.strip_suffix(|c: char| c.is_ascii_alphabetic()).unwrap_or_default();
            let nina = digits.len() == 14 && digits.bytes().all(|byte| byte.is_ascii_digit());
            return if nina { Ok(()) } else { Err(SensitiveError::Nina) };
        }
        None => bare.as_str(),
    };
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let digits = id.bytes().filter(u8::is_ascii_digit).count();
    if plain && (5..=20).contains(&id.len()) && digits >= 3 { Ok(()) } else { Err(SensitiveError::NationalId) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(text: &str, region: &str) -> Result<(), (SensitiveField, SensitiveError)> {
        Sensitive::only(SensitiveField::NationalId, text).check(None, region)
    }

    #[test]
    fn a_nina_is_fourteen_digits_and_a_letter() {
        let wrong = |error| Err((SensitiveField::NationalId, error));
        assert_eq!(id("1 1 09 1234567 001 K", "ML"), Ok(()));
        assert_eq!(id("11091234567001k", "ML"), Ok(()));
        for text in ["11091234567001", "1109123456701K", "110912345670012K", "A1091234567001K", "né à Ségou"] {
            assert_eq!(id(text, "ML"), wrong(SensitiveError::Nina), "{text}");
        }
        assert_eq!(id("CI:C0012345678", "ML"), Ok(()));
        assert_eq!(id("C0012345678", "FR"), Ok(()));
        for text in ["CI:12", "CI:pas de numéro", "CI:", "CI:123456789012345678901"] {
            assert_eq!(id(text, "ML"), wrong(SensitiveError::NationalId), "{text}");
        }
    }

    #[test]
    fn blank_is_nothing_and_the_first_wrong_one_is_said() {
        let mut all = Sensitive::default();
        for field in SensitiveField::ALL {
            all.set(field, "  ");
        }
        assert_eq!((all.given(), all.check(None, "ML")), (None, Ok(())));
        all.set(SensitiveField::MedicalNote, &"x".repeat(501));
        assert_eq!(all.given(), Some(SensitiveField::MedicalNote));
        let long = SensitiveError::Text(TextError::TooLong { max: 500 });
        assert_eq!(all.check(None, "ML"), Err((SensitiveField::MedicalNote, long)));
        all.set(SensitiveField::Account, "4111 1111 1111 1112");
        let card = SensitiveError::Account(AccountError::Card);
        assert_eq!(all.check(None, "ML"), Err((SensitiveField::Account, card)));
    }

    #[test]
    fn no_value_is_shown_by_accident() {
        let all = Sensitive::only(SensitiveField::Account, "4111111111111111");
        assert!(!format!("{all:?}").contains("4111"), "{all:?}");
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,60}", region in "[A-Z]{2}") {
            let _ = id(&text, &region);
        }

        #[test]
        fn every_nina_of_the_shape_is_taken(digits in "[0-9]{14}", letter in "[A-Za-z]", blank in 1_usize..14) {
            let (head, tail) = digits.split_at(blank);
            prop_assert_eq!(id(&format!("{head} {tail}{letter}"), "ML"), Ok(()));
            prop_assert!(id(&digits, "ML").is_err());
        }
    }
}
