use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::{
    domain::{entities::Student, id::ActId, query::Filter, schema::Entity},
    store::{
        Batch, Expect, Write,
        sqlite::{OpenOptions, SqliteStore},
    },
};

async fn filled(folder: &Path) -> Arc<SqliteStore> {
    let store = SqliteStore::open(&folder.join("one.db"), &OpenOptions::default()).unwrap();
    let at: Timestamp = "2026-11-20T08:00:00Z".parse().unwrap();
    let mut batch = Batch::new(ActId::new("a1"), at, "u1");
    let school = json!({"_id": "school", "name": "Lycée Modibo Keïta 🎓"});
    batch.writes.push(Write::Put {
        schema: school_schema(),
        id: "school".into(),
        expect: Expect::Absent,
        body: school,
    });
    for number in 0..2_300 {
        let id = format!("s{number:05}");
        let body = json!({"_id": id, "matricule": id, "last_name": "Traoré", "average": 12.25, "phone": null});
        batch.writes.push(Write::Put { schema: Student::SCHEMA, id, expect: Expect::Absent, body });
    }
    store.commit(batch).await.unwrap();
    Arc::new(store)
}

fn school_schema() -> &'static Schema {
    school()
}

fn at(second: u32) -> Timestamp {
    format!("2026-11-20T09:00:{second:02}Z").parse().unwrap()
}

#[tokio::test]
async fn a_restore_brings_everything_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path()).await;
    let path = folder.path().join("backups").join(name_at(at(1)));
    let head = create(&*store, &path, at(1), |_| {}).await.unwrap();
    assert_eq!((head.documents, head.school.as_str()), (2_301, "Lycée Modibo Keïta 🎓"));
    assert_eq!(verify(&path).unwrap(), head);
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions()) & 0o777, 0o600);
    let other = SqliteStore::open(&folder.path().join("two.db"), &OpenOptions::default()).unwrap();
    let mut batch = Batch::new(ActId::new("old"), at(1), "u1");
    let body = json!({"_id": "old", "matricule": "old", "last_name": "Ba"});
    batch.writes.push(Write::Put { schema: Student::SCHEMA, id: "old".into(), expect: Expect::Absent, body });
    other.commit(batch).await.unwrap();
    restore(&other, &path, |_| {}).await.unwrap();
    for schema in entities::ALL {
        let (one, two) = tokio::join!(
            store.scan(schema, &Filter::All, None, 10_000),
            other.scan(schema, &Filter::All, None, 10_000)
        );
        assert_eq!(one.unwrap(), two.unwrap(), "{}", schema.collection);
    }
    assert_eq!(other.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_damaged_backup_touches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path()).await;
    let path = folder.path().join(name_at(at(1)));
    create(&*store, &path, at(1), |_| {}).await.unwrap();
    let whole = std::fs::read(&path).unwrap();
    let bad = folder.path().join("bad.jsonl.gz");
    let mut changed = whole.clone();
    let middle = whole.len() / 2;
    changed[middle] ^= 0x10;
    for (bytes, what) in [
        (changed, "a changed byte"),
        (whole[..middle].to_vec(), "cut in the middle"),
        (whole[..whole.len() - 1].to_vec(), "cut by one byte"),
        (whole.iter().chain(&whole).copied().collect(), "twice"),
        (Vec::new(), "empty"),
        (b"no backup".to_vec(), "other text"),
    ] {
        std::fs::write(&bad, bytes).unwrap();
        let refused = restore(&*store, &bad, |_| {}).await;
        assert!(
            matches!(refused, Err(BackupError::Damaged { .. } | BackupError::NotABackup(_))),
            "{what}: {refused:?}"
        );
    }
    assert_eq!(store.count(Student::SCHEMA, &Filter::All, 9_999).await.unwrap().count, 2_300);
}

#[test]
fn a_newer_format_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.jsonl.gz");
    let head = Head { format: FORMAT + 1, ..Head::new(at(1), "É".repeat(200)) };
    BackupWriter::create(&path, head).unwrap().finish().unwrap();
    assert!(matches!(verify(&path), Err(BackupError::Newer { found: 2, known: 1 })));
    assert!(list(folder.path()).unwrap().is_empty());
}

#[test]
fn an_unfinished_backup_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.jsonl.gz");
    let mut writer = BackupWriter::create(&path, Head::new(at(1), String::new())).unwrap();
    writer.push("students", r#"{"_id":"s1"}"#).unwrap();
    drop(writer);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_newest_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    for second in [3, 1, 2] {
        let path = folder.path().join(name_at(at(second)));
        let mut writer = BackupWriter::create(&path, Head::new(at(second), "École".to_owned())).unwrap();
        writer.push("students", r#"{"_id":"s1"}"#).unwrap();
        writer.finish().unwrap();
    }
    std::fs::write(folder.path().join("notes.txt"), "x").unwrap();
    let rows = list(folder.path()).unwrap();
    assert_eq!(rows.iter().map(|row| row.at).collect::<Vec<_>>(), [at(3), at(2), at(1)]);
    assert!(rows.iter().all(|row| row.documents == 1 && row.bytes > 0));
    assert_eq!(prune(folder.path(), 1).unwrap(), [name_at(at(2)), name_at(at(1))]);
    assert_eq!(list(folder.path()).unwrap().len(), 1);
    assert!(folder.path().join("notes.txt").exists());
    assert!(list(&folder.path().join("none")).unwrap().is_empty());
}
