//! A mark is entered beside the closing of its term. MongoDB's transactions see a snapshot: two that read what the other
//! one writes, and write elsewhere, are both committed. So whoever rests on a sheet must write to it.

use carnet::{
    domain::{
        entities::{Mark, Sheet},
        query::Filter,
        schema::Entity,
    },
    store::{Batch, Expect, SharedStore, StoreError, Write},
};
use mongodb::{
    ClientSession, Collection,
    bson::{Document, doc},
};
use serde_json::{Value, json};

use super::{School, batch};

/// The two transactions, each step in its turn: one enters a mark on an open sheet, one closes the sheet, having seen
/// no marks. `rests`: what the first does about the sheet.
async fn interleaved(
    school: &School,
    rests: impl AsyncFn(&Collection<Document>, &mut ClientSession) -> mongodb::error::Result<()>,
) -> (bool, bool) {
    let (sheets, marks) = (school.database.collection::<Document>("s"), school.database.collection::<Document>("m"));
    sheets.delete_many(doc! {}).await.unwrap();
    marks.delete_many(doc! {}).await.unwrap();
    marks.insert_one(doc! { "_id": "other" }).await.unwrap();
    sheets.insert_one(doc! { "_id": "sheet", "state": "open" }).await.unwrap();
    let client = school.database.client();
    let (mut enters, mut closes) = (client.start_session().await.unwrap(), client.start_session().await.unwrap());
    enters.start_transaction().await.unwrap();
    closes.start_transaction().await.unwrap();
    let seen = marks.find_one(doc! { "_id": "mark" }).session(&mut closes).await.unwrap();
    assert_eq!(seen, None, "the closing sees no mark");
    let rested = rests(&sheets, &mut enters).await.is_ok();
    let change = doc! { "$set": { "state": "closed" } };
    let closed = sheets.update_one(doc! { "_id": "sheet" }, change).session(&mut closes).await.is_ok();
    let entered = marks.insert_one(doc! { "_id": "mark" }).session(&mut enters).await.is_ok();
    let entered = rested && entered && enters.commit_transaction().await.is_ok();
    let closed = closed && closes.commit_transaction().await.is_ok();
    (entered, closed)
}

/// What a guard is for: without it, or with one that only reads, a mark slips in beside the closing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_guard_a_mark_slips_in_beside_a_closing() {
    let school = School::new().await;
    assert_eq!(interleaved(&school, async |_, _| Ok(())).await, (true, true), "without a guard");
    let reads = async |sheets: &Collection<Document>, session: &mut ClientSession| {
        let sheet = sheets.find_one(doc! { "_id": "sheet", "state": "open" }).session(session).await?;
        assert!(sheet.is_some());
        Ok(())
    };
    assert_eq!(interleaved(&school, reads).await, (true, true), "a guard that only reads is none");
    let counts = async |sheets: &Collection<Document>, session: &mut ClientSession| {
        let open = doc! { "_id": "sheet", "state": "open" };
        let held = sheets.update_one(open, doc! { "$inc": { "_guards": 1_i64 } }).session(session).await?;
        assert_eq!(held.matched_count, 1);
        Ok(())
    };
    let (entered, closed) = interleaved(&school, counts).await;
    assert!(entered != closed, "one of the two: {entered} {closed}");
    school.end().await;
}

const SHEET: &str = "c:m:2026-2027:T1";

fn sheet(state: &str, audit_count: usize, version: u64) -> Write {
    let body = json!({ "_id": SHEET, "class": "c", "subject": "m", "year": "2026-2027", "term": "T1", "state": state,
        "evaluations": [], "audit_hash": "", "audit_count": audit_count });
    let expect = if version == 0 { Expect::Absent } else { Expect::Version(version) };
    Write::Put { schema: Sheet::SCHEMA, id: SHEET.to_owned(), expect, body }
}

/// The sheet as it is now.
async fn read(store: &SharedStore) -> (Value, u64) {
    let found = store.get(Sheet::SCHEMA, SHEET).await.unwrap().unwrap();
    (serde_json::from_str(&found.json).unwrap(), found.version)
}

/// Enters marks while the sheet is open, by what was read of it; true: it has been closed meanwhile.
async fn enter(store: &SharedStore, round: usize, number: usize) -> bool {
    for attempt in 0..1_000 {
        let (now, version) = read(store).await;
        if now["state"] == "closed" {
            return true;
        }
        let id = format!("e{round}:s{number}");
        let body =
            json!({ "_id": id, "evaluation": format!("e{round}"), "student": format!("s{number}"), "value": null });
        let mut change: Batch = batch(
            &format!("mark{round}.{number}.{attempt}"),
            vec![Write::Put { schema: Mark::SCHEMA, id, expect: Expect::Absent, body }],
        );
        change.guard::<Sheet>(SHEET, Expect::Version(version));
        match store.commit(change).await {
            Ok(_) => return false,
            Err(StoreError::Conflict { .. } | StoreError::Locked) => {}
            Err(error) => panic!("{error}"),
        }
    }
    panic!("never entered")
}

/// By the store: marks that only guard their sheet, and a closing that writes it. When it is closed, nothing comes in.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_closed_sheet_takes_no_mark_that_was_decided_before() {
    let school = School::new().await;
    let (one, two) = (school.open().await, school.open().await);
    one.commit(batch("new", vec![sheet("open", 0, 0)])).await.unwrap();
    for round in 0..12 {
        let (_, version) = read(&one).await;
        one.commit(batch(&format!("open{round}"), vec![sheet("open", 0, version)])).await.unwrap();
        let teacher = tokio::spawn({
            let two = two.clone();
            async move {
                let mut number = 0;
                while !enter(&two, round, number).await {
                    number += 1;
                }
                number
            }
        });
        let of_round = Filter::any_of("evaluation", [format!("e{round}")]);
        let count = async || one.scan(Mark::SCHEMA, &of_round, None, 1_000).await.unwrap().len();
        while count().await < 3 {
            tokio::task::yield_now().await;
        }
        let mut attempt = 0;
        loop {
            let (_, version) = read(&one).await;
            match one.commit(batch(&format!("close{round}.{attempt}"), vec![sheet("closed", 0, version)])).await {
                Ok(_) => break,
                Err(StoreError::Conflict { .. } | StoreError::Locked) => attempt += 1,
                Err(error) => panic!("{error}"),
            }
        }
        // The closing is done: whatever is there now was there then.
        let sealed = count().await;
        let entered = teacher.await.unwrap();
        assert_eq!((count().await, entered), (sealed, sealed), "round {round}");
    }
    school.end().await;
}
