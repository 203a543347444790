//! The audit trail against somebody who writes to the store by hand.

use carnet::{
    domain::{
        entities::{AuditEntry, Sheet},
        id::ActId,
        query::Filter,
        schema::Entity,
    },
    protocol::{AuditFault, AuditFinding, AuditLine, AuditQuestion, AuditReport, Reply, Request, SheetKey},
    store::{Batch, Expect, Records, SharedStore},
};

use super::{Client, PASSWORD, Place, login, opened, points};

async fn verified(client: &mut Client) -> AuditReport {
    match client.call(Request::VerifyAudit).await {
        Ok(Reply::AuditChecked(report)) => *report,
        other => panic!("{other:?}"),
    }
}

fn finding(stream: &str, seq: u64, fault: AuditFault) -> AuditFinding {
    AuditFinding { stream: stream.to_owned(), seq, fault }
}

/// A sheet with three marks in its history, and its key.
async fn marked(place: &Place, admin: &mut Client) -> SheetKey {
    place.clock.advance(std::time::Duration::from_secs(1));
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap();
    let key = admin.key(&class, "Mathématiques");
    let column = admin.add_column(&key, "Devoir 1").await;
    for score in [1_000, 1_100, 1_200] {
        admin.set(&key, (&column, &awa.id), points(score), None).await.unwrap();
    }
    key
}

async fn by_hand(store: &SharedStore, change: impl FnOnce(&mut Batch)) {
    let at = "2026-11-20T08:00:00Z".parse().unwrap();
    let mut batch = Batch::new(ActId::new("by-hand"), at, "nobody");
    change(&mut batch);
    store.commit(batch).await.unwrap();
}

async fn chain(store: &SharedStore, stream: &str) -> Vec<carnet::domain::schema::Stored<AuditEntry>> {
    let mut entries = store.every::<AuditEntry>(&Filter::equals("stream", stream)).await.unwrap();
    entries.sort_by_key(|entry| entry.seq);
    entries
}

#[tokio::test]
async fn a_trail_is_whole_and_is_compared_with_what_is_kept_outside() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let key = marked(&place, &mut admin).await;
    let report = verified(&mut admin).await;
    assert_eq!((report.findings, report.streams), (vec![], 4));
    assert!(report.anchors >= 2 && report.entries > 6, "{} anchors", report.anchors);
    let sheet = Sheet::id_of(&key.class, &key.subject, &key.year, key.term).as_str().to_owned();
    let entries = admin
        .call(Request::AuditTrail(AuditQuestion { stream: Some(sheet), limit: 10, ..AuditQuestion::default() }))
        .await;
    let Ok(Reply::AuditTrail(lines)) = entries else { panic!("a trail") };
    let mut actions: Vec<&str> = lines.iter().map(|line: &AuditLine| line.action.as_str()).collect();
    actions.sort_unstable();
    assert_eq!(actions, ["evaluation.save", "mark.set", "mark.set", "mark.set"]);
    assert!(lines.iter().all(|line| line.by == "admin"));
}

/// The last entry goes, and the head in the store is set back to what it was: whole in itself.
#[tokio::test]
async fn an_end_that_was_taken_away_is_found_by_the_anchors() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let key = marked(&place, &mut admin).await;
    backend.shutdown().await;
    let store = place.store();
    let id = Sheet::id_of(&key.class, &key.subject, &key.year, key.term);
    let entries = chain(&store, id.as_str()).await;
    let (last, before) = (entries.last().unwrap(), &entries[entries.len() - 2]);
    let sheet = store.one::<Sheet>(id.as_str()).await.unwrap().unwrap();
    let shorter = Sheet { audit_count: before.seq, audit_hash: before.hash.clone(), ..sheet.body.clone() };
    by_hand(&store, |batch| {
        batch.delete::<AuditEntry>(last.id(), Expect::Any);
        batch.put(&shorter, Expect::Any).unwrap();
    })
    .await;
    let backend = place.start(2);
    let mut admin = login(&backend, "admin", PASSWORD).await.unwrap();
    assert_eq!(verified(&mut admin).await.findings, [finding(id.as_str(), last.seq, AuditFault::Cut)]);
    let Ok(Reply::Doctor(report)) = admin.call(Request::Doctor { rebuild: false }).await else { panic!("a report") };
    assert_eq!(report.audit, [finding(id.as_str(), last.seq, AuditFault::Cut)]);
    // Without the file, the newest backup would know: here there is none.
    std::fs::remove_file(place.anchors()).unwrap();
    assert_eq!(verified(&mut admin).await.findings, []);
}

#[tokio::test]
async fn an_end_that_was_taken_away_is_found_by_a_backup() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    marked(&place, &mut admin).await;
    place.clock.advance(std::time::Duration::from_secs(1));
    assert!(matches!(admin.call(Request::CreateBackup).await, Ok(Reply::BackupMade(_))));
    backend.shutdown().await;
    std::fs::remove_file(place.anchors()).unwrap();
    let store = place.store();
    let students = chain(&store, "students").await;
    by_hand(&store, |batch| {
        for entry in &students {
            batch.delete::<AuditEntry>(entry.id(), Expect::Any);
        }
        batch.delete::<carnet::domain::entities::StreamHead>("students", Expect::Any);
    })
    .await;
    let backend = place.start(2);
    let mut admin = login(&backend, "admin", PASSWORD).await.unwrap();
    assert_eq!(verified(&mut admin).await.findings, [finding("students", 1, AuditFault::Cut)]);
}

#[tokio::test]
async fn an_entry_changed_or_taken_out_is_located() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let key = marked(&place, &mut admin).await;
    let store = place.store();
    let id = Sheet::id_of(&key.class, &key.subject, &key.year, key.term);
    let entries = chain(&store, id.as_str()).await;
    let changed = AuditEntry { new: serde_json::json!(20), ..entries[1].body.clone() };
    by_hand(&store, |batch| {
        batch.put(&changed, Expect::Any).unwrap();
        batch.delete::<AuditEntry>(entries[2].id(), Expect::Any);
    })
    .await;
    let wanted = [finding(id.as_str(), 2, AuditFault::Altered), finding(id.as_str(), 3, AuditFault::Missing)];
    assert_eq!(verified(&mut admin).await.findings, wanted);
}

/// The head in the store says less than the chain holds: what comes next could not be written.
#[tokio::test]
async fn a_head_that_was_set_back_is_found() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let key = marked(&place, &mut admin).await;
    let store = place.store();
    let id = Sheet::id_of(&key.class, &key.subject, &key.year, key.term);
    let entries = chain(&store, id.as_str()).await;
    let (last, before) = (entries.last().unwrap(), &entries[entries.len() - 2]);
    let sheet = store.one::<Sheet>(id.as_str()).await.unwrap().unwrap();
    let shorter = Sheet { audit_count: before.seq, audit_hash: before.hash.clone(), ..sheet.body.clone() };
    by_hand(&store, |batch| {
        batch.put(&shorter, Expect::Any).unwrap();
    })
    .await;
    assert_eq!(verified(&mut admin).await.findings, [finding(id.as_str(), last.seq, AuditFault::Behind)]);
}

/// As a hand at the file does it, which knows nothing of keys beside the documents.
#[tokio::test]
async fn an_entry_taken_out_of_the_file_is_located() {
    for (seq, fault) in [(2, AuditFault::Missing), (4, AuditFault::Cut)] {
        let place = Place::new();
        let backend = place.start(1);
        let mut admin = opened(&backend).await;
        let key = marked(&place, &mut admin).await;
        let id = Sheet::id_of(&key.class, &key.subject, &key.year, key.term);
        let file = rusqlite::Connection::open(place.file()).unwrap();
        let sql = "DELETE FROM audit WHERE json_extract(doc, '$.stream') = ? AND json_extract(doc, '$.seq') = ?";
        assert_eq!(file.execute(sql, (id.as_str(), seq)), Ok(1));
        let seq = u64::try_from(seq).unwrap();
        assert_eq!(verified(&mut admin).await.findings, [finding(id.as_str(), seq, fault)]);
    }
}

#[tokio::test]
async fn a_restore_is_no_tampering() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let Ok(Reply::BackupMade(made)) = admin.call(Request::CreateBackup).await else { panic!("a backup") };
    place.clock.advance(std::time::Duration::from_secs(1));
    marked(&place, &mut admin).await;
    assert_eq!(verified(&mut admin).await.findings, []);
    place.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(admin.call(Request::RestoreBackup { name: made.name }).await, Ok(Reply::Done));
    assert_eq!(verified(&mut admin).await.findings, []);
    place.clock.advance(std::time::Duration::from_secs(1));
    marked(&place, &mut admin).await;
    assert_eq!(verified(&mut admin).await.findings, []);
}
