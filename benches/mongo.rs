//! The store on MongoDB beside the bare driver: `CARNET_TEST_MONGODB=mongodb://… cargo bench --bench mongo -- 100000`.
//!
//! Makes a database of its own, prints the median and the 99th percentile of each read and write, through the store and
//! bare, and what eight writers on different sheets enter in a second, history included. Drops the database at the end.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measuring program; a failure ends it")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use carnet::{
    domain::{
        entities::{AuditEntry, Mark, Sheet, Student},
        id::ActId,
        query::{Direction, Filter, Query, Sort},
        schema::{Entity, Schema},
    },
    store::{
        Batch, Expect, Store, Write,
        mongo::{MongoOptions, MongoStore},
    },
};
use futures::TryStreamExt;
use mongodb::{
    Client, Collection, Database,
    bson::{Document, doc},
    options::{Acknowledgment, ReadConcern, WriteConcern},
};
use serde_json::{Value, json};

const SAMPLES: u32 = 1_000;
const WRITERS: u32 = 8;

fn show(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    println!("{name:<44} median {:>7.3} ms   p99 {:>7.3} ms", at(50), at(99));
}

fn student(number: u32) -> Value {
    json!({"_id": format!("s{number:08}"), "matricule": format!("MLE-2026-{number:07}"), "last_name": "Traoré",
        "first_name": "Awa", "sex": "F", "phone": format!("+2237{number:07}"), "class": format!("c{:06}", number / 45),
        "class_name": "TSE", "status": "active", "average": f64::from(number * 7_919 % 2_000) / 100.0, "grades": [],
        "version": 1, "created_at": "2026-11-20T08:00:00Z", "updated_at": "2026-11-20T08:00:00Z", "updated_by": "u1"})
}

async fn fill(store: &MongoStore, students: u32) {
    let begun = Instant::now();
    let mut first = 0;
    while first < students {
        let last = (first + 2_000).min(students);
        store.load(Student::SCHEMA, (first..last).map(student).collect()).await.unwrap();
        first = last;
    }
    println!("{students} students loaded in {:.1} s", begun.elapsed().as_secs_f64());
}

/// Times `work` many times, one after the other.
async fn sampled(name: &str, work: impl AsyncFn(u32)) {
    let mut times = Vec::new();
    for sample in 0..SAMPLES {
        let begun = Instant::now();
        work(sample).await;
        times.push(begun.elapsed());
    }
    show(name, times);
}

async fn reads(store: &MongoStore, bare: &Collection<Document>, students: u32) {
    let by_average = Query {
        sort: Sort::by("average", Direction::Descending).then("name_key", Direction::Ascending),
        limit: 50,
        ..Query::default()
    };
    sampled("first page by average, store", async |_| {
        assert_eq!(store.find(Student::SCHEMA, &by_average).await.unwrap().items.len(), 50);
    })
    .await;
    sampled("first page by average, bare", async |_| {
        let sort = doc! { "average": -1, "search.name_key": 1, "_id": 1 };
        let page = bare.find(doc! { "average": { "$gte": 0 } }).sort(sort).limit(51).await.unwrap();
        assert_eq!(page.try_collect::<Vec<_>>().await.unwrap().len(), 51);
    })
    .await;
    let phone = move |sample: u32| format!("+2237{:07}", sample * 7_919 % students);
    sampled("find by phone, store", async |sample| {
        let filter = Filter::equals("phone", phone(sample).as_str());
        let query = Query { filter, limit: 2, ..Query::default() };
        assert_eq!(store.find(Student::SCHEMA, &query).await.unwrap().items.len(), 1);
    })
    .await;
    sampled("find by phone, bare", async |sample| {
        assert!(bare.find_one(doc! { "phone": phone(sample) }).await.unwrap().is_some());
    })
    .await;
    sampled("stamps, store", async |_| assert!(store.stamps().await.unwrap().foreign > 0)).await;
}

fn put(schema: &'static Schema, expect: Expect, body: Value) -> Write {
    let id = body["_id"].as_str().unwrap().to_owned();
    Write::Put { schema, id, expect, body }
}

/// One mark as a teacher enters it: the mark, its entry in the sheet's chain, the sheet with its head, the student.
fn entered(sheet: u32, number: u32) -> Batch {
    let (class, pupil) = (format!("c{sheet:06}"), sheet * 45 + number % 45);
    let sheet = format!("{class}:m:2026-2027:T1");
    let mark = json!({"_id": format!("{class}e{number}:s{pupil:08}"), "evaluation": format!("{class}e{number}"),
        "student": format!("s{pupil:08}"), "value": 12.5});
    let hash = "5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b5aa765d61d8327deb882cf99";
    let entry = json!({"_id": format!("{sheet}:{number:010}"), "stream": sheet, "seq": number,
        "at": "2026-11-20T08:00:00Z", "actor": "u1", "action": "mark.set", "target": mark["_id"], "act": "a", "old": null,
        "new": 12.5, "salt": "x", "digest": hash, "prev": hash, "hash": hash});
    let head = json!({"_id": sheet, "class": class, "subject": "m", "year": "2026-2027", "term": "T1",
        "audit_count": number, "audit_hash": hash, "evaluations": []});
    let head_at = if number == 0 { Expect::Absent } else { Expect::Version(number.into()) };
    let mut batch = Batch::new(ActId::new(format!("{sheet}-{number}")), "2026-11-20T08:30:00Z".parse().unwrap(), "u1");
    batch.writes = vec![
        put(Mark::SCHEMA, Expect::Absent, mark),
        put(AuditEntry::SCHEMA, Expect::Absent, entry),
        put(Sheet::SCHEMA, head_at, head),
        put(Student::SCHEMA, Expect::Version(u64::from(number / 45) + 1), student(pupil)),
    ];
    batch
}

async fn marks(store: &Arc<MongoStore>, database: &Database) {
    sampled("one mark acknowledged, store", async |sample| {
        store.commit(entered(WRITERS, sample)).await.unwrap();
    })
    .await;
    let client = database.client();
    let durable = WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
    sampled("bare transaction of three documents", async |sample| {
        let mut session = client.start_session().await.unwrap();
        let begun = session.start_transaction().read_concern(ReadConcern::snapshot()).write_concern(durable.clone());
        begun.await.unwrap();
        for name in ["bare_a", "bare_b", "bare_c"] {
            let collection = database.collection::<Document>(name);
            let entry = doc! { "_id": i64::from(sample), "text": "x".repeat(200) };
            collection.insert_one(entry).session(&mut session).await.unwrap();
        }
        session.commit_transaction().await.unwrap();
    })
    .await;
    let begun = Instant::now();
    let writers = (0..WRITERS).map(|writer| {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            let mut times = Vec::new();
            for number in 0..SAMPLES {
                let batch = entered(writer, number);
                let begun = Instant::now();
                store.commit(batch).await.unwrap();
                times.push(begun.elapsed());
            }
            times
        })
    });
    let mut times = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        times.extend(writer.await.unwrap());
    }
    let rate = f64::from(WRITERS * SAMPLES) / begun.elapsed().as_secs_f64();
    show("a mark acknowledged, eight writers", times);
    println!("eight writers on eight sheets: {rate:.0} marks/s with their history");
}

#[tokio::main]
async fn main() {
    let students = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(10_000);
    let Ok(uri) = std::env::var("CARNET_TEST_MONGODB") else {
        println!("CARNET_TEST_MONGODB names no server: nothing measured");
        return;
    };
    let database = format!("bench_{}", carnet::domain::id::from_bytes(rand::random()));
    let options = MongoOptions { uri: uri.clone(), database: database.clone() };
    let store = Arc::new(MongoStore::open(&options).await.unwrap());
    let bare = Client::with_uri_str(&uri).await.unwrap().database(&database);
    fill(&store, students).await;
    reads(&store, &bare.collection("students"), students).await;
    marks(&store, &bare).await;
    store.close().await;
    bare.drop().await.unwrap();
}
