//! Accounts that money comes from or goes to: Mobile Money operators and their numbering, banks' IBAN, cards.
//!
//! Only what public rules say of a number is checked: that an account exists is known to its operator alone.

use serde::{Deserialize, Serialize};

use super::{
    text_values::{Name, Phone},
    words,
};

/// Who runs a Mobile Money account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    OrangeMoney,
    /// Of Moov Africa Malitel (Sotelma) in Mali.
    MoovMoney,
    /// Not tied to a network.
    SamaMoney,
    /// Not tied to a network.
    Wave,
    /// Of MTN, in countries around Mali.
    Momo,
}

/// What the numbers of a network begin with in Mali (`+223`), after the country's code. Source: a republished copy of 2023
/// of the carrier table for 223 that goes with libphonenumber; the regulator's own plan was not at hand. A number that
/// was taken along to another network would be refused.
const MALI: &[(Operator, &[&str])] = &[
    (Operator::OrangeMoney, &["7", "82", "83", "84", "90", "91", "92", "93", "94"]),
    (Operator::MoovMoney, &["6", "89", "95", "96", "97", "98", "99"]),
];

impl Operator {
    pub const ALL: [Self; 5] = [Self::OrangeMoney, Self::MoovMoney, Self::SamaMoney, Self::Wave, Self::Momo];

    /// As its customers call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OrangeMoney => "Orange Money",
            Self::MoovMoney => "Moov Money",
            Self::SamaMoney => "Sama Money",
            Self::Wave => "Wave",
            Self::Momo => "MTN MoMo",
        }
    }

    /// Reads the name in any case; its first word is enough.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match words::fold(text.trim()).as_str() {
            "orange money" | "orange" | "om" => Some(Self::OrangeMoney),
            "moov money" | "moov africa" | "moov" | "mobicash" | "malitel" => Some(Self::MoovMoney),
            "sama money" | "sama" => Some(Self::SamaMoney),
            "wave" => Some(Self::Wave),
            "mtn momo" | "momo" | "mtn" => Some(Self::Momo),
            _ => None,
        }
    }

    /// Can this be the number of an account with this operator? A mobile's; and where the country's numbering tells whose
    /// numbers are whose (Mali, Orange and Moov), one of its own.
    ///
    /// # Errors
    /// Not a mobile's number, or another network's.
    pub fn takes(self, number: &Phone) -> Result<(), AccountError> {
        if !number.is_mobile() {
            return Err(AccountError::NotMobile);
        }
        let Some(national) = number.as_str().strip_prefix("+223") else { return Ok(()) };
        let fits = |prefixes: &[&str]| prefixes.iter().any(|prefix| national.starts_with(prefix));
        match MALI.iter().find(|(operator, _)| *operator == self) {
            Some((_, prefixes)) if !fits(prefixes) => Err(AccountError::OtherNetwork { operator: self }),
            Some(_) | None => Ok(()),
        }
    }
}

/// A bank or operator as it is kept: operators by their own name, however they were typed.
#[must_use]
pub fn holder(typed: Name) -> Name {
    match Operator::parse(typed.as_str()) {
        Some(operator) => Name::preset(operator.name()),
        None => typed,
    }
}

/// Why a number is no account. Each has a sentence in the locale files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum AccountError {
    #[error("not a mobile's number")]
    NotMobile,
    #[error("not a number of {operator:?}")]
    OtherNetwork { operator: Operator },
    #[error("an IBAN whose check digits are wrong")]
    Iban,
    #[error("an IBAN that is not built as its country's are")]
    IbanShape,
    #[error("a card number whose check digit is wrong")]
    Card,
    #[error("neither a phone, nor an IBAN, nor a card number")]
    Nothing,
}

/// What an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    MobileMoney,
    Iban,
    Card,
}

/// Countries of the West African franc: an IBAN there is the 24 characters of the account (bank 5, branch 5, number 12,
/// key 2) after the country and its check digits. They are not in the registry of IBAN formats.
const WEST_AFRICAN_FRANC: [&str; 8] = ["BJ", "BF", "CI", "GW", "ML", "NE", "SN", "TG"];

/// Checks an account. With an operator's name as `holder` it is a number of that operator (`region`: the country where
/// none is written); else an IBAN, or the digits of a card.
///
/// # Errors
/// What does not fit; the account is not in it.
pub fn check(holder: Option<&str>, account: &str, region: &str) -> Result<AccountKind, AccountError> {
    if let Some(operator) = holder.and_then(Operator::parse) {
        let number = Phone::parse_in(account, region).map_err(|_| AccountError::NotMobile)?;
        return operator.takes(&number).map(|()| AccountKind::MobileMoney);
    }
    let bare: String = account.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if bare.chars().take(2).all(|c| c.is_ascii_alphabetic()) && bare.len() > 2 {
        return iban(&bare.to_ascii_uppercase()).map(|()| AccountKind::Iban);
    }
    // ISO/IEC 7812: 12 to 19 digits, the last of them by Luhn's rule.
    if (12..=19).contains(&bare.len()) && bare.bytes().all(|byte| byte.is_ascii_digit()) {
        let zero = bare.bytes().all(|byte| byte == b'0');
        let fits = !zero && luhn3::decimal::valid(bare.as_bytes());
        return if fits { Ok(AccountKind::Card) } else { Err(AccountError::Card) };
    }
    Err(AccountError::Nothing)
}

/// ISO 13616: the check digits, and the country's own shape where the registry has it.
fn iban(bare: &str) -> Result<(), AccountError> {
    use iban::{Iban, IbanLike, ParseIbanError};
    match bare.parse::<Iban>() {
        Ok(_) => Ok(()),
        Err(ParseIbanError::InvalidBaseIban { .. }) => Err(AccountError::Iban),
        Err(ParseIbanError::InvalidBban(_)) => Err(AccountError::IbanShape),
        Err(ParseIbanError::UnknownCountry(base)) => {
            let franc = WEST_AFRICAN_FRANC.contains(&base.country_code());
            if !franc || bare.len() == 28 { Ok(()) } else { Err(AccountError::IbanShape) }
        }
    }
}

#[cfg(test)]
mod tests;
