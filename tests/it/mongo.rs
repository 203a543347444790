//! What only the store on MongoDB has to show: types, indexes, transactions, strangers. The contract is elsewhere.

use std::{sync::Arc, time::Duration};

use carnet::{
    domain::{
        entities::{Class, Mark, Student},
        id::ActId,
        query::{Direction, Filter, Query, Seek, Sort},
        schema::{Entity, Schema},
    },
    protocol::ServerFault,
    store::{
        Batch, Expect, SharedStore, Store, StoreError, Write, backup,
        mongo::{MongoOptions, MongoStore},
        sqlite::{OpenOptions, SqliteStore},
    },
};
use mongodb::{
    Client, Database,
    bson::{Bson, Document, doc},
};
use serde_json::{Value, json};

use crate::services;

mod bad_days;
mod news;
mod shapes;
mod skew;
mod stamps;
mod there_and_back;

const STUDENTS: &Schema = Student::SCHEMA;

/// A database of its own for each test, with a plain client beside the store.
pub struct School {
    pub options: MongoOptions,
    pub database: Database,
}

impl School {
    pub async fn new() -> Self {
        let uri = services::mongodb();
        let name = format!("carnet_test_{}", carnet::domain::id::from_bytes(rand::random()));
        let client = Client::with_uri_str(&uri).await.unwrap();
        let database = client.database(&name);
        Self { options: MongoOptions { uri, database: name }, database }
    }

    /// With a name that a configuration takes.
    pub async fn named() -> Self {
        let mut school = Self::new().await;
        let name = format!("test_{}", carnet::domain::id::from_bytes(rand::random()));
        school.database = school.database.client().database(&name);
        school.options.database = name;
        school
    }

    pub async fn open(&self) -> SharedStore {
        open(&self.options).await
    }

    pub async fn end(self) {
        self.database.drop().await.unwrap();
    }

    async fn raw(&self, id: &str) -> Document {
        self.database.collection::<Document>("students").find_one(doc! { "_id": id }).await.unwrap().unwrap()
    }
}

async fn open(options: &MongoOptions) -> SharedStore {
    Arc::new(MongoStore::open(options).await.unwrap())
}

fn student(id: &str, with: Value) -> Value {
    let mut body = json!({
        "_id": id, "matricule": format!("MLE-2026-{id}"), "last_name": "Traoré", "first_name": "Awa", "sex": "F",
        "phone": null, "class": null, "class_name": null, "status": "active", "average": null,
    });
    if let (Value::Object(body), Value::Object(with)) = (&mut body, with) {
        body.extend(with);
    }
    body
}

fn put(id: &str, expect: Expect, body: Value) -> Write {
    Write::Put { schema: STUDENTS, id: id.to_owned(), expect, body }
}

fn batch(op: &str, writes: Vec<Write>) -> Batch {
    let mut batch = Batch::new(ActId::new(op), "2026-11-20T08:30:00.125Z".parse().unwrap(), "u1");
    batch.writes = writes;
    batch
}

/// Waits until it holds; a minute without is a failure.
async fn eventually<F: Future<Output = bool>>(what: &str, holds: impl Fn() -> F) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap_or_else(|_| panic!("never: {what}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_find_the_types_they_expect() {
    let school = School::new().await;
    let store = school.open().await;
    let with = json!({ "average": 12.0, "birth_date": "2010-02-28", "phone": "+22376123456" });
    store.commit(batch("one", vec![put("s1", Expect::Absent, student("s1", with))])).await.unwrap();
    let raw = school.raw("s1").await;
    assert_eq!(raw.get("average"), Some(&Bson::Double(12.0)));
    assert_eq!(raw.get_datetime("birth_date").unwrap().try_to_rfc3339_string().unwrap(), "2010-02-28T00:00:00Z");
    assert_eq!(raw.get_datetime("created_at").unwrap().try_to_rfc3339_string().unwrap(), "2026-11-20T08:30:00.125Z");
    let search = raw.get_document("search").unwrap();
    assert!(search.get_array("last_words").unwrap().contains(&Bson::String("traore".to_owned())));
    assert!(!search.get_str("name_key").unwrap().is_empty());
    let json: Value = serde_json::from_str(&store.get(STUDENTS, "s1").await.unwrap().unwrap().json).unwrap();
    assert!(json.get("search").is_none(), "derived values are the store's own");
    assert_eq!(json["birth_date"], "2010-02-28");
    school.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_that_look_like_operators_stay_values() {
    let school = School::new().await;
    let store = school.open().await;
    let tricky = json!({ "last_name": "$matricule", "note": { "$set": { "a.b": "$$ROOT" } } });
    store.commit(batch("one", vec![put("s1", Expect::Absent, student("s1", json!({})))])).await.unwrap();
    for (op, expect) in [("two", Expect::Version(1)), ("three", Expect::Any)] {
        store.commit(batch(op, vec![put("s1", expect, student("s1", tricky.clone()))])).await.unwrap();
        let found: Value = serde_json::from_str(&store.get(STUDENTS, "s1").await.unwrap().unwrap().json).unwrap();
        assert_eq!(found["last_name"], "$matricule");
        assert_eq!(found["note"], tricky["note"]);
    }
    school.end().await;
}

/// Two decisions that each read that the other's document does not exist: at most one may be committed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_write_skew_over_absence() {
    let school = School::new().await;
    let (one, two) = (school.open().await, school.open().await);
    for round in 0..30 {
        let (a, b) = (format!("a{round}"), format!("b{round}"));
        let decide = |op: String, write: &str, absent: &str| {
            let mut batch = batch(&op, vec![put(write, Expect::Absent, student(write, json!({})))]);
            batch.guard::<Student>(absent, Expect::Absent);
            batch
        };
        let (first, second) = tokio::join!(
            one.commit(decide(format!("x{round}"), &a, &b)),
            two.commit(decide(format!("y{round}"), &b, &a))
        );
        let written = u32::from(first.is_ok()) + u32::from(second.is_ok());
        assert_eq!(written, 1, "round {round}: {first:?} {second:?}");
        assert!([first, second].iter().any(|result| matches!(result, Err(StoreError::Conflict { .. }))));
    }
    school.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_and_searches_are_index_reads() {
    let school = School::new().await;
    let store = school.open().await;
    let documents = (0..2_000).map(|number| {
        let id = format!("s{number:04}");
        let average = (number % 7 != 0).then(|| f64::from(number % 2_000) / 100.0);
        let mut body = student(&id, json!({ "average": average, "last_name": format!("Nom{number}") }));
        let meta = json!({ "version": 1, "created_at": "2026-11-20T08:30:00Z", "updated_at": "2026-11-20T08:30:00Z",
            "updated_by": "u1" });
        if let (Value::Object(body), Value::Object(meta)) = (&mut body, meta) {
            body.extend(meta);
        }
        body
    });
    store.load(STUDENTS, documents.collect()).await.unwrap();
    school.database.run_command(doc! { "profile": 2 }).await.unwrap();
    for direction in [Direction::Ascending, Direction::Descending] {
        for second in [Direction::Ascending, Direction::Descending] {
            let sort = Sort::by("average", direction).then("name_key", second);
            let query = Query { sort, limit: 50, ..Query::default() };
            let first = store.find(STUDENTS, &query).await.unwrap();
            let after = Seek::After(first.cursors.last().unwrap().clone());
            store.find(STUDENTS, &Query { seek: after, ..query.clone() }).await.unwrap();
            store.find(STUDENTS, &Query { seek: Seek::Last, ..query }).await.unwrap();
        }
    }
    let word = Filter::WordPrefix("last_words".into(), "nom12".into());
    store.find(STUDENTS, &Query { filter: word, limit: 50, ..Query::default() }).await.unwrap();
    let phone = Filter::equals("matricule", "MLE-2026-s0001");
    store.find(STUDENTS, &Query { filter: phone, limit: 5, ..Query::default() }).await.unwrap();
    school.database.run_command(doc! { "profile": 0 }).await.unwrap();
    let profile = school.database.collection::<Document>("system.profile");
    let students = format!("{}.students", school.database.name());
    let reads = profile.count_documents(doc! { "ns": &students, "op": "query" }).await.unwrap();
    assert!(reads >= 14, "{reads} reads were seen");
    // A few hits of a word are put into id order in memory; a list never is.
    let sorted = doc! { "hasSortStage": true, "planSummary": { "$not": { "$regex": "_words" } } };
    let slow = doc! { "ns": &students, "op": "query", "$or": [
        { "planSummary": "COLLSCAN" }, sorted,
        { "docsExamined": { "$gt": 400 } },
    ] };
    let slow = profile.find_one(slow).await.unwrap();
    let plan = slow.as_ref().map(|slow| (slow.get("planSummary"), slow.get("command")));
    assert!(slow.is_none(), "not an index read: {plan:?}");
    school.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writes_are_few_statements() {
    let school = School::new().await;
    let store = school.open().await;
    let mark = |number: u32| Write::Put {
        schema: Mark::SCHEMA,
        id: format!("e:s{number}"),
        expect: Expect::Absent,
        body: json!({ "_id": format!("e:s{number}"), "evaluation": "e", "student": format!("s{number}"), "value": 12.5 }),
    };
    let row = |number: u32| {
        let id = format!("s{number}");
        [put(&id, Expect::Absent, student(&id, json!({}))), mark(number)]
    };
    school.database.run_command(doc! { "profile": 2 }).await.unwrap();
    store.commit(batch("rows", (0..100).flat_map(row).collect())).await.unwrap();
    let again = |number: u32| {
        let id = format!("s{number}");
        put(&id, Expect::Version(1), student(&id, json!({ "status": "pending" })))
    };
    let mut guarded = batch("again", (0..100).map(again).collect());
    for number in 0..100 {
        guarded.guard::<Mark>(&format!("e:s{number}"), Expect::Version(1));
    }
    let done = store.commit(guarded).await.unwrap();
    assert_eq!(done.versions, vec![2; 100]);
    school.database.run_command(doc! { "profile": 0 }).await.unwrap();
    // Two operations, pupils, marks; the server notes each update of a statement on its own.
    let profile = school.database.collection::<Document>("system.profile");
    let inserts = profile.count_documents(doc! { "op": "insert" }).await.unwrap();
    assert_eq!(inserts, 4);
    school.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_database_is_left_alone() {
    let school = School::new().await;
    let store = school.open().await;
    let meta = school.database.collection::<Document>("meta");
    meta.update_one(doc! { "_id": "format" }, doc! { "$set": { "format": 99 } }).await.unwrap();
    let refused = MongoStore::open(&school.options).await.map(drop);
    assert!(matches!(refused, Err(StoreError::Newer { found: 99, .. })), "{refused:?}");
    let write = store.commit(batch("one", vec![put("s1", Expect::Absent, student("s1", json!({})))])).await;
    assert!(matches!(write, Err(StoreError::Newer { .. })), "also while it is open: {write:?}");
    school.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_may_open_an_empty_database_at_once() {
    let school = School::new().await;
    let (one, two, three) = tokio::join!(school.open(), school.open(), school.open());
    one.commit(batch("one", vec![put("s1", Expect::Absent, student("s1", json!({})))])).await.unwrap();
    for store in [two, three] {
        assert_eq!(store.get(STUDENTS, "s1").await.unwrap().unwrap().version, 1);
    }
    school.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_strangers_database_is_left_alone() {
    let school = School::new().await;
    school.database.collection::<Document>("students").insert_one(doc! { "name": "x" }).await.unwrap();
    let refused = MongoStore::open(&school.options).await.map(drop);
    let database = school.options.database.clone();
    let strange = StoreError::Server(ServerFault::Strange { database });
    assert_eq!(refused.unwrap_err().to_string(), strange.to_string());
    assert_eq!(school.database.list_collection_names().await.unwrap(), ["students"]);
    school.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn search_values_are_made_again_when_their_making_has_changed() {
    let school = School::new().await;
    let store = school.open().await;
    store.commit(batch("one", vec![put("s1", Expect::Absent, student("s1", json!({})))])).await.unwrap();
    let students = school.database.collection::<Document>("students");
    students.update_one(doc! { "_id": "s1" }, doc! { "$set": { "search": { "name_key": "old" } } }).await.unwrap();
    assert_eq!(store.check().await.unwrap().len(), 1, "the check sees it");
    for name in ["by_something_older", "made_by_hand"] {
        let options = mongodb::options::IndexOptions::builder().name(name.to_owned()).build();
        let index = mongodb::IndexModel::builder().keys(doc! { name: 1 }).options(options).build();
        students.create_index(index).await.unwrap();
    }
    let meta = school.database.collection::<Document>("meta");
    meta.update_one(doc! { "_id": "shape:students" }, doc! { "$set": { "shape": "older" } }).await.unwrap();
    let again = school.open().await;
    let indexes = students.list_index_names().await.unwrap();
    assert!(!indexes.contains(&"by_something_older".to_owned()), "what no schema declares any more is taken away");
    assert!(indexes.contains(&"made_by_hand".to_owned()), "what the school has made stays");
    assert_eq!(again.check().await.unwrap(), Vec::<String>::new());
    let word = Filter::WordPrefix("last_words".into(), "traor".into());
    assert_eq!(again.count(STUDENTS, &word, 10).await.unwrap().count, 1);
    school.end().await;
}

/// Somebody at the database's own prompt.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_by_hand_is_seen() {
    let school = School::new().await;
    let store = school.open().await;
    store.commit(batch("one", vec![put("s1", Expect::Absent, student("s1", json!({})))])).await.unwrap();
    let before = store.foreign_changes().await.unwrap();
    let students = school.database.collection::<Document>("students");
    students.update_one(doc! { "_id": "s1" }, doc! { "$set": { "last_name": "Keïta" } }).await.unwrap();
    eventually("the change", async || store.foreign_changes().await.unwrap() != before).await;
    school.end().await;
}

/// No server: an answer in words, soon.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_server_is_unavailable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let options = MongoOptions { uri: format!("mongodb://127.0.0.1:{port}/"), database: "nowhere".to_owned() };
    let refused = tokio::time::timeout(Duration::from_secs(30), MongoStore::open(&options)).await.unwrap();
    assert!(matches!(refused, Err(StoreError::Server(ServerFault::Closed { .. }))), "{refused:?}");
    let options = MongoOptions { uri: "mongodb://user:secret@[".to_owned(), database: "nowhere".to_owned() };
    assert!(MongoStore::open(&options).await.is_err());
    assert!(!format!("{options:?}").contains("secret"));
}

/// A server that takes the connection and never answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_server_is_unavailable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let silent = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    let options = MongoOptions { uri: format!("mongodb://127.0.0.1:{port}/"), database: "nowhere".to_owned() };
    let refused = tokio::time::timeout(Duration::from_secs(30), MongoStore::open(&options)).await.unwrap();
    assert!(matches!(refused, Err(StoreError::Server(ServerFault::Silent { .. }))), "{refused:?}");
    silent.abort();
}

/// Classes and students change in one act on both sides of a conflict.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_batch_leaves_no_trace_in_any_collection() {
    let school = School::new().await;
    let store = school.open().await;
    store.commit(batch("one", vec![put("s1", Expect::Absent, student("s1", json!({})))])).await.unwrap();
    let class = json!({ "_id": "c1", "name": "TSE", "level": "Terminale", "series": null, "year": "2026-2027" });
    let writes = vec![
        Write::Put { schema: Class::SCHEMA, id: "c1".to_owned(), expect: Expect::Absent, body: class },
        put("s1", Expect::Version(7), student("s1", json!({}))),
    ];
    let refused = store.commit(batch("two", writes)).await;
    assert!(matches!(refused, Err(StoreError::Conflict { collection: "students", .. })), "{refused:?}");
    assert_eq!(store.get(Class::SCHEMA, "c1").await.unwrap(), None);
    let left = school.database.collection::<Document>("operations").count_documents(doc! {}).await.unwrap();
    assert_eq!(left, 1, "the refused operation may be tried again");
    school.end().await;
}

/// What one store has saved, the other one has again, to the last byte of meaning.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_moves_between_the_stores() {
    let school = School::new().await;
    let store = school.open().await;
    let with = json!({ "average": 12.0, "birth_date": "2010-02-28", "phone": "+22376123456", "grades": [
        { "score": 9.5, "date": "2026-10-01", "code": null }, { "score": 10.0, "date": null, "code": "ABS" },
    ] });
    let writes = (0..30).map(|number| {
        let id = format!("s{number}");
        put(&id, Expect::Absent, student(&id, if number == 0 { with.clone() } else { json!({ "n": number }) }))
    });
    store.commit(batch("one", writes.collect())).await.unwrap();
    store.commit(batch("two", vec![put("s1", Expect::Version(1), student("s1", json!({})))])).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let embedded = SqliteStore::open(&path("school.db"), &OpenOptions::default()).unwrap();
    let at = "2026-11-20T09:00:00Z".parse().unwrap();
    backup::create(&*store, &path("there.gz"), at, |_| ()).await.unwrap();
    backup::restore(&embedded, &path("there.gz"), |_| ()).await.unwrap();
    let all = async |store: &dyn Store| -> Vec<Value> {
        let found = store.scan(STUDENTS, &Filter::All, None, 100).await.unwrap();
        found.iter().map(|document| serde_json::from_str(&document.json).unwrap()).collect()
    };
    let wanted = all(&*store).await;
    assert_eq!(wanted.len(), 30);
    assert_eq!(all(&embedded).await, wanted);
    store.commit(batch("three", vec![put("s99", Expect::Absent, student("s99", json!({})))])).await.unwrap();
    backup::create(&embedded, &path("back.gz"), at, |_| ()).await.unwrap();
    backup::restore(&*store, &path("back.gz"), |_| ()).await.unwrap();
    assert_eq!(all(&*store).await, wanted);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    embedded.close().await;
    school.end().await;
}

/// What is written while a backup runs is not in it, wherever the walk has got to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dump_is_of_one_moment() {
    let school = School::new().await;
    let store = school.open().await;
    let writes = (0..2_500).map(|number| {
        let id = format!("s{number}");
        put(&id, Expect::Absent, student(&id, json!({})))
    });
    store.commit(batch("one", writes.collect())).await.unwrap();
    let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
    let walk = tokio::spawn({
        let store = Arc::clone(&store);
        async move { store.dump(sender).await }
    });
    let mut count = receiver.recv().await.unwrap().documents.len();
    let mark = json!({ "_id": "m1", "evaluation": "e1", "student": "s1", "value": null });
    let write = Write::Put { schema: Mark::SCHEMA, id: "m1".to_owned(), expect: Expect::Absent, body: mark };
    store.commit(batch("two", vec![write])).await.unwrap();
    while let Some(part) = receiver.recv().await {
        assert_eq!(part.collection, "students");
        count += part.documents.len();
    }
    walk.await.unwrap().unwrap();
    assert_eq!(count, 2_500);
    assert!(store.get(Mark::SCHEMA, "m1").await.unwrap().is_some());
    school.end().await;
}
