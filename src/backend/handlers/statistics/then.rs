//! Closed terms: their figures are those of who was in the class when it closed, whoever is in it today.

use std::collections::HashSet;

use super::{Seen, Slim};
use crate::{
    backend::{
        cx::{Cx, Fault},
        handlers::sheet::rules_of,
    },
    domain::{
        calendar::{Term, YearId},
        entities::{ClassResult, Student, StudentResult},
        id::{ClassId, StudentId, SubjectId},
        query::Filter,
        schema::{Entity, Stored},
        score::Average,
        text_values::Name,
    },
    store::Records,
};

/// The classes that have closed a term.
pub(super) struct Then {
    pub results: Vec<Stored<ClassResult>>,
    classes: HashSet<ClassId>,
    students: HashSet<StudentId>,
}

/// The average of a row, in general or of a subject.
pub(super) fn average_of(row: &StudentResult, subject: Option<&SubjectId>) -> Option<Average> {
    match subject {
        None => row.average,
        Some(subject) => row.subjects.get(subject).map(|(average, _)| *average),
    }
}

/// The class's results, if it has closed the term; with the pass mark of then.
pub(super) async fn of_class(
    cx: &Cx,
    class: &ClassId,
    year: &YearId,
    term: Term,
) -> Result<Option<(Stored<ClassResult>, Average)>, Fault> {
    let Some(result) = cx.store.one::<ClassResult>(&ClassResult::id_of(class, year, term)).await? else {
        return Ok(None);
    };
    let pass = rules_of(cx, Some(&result.rules)).await?.pass;
    Ok(Some((result, pass)))
}

impl Then {
    /// Of that class, or of all.
    pub async fn read(cx: &Cx, class: Option<&ClassId>, year: &YearId, term: Term) -> Result<Self, Fault> {
        let results = if let Some(class) = class {
            of_class(cx, class, year, term).await?.map(|(result, _)| result).into_iter().collect()
        } else {
            let filter = Filter::equals("year", year.as_str()).and(Filter::equals("term", term.to_string()));
            cx.store.every::<ClassResult>(&filter).await?
        };
        let classes = results.iter().map(|result| result.class.clone()).collect();
        let students = results.iter().flat_map(|result| &result.students).map(|row| row.student.clone()).collect();
        Ok(Self { results, classes, students })
    }

    /// Is the student among them, or in one of their classes since?
    pub fn tells(&self, student: &Slim) -> bool {
        self.students.contains(&student.id) || student.class.as_ref().is_some_and(|class| self.classes.contains(class))
    }

    /// What each of their students had.
    pub fn seen(&self, subject: Option<&SubjectId>) -> Vec<Seen> {
        let of = |result: &Stored<ClassResult>| -> Vec<Seen> {
            let seen = |row| Seen { class: Some(result.class.clone()), average: average_of(row, subject) };
            result.students.iter().map(seen).collect()
        };
        self.results.iter().flat_map(of).collect()
    }

    /// Their best `limit` and whoever equals the last of these, with the class of then; without who is deleted.
    pub async fn best(&self, cx: &Cx, limit: usize) -> Result<Vec<(Slim, Average)>, Fault> {
        let mut all: Vec<(&StudentId, &Name, Average)> = Vec::new();
        for result in &self.results {
            let rows = result.students.iter();
            all.extend(rows.filter_map(|row| Some((&row.student, &result.class_name, row.average?))));
        }
        all.sort_by_key(|(_, _, average)| std::cmp::Reverse(*average));
        // The deleted have no name and make room.
        let ids: Vec<String> = all.iter().map(|(id, ..)| id.as_str().to_owned()).collect();
        let mut found: Vec<(Slim, Average)> = Vec::new();
        for (ids, some) in ids.chunks(STEP).zip(all.chunks(STEP)) {
            let enough = found.get(limit.saturating_sub(1)).map(|(_, average)| *average);
            if limit == 0 || enough.is_some_and(|last| some.first().is_some_and(|(_, _, average)| *average < last)) {
                break;
            }
            for document in cx.store.get_many_without(Student::SCHEMA, ids, Student::LONG).await? {
                let student: Slim = document.parse(Student::SCHEMA.collection)?;
                if let Some((_, class, average)) = some.iter().find(|(id, ..)| **id == student.id) {
                    found.push((Slim { class_name: Some((*class).clone()), ..student }, *average));
                }
            }
            found.sort_by_key(|(_, average)| std::cmp::Reverse(*average));
        }
        Ok(found)
    }
}

/// Students looked up at once.
const STEP: usize = 200;
