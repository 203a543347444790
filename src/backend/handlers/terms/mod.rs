//! Closing a term: what is missing, closing class by class under one act, opening again.

mod close;
mod gaps;
mod job;
mod reopen;

pub(in crate::backend) use close::{close, freeze_where_closed, thaw_where_reopened};
pub(in crate::backend) use job::{cancel, resume, under_way};
pub(in crate::backend) use reopen::reopen;

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rules::person;
use crate::{
    backend::cx::{Cx, Fault},
    domain::{
        calendar::{Term, YearId},
        entities::{ClassResult, Enrolment, EnrolmentStatus, Sheet, Student},
        id::{ClassId, StudentId},
        query::Filter,
        schema::{Entity, Stored},
    },
    protocol::{ClassTerm, ClosedBy, Failure, Field, Reply, Why},
    store::Records,
};

/// A class in a term, read as it stands.
struct Ground {
    sheets: Vec<Stored<Sheet>>,
    /// Enrolled there, in id order.
    students: Vec<Stored<Student>>,
    /// Of those who came late.
    first_days: BTreeMap<StudentId, Date>,
}

/// `Request::TermState`.
pub async fn state(cx: &Cx, term: Term, class: Option<&ClassId>) -> Result<Reply, Fault> {
    let (year, classes) = asked(cx, term, class)?;
    let closed = closed(cx, &year, term).await?;
    let mut rows = Vec::new();
    for class in classes {
        let name = cx.settings.class(&class).map(|class| class.name.as_str().to_owned()).unwrap_or_default();
        let (count, by, gaps) = if let Some(result) = closed.get(&class) {
            let by = person(cx, &result.updated_by).await?;
            let by = ClosedBy { at: result.created_at, by, rules: result.rules.clone() };
            (result.students.len(), Some(by), Vec::new())
        } else {
            let ground = Ground::read(cx, &class, &year, term).await?;
            let gaps = gaps::of(cx, &class, &year, &ground).await?;
            (ground.students.len(), None, gaps)
        };
        let students = u64::try_from(count).unwrap_or(u64::MAX);
        rows.push(ClassTerm { students, closed: by, gaps, year: year.clone(), class, name, term });
    }
    Ok(Reply::TermState(rows))
}

/// The current year, and the class or classes that are meant.
fn asked(cx: &Cx, term: Term, class: Option<&ClassId>) -> Result<(YearId, Vec<ClassId>), Fault> {
    let year = cx.settings.school.current_year.clone();
    if !cx.settings.terms(&year).contains(&term) {
        return Err(Failure::invalid(Field::Term, Why::Unknown { what: term.to_string() }).into());
    }
    let classes = match class {
        Some(class) => vec![cx.settings.class(class).ok_or(Failure::NotFound)?.id.clone()],
        None => cx.settings.classes.iter().map(|class| class.id.clone()).collect(),
    };
    Ok((year, classes))
}

/// The classes that have closed a term.
async fn closed(cx: &Cx, year: &YearId, term: Term) -> Result<BTreeMap<ClassId, Stored<ClassResult>>, Fault> {
    let filter = Filter::equals("year", year.as_str()).and(Filter::equals("term", term.to_string()));
    let results = cx.store.every::<ClassResult>(&filter).await?;
    Ok(results.into_iter().map(|result| (result.class.clone(), result)).collect())
}

impl Ground {
    async fn read(cx: &Cx, class: &ClassId, year: &YearId, term: Term) -> Result<Self, Fault> {
        let here = || Filter::equals("class", class.as_str()).and(Filter::equals("year", year.as_str()));
        let sheets = cx.store.every::<Sheet>(&here().and(Filter::equals("term", term.to_string()))).await?;
        let enrolments = cx.store.every::<Enrolment>(&here()).await?;
        let here: Vec<Stored<Enrolment>> =
            enrolments.into_iter().filter(|enrolment| enrolment.status == EnrolmentStatus::Enrolled).collect();
        let first_days = here.iter().filter_map(|one| Some((one.student.clone(), one.starts?))).collect();
        let ids: Vec<String> = here.iter().map(|enrolment| enrolment.student.as_str().to_owned()).collect();
        let documents = cx.store.get_many(Student::SCHEMA, &ids).await?;
        let students: Result<Vec<Stored<Student>>, _> =
            documents.iter().map(|document| document.parse(Student::SCHEMA.collection)).collect();
        let mut students = students?;
        students.sort_by(|one, two| one.id.cmp(&two.id));
        Ok(Self { sheets, students, first_days })
    }
}
