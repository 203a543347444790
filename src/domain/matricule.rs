//! Registration numbers given by the school: `MLE-2026-0001`.

use std::collections::BTreeMap;

use super::{
    calendar::YearId,
    text_values::{Matricule, TextError},
};

/// The number after the last one given in the year, and the matricule it makes: prefix, first calendar year of the
/// school year, at least four digits (`9999` is followed by `10000`). The caller writes the counter back
/// ([`record`]) in the batch that uses the matricule, and asks again where it is taken already.
///
/// # Errors
/// The prefix makes no valid matricule.
pub fn next(prefix: &str, year: &YearId, counters: &BTreeMap<u16, u32>) -> Result<(u32, Matricule), TextError> {
    let last = counters.get(&year.first()).copied().unwrap_or_default();
    let number = last.checked_add(1).ok_or(TextError::TooLong { max: 32 })?;
    Ok((number, of(prefix, year, number)?))
}

/// The matricule of that number.
///
/// # Errors
/// The prefix makes no valid matricule.
pub fn of(prefix: &str, year: &YearId, number: u32) -> Result<Matricule, TextError> {
    Matricule::parse(&format!("{prefix}-{}-{number:04}", year.first()))
}

/// Notes that `number` has been given in the year; an older number changes nothing.
pub fn record(counters: &mut BTreeMap<u16, u32>, year: &YearId, number: u32) {
    let last = counters.entry(year.first()).or_default();
    *last = number.max(*last);
}

/// The number in a matricule of this prefix and year, so that numbers typed by hand or imported are not given again.
#[must_use]
pub fn number_in(matricule: &Matricule, prefix: &str, year: &YearId) -> Option<u32> {
    let head = format!("{}-{}-", prefix.to_uppercase(), year.first());
    let digits = matricule.as_str().strip_prefix(&head)?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(first: u16) -> YearId {
        YearId::starting(first).unwrap()
    }

    #[test]
    fn numbers_follow_in_each_year() {
        let mut counters = BTreeMap::new();
        let mut give = |first| {
            let (number, matricule) = next("MLE", &year(first), &counters).unwrap();
            record(&mut counters, &year(first), number);
            matricule.to_string()
        };
        assert_eq!(give(2026), "MLE-2026-0001");
        assert_eq!(give(2026), "MLE-2026-0002");
        assert_eq!(give(2027), "MLE-2027-0001");
        record(&mut counters, &year(2026), 1);
        assert_eq!(counters.get(&2026), Some(&2));
    }

    #[test]
    fn four_digits_grow() {
        let counters = BTreeMap::from([(2026, 9_999)]);
        assert_eq!(next("MLE", &year(2026), &counters).map(|(_, m)| m.to_string()), Ok("MLE-2026-10000".to_owned()));
        assert!(next("M L E", &year(2026), &counters).is_err());
        assert!(next("MLE", &year(2026), &BTreeMap::from([(2026, u32::MAX)])).is_err());
    }

    #[test]
    fn foreign_numbers_are_none_of_ours() {
        let number = |text: &str| number_in(&Matricule::parse(text).unwrap(), "mle", &year(2026));
        assert_eq!(number("MLE-2026-0042"), Some(42));
        assert_eq!(number("MLE-2025-0042"), None);
        assert_eq!(number("MLE-2026-4.2"), None);
    }
}
