//! The embedded store under several processes, one of which is killed right after an acknowledgement.

use std::{
    io::{BufRead, BufReader, Read as _, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use carnet::{
    domain::{entities::Student, id::ActId, query::Filter, schema::Entity},
    store::{
        Batch, Expect, Store, StoreError, Write,
        sqlite::{OpenOptions, SqliteStore},
    },
};
use serde_json::json;

/// Set for the process that writes until it is killed: the store's path and the name of its round.
const PATH: &str = "CARNET_TEST_WRITER_STORE";
const ROUND: &str = "CARNET_TEST_WRITER_ROUND";
/// Set for the process that holds the write lock: the store's path.
const HELD: &str = "CARNET_TEST_HELD_STORE";

/// This program again, with one test and one variable more.
fn child(test: &str, variable: &str, path: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(variable, path);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, &OpenOptions::default()).unwrap()
}

async fn add(store: &SqliteStore, id: String) -> Result<(), StoreError> {
    let mut batch = Batch::new(ActId::new(&id), "2026-11-20T08:00:00Z".parse().unwrap(), "u1");
    let body = json!({"_id": id, "matricule": id, "last_name": "Traoré", "average": 12.5});
    batch.writes.push(Write::Put { schema: Student::SCHEMA, id, expect: Expect::Absent, body });
    store.commit(batch).await.map(drop)
}

/// What the killed process runs; without the variables it has nothing to do.
#[tokio::test]
async fn writer() {
    let (Some(path), Ok(round)) = (std::env::var_os(PATH), std::env::var(ROUND)) else { return };
    let store = open(Path::new(&path));
    for number in 0_u32.. {
        add(&store, format!("child-{round}-{number:05}")).await.unwrap();
        let mut out = std::io::stdout().lock();
        if writeln!(out, "saved {number}").and_then(|()| out.flush()).is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn a_killed_writer_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let store = open(&path);
    let mut own = 0;
    for round in 0..8_usize {
        let before = store.foreign_changes().await.unwrap();
        let mut child = child("sqlite_processes::writer", PATH, &path).env(ROUND, round.to_string()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut saved = 0;
        for line in lines {
            // libtest may write its own words in front of the first line.
            if line.contains("saved ") {
                saved += 1;
                add(&store, format!("own-{own:05}")).await.unwrap();
                own += 1;
            }
            if saved > 3 * round {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let ids: Vec<String> = (0..saved).map(|number| format!("child-{round}-{number:05}")).collect();
        assert_eq!(store.get_many(Student::SCHEMA, &ids).await.unwrap().len(), saved, "round {round}");
        assert_ne!(store.foreign_changes().await.unwrap(), before);
    }
    store.close().await;
    let store = open(&path);
    assert!(store.count(Student::SCHEMA, &Filter::All, 100_000).await.unwrap().count >= own * 2);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

/// What the holding process runs: it lets go when its input ends.
#[test]
fn holder() {
    let Some(path) = std::env::var_os(HELD) else { return };
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE; UPDATE students SET version = version").unwrap();
    println!("held");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    connection.execute_batch("COMMIT").unwrap();
}

fn hold(path: &Path) -> Child {
    let mut child = child("sqlite_processes::holder", HELD, path).spawn().unwrap();
    let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    assert!(lines.map(Result::unwrap).any(|line| line.contains("held")));
    child
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stamps_and_reads_do_not_wait_for_a_foreign_lock() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("school.db");
    let store = Arc::new(open(&path));
    add(&store, "a".to_owned()).await.unwrap();
    let before = store.stamps().await.unwrap();
    let mut child = hold(&path);
    let waiting = tokio::spawn({
        let store = Arc::clone(&store);
        async move { add(&store, "b".to_owned()).await }
    });
    // Behind this one in the writer's queue, so that the writer is surely at it.
    let behind = tokio::spawn({
        let store = Arc::clone(&store);
        async move { store.load(Student::SCHEMA, Vec::new()).await }
    });
    for _ in 0..100 {
        assert_eq!(store.stamps().await.unwrap(), before);
        assert!(store.get(Student::SCHEMA, "a").await.unwrap().is_some());
    }
    assert!(!waiting.is_finished() && !behind.is_finished(), "the lock is still held");
    drop(child.stdin.take());
    child.wait().unwrap();
    waiting.await.unwrap().unwrap();
    behind.await.unwrap().unwrap();
    // The holder is no carnet, and it has written.
    assert!(store.stamps().await.unwrap().foreign > before.foreign);
}
