//! Averages that were left stale, by a change that was cut short or by two processes at once, are made anew by whoever is
//! alive; and marks keep the class that they were given in.

use std::time::Duration;

use carnet::{
    domain::{
        entities::{LevelCoefficient, Student, Subject},
        id::ActId,
        score::Average,
    },
    protocol::{DoctorReport, Reply, Request, SaveStudent, StudentSaved},
    store::{Batch, Expect, Records, SharedStore},
};

use super::{Client, Place, opened, points};

async fn pupil(admin: &mut Client) -> StudentSaved {
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    for (subject, score) in [("Mathématiques", 1_000), ("Français", 2_000)] {
        let key = admin.key(&class, subject);
        let column = admin.add_column(&key, "Devoir 1").await;
        admin.set(&key, (&column, &awa.id), points(score), Some(0)).await.unwrap();
    }
    awa
}

async fn average(store: &SharedStore, student: &StudentSaved) -> Option<u16> {
    let student = store.one::<Student>(student.id.as_str()).await.unwrap().unwrap();
    student.average.map(Average::hundredths)
}

/// Waits until the average is another than `before`, and gives it.
async fn another(store: &SharedStore, student: &StudentSaved, before: Option<u16>) -> Option<u16> {
    let waiting = async {
        loop {
            let now = average(store, student).await;
            if now != before {
                return now;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), waiting).await.expect("the average is made anew")
}

/// Gives a subject one coefficient for all, as a process does that ends before it comes to the students.
async fn reweigh(admin: &Client, store: &SharedStore, subject: &str, coefficient: u8) {
    let before = store.one::<Subject>(admin.subject(subject).as_str()).await.unwrap().unwrap();
    let after = Subject { coefficient, coefficients: vec![], reweighed: true, ..before.body.clone() };
    put(store, before.version, &after).await;
}

async fn put<T: carnet::domain::schema::Entity>(store: &SharedStore, version: u64, body: &T) {
    let at = "2026-11-20T08:00:00Z".parse().unwrap();
    let mut batch = Batch::new(ActId::new(format!("by-hand-{}-{version}", body.id())), at, "nobody");
    batch.put(body, Expect::Version(version)).unwrap();
    store.commit(batch).await.unwrap();
}

#[tokio::test]
async fn what_a_change_cut_short_left_stale_is_taken_up_at_the_next_start() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let awa = pupil(&mut admin).await;
    backend.shutdown().await;
    let store = place.store();
    let before = average(&store, &awa).await;
    reweigh(&admin, &store, "Mathématiques", 0).await;
    assert_eq!(average(&store, &awa).await, before);
    let _backend = place.start(2);
    assert_eq!(another(&store, &awa, before).await, Some(2_000));
}

#[tokio::test]
async fn what_another_process_left_stale_is_taken_up_by_those_who_are_alive() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let awa = pupil(&mut admin).await;
    let store = place.store();
    let before = average(&store, &awa).await;
    let reckoned_before = store.one::<Student>(awa.id.as_str()).await.unwrap().unwrap();
    reweigh(&admin, &store, "Mathématiques", 0).await;
    assert_eq!(another(&store, &awa, before).await, Some(2_000));
    // A mark that was reckoned before and committed after: its averages are the old ones again.
    let now = store.one::<Student>(awa.id.as_str()).await.unwrap().unwrap();
    put(&store, now.version, &reckoned_before.body).await;
    assert_eq!(another(&store, &awa, before).await, Some(2_000));
    let Ok(Reply::Doctor(found)) = admin.call(Request::Doctor { rebuild: false }).await else { panic!("a report") };
    assert_eq!(*found, DoctorReport::default());
}

#[tokio::test]
async fn marks_of_before_a_change_of_class_keep_their_class() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let (old, new) = (admin.class(0), admin.class(1));
    assert_ne!(old.level, new.level, "the samples have two levels");
    let store = place.store();
    let subject = store.one::<Subject>(admin.subject("Mathématiques").as_str()).await.unwrap().unwrap();
    let heavy = LevelCoefficient { level: new.level.clone(), series: None, coefficient: 50 };
    let subject = carnet::protocol::SubjectDraft {
        id: Some(subject.id.clone()),
        name: subject.name.clone(),
        short: subject.short.clone(),
        coefficient: 1,
        coefficients: vec![heavy],
        position: subject.position,
        kind: subject.kind,
        optional: subject.optional,
    };
    assert!(admin.call(Request::SaveSubject { subject, version: None }).await.is_ok());
    let awa = pupil(&mut admin).await;
    let before = average(&store, &awa).await;
    let form = Client::form("Traoré", "Awa", Some(&new.id));
    let act = admin.act();
    let ask = SaveStudent { act, id: Some((awa.id.clone(), u64::MAX)), form, marks: vec![] };
    assert!(matches!(admin.call(Request::SaveStudent(Box::new(ask))).await, Ok(Reply::StudentSaved(_))));
    assert_eq!(average(&store, &awa).await, before, "by the coefficients of the class the marks are of");
    let Ok(Reply::Student(card)) = admin.call(Request::OpenStudent(awa.id.clone())).await else { panic!("a card") };
    let titles: Vec<_> = card.evaluations.values().map(|title| title.as_str().to_owned()).collect();
    assert_eq!((card.student.grades.len(), titles), (2, vec!["Devoir 1".to_owned(), "Devoir 1".to_owned()]));
    // The old class's sheet keeps a row for them, in which nothing can be entered.
    let key = admin.key(&old.id, "Mathématiques");
    let sheet = admin.sheet(&key).await;
    let row = sheet.rows.iter().find(|row| row.student == awa.id).expect("a row");
    assert_eq!((row.left, row.cells[0].value), (true, points(1_000)));
    let column = sheet.evaluations[0].id.clone();
    assert!(admin.set(&key, (&column, &awa.id), points(1_100), None).await.is_err());
    let Ok(Reply::Doctor(found)) = admin.call(Request::Doctor { rebuild: false }).await else { panic!("a report") };
    assert_eq!(*found, DoctorReport::default());
}
