//! Eight processes enter, undo and redo on one class at once: what stands in the end is what the log, replayed, says;
//! the chain is whole, and the averages follow from the marks.

use std::{
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use carnet::{
    backend::{Backend, BackendConfig, SeededIds},
    cache::{SharedCache, keys::Keys, memory::MemoryCache},
    domain::{
        entities::Student,
        id::{EvaluationId, StudentId},
        query::Filter,
        score::Average,
        text_values::Password,
    },
    protocol::{Failure, Reply, Request, SheetKey},
    store::{
        Records, SharedStore,
        mongo::{MongoOptions, MongoStore},
        sqlite::{OpenOptions, SqliteStore},
    },
};
use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha12Rng;

use super::{Ground, on_both, steps::replayed};
use crate::backend::{Client, PASSWORD, login, opened, points};

on_both!(eight_processes_leave_what_the_log_says);

/// Set for a process that writes: the store, and its number.
const STORE: &str = "CARNET_TEST_EDITOR_STORE";
const NUMBER: &str = "CARNET_TEST_EDITOR_NUMBER";
/// How many edits each makes.
const EDITS: &str = "CARNET_TEST_EDITS";

fn edits() -> u32 {
    std::env::var(EDITS).ok().and_then(|number| number.parse().ok()).unwrap_or(15)
}

pub async fn open(address: &str) -> SharedStore {
    let parts: Vec<&str> = address.splitn(3, ' ').collect();
    match parts.as_slice() {
        ["sqlite", path @ ..] => {
            Arc::new(SqliteStore::open(Path::new(&path.join(" ")), &OpenOptions::default()).unwrap())
        }
        ["mongodb", database, uri] => {
            let options = MongoOptions { uri: (*uri).to_owned(), database: (*database).to_owned() };
            Arc::new(MongoStore::open(&options).await.unwrap())
        }
        other => panic!("{other:?}"),
    }
}

/// What a process runs; without the variables it has nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn editor() {
    let (Ok(address), Ok(number)) = (std::env::var(STORE), std::env::var(NUMBER)) else { return };
    let number: u64 = number.parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let cache: SharedCache = Arc::new(MemoryCache::new(Keys::default()));
    let backend = Backend::start(BackendConfig {
        admin_token: Some(Password::typed("the-token")),
        bcrypt_cost: 4,
        ids: Arc::new(SeededIds::new(1_000 + number)),
        ..BackendConfig::with_store(open(&address).await, cache, b"audit key".to_vec(), folder.path().to_owned())
    });
    let mut client = login(&backend, "admin", PASSWORD).await.unwrap();
    let key = client.key(&client.class(0).id, "Mathématiques");
    let view = client.sheet(&key).await;
    let cells: Vec<(EvaluationId, StudentId)> = view
        .evaluations
        .iter()
        .flat_map(|column| view.rows.iter().map(|row| (column.id.clone(), row.student.clone())))
        .collect();
    let mut chance = ChaCha12Rng::seed_from_u64(number);
    let mut done = 0;
    while done < edits() {
        let cell = &cells[chance.random_range(0..cells.len())];
        let (act, sheet, force) = (client.act(), key.clone(), true);
        let came = match chance.random_range(0..10) {
            0 => client.call(Request::UndoMark { act, sheet, force }).await.map(drop),
            1 => client.call(Request::RedoMark { act, sheet, force }).await.map(drop),
            2 => client.set(&key, (&cell.0, &cell.1), None, None).await.map(drop),
            _ => {
                let value = points(chance.random_range(0..=2_000));
                client.set(&key, (&cell.0, &cell.1), value, None).await.map(drop)
            }
        };
        match came {
            Ok(()) | Err(Failure::Invalid { .. }) => done += 1,
            // Others were faster, twenty times over: tried again with another edit.
            Err(Failure::Conflict | Failure::Offline { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    backend.shutdown().await;
}

/// The name of the test above for the harness.
fn editor_test() -> String {
    format!("{}::editor", module_path!().split_once("::").expect("a module of this program").1)
}

async fn averages(store: &SharedStore) -> Vec<(StudentId, Option<Average>)> {
    let students = store.every::<Student>(&Filter::All).await.unwrap();
    students.into_iter().map(|student| (student.id.clone(), student.average)).collect()
}

async fn eight_processes_leave_what_the_log_says(ground: &Ground) {
    let backend = ground.start(1).await;
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let key: SheetKey = admin.key(&class, "Mathématiques");
    for last in ["Traoré", "Keïta", "Diallo", "Coulibaly", "Diarra", "Cissé"] {
        admin.add(Client::form(last, "Awa", Some(&class))).await.unwrap();
    }
    for title in ["Devoir 1", "Devoir 2", "Devoir 3"] {
        admin.add_column(&key, title).await;
    }
    let children = (0..8).map(|number: u32| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &editor_test(), "--nocapture"])
            .env(STORE, ground.address())
            .env(NUMBER, number.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    });
    let children: Vec<_> = children.collect();
    for child in children {
        let ended = tokio::task::spawn_blocking(|| child.wait_with_output().unwrap()).await.unwrap();
        let said = String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success() && said.contains("1 passed"), "{said}");
    }
    let store = ground.store().await;
    let (told, stands) = replayed(&store, &key).await;
    assert!(!stands.is_empty());
    assert_eq!(told, stands);
    let Ok(Reply::AuditChecked(report)) = admin.call(Request::VerifyAudit).await else { panic!("a report") };
    assert_eq!(report.findings, []);
    assert!(report.entries > u64::from(edits()) * 4, "{} entries", report.entries);
    // Made anew from the marks, the averages are the same.
    let before = averages(&store).await;
    assert!(matches!(admin.call(Request::Doctor { rebuild: true }).await, Ok(Reply::Doctor(_))));
    assert_eq!(averages(&store).await, before);
    backend.shutdown().await;
}
