use serde_json::json;

use super::*;
use crate::{
    domain::{
        entities::{self, Student},
        id::ActId,
        query::{Direction, Filter, KeyValue, Query, Seek, Sort},
        schema::Entity,
    },
    store::{Expect, Write},
};

fn student(number: u32, last: &str, average: Option<f64>) -> Write {
    let id = format!("s{number:03}");
    let body = json!({
        "_id": id, "matricule": format!("MLE-{number:04}"), "last_name": last, "first_name": "Awa",
        "phone": null, "class_name": "TSE", "status": "active", "average": average,
    });
    Write::Put { schema: Student::SCHEMA, id, expect: Expect::Absent, body }
}

fn batch(op: &str, writes: Vec<Write>) -> Batch {
    let mut batch = Batch::new(ActId::new(op), "2026-11-20T08:00:00.123456Z".parse().unwrap(), "u1");
    batch.writes = writes;
    batch
}

#[tokio::test]
async fn a_batch_is_read_back_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("deep/school.db"), &OpenOptions::default()).unwrap();
    let writes = vec![
        student(1, "Traoré", Some(12.5)),
        student(2, "Ba", None),
        student(3, "Keïta", Some(15.25)),
        student(4, "Tall", Some(12.5)),
    ];
    let done = store.commit(batch("a1", writes.clone())).await.unwrap();
    assert_eq!(done, Committed { versions: vec![1; 4], replayed: false });
    assert!(store.commit(batch("a1", writes)).await.unwrap().replayed);
    let query = Query { sort: Sort::by("average", Direction::Descending), limit: 2, ..Query::default() };
    let first = store.find(Student::SCHEMA, &query).await.unwrap();
    let ids = |page: &Page<Document>| page.items.iter().map(|item| item.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&first), ["s003", "s004"]);
    assert_eq!(first.cursors[0].keys, [Some(KeyValue::Decimal(1525))]);
    let rest = Query { seek: Seek::After(first.cursors[1].clone()), ..query };
    assert_eq!(ids(&store.find(Student::SCHEMA, &rest).await.unwrap()), ["s001", "s002"]);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    store.close().await;
    assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
}

/// A plan that depends on the value would be made anew for each.
#[test]
fn a_look_up_by_id_is_planned_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let _store = SqliteStore::open(&path, &OpenOptions::default()).unwrap();
    let connection = open::connect(&path, &OpenOptions::default(), 512).unwrap();
    let layout = layout::Layout::new(Student::SCHEMA);
    for sql in [&layout.get, &layout.locate, &layout.version] {
        let mut statement = connection.prepare(sql).unwrap();
        for id in ["s001", "s002", "s003"] {
            assert!(statement.query([id]).unwrap().next().unwrap().is_none());
        }
        assert_eq!(statement.get_status(rusqlite::StatementStatus::RePrepare), 0, "{sql}");
    }
}

/// What is acknowledged is on the disk: the writer syncs the log at every commit.
/// A file that is moved away still takes what is written to it, and nobody would ever see it again.
#[tokio::test]
async fn nothing_is_written_to_a_file_that_was_moved_away() {
    let folder = tempfile::tempdir().unwrap();
    let (here, away) = (folder.path().join("school.db"), folder.path().join("away.db"));
    let store = SqliteStore::open(&here, &OpenOptions::default()).unwrap();
    store.commit(batch("a1", vec![student(1, "Traoré", None)])).await.unwrap();
    std::fs::rename(&here, &away).unwrap();
    let lost = store.commit(batch("a2", vec![student(2, "Ba", None)])).await;
    assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
    assert!(store.stamps().await.is_err());
    // Nor does another program begin a file there: the log of this one would be begun anew with it.
    let begun = SqliteStore::open(&here, &OpenOptions::default()).map(drop);
    let alone = crate::protocol::PathFault::LogAlone;
    assert!(matches!(&begun, Err(StoreError::Path { fault, .. }) if *fault == alone), "{begun:?}");
    assert!(!here.exists());
    std::fs::write(&here, "").unwrap();
    assert!(store.stamps().await.is_err(), "another file");
    std::fs::rename(&away, &here).unwrap();
    assert!(!store.commit(batch("a2", vec![student(2, "Ba", None)])).await.unwrap().replayed);
    store.close().await;
}

#[tokio::test]
async fn the_writer_syncs_every_commit() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("school.db"), &OpenOptions::default()).unwrap();
    let settings = store.writer.run(|writer| {
        let synchronous: i64 = writer.connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
        let journal: String = writer.connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        Ok((synchronous, journal))
    });
    assert_eq!(settings.await.unwrap(), (2, "wal".to_owned()));
}

fn options() -> OpenOptions {
    OpenOptions::default()
}

/// What the planner makes of the statements that lists are read by.
#[tokio::test]
async fn lists_are_index_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    SqliteStore::open(&path, &options()).unwrap().close().await;
    let connection = Connection::open(&path).unwrap();
    let plan = |sql: &str| -> String {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(3)).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>().join("; ")
    };
    for (sql, index) in [
        (
            "SELECT k.rid, k.id, k.f_average FROM students_keys k WHERE k.f_average IS NOT NULL AND 1 \
             ORDER BY k.f_average DESC, k.f_name_key DESC, k.id DESC LIMIT 51",
            "students_by_average_and_name_key",
        ),
        (
            "SELECT k.rid, k.id, k.f_average FROM students_keys k WHERE (k.f_average IS NOT NULL AND 1 \
             AND (k.f_average, k.f_name_key, k.id) < (1200, 'n', 's5')) \
             ORDER BY k.f_average DESC, k.f_name_key DESC, k.id DESC LIMIT 51",
            "students_by_average_and_name_key",
        ),
        (
            "SELECT k.rid, k.id FROM students_keys k WHERE k.f_class = 'c1' AND k.f_name_key IS NOT NULL \
             ORDER BY k.f_name_key, k.id LIMIT 51",
            "students_by_class_and_name_key",
        ),
        (
            "SELECT k.rid, k.id, k.f_average FROM students_keys k WHERE k.f_average IS NOT NULL AND +k.rid IN \
             (SELECT rid FROM students_words WHERE field = 11 AND word >= 'a' AND word < 'b') \
             ORDER BY k.f_average DESC, k.f_name_key DESC, k.id DESC LIMIT 51",
            "COVERING INDEX students_by_average_and_name_key",
        ),
        (
            "SELECT k.key, k.id, k.rid FROM students_found k WHERE k.field = 11 AND k.sort = 9 AND k.word = 'tra' \
             AND (k.key, k.id) > ('a', 'b') ORDER BY k.key, k.id LIMIT 51",
            "PRIMARY KEY",
        ),
        ("SELECT k.rid, k.id FROM students_keys k WHERE k.f_phone = 'x' ORDER BY k.id LIMIT 51", "phone"),
    ] {
        let plan = plan(sql);
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{sql}\n{plan}");
    }
}

mod bad_days;
mod bulk;
mod evolution;
mod stamps;
mod words;
