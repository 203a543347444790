//! Removing a student: the record and its enrolments go, the account is disabled, marks and history stay. The act
//! holds all of it, and can be taken back.

use std::collections::{BTreeMap, BTreeSet};

use super::{account_of, write::audit_record};
use crate::{
    backend::{
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        entities::{Act, Enrolment, Student, User},
        id::StudentId,
        query::Filter,
        schema::{Entity, Stored},
    },
    protocol::{DeletedStudent, Failure, Reply},
    store::Records,
};

/// The action of the act.
const DELETE: &str = "student.delete";

/// `Request::DeleteStudent`: one attempt.
pub async fn delete(cx: &Cx, id: &StudentId, version: u64) -> Result<Reply, Fault> {
    let student = cx.store.one::<Student>(id.as_str()).await?.ok_or(Failure::NotFound)?;
    if student.record_version > version {
        return Err(Failure::Conflict.into());
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.delete(&student)?;
    for enrolment in cx.store.every::<Enrolment>(&Filter::equals("student", id.as_str())).await? {
        change.delete(&enrolment)?;
    }
    let account = account_of(cx, id).await?;
    if let Some(user) = &account {
        let mut disabled = user.body.clone();
        disabled.disabled = true;
        disabled.student_phone = None;
        disabled.session_epoch = disabled.session_epoch.saturating_add(1);
        change.put(user, &disabled)?;
    }
    audit_record(&mut change, DELETE, Some(&student), None).await?;
    change.undoable(act.clone(), DELETE)?;
    change.touches(Some(&student), None);
    change.commit().await?;
    if let Some(user) = account {
        cx.core.end_session(user.id.as_str(), None).await;
    }
    Ok(Reply::Acted(act))
}

/// `Request::DeletedStudents`.
pub async fn deleted(cx: &Cx) -> Result<Reply, Fault> {
    let mut acts = cx.store.every::<Act>(&Filter::equals("action", DELETE)).await?;
    acts.retain(|act| !act.undone);
    acts.sort_by_key(|act| std::cmp::Reverse(act.at));
    let gone: Vec<(&Stored<Act>, Student)> = acts.iter().filter_map(|act| Some((act, student_of(act)?))).collect();
    // Who came back another way, with the restoring of a backup say, is not gone.
    let here = present(cx, gone.iter().map(|(_, student)| &student.id)).await?;
    let people = people(cx, &acts).await?;
    let row = |(act, student): (&Stored<Act>, Student)| DeletedStudent {
        act: act.id.clone(),
        name: format!("{} {}", student.last_name.as_str().to_uppercase(), student.first_name),
        class: student.class_name.map(String::from),
        at: act.at,
        by: people.get(&act.actor).cloned().unwrap_or_else(|| act.actor.clone()),
        matricule: student.matricule,
        id: student.id,
    };
    let rows = gone.into_iter().filter(|(_, student)| !here.contains(&student.id)).map(row);
    Ok(Reply::DeletedStudents(rows.collect()))
}

/// The names of deleted students among these, by id.
pub(in crate::backend) async fn deleted_names(
    cx: &Cx,
    ids: &BTreeSet<StudentId>,
) -> Result<BTreeMap<StudentId, String>, Fault> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let acts = cx.store.every::<Act>(&Filter::equals("action", DELETE)).await?;
    let students = acts.iter().filter(|act| !act.undone).filter_map(|act| student_of(act));
    Ok(students.filter(|student| ids.contains(&student.id)).map(|gone| (gone.id.clone(), gone.full_name())).collect())
}

/// The student that an act deleted.
fn student_of(act: &Act) -> Option<Student> {
    let before = act.befores.iter().find(|before| before.collection == Student::SCHEMA.collection)?;
    serde_json::from_value(before.document.clone()?).ok()
}

async fn present<'a>(cx: &Cx, ids: impl Iterator<Item = &'a StudentId>) -> Result<BTreeSet<StudentId>, Fault> {
    let ids: Vec<String> = ids.map(|id| id.as_str().to_owned()).collect();
    let found = cx.store.get_many(Student::SCHEMA, &ids).await?;
    Ok(found.into_iter().map(|document| StudentId::new(document.id)).collect())
}

async fn people(cx: &Cx, acts: &[Stored<Act>]) -> Result<BTreeMap<String, String>, Fault> {
    let ids: BTreeSet<String> = acts.iter().map(|act| act.actor.clone()).collect();
    let mut names = BTreeMap::new();
    for document in cx.store.get_many(User::SCHEMA, &ids.into_iter().collect::<Vec<_>>()).await? {
        let user: User = document.parse(User::SCHEMA.collection)?;
        names.insert(document.id, user.display_name.as_str().to_owned());
    }
    Ok(names)
}
