//! Why something is refused, in words.

use super::{Locale, rules, sanitise::line};
use crate::{
    domain::{
        account::AccountError,
        filter_text::{FilterError, FilterErrorKind},
        score::{MarkError, Score},
        text_values::TextError,
    },
    protocol::{NeededBy, Why},
    t,
};

/// The sentence for a refusal, without the name of the field.
#[must_use]
pub fn why(locale: &Locale, why: &Why) -> String {
    match why {
        Why::Text(error) => text_error(locale, error),
        Why::Mark(error) => mark_error(locale, *error),
        Why::NoKey => t!(locale, "why-no-key"),
        Why::Missing => t!(locale, "why-missing"),
        Why::ConsentWithout => t!(locale, "why-consent-without"),
        Why::Account(error) => account_error(locale, *error),
        Why::Nina => t!(locale, "why-nina"),
        Why::NationalId => t!(locale, "why-national-id"),
        Why::Locked => t!(locale, "why-locked"),
        Why::TooManyGuardians => t!(locale, "why-too-many-guardians"),
        Why::NotListed { what } => t!(locale, "why-not-listed", what = line(what)),
        Why::TermDates { .. } => t!(locale, "why-term-dates"),
        Why::NotInYear => t!(locale, "why-not-in-year"),
        Why::YearNotReady { undecided, classes } => not_ready(locale, *undecided, *classes),
        Why::HasClass => t!(locale, "why-has-class"),
        Why::CurrentYear => t!(locale, "why-current-year"),
        Why::NoOption { what } => t!(locale, "why-no-option", what = line(what)),
        Why::ClosingUnderWay { done, total } => t!(locale, "why-closing-under-way", done = *done, total = *total),
        Why::NotInOption => t!(locale, "why-not-in-option"),
        Why::PhoneTaken { name, class: Some(class) } => {
            t!(locale, "why-phone-taken-in", name = line(name), class = line(class))
        }
        Why::PhoneTaken { name, class: None } => t!(locale, "why-phone-taken", name = line(name)),
        Why::MatriculeTaken { name, class: Some(class) } => {
            t!(locale, "why-matricule-taken-in", name = line(name), class = line(class))
        }
        Why::MatriculeTaken { name, class: None } => t!(locale, "why-matricule-taken", name = line(name)),
        Why::EmployeeIdTaken { name } => t!(locale, "why-employee-id-taken", name = line(name)),
        Why::StaffOnly => t!(locale, "why-staff-only"),
        Why::NameTaken { name } => t!(locale, "why-name-taken", name = line(name)),
        Why::Needed { by, count } => needed(locale, *by, *count),
        Why::MarksAbove { count, first } => {
            let mark = locale.lang().decimal();
            let told = |(name, score): &(String, Score)| format!("{} {}", line(name), score.fixed(mark));
            let more = count.saturating_sub(u64::try_from(first.len()).unwrap_or(u64::MAX));
            let list = first.iter().map(told).collect::<Vec<_>>().join(", ");
            t!(locale, "why-marks-above", count = *count, list = list, more = more)
        }
        Why::InUse { count } => t!(locale, "why-in-use", count = *count),
        Why::Unknown { what } => t!(locale, "why-unknown", what = line(what)),
        Why::DidYouMean { what, near } => {
            t!(locale, "why-did-you-mean", what = line(what), near = line(&near.join(", ")))
        }
        Why::Form { example } => t!(locale, "why-form", example = line(example)),
        Why::NoSuchDate => t!(locale, "why-no-such-date"),
        Why::BirthDate => t!(locale, "why-birth-date"),
        Why::Range { min, max } => t!(locale, "why-range", min = *min, max = *max),
        Why::Whole { min, max } => t!(locale, "why-whole", min = *min, max = *max),
        Why::Closed => t!(locale, "why-closed"),
        Why::LastAdmin => t!(locale, "why-last-admin"),
        Why::Nothing => t!(locale, "why-nothing"),
        Why::OnItsWay => t!(locale, "why-on-its-way"),
        Why::Query { word } => t!(locale, "why-query", word = line(word)),
        Why::NotEmpty => t!(locale, "why-not-empty"),
        Why::AlreadyOpen => t!(locale, "why-already-open"),
        Why::WrongPassword => t!(locale, "why-wrong-password"),
        Why::SamePassword => t!(locale, "password-same"),
        Why::NotInClass => t!(locale, "why-not-in-class"),
        Why::NoClosing => t!(locale, "why-no-closing"),
        Why::SameClass => t!(locale, "why-same-class"),
        Why::LeaverHasNoClass => t!(locale, "why-leaver-class"),
        Why::Rules(faults) => faults.iter().map(|fault| rules::fault(locale, fault)).collect::<Vec<_>>().join(" "),
        Why::RulesMoved { name, version } => {
            t!(locale, "why-rules-moved", name = line(name), version = *version)
        }
        Why::Stopped => t!(locale, "why-stopped"),
        Why::NoSuchHonour { what } => t!(locale, "why-no-such-honour", what = super::sanitise::line(what)),
        Why::Gaps { classes } => t!(locale, "why-gaps", count = *classes),
    }
}

/// What stands in the way of the next year.
fn not_ready(locale: &Locale, undecided: u64, classes: u64) -> String {
    let mut said = Vec::new();
    if classes > 0 {
        said.push(t!(locale, "why-year-open-terms", count = classes));
    }
    if undecided > 0 {
        said.push(t!(locale, "why-year-undecided", count = undecided));
    }
    said.join(" ")
}

/// Why a text is refused.
#[must_use]
pub fn text_error(locale: &Locale, error: &TextError) -> String {
    match error {
        TextError::Empty => t!(locale, "text-empty"),
        TextError::TooLong { max } => t!(locale, "text-too-long", max = *max),
        TextError::TooShort { min } => t!(locale, "text-too-short", min = *min),
        TextError::Character => t!(locale, "text-character"),
        TextError::Email => t!(locale, "text-email"),
        TextError::Phone => t!(locale, "text-phone"),
        TextError::Pattern { pattern } => t!(locale, "text-pattern", pattern = line(pattern)),
        TextError::TooManyBytes { max } => t!(locale, "text-too-many-bytes", max = *max),
    }
}

/// Why a number is no account.
#[must_use]
pub fn account_error(locale: &Locale, error: AccountError) -> String {
    match error {
        AccountError::NotMobile => t!(locale, "why-not-mobile"),
        AccountError::OtherNetwork { operator } => t!(locale, "account-other-network", operator = operator.name()),
        AccountError::Iban => t!(locale, "account-iban"),
        AccountError::IbanShape => t!(locale, "account-iban-shape"),
        AccountError::Card => t!(locale, "account-card"),
        AccountError::Nothing => t!(locale, "account-nothing"),
    }
}

/// Why what was typed into a cell is not a mark.
#[must_use]
pub fn mark_error(locale: &Locale, error: MarkError) -> String {
    let mark = locale.lang().decimal();
    match error {
        MarkError::AboveScale { scale } => t!(locale, "mark-above-scale", scale = scale.short(mark)),
        MarkError::Negative => t!(locale, "mark-negative"),
        MarkError::TooPrecise => t!(locale, "mark-too-precise"),
        MarkError::OtherScale { scale } => t!(locale, "mark-other-scale", scale = scale.short(mark)),
        MarkError::TooManyDigits => t!(locale, "mark-too-many-digits"),
        MarkError::NotAMark => t!(locale, "mark-not-a-mark"),
    }
}

/// Why a word of the filter bar cannot be understood.
#[must_use]
pub fn filter_error(locale: &Locale, error: &FilterError) -> String {
    let word = line(&error.word);
    match &error.kind {
        FilterErrorKind::UnknownField { near: None } => t!(locale, "filter-unknown-field", word = word),
        FilterErrorKind::UnknownField { near: Some(near) } => {
            t!(locale, "filter-unknown-field-near", word = word, near = line(near))
        }
        FilterErrorKind::NoValue => t!(locale, "filter-no-value", word = word),
        FilterErrorKind::BadNumber => t!(locale, "filter-bad-number", word = word),
        FilterErrorKind::UnknownClass { near } => match near {
            None => t!(locale, "filter-unknown-class", word = word),
            Some(near) => t!(locale, "filter-unknown-class-near", word = word, near = line(near)),
        },
        FilterErrorKind::UnknownLevel { near } => match near {
            None => t!(locale, "filter-unknown-level", word = word),
            Some(near) => t!(locale, "filter-unknown-level-near", word = word, near = line(near)),
        },
        FilterErrorKind::UnknownSeries { near } => match near {
            None => t!(locale, "filter-unknown-series", word = word),
            Some(near) => t!(locale, "filter-unknown-series-near", word = word, near = line(near)),
        },
        FilterErrorKind::UnknownSex => t!(locale, "filter-unknown-sex", word = word),
        FilterErrorKind::UnknownStatus => t!(locale, "filter-unknown-status", word = word),
        FilterErrorKind::NotComparable => t!(locale, "filter-not-comparable", word = word),
        FilterErrorKind::PhoneTooShort => t!(locale, "filter-phone-too-short", word = word),
        FilterErrorKind::TooLong { max } => t!(locale, "filter-too-long", max = *max),
    }
}

/// What keeps a class or a subject from being deleted, and where it is dealt with.
fn needed(locale: &Locale, by: NeededBy, count: u64) -> String {
    match by {
        NeededBy::Students => t!(locale, "why-needed-students", count = count),
        NeededBy::Enrolments => t!(locale, "why-needed-enrolments", count = count),
        NeededBy::Assignments => t!(locale, "why-needed-assignments", count = count),
        NeededBy::Classes => t!(locale, "why-needed-classes", count = count),
        NeededBy::Coefficients => t!(locale, "why-needed-coefficients", count = count),
        NeededBy::Evaluations => t!(locale, "why-needed-evaluations", count = count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn every_filter_error_is_a_sentence() {
        let near = || Some("TSE".to_owned());
        let kinds = [
            FilterErrorKind::UnknownField { near: None },
            FilterErrorKind::UnknownField { near: Some("classe".to_owned()) },
            FilterErrorKind::NoValue,
            FilterErrorKind::BadNumber,
            FilterErrorKind::UnknownClass { near: None },
            FilterErrorKind::UnknownClass { near: near() },
            FilterErrorKind::UnknownLevel { near: None },
            FilterErrorKind::UnknownLevel { near: near() },
            FilterErrorKind::UnknownSeries { near: None },
            FilterErrorKind::UnknownSeries { near: near() },
            FilterErrorKind::UnknownSex,
            FilterErrorKind::UnknownStatus,
            FilterErrorKind::NotComparable,
            FilterErrorKind::PhoneTooShort,
            FilterErrorKind::TooLong { max: 500 },
        ];
        for lang in Lang::ALL {
            let locale = Locale::new(lang);
            let sentences: Vec<String> = kinds
                .iter()
                .map(|kind| FilterError { word: "paye:impaye".to_owned(), kind: kind.clone() })
                .map(|error| filter_error(&locale, &error))
                .collect();
            insta::assert_snapshot!(format!("filter_errors_{}", lang.code()), sentences.join("\n"));
        }
    }
}
