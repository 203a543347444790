//! What is missing in a class before its term is closed.

use std::collections::BTreeSet;

use super::Ground;
use crate::{
    backend::cx::{Cx, Fault},
    domain::{
        calendar::YearId,
        entities::{Assignment, EvaluationKind, Sheet, Student},
        id::{ClassId, EvaluationId, SubjectId},
        query::Filter,
        rules::SubjectFormula,
        schema::Stored,
    },
    protocol::{Gap, GapKind},
    store::Records,
};

/// In the school's order of subjects.
pub(super) async fn of(cx: &Cx, class: &ClassId, year: &YearId, ground: &Ground) -> Result<Vec<Gap>, Fault> {
    let taught: BTreeSet<SubjectId> = cx
        .store
        .every::<Assignment>(&Filter::equals("class", class.as_str()).and(Filter::equals("year", year.as_str())))
        .await?
        .into_iter()
        .map(|charge| charge.body.subject)
        .collect();
    let level = cx.settings.class(class).and_then(|class| class.level.clone());
    let composition = match cx.settings.rules.at(level.as_ref()).formula {
        SubjectFormula::ClassAndComposition { composition_weight, .. } => composition_weight > 0,
        SubjectFormula::WeightedMean => false,
    };
    let entered: BTreeSet<(&str, &EvaluationId)> = ground
        .students
        .iter()
        .flat_map(|student| student.grades.iter().map(|grade| (student.body.id.as_str(), &grade.evaluation)))
        .collect();
    let mut gaps = Vec::new();
    for subject in &cx.settings.subjects {
        let sheet = ground.sheets.iter().find(|sheet| sheet.subject == subject.id);
        let columns = sheet.map(|sheet| sheet.evaluations.as_slice()).unwrap_or_default();
        let mut say = |kind| gaps.push(Gap { subject: subject.name.as_str().to_owned(), kind });
        if columns.is_empty() {
            if taught.contains(&subject.id) {
                say(GapKind::NoColumns);
            }
            continue;
        }
        if composition && !columns.iter().any(|column| column.kind == EvaluationKind::Composition) {
            say(GapKind::NoComposition);
        }
        let (cells, of) = empty(cx, ground, sheet.map(|sheet| &sheet.body), &entered);
        if cells > 0 {
            say(GapKind::Empty { cells, of });
        }
    }
    Ok(gaps)
}

/// Cells that are not yet entered, of how many.
fn empty(cx: &Cx, ground: &Ground, sheet: Option<&Sheet>, entered: &BTreeSet<(&str, &EvaluationId)>) -> (u64, u64) {
    let (mut cells, mut of) = (0_u64, 0_u64);
    let Some(sheet) = sheet else { return (cells, of) };
    // Of an option, those who take it.
    let takes = |student: &&Stored<Student>| cx.settings.weights.takes(&student.options, &sheet.year, &sheet.subject);
    let students: Vec<&Stored<Student>> = ground.students.iter().filter(takes).collect();
    for column in &sheet.evaluations {
        for student in &students {
            let first_day = ground.first_days.get(&student.body.id).copied();
            let marked = entered.contains(&(student.body.id.as_str(), &column.id));
            if marked || column.awaits(first_day) {
                of = of.saturating_add(1);
            }
            if !marked && column.awaits(first_day) {
                cells = cells.saturating_add(1);
            }
        }
    }
    (cells, of)
}
