//! Who of a class takes an option subject this year.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        entities::{Enrolment, EnrolmentStatus, Student},
        id::{ClassId, EnrolmentId, StudentId, SubjectId},
        query::Filter,
        schema::{Entity, Stored},
        words,
    },
    protocol::{Failure, Field, OptionRow, Reply, SetOption, SheetKey, Why},
    store::Records,
};

/// Refuses what is no option.
fn optional(cx: &Cx, class: &ClassId, subject: &SubjectId) -> Result<(), Fault> {
    cx.settings.class(class).ok_or(Failure::NotFound)?;
    let subject = cx.settings.subject(subject).ok_or(Failure::NotFound)?;
    if subject.optional {
        return Ok(());
    }
    let what = subject.name.as_str().to_owned();
    Err(Failure::invalid(Field::Subject, Why::NoOption { what }).into())
}

/// Who is in the class this year.
async fn enrolled(cx: &Cx, class: &ClassId) -> Result<Vec<Stored<Enrolment>>, Fault> {
    let year = cx.settings.school.current_year.as_str();
    let filter = Filter::equals("class", class.as_str()).and(Filter::equals("year", year));
    let mut all = cx.store.every::<Enrolment>(&filter).await?;
    all.retain(|enrolment| enrolment.status == EnrolmentStatus::Enrolled);
    Ok(all)
}

/// `Request::Options`: the class in French order of names, with who takes it.
pub async fn options(cx: &Cx, class: &ClassId, subject: &SubjectId) -> Result<Reply, Fault> {
    optional(cx, class, subject)?;
    let enrolments = enrolled(cx, class).await?;
    let ids: Vec<String> = enrolments.iter().map(|enrolment| enrolment.student.as_str().to_owned()).collect();
    let takes: BTreeSet<&StudentId> = enrolments
        .iter()
        .filter(|enrolment| enrolment.options.contains(subject))
        .map(|enrolment| &enrolment.student)
        .collect();
    let mut rows = Vec::new();
    for document in cx.store.get_many(Student::SCHEMA, &ids).await? {
        let student: Student = document.parse(Student::SCHEMA.collection)?;
        let key = words::sort_key(&[student.last_name.as_str(), student.first_name.as_str()]);
        let takes = takes.contains(&student.id);
        let name = student.full_name();
        rows.push((key, OptionRow { id: student.id, matricule: student.matricule, name, takes }));
    }
    rows.sort_by(|one, other| (&one.0, &one.1.id).cmp(&(&other.0, &other.1.id)));
    Ok(Reply::Options(rows.into_iter().map(|(_, row)| row).collect()))
}

/// `Request::SetOption`: one attempt. Those named take it, or no longer do; others stay as they are.
pub async fn set_option(cx: &Cx, ask: &SetOption) -> Result<Reply, Fault> {
    optional(cx, &ask.class, &ask.subject)?;
    let year = cx.settings.school.current_year.clone();
    if !cx.settings.writable(&year) {
        return Err(Failure::refused(Why::Closed).into());
    }
    let wanted: BTreeMap<&StudentId, bool> = ask.students.iter().map(|(id, takes)| (id, *takes)).collect();
    let enrolments = enrolled(cx, &ask.class).await?;
    let here: BTreeSet<&StudentId> = enrolments.iter().map(|enrolment| &enrolment.student).collect();
    if wanted.keys().any(|student| !here.contains(student)) {
        return Err(Failure::refused(Why::NotInClass).into());
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    let mut changed = false;
    for before in &enrolments {
        let Some(takes) = wanted.get(&before.student) else { continue };
        if before.options.contains(&ask.subject) != *takes {
            turn(cx, &mut change, before, &ask.subject, *takes).await?;
            changed = true;
        }
    }
    if !changed {
        return Ok(Reply::Done);
    }
    for term in cx.settings.terms(&year) {
        let (class, subject) = (ask.class.clone(), ask.subject.clone());
        change.touches_sheet(&SheetKey { class, subject, year: year.clone(), term });
    }
    change.undoable(act.clone(), "student.option")?;
    change.commit().await?;
    Ok(Reply::Acted(act))
}

/// One student takes the option, or leaves it: enrolment, its projection, averages, history.
async fn turn(
    cx: &Cx,
    change: &mut Change<'_>,
    before: &Stored<Enrolment>,
    subject: &SubjectId,
    takes: bool,
) -> Result<(), Fault> {
    let mut options: BTreeSet<SubjectId> = before.options.iter().cloned().collect();
    if takes {
        options.insert(subject.clone());
    } else {
        options.remove(subject);
    }
    let enrolment = Enrolment { options: options.into_iter().collect(), ..before.body.clone() };
    change.put(before, &enrolment)?;
    let Some(known) = cx.store.one::<Student>(before.student.as_str()).await? else { return Ok(()) };
    let mut student = known.body.clone();
    project(&mut student, &enrolment);
    cx.settings.refresh(&mut student);
    student.record_version = known.version.saturating_add(1);
    change.put(&known, &student)?;
    change.touches(Some(&known), Some(&student));
    let name = cx.settings.subject(subject).map(|subject| subject.name.clone());
    let said = Said {
        action: "student.option",
        target: EnrolmentId::of(&before.student, &before.year).as_str().to_owned(),
        student: Some(before.student.as_str().to_owned()),
        old: json!({ "option": name, "takes": !takes }),
        new: json!({ "option": name, "takes": takes }),
        ..Said::default()
    };
    change.audit("students", said).await
}

/// The student's own copy of what the enrolment says of options.
fn project(student: &mut Student, enrolment: &Enrolment) {
    if enrolment.options.is_empty() {
        student.options.remove(&enrolment.year);
    } else {
        student.options.insert(enrolment.year.clone(), enrolment.options.clone());
    }
}
