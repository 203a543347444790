//! A restore that is cut short is never half a school that looks whole.

use std::time::Duration;

use carnet::{
    domain::{
        calendar::Timestamp,
        entities::{AuditEntry, Restoring, School, Student},
        id::ActId,
        query::Filter,
    },
    protocol::{DoctorReport, Failure, Part, Reply, Request, Trouble},
    store::{Batch, Expect, Records, SharedStore},
};

use super::{Client, PASSWORD, Place, login, opened, setup};

/// What a process leaves that ended in the middle of a restore.
async fn cut_short(store: &SharedStore, backup: &str, at: &str) {
    let at: Timestamp = at.parse().unwrap();
    let mark = Restoring {
        id: Restoring::ID.to_owned(),
        backup: backup.to_owned(),
        by: "cli:admin".to_owned(),
        process: "another".to_owned(),
        at,
    };
    let mut batch = Batch::new(ActId::new("by-hand"), at, "nobody");
    batch.put(&mark, Expect::Absent).unwrap();
    store.commit(batch).await.unwrap();
    store.clear().await.unwrap();
}

fn unfinished(backup: &str, here: bool) -> Failure {
    Failure::Offline { what: Part::Store, detail: Trouble::Unfinished { backup: backup.to_owned(), here } }
}

async fn backed_up(place: &Place) -> String {
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    admin.add(Client::form("Traoré", "Awa", None)).await.unwrap();
    let Ok(Reply::BackupMade(made)) = admin.call(Request::CreateBackup).await else { panic!("a backup") };
    admin.add(Client::form("Keïta", "Issa", None)).await.unwrap();
    backend.shutdown().await;
    made.name
}

#[tokio::test]
async fn a_restore_cut_short_is_said_and_finished_by_who_comes_next() {
    let place = Place::new();
    let name = backed_up(&place).await;
    let store = place.store();
    cut_short(&store, &name, "2026-11-20T07:59:00Z").await;
    assert!(store.one::<School>(School::ID).await.unwrap().is_none());
    let backend = place.start(2);
    let finished = async {
        loop {
            match login(&backend, "admin", PASSWORD).await {
                Ok(client) => return client,
                Err(failure) => assert_eq!(failure, unfinished(&name, true)),
            }
            tokio::task::yield_now().await;
        }
    };
    let mut admin = tokio::time::timeout(Duration::from_secs(30), finished).await.expect("finished");
    assert_eq!(store.every::<Student>(&Filter::All).await.unwrap().len(), 1);
    assert!(store.one::<Restoring>(Restoring::ID).await.unwrap().is_none());
    let entries = store.every::<AuditEntry>(&Filter::equals("stream", "setup")).await.unwrap();
    assert!(entries.iter().any(|entry| entry.action == "backup.restore" && entry.target == name));
    let Ok(Reply::Doctor(found)) = admin.call(Request::Doctor { rebuild: false }).await else { panic!("a report") };
    assert_eq!(*found, DoctorReport::default());
}

#[tokio::test]
async fn an_empty_store_of_an_unfinished_restore_is_no_new_school() {
    let place = Place::new();
    let name = backed_up(&place).await;
    // Somebody is at it, just now: nobody takes over, and nobody is let in.
    cut_short(&place.store(), &name, "2026-11-20T08:00:00Z").await;
    let backend = place.start(2);
    let mut link = backend.connect();
    for request in [Request::Greet, setup(true), Request::LoginByToken(super::Password::typed("the-token"))] {
        assert_eq!(link.call(None, request).await, Err(unfinished(&name, true)));
    }
    assert!(place.store().one::<Restoring>(Restoring::ID).await.unwrap().is_some());
}

#[tokio::test]
async fn without_the_backup_the_sentence_names_it() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    cut_short(&place.store(), "carnet-gone.jsonl.gz", "2026-11-20T07:00:00Z").await;
    let told = async {
        // The set-up that this process holds is read again once it has heard of the change.
        while admin.call(Request::Setup).await != Err(unfinished("carnet-gone.jsonl.gz", false)) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), told).await.expect("told");
}
