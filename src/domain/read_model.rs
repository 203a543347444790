//! The read model on the student: `grades` and the averages made from them, kept in the same batch as the marks.
//!
//! Everything here is deterministic and idempotent, so that `carnet doctor --rebuild` arrives at the same document.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    calendar::{Term, YearId},
    entities::{ClosedTerm, Evaluation, Grade, Sheet, Student, TermAverages},
    id::{ClassId, EvaluationId, SubjectId},
    rules::{AverageOf, MarkInput, RuleSet, annual_average, general_average, subject_average},
    score::{Average, MarkValue},
};

/// Printed subject averages of one year.
type SubjectTable = BTreeMap<Term, BTreeMap<SubjectId, Average>>;

impl Grade {
    /// The grade of a cell of `sheet`.
    #[must_use]
    pub fn in_sheet(sheet: &Sheet, evaluation: &Evaluation, value: Option<MarkValue>) -> Self {
        let (score, code) = match value {
            None => (None, None),
            Some(MarkValue::Score(score)) => (Some(score), None),
            Some(MarkValue::Code(code)) => (None, Some(code)),
        };
        Self {
            class: Some(sheet.class.clone()),
            subject: sheet.subject.clone(),
            year: sheet.year.clone(),
            term: sheet.term,
            evaluation: evaluation.id.clone(),
            kind: evaluation.kind,
            date: evaluation.date,
            score,
            code,
            scale: evaluation.scale,
            coefficient: evaluation.coefficient,
        }
    }
}

/// By year, term, subject, evaluation: the order of entry leaves no trace.
fn place(grade: &Grade) -> (&YearId, Term, &SubjectId, &EvaluationId) {
    (&grade.year, grade.term, &grade.subject, &grade.evaluation)
}

/// Puts a grade in the place of the one of the same evaluation, or takes that one away when the new one is an empty
/// cell. Call [`refresh`] afterwards.
pub fn set_grade(student: &mut Student, grade: Grade) {
    remove_evaluation(student, &grade.evaluation);
    if grade.value().is_some() {
        student.grades.push(grade);
        sort_grades(student);
    }
}

/// Puts the grades in their order.
pub(super) fn sort_grades(student: &mut Student) {
    student.grades.sort_by(|a, b| place(a).cmp(&place(b)));
}

/// Takes the grade of an evaluation away. Call [`refresh`] afterwards.
pub fn remove_evaluation(student: &mut Student, evaluation: &EvaluationId) {
    student.grades.retain(|grade| grade.evaluation != *evaluation);
}

/// What averages are made by in each class.
pub trait Ground {
    /// The rules of all levels alike, and those of a class's level.
    fn rules(&self) -> &RuleSet;
    fn rules_in(&self, class: Option<&ClassId>) -> &RuleSet;
    /// The coefficient of a subject in a class, or in none.
    fn coefficient(&self, class: Option<&ClassId>, subject: &SubjectId) -> u8;

    /// Is the year closed, so that all its averages stay as they are?
    fn stays(&self, _year: &YearId) -> bool {
        false
    }
}

/// Makes the averages anew from `grades`: those of subjects, of terms, of years, and the general one of the current
/// term. `coefficient` is that of a subject in the class on whose sheet the marks stand.
///
/// Another year than the current one keeps its general averages unless one of its subject averages has changed: a
/// student who changes class, or a school that changes a coefficient, does not change last year's bulletins. A term that
/// is closed for the student keeps all of its averages, a year that is closed everything.
pub fn refresh(student: &mut Student, current: (&YearId, Term), ground: &impl Ground) {
    let own = student.class.clone();
    let grades = std::mem::take(&mut student.grades);
    let homes = homes(&grades, own.as_ref(), current.0);
    let home = |year: &YearId, term, subject: &SubjectId| {
        homes.get(&(year, term, subject)).copied().flatten().or(own.as_ref())
    };
    let exact = subject_averages(&grades, |year, term, subject| ground.rules_in(home(year, term, subject)));
    let years: BTreeSet<YearId> = exact
        .keys()
        .map(|(year, ..)| *year)
        .chain(student.averages.keys())
        .chain(student.subject_averages.keys())
        .cloned()
        .collect();
    for year in years.into_iter().filter(|year| !ground.stays(year)) {
        let table = kept(student, &year, printed_table(&exact, &year));
        let same = student.subject_averages.get(&year).map_or(table.is_empty(), |before| *before == table);
        if year == *current.0 || !same || table.is_empty() == student.averages.contains_key(&year) {
            let open = general_averages(ground.rules(), &exact, &year, |term, subject| {
                ground.coefficient(home(&year, term, subject), subject)
            });
            let averages = year_averages(ground.rules(), general_kept(student, &year, open));
            if averages == TermAverages::default() {
                student.averages.remove(&year);
            } else {
                student.averages.insert(year.clone(), averages);
            }
        }
        if table.is_empty() {
            student.subject_averages.remove(&year);
        } else {
            student.subject_averages.insert(year, table);
        }
    }
    student.average = student.averages.get(current.0).and_then(|year| year.terms.get(&current.1).copied());
    student.rules_version = ground.rules().version;
    student.grades = grades;
}

/// The year's table, with closed terms as they were closed.
fn kept(student: &Student, year: &YearId, mut table: SubjectTable) -> SubjectTable {
    for term in student.closed.get(year).into_iter().flat_map(BTreeMap::keys) {
        match student.subject_averages.get(year).and_then(|terms| terms.get(term)) {
            Some(then) => table.insert(*term, then.clone()),
            None => table.remove(term),
        };
    }
    table
}

/// The general averages of the year's terms, closed ones as they were closed.
fn general_kept(student: &Student, year: &YearId, mut open: BTreeMap<Term, AverageOf>) -> BTreeMap<Term, AverageOf> {
    for (term, closed) in student.closed.get(year).into_iter().flatten() {
        match student.averages.get(year).and_then(|averages| averages.terms.get(term)) {
            Some(printed) => open.insert(*term, closed_average(closed, *printed)),
            None => open.remove(term),
        };
    }
    open
}

/// A closed term's general average, as exact as it was kept.
#[must_use]
pub fn closed_average(closed: &ClosedTerm, printed: Average) -> AverageOf {
    let exact = closed.exact.as_deref().and_then(|fraction| AverageOf::read(fraction, printed));
    exact.unwrap_or_else(|| AverageOf::from_printed(printed))
}

/// The general averages that the grades make in the terms of a year, exact, whatever is closed.
#[must_use]
pub fn generals(student: &Student, year: &YearId, ground: &impl Ground) -> BTreeMap<Term, AverageOf> {
    let homes = homes(&student.grades, student.class.as_ref(), year);
    let home = |year: &YearId, term, subject: &SubjectId| {
        homes.get(&(year, term, subject)).copied().flatten().or(student.class.as_ref())
    };
    let exact = subject_averages(&student.grades, |year, term, subject| ground.rules_in(home(year, term, subject)));
    general_averages(ground.rules(), &exact, year, |term, subject| {
        ground.coefficient(home(year, term, subject), subject)
    })
}

/// The class by whose coefficients a subject counts in a term: this year the student's own where it has marks there, else
/// the one of the latest mark.
pub type Homes<'a> = BTreeMap<(&'a YearId, Term, &'a SubjectId), Option<&'a ClassId>>;

/// The [`Homes`] of these grades, which are in the order that [`set_grade`] keeps; `own` is the student's class now.
#[must_use]
pub fn homes<'a>(grades: &'a [Grade], own: Option<&'a ClassId>, this_year: &YearId) -> Homes<'a> {
    let mut homes = Homes::new();
    for grade in grades {
        let home = homes.entry((&grade.year, grade.term, &grade.subject)).or_default();
        // Ids sort by when they were made, and grades by ids.
        if grade.year != *this_year || home.is_none() || *home != own {
            *home = grade.class.as_ref().or(*home);
        }
    }
    homes
}

type SubjectAverages<'a> = BTreeMap<(&'a YearId, Term, &'a SubjectId), AverageOf>;

fn subject_averages<'a, 'r>(
    grades: &'a [Grade],
    rules: impl Fn(&YearId, Term, &SubjectId) -> &'r RuleSet,
) -> SubjectAverages<'a> {
    let mut marks: BTreeMap<(&YearId, Term, &SubjectId), Vec<MarkInput>> = BTreeMap::new();
    for grade in grades {
        marks.entry((&grade.year, grade.term, &grade.subject)).or_default().push(MarkInput::from(grade));
    }
    let average = |((year, term, subject), marks): ((&'a YearId, Term, &'a SubjectId), Vec<MarkInput>)| {
        Some(((year, term, subject), subject_average(rules(year, term, subject), marks)?))
    };
    marks.into_iter().filter_map(average).collect()
}

fn printed_table(exact: &SubjectAverages<'_>, year: &YearId) -> SubjectTable {
    let mut table = SubjectTable::new();
    for ((of, term, subject), average) in exact {
        if *of == year {
            table.entry(*term).or_default().insert((*subject).clone(), average.printed);
        }
    }
    table
}

fn general_averages(
    rules: &RuleSet,
    exact: &SubjectAverages<'_>,
    year: &YearId,
    coefficient: impl Fn(Term, &SubjectId) -> u8,
) -> BTreeMap<Term, AverageOf> {
    let mut subjects: BTreeMap<Term, Vec<(AverageOf, u8)>> = BTreeMap::new();
    for ((of, term, subject), average) in exact {
        if *of == year {
            subjects.entry(*term).or_default().push((*average, coefficient(*term, subject)));
        }
    }
    subjects.into_iter().filter_map(|(term, subjects)| Some((term, general_average(rules, subjects)?))).collect()
}

fn year_averages(rules: &RuleSet, terms: BTreeMap<Term, AverageOf>) -> TermAverages {
    let listed: Vec<(Term, AverageOf)> = terms.iter().map(|(term, average)| (*term, *average)).collect();
    TermAverages {
        year: annual_average(rules, &listed).map(|average| average.printed),
        terms: terms.into_iter().map(|(term, average)| (term, average.printed)).collect(),
    }
}

#[cfg(test)]
mod tests;
