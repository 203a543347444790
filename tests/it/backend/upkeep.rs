use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::sync::Notify;

use carnet::{
    backend::{Backend, BackendConfig, OpenStore},
    domain::{
        entities::{Mark, Student},
        query::Filter,
    },
    protocol::{Ask, DoctorReport, Failure, Inbound, Part, Reply, Request, SetMark, Ticket, Trouble},
    store::{Records, StoreError},
};

use super::{Client, PASSWORD, Place, login, opened, points};

#[tokio::test]
async fn a_seeded_school_is_sound() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let seed = |fill| Request::Seed { students: 60, seed: 7, fill };
    assert_eq!(admin.call(seed(false)).await, Ok(Reply::Done));
    assert!(matches!(admin.call(seed(false)).await, Err(Failure::Invalid { .. })));
    let Ok(Reply::Health(health)) = admin.call(Request::Health).await else { panic!("health") };
    assert_eq!(health.students, 60);
    assert!(health.marks > 0);
    let Ok(Reply::Doctor(report)) = admin.call(Request::Doctor { rebuild: false }).await else { panic!("a report") };
    assert_eq!(*report, DoctorReport::default());
}

#[tokio::test]
async fn doctor_mends_a_read_model() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    assert_eq!(admin.call(Request::Seed { students: 10, seed: 7, fill: false }).await, Ok(Reply::Done));
    let store = place.store();
    let mut student = store.every::<Student>(&Filter::All).await.unwrap().remove(0);
    student.body.average = None;
    let at = student.updated_at;
    let mut batch = carnet::store::Batch::new(carnet::domain::id::ActId::new("by-hand"), at, "nobody");
    batch.put(&student.body, carnet::store::Expect::Version(student.version)).unwrap();
    store.commit(batch).await.unwrap();
    for (rebuild, stale, rebuilt) in [(false, 1, 0), (true, 1, 1), (false, 0, 0)] {
        let Ok(Reply::Doctor(report)) = admin.call(Request::Doctor { rebuild }).await else { panic!("a report") };
        assert_eq!((report.stale, report.rebuilt), (stale, rebuilt));
    }
}

#[tokio::test]
async fn a_backup_brings_everything_back() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let mut other = login(&backend, "admin", PASSWORD).await.unwrap();
    admin.add(Client::form("Traoré", "Awa", None)).await.unwrap();
    let Ok(Reply::BackupMade(made)) = admin.call(Request::CreateBackup).await else { panic!("a backup") };
    let Ok(Reply::BackupGood(good)) = admin.call(Request::VerifyBackup { name: made.name.clone() }).await else {
        panic!("a good one")
    };
    assert_eq!(good, made);
    admin.add(Client::form("Keïta", "Issa", None)).await.unwrap();
    let elsewhere = Request::RestoreBackup { name: "../school.db".to_owned() };
    assert!(matches!(admin.call(elsewhere).await, Err(Failure::Invalid { .. })));
    assert_eq!(admin.call(Request::RestoreBackup { name: made.name.clone() }).await, Ok(Reply::Done));
    let Ok(Reply::Students(page)) = admin.call(Request::ListStudents(super::by_name())).await else { panic!("rows") };
    assert_eq!(page.items.len(), 1);
    assert_eq!(other.call(Request::Setup).await, Err(Failure::SessionOver));
    assert_eq!(admin.call(Request::PruneBackups { keep: 0 }).await, Ok(Reply::Backups(vec![made])));
}

#[tokio::test]
async fn quitting_does_every_write_that_was_taken() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let key = admin.key(&class, "Mathématiques");
    let column = admin.add_column(&key, "Devoir 1").await;
    let mut asks = Vec::new();
    for n in 0..10_u16 {
        let student = admin.add(Client::form("Élève", &format!("N{n}"), Some(&class))).await.unwrap().id;
        let (act, evaluation) = (admin.act(), column.clone());
        let value = points(n * 100);
        let set = SetMark { act, sheet: key.clone(), evaluation, student, value, expect: Some(0), reason: None };
        asks.push(Request::SetMark(Box::new(set)));
    }
    let session = Some(admin.session());
    for (body, ticket) in asks.into_iter().zip(1_000..) {
        admin.link.try_ask(Ask { ticket: Ticket(ticket), session: session.clone(), body }).unwrap();
    }
    backend.shutdown().await;
    assert_eq!(place.store().every::<Mark>(&Filter::All).await.unwrap().len(), 10);
    let mut answers = 0;
    while let Some(inbound) = admin.link.recv().await {
        if let Inbound::Answer(answer) = inbound
            && answer.ticket.0 >= 1_000
        {
            assert!(answer.result.is_ok());
            answers += 1;
        }
        if answers == 10 {
            return;
        }
    }
    panic!("only {answers} answers");
}

#[tokio::test]
async fn a_store_that_is_away_is_said_and_found_again() {
    let place = Place::new();
    let there = Arc::new(AtomicBool::new(false));
    let (store, flag) = (place.store(), there.clone());
    let open_store: OpenStore = Arc::new(move |_| {
        let (store, there) = (store.clone(), flag.load(Ordering::SeqCst));
        Box::pin(async move { if there { Ok(store) } else { Err(StoreError::Locked) } })
    });
    let backend = Backend::start(BackendConfig { open_store, ..place.config(1) });
    let mut link = backend.connect();
    let away = Failure::Offline { what: Part::Store, detail: Trouble::Locked };
    assert_eq!(link.call(None, Request::Greet).await, Err(away));
    there.store(true, Ordering::SeqCst);
    assert!(matches!(link.call(None, Request::Greet).await, Ok(Reply::Greeting(_))));
}

#[tokio::test]
async fn a_store_that_never_opens_keeps_nobody_from_leaving() {
    let place = Place::new();
    let tried = Arc::new(Notify::new());
    let tell = tried.clone();
    let open_store: OpenStore = Arc::new(move |_| {
        tell.notify_one();
        Box::pin(futures::future::pending())
    });
    let backend = Backend::start(BackendConfig { open_store, ..place.config(1) });
    let link = backend.connect();
    link.ask(Ask { ticket: Ticket(1), session: None, body: Request::Greet }).await.unwrap();
    tried.notified().await;
    backend.shutdown().await;
}
