//! One made-up person after the other.

use jiff::civil::Date;

use super::{chance::Chance, names};
use crate::domain::{
    entities::{Sex, StudentStatus},
    text_values::{Name, Phone},
    words,
};

/// A person before any number is given.
pub(super) struct Person {
    pub last: &'static str,
    pub first: &'static str,
    pub sex: Sex,
    pub birth_date: Option<Date>,
    pub birth_place: Option<Name>,
    pub status: StudentStatus,
    pub repeater: bool,
    /// Hundredths of a point on 20: how good at school, all subjects together.
    pub ability: i32,
    /// Excused from sports the whole year.
    pub exempt: bool,
}

impl Person {
    /// A student of about `age` in the calendar year `year`.
    pub fn student(chance: &mut Chance, year: i16, age: u32) -> Self {
        let sex = if chance.in_thousand(510) { Sex::Female } else { Sex::Male };
        let (last, first) = name(chance, sex);
        let born = age.saturating_add(chance.below(3));
        let born = i16::try_from(born).map_or(year, |age| year.saturating_sub(age));
        let (month, day) = (chance.below(12).saturating_add(1), chance.below(28).saturating_add(1));
        let date = i8::try_from(month).ok().zip(i8::try_from(day).ok());
        let status = match chance.below(1_000) {
            0..10 => StudentStatus::Pending,
            10..20 => StudentStatus::Withdrawn,
            _ => StudentStatus::Active,
        };
        Self {
            last,
            first,
            sex,
            birth_date: date.and_then(|(month, day)| Date::new(born, month, day).ok()),
            birth_place: chance.common(names::TOWNS).map(|town| Name::preset(town)),
            status,
            repeater: chance.in_thousand(80),
            ability: chance.bell(1_130, 240),
            exempt: chance.in_thousand(20),
        }
    }

    /// The order of a class list.
    pub fn order(&self) -> String {
        words::sort_key(&[self.last, self.first])
    }
}

/// Family name and first name.
pub(super) fn name(chance: &mut Chance, sex: Sex) -> (&'static str, &'static str) {
    let firsts = match sex {
        Sex::Female => names::GIRLS,
        Sex::Male => names::BOYS,
    };
    let last = chance.common(names::FAMILIES).copied().unwrap_or("Traoré");
    (last, chance.common(firsts).copied().unwrap_or("Adama"))
}

/// How many Malian mobile numbers there are to give: 6x and 7x.
const NUMBERS: u64 = 20_000_000;
/// Has no divisor in common with [`NUMBERS`], so that multiplying visits each number once.
const STEP: u64 = 12_345_677;

/// The phone of student `number` (from 0): unique up to twenty million students. One in ten has none.
pub(super) fn phone(seed: u64, number: u32) -> Option<Phone> {
    if number.checked_rem(10) == Some(7) {
        return None;
    }
    let start = seed.checked_rem(NUMBERS).unwrap_or_default();
    let place = u64::from(number).wrapping_mul(STEP).wrapping_add(start).checked_rem(NUMBERS)?;
    Phone::try_from(format!("+223{}", place.saturating_add(60_000_000))).ok()
}
