//! What stands beside the marks, in words.

use super::{Locale, field_name, sanitise};
use crate::{
    domain::{
        bulletin::{BulletinPart, BulletinValue, HonourDecision},
        score::Average,
    },
    protocol::{Field, FollowShown},
    t,
};

/// The field that a part is.
#[must_use]
pub fn field(part: BulletinPart) -> Field {
    match part {
        BulletinPart::Remark => Field::Appreciation,
        BulletinPart::Justified => Field::AbsentJustified,
        BulletinPart::Unjustified => Field::AbsentUnjustified,
        BulletinPart::Late => Field::Late,
        BulletinPart::Conduct => Field::Conduct,
        BulletinPart::Observation => Field::Observation,
        BulletinPart::Honour => Field::Honour,
    }
}

/// `Appréciation`, `Retards`…
#[must_use]
pub fn part(locale: &Locale, part: BulletinPart) -> String {
    field_name(locale, field(part))
}

/// What is written, on one line.
#[must_use]
pub fn value(locale: &Locale, value: &BulletinValue) -> String {
    match value {
        BulletinValue::Text(text) => sanitise::line(text.as_str()),
        BulletinValue::Count(count) => count.to_string(),
        BulletinValue::Mark(mark) => mark.fixed(locale.lang().decimal()),
        BulletinValue::Honour(decision) => honour(locale, decision),
    }
}

/// The honour that the council has decided, or that there is none.
#[must_use]
pub fn honour(locale: &Locale, decision: &HonourDecision) -> String {
    decision.honour.as_ref().map_or_else(|| t!(locale, "bulletin-no-honour"), |name| sanitise::line(name.as_str()))
}

/// What is recorded of a follow-up, each as a short sentence; nothing is said of what is not.
#[must_use]
pub fn follow(locale: &Locale, follow: &FollowShown) -> Vec<String> {
    let mark = |mark: Average| mark.fixed(locale.lang().decimal());
    [
        follow.justified.map(|count| t!(locale, "bulletin-said-justified", count = count)),
        follow.unjustified.map(|count| t!(locale, "bulletin-said-unjustified", count = count)),
        follow.late.map(|count| t!(locale, "bulletin-said-late", count = count)),
        follow.conduct.map(|conduct| t!(locale, "bulletin-said-conduct", mark = mark(conduct))),
        follow.observation.as_ref().map(|text| sanitise::line(text.as_str())),
    ]
    .into_iter()
    .flatten()
    .collect()
}
