use carnet::{
    domain::{
        entities::{Enrolment, Mark, Role, Student, User},
        id::ActId,
        query::Filter,
        text_values::Username,
    },
    protocol::{Failure, NeededBy, Reply, Request, SaveUser, StudentSaved, Why},
    store::Records,
};

use super::{Client, PASSWORD, Place, login, name, opened, phone, points};

async fn acted(client: &mut Client, request: Request) -> ActId {
    match client.call(request).await {
        Ok(Reply::Acted(act)) => act,
        other => panic!("{other:?}"),
    }
}

async fn pupil(admin: &mut Client) -> StudentSaved {
    let class = admin.class(0).id;
    let mut form = Client::form("Traoré", "Awa", Some(&class));
    form.phone = Some(phone("76 12 34 56"));
    admin.add(form).await.unwrap()
}

fn account(student: &StudentSaved) -> Request {
    Request::SaveUser(Box::new(SaveUser {
        id: None,
        username: Username::parse("awa").unwrap(),
        display_name: name("Awa Traoré"),
        role: Role::Student,
        disabled: false,
        password: None,
        student: Some(student.id.clone()),
        children: vec![],
    }))
}

#[tokio::test]
async fn a_deleted_student_comes_back_whole() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let awa = pupil(&mut admin).await;
    let Ok(Reply::User(made)) = admin.call(account(&awa)).await else { panic!("an account") };
    let first = made.first_password.unwrap();
    let mut own = login(&backend, "awa", first.reveal()).await.unwrap();
    assert!(own.entered.must_change);
    let key = admin.key(&admin.class(0).id, "Mathématiques");
    let column = admin.add_column(&key, "Devoir 1").await;
    admin.set(&key, (&column, &awa.id), points(1_300), Some(0)).await.unwrap();
    let store = place.store();
    let before = store.one::<Student>(awa.id.as_str()).await.unwrap().unwrap();
    let act = acted(&mut admin, Request::DeleteStudent { id: awa.id.clone(), version: before.version }).await;
    assert_eq!(own.call(Request::MyMarks { child: None }).await, Err(Failure::SessionOver));
    assert_eq!(login(&backend, "awa", first.reveal()).await.err(), Some(Failure::WrongLogin));
    assert_eq!(store.every::<Mark>(&Filter::All).await.unwrap().len(), 1);
    assert_eq!(admin.call(Request::Undo(act.clone())).await, Ok(Reply::Done));
    let after = store.one::<Student>(awa.id.as_str()).await.unwrap().unwrap();
    assert_eq!((&after.phone, &after.grades, after.average), (&before.phone, &before.grades, before.average));
    assert_eq!(store.every::<Enrolment>(&Filter::All).await.unwrap().len(), 1);
    assert!(login(&backend, "awa", first.reveal()).await.is_ok());
    assert!(admin.call(Request::Undo(act)).await.is_err());
}

#[tokio::test]
async fn a_phone_taken_meanwhile_is_a_conflict() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let awa = pupil(&mut admin).await;
    let act = acted(&mut admin, Request::DeleteStudent { id: awa.id.clone(), version: awa.version }).await;
    pupil(&mut admin).await;
    assert_eq!(admin.call(Request::Undo(act)).await, Err(Failure::Conflict));
}

#[tokio::test]
async fn a_deleted_student_is_found_later_and_by_another_who_may() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let awa = pupil(&mut admin).await;
    let Ok(Reply::User(made)) = admin.call(account(&awa)).await else { panic!("an account") };
    let other = SaveUser {
        id: None,
        username: Username::parse("deux").unwrap(),
        display_name: name("Deux"),
        role: Role::Admin,
        disabled: false,
        password: None,
        student: None,
        children: vec![],
    };
    let Ok(Reply::User(second)) = admin.call(Request::SaveUser(Box::new(other))).await else { panic!("an account") };
    let version = place.store().one::<Student>(awa.id.as_str()).await.unwrap().unwrap().version;
    acted(&mut admin, Request::DeleteStudent { id: awa.id.clone(), version }).await;
    let Ok(Reply::Users(accounts)) = admin.call(Request::Users).await else { panic!("accounts") };
    let linked = accounts.iter().find(|row| row.id == made.row.id).unwrap();
    assert_eq!(linked.gone, std::slice::from_ref(&awa.id));
    assert!(linked.linked[0].1.contains("Awa"), "{linked:?}");

    let first = second.first_password.unwrap();
    let mut second = login(&backend, "deux", first.reveal()).await.unwrap();
    let change = Request::ChangePassword { old: first, new: carnet::domain::text_values::Password::typed(PASSWORD) };
    second.call(change).await.unwrap();
    let Ok(Reply::DeletedStudents(gone)) = second.call(Request::DeletedStudents).await else { panic!("a list") };
    assert_eq!((gone.len(), gone[0].matricule.as_str()), (1, awa.matricule.as_str()));
    assert_eq!(second.call(Request::Undo(gone[0].act.clone())).await, Ok(Reply::Done));
    assert_eq!(second.call(Request::DeletedStudents).await, Ok(Reply::DeletedStudents(vec![])));
    let back = place.store().one::<User>(made.row.id.as_str()).await.unwrap().unwrap();
    assert!(!back.disabled, "the account is back too");
}

#[tokio::test]
async fn an_added_class_goes_again_unless_it_is_needed() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = |name_of: &str| Request::SaveClass {
        class: carnet::domain::entities::Class {
            id: carnet::domain::id::ClassId::new(""),
            name: name(name_of),
            level: None,
            series: None,
            head_teacher: None,
            capacity: None,
        },
        version: None,
    };
    let Ok(Reply::Class { act: Some(act), .. }) = admin.call(class("ZZ 1")).await else { panic!("a class") };
    assert_eq!(admin.call(Request::Undo(act)).await, Ok(Reply::Done));
    let Ok(Reply::Class { class: two, act: Some(act), .. }) = admin.call(class("ZZ 2")).await else {
        panic!("a class")
    };
    admin.add(Client::form("Traoré", "Awa", Some(&two.id))).await.unwrap();
    let needed = Why::Needed { by: NeededBy::Students, count: 1 };
    assert_eq!(admin.call(Request::Undo(act)).await, Err(Failure::refused(needed)));
}

#[tokio::test]
async fn a_deleted_column_comes_back_with_its_marks() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let awa = pupil(&mut admin).await;
    let key = admin.key(&admin.class(0).id, "Mathématiques");
    let (one, two) = (admin.add_column(&key, "Devoir 1").await, admin.add_column(&key, "Devoir 2").await);
    admin.set(&key, (&one, &awa.id), points(1_000), Some(0)).await.unwrap();
    admin.set(&key, (&two, &awa.id), points(1_600), Some(0)).await.unwrap();
    let version = admin.sheet(&key).await.version;
    let delete = Request::DeleteEvaluation { sheet: key.clone(), evaluation: two.clone(), version };
    let act = acted(&mut admin, delete).await;
    // A mark elsewhere on the sheet is no obstacle.
    admin.set(&key, (&one, &awa.id), points(1_200), Some(1)).await.unwrap();
    assert_eq!(admin.call(Request::Undo(act)).await, Ok(Reply::Done));
    let view = admin.sheet(&key).await;
    let cells: Vec<_> = view.rows[0].cells.iter().map(|cell| cell.value).collect();
    assert_eq!(cells, [points(1_200), points(1_600)]);
    let student = place.store().one::<Student>(awa.id.as_str()).await.unwrap().unwrap();
    assert_eq!(student.average.map(carnet::domain::score::Average::hundredths), Some(1_400));
}

#[tokio::test]
async fn a_saved_student_is_taken_back() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let awa = pupil(&mut admin).await;
    assert_eq!(admin.call(Request::Undo(awa.act.clone())).await, Ok(Reply::Done));
    let store = place.store();
    assert!(store.every::<Student>(&Filter::All).await.unwrap().is_empty());
    assert!(store.every::<Enrolment>(&Filter::All).await.unwrap().is_empty());
    assert_eq!(store.every::<User>(&Filter::All).await.unwrap().len(), 1);
    assert!(login(&backend, "admin", PASSWORD).await.is_ok());
}
