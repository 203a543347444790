//! Files that are not ours, are damaged, locked, full or newer.

use super::*;

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
