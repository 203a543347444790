//! Writes: batches, loads, clearing. All on the one writer connection, each one transaction.

use std::fmt::Write as _;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use serde_json::Value;

use super::{
    errors::{of_write, plain, unfit},
    layout::{Layout, Layouts},
    open::gate,
    patch::{Meta, patch},
    rows::{insert, insert_key_row, remove, update},
    stamps::{self, Moved, unwatch, watch},
};
use crate::{
    domain::{calendar::Timestamp, entities, schema::Schema},
    store::{Batch, Committed, Expect, Guard, StoreError, Write, is_setup},
};

/// The layout of a schema's collection.
pub(super) fn layout_of<'a>(layouts: &'a Layouts, schema: &'static Schema) -> Result<&'a Layout, StoreError> {
    layouts.get(schema.collection).map(|layout| &**layout).ok_or_else(|| unfit(schema, "unknown collection"))
}

/// Starts a write: waits for other processes, and refuses a store that a newer program has taken over meanwhile.
pub(super) fn begin(connection: &mut Connection) -> Result<Transaction<'_>, StoreError> {
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|error| plain(&error))?;
    gate(&transaction)?;
    stamps::begin(&transaction)?;
    Ok(transaction)
}

/// Moments are kept to the millisecond, as every store can.
fn moment(at: Timestamp) -> String {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at).to_string()
}

pub(super) fn commit(
    connection: &mut Connection,
    token: &str,
    layouts: &Layouts,
    batch: Batch,
) -> Result<Committed, StoreError> {
    let moved = Moved { setup: batch.touches_setup(), cache_epoch: batch.new_epoch };
    let transaction = begin(connection)?;
    let fresh = transaction
        .prepare_cached("INSERT INTO carnet_ops (op, at) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .and_then(|mut statement| statement.execute(params![batch.op.as_str(), batch.at.as_millisecond()]))
        .map_err(|error| plain(&error))?;
    if fresh == 0 {
        return Ok(Committed { versions: Vec::new(), replayed: true });
    }
    for guard in &batch.guards {
        hold(&transaction, layout_of(layouts, guard.schema)?, guard)?;
    }
    let at = moment(batch.at);
    let mut versions = Vec::with_capacity(batch.writes.len());
    for write in batch.writes {
        versions.push(match write {
            Write::Put { schema, id, expect, body } => {
                put(&transaction, layout_of(layouts, schema)?, id, expect, body, &at, &batch.by)?
            }
            Write::Patch { schema, id, version, fields } => {
                let meta = Meta { at: &at, by: &batch.by };
                patch(&transaction, layout_of(layouts, schema)?, (&id, version), &fields, &meta)?
            }
            Write::Delete { schema, id, expect } => {
                delete(&transaction, layout_of(layouts, schema)?, &id, expect)?;
                0
            }
        });
    }
    stamps::commit(transaction, token, moved)?;
    Ok(Committed { versions, replayed: false })
}

fn conflict(layout: &Layout, id: &str) -> StoreError {
    StoreError::Conflict { collection: layout.schema.collection, id: id.to_owned() }
}

/// A guard: the document must be as it was read.
fn hold(transaction: &Transaction<'_>, layout: &Layout, guard: &Guard) -> Result<(), StoreError> {
    let found: Option<i64> = transaction
        .prepare_cached(&layout.version)
        .and_then(|mut statement| statement.query_row([&guard.id], |row| row.get(0)).optional())
        .map_err(|error| plain(&error))?;
    check(layout, &guard.id, guard.expect, found)
}

pub(super) fn check(layout: &Layout, id: &str, expect: Expect, found: Option<i64>) -> Result<(), StoreError> {
    let holds = match (expect, found) {
        (Expect::Any, _) | (Expect::Absent, None) => true,
        (Expect::Absent, Some(_)) | (Expect::Version(_), None) => false,
        (Expect::Version(wanted), Some(found)) => i64::try_from(wanted) == Ok(found),
    };
    if holds { Ok(()) } else { Err(conflict(layout, id)) }
}

/// Where a document stands.
struct Place {
    rid: i64,
    version: i64,
    created_at: Option<String>,
}

fn locate(transaction: &Transaction<'_>, layout: &Layout, id: &str) -> Result<Option<Place>, StoreError> {
    transaction
        .prepare_cached(&layout.locate)
        .and_then(|mut statement| {
            statement
                .query_row([id], |row| Ok(Place { rid: row.get(0)?, version: row.get(1)?, created_at: row.get(2)? }))
                .optional()
        })
        .map_err(|error| plain(&error))
}

fn put(
    transaction: &Transaction<'_>,
    layout: &Layout,
    id: String,
    expect: Expect,
    body: Value,
    at: &str,
    by: &str,
) -> Result<u64, StoreError> {
    let place = locate(transaction, layout, &id)?;
    check(layout, &id, expect, place.as_ref().map(|place| place.version))?;
    let version = place.as_ref().map_or(0, |place| place.version).saturating_add(1);
    let created = place.as_ref().and_then(|place| place.created_at.clone()).unwrap_or_else(|| at.to_owned());
    let Value::Object(mut doc) = body else { return Err(unreadable(layout, &id, "it is not an object")) };
    doc.insert("_id".to_owned(), Value::from(id.as_str()));
    doc.insert("version".to_owned(), Value::from(version));
    doc.insert("created_at".to_owned(), Value::from(created));
    doc.insert("updated_at".to_owned(), Value::from(at));
    doc.insert("updated_by".to_owned(), Value::from(by));
    store(transaction, layout, id, place.map(|place| place.rid), version, &Value::Object(doc))?;
    Ok(u64::try_from(version).unwrap_or(0))
}

pub(super) fn unreadable(layout: &Layout, id: &str, why: impl Into<String>) -> StoreError {
    StoreError::Document { collection: layout.schema.collection.to_owned(), id: id.to_owned(), why: why.into() }
}

/// Writes a whole document with its key rows.
fn store(
    transaction: &Transaction<'_>,
    layout: &Layout,
    id: String,
    rid: Option<i64>,
    version: i64,
    doc: &Value,
) -> Result<(), StoreError> {
    let row = layout.key_row(doc).map_err(|why| unreadable(layout, &id, why))?;
    let json = doc.to_string();
    let written = match rid {
        None => insert(transaction, layout, id, version, &json, row),
        Some(rid) => update(transaction, layout, rid, version, &json, &row),
    };
    written.map_err(|error| of_write(layout.schema, &error))
}

fn delete(transaction: &Transaction<'_>, layout: &Layout, id: &str, expect: Expect) -> Result<(), StoreError> {
    let place = locate(transaction, layout, id)?;
    check(layout, id, expect, place.as_ref().map(|place| place.version))?;
    let Some(place) = place else { return Ok(()) };
    remove(transaction, layout, place.rid).map_err(|error| plain(&error))
}

/// A document as a load brings it: id, version, body.
fn loaded(layout: &Layout, doc: Value) -> Result<(String, i64, Value), StoreError> {
    let id = doc.get("_id").and_then(Value::as_str).unwrap_or_default().to_owned();
    if !doc.is_object() {
        return Err(unreadable(layout, &id, "it is not an object"));
    }
    let version = doc.get("version").and_then(Value::as_i64).filter(|version| *version > 0);
    match version {
        Some(version) if !id.is_empty() => Ok((id, version, doc)),
        Some(_) | None => Err(unreadable(layout, &id, "it has no _id or version")),
    }
}

/// Writes documents as they are, replacing what is there.
pub(super) fn load(
    connection: &mut Connection,
    token: &str,
    layout: &Layout,
    documents: Vec<Value>,
) -> Result<(), StoreError> {
    let transaction = begin(connection)?;
    for doc in documents {
        let (id, version, doc) = loaded(layout, doc)?;
        let rid: Option<i64> = transaction
            .prepare_cached(&layout.row)
            .and_then(|mut statement| statement.query_row([&id], |row| row.get(0)).optional())
            .map_err(|error| plain(&error))?;
        store(&transaction, layout, id, rid, version, &doc)?;
    }
    stamps::commit(transaction, token, Moved { setup: is_setup(layout.schema), cache_epoch: true })
}

/// Writes documents that are not there yet, with their key rows and nothing else.
pub(super) fn append(
    connection: &mut Connection,
    token: &str,
    layout: &Layout,
    documents: Vec<Value>,
) -> Result<(), StoreError> {
    let transaction = begin(connection)?;
    {
        let failed = |error: rusqlite::Error| of_write(layout.schema, &error);
        let mut add = transaction.prepare_cached(&layout.insert_doc).map_err(failed)?;
        let mut add_keys = transaction.prepare_cached(&layout.insert_keys).map_err(failed)?;
        for doc in documents {
            let (id, version, doc) = loaded(layout, doc)?;
            let row = layout.key_row(&doc).map_err(|why| unreadable(layout, &id, why))?;
            let rid = add.insert(params![version, doc.to_string()]).map_err(failed)?;
            insert_key_row(&mut add_keys, rid, id, row).map_err(failed)?;
        }
    }
    stamps::commit(transaction, token, Moved { setup: is_setup(layout.schema), cache_epoch: true })
}

/// Empties every collection and forgets the operation ids.
pub(super) fn clear(connection: &mut Connection, token: &str, layouts: &Layouts) -> Result<(), StoreError> {
    let transaction = begin(connection)?;
    let mut sql = String::from("DELETE FROM carnet_ops;");
    for layout in layouts.values().filter(|layout| entities::of_school(layout.schema)) {
        // A table with triggers would be emptied row by row.
        let (off, on) = (unwatch(layout.schema), watch(layout.schema));
        let _ = write!(sql, "{off} DELETE FROM {}; {on} DELETE FROM {};", layout.docs, layout.keys);
        if layout.has_words() {
            let _ = write!(sql, "DELETE FROM {};", layout.words);
        }
        if layout.has_found() {
            let _ = write!(sql, "DELETE FROM {};", layout.found);
        }
    }
    transaction.execute_batch(&sql).map_err(|error| plain(&error))?;
    stamps::commit(transaction, token, Moved { setup: true, cache_epoch: true })
}
