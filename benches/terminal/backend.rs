//! Without a screen: what the backend adds to a read of the store, and what one mark takes until it is acknowledged,
//! beside the same writes in bare SQLite.

use std::{path::Path, sync::Arc, time::Instant};

use carnet::{
    backend::{Backend, BackendConfig, Link},
    cache::{keys::Keys, memory::MemoryCache},
    domain::{
        entities::Student,
        id::{ActId, SessionId},
        query::{Direction, Query, Seek, Sort},
        schema::Entity,
        score::{MarkValue, Scale, Score},
        text_values::Password,
    },
    protocol::{Entered, Reply, Request, SetMark, SheetKey},
    store::{
        SharedStore,
        sqlite::{OpenOptions, SqliteStore},
    },
};
use rusqlite::{Connection, params};

use super::show;

#[tokio::main(worker_threads = 2)]
pub async fn measure(school: &Path) {
    let store: SharedStore = Arc::new(SqliteStore::open(&school.join("carnet.db"), &OpenOptions::default()).unwrap());
    let cache = Arc::new(MemoryCache::new(Keys::default()));
    // A key of its own is enough: the school is thrown away.
    let backend = Backend::start(BackendConfig {
        bcrypt_cost: 4,
        ..BackendConfig::with_store(Arc::clone(&store), cache, b"measuring".to_vec(), school.join("backups"))
    });
    let mut link = backend.connect();
    let login = Request::Login { username: "admin".to_owned(), password: Password::typed("carnet-demo") };
    let Ok(Reply::Entered(entered)) = link.call(None, login).await else { panic!("no login") };
    let session = entered.session.clone();
    pages(&store, &mut link, &session).await;
    marks(&mut link, &entered).await;
    backend.shutdown().await;
    bare_marks(school);
}

async fn pages(store: &SharedStore, link: &mut Link, session: &SessionId) {
    let mut query = Query {
        sort: Sort::by("average", Direction::Descending).then("name_key", Direction::Ascending),
        limit: 100,
        ..Query::default()
    };
    let (mut bare, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..500 {
        let start = Instant::now();
        let page = store.find(Student::SCHEMA, &query).await.unwrap();
        bare.push(start.elapsed());
        let start = Instant::now();
        link.call(Some(session), Request::ListStudents(query.clone())).await.unwrap();
        whole.push(start.elapsed());
        query.seek = page.cursors.into_iter().next_back().map_or(Seek::First, Seek::After);
    }
    show("100 rows by average: store", bare);
    show("100 rows by average: backend", whole);
}

async fn marks(link: &mut Link, entered: &Entered) {
    let (session, setup) = (&entered.session, &entered.setup);
    let subject = setup.subjects.iter().find(|subject| subject.body.name.as_str().starts_with("Fran")).unwrap();
    let mut times = Vec::new();
    for (number, class) in setup.classes.iter().skip(1).take(25).enumerate() {
        let (class, subject) = (class.body.id.clone(), subject.body.id.clone());
        let key = SheetKey { class, subject, year: setup.school.current_year.clone(), term: setup.school.current_term };
        let Ok(Reply::Sheet(sheet)) = link.call(Some(session), Request::OpenSheet(key.clone())).await else { continue };
        let Some(evaluation) = sheet.evaluations.first() else { continue };
        for row in sheet.rows.iter().filter(|row| !row.left) {
            let ask = SetMark {
                act: ActId::new(format!("{session}-{number}-{}", row.student)),
                sheet: key.clone(),
                evaluation: evaluation.id.clone(),
                student: row.student.clone(),
                value: Some(MarkValue::Score(Score::new(1_325, Scale::TWENTY).unwrap())),
                expect: None,
                reason: None,
            };
            let start = Instant::now();
            link.call(Some(session), Request::SetMark(Box::new(ask))).await.unwrap();
            times.push(start.elapsed());
        }
    }
    show("one mark: asked → acknowledged", times);
}

/// Four documents of the size that a mark writes, in a file of their own, synchronous FULL.
fn bare_marks(school: &Path) {
    let path = school.join("bare.db");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             CREATE TABLE IF NOT EXISTS docs (id INTEGER PRIMARY KEY, doc TEXT NOT NULL)",
        )
        .unwrap();
    let mut times = Vec::new();
    for number in 0..1_000_i64 {
        let start = Instant::now();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        for (place, size) in [(0, 300), (1, 3_000), (2, 1_000), (3, 600)] {
            let mut put = connection.prepare_cached("INSERT OR REPLACE INTO docs (id, doc) VALUES (?, ?)").unwrap();
            put.execute(params![number * 4 + place, "x".repeat(size)]).unwrap();
        }
        connection.execute_batch("COMMIT").unwrap();
        times.push(start.elapsed());
    }
    show("  bare SQLite: four documents, FULL", times);
    drop(connection);
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(school.join(format!("bare.db{end}")));
    }
}
