//! A file of an older program: migrations, and key tables that follow another declared shape.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Transaction};
use serde_json::Value;

use super::{
    bulk,
    errors::{of_write, plain},
    layout::{Layout, Layouts},
    open::{OpenOptions, identify, immediate},
    rows::insert_key_row,
};
use crate::{
    domain::{calendar::Timestamp, entities},
    protocol::StoreWork,
    store::{
        StoreError, Tell,
        backup::{self, BackupWriter, Head},
    },
};

/// Documents between two words about how far it is: about a second's work.
const TELL_EVERY: u64 = 20_000;

/// A step from one format to the next.
#[derive(Clone, Copy)]
pub(super) struct Migration {
    /// The format it leads to.
    pub to: u32,
    pub apply: fn(&Transaction<'_>) -> Result<(), StoreError>,
}

/// Every step, in order. The first format has none.
pub(super) const MIGRATIONS: &[Migration] = &[];

/// Runs the steps that are missing, each in a transaction of its own.
pub(super) fn migrate(
    connection: &mut Connection,
    path: &Path,
    options: &OpenOptions,
    from: u32,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    let folder = options.backups.clone().or_else(|| path.parent().map(|folder| folder.join("backups")));
    options.tell.say(StoreWork::BackingUp);
    back_up(connection, &folder.unwrap_or_default(), from)?;
    for step in migrations.iter().filter(|step| step.to > from) {
        let transaction = immediate(connection)?;
        // Another process may have done it while this one waited.
        if identify(&transaction)?.is_some_and(|now| now < step.to) {
            options.tell.say(StoreWork::Migrating { from, to: step.to });
            (step.apply)(&transaction)?;
            transaction.pragma_update(None, "user_version", step.to).map_err(|error| plain(&error))?;
        }
        transaction.commit().map_err(|error| plain(&error))?;
    }
    Ok(())
}

/// Keeps the documents as they are before a migration.
fn back_up(connection: &mut Connection, folder: &Path, from: u32) -> Result<(), StoreError> {
    let at = Timestamp::now();
    let transaction = connection.transaction().map_err(|error| plain(&error))?;
    let school: Option<String> = transaction
        .query_row("SELECT json_extract(doc, '$.name') FROM school LIMIT 1", [], |row| row.get::<_, Option<String>>(0))
        .optional()
        .map_err(|error| plain(&error))?
        .flatten();
    let path = folder.join(format!("before-format-{from}-{}", backup::name_at(at)));
    let mut writer = BackupWriter::create(&path, Head::new(at, school.unwrap_or_default()))?;
    for schema in entities::ALL {
        let kept: bool = transaction.table_exists(None, schema.collection).map_err(|error| plain(&error))?;
        if !kept {
            continue;
        }
        let sql = format!("SELECT doc FROM \"{}\"", schema.collection);
        let mut documents = transaction.prepare(&sql).map_err(|error| plain(&error))?;
        let mut rows = documents.query([]).map_err(|error| plain(&error))?;
        while let Some(row) = rows.next().map_err(|error| plain(&error))? {
            writer.push(schema.collection, &row.get::<_, String>(0).map_err(|error| plain(&error))?)?;
        }
    }
    writer.finish()?;
    Ok(())
}

/// Makes the tables of each collection, and builds key tables again whose declared shape has changed.
pub(super) fn adapt(connection: &mut Connection, layouts: &Layouts, tell: &Tell) -> Result<(), StoreError> {
    let stale = |connection: &Connection| -> Result<Vec<String>, StoreError> {
        let mut found = Vec::new();
        for (collection, layout) in layouts {
            let shape: Option<String> = connection
                .query_row("SELECT shape FROM carnet_shapes WHERE collection = ?", [collection], |row| row.get(0))
                .optional()
                .map_err(|error| plain(&error))?;
            if shape.as_deref() != Some(layout.shape().as_str()) {
                found.push((*collection).to_owned());
            }
        }
        Ok(found)
    };
    if stale(connection)?.is_empty() {
        return Ok(());
    }
    let transaction = immediate(connection)?;
    for collection in stale(&transaction)? {
        if let Some(layout) = layouts.get(collection.as_str()) {
            rebuild(&transaction, layout, tell)?;
        }
    }
    transaction.commit().map_err(|error| plain(&error))
}

/// Builds the key tables of a collection from its documents.
fn rebuild(transaction: &Transaction<'_>, layout: &Layout, tell: &Tell) -> Result<(), StoreError> {
    let name = layout.schema.collection;
    transaction
        .execute_batch(&format!("{} {} {}", layout.create_docs(), layout.drop_keys(), layout.create_keys()))
        .map_err(|error| plain(&error))?;
    let mut documents =
        transaction.prepare(&format!("SELECT rid, doc FROM {}", layout.docs)).map_err(|error| plain(&error))?;
    let count = format!("SELECT count(*) FROM {}", layout.docs);
    let total: i64 = transaction.query_row(&count, [], |row| row.get(0)).map_err(|error| plain(&error))?;
    let total = u64::try_from(total).unwrap_or(0);
    let mut rows = documents.query([]).map_err(|error| plain(&error))?;
    let mut done = 0_u64;
    let mut insert = transaction.prepare(&layout.insert_keys).map_err(|error| plain(&error))?;
    while let Some(row) = rows.next().map_err(|error| plain(&error))? {
        done = done.saturating_add(1);
        if done.is_multiple_of(TELL_EVERY) {
            tell.say(StoreWork::Indexing { done, total });
        }
        let (rid, json): (i64, String) =
            row.get(0).and_then(|rid| Ok((rid, row.get(1)?))).map_err(|error| plain(&error))?;
        let unreadable = |why: String| StoreError::Document { collection: name.to_owned(), id: rid.to_string(), why };
        let doc: Value = serde_json::from_str(&json).map_err(|error| unreadable(error.to_string()))?;
        let id = doc.get("_id").and_then(Value::as_str).ok_or_else(|| unreadable("no _id".to_owned()))?.to_owned();
        let keys = layout.key_row(&doc).map_err(unreadable)?;
        insert_key_row(&mut insert, rid, id, keys).map_err(|error| of_write(layout.schema, &error))?;
    }
    bulk::build(transaction, layout)
}
