//! Documents as they are kept and handed out.

use carnet::{
    domain::{
        entities::{AuditEntry, Class, Student},
        id::ClassId,
        query::{Direction, Filter, Query, Sort},
        schema::{Entity, Stored},
        text_values::Name,
    },
    store::{Expect, Records, StoreError, Unread, Write},
};
use serde_json::{Value, json};

use super::{Bench, STUDENTS, add, batch, ids, put, student, version};

pub async fn are_read_as_they_were_written(bench: &Bench) {
    let body = student("s1", json!({"average": 12.5, "phone": "+22370000001", "birth_date": "2009-02-28"}));
    add(bench, [body.clone()]).await;
    let document = bench.store.get(STUDENTS, "s1").await.unwrap().unwrap();
    let Value::Object(read) = document.parse::<Value>("students").unwrap() else { panic!("an object") };
    let Value::Object(body) = body else { panic!("an object") };
    for (name, value) in &body {
        assert_eq!(read.get(name), Some(value), "{name}");
    }
    assert_eq!(read.len(), body.len() + 4, "nothing but the four fields of the store beside: {read:?}");
    let stored: Stored<Student> = bench.store.one("s1").await.unwrap().unwrap();
    assert_eq!(stored.average.map(carnet::domain::score::Average::hundredths), Some(1250));
    assert_eq!(bench.store.get(STUDENTS, "s2").await.unwrap(), None);
}

pub async fn carry_versions_and_moments(bench: &Bench) {
    let done = add(bench, [student("s1", json!({}))]).await;
    assert_eq!(done.versions, [1]);
    let stored: Stored<Student> = bench.store.one("s1").await.unwrap().unwrap();
    assert_eq!((stored.version, stored.updated_by.as_str()), (1, "u1"));
    assert_eq!(stored.created_at.to_string(), "2026-11-20T08:30:00.125Z");
    assert_eq!(stored.updated_at, stored.created_at);
}

pub async fn keep_their_creation(bench: &Bench) {
    add(bench, [student("s1", json!({}))]).await;
    let mut second = batch("b2", vec![put(STUDENTS, Expect::Version(1), student("s1", json!({"average": 9.75})))]);
    second.at = "2026-12-01T00:00:00Z".parse().unwrap();
    "cli:admin".clone_into(&mut second.by);
    assert_eq!(bench.store.commit(second).await.unwrap().versions, [2]);
    let stored: Stored<Student> = bench.store.one("s1").await.unwrap().unwrap();
    assert_eq!((stored.version, stored.updated_by.as_str()), (2, "cli:admin"));
    assert_eq!(stored.created_at.to_string(), "2026-11-20T08:30:00.125Z");
    assert_eq!(stored.updated_at.to_string(), "2026-12-01T00:00:00Z");
}

pub async fn moments_are_milliseconds(bench: &Bench) {
    let mut fine = batch("b1", vec![put(STUDENTS, Expect::Absent, student("s1", json!({})))]);
    fine.at = "2026-11-20T08:30:00.123999999Z".parse().unwrap();
    bench.store.commit(fine).await.unwrap();
    let stored: Stored<Student> = bench.store.one("s1").await.unwrap().unwrap();
    assert_eq!(stored.created_at.to_string(), "2026-11-20T08:30:00.123Z");
}

pub async fn are_deleted(bench: &Bench) {
    add(bench, [student("s1", json!({})), student("s2", json!({}))]).await;
    let gone = Write::Delete { schema: STUDENTS, id: "s1".to_owned(), expect: Expect::Version(1) };
    assert_eq!(bench.store.commit(batch("b2", vec![gone])).await.unwrap().versions, [0]);
    assert_eq!(version(bench, "s1").await, None);
    assert_eq!(version(bench, "s2").await, Some(1));
    let again = put(STUDENTS, Expect::Absent, student("s1", json!({})));
    assert_eq!(bench.store.commit(batch("b3", vec![again])).await.unwrap().versions, [1]);
}

pub async fn many_at_once(bench: &Bench) {
    add(bench, (0..700).map(|number| student(&format!("s{number:04}"), json!({})))).await;
    let mut wanted: Vec<String> = (0..700).step_by(2).map(|number| format!("s{number:04}")).collect();
    let mut asked = wanted.clone();
    asked.extend(["s0000".to_owned(), "missing".to_owned()]);
    let mut found: Vec<String> =
        bench.store.get_many(STUDENTS, &asked).await.unwrap().into_iter().map(|document| document.id).collect();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
    assert!(bench.store.get_many(STUDENTS, &[]).await.unwrap().is_empty());
}

pub async fn any_text_survives(bench: &Bench) {
    let texts = [
        "d'Artagnan-Œuvrard",
        "محمد علي",
        "👩🏽‍🏫 é\u{301}",
        "\u{1b}[31mred\u{7}",
        "a\"b\\c\nd\te",
        "%_'; DROP TABLE x; --",
        "$where.{}",
        "\u{10FFFF}\u{FFFD}",
    ];
    let bodies = texts.iter().enumerate().map(|(number, text)| {
        student(&format!("s{number}"), json!({"last_name": text, "birth_place": text, "class_name": text}))
    });
    add(bench, bodies).await;
    for (number, text) in texts.iter().enumerate() {
        let found = bench.store.scan(STUDENTS, &Filter::equals("class_name", *text), None, 10).await.unwrap();
        assert_eq!(ids(&found), [format!("s{number}")], "{text}");
        let doc: Value = found[0].parse("students").unwrap();
        assert_eq!(doc["birth_place"], **text);
    }
}

pub async fn large_ones_survive(bench: &Bench) {
    let long = "note ".repeat(600_000);
    add(bench, [student("s1", json!({"remark": long})), student("s2", json!({}))]).await;
    let doc: Value = bench.store.get(STUDENTS, "s1").await.unwrap().unwrap().parse("students").unwrap();
    assert_eq!(doc["remark"].as_str().map(str::len), Some(long.len()));
}

fn whole(id: &str, version: u64, average: f64) -> Value {
    student(
        id,
        json!({"version": version, "created_at": "2020-01-02T03:04:05.006Z", "updated_at": "2021-01-02T03:04:05.006Z",
               "updated_by": "old", "average": average}),
    )
}

pub async fn load_takes_them_as_they_are(bench: &Bench) {
    add(bench, [student("s1", json!({"average": 3.0}))]).await;
    let documents = vec![whole("s1", 7, 11.25), whole("s2", 4, 12.0)];
    bench.store.load(STUDENTS, documents.clone()).await.unwrap();
    for (id, wanted) in ["s1", "s2"].iter().zip(&documents) {
        let read: Value = bench.store.get(STUDENTS, id).await.unwrap().unwrap().parse("students").unwrap();
        assert_eq!(&read, wanted);
    }
    assert_eq!(version(bench, "s1").await, Some(7));
    let next = put(STUDENTS, Expect::Version(7), student("s1", json!({})));
    assert_eq!(bench.store.commit(batch("b2", vec![next])).await.unwrap().versions, [8]);
    let stored: Stored<Student> = bench.store.one("s1").await.unwrap().unwrap();
    assert_eq!(stored.created_at.to_string(), "2020-01-02T03:04:05.006Z");
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
}

pub async fn load_is_one_act(bench: &Bench) {
    let twin = |id: &str| {
        let mut doc = whole(id, 1, 10.0);
        doc["phone"] = Value::from("+22370000001");
        doc
    };
    let refused = bench.store.load(STUDENTS, vec![twin("s1"), twin("s2")]).await;
    assert!(matches!(refused, Err(StoreError::Duplicate { collection: "students", field: "phone" })), "{refused:?}");
    assert_eq!(version(bench, "s1").await, None);
}

pub async fn clear_empties(bench: &Bench) {
    add(bench, [student("s1", json!({"phone": "+22370000001"}))]).await;
    bench.store.clear().await.unwrap();
    assert_eq!(version(bench, "s1").await, None);
    assert!(bench.store.scan(STUDENTS, &Filter::All, None, 10).await.unwrap().is_empty());
    // The phone and the operation id are free again.
    add(bench, [student("s1", json!({"phone": "+22370000001"}))]).await;
    assert_eq!(version(bench, "s1").await, Some(1));
}

pub async fn scans_walk_in_id_order(bench: &Bench) {
    add(bench, ["c", "a", "d", "b"].map(|id| student(id, json!({"class_name": "TSE"})))).await;
    add(bench, [student("e", json!({}))]).await;
    let filter = Filter::equals("class_name", "TSE");
    let scan = async |after: Option<&str>, limit: u32| {
        let found = bench.store.scan(STUDENTS, &filter, after, limit).await.unwrap();
        found.into_iter().map(|document| document.id).collect::<Vec<_>>()
    };
    assert_eq!(scan(None, 3).await, ["a", "b", "c"]);
    assert_eq!(scan(Some("c"), 3).await, ["d"]);
    assert_eq!(scan(Some("d"), 3).await, Vec::<String>::new());
    assert_eq!(scan(Some("bb"), 1).await, ["c"], "the id need not exist");
}

pub async fn records_read_every_one(bench: &Bench) {
    let mut writes = batch("b1", Vec::new());
    for number in 0..2_500 {
        let name = Name::parse(&format!("Classe {number}")).unwrap();
        let class = Class::named(ClassId::new(format!("c{number:05}")), name);
        writes.put(&class, Expect::Absent).unwrap();
    }
    bench.store.commit(writes).await.unwrap();
    let all: Vec<Stored<Class>> = bench.store.every(&Filter::All).await.unwrap();
    assert_eq!(all.len(), 2_500);
    assert!(all.windows(2).all(|pair| pair[0].id.as_str() < pair[1].id.as_str()));
    assert_eq!(Class::SCHEMA.collection, "classes");
    assert!(bench.store.scan(AuditEntry::SCHEMA, &Filter::All, None, 5).await.unwrap().is_empty());
}

pub async fn check_finds_nothing(bench: &Bench) {
    add(bench, [student("s1", json!({"phone": "+22370000001", "average": 4.25}))]).await;
    let change = put(STUDENTS, Expect::Version(1), student("s1", json!({"last_name": "Ba", "phone": null})));
    bench.store.commit(batch("b2", vec![change])).await.unwrap();
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
    bench.store.ping().await.unwrap();
}

pub async fn unread_fields(bench: &Bench) {
    add(bench, [student("a", json!({"last_name": "Diarra", "average": 12.5, "grades": [{"score": 12.5}]}))]).await;
    let unread: Unread = &["grades"];
    let ids = ["a".to_owned()];
    let query = Query { sort: Sort::by("average", Direction::Descending), limit: 5, ..Query::default() };
    let page = bench.store.find_without(Student::SCHEMA, &query, unread).await.unwrap();
    assert_eq!(page.cursors, bench.store.find(Student::SCHEMA, &query).await.unwrap().cursors);
    let mut found = page.items;
    found.extend(bench.store.get_many_without(Student::SCHEMA, &ids, unread).await.unwrap());
    found.extend(bench.store.scan_without(Student::SCHEMA, &Filter::All, (None, 5), unread).await.unwrap());
    assert_eq!(found.len(), 3);
    for document in found {
        let read: Value = document.parse("students").unwrap();
        assert_eq!((&read["last_name"], &read["average"]), (&json!("Diarra"), &json!(12.5)), "the others are there");
        assert_eq!((read["version"].as_u64(), document.version), (Some(1), 1));
    }
    let whole = bench.store.get(Student::SCHEMA, "a").await.unwrap().unwrap();
    assert_eq!(whole.parse::<Value>("students").unwrap()["grades"], json!([{"score": 12.5}]), "nothing was taken away");
}

pub async fn closed_is_unavailable(bench: &Bench) {
    add(bench, [student("s1", json!({}))]).await;
    bench.store.close().await;
    assert!(matches!(bench.store.get(STUDENTS, "s1").await, Err(StoreError::Unavailable(_))));
    assert!(matches!(bench.store.commit(batch("x", Vec::new())).await, Err(StoreError::Unavailable(_))));
    assert!(bench.other.get(STUDENTS, "s1").await.unwrap().is_some(), "the other handle goes on");
}
