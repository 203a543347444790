//! What only this store promises of its stamps.

use super::*;
use crate::store::Stamps;

async fn read(store: &SqliteStore) -> Stamps {
    store.stamps().await.unwrap()
}

#[tokio::test]
async fn own_commits_are_not_foreign() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let store = SqliteStore::open(&path, &options()).unwrap();
    store.commit(batch("a1", vec![student(1, "Ba", None)])).await.unwrap();
    let before = read(&store).await;
    store.commit(batch("a2", vec![student(2, "Ba", None)])).await.unwrap();
    assert!(store.commit(batch("a3", vec![student(2, "Ba", None)])).await.is_err());
    store.load(Student::SCHEMA, Vec::new()).await.unwrap();
    store.clear().await.unwrap();
    // Opening, reading and closing are no changes either.
    let other = SqliteStore::open(&path, &options()).unwrap();
    other.get(Student::SCHEMA, "s001").await.unwrap();
    other.close().await;
    assert_eq!(read(&store).await.foreign, before.foreign);
}

/// Whatever it does to documents, also to one row, also many in one transaction, and also right after one of ours.
#[tokio::test]
async fn a_stranger_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let store = SqliteStore::open(&path, &options()).unwrap();
    let stranger = Connection::open(&path).unwrap();
    for (round, sql) in [
        "UPDATE students SET doc = doc",
        "INSERT INTO students (version, doc) VALUES (1, '{}')",
        "BEGIN; UPDATE students SET doc = doc; UPDATE sheets SET doc = doc; COMMIT",
        "DELETE FROM students",
    ]
    .into_iter()
    .enumerate()
    {
        store.clear().await.unwrap();
        store.commit(batch(&format!("a{round}"), vec![student(1, "Ba", None)])).await.unwrap();
        let before = read(&store).await;
        stranger.execute_batch(sql).unwrap();
        store.commit(batch(&format!("b{round}"), Vec::new())).await.unwrap();
        let after = read(&store).await;
        assert!(after.foreign > before.foreign && after.cache_epoch > before.cache_epoch, "{sql}");
        assert_eq!(after.setup, before.setup, "{sql}");
    }
    let before = read(&store).await;
    stranger.execute_batch("INSERT INTO users (version, doc) VALUES (1, '{}')").unwrap();
    assert!(read(&store).await.setup > before.setup);
}

/// The rows of processes that are long gone do not pile up, and nobody's number shrinks or stands still for it.
#[tokio::test]
async fn rows_of_many_processes_are_added_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let store = SqliteStore::open(&path, &options()).unwrap();
    let mut last = read(&store).await.foreign;
    for round in 0..150 {
        let other = SqliteStore::open(&path, &OpenOptions { readers: 1, ..options() }).unwrap();
        other.commit(batch(&format!("o{round}"), Vec::new())).await.unwrap();
        let now = read(&store).await.foreign;
        assert!(now > last, "round {round}");
        if round % 3 == 0 {
            store.commit(batch(&format!("s{round}"), Vec::new())).await.unwrap();
            assert_eq!(read(&store).await.foreign, now, "round {round}");
        }
        last = now;
        other.close().await;
    }
    let connection = Connection::open(&path).unwrap();
    let rows: i64 = connection.query_row("SELECT count(*) FROM carnet_stamps", [], |row| row.get(0)).unwrap();
    assert!(rows < 80, "{rows}");
}

/// A file from before there were stamps gets them when it is opened.
#[tokio::test]
async fn an_older_file_gets_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let store = SqliteStore::open(&path, &options()).unwrap();
    let mut sql = String::new();
    for schema in entities::ALL {
        sql.push_str(&super::super::stamps::unwatch(schema));
    }
    sql.push_str("DROP TABLE carnet_stamps");
    Connection::open(&path).unwrap().execute_batch(&sql).unwrap();
    store.close().await;
    let store = SqliteStore::open(&path, &options()).unwrap();
    store.commit(batch("a1", vec![student(1, "Ba", None)])).await.unwrap();
    assert_eq!(read(&store).await, Stamps::default());
}
