//! The time machine: a sheet as it stood at a moment, from what stands now and the sheet's history. Pure.
//!
//! The history says of each change what stood before and after. So a cell stood as the newest entry up to the moment
//! left it; where there is none, as the first entry after it found it; and where no entry tells of it at all, as it
//! stands now (made-up schools begin with columns that nobody added).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    calendar::Timestamp,
    entities::{AuditEntry, Evaluation, Grade, Sheet, Student},
    history::mark_from_json,
    id::{EvaluationId, StudentId},
    read_model::set_grade,
    score::MarkValue,
};

/// The cell of a column and a student.
pub type CellOf = (EvaluationId, StudentId);

/// Columns and marks of a sheet at one moment. Empty cells are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    pub columns: Vec<Evaluation>,
    pub marks: BTreeMap<CellOf, MarkValue>,
}

/// What an entry of a sheet's history is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    Cell(CellOf),
    Column(EvaluationId),
    /// The sheet as a whole (closing, reopening): nothing of its contents.
    Other,
}

/// What that entry is about.
#[must_use]
pub fn about(entry: &AuditEntry) -> About {
    match (entry.action.split_once('.'), entry.target.split_once(':')) {
        (Some(("mark", _)), Some((column, student))) => {
            About::Cell((EvaluationId::new(column), StudentId::new(student)))
        }
        (Some(("evaluation", _)), None) => About::Column(EvaluationId::new(entry.target.as_str())),
        _ => About::Other,
    }
}

/// How many of a history's entries, in their order, were written up to that moment. Clocks of different machines may
/// differ by a little: the order of the chain is what counts.
#[must_use]
pub fn until(entries: &[AuditEntry], moment: Timestamp) -> usize {
    entries.iter().rposition(|entry| entry.at <= moment).map_or(0, |place| place.saturating_add(1))
}

/// What the newest of `before` left, or the first of `after` found; `None`: no entry tells of it.
fn told<K: Ord>(entries: &[AuditEntry], split: usize, of: impl Fn(&AuditEntry) -> Option<K>) -> BTreeMap<K, &Value> {
    let mut told = BTreeMap::new();
    for (place, entry) in entries.iter().enumerate() {
        let Some(key) = of(entry) else { continue };
        if place < split {
            told.insert(key, &entry.new);
        } else {
            told.entry(key).or_insert(&entry.old);
        }
    }
    told
}

/// The sheet as it stood after the first `split` of its entries. `entries`: its whole history, in order.
#[must_use]
pub fn contents_at(now: &Contents, entries: &[AuditEntry], split: usize) -> Contents {
    // A column that was moved tells of places, not of the column.
    let whole = |value: &Value| value.is_null() || value.is_object();
    let columns = told(entries, split, |entry| match about(entry) {
        About::Column(id) => Some(id).filter(|_| whole(&entry.old) && whole(&entry.new)),
        About::Cell(_) | About::Other => None,
    });
    let cells = told(entries, split, |entry| match about(entry) {
        About::Cell(cell) => Some(cell),
        About::Column(_) | About::Other => None,
    });
    let mut stood: Vec<Evaluation> = Vec::new();
    let known: BTreeSet<&EvaluationId> = now.columns.iter().map(|column| &column.id).collect();
    for column in &now.columns {
        match columns.get(&column.id) {
            None => stood.push(column.clone()),
            Some(then) => stood.extend(serde_json::from_value::<Evaluation>((*then).clone()).ok()),
        }
    }
    // Columns that have gone since: in the order in which they were made.
    for (_, then) in columns.iter().filter(|(id, _)| !known.contains(id)) {
        stood.extend(serde_json::from_value::<Evaluation>((*then).clone()).ok());
    }
    let mut marks = now.marks.clone();
    for (cell, value) in cells {
        match mark_from_json(value).ok().flatten() {
            Some(value) => marks.insert(cell, value),
            None => marks.remove(&cell),
        };
    }
    let there: BTreeSet<&EvaluationId> = stood.iter().map(|column| &column.id).collect();
    marks.retain(|(column, _), _| there.contains(column));
    Contents { columns: stood, marks }
}

/// Puts a student's marks of one sheet in the place of those that stand there. Call
/// [`refresh`](super::read_model::refresh) afterwards.
pub fn stand_at(student: &mut Student, sheet: &Sheet, contents: &Contents) {
    student.grades.retain(|grade| {
        grade.subject != sheet.subject
            || grade.year != sheet.year
            || grade.term != sheet.term
            || grade.class.as_ref() != Some(&sheet.class)
    });
    for column in &contents.columns {
        let value = contents.marks.get(&(column.id.clone(), student.id.clone()));
        if let Some(value) = value {
            set_grade(student, Grade::in_sheet(sheet, column, Some(*value)));
        }
    }
}

#[cfg(test)]
mod tests;
