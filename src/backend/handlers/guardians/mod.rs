//! Guardians: whose, where they are reached, and the account that follows them.

mod found;
mod save;
mod seen;

pub(in crate::backend) use found::{by_text, students_of};
pub(in crate::backend) use save::{delete, save};

use crate::{
    backend::cx::{Cx, Fault},
    domain::{access::Action, entities::Student},
    protocol::{Failure, GuardianPage, GuardiansOf, Reply},
    store::Records,
};

/// `Request::Guardians`. Who sees a part of the school sees the guardians of its students.
pub(in crate::backend) async fn guardians(cx: &Cx, of: &GuardiansOf) -> Result<Reply, Fault> {
    let page = match of {
        GuardiansOf::Student(id) => {
            let student = cx.store.one::<Student>(id.as_str()).await?.ok_or(Failure::NotFound)?;
            if !cx.may(Action::ViewStudents, &super::students::resource(&student)) {
                return Err(Failure::NotFound.into());
            }
            let mut rows = seen::rows(cx, found::of_student(cx, id).await?).await?;
            seen::by_name(&mut rows);
            GuardianPage { rows, next: None }
        }
        GuardiansOf::One(id) => {
            let found = cx.store.one(id.as_str()).await?.into_iter().collect();
            GuardianPage { rows: seen::rows(cx, found).await?, next: None }
        }
        GuardiansOf::Text { text, limit, after } => found::page(cx, text, *limit, after.as_ref()).await?,
    };
    Ok(Reply::Guardians(page))
}
