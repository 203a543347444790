use carnet::{
    domain::{
        entities::{AuditEntry, Mark, Sheet, Student},
        id::{ActId, MarkId},
        query::Filter,
        score::{MarkCode, MarkError, MarkValue, Scale, Score},
        text_values::Name,
    },
    protocol::{Event, Failure, Field, Inbound, Reply, Request, Why},
    store::Records,
};

use super::{Client, PASSWORD, Place, login, opened, points};

const MATHS: &str = "Mathématiques";

#[tokio::test]
async fn a_mark_reaches_the_averages_and_the_other_client() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    let key = admin.key(&class, MATHS);
    let column = admin.add_column(&key, "Devoir 1").await;
    let mut watcher = login(&backend, "admin", PASSWORD).await.unwrap();
    let set = admin.set(&key, (&column, &awa.id), points(1_250), Some(0)).await.unwrap();
    assert_eq!((set.version, set.undo, set.redo), (1, true, false));
    loop {
        if let Inbound::Event(Event::Sheet(news)) = watcher.link.recv().await.unwrap() {
            break assert_eq!(news, key);
        }
    }
    let student = place.store().one::<Student>(awa.id.as_str()).await.unwrap().unwrap();
    assert_eq!(student.average.map(carnet::domain::score::Average::hundredths), Some(1_250));
    let view = admin.sheet(&key).await;
    assert_eq!(view.rows[0].cells[0].value, points(1_250));
    assert!(view.editable && view.undo && !view.redo);
}

#[tokio::test]
async fn what_is_wrong_is_refused_and_nothing_is_saved() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (class, other) = (admin.class(0).id, admin.class(1).id);
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    let issa = admin.add(Client::form("Keïta", "Issa", Some(&other))).await.unwrap();
    let key = admin.key(&class, MATHS);
    let column = admin.add_column(&key, "Devoir 1").await;
    let high = Some(MarkValue::Score(Score::new(2_100, Scale::from_hundredths(4_000).unwrap()).unwrap()));
    let above = Failure::invalid(Field::Mark, Why::Mark(MarkError::AboveScale { scale: Scale::TWENTY }));
    assert_eq!(admin.set(&key, (&column, &awa.id), high, None).await, Err(above));
    let elsewhere = admin.set(&key, (&column, &issa.id), points(1_000), None).await;
    assert_eq!(elsewhere, Err(Failure::refused(Why::NotInClass)));
    let gone = carnet::domain::id::EvaluationId::new("gone");
    assert_eq!(admin.set(&key, (&gone, &awa.id), points(1_000), None).await, Err(Failure::NotFound));
    assert!(place.store().every::<Mark>(&Filter::All).await.unwrap().is_empty());
}

#[tokio::test]
async fn undo_and_redo_work_after_a_restart() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    let key = admin.key(&class, MATHS);
    let column = admin.add_column(&key, "Devoir 1").await;
    admin.set(&key, (&column, &awa.id), points(1_000), Some(0)).await.unwrap();
    admin.set(&key, (&column, &awa.id), Some(MarkValue::Code(MarkCode::Abs)), Some(1)).await.unwrap();
    backend.shutdown().await;
    let backend = place.start(2);
    let mut admin = login(&backend, "admin", PASSWORD).await.unwrap();
    let mut values = Vec::new();
    for undo in [true, true, false, true, false, false] {
        let act = admin.act();
        let (sheet, force) = (key.clone(), false);
        let request =
            if undo { Request::UndoMark { act, sheet, force } } else { Request::RedoMark { act, sheet, force } };
        let Ok(Reply::MarkSet(set)) = admin.call(request).await else { panic!("a step goes") };
        values.push((set.value, set.undo, set.redo));
    }
    let abs = Some(MarkValue::Code(MarkCode::Abs));
    let ten = points(1_000);
    let expected = [
        (ten, true, true),
        (None, false, true),
        (ten, true, true),
        (None, false, true),
        (ten, true, true),
        (abs, true, false),
    ];
    assert_eq!(values, expected);
    let act = admin.act();
    let nothing = admin.call(Request::RedoMark { act, sheet: key.clone(), force: false }).await;
    assert_eq!(nothing, Err(Failure::refused(Why::Nothing)));
}

#[tokio::test]
async fn the_same_cell_changed_by_both_is_a_choice() {
    let place = Place::new();
    let (one, two) = (place.start(1), place.start(2));
    let mut awa = opened(&one).await;
    let class = awa.class(0).id;
    let student = awa.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    let key = awa.key(&class, MATHS);
    let column = awa.add_column(&key, "Devoir 1").await;
    let mut issa = login(&two, "admin", PASSWORD).await.unwrap();
    let cell = (&column, &student.id);
    awa.set(&key, cell, points(1_000), Some(0)).await.unwrap();
    let Err(Failure::Cell(conflict)) = issa.set(&key, cell, points(1_200), Some(0)).await else { panic!("clashes") };
    assert_eq!((conflict.theirs, conflict.version), (points(1_000), 1));
    issa.set(&key, cell, points(1_200), Some(conflict.version)).await.unwrap();
    assert_eq!(awa.sheet(&key).await.rows[0].cells[0].value, points(1_200));
}

#[tokio::test]
async fn two_processes_in_one_sheet_lose_nothing() {
    let place = Place::new();
    let (one, two) = (place.start(1), place.start(2));
    let mut admin = opened(&one).await;
    let class = admin.class(0).id;
    let mut students = Vec::new();
    for n in 0..20 {
        students.push(admin.add(Client::form("Élève", &format!("N{n}"), Some(&class))).await.unwrap().id);
    }
    let key = admin.key(&class, MATHS);
    let columns = [admin.add_column(&key, "Devoir 1").await, admin.add_column(&key, "Devoir 2").await];
    let other = login(&two, "admin", PASSWORD).await.unwrap();
    let mut running = Vec::new();
    for (mut client, column) in [admin, other].into_iter().zip(columns.clone()) {
        let (key, students) = (key.clone(), students.clone());
        running.push(tokio::spawn(async move {
            for (student, score) in students.iter().zip(1_u16..) {
                client.set(&key, (&column, student), points(score * 50), Some(0)).await.unwrap();
            }
            client
        }));
    }
    let mut clients = Vec::new();
    for task in running {
        clients.push(task.await.unwrap());
    }
    let view = clients[0].sheet(&key).await;
    for row in &view.rows {
        let place = students.iter().position(|id| *id == row.student).unwrap();
        let value = points((u16::try_from(place).unwrap() + 1) * 50);
        assert_eq!([row.cells[0].value, row.cells[1].value], [value, value]);
    }
    // The chain is whole, and every read model has both marks.
    let store = place.store();
    let sheet = store.one::<Sheet>(Sheet::id_of(&key.class, &key.subject, &key.year, key.term).as_str()).await;
    let sheet = sheet.unwrap().unwrap();
    let entries = store.every::<AuditEntry>(&Filter::equals("stream", sheet.id.as_str())).await.unwrap();
    let entries: Vec<AuditEntry> = entries.into_iter().map(|entry| entry.body).collect();
    assert_eq!(entries.len(), 42);
    let head = carnet::backend::audit::Head { count: sheet.audit_count, hash: sheet.audit_hash.clone() };
    let bad = carnet::backend::audit::verify(b"audit key", sheet.id.as_str(), &entries, &[head]);
    assert_eq!(bad, Vec::new());
    for id in &students {
        assert_eq!(store.one::<Student>(id.as_str()).await.unwrap().unwrap().grades.len(), 2);
    }
}

#[tokio::test]
async fn a_retry_does_nothing_twice() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    let key = admin.key(&class, MATHS);
    let column = admin.add_column(&key, "Devoir 1").await;
    admin.set(&key, (&column, &awa.id), points(900), Some(0)).await.unwrap();
    let act = ActId::new("the-undo");
    for _ in 0..2 {
        let request = Request::UndoMark { act: act.clone(), sheet: key.clone(), force: false };
        let Ok(Reply::MarkSet(set)) = admin.call(request).await else { panic!("undone") };
        assert_eq!((set.value, set.undo, set.redo), (None, false, true));
    }
    let mark = place.store().one::<Mark>(MarkId::of(&column, &awa.id).as_str()).await.unwrap().unwrap();
    assert_eq!((mark.version, mark.value), (2, None));
}

#[tokio::test]
async fn columns_change_and_go() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    let key = admin.key(&class, MATHS);
    let first = admin.add_column(&key, "Devoir 1").await;
    let second = admin.add_column(&key, "Devoir 2").await;
    admin.set(&key, (&first, &awa.id), points(1_000), Some(0)).await.unwrap();
    admin.set(&key, (&second, &awa.id), points(1_600), Some(0)).await.unwrap();
    let average = async || {
        let student = place.store().one::<Student>(awa.id.as_str()).await.unwrap().unwrap();
        student.average.map(carnet::domain::score::Average::hundredths)
    };
    assert_eq!(average().await, Some(1_300));
    let view = admin.sheet(&key).await;
    let mut draft = Client::column(&key, "Devoir 2", view.version);
    draft.id = Some(second.clone());
    draft.coefficient = 2;
    admin.call(Request::SaveEvaluation(Box::new(draft.clone()))).await.unwrap();
    assert_eq!(average().await, Some(1_400));
    // What was read before that change clashes; a mark in between does not.
    assert_eq!(admin.call(Request::SaveEvaluation(Box::new(draft.clone()))).await, Err(Failure::Conflict));
    draft.version = admin.sheet(&key).await.version;
    admin.set(&key, (&first, &awa.id), points(1_100), Some(1)).await.unwrap();
    draft.scale = Scale::from_hundredths(1_000).unwrap();
    let refused = admin.call(Request::SaveEvaluation(Box::new(draft.clone()))).await;
    let first_above = vec![("TRAORÉ Awa".to_owned(), Score::new(1_600, Scale::TWENTY).unwrap())];
    let above = Why::MarksAbove { count: 1, first: first_above };
    assert_eq!(refused, Err(Failure::invalid(Field::Scale, above)));
    draft.title = Name::parse("devoir 1").unwrap();
    let taken = admin.call(Request::SaveEvaluation(Box::new(draft))).await;
    assert!(matches!(taken, Err(Failure::Invalid { field: Some(Field::Title), .. })));
    let version = admin.sheet(&key).await.version;
    let request = Request::DeleteEvaluation { sheet: key.clone(), evaluation: second.clone(), version };
    assert!(matches!(admin.call(request).await, Ok(Reply::Acted(_))));
    assert_eq!(average().await, Some(1_100));
    assert!(place.store().one::<Mark>(MarkId::of(&second, &awa.id).as_str()).await.unwrap().is_none());
}
