//! The embedded store beside bare SQLite on the same file: `cargo bench --bench store -- 100000`.
//!
//! Prints the median and the 99th percentile of each read and write, through the store and bare, and what a load costs.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measuring program; a failure ends it")]

use std::{
    path::Path,
    time::{Duration, Instant},
};

use carnet::{
    domain::{
        entities::{AuditEntry, Mark, Sheet, Student},
        id::ActId,
        query::{Direction, Filter, Query, Seek, Sort},
        schema::{Entity, Schema},
    },
    store::{
        Batch, Expect, Store, Write,
        sqlite::{OpenOptions, SqliteStore},
    },
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rusqlite::{Connection, params};
use serde_json::{Value, json};

const LASTS: [&str; 8] = ["Traoré", "Coulibaly", "Keïta", "Diarra", "Touré", "Sangaré", "Cissé", "Ouologuem"];
const EVALUATIONS: u32 = 10;

fn student_id(number: u32) -> String {
    format!("s{number:08}")
}

fn mark_id(student: u32, evaluation: u32) -> String {
    format!("e{:06}x{evaluation}:{}", student / 45, student_id(student))
}

fn stamped(mut body: Value, version: u64) -> Value {
    body["version"] = version.into();
    for name in ["created_at", "updated_at"] {
        body[name] = "2026-11-20T08:00:00Z".into();
    }
    body["updated_by"] = "u1".into();
    body
}

fn student(number: u32, chance: &mut ChaCha8Rng) -> Value {
    let rare = format!("Zq{number}");
    let last = if number.is_multiple_of(1_000) { rare.as_str() } else { LASTS[chance.random_range(0..LASTS.len())] };
    let class = number / 45;
    let grades: Vec<Value> = (0..EVALUATIONS)
        .map(|evaluation| {
            json!({"subject": "maths", "year": "2026-2027", "term": "T1", "kind": "test", "date": "2026-10-12",
                   "evaluation": format!("e{class:06}x{evaluation}"), "score": 12.5, "code": null, "scale": 20.0,
                   "coefficient": 1})
        })
        .collect();
    json!({"_id": student_id(number), "matricule": format!("MLE-2026-{number:07}"), "last_name": last,
           "first_name": "Aminata", "sex": "F", "phone": format!("+2237{number:07}"), "class": format!("c{class:06}"),
           "class_name": format!("T{class}"), "status": "active",
           "average": f64::from(chance.random_range(0..=2_000_u32)) / 100.0, "grades": grades})
}

fn show(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    println!("{name:<58} median {:8.3} ms   p99 {:8.3} ms   n={}", at(50), at(99), times.len());
}

async fn fill(store: &SqliteStore, students: u32) {
    let mut chance = ChaCha8Rng::seed_from_u64(1);
    let mut spent = Duration::ZERO;
    for first in (0..students).step_by(5_000) {
        let step: Vec<Value> =
            (first..students.min(first + 5_000)).map(|number| stamped(student(number, &mut chance), 1)).collect();
        let start = Instant::now();
        store.load(Student::SCHEMA, step).await.unwrap();
        spent += start.elapsed();
    }
    println!("load students: {:.0}/s", f64::from(students) / spent.as_secs_f64());
    let mut spent = Duration::ZERO;
    for first in (0..students).step_by(1_000) {
        let step: Vec<Value> = (first..students.min(first + 1_000))
            .flat_map(|number| (0..EVALUATIONS).map(move |evaluation| mark(number, evaluation, 12.5)))
            .map(|body| stamped(body, 1))
            .collect();
        let start = Instant::now();
        store.load(Mark::SCHEMA, step).await.unwrap();
        spent += start.elapsed();
    }
    println!("load marks: {:.0}/s", f64::from(students * EVALUATIONS) / spent.as_secs_f64());
    let sheet = json!({"_id": "sheet", "class": "c000000", "subject": "maths", "year": "2026-2027", "term": "T1",
                       "state": "open", "evaluations": [], "audit_count": 0, "audit_hash": ""});
    store.load(Sheet::SCHEMA, vec![stamped(sheet, 1)]).await.unwrap();
}

fn mark(student: u32, evaluation: u32, score: f64) -> Value {
    json!({"_id": mark_id(student, evaluation), "evaluation": format!("e{:06}x{evaluation}", student / 45),
           "student": student_id(student), "value": {"Score": score}})
}

async fn reads(store: &SqliteStore, name: &str, queries: impl Fn(u32) -> Query) {
    let mut times = Vec::new();
    for number in 0..500 {
        let query = queries(number);
        let start = Instant::now();
        store.find(Student::SCHEMA, &query).await.unwrap();
        times.push(start.elapsed());
    }
    show(name, times);
}

/// Page after page by average, as somebody holding `PageDown` reads them.
async fn pages(store: &SqliteStore) {
    let mut query = Query {
        sort: Sort::by("average", Direction::Descending).then("name_key", Direction::Descending),
        limit: 50,
        ..Query::default()
    };
    let mut times = Vec::new();
    for _ in 0..500 {
        let start = Instant::now();
        let page = store.find(Student::SCHEMA, &query).await.unwrap();
        times.push(start.elapsed());
        query.seek = page.cursors.into_iter().next_back().map_or(Seek::First, Seek::After);
    }
    show("page of 50 by average", times);
}

fn bare_pages(connection: &Connection) {
    let sql = "SELECT k.rid, k.id, k.f_average, k.f_name_key FROM students_keys k WHERE k.f_average IS NOT NULL \
               AND (k.f_average, k.f_name_key, k.id) < (?, ?, ?) \
               ORDER BY k.f_average DESC, k.f_name_key DESC, k.id DESC LIMIT 51";
    let mut page = connection.prepare(sql).unwrap();
    let mut fetch = connection.prepare("SELECT doc FROM students WHERE rid = ?").unwrap();
    let mut last = (i64::MAX, String::new(), String::new());
    let mut times = Vec::new();
    for _ in 0..500 {
        let start = Instant::now();
        let rows: Vec<(i64, String, i64, String)> = page
            .query_map(params![last.0, last.1, last.2], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let docs: Vec<String> =
            rows.iter().take(50).map(|row| fetch.query_row([row.0], |row| row.get(0)).unwrap()).collect();
        times.push(start.elapsed());
        if let Some(row) = rows.get(docs.len().saturating_sub(1)) {
            last = (row.2, row.3.clone(), row.1.clone());
        }
    }
    show("  bare", times);
}

fn bare_phone(connection: &Connection, students: u32) {
    let sql = "SELECT d.doc FROM students_keys k JOIN students d ON d.rid = k.rid WHERE k.f_phone = ?";
    let mut find = connection.prepare(sql).unwrap();
    let mut times = Vec::new();
    for number in 0..500_u32 {
        let phone = format!("+2237{:07}", number * 7_919 % students);
        let start = Instant::now();
        let _: String = find.query_row([phone], |row| row.get(0)).unwrap();
        times.push(start.elapsed());
    }
    show("  bare", times);
}

fn put(schema: &'static Schema, expect: Expect, body: Value) -> Write {
    let id = body["_id"].as_str().unwrap().to_owned();
    Write::Put { schema, id, expect, body }
}

fn audit(number: u32) -> Value {
    json!({"_id": AuditEntry::id_of("sheet", number.into()), "stream": "sheet", "seq": number, "at": "2026-11-20T08:00:00Z",
           "actor": "u1", "action": "mark.set", "target": mark_id(7, 3), "student": student_id(7),
           "act": format!("a{number}"), "old": {"score": 12.5}, "new": {"score": 13.0}, "salt": "0011223344556677",
           "digest": "0".repeat(64), "prev": "0".repeat(64), "hash": "0".repeat(64)})
}

/// One mark as the backend writes it: mark, sheet, student, audit entry.
async fn marks(store: &SqliteStore, students: u32) {
    let mut chance = ChaCha8Rng::seed_from_u64(2);
    let mut times = Vec::new();
    for number in 0..1_000_u32 {
        let who = chance.random_range(0..students);
        let mut batch = Batch::new(ActId::new(format!("op{number}")), "2026-11-20T08:00:00Z".parse().unwrap(), "u1");
        let read = async |schema: &'static Schema, id: String| -> (u64, Value) {
            let document = store.get(schema, &id).await.unwrap().unwrap();
            (document.version, document.parse(schema.collection).unwrap())
        };
        let (version, mut sheet) = read(Sheet::SCHEMA, "sheet".to_owned()).await;
        sheet["audit_count"] = number.into();
        batch.writes.push(put(Sheet::SCHEMA, Expect::Version(version), sheet));
        let (version, mut student) = read(Student::SCHEMA, student_id(who)).await;
        student["average"] = (f64::from(chance.random_range(0..=2_000_u32)) / 100.0).into();
        batch.writes.push(put(Student::SCHEMA, Expect::Version(version), student));
        batch.writes.push(put(Mark::SCHEMA, Expect::Any, mark(who, 3, 13.0)));
        batch.writes.push(put(AuditEntry::SCHEMA, Expect::Absent, audit(number)));
        let start = Instant::now();
        store.commit(batch).await.unwrap();
        times.push(start.elapsed());
    }
    show("one mark committed (4 documents, FULL)", times);
}

fn bare_marks(connection: &Connection, students: u32) {
    let mut chance = ChaCha8Rng::seed_from_u64(3);
    let doc = student(7, &mut chance).to_string();
    let (small, entry) = (mark(7, 3, 13.0).to_string(), audit(7).to_string());
    let mut times = Vec::new();
    let run =
        |sql: &str, values: &[&dyn rusqlite::ToSql]| connection.prepare_cached(sql).unwrap().execute(values).unwrap();
    for number in 0..1_000_u32 {
        let rid = chance.random_range(1..=students);
        let average = chance.random_range(0..=2_000_u32);
        let start = Instant::now();
        run("BEGIN IMMEDIATE", &[]);
        run("INSERT INTO carnet_ops (op, at) VALUES (?, 1)", &[&format!("bare{number}")]);
        run("UPDATE sheets SET version = version + 1, doc = ? WHERE rid = 1", &[&small]);
        run("UPDATE students SET version = version + 1, doc = ? WHERE rid = ?", &[&doc, &rid]);
        run("UPDATE students_keys SET f_average = ? WHERE rid = ?", &[&average, &rid]);
        run("UPDATE marks SET version = version + 1, doc = ? WHERE rid = ?", &[&small, &(rid * EVALUATIONS)]);
        run("INSERT INTO audit (version, doc) VALUES (1, ?)", &[&entry]);
        run(
            "INSERT INTO audit_keys (rid, id, f_stream, f_seq, f_student, f_actor, f_act) \
             VALUES (last_insert_rowid(), ?1, 'sheet', ?2, ?3, 'u1', ?1)",
            &[&format!("bare{number}"), &number, &student_id(rid)],
        );
        run("COMMIT", &[]);
        times.push(start.elapsed());
    }
    show("  bare", times);
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS")).collect::<Vec<_>>().join(" ")
}

async fn measure(path: &Path, students: u32) {
    let store = SqliteStore::open(path, &OpenOptions::default()).unwrap();
    fill(&store, students).await;
    store.close().await;
    println!("file: {} MB", path.metadata().unwrap().len() >> 20);
    let start = Instant::now();
    let store = SqliteStore::open(path, &OpenOptions::default()).unwrap();
    println!("open: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let connection = Connection::open(path).unwrap();
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA cache_size = -4096").unwrap();
    pages(&store).await;
    bare_pages(&connection);
    let phone = |number: u32| Filter::equals("phone", format!("+2237{:07}", number * 7_919 % students));
    reads(&store, "find by phone", |number| Query { filter: phone(number), limit: 1, ..Query::default() }).await;
    bare_phone(&connection, students);
    let by = |field: &'static str, way| Sort::by(field, way);
    for (prefix, sort, name) in [
        (
            "tra",
            by("average", Direction::Descending).then("name_key", Direction::Descending),
            "common prefix, by average",
        ),
        ("tra", by("name_key", Direction::Ascending), "common prefix, by name"),
        ("coul", by("name_key", Direction::Ascending), "common prefix early in the order, by name"),
        ("zq", by("name_key", Direction::Ascending), "rare prefix, by name"),
        (
            "zq1",
            by("average", Direction::Descending).then("name_key", Direction::Descending),
            "rarer prefix, by average",
        ),
    ] {
        let word = |field: &'static str| Filter::WordPrefix(field.into(), prefix.to_owned());
        let filter = Filter::Or(vec![word("last_words"), word("first_words"), word("number_words")]);
        reads(&store, name, |_| Query { filter: filter.clone(), sort: sort.clone(), limit: 50, ..Query::default() })
            .await;
    }
    marks(&store, students).await;
    bare_marks(&connection, students);
    println!("{}", memory());
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let students = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir_in(std::env::var_os("CARNET_BENCH_DIR").unwrap_or_else(|| ".".into())).unwrap();
    println!("{students} students × {EVALUATIONS} marks");
    measure(&folder.path().join("school.db"), students).await;
}
