use carnet::{
    domain::{
        calendar::Term,
        entities::{Class, Role, Student},
        score::Average,
        text_values::{Password, Username},
    },
    protocol::{AccountRow, Failure, Field, NeededBy, Reply, Request, SaveUser, SubjectDraft, Why},
    store::Records,
};

use super::{Client, PASSWORD, Place, login, name, opened, points};

pub fn user(username: &str, role: Role, id: Option<&AccountRow>) -> SaveUser {
    SaveUser {
        id: id.map(|row| (row.id.clone(), row.version)),
        username: Username::parse(username).unwrap(),
        display_name: name(username),
        role,
        disabled: false,
        password: Some(Password::typed(PASSWORD)),
        student: None,
        children: vec![],
        staff: carnet::domain::entities::StaffFile::default(),
    }
}

pub async fn save(admin: &mut Client, ask: SaveUser) -> Result<AccountRow, Failure> {
    match admin.call(Request::SaveUser(Box::new(ask))).await? {
        Reply::User(account) => Ok(account.row),
        other => panic!("{other:?}"),
    }
}

/// Somebody of that role, past the first change of password.
pub async fn settled(backend: &carnet::backend::Backend, username: &str) -> Client {
    let mut client = login(backend, username, PASSWORD).await.unwrap();
    let (old, new) = (Password::typed(PASSWORD), Password::typed("mon-mot-de-passe"));
    assert_eq!(client.call(Request::Setup).await, Err(Failure::PasswordMustChange));
    assert_eq!(client.call(Request::ChangePassword { old, new }).await, Ok(Reply::Done));
    client
}

#[tokio::test]
async fn the_last_admin_stays() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let Ok(Reply::Users(rows)) = admin.call(Request::Users).await else { panic!("users") };
    let own = &rows[0];
    let demoted = save(&mut admin, user("admin", Role::Teacher, Some(own))).await;
    assert_eq!(demoted, Err(Failure::refused(Why::LastAdmin)));
    let gone = admin.call(Request::DeleteUser { id: own.id.clone(), version: own.version }).await;
    assert_eq!(gone, Err(Failure::refused(Why::LastAdmin)));
    let other = save(&mut admin, user("second", Role::Admin, None)).await.unwrap();
    let gone = admin.call(Request::DeleteUser { id: other.id, version: other.version }).await;
    assert!(matches!(gone, Ok(Reply::Acted(_))));
    let taken = save(&mut admin, user("ADMIN", Role::Teacher, None)).await;
    assert!(matches!(taken, Err(Failure::Invalid { field: Some(Field::Username), .. })));
}

#[tokio::test]
async fn teachers_reach_their_own_sheets_only() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (own, other) = (admin.class(0).id, admin.class(1).id);
    admin.add(Client::form("Traoré", "Awa", Some(&own))).await.unwrap();
    admin.add(Client::form("Keïta", "Issa", Some(&other))).await.unwrap();
    let row = save(&mut admin, user("prof", Role::Teacher, None)).await.unwrap();
    let subject = admin.subject("Mathématiques");
    let charge = Request::SaveAssignment { teacher: row.id.clone(), class: own.clone(), subject };
    admin.call(charge).await.unwrap();
    let mut prof = settled(&backend, "prof").await;
    let Ok(Reply::Students(page)) = prof.call(Request::ListStudents(super::by_name())).await else { panic!("rows") };
    assert_eq!(page.items.len(), 1);
    let (maths, french) = (admin.key(&own, "Mathématiques"), admin.key(&own, "Français"));
    let elsewhere = admin.key(&other, "Mathématiques");
    assert!(prof.call(Request::OpenSheet(maths)).await.is_ok());
    for key in [french, elsewhere] {
        assert_eq!(prof.call(Request::OpenSheet(key)).await, Err(Failure::Denied));
    }
    for request in [Request::Users, Request::CreateBackup, Request::SetCurrentTerm(Term::new(2).unwrap())] {
        assert_eq!(prof.call(request).await, Err(Failure::Denied));
    }
    // Another role ends the session.
    let Ok(Reply::Users(rows)) = admin.call(Request::Users).await else { panic!("users") };
    let row = rows.iter().find(|known| known.id == row.id).unwrap();
    let ask = SaveUser { password: None, disabled: true, ..user("prof", Role::Teacher, Some(row)) };
    save(&mut admin, ask).await.unwrap();
    assert_eq!(prof.call(Request::Setup).await, Err(Failure::SessionOver));
}

#[tokio::test]
async fn teachers_read_the_marks_of_their_own_subjects_only() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    for subject in ["Mathématiques", "Français"] {
        let key = admin.key(&class, subject);
        let column = admin.add_column(&key, "Devoir 1").await;
        admin.set(&key, (&column, &awa.id), super::points(1_200), Some(0)).await.unwrap();
    }
    let row = save(&mut admin, user("prof", Role::Teacher, None)).await.unwrap();
    let subject = admin.subject("Mathématiques");
    let charge = Request::SaveAssignment { teacher: row.id, class, subject: subject.clone() };
    admin.call(charge).await.unwrap();
    let mut prof = settled(&backend, "prof").await;
    for (client, subjects) in [(&mut admin, 2), (&mut prof, 1)] {
        let Ok(Reply::Student(card)) = client.call(Request::OpenStudent(awa.id.clone())).await else { panic!("card") };
        assert_eq!(card.student.grades.len(), subjects);
        assert!(card.student.grades.iter().any(|grade| grade.subject == subject));
        let averages = card.student.subject_averages.values().flat_map(std::collections::BTreeMap::values);
        assert_eq!(averages.map(std::collections::BTreeMap::len).sum::<usize>(), subjects);
        let ask = Request::StudentHistory { id: awa.id.clone(), limit: 50 };
        let Ok(Reply::History(lines)) = client.call(ask).await else { panic!("history") };
        assert_eq!(lines.iter().filter(|line| line.action == "mark.set").count(), subjects);
    }
}

#[tokio::test]
async fn coefficients_and_terms_and_names_reach_the_students() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0);
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class.id))).await.unwrap();
    for (subject, score) in [("Mathématiques", 1_000), ("Français", 2_000)] {
        let key = admin.key(&class.id, subject);
        let column = admin.add_column(&key, "Devoir 1").await;
        admin.set(&key, (&column, &awa.id), points(score), Some(0)).await.unwrap();
    }
    let store = place.store();
    let read = async || store.one::<Student>(awa.id.as_str()).await.unwrap().unwrap();
    for (subject, coefficient) in [("Mathématiques", 3), ("Français", 1)] {
        let stored = admin.entered.setup.subjects.iter().find(|known| known.name.as_str() == subject).unwrap();
        let draft = SubjectDraft {
            id: Some(stored.id.clone()),
            name: stored.name.clone(),
            short: stored.short.clone(),
            coefficient,
            coefficients: vec![],
            position: stored.position,
            kind: stored.kind,
            optional: stored.optional,
        };
        let request = Request::SaveSubject { subject: draft, version: Some(stored.version) };
        assert!(admin.call(request).await.is_ok());
    }
    assert_eq!(read().await.average.map(Average::hundredths), Some(1_250));
    let renamed = Class { name: name("10e Z"), ..class.clone() };
    admin.call(Request::SaveClass { class: renamed, version: Some(1) }).await.unwrap();
    assert_eq!(read().await.body.class_name.unwrap().as_str(), "10e Z");
    let Ok(Reply::Acted(act)) = admin.call(Request::SetCurrentTerm(Term::new(2).unwrap())).await else {
        panic!("the term changes")
    };
    assert_eq!(read().await.average, None);
    admin.call(Request::Undo(act)).await.unwrap();
    assert_eq!(read().await.average.map(Average::hundredths), Some(1_250));
    let in_use = admin.call(Request::DeleteClass { id: class.id.clone(), version: 2 }).await;
    assert_eq!(in_use, Err(Failure::refused(Why::Needed { by: NeededBy::Students, count: 1 })));
}

#[tokio::test]
async fn each_child_is_linked_once_and_the_own_student_is_none() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let awa = admin.add(Client::form("Traoré", "Awa", None)).await.unwrap().id;
    let issa = admin.add(Client::form("Keïta", "Issa", None)).await.unwrap().id;
    let children = vec![issa.clone(), awa.clone(), issa.clone()];
    let ask = SaveUser { student: Some(awa.clone()), children, ..user("prof", Role::Teacher, None) };
    let row = save(&mut admin, ask).await.unwrap();
    assert_eq!(row.linked.iter().map(|(id, _)| id).collect::<Vec<_>>(), [&awa, &issa]);
    assert_eq!(row.own, Some(awa.clone()));
    let stored = place.store().one::<carnet::domain::entities::User>(row.id.as_str()).await.unwrap().unwrap();
    assert_eq!((&stored.student, &stored.children), (&Some(awa), &vec![issa]));
}
