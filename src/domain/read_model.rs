//! The read model on the student: `grades` and the averages made from them, kept in the same batch as the marks.
//!
//! Everything here is deterministic and idempotent, so that `carnet doctor --rebuild` arrives at the same document.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    calendar::{Term, YearId},
    entities::{Evaluation, Grade, Sheet, Student, TermAverages},
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
        student.grades.sort_by(|a, b| place(a).cmp(&place(b)));
    }
}

/// Takes the grade of an evaluation away. Call [`refresh`] afterwards.
pub fn remove_evaluation(student: &mut Student, evaluation: &EvaluationId) {
    student.grades.retain(|grade| grade.evaluation != *evaluation);
}

/// Makes the averages anew from `grades`: those of subjects, of terms, of years, and the general one of the current
/// term. `coefficient` is that of a subject in the class on whose sheet the marks stand.
///
/// Another year than the current one keeps its general averages unless one of its subject averages has changed: a
/// student who changes class, or a school that changes a coefficient, does not change last year's bulletins.
pub fn refresh(
    student: &mut Student,
    rules: &RuleSet,
    current: (&YearId, Term),
    coefficient: impl Fn(Option<&ClassId>, &SubjectId) -> u8,
) {
    let own = student.class.clone();
    let grades = std::mem::take(&mut student.grades);
    let homes = homes(&grades, own.as_ref(), current.0);
    let exact = subject_averages(rules, &grades);
    let years: BTreeSet<YearId> = exact
        .keys()
        .map(|(year, ..)| *year)
        .chain(student.averages.keys())
        .chain(student.subject_averages.keys())
        .cloned()
        .collect();
    for year in years {
        let table = printed_table(&exact, &year);
        let same = student.subject_averages.get(&year).map_or(table.is_empty(), |before| *before == table);
        if year == *current.0 || !same || table.is_empty() == student.averages.contains_key(&year) {
            let averages = year_averages(rules, &exact, &year, |term, subject| {
                let class = homes.get(&(&year, term, subject)).copied().flatten();
                coefficient(class.or(own.as_ref()), subject)
            });
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
    student.rules_version = rules.version;
    student.grades = grades;
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

fn subject_averages<'a>(rules: &RuleSet, grades: &'a [Grade]) -> SubjectAverages<'a> {
    let mut marks: BTreeMap<(&YearId, Term, &SubjectId), Vec<MarkInput>> = BTreeMap::new();
    for grade in grades {
        marks.entry((&grade.year, grade.term, &grade.subject)).or_default().push(MarkInput::from(grade));
    }
    marks.into_iter().filter_map(|(key, marks)| Some((key, subject_average(rules, marks)?))).collect()
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

fn year_averages(
    rules: &RuleSet,
    exact: &SubjectAverages<'_>,
    year: &YearId,
    coefficient: impl Fn(Term, &SubjectId) -> u8,
) -> TermAverages {
    let mut subjects: BTreeMap<Term, Vec<(AverageOf, u8)>> = BTreeMap::new();
    for ((of, term, subject), average) in exact {
        if *of == year {
            subjects.entry(*term).or_default().push((*average, coefficient(*term, subject)));
        }
    }
    let terms: Vec<(Term, AverageOf)> =
        subjects.into_iter().filter_map(|(term, subjects)| Some((term, general_average(rules, subjects)?))).collect();
    TermAverages {
        year: annual_average(rules, &terms).map(|average| average.printed),
        terms: terms.into_iter().map(|(term, average)| (term, average.printed)).collect(),
    }
}

#[cfg(test)]
mod tests;
