//! How far marks are entered: counted by the store, without those who are not in the class.

use carnet::{
    domain::{
        calendar::Term,
        entities::{Role, StudentStatus},
        id::{ClassId, EvaluationId, StudentId},
        score::{MarkCode, MarkValue},
        text_values::{Password, Username},
    },
    protocol::{
        CompletionQuestion, EvaluationDraft, Failure, GapKind, Progress, Reply, Request, SaveStudent, SaveUser,
        SheetKey, SheetProgress, Starts, StudentForm,
    },
};

use super::{Ground, on_both};
use crate::backend::{Client, PASSWORD, login, name, opened, points, setup};

on_both!(
    marks_are_counted_without_those_who_are_gone,
    who_came_late_lacks_nothing_of_before,
    a_teacher_sees_own_sheets_only,
);

async fn ask(client: &mut Client, class: Option<&ClassId>) -> Result<Vec<SheetProgress>, Failure> {
    let question = CompletionQuestion { class: class.cloned(), year: None, term: Term::new(1) };
    match client.call(Request::Completion(question)).await? {
        Reply::Completion(lines) => Ok(lines),
        other => panic!("{other:?}"),
    }
}

/// Students, and marks in each column.
async fn of(client: &mut Client, key: &SheetKey) -> (u64, Vec<u64>) {
    let lines = ask(client, Some(&key.class)).await.unwrap();
    let whole = ask(client, None).await.unwrap();
    assert_eq!(lines, whole.into_iter().filter(|line| line.key.class == key.class).collect::<Vec<_>>());
    let line = lines.into_iter().find(|line| line.key == *key).unwrap();
    (line.students, line.columns.iter().map(|column| column.entered).collect())
}

async fn change(admin: &mut Client, id: &StudentId, class: &ClassId, status: StudentStatus) {
    let Ok(Reply::Student(card)) = admin.call(Request::OpenStudent(id.clone())).await else { panic!("a card") };
    let form = Client::form(card.student.last_name.as_str(), "Awa", Some(class));
    let form = carnet::protocol::StudentForm { status, ..form };
    let act = admin.act();
    let ask = SaveStudent { act, id: Some((id.clone(), card.student.version)), form, marks: vec![] };
    admin.call(Request::SaveStudent(Box::new(ask))).await.unwrap();
}

async fn marks_are_counted_without_those_who_are_gone(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let (class, other) = (admin.class(0).id, admin.class(1).id);
    let mut pupils = Vec::new();
    for last in ["Traoré", "Keïta", "Diallo", "Coulibaly"] {
        pupils.push(admin.add(Client::form(last, "Awa", Some(&class))).await.unwrap().id);
    }
    let key = admin.key(&class, "Mathématiques");
    assert_eq!(of(&mut admin, &key).await, (4, vec![]));
    let (one, two) = (admin.add_column(&key, "Devoir 1").await, admin.add_column(&key, "Devoir 2").await);
    for pupil in &pupils {
        admin.set(&key, (&one, pupil), points(1_200), None).await.unwrap();
    }
    let code = Some(MarkValue::Code(MarkCode::Abs));
    admin.set(&key, (&two, &pupils[0]), code, None).await.unwrap();
    admin.set(&key, (&two, &pupils[1]), points(900), None).await.unwrap();
    assert_eq!(of(&mut admin, &key).await, (4, vec![4, 2]), "a code is an entry");
    admin.set(&key, (&two, &pupils[1]), None, None).await.unwrap();
    assert_eq!(of(&mut admin, &key).await, (4, vec![4, 1]), "an emptied mark is none");
    // To another class, out of the school, deleted, and back.
    change(&mut admin, &pupils[0], &other, StudentStatus::Active).await;
    assert_eq!(of(&mut admin, &key).await, (3, vec![3, 0]));
    change(&mut admin, &pupils[1], &class, StudentStatus::Withdrawn).await;
    assert_eq!(of(&mut admin, &key).await, (2, vec![2, 0]));
    let Ok(Reply::Student(card)) = admin.call(Request::OpenStudent(pupils[2].clone())).await else { panic!("a card") };
    let delete = Request::DeleteStudent { id: pupils[2].clone(), version: card.student.version };
    let Ok(Reply::Acted(act)) = admin.call(delete).await else { panic!("deleted") };
    assert_eq!(of(&mut admin, &key).await, (1, vec![1, 0]));
    admin.call(Request::Undo(act)).await.unwrap();
    change(&mut admin, &pupils[0], &class, StudentStatus::Active).await;
    assert_eq!(of(&mut admin, &key).await, (3, vec![3, 1]));
    // Every class and every subject that counts has a line.
    let lines = ask(&mut admin, None).await.unwrap();
    let (classes, subjects) = (admin.entered.setup.classes.len(), admin.entered.setup.subjects.len());
    assert!(lines.len() > classes && lines.len() <= classes * subjects, "{} lines", lines.len());
    assert!(lines.iter().all(|line| !line.closed));
    backend.shutdown().await;
}

async fn a_teacher_sees_own_sheets_only(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut link = backend.connect();
    assert!(matches!(link.call(None, setup(true)).await, Ok(Reply::Entered(_))));
    let mut admin = login(&backend, "admin", PASSWORD).await.unwrap();
    let account = SaveUser {
        id: None,
        username: Username::parse("moussa").unwrap(),
        display_name: name("Moussa"),
        role: Role::Teacher,
        disabled: false,
        password: None,
        student: None,
        children: vec![],
        staff: carnet::domain::entities::StaffFile::default(),
    };
    let Ok(Reply::User(made)) = admin.call(Request::SaveUser(Box::new(account))).await else { panic!("an account") };
    let (class, other) = (admin.class(0).id, admin.class(1).id);
    let subject = admin.subject("Mathématiques");
    let charge =
        Request::SaveAssignment { teacher: made.row.id.clone(), class: class.clone(), subject: subject.clone() };
    admin.call(charge).await.unwrap();
    let first = made.first_password.unwrap();
    let mut teacher = login(&backend, "moussa", first.reveal()).await.unwrap();
    let new = Password::typed(PASSWORD);
    teacher.call(Request::ChangePassword { old: first, new }).await.unwrap();
    let lines = ask(&mut teacher, None).await.unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!((&lines[0].key.class, &lines[0].key.subject), (&class, &subject));
    assert_eq!(ask(&mut teacher, Some(&other)).await, Err(Failure::Denied));
    backend.shutdown().await;
}

/// A dated column; its id.
async fn held(admin: &mut Client, key: &SheetKey, title: &str, day: &str) -> EvaluationId {
    let version = admin.sheet(key).await.version;
    let draft = EvaluationDraft { date: Some(day.parse().unwrap()), ..Client::column(key, title, version) };
    admin.call(Request::SaveEvaluation(Box::new(draft))).await.unwrap();
    admin.sheet(key).await.evaluations.last().unwrap().id.clone()
}

async fn who_came_late_lacks_nothing_of_before(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap().id;
    let from = |last: &str, day: &str| StudentForm {
        starts: Starts::On(day.parse().unwrap()),
        ..Client::form(last, "Issa", Some(&class))
    };
    let issa = admin.add(from("Keïta", "2026-11-02")).await.unwrap().id;
    let last = admin.add(from("Zerbo", "2026-12-01")).await.unwrap().id;
    let key = admin.key(&class, "Mathématiques");
    let one = held(&mut admin, &key, "Devoir 1", "2026-10-20").await;
    let two = held(&mut admin, &key, "Devoir 2", "2026-11-02").await;
    admin.set(&key, (&one, &awa), points(1_200), None).await.unwrap();
    let progress = async |admin: &mut Client| {
        let lines = ask(admin, Some(&class)).await.unwrap();
        let line = lines.into_iter().find(|line| line.key == key).unwrap();
        let columns: Vec<(u64, u64)> = line.columns.iter().map(|column| (column.entered, column.students)).collect();
        (line.students, columns, line.progress())
    };
    assert_eq!(progress(&mut admin).await, (3, vec![(1, 1), (0, 2)], Progress::Missing(2)));
    // Marked all the same: counted, and nothing else is asked for.
    admin.set(&key, (&one, &last), points(900), None).await.unwrap();
    assert_eq!(progress(&mut admin).await, (3, vec![(2, 2), (0, 2)], Progress::Missing(2)));
    let gaps = async |admin: &mut Client| {
        let state = Request::TermState { term: key.term, class: Some(class.clone()) };
        let Ok(Reply::TermState(rows)) = admin.call(state).await else { panic!("the state of a term") };
        let gaps = rows.into_iter().flat_map(|row| row.gaps).filter(|gap| gap.subject == "Mathématiques");
        gaps.map(|gap| gap.kind).filter(|kind| matches!(kind, GapKind::Empty { .. })).collect::<Vec<_>>()
    };
    assert_eq!(gaps(&mut admin).await, [GapKind::Empty { cells: 2, of: 4 }]);
    for student in [&awa, &issa] {
        admin.set(&key, (&two, student), points(1_000), None).await.unwrap();
    }
    assert_eq!(progress(&mut admin).await.2, Progress::Complete);
    assert_eq!(gaps(&mut admin).await, []);
    backend.shutdown().await;
}
