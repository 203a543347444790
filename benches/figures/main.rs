//! Averages in memory, a sheet of 200 students × 25 columns, and a change of rules for the whole school:
//! `cargo bench --bench figures -- averages sheet rules DIR`, where `DIR` is the folder of a school that `carnet demo
//! --students 100000 --keep DIR` has built (it is copied, and left as it is). With `CARNET_TEST_MONGODB` and a number of
//! students in place of the folder, sheet and rules are measured in a database of that server.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a measuring program; a failure ends it")]

mod averages;
mod large;
mod rules;
mod sheet;

#[allow(dead_code, reason = "two benches share this file, and not all of it")]
#[path = "../terminal/pty.rs"]
mod pty;

use std::{path::PathBuf, sync::Arc, time::Duration};

use carnet::{
    backend::{Backend, BackendConfig, Link},
    cache::{keys::Keys, memory::MemoryCache},
    domain::{demo::Demo, text_values::Password},
    protocol::{Entered, Reply, Request},
    store::{
        SharedStore,
        mongo::{MongoOptions, MongoStore},
        sqlite::{OpenOptions, SqliteStore},
    },
};
use jiff::civil::Date;

/// Percentiles of measured times, in one line.
pub fn show(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| {
        let time = times.get((times.len() * part / 100).min(times.len().saturating_sub(1)));
        time.map_or(0.0, |time| time.as_secs_f64() * 1e3)
    };
    println!(
        "{name:<58} p50 {:>9.3} ms   p99 {:>9.3} ms   max {:>9.3} ms   n={}",
        at(50),
        at(99),
        at(100),
        times.len()
    );
}

/// The school that is measured.
pub struct School {
    pub store: SharedStore,
    /// Of the file, for the program itself.
    pub folder: Option<PathBuf>,
    /// Of a server, to be dropped.
    pub database: Option<String>,
}

impl School {
    fn copy_of(folder: &str, to: &std::path::Path) -> Self {
        std::fs::create_dir_all(to.join("keys")).unwrap();
        std::fs::copy(PathBuf::from(folder).join("carnet.db"), to.join("carnet.db")).unwrap();
        for key in std::fs::read_dir(PathBuf::from(folder).join("keys")).unwrap() {
            let key = key.unwrap();
            std::fs::copy(key.path(), to.join("keys").join(key.file_name())).unwrap();
        }
        let config = std::fs::read_to_string(PathBuf::from(folder).join("config.toml")).unwrap();
        std::fs::write(to.join("config.toml"), config.replace(folder, to.to_str().unwrap())).unwrap();
        let opened = SqliteStore::open(&to.join("carnet.db"), &OpenOptions::default());
        Self { store: Arc::new(opened.unwrap()), folder: Some(to.to_path_buf()), database: None }
    }

    async fn on_a_server(uri: String, students: u32) -> Self {
        let database = format!("bench_{}", carnet::domain::id::from_bytes(rand::random()));
        let store: SharedStore =
            Arc::new(MongoStore::open(&MongoOptions { uri, database: database.clone() }).await.unwrap());
        let hash = bcrypt::hash_with_result("carnet-demo", 4).unwrap().to_string();
        let demo = Demo::new(students, 1, Date::constant(2026, 11, 20), &hash).unwrap();
        let mut gathered: Vec<carnet::domain::demo::Load> = Vec::new();
        store.begin_load().await.unwrap();
        for loads in std::iter::once(demo.setup()).chain(demo.blocks()) {
            for (schema, mut documents) in loads {
                match gathered.iter_mut().find(|(known, _)| *known == schema) {
                    Some((_, all)) => all.append(&mut documents),
                    None => gathered.push((schema, documents)),
                }
            }
            if gathered.iter().any(|(_, documents)| documents.len() > 4_000) {
                for (schema, documents) in std::mem::take(&mut gathered) {
                    store.load(schema, documents).await.unwrap();
                }
            }
        }
        for (schema, documents) in gathered {
            store.load(schema, documents).await.unwrap();
        }
        store.end_load().await.unwrap();
        Self { store, folder: None, database: Some(database) }
    }
}

/// A backend of its own with somebody logged in.
pub struct Process {
    pub backend: Backend,
    pub link: Link,
    pub entered: Box<Entered>,
}

impl Process {
    pub async fn start(store: &SharedStore) -> Self {
        let cache = Arc::new(MemoryCache::new(Keys::default()));
        let backend = Backend::start(BackendConfig {
            bcrypt_cost: 4,
            ..BackendConfig::with_store(Arc::clone(store), cache, b"measuring".to_vec(), std::env::temp_dir())
        });
        let (link, entered) = login(&backend).await;
        Self { backend, link, entered }
    }
}

/// A connection of the administrator.
///
/// # Panics
/// If the school knows no `admin` with the demo's password.
pub async fn login(backend: &Backend) -> (Link, Box<Entered>) {
    let mut link = backend.connect();
    let login = Request::Login { username: "admin".to_owned(), password: Password::typed("carnet-demo") };
    let Ok(Reply::Entered(entered)) = link.call(None, login).await else { panic!("no login") };
    (link, entered)
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let parts = ["averages", "sheet", "rules"];
    let asked =
        |part: &str| words.iter().any(|word| word == part) || !words.iter().any(|word| parts.contains(&&**word));
    if asked("averages") {
        averages::measure();
    }
    let Some(place) = words.iter().find(|word| !parts.contains(&&***word)) else { return };
    let folder = tempfile::tempdir_in(std::env::var_os("CARNET_BENCH_DIR").unwrap_or_else(|| ".".into())).unwrap();
    let school = match (place.parse(), std::env::var("CARNET_TEST_MONGODB")) {
        (Ok(students), Ok(uri)) => School::on_a_server(uri, students).await,
        (Ok(_), Err(_)) => panic!("CARNET_TEST_MONGODB names no server"),
        (Err(_), _) => School::copy_of(place, folder.path()),
    };
    println!("{} of {place}", school.store.kind());
    if asked("rules") {
        rules::measure(&school.store).await;
    }
    if asked("sheet") {
        sheet::measure(&school).await;
    }
    school.store.close().await;
    if let (Some(database), Ok(uri)) = (&school.database, std::env::var("CARNET_TEST_MONGODB")) {
        mongodb::Client::with_uri_str(uri).await.unwrap().database(database).drop().await.unwrap();
    }
}
