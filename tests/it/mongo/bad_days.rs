//! Answers that are lost, servers that step down and are killed, while marks are entered.

use std::{collections::BTreeMap, os::unix::fs::PermissionsExt, path::Path, time::Duration};

use carnet::{
    domain::{
        entities::{Mark, Sheet},
        schema::Entity,
    },
    store::{Batch, Expect, SharedStore, StoreError, Write, mongo::MongoOptions},
};
use mongodb::{
    Client, ClientSession,
    bson::{Document, doc},
};
use serde_json::json;

use super::{batch, open};
use crate::services::Mongod;

fn options(uri: String) -> MongoOptions {
    MongoOptions { uri, database: "carnet".to_owned() }
}

/// A mark on its sheet, as a teacher enters one: the mark is new, the sheet counts on.
fn mark(number: u64, sheet_version: u64) -> Batch {
    let id = format!("e1:s{number}");
    let body = json!({ "_id": id, "evaluation": "e1", "student": format!("s{number}"), "value": null });
    let mark = Write::Put { schema: Mark::SCHEMA, id, expect: Expect::Absent, body };
    let body = json!({ "_id": "c:m:2026-2027:T1", "class": "c", "subject": "m", "year": "2026-2027", "term": "T1",
        "audit_count": number });
    let expect = if sheet_version == 0 { Expect::Absent } else { Expect::Version(sheet_version) };
    let sheet = Write::Put { schema: Sheet::SCHEMA, id: "c:m:2026-2027:T1".to_owned(), expect, body };
    batch(&format!("op{number}"), vec![mark, sheet])
}

/// Enters it; whoever gets no answer asks again with the same operation.
async fn entered(store: &SharedStore, number: u64) -> u32 {
    let mut unanswered = 0;
    for _ in 0..200 {
        match store.commit(mark(number, number)).await {
            Ok(_) => return unanswered,
            Err(StoreError::Unavailable(_) | StoreError::Server(_) | StoreError::Locked) => unanswered += 1,
            Err(other) => panic!("mark {number}: {other}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("mark {number}: never");
}

/// Each mark is there once, and the sheet has counted each once.
async fn all_there(store: &SharedStore, count: u64) {
    let sheet = store.get(Sheet::SCHEMA, "c:m:2026-2027:T1").await.unwrap().unwrap();
    assert_eq!(sheet.version, count);
    for number in 0..count {
        let mark = store.get(Mark::SCHEMA, &format!("e1:s{number}")).await.unwrap();
        assert_eq!(mark.map(|mark| mark.version), Some(1), "mark {number}");
    }
}

/// The commit is done and its answer lost, in each way that a server can lose it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_writes_nothing_twice() {
    let server = Mongod::alone(&[]).await;
    let store = open(&options(server.uri())).await;
    let admin = server.direct("").await.database("admin");
    let ways = [
        doc! { "failCommands": ["commitTransaction"], "closeConnection": true },
        doc! { "failCommands": ["commitTransaction"], "blockConnection": true, "blockTimeMS": 4_500 },
        doc! { "failCommands": ["commitTransaction"], "errorCode": 91 },
        doc! { "failCommands": ["commitTransaction"],
        "writeConcernError": { "code": 64, "errmsg": "waiting for replication timed out" } },
        doc! { "failCommands": ["insert", "update"], "closeConnection": true },
        doc! { "failCommands": ["insert", "update"], "errorCode": 112,
        "errorLabels": ["TransientTransactionError"] },
    ];
    let mut number = 0;
    for way in ways {
        let slow = way.contains_key("blockTimeMS");
        for times in if slow { vec![1] } else { vec![1, 3] } {
            let fail = doc! { "configureFailPoint": "failCommand", "mode": { "times": times }, "data": &way };
            admin.run_command(fail).await.unwrap();
            entered(&store, number).await;
            admin.run_command(doc! { "configureFailPoint": "failCommand", "mode": "off" }).await.unwrap();
            number += 1;
        }
    }
    all_there(&store, number).await;
    store.close().await;
}

/// Killed without warning and started again, many times, while somebody types.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_has_what_it_acknowledged() {
    let mut server = Mongod::alone(&[]).await;
    let store = open(&options(server.uri())).await;
    let (sender, mut numbers) = tokio::sync::watch::channel(0_u64);
    let typist = tokio::spawn({
        let store = store.clone();
        async move {
            let mut number = 0;
            while !sender.is_closed() {
                entered(&store, number).await;
                number += 1;
                let _ = sender.send(number);
            }
            number
        }
    });
    for round in 1..=5_u64 {
        numbers.wait_for(|number| *number >= round * 20).await.unwrap();
        server.kill();
        server.again(&["--replSet", "rs0"]);
    }
    drop(numbers);
    let count = typist.await.unwrap();
    assert!(count >= 100);
    all_there(&store, count).await;
    store.close().await;
}

/// Three servers; the primary steps down, and is killed, while somebody types.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_down_loses_nothing() {
    let mut servers = [0; 3].map(|_| Mongod::start(&["--replSet", "rs0"]));
    let [one, two, three] = &servers;
    one.initiate("rs0", "", &[one, two, three]).await;
    let hosts = servers.iter().map(Mongod::host).collect::<Vec<_>>().join(",");
    let store = open(&options(format!("mongodb://{hosts}/?replicaSet=rs0"))).await;
    let (sender, mut numbers) = tokio::sync::watch::channel(0_u64);
    let typist = tokio::spawn({
        let store = store.clone();
        async move {
            let mut number = 0;
            while !sender.is_closed() {
                entered(&store, number).await;
                number += 1;
                let _ = sender.send(number);
            }
            number
        }
    });
    let mut led: BTreeMap<usize, u32> = BTreeMap::new();
    for round in 1..=3_u64 {
        numbers.wait_for(|number| *number >= round * 30).await.unwrap();
        let at = primary(&servers).await;
        *led.entry(at).or_default() += 1;
        let admin = servers[at].direct("").await.database("admin");
        // The connection may be cut while it steps down.
        let _ = admin.run_command(doc! { "replSetStepDown": 3, "secondaryCatchUpPeriodSecs": 2 }).await;
    }
    numbers.wait_for(|number| *number >= 120).await.unwrap();
    let at = primary(&servers).await;
    *led.entry(at).or_default() += 1;
    servers[at].kill();
    numbers.wait_for(|number| *number >= 150).await.unwrap();
    drop(numbers);
    let count = typist.await.unwrap();
    all_there(&store, count).await;
    assert!(led.len() > 1, "more than one server has led: {led:?}");
    store.close().await;
}

/// Which of them leads.
async fn primary(servers: &[Mongod]) -> usize {
    for _ in 0..3_000 {
        for (at, server) in servers.iter().enumerate() {
            let hello = server.direct("").await.database("admin").run_command(doc! { "hello": 1 }).await;
            if hello.is_ok_and(|hello| hello.get_bool("isWritablePrimary").unwrap_or_default()) {
                return at;
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no primary");
}

/// The account of the installation guide: `readWrite` on its own database, nothing more.
async fn with_account(keyfile: &Path) -> (Mongod, String) {
    std::fs::write(keyfile, "c2VjcmV0c2VjcmV0").unwrap();
    std::fs::set_permissions(keyfile, PermissionsExt::from_mode(0o600)).unwrap();
    let keyfile = keyfile.to_str().unwrap();
    // Nobody waits an hour for the server to give a transaction up.
    let limit = "transactionLifetimeLimitSeconds=3600";
    let server = Mongod::alone(&["--auth", "--keyFile", keyfile, "--setParameter", limit]).await;
    let admin = server.direct("").await.database("admin");
    let root = doc! { "createUser": "root", "pwd": "root", "roles": ["root"] };
    admin.run_command(root).await.unwrap();
    let root = Client::with_uri_str(format!("mongodb://root:root@{}/?replicaSet=rs0", server.host())).await.unwrap();
    let roles = [doc! { "role": "readWrite", "db": "carnet" }];
    let account = doc! { "createUser": "carnet", "pwd": "pw", "roles": roles };
    root.database("admin").run_command(account).await.unwrap();
    let uri = format!("mongodb://carnet:pw@{}/?replicaSet=rs0&authSource=admin", server.host());
    (server, uri)
}

/// Begins to change the sheet, by a program of that name, and is never heard of again.
async fn left_alone(uri: &str, program: &str) -> ClientSession {
    let client = Client::with_uri_str(format!("{uri}&appName={program}")).await.unwrap();
    let mut session = client.start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    let sheets = client.database("carnet").collection::<Document>(Sheet::SCHEMA.collection);
    let change = doc! { "$inc": { "version": 1_i64 } };
    sheets.update_one(doc! {}, change).session(&mut session).await.unwrap();
    session
}

/// A carnet was killed in the middle of a transaction: it stands in nobody's way until the server gives it up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_program_has_begun_is_ended() {
    let keyfile = tempfile::NamedTempFile::new().unwrap();
    let (_server, uri) = with_account(keyfile.path()).await;
    let store = open(&options(uri.clone())).await;
    entered(&store, 0).await;
    // Not dropped: that would end the transaction, as a program does that is alive.
    let killed = left_alone(&uri, "carnet").await;
    for tries in 0.. {
        let Err(refused) = store.commit(mark(1, 1)).await else { break };
        assert!(tries < 2, "{refused:?}");
    }
    // Somebody else's is not ours to end.
    let mut other = left_alone(&uri, "autre").await;
    for _ in 0..2 {
        let refused = store.commit(mark(2, 2)).await;
        assert!(matches!(refused, Err(StoreError::Locked)), "{refused:?}");
    }
    other.abort_transaction().await.unwrap();
    entered(&store, 2).await;
    all_there(&store, 3).await;
    drop(killed);
    store.close().await;
}
