//! The file of somebody who works at the school.

use crate::{
    backend::cx::{Cx, Fault},
    domain::{
        entities::{Subject, User},
        id::UserId,
        query::Filter,
        schema::Stored,
    },
    protocol::{Failure, Field, SaveUser, Why},
    store::Records,
};

/// Refuses a file on an account that has none, an employee id that is somebody else's, and unknown subjects. A subject
/// that was deleted after it was chosen may stay: it may come back.
pub async fn check(cx: &Cx, ask: &SaveUser, before: Option<&Stored<User>>, id: &UserId) -> Result<(), Fault> {
    let file = &ask.staff;
    if !ask.role.is_staff() {
        let given = [
            (Field::EmployeeId, file.employee_id.is_some()),
            (Field::Diploma, file.diploma.is_some()),
            (Field::Subjects, !file.subjects.is_empty()),
            (Field::Availability, file.availability.is_some()),
        ];
        let refused = given.into_iter().find(|(_, given)| *given);
        return refused.map_or(Ok(()), |(field, _)| Err(Failure::invalid(field, Why::StaffOnly).into()));
    }
    if let Some(number) = &file.employee_id {
        let same = cx.store.every::<User>(&Filter::equals("employee_id", number.as_str())).await?;
        if let Some(other) = same.into_iter().find(|user| user.id != *id) {
            let name = other.display_name.as_str().to_owned();
            return Err(Failure::invalid(Field::EmployeeId, Why::EmployeeIdTaken { name }).into());
        }
    }
    let kept = before.map(|user| user.staff.subjects.as_slice()).unwrap_or_default();
    for subject in file.subjects.iter().filter(|subject| !kept.contains(subject)) {
        if cx.store.one::<Subject>(subject.as_str()).await?.is_none() {
            let what = subject.as_str().to_owned();
            return Err(Failure::invalid(Field::Subjects, Why::Unknown { what }).into());
        }
    }
    Ok(())
}
