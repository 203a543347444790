//! Who teaches what, where.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::finish;
use crate::{
    backend::{
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        entities::{Assignment, Role, User},
        id::{AssignmentId, ClassId, SubjectId, UserId},
        query::Filter,
        schema::Entity,
    },
    protocol::{AssignmentRow, Failure, Field, Reply, Why},
    store::Records,
};

/// `Request::Assignments`: of the current year, by class and subject.
pub async fn assignments(cx: &Cx) -> Result<Reply, Fault> {
    let settings = &cx.settings;
    let all = cx.store.every::<Assignment>(&Filter::equals("year", settings.school.current_year.as_str())).await?;
    let ids: Vec<String> = all.iter().map(|charge| charge.teacher.as_str().to_owned()).collect();
    let mut names: HashMap<String, String> = HashMap::new();
    for document in cx.store.get_many(User::SCHEMA, &ids).await? {
        let user: User = document.parse(User::SCHEMA.collection)?;
        names.insert(document.id, user.display_name.as_str().to_owned());
    }
    let gone = |id: &str| id.to_owned();
    let mut rows: Vec<AssignmentRow> = all
        .into_iter()
        .map(|charge| AssignmentRow {
            version: charge.version,
            teacher_name: names.get(charge.teacher.as_str()).cloned().unwrap_or_else(|| gone(charge.teacher.as_str())),
            class_name: settings
                .class(&charge.class)
                .map_or_else(|| gone(charge.class.as_str()), |class| class.name.as_str().to_owned()),
            subject_name: settings
                .subject(&charge.subject)
                .map_or_else(|| gone(charge.subject.as_str()), |subject| subject.name.as_str().to_owned()),
            id: charge.body.id,
            teacher: charge.body.teacher,
            class: charge.body.class,
            subject: charge.body.subject,
        })
        .collect();
    let class_place = |id: &ClassId| settings.classes.iter().position(|class| class.id == *id);
    let subject_place = |id: &SubjectId| settings.subjects.iter().position(|subject| subject.id == *id);
    rows.sort_by_cached_key(|row| (class_place(&row.class), subject_place(&row.subject), row.teacher_name.clone()));
    Ok(Reply::Assignments(rows))
}

/// `Request::SaveAssignment`: one attempt. A charge that is already given stays.
pub async fn save_assignment(cx: &Cx, teacher: &UserId, class: &ClassId, subject: &SubjectId) -> Result<Reply, Fault> {
    let unknown = |field, id: &str| Failure::invalid(field, Why::Unknown { what: id.to_owned() });
    cx.settings.class(class).ok_or_else(|| unknown(Field::Class, class.as_str()))?;
    cx.settings.subject(subject).ok_or_else(|| unknown(Field::Subject, subject.as_str()))?;
    let user = cx.store.one::<User>(teacher.as_str()).await?;
    let user = user.filter(|user| user.role == Role::Teacher && !user.disabled);
    user.ok_or_else(|| unknown(Field::Teacher, teacher.as_str()))?;
    let year = cx.settings.school.current_year.clone();
    let id = Assignment::id_of(&year, class, subject, teacher);
    if cx.store.one::<Assignment>(id.as_str()).await?.is_some() {
        return Ok(Reply::Done);
    }
    let charge = Assignment { id, teacher: teacher.clone(), class: class.clone(), subject: subject.clone(), year };
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.add(&charge)?;
    finish(change, &act, "assignment.save", (charge.id.as_str(), Value::Null, json!(charge))).await?;
    Ok(Reply::Acted(act))
}

/// `Request::DeleteAssignment`: one attempt.
pub async fn delete_assignment(cx: &Cx, id: &AssignmentId, version: u64) -> Result<Reply, Fault> {
    let charge = cx.store.one::<Assignment>(id.as_str()).await?.ok_or(Failure::NotFound)?;
    if charge.version != version {
        return Err(Failure::Conflict.into());
    }
    if !cx.settings.writable(&charge.year) {
        return Err(Failure::refused(Why::Closed).into());
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    change.delete(&charge)?;
    finish(change, &act, "assignment.delete", (id.as_str(), json!(charge.body), Value::Null)).await?;
    Ok(Reply::Acted(act))
}
