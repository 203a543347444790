//! A new student's place in the next year, before it is opened.

use serde_json::json;

use super::ground::after;
use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        entities::{Enrolment, EnrolmentStatus, Student},
        id::{ClassId, EnrolmentId, StudentId},
    },
    protocol::{Failure, Field, Reply, Why},
    store::Records,
};

/// `Request::EnrolAhead`: one attempt. Refused for who has a class this year.
pub async fn enrol_ahead(cx: &Cx, id: &StudentId, class: Option<&ClassId>) -> Result<Reply, Fault> {
    let student = cx.store.one::<Student>(id.as_str()).await?.ok_or(Failure::NotFound)?;
    let current = &cx.settings.school.current_year;
    let here = cx.store.one::<Enrolment>(EnrolmentId::of(id, current).as_str()).await?;
    if student.class.is_some() || here.is_some_and(|here| here.status == EnrolmentStatus::Enrolled) {
        return Err(Failure::refused(Why::HasClass).into());
    }
    let name = match class {
        Some(class) => {
            let unknown = || Failure::invalid(Field::Class, Why::Unknown { what: class.as_str().to_owned() });
            Some(cx.settings.class(class).ok_or_else(unknown)?.name.clone())
        }
        None => None,
    };
    let year = after(current)?;
    let place = EnrolmentId::of(id, &year);
    let before = cx.store.one::<Enrolment>(place.as_str()).await?;
    if before.as_ref().map(|before| &before.class) == class {
        return Ok(Reply::Done);
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    match (&before, class) {
        (before, Some(class)) => {
            let enrolment = Enrolment {
                id: place.clone(),
                student: id.clone(),
                year: year.clone(),
                class: class.clone(),
                status: EnrolmentStatus::Enrolled,
                repeater: false,
                call_number: None,
                starts: None,
                options: Vec::new(),
            };
            change.put_or_add(before.as_ref(), &enrolment)?;
        }
        (Some(before), None) => change.delete(before)?,
        (None, None) => return Ok(Reply::Done),
    }
    let was = before.and_then(|before| cx.settings.class(&before.class).map(|class| class.name.clone()));
    let said = Said {
        action: "student.enrol",
        target: place.as_str().to_owned(),
        student: Some(id.as_str().to_owned()),
        old: was.map_or_else(|| json!(null), |class| json!({ "year": year, "class": class })),
        new: name.map_or_else(|| json!(null), |class| json!({ "year": year, "class": class })),
        ..Said::default()
    };
    change.audit("students", said).await?;
    change.undoable(act.clone(), "student.enrol")?;
    change.touches(Some(&student), Some(&student));
    change.commit().await?;
    Ok(Reply::Acted(act))
}
