//! What every store must do, whatever it is made of. Each implementation runs the same functions on fresh stores.

use std::{any::Any, pin::Pin};

use carnet::{
    domain::{
        entities::Student,
        id::ActId,
        query::{Page, Query, Seek},
        schema::{Entity, Schema},
    },
    store::{Batch, Committed, Document, Expect, SharedStore, StoreError, Write},
};
use serde_json::{Value, json};

mod batches;
mod documents;
mod model;
mod mongo;
mod numbers;
mod pages;
mod queries;
mod sqlite;
mod stamps;
mod together;

/// A fresh, empty store under test.
pub struct Bench {
    pub store: SharedStore,
    /// A second handle on the same data, as another process has it.
    pub other: SharedStore,
    /// What must live as long as the stores do (a folder).
    pub keep: Box<dyn Any + Send + Sync>,
    /// Takes away what the stores leave behind.
    pub end: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// One test for each case of the contract, on the stores that `$make` (an async function) gives.
#[macro_export]
macro_rules! store_contract {
    ($make:path) => {
        $crate::store_contract!($make; documents:
            are_read_as_they_were_written, carry_versions_and_moments, keep_their_creation, moments_are_milliseconds,
            are_deleted, many_at_once, any_text_survives, large_ones_survive, load_takes_them_as_they_are,
            load_is_one_act, clear_empties, scans_walk_in_id_order, records_read_every_one, check_finds_nothing,
            unread_fields, closed_is_unavailable);
        $crate::store_contract!($make; queries:
            equals, among, ranges, word_prefixes, words_follow_changes, exists, and_or_not, complement_includes_absent,
            dates, refuses_what_does_not_fit, long_lists, numbers_found_by_digits);
        $crate::store_contract!($make; pages:
            absent_come_last_either_way, ties_are_closed_by_id, walks_forward_and_back, last_page, cursor_of_a_deleted,
            common_words_in_a_bad_order, compound_orders, mixed_directions, limits, random_against_the_model);
        $crate::store_contract!($make; numbers: sums_by_group, one_group_always, counts_to_a_cap);
        $crate::store_contract!($make; batches:
            all_or_nothing, fields_alone, fields_of_an_expected_version_only, expected_versions, expected_absence, guards_hold, guards_of_absence, replay_does_nothing,
            unique_values, freed_values_can_be_taken, twice_in_a_batch, any_expectation, deletes_check_too,
            failed_operation_may_be_tried_again);
        $crate::store_contract!($make; together:
            no_update_is_lost, a_guard_stops_a_write_beside, one_taker_of_a_unique_value, same_operation_once,
            foreign_changes_are_seen, own_changes_are_not_foreign);
        $crate::store_contract!($make; stamps:
            what_is_acknowledged_has_moved_them, setup_moves_with_the_setup_only, cache_epoch_moves_when_told,
            they_only_grow);
    };
    ($make:path; $area:ident: $($case:ident),+ $(,)?) => {
        mod $area {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    let bench = $make().await;
                    $crate::store_contract::$area::$case(&bench).await;
                    bench.store.close().await;
                    bench.other.close().await;
                    bench.end.await;
                    drop(bench.keep);
                }
            )+
        }
    };
}

const STUDENTS: &Schema = Student::SCHEMA;

/// A student's body; `with` replaces and adds fields.
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

fn put(schema: &'static Schema, expect: Expect, body: Value) -> Write {
    let id = body.get("_id").and_then(Value::as_str).expect("an _id").to_owned();
    Write::Put { schema, id, expect, body }
}

fn batch(op: &str, writes: Vec<Write>) -> Batch {
    let mut batch = Batch::new(ActId::new(op), "2026-11-20T08:30:00.125Z".parse().unwrap(), "u1");
    batch.writes = writes;
    batch
}

/// Puts new students in one batch.
async fn add(bench: &Bench, bodies: impl IntoIterator<Item = Value>) -> Committed {
    let writes: Vec<Write> = bodies.into_iter().map(|body| put(STUDENTS, Expect::Absent, body)).collect();
    let op = format!("add-{:?}", writes.first().map(name_of));
    bench.store.commit(batch(&op, writes)).await.unwrap()
}

fn name_of(write: &Write) -> String {
    match write {
        Write::Put { id, .. } | Write::Patch { id, .. } | Write::Delete { id, .. } => id.clone(),
    }
}

async fn version(bench: &Bench, id: &str) -> Option<u64> {
    bench.store.get(STUDENTS, id).await.unwrap().map(|document| document.version)
}

fn ids(documents: &[Document]) -> Vec<&str> {
    documents.iter().map(|document| document.id.as_str()).collect()
}

/// Every page of a list, one way: ids in the list's order.
async fn walk(bench: &Bench, query: &Query, backwards: bool) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut seek = if backwards { Seek::Last } else { Seek::First };
    for _ in 0..10_000 {
        let asked = Query { seek: seek.clone(), ..query.clone() };
        let page: Page<Document> = bench.store.find(STUDENTS, &asked).await.unwrap();
        assert_eq!(page.items.len(), page.cursors.len());
        let found: Vec<String> = page.items.iter().map(|item| item.id.clone()).collect();
        for (item, cursor) in page.items.iter().zip(&page.cursors) {
            assert_eq!(item.id, cursor.id);
        }
        if page.more {
            assert_eq!(found.len(), query.limit as usize, "a page before more is full");
        }
        let end = if backwards { page.cursors.first() } else { page.cursors.last() }.cloned();
        if backwards {
            all.splice(0..0, found);
        } else {
            all.extend(found);
        }
        match end {
            Some(cursor) if page.more => seek = if backwards { Seek::Before(cursor) } else { Seek::After(cursor) },
            _ => return all,
        }
    }
    panic!("pages without end");
}

fn is_conflict(result: &Result<Committed, StoreError>, wanted: &str) -> bool {
    matches!(result, Err(StoreError::Conflict { id, .. }) if id == wanted)
}
