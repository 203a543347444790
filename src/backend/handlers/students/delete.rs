//! Removing a student: the record and its enrolments go, the account is disabled, marks and history stay. The act
//! holds all of it, and can be taken back.

use super::{account_of, write::audit_record};
use crate::{
    backend::{
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        entities::{Enrolment, Student},
        id::StudentId,
        query::Filter,
    },
    protocol::{Failure, Reply},
    store::Records,
};

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
    audit_record(&mut change, "student.delete", Some(&student), None).await?;
    change.undoable(act.clone(), "student.delete")?;
    change.touches(Some(&student), None);
    change.commit().await?;
    if let Some(user) = account {
        cx.core.end_session(user.id.as_str(), None).await;
    }
    Ok(Reply::Acted(act))
}
