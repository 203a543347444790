//! Values that are read where the command line is: a wrong one is a usage error (exit code 2).

use jiff::civil::Date;

use crate::{
    domain::{
        calendar::{Division, Term, YearId},
        entities::{Outcome, SubjectKind},
    },
    text::Lang,
};

/// `field=column` of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    pub field: String,
    pub column: String,
}

/// `column=subject/term` of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkTarget {
    pub column: String,
    pub subject: String,
    pub term: Term,
}

/// `level/series=coefficient`; `*` stands for any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesCoefficient {
    pub level: Option<String>,
    pub series: Option<String>,
    pub coefficient: u8,
}

/// `term=first day..last day`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermDates {
    pub term: Term,
    pub starts: Date,
    pub ends: Date,
}

/// What was expected, as an example: the sentence around it is made where errors are printed.
type Example = &'static str;

pub(super) fn year(text: &str) -> Result<YearId, Example> {
    YearId::parse(text).ok_or("2026-2027")
}

pub(super) fn outcome(text: &str) -> Result<Outcome, Example> {
    Outcome::parse(text).ok_or("promoted, repeating, leaving, excluded")
}

pub(super) fn lang(text: &str) -> Result<Lang, Example> {
    match text {
        "fr" => Ok(Lang::Fr),
        "en" => Ok(Lang::En),
        _ => Err("fr, en"),
    }
}

/// One term, or the whole year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermOrYear {
    Term(Term),
    Year,
}

pub(super) fn term_or_year(text: &str) -> Result<TermOrYear, Example> {
    match text {
        "year" | "annee" | "année" => Ok(TermOrYear::Year),
        text => Term::parse(text).map(TermOrYear::Term).ok_or("1, 2, 3, year"),
    }
}

pub(super) fn term(text: &str) -> Result<Term, Example> {
    Term::parse(text).ok_or("1, 2, 3")
}

pub(super) fn mapping(text: &str) -> Result<Mapping, Example> {
    let (field, column) =
        text.split_once('=').filter(|(field, column)| !field.is_empty() && !column.is_empty()).ok_or("class=school")?;
    Ok(Mapping { field: field.trim().to_owned(), column: column.to_owned() })
}

pub(super) fn mark_target(text: &str) -> Result<MarkTarget, Example> {
    const EXAMPLE: Example = "G1=Mathématiques/1";
    let (column, target) = text.split_once('=').ok_or(EXAMPLE)?;
    // The term is after the last slash: a subject's name may have one.
    let (subject, term) = target.rsplit_once('/').ok_or(EXAMPLE)?;
    let term = Term::parse(term).ok_or(EXAMPLE)?;
    if column.is_empty() || subject.trim().is_empty() {
        return Err(EXAMPLE);
    }
    Ok(MarkTarget { column: column.to_owned(), subject: subject.trim().to_owned(), term })
}

pub(super) fn capacity(text: &str) -> Result<u16, Example> {
    text.parse().ok().filter(|number| (1..=1_000).contains(number)).ok_or("1 … 1000")
}

pub(super) fn subject_kind(text: &str) -> Result<SubjectKind, Example> {
    SubjectKind::parse(text).ok_or("main, complementary")
}

pub(super) fn division(text: &str) -> Result<Division, Example> {
    match text {
        "trimesters" => Ok(Division::Trimesters),
        "semesters" => Ok(Division::Semesters),
        _ => Err("trimesters, semesters"),
    }
}

pub(super) fn term_dates(text: &str) -> Result<TermDates, Example> {
    const EXAMPLE: Example = "1=2026-10-01..2026-12-22";
    let (term, days) = text.split_once('=').ok_or(EXAMPLE)?;
    let (starts, ends) = days.split_once("..").ok_or(EXAMPLE)?;
    let day = |text: &str| text.trim().parse::<Date>().map_err(|_| EXAMPLE);
    Ok(TermDates { term: Term::parse(term).ok_or(EXAMPLE)?, starts: day(starts)?, ends: day(ends)? })
}

pub(super) fn coefficient(text: &str) -> Result<u8, Example> {
    text.parse().ok().filter(|number| *number <= 100).ok_or("0 … 100")
}

pub(super) fn series_coefficient(text: &str) -> Result<SeriesCoefficient, Example> {
    const EXAMPLE: Example = "Terminale/TSE=5, */TLL=2, Terminale=3";
    let (place, number) = text.rsplit_once('=').ok_or(EXAMPLE)?;
    let (level, series) = match place.split_once('/') {
        Some((level, series)) => (level, Some(series)),
        None => (place, None),
    };
    let given = |text: &str| (!matches!(text.trim(), "" | "*")).then(|| text.trim().to_owned());
    Ok(SeriesCoefficient {
        level: given(level),
        series: series.and_then(given),
        coefficient: coefficient(number).map_err(|_| EXAMPLE)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_and_targets() {
        assert_eq!(mapping("class=school").map(|map| map.column), Ok("school".to_owned()));
        assert!(mapping("class").is_err() && mapping("=x").is_err());
        let target = mark_target("Note 1=Physique/Chimie/2").expect("target");
        assert_eq!(
            (target.column.as_str(), target.subject.as_str(), target.term.number()),
            ("Note 1", "Physique/Chimie", 2)
        );
        assert!(mark_target("G1=Maths").is_err() && mark_target("G1=Maths/9").is_err());
        let read = series_coefficient("*/TSE=5").expect("coefficient");
        assert_eq!((read.level, read.series.as_deref(), read.coefficient), (None, Some("TSE"), 5));
        assert!(series_coefficient("TSE=101").is_err());
    }
}
