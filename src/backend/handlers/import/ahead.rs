//! What the rows of a chunk need to have read, read for all of them at once: on a server each reading is a way there
//! and back. Somebody who writes in between is met at the commit, as with any reading.

use std::collections::{HashMap, HashSet};

use super::row::Tried;
use crate::{
    backend::cx::{Cx, Fault},
    domain::{
        entities::{Enrolment, School, Student},
        id::{EnrolmentId, StudentId},
        matricule,
        query::Filter,
        schema::{Entity, Stored},
        text_values::{Matricule, Phone},
    },
    exchange::students::student_id,
    protocol::{ImportPlan, ImportRow, ImportWork},
    store::Records,
};

/// The student that a row writes.
pub(super) fn written(plan: &ImportPlan, number: u64, work: &ImportWork) -> StudentId {
    work.existing.as_ref().map_or_else(|| student_id(&plan.act, number), |(id, _)| id.clone())
}

/// Read before the first row of a chunk is put into its batch.
#[derive(Default)]
pub(super) struct Ahead {
    students: HashMap<String, Stored<Student>>,
    enrolments: HashMap<String, Stored<Enrolment>>,
    /// Who has the phones and matricules that the rows bring.
    phones: HashMap<String, StudentId>,
    matricules: HashMap<String, StudentId>,
    /// Numbers that have been looked up before they are given.
    looked_up: HashSet<String>,
}

impl Ahead {
    pub async fn read(cx: &Cx, plan: &ImportPlan, tried: &Tried, rows: &[&ImportRow]) -> Result<Self, Fault> {
        let works: Vec<(u64, &ImportWork)> =
            rows.iter().filter_map(|row| Some((row.row, row.work.as_ref()?))).collect();
        let ids: Vec<StudentId> = works.iter().map(|(number, work)| written(plan, *number, work)).collect();
        let year = &cx.settings.school.current_year;
        let enrolments: Vec<String> = ids.iter().map(|id| EnrolmentId::of(id, year).as_str().to_owned()).collect();
        let ids: Vec<String> = ids.iter().map(|id| id.as_str().to_owned()).collect();
        let new = works.iter().filter(|(_, work)| work.existing.is_none() && work.form.matricule.is_none()).count();
        let looked_up = next_numbers(&cx.settings.school, tried, new);
        let given = works.iter().filter_map(|(_, work)| work.form.matricule.as_ref());
        let matricules = given.map(|given| given.as_str().to_owned()).chain(looked_up.iter().cloned());
        let phones =
            works.iter().filter_map(|(_, work)| work.form.phone.as_ref()).map(|phone| phone.as_str().to_owned());
        let (students, enrolments, phones, matricules) = tokio::try_join!(
            by_id::<Student>(cx, &ids),
            by_id::<Enrolment>(cx, &enrolments),
            who_has(cx, "phone", phones.collect(), |student| student.phone.as_ref().map(Phone::as_str)),
            who_has(cx, "matricule", matricules.collect(), |student| Some(student.matricule.as_str())),
        )?;
        Ok(Self { students, enrolments, phones, matricules, looked_up })
    }

    pub fn student(&self, id: &StudentId) -> Option<Stored<Student>> {
        self.students.get(id.as_str()).cloned()
    }

    pub fn enrolment(&self, id: &EnrolmentId) -> Option<Stored<Enrolment>> {
        self.enrolments.get(id.as_str()).cloned()
    }

    /// Has somebody else what the row brings?
    pub fn taken(&self, id: &StudentId, phone: Option<&Phone>, matricule: &Matricule) -> bool {
        let phone = phone.and_then(|phone| self.phones.get(phone.as_str()));
        let matricule = self.matricules.get(matricule.as_str());
        phone.into_iter().chain(matricule).any(|who| who != id)
    }

    /// Is a number free to be given? `None`: it has not been looked up.
    pub fn free(&self, given: &Matricule) -> Option<bool> {
        self.looked_up.contains(given.as_str()).then(|| !self.matricules.contains_key(given.as_str()))
    }
}

/// The numbers that so many new students will be given, if nobody has them.
fn next_numbers(school: &School, tried: &Tried, count: usize) -> HashSet<String> {
    let (mut counters, year) = (school.matricule_counters.clone(), &school.current_year);
    let mut numbers = HashSet::with_capacity(count);
    while numbers.len() < count {
        // A prefix that makes no number is said where the number is given.
        let Ok((number, given)) = matricule::next(&school.matricule_prefix, year, &counters) else { break };
        matricule::record(&mut counters, year, number);
        if !tried.given.contains(&given) {
            numbers.insert(given.as_str().to_owned());
        }
    }
    numbers
}

/// The records of these ids, as far as they exist.
pub(super) async fn by_id<T: Entity>(cx: &Cx, ids: &[String]) -> Result<HashMap<String, Stored<T>>, Fault> {
    let mut found = HashMap::with_capacity(ids.len());
    for document in cx.store.get_many(T::SCHEMA, ids).await? {
        found.insert(document.id.clone(), document.parse(T::SCHEMA.collection)?);
    }
    Ok(found)
}

async fn who_has(
    cx: &Cx,
    field: &'static str,
    values: Vec<String>,
    value: impl Fn(&Student) -> Option<&str>,
) -> Result<HashMap<String, StudentId>, Fault> {
    if values.is_empty() {
        return Ok(HashMap::new());
    }
    let found = cx.store.every::<Student>(&Filter::any_of(field, values)).await?;
    Ok(found.iter().filter_map(|student| Some((value(student)?.to_owned(), student.id.clone()))).collect())
}
