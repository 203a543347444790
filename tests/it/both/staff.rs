//! The file of somebody who works at the school.

use carnet::{
    domain::{
        entities::{AuditEntry, Role, StaffFile, User},
        id::SubjectId,
        query::Filter,
        text_values::{Matricule, Remark},
    },
    protocol::{AccountRow, Failure, Field, Reply, Request, SaveUser, Why},
    store::Records,
};

use super::{Ground, on_both};
use crate::backend::{
    Client, name, opened,
    setup::{save, user},
};

on_both!(a_file_is_kept_told_and_comes_back, a_file_is_refused_where_it_cannot_stand, two_do_not_get_one_employee_id);

fn file(number: &str, subjects: Vec<SubjectId>) -> StaffFile {
    StaffFile {
        employee_id: Matricule::parse(number).ok(),
        diploma: Some(name("Maîtrise")),
        subjects,
        availability: Remark::parse("lundi matin, mardi").ok(),
    }
}

fn with(number: &str, username: &str, row: Option<&AccountRow>) -> SaveUser {
    SaveUser { staff: file(number, vec![]), ..user(username, Role::Teacher, row) }
}

fn taken() -> Failure {
    Failure::invalid(Field::EmployeeId, Why::EmployeeIdTaken { name: "un".to_owned() })
}

async fn row(admin: &mut Client, username: &str) -> AccountRow {
    let Ok(Reply::Users(rows)) = admin.call(Request::Users).await else { panic!("users") };
    rows.into_iter().find(|row| row.username.as_str() == username).unwrap()
}

async fn a_file_is_kept_told_and_comes_back(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let subject = admin.subject("Mathématiques");
    let made = save(&mut admin, user("prof", Role::Teacher, None)).await.unwrap();
    assert!(made.staff.is_empty());
    let whole = file("0110.452-w", vec![subject]);
    let changed = save(&mut admin, SaveUser { staff: whole.clone(), ..user("prof", Role::Teacher, Some(&made)) }).await;
    assert_eq!(changed.unwrap().staff, whole);
    let store = ground.store().await;
    assert_eq!(store.one::<User>(made.id.as_str()).await.unwrap().unwrap().staff, whole);
    let mut entries = store.every::<AuditEntry>(&Filter::equals("stream", "users")).await.unwrap();
    entries.sort_by_key(|entry| entry.seq);
    let last = entries.last().unwrap();
    assert_eq!(last.old.get("staff"), None);
    assert_eq!(last.new["staff"]["employee_id"], "0110.452-W");
    // As it was read before: somebody else has changed it meanwhile.
    let late = save(&mut admin, user("prof", Role::Teacher, Some(&made))).await;
    assert_eq!(late, Err(Failure::Conflict));
    let now = row(&mut admin, "prof").await;
    let delete = Request::DeleteUser { id: now.id, version: now.version };
    let Ok(Reply::Acted(act)) = admin.call(delete).await else { panic!("deleted") };
    assert_eq!(admin.call(Request::Undo(act)).await, Ok(Reply::Done));
    assert_eq!(row(&mut admin, "prof").await.staff, whole);
}

async fn a_file_is_refused_where_it_cannot_stand(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let ask = SaveUser { staff: file("12", vec![]), ..user("famille", Role::Parent, None) };
    assert_eq!(save(&mut admin, ask).await, Err(Failure::invalid(Field::EmployeeId, Why::StaffOnly)));
    let unknown = SubjectId::new("nothing");
    let ask = SaveUser { staff: file("12", vec![unknown]), ..user("prof", Role::Teacher, None) };
    let why = Why::Unknown { what: "nothing".to_owned() };
    assert_eq!(save(&mut admin, ask).await, Err(Failure::invalid(Field::Subjects, why)));
    let bursar = save(&mut admin, SaveUser { staff: file("12", vec![]), ..user("caisse", Role::Bursar, None) }).await;
    let ask = SaveUser { staff: file("12", vec![]), ..user("caisse", Role::Parent, Some(&bursar.unwrap())) };
    assert_eq!(save(&mut admin, ask).await, Err(Failure::invalid(Field::EmployeeId, Why::StaffOnly)));
}

async fn two_do_not_get_one_employee_id(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let one = save(&mut admin, with("k-12", "un", None)).await.unwrap();
    assert_eq!(save(&mut admin, with("K-12", "deux", None)).await, Err(taken()));
    let two = save(&mut admin, with("K-13", "deux", None)).await.unwrap();
    assert_eq!(save(&mut admin, with("K-12", "deux", Some(&two))).await, Err(taken()));
    // Its own is no obstacle, and what somebody gives up is free.
    let one = save(&mut admin, with("K-12", "un", Some(&one))).await.unwrap();
    let delete = Request::DeleteUser { id: one.id, version: one.version };
    let Ok(Reply::Acted(act)) = admin.call(delete).await else { panic!("deleted") };
    save(&mut admin, with("K-12", "deux", Some(&two))).await.unwrap();
    assert_eq!(admin.call(Request::Undo(act)).await, Err(Failure::Conflict));
}
