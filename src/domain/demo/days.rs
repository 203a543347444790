//! The terms of a demo's year: laid around the day on which it is made, so that this day lies in the current term
//! and every mark that is there was given before it.

use jiff::{Span, civil::Date};

use crate::domain::calendar::{Term, TermSpan, YearId};

/// From the first day of a term to that of the next, in days: twelve weeks of school and one of holidays.
const TERM: i64 = 13 * 7;
/// The last day of school, counted from the first: a Friday.
const SCHOOL: i64 = 11 * 7 + 4;
/// So many days of the current term have gone by, and the days since its Monday: all its marks are given.
const GONE: i64 = 10 * 7;
/// Days of a term's evaluations, from its first Monday on.
const COLUMNS: [i64; 3] = [22, 45, 66];

/// The year and its terms, with `current` the term of `today`; the year is that in which the first term begins.
pub(super) fn around(today: Date, terms: &[Term], current: Term) -> Option<(YearId, Vec<TermSpan>)> {
    let monday = i64::from(today.weekday().to_monday_zero_offset());
    let first = later(today, GONE.saturating_add(monday).saturating_neg())?;
    let spans: Vec<TermSpan> = terms
        .iter()
        .map(|term| {
            let apart = i64::from(term.number()).saturating_sub(i64::from(current.number()));
            let starts = later(first, apart.saturating_mul(TERM));
            TermSpan { term: *term, starts, ends: starts.and_then(|starts| later(starts, SCHOOL)) }
        })
        .collect();
    let begins = spans.first().and_then(|span| span.starts)?;
    Some((YearId::starting(u16::try_from(begins.year()).ok()?)?, spans))
}

fn later(date: Date, days: i64) -> Option<Date> {
    date.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// A school day for the evaluation in column `column` of a term: by the term's dates where the school has set them,
/// else by the usual calendar of a year that begins in `first_year`.
pub(super) fn of_column(first_year: u16, span: &TermSpan, column: u64) -> Option<Date> {
    let place = usize::try_from(column).unwrap_or(usize::MAX).min(COLUMNS.len().saturating_sub(1));
    if let (Some(starts), Some(days)) = (span.starts, COLUMNS.get(place)) {
        return later(starts, *days);
    }
    usual(first_year, span.term, column)
}

fn usual(first_year: u16, term: Term, column: u64) -> Option<Date> {
    let (next, month, day) = match (term.number(), column) {
        (1, 0) => (0, 10, 20),
        (1, 1) => (0, 11, 17),
        (1, _) => (0, 12, 15),
        (2, 0) => (1, 1, 19),
        (2, 1) => (1, 2, 16),
        (2, _) => (1, 3, 16),
        (_, 0) => (1, 4, 20),
        (_, 1) => (1, 5, 18),
        (_, _) => (1, 6, 8),
    };
    let year = i16::try_from(first_year).ok()?.checked_add(next)?;
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Division;

    #[test]
    fn whatever_the_day_it_is_in_its_term_and_after_every_evaluation() {
        let terms = Division::Trimesters.terms();
        for day in 0..400 {
            let today = later(Date::constant(2026, 2, 20), day).expect("day");
            for current in &terms {
                let (year, spans) = around(today, &terms, *current).expect("year");
                let span = spans.iter().find(|span| span.term == *current).expect("term");
                assert!(span.starts <= Some(today) && Some(today) <= span.ends, "{today}: {span:?}");
                let last = of_column(2026, span, 2).expect("date");
                assert!(last <= today, "{today}: {last}");
                assert!(spans.windows(2).all(|pair| pair[0].ends < pair[1].starts));
                let first = spans[0].starts.expect("date");
                assert_eq!(year.first(), u16::try_from(first.year()).expect("year"));
            }
        }
    }
}
