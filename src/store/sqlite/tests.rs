use serde_json::json;

use super::*;
use crate::{
    domain::{
        entities::Student,
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

fn options() -> OpenOptions {
    OpenOptions::default()
}

#[test]
fn what_is_not_a_store_of_ours_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    std::fs::write(&path, vec![b'x'; 20_000]).unwrap();
    assert!(matches!(SqliteStore::open(&path, &options()), Err(StoreError::Corrupt(_))));
    assert_eq!(std::fs::read(&path).unwrap(), vec![b'x'; 20_000]);
    let foreign = folder.path().join("foreign.db");
    Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE notes (text TEXT)").unwrap();
    let before = std::fs::read(&foreign).unwrap();
    assert!(matches!(SqliteStore::open(&foreign, &options()), Err(StoreError::Corrupt(_))));
    assert_eq!(std::fs::read(&foreign).unwrap(), before);
    assert!(matches!(SqliteStore::open(folder.path(), &options()), Err(StoreError::Unavailable(_))));
    let below_a_file = path.join("school.db");
    assert!(matches!(SqliteStore::open(&below_a_file, &options()), Err(StoreError::Unavailable(_))));
}

#[test]
fn a_new_file_is_for_its_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/b/school.db");
    SqliteStore::open(&path, &options()).unwrap();
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions()) & 0o777, 0o600);
}

#[tokio::test]
async fn a_damaged_page_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let store = SqliteStore::open(&path, &options()).unwrap();
    let writes = (0..400).map(|number| student(number, "Traoré", Some(12.0))).collect();
    store.commit(batch("a1", writes)).await.unwrap();
    store.close().await;
    drop(store);
    let mut bytes = std::fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes[half..half + 40_960].fill(0xA5);
    std::fs::write(&path, bytes).unwrap();
    let found = match SqliteStore::open(&path, &options()) {
        Ok(store) => store.check().await,
        Err(error) => Err(error),
    };
    assert!(
        matches!(&found, Ok(wrong) if !wrong.is_empty()) || matches!(found, Err(StoreError::Corrupt(_))),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_newer_format_is_not_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let store = SqliteStore::open(&path, &options()).unwrap();
    Connection::open(&path).unwrap().pragma_update(None, "user_version", FORMAT + 1).unwrap();
    // Also by a program that had it open before.
    let refused = store.commit(batch("a1", vec![student(1, "Ba", None)])).await;
    assert!(matches!(refused, Err(StoreError::Newer { .. })), "{refused:?}");
    drop(store);
    let refused = SqliteStore::open(&path, &options()).map(|_| ());
    assert!(matches!(refused, Err(StoreError::Newer { found, known }) if found == known + 1), "{refused:?}");
}

#[tokio::test]
async fn a_lock_that_stays_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let short = OpenOptions { busy: std::time::Duration::from_millis(30), ..options() };
    let store = SqliteStore::open(&path, &short).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = store.commit(batch("a1", vec![student(1, "Ba", None)])).await;
    assert!(matches!(refused, Err(StoreError::Locked)), "{refused:?}");
    assert_eq!(store.get(Student::SCHEMA, "s001").await.unwrap(), None, "reading goes on");
    other.execute_batch("ROLLBACK").unwrap();
    store.commit(batch("a1", vec![student(1, "Ba", None)])).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let store = SqliteStore::open(&path, &OpenOptions { max_pages: Some(220), ..options() }).unwrap();
    let mut kept = 0;
    let refused = loop {
        let op = format!("a{kept}");
        match store.commit(batch(&op, vec![student(kept, &"Traoré ".repeat(60), None)])).await {
            Ok(_) => kept += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, StoreError::Full), "{refused:?}");
    assert!(kept > 0);
    store.close().await;
    drop(store);
    let store = SqliteStore::open(&path, &options()).unwrap();
    assert_eq!(store.count(Student::SCHEMA, &Filter::All, 10_000).await.unwrap().count, u64::from(kept));
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[test]
fn sqlite_errors_in_our_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = Connection::open_with_flags(&path, flags).unwrap();
    let error = connection.execute_batch("INSERT INTO t VALUES (1)").unwrap_err();
    assert!(matches!(plain(&error), StoreError::ReadOnly));
    let error = Connection::open_with_flags(folder.path().join("none.db"), flags).unwrap_err();
    assert!(matches!(plain(&error), StoreError::Unavailable(_)));
}

mod shapes {
    use super::*;
    use crate::domain::schema::{Field, FieldType, nothing_derived};

    static OLD: Schema = Schema {
        collection: "notes",
        fields: &[Field::new("kind", FieldType::Key)],
        orders: &[],
        derive: nothing_derived,
    };
    static NEW: Schema = Schema {
        collection: "notes",
        fields: &[Field::new("kind", FieldType::Key), Field::new("size", FieldType::Integer)],
        orders: &[&["kind", "size"]],
        derive: nothing_derived,
    };
    static OLD_SET: [&Schema; 1] = [&OLD];
    static NEW_SET: [&Schema; 1] = [&NEW];

    #[tokio::test]
    async fn a_field_declared_later_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("school.db");
        let store = SqliteStore::open(&path, &OpenOptions { schemas: &OLD_SET, ..options() }).unwrap();
        let note = |id: &str, size: i64| Write::Put {
            schema: &OLD,
            id: id.to_owned(),
            expect: Expect::Absent,
            body: json!({"kind": "k", "size": size}),
        };
        store.commit(batch("a1", vec![note("a", 7), note("b", 3)])).await.unwrap();
        store.close().await;
        let store = SqliteStore::open(&path, &OpenOptions { schemas: &NEW_SET, ..options() }).unwrap();
        let query = Query { sort: Sort::by("size", Direction::Ascending), limit: 9, ..Query::default() };
        let page = store.find(&NEW, &query).await.unwrap();
        assert_eq!(page.items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_migration_backs_up_first_and_is_whole_or_not_at_all() {
    fn shout(transaction: &rusqlite::Transaction<'_>) -> Result<(), StoreError> {
        transaction.execute_batch("UPDATE students SET doc = replace(doc, 'Ba', 'BA')").map_err(|error| plain(&error))
    }
    fn fail(transaction: &rusqlite::Transaction<'_>) -> Result<(), StoreError> {
        transaction.execute_batch("DELETE FROM students").map_err(|error| plain(&error))?;
        Err(StoreError::Other("no".to_owned()))
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let store = SqliteStore::open(&path, &options()).unwrap();
    store.commit(batch("a1", vec![student(1, "Ba", None)])).await.unwrap();
    store.close().await;
    let steps = [Migration { to: FORMAT + 1, apply: shout }, Migration { to: FORMAT + 2, apply: fail }];
    assert!(SqliteStore::open_with(&path, &options(), &steps).is_err());
    let format = |path: &Path| -> u32 {
        Connection::open(path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    };
    assert_eq!(format(&path), FORMAT + 1, "the step that went well stays, the other is undone");
    let store = SqliteStore::open_with(&path, &options(), &steps[..1]).unwrap();
    let document = store.get(Student::SCHEMA, "s001").await.unwrap().unwrap();
    assert!(document.json.contains("BA"));
    let backups = crate::store::backup::list(&folder.path().join("backups")).unwrap();
    assert_eq!(backups.len(), 1);
    assert_eq!(backups[0].documents, 1);
    let restored = SqliteStore::open(&folder.path().join("old.db"), &options()).unwrap();
    let backup = folder.path().join("backups").join(&backups[0].name);
    crate::store::backup::restore(&restored, &backup, |_| {}).await.unwrap();
    assert!(restored.get(Student::SCHEMA, "s001").await.unwrap().unwrap().json.contains("\"Ba\""));
}

#[tokio::test]
async fn check_finds_a_key_row_that_lies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let store = SqliteStore::open(&path, &options()).unwrap();
    store.commit(batch("a1", vec![student(1, "Ba", Some(9.5)), student(2, "Ba", None)])).await.unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("UPDATE students_keys SET f_average = 1900 WHERE id = 's001'").unwrap();
    assert_eq!(store.check().await.unwrap().len(), 1);
    other.execute_batch("DELETE FROM students_keys WHERE id = 's002'").unwrap();
    assert!(store.check().await.unwrap().len() > 1);
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
             ORDER BY k.f_average DESC, k.id DESC LIMIT 51",
            "students_by_average",
        ),
        (
            "SELECT k.rid, k.id, k.f_average FROM students_keys k WHERE (k.f_average IS NOT NULL AND 1 \
             AND (k.f_average, k.id) < (1200, 's5')) ORDER BY k.f_average DESC, k.id DESC LIMIT 51",
            "students_by_average",
        ),
        (
            "SELECT k.rid, k.id FROM students_keys k WHERE k.f_class = 'c1' AND k.f_name_key IS NOT NULL \
             ORDER BY k.f_name_key, k.id LIMIT 51",
            "students_by_class_and_name_key",
        ),
        ("SELECT k.rid, k.id FROM students_keys k WHERE k.f_phone = 'x' ORDER BY k.id LIMIT 51", "phone"),
    ] {
        let plan = plan(sql);
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{sql}\n{plan}");
    }
}
