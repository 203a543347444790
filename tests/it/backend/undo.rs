use carnet::{
    domain::{
        entities::{Enrolment, Mark, Role, Student, User},
        id::ActId,
        query::Filter,
        text_values::Username,
    },
    protocol::{CloseTerm, EvaluationDraft, Failure, NeededBy, Reply, Request, SaveUser, StudentSaved, Why},
    store::Records,
};

use super::{
    Client, PASSWORD, Place, login, name, opened, phone, points,
    setup::{save, settled, user},
};

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
        staff: carnet::domain::entities::StaffFile::default(),
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
        staff: carnet::domain::entities::StaffFile::default(),
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

/// Column by column, with own marks in between, by a program that was started again.
#[tokio::test]
async fn changes_of_the_columns_are_taken_back_one_by_one_after_a_restart() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let awa = pupil(&mut admin).await.id;
    let key = admin.key(&admin.class(0).id, "Mathématiques");
    let one = admin.add_column(&key, "Devoir 1").await;
    admin.set(&key, (&one, &awa), points(1_300), Some(0)).await.unwrap();
    let two = admin.add_column(&key, "Devoir 2").await;
    let version = admin.sheet(&key).await.version;
    let draft = EvaluationDraft { id: Some(one.clone()), coefficient: 3, ..Client::column(&key, "Devoir 1", version) };
    acted(&mut admin, Request::SaveEvaluation(Box::new(draft))).await;
    let version = admin.sheet(&key).await.version;
    let first = Request::MoveEvaluation { sheet: key.clone(), evaluation: two.clone(), to: 0, version };
    acted(&mut admin, first).await;
    let version = admin.sheet(&key).await.version;
    acted(&mut admin, Request::DeleteEvaluation { sheet: key.clone(), evaluation: one.clone(), version }).await;
    admin.set(&key, (&two, &awa), points(800), Some(0)).await.unwrap();
    backend.shutdown().await;

    let backend = place.start(2);
    let mut admin = login(&backend, "admin", PASSWORD).await.unwrap();
    let undo = async |admin: &mut Client| {
        let act = admin.act();
        let ask = Request::UndoMark { act, sheet: key.clone(), force: false };
        let answer = admin.call(ask.clone()).await;
        // Asked again, because the answer was lost: done once.
        if matches!(answer, Ok(Reply::Acted(_))) {
            assert_eq!(admin.call(ask).await, answer);
        }
        answer
    };
    let seen = async |admin: &mut Client| {
        let sheet = admin.sheet(&key).await;
        let columns: Vec<(String, u8)> =
            sheet.evaluations.iter().map(|column| (column.title.to_string(), column.coefficient)).collect();
        (columns, sheet.rows[0].cells.iter().filter(|cell| cell.value.is_some()).count(), sheet.undo)
    };
    let of =
        |titles: &[(&str, u8)]| titles.iter().map(|(title, weight)| ((*title).to_owned(), *weight)).collect::<Vec<_>>();
    assert!(matches!(undo(&mut admin).await, Ok(Reply::MarkSet(_))), "the mark was given last");
    for (columns, more) in [
        (of(&[("Devoir 2", 1), ("Devoir 1", 3)]), true),
        (of(&[("Devoir 1", 3), ("Devoir 2", 1)]), true),
        (of(&[("Devoir 1", 1), ("Devoir 2", 1)]), false),
    ] {
        let answer = undo(&mut admin).await;
        assert!(matches!(answer, Ok(Reply::Acted(_))), "{answer:?}");
        assert_eq!(seen(&mut admin).await, (columns, 1, more), "the mark came back with its column");
    }
    // Steps end where a column was deleted: the mark of before it stays.
    // What was added stays as long as it is only stepped back, and goes from the list of evaluations.
    assert_eq!(undo(&mut admin).await, Err(Failure::refused(Why::Nothing)));
    admin.set(&key, (&one, &awa), None, None).await.unwrap();
    for left in [1, 0] {
        let act = admin.sheet(&key).await.columns_undo.unwrap();
        assert_eq!(admin.call(Request::Undo(act)).await, Ok(Reply::Done));
        assert_eq!(admin.sheet(&key).await.evaluations.len(), left);
    }
    let checked = admin.call(Request::VerifyAudit).await;
    assert!(matches!(checked, Ok(Reply::AuditChecked(report)) if report.findings.is_empty()));
}

#[tokio::test]
async fn somebody_elses_change_of_the_columns_ends_ones_own() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    pupil(&mut admin).await;
    let key = admin.key(&admin.class(0).id, "Mathématiques");
    save(&mut admin, user("chef", Role::Admin, None)).await.unwrap();
    let mut other = settled(&backend, "chef").await;
    admin.add_column(&key, "Devoir 1").await;
    other.add_column(&key, "Devoir 2").await;
    assert_eq!(admin.sheet(&key).await.columns_undo, None);
    let undo = Request::UndoMark { act: admin.act(), sheet: key.clone(), force: false };
    assert_eq!(admin.call(undo).await, Err(Failure::refused(Why::Nothing)));
    let act = other.sheet(&key).await.columns_undo.unwrap();
    assert_eq!(other.call(Request::Undo(act)).await, Ok(Reply::Done));
    assert!(admin.sheet(&key).await.columns_undo.is_some(), "the other's is gone: one's own stands last again");
    // Not across a closing.
    let class = Some(key.class.clone());
    let close = CloseTerm { act: admin.act(), term: key.term, class, anyway: true };
    admin.call(Request::CloseTerm(close)).await.unwrap();
    let reason = "erreur".to_owned();
    admin.call(Request::ReopenTerm { term: key.term, class: key.class.clone(), reason }).await.unwrap();
    assert_eq!(admin.sheet(&key).await.columns_undo, None);
}
