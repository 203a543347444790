//! Somebody who writes to the store by hand is found out, on either store.

use std::time::Duration;

use carnet::{
    backend::Backend,
    domain::{
        entities::{AuditEntry, Sheet},
        id::ActId,
        query::Filter,
        schema::{Entity, Stored},
    },
    protocol::{AuditFault, AuditFinding, Reply, Request, SheetKey},
    store::{Batch, Expect, Records, SharedStore},
};

use super::{Ground, on_both};
use crate::backend::{Client, PASSWORD, login, opened, points};

on_both!(
    an_entry_is_changed_or_the_last_one,
    the_last_entry_is_taken_away_with_its_trace_in_the_sheet,
    a_chain_is_written_anew_without_the_key,
);

async fn verified(client: &mut Client) -> Vec<AuditFinding> {
    match client.call(Request::VerifyAudit).await {
        Ok(Reply::AuditChecked(report)) => report.findings,
        other => panic!("{other:?}"),
    }
}

async fn by_hand(store: &SharedStore, op: &str, change: impl FnOnce(&mut Batch)) {
    let mut batch = Batch::new(ActId::new(op), "2026-11-20T08:00:00Z".parse().unwrap(), "nobody");
    change(&mut batch);
    store.commit(batch).await.unwrap();
}

async fn chain(store: &SharedStore, stream: &str) -> Vec<Stored<AuditEntry>> {
    let mut entries = store.every::<AuditEntry>(&Filter::equals("stream", stream)).await.unwrap();
    entries.sort_by_key(|entry| entry.seq);
    entries
}

/// A sheet with a column and three marks in its history; the program has ended.
async fn marked(ground: &Ground) -> (SheetKey, String) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    ground.place.clock.advance(Duration::from_secs(1));
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    let key = admin.key(&class, "Mathématiques");
    let column = admin.add_column(&key, "Devoir 1").await;
    for score in [1_000, 1_100, 1_200] {
        admin.set(&key, (&column, &awa.id), points(score), None).await.unwrap();
    }
    assert_eq!(verified(&mut admin).await, []);
    backend.shutdown().await;
    let id = Sheet::id_of(&key.class, &key.subject, &key.year, key.term).as_str().to_owned();
    (key, id)
}

async fn found(ground: &Ground, seed: u64) -> Vec<AuditFinding> {
    let backend = ground.start(seed).await;
    let mut admin = login(&backend, "admin", PASSWORD).await.unwrap();
    let found = verified(&mut admin).await;
    backend.shutdown().await;
    found
}

async fn an_entry_is_changed_or_the_last_one(ground: &Ground) {
    let (_, stream) = marked(ground).await;
    let store = ground.store().await;
    let entries = chain(&store, &stream).await;
    for (n, place) in [1, 3].into_iter().enumerate() {
        let entry = &entries[place];
        let changed = AuditEntry { new: serde_json::json!(20), ..entry.body.clone() };
        by_hand(&store, &format!("change-{place}"), |batch| {
            batch.put(&changed, Expect::Any).unwrap();
        })
        .await;
        let wanted = AuditFinding { stream: stream.clone(), seq: entry.seq, fault: AuditFault::Altered };
        assert_eq!(found(ground, 10 + n as u64).await, [wanted]);
        by_hand(&store, &format!("back-{place}"), |batch| {
            batch.put(&entry.body, Expect::Any).unwrap();
        })
        .await;
        assert_eq!(found(ground, 20 + n as u64).await, []);
    }
}

async fn the_last_entry_is_taken_away_with_its_trace_in_the_sheet(ground: &Ground) {
    let (_, stream) = marked(ground).await;
    let store = ground.store().await;
    let entries = chain(&store, &stream).await;
    let (last, before) = (&entries[3], &entries[2]);
    let sheet = store.one::<Sheet>(&stream).await.unwrap().unwrap();
    let shorter = Sheet { audit_count: before.seq, audit_hash: before.hash.clone(), ..sheet.body.clone() };
    by_hand(&store, "cut", |batch| {
        batch.delete::<AuditEntry>(last.id(), Expect::Any);
        batch.put(&shorter, Expect::Any).unwrap();
    })
    .await;
    assert_eq!(found(ground, 2).await, [AuditFinding { stream, seq: last.seq, fault: AuditFault::Cut }]);
}

/// All entries go, and another program, which has another key, writes a chain that is whole in itself.
async fn a_chain_is_written_anew_without_the_key(ground: &Ground) {
    let (key, stream) = marked(ground).await;
    let store = ground.store().await;
    let entries = chain(&store, &stream).await;
    let sheet = store.one::<Sheet>(&stream).await.unwrap().unwrap();
    let empty = Sheet { audit_count: 0, audit_hash: String::new(), ..sheet.body.clone() };
    by_hand(&store, "wipe", |batch| {
        for entry in &entries {
            batch.delete::<AuditEntry>(entry.id(), Expect::Any);
        }
        batch.put(&empty, Expect::Any).unwrap();
    })
    .await;
    let mut forging = ground.config(2).await;
    forging.audit_key = b"another key".to_vec();
    // Its own heads are not those that the school keeps.
    forging.anchors = None;
    let forger = Backend::start(forging);
    let mut admin = login(&forger, "admin", PASSWORD).await.unwrap();
    let view = admin.sheet(&key).await;
    let (column, pupil) = (view.evaluations[0].id.clone(), view.rows[0].student.clone());
    for score in [1_500, 1_600, 1_700, 1_800] {
        admin.set(&key, (&column, &pupil), points(score), None).await.unwrap();
    }
    forger.shutdown().await;
    let found = found(ground, 3).await;
    let first = found.iter().find(|finding| finding.stream == stream && finding.seq == 1).map(|finding| finding.fault);
    assert_eq!(first, Some(AuditFault::Altered), "{found:?}");
    assert!(found.iter().any(|finding| finding.fault == AuditFault::Replaced), "{found:?}");
}
