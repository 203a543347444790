//! Files that are not ours, are damaged, locked, full or newer.

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::*;
use crate::{
    protocol::{PathFault, StoreWork},
    store::Tell,
};

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
}

/// What is said of a path: which one is at fault, and how.
#[track_caller]
fn at_fault(opened: &Path, path: &Path, fault: &PathFault) {
    match SqliteStore::open(opened, &options()).map(|_| ()) {
        Err(StoreError::Path { path: named, fault: found }) => {
            assert_eq!((named.as_str(), &found), (path.to_str().unwrap(), fault));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_path_that_cannot_be_a_store_is_named() {
    let folder = tempfile::tempdir().unwrap();
    at_fault(folder.path(), folder.path(), &PathFault::Folder);
    let file = folder.path().join("a-file");
    std::fs::write(&file, "x").unwrap();
    at_fault(&file.join("school.db"), &file, &PathFault::NoFolder);
    at_fault(&file.join("deeper/school.db"), &file, &PathFault::NoFolder);
    let socket = folder.path().join("socket");
    let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    at_fault(&socket, &socket, &PathFault::NoFile);
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&link, &link).unwrap();
    at_fault(&link, &link, &PathFault::Loop);
    at_fault(&link.join("school.db"), &link, &PathFault::Loop);
    let long = folder.path().join("n".repeat(300));
    assert!(matches!(SqliteStore::open(&long, &options()), Err(StoreError::Path { fault: PathFault::Other(_), .. })));
    // A link to a file that is not there yet is a place like another.
    let hanging = folder.path().join("hanging");
    std::os::unix::fs::symlink(folder.path().join("target.db"), &hanging).unwrap();
    SqliteStore::open(&hanging, &options()).unwrap();
}

#[test]
fn opening_says_for_what_it_waits_and_waits_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    drop(SqliteStore::open(&path, &options()).unwrap());
    let holder = Connection::open(&path).unwrap();
    holder.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ears = heard.clone();
    let tell = Tell::new(move |work| ears.lock().unwrap().push(work));
    let patient = OpenOptions { busy: Duration::from_millis(1_200), tell, ..options() };
    let refused = SqliteStore::open(&path, &patient).map(|_| ());
    assert!(matches!(refused, Err(StoreError::Locked)), "{refused:?}");
    assert_eq!(*heard.lock().unwrap(), [StoreWork::Waiting]);
}

#[tokio::test]
async fn who_only_opens_does_not_wait_for_who_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let store = SqliteStore::open(&path, &options()).unwrap();
    store.commit(batch("a1", vec![student(1, "Ba", None)])).await.unwrap();
    let holder = Connection::open(&path).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let impatient = OpenOptions { busy: Duration::ZERO, ..options() };
    let other = SqliteStore::open(&path, &impatient).unwrap();
    assert!(other.get(Student::SCHEMA, "s001").await.unwrap().is_some());
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
    let short = OpenOptions { busy: Duration::from_millis(30), ..options() };
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
