//! What one mark writes, through the store and bare; and eight writers, each with connections of its own as a process
//! has them.

use std::time::Instant;

use carnet::{
    domain::{
        entities::{AuditEntry, Mark, Sheet, Student},
        id::ActId,
        schema::{Entity, Schema},
    },
    store::{Batch, Expect, SharedStore, Write},
};
use mongodb::{
    Client,
    bson::{Document, doc},
    options::{Acknowledgment, ReadConcern, WriteConcern},
};
use serde_json::{Value, json};

use super::{Place, sampled, show};

const MARKS: usize = 500;
const WRITERS: u32 = 8;
const PUPILS: u32 = 45;
const HASH: &str = "5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b5aa765d61d8327deb882cf99";

fn put(schema: &'static Schema, expect: Expect, body: Value) -> Write {
    let id = body["_id"].as_str().unwrap().to_owned();
    Write::Put { schema, id, expect, body }
}

fn student(sheet: u32, pupil: u32, number: u32) -> Value {
    let grades: Vec<Value> = (0..10)
        .map(|grade| {
            json!({"class": "tahq3dvnoejr2jmv4c5g", "subject": "tahq3dvnoejr2jmv4c6g", "year": "2026-2027", "term": "T1",
                "evaluation": format!("tahq3dvnoejr2jmv4d{grade:02}"), "kind": "test", "date": "2026-10-12",
                "score": 12.5, "code": null, "scale": 20.0, "coefficient": 1})
        })
        .collect();
    json!({"_id": format!("writing{sheet}p{pupil:04}"), "matricule": format!("W{sheet}-{pupil:04}"),
        "last_name": "Traoré", "first_name": "Awa", "sex": "F", "phone": null, "class": format!("writing{sheet}"),
        "class_name": "TSE", "status": "active", "average": f64::from((pupil * 37 + number * 13) % 2_000) / 100.0,
        "grades": grades})
}

fn sheet_of(sheet: u32, number: u32) -> Value {
    json!({"_id": format!("writing{sheet}:m:2026-2027:T1"), "class": format!("writing{sheet}"), "subject": "m",
        "year": "2026-2027", "term": "T1", "audit_count": number, "audit_hash": HASH, "evaluations": []})
}

/// The class and its sheet, taken away first where an earlier run has left them.
async fn begin(place: &Place, store: &SharedStore, sheet: u32) {
    for (collection, field) in
        [("students", "class"), ("sheets", "class"), ("marks", "bench"), ("audit", "actor"), ("operations", "_id")]
    {
        let begins = format!("^writing{sheet}");
        let collection = place.database().collection::<Document>(collection);
        collection.delete_many(doc! { field: { "$regex": begins } }).await.unwrap();
    }
    let mut batch = Batch::new(ActId::new(format!("writing{sheet}")), "2026-11-20T08:00:00Z".parse().unwrap(), "u1");
    batch.writes = (0..PUPILS).map(|pupil| put(Student::SCHEMA, Expect::Absent, student(sheet, pupil, 0))).collect();
    batch.writes.push(put(Sheet::SCHEMA, Expect::Absent, sheet_of(sheet, 0)));
    store.commit(batch).await.unwrap();
}

/// One mark as the backend writes it: the mark, its entry in the sheet's chain, the sheet with its head, the student.
fn entered(sheet: u32, number: u32) -> Batch {
    let (pupil, name) = (number % PUPILS, format!("writing{sheet}:m:2026-2027:T1"));
    let who = format!("writing{sheet}p{pupil:04}");
    let mark = json!({"_id": format!("writing{sheet}e{number}:{who}"), "bench": format!("writing{sheet}"),
        "evaluation": format!("writing{sheet}e{number}"), "student": who, "value": 12.5});
    let entry = json!({"_id": format!("{name}:{:010}", number + 1), "stream": name, "seq": number + 1, "student": who,
        "at": "2026-11-20T08:00:00Z", "actor": format!("writing{sheet}"), "action": "mark.set", "target": mark["_id"],
        "act": format!("writing{sheet}-{number}"), "old": null, "new": 12.5, "salt": "5f4dcc3b5aa765d6", "digest": HASH,
        "prev": HASH, "hash": HASH});
    let act = ActId::new(format!("writing{sheet}-{number}"));
    let mut batch = Batch::new(act, "2026-11-20T08:30:00Z".parse().unwrap(), "u1");
    batch.writes = vec![
        put(AuditEntry::SCHEMA, Expect::Absent, entry),
        put(Mark::SCHEMA, Expect::Absent, mark),
        put(Sheet::SCHEMA, Expect::Version(u64::from(number) + 1), sheet_of(sheet, number + 1)),
        put(Student::SCHEMA, Expect::Version(u64::from(number / PUPILS) + 1), student(sheet, pupil, number + 1)),
    ];
    batch
}

/// Three small documents, as durable as ours.
async fn three(client: &Client, name: &str, number: usize) {
    let durable = WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
    let mut session = client.start_session().await.unwrap();
    session.start_transaction().read_concern(ReadConcern::snapshot()).write_concern(durable).await.unwrap();
    for collection in ["bare_a", "bare_b", "bare_c"] {
        let collection = client.database(name).collection::<Document>(collection);
        let id = format!("{number}.{}", carnet::domain::id::from_bytes(rand::random()));
        collection.insert_one(doc! { "_id": id, "text": "x".repeat(200) }).session(&mut session).await.unwrap();
    }
    session.commit_transaction().await.unwrap();
}

pub async fn one(place: &Place, store: &SharedStore) {
    let name = format!("{}_bare", place.options.database);
    three(&place.client, &name, 0).await;
    begin(place, store, 0).await;
    sampled("a mark with its history, one writer: store", MARKS, async |number| {
        store.commit(entered(0, u32::try_from(number).unwrap())).await.unwrap();
    })
    .await;
    sampled("three small documents, one writer: bare", MARKS, async |number| three(&place.client, &name, number).await)
        .await;
    place.client.database(&name).drop().await.unwrap();
}

pub async fn eight(place: &Place) {
    let name = format!("{}_bare", place.options.database);
    three(&place.client, &name, 0).await;
    let mut stores = Vec::new();
    for sheet in 1..=WRITERS {
        let store = place.open().await;
        begin(place, &store, sheet).await;
        stores.push(store);
    }
    let begun = Instant::now();
    let writers = stores.iter().cloned().zip(1..).map(|(store, sheet)| {
        tokio::spawn(async move {
            let mut times = Vec::new();
            for number in 0..u32::try_from(MARKS).unwrap() {
                let batch = entered(sheet, number);
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
    let rate = |count: usize, begun: Instant| f64::from(u32::try_from(count).unwrap()) / begun.elapsed().as_secs_f64();
    let marks = rate(times.len(), begun);
    show("a mark with its history, eight writers: store", times);
    println!("{:<58} {marks:.0} marks/s", "eight writers on eight sheets");
    for store in stores {
        store.close().await;
    }
    let begun = Instant::now();
    let writers = (0..WRITERS).map(|_| {
        let (client, name) = (place.client.clone(), name.clone());
        tokio::spawn(async move {
            for number in 0..MARKS {
                three(&client, &name, number).await;
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let bare = rate(MARKS * usize::try_from(WRITERS).unwrap(), begun);
    println!("{:<58} {bare:.0} transactions/s", "eight writers, three small documents: bare");
    place.client.database(&name).drop().await.unwrap();
}
