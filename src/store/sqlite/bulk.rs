//! Filling an empty store: documents and key rows are only appended, all that is sorted (word tables, indexes) is made
//! at the end, from rows that SQLite has sorted.
//!
//! Meanwhile the collections have no declared shape (`carnet_shapes`): if the process dies, the next one that opens the
//! file builds the key tables from the documents, as after any change of shape.

use std::fmt::Write as _;

use rusqlite::{Connection, Transaction};

use super::{
    errors::{of_write, plain},
    layout::{Layout, Layouts, column},
    stamps::{self, Moved, unwatch, watch},
    write::begin as begin_write,
};
use crate::{
    domain::{entities, schema::FieldType},
    store::StoreError,
};

/// Documents appended between two checkpoints.
const CHECKPOINT_EVERY: u64 = 40_000;

/// The connection while it fills an empty store, or not.
#[derive(Debug, Default)]
pub(super) struct Bulk {
    running: bool,
    appended: u64,
}

impl Bulk {
    pub(super) fn running(&self) -> bool {
        self.running
    }

    /// Begins, if every collection is empty.
    pub(super) fn begin(
        &mut self,
        connection: &mut Connection,
        token: &str,
        layouts: &Layouts,
    ) -> Result<(), StoreError> {
        let transaction = begin_write(connection)?;
        let mut sql = String::new();
        for layout in of_school(layouts) {
            let some: bool = transaction
                .query_row(&format!("SELECT EXISTS (SELECT 1 FROM {})", layout.docs), [], |row| row.get(0))
                .map_err(|error| plain(&error))?;
            if some {
                return Ok(());
            }
            let (drop, create, off) = (layout.drop_keys(), layout.create_keys(), unwatch(layout.schema));
            let name = layout.schema.collection;
            let _ = write!(sql, "{drop} {create} {off} DELETE FROM carnet_shapes WHERE collection = '{name}';");
        }
        transaction.execute_batch(&sql).map_err(|error| plain(&error))?;
        stamps::commit(transaction, token, Moved { setup: true, cache_epoch: true })?;
        // The log is synced at checkpoints: nothing is acknowledged for good before the end, and a crash leaves a sound
        // file all the same.
        connection.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA threads = 2").map_err(|error| plain(&error))?;
        *self = Self { running: true, appended: 0 };
        Ok(())
    }

    /// Documents have been appended: now and then the log is copied back, here and now, so that it stays short.
    pub(super) fn appended(&mut self, connection: &Connection, documents: u64) {
        self.appended = self.appended.saturating_add(documents);
        if self.appended >= CHECKPOINT_EVERY {
            self.appended = 0;
            super::copy_back(connection);
        }
    }

    /// Makes what was left out. Does nothing if nothing was begun.
    pub(super) fn end(
        &mut self,
        connection: &mut Connection,
        token: &str,
        layouts: &Layouts,
    ) -> Result<(), StoreError> {
        if !self.running {
            return Ok(());
        }
        for layout in of_school(layouts) {
            for step in steps(layout) {
                // One after the other: the log never holds more than one of them.
                let transaction = begin_write(connection)?;
                transaction.execute_batch(&step).map_err(|error| of_write(layout.schema, &error))?;
                stamps::commit(transaction, token, Moved::default())?;
                super::copy_back(connection);
            }
        }
        let transaction = begin_write(connection)?;
        for layout in of_school(layouts) {
            transaction.execute_batch(&watch(layout.schema)).map_err(|error| plain(&error))?;
            declare(&transaction, layout)?;
        }
        stamps::commit(transaction, token, Moved { setup: true, cache_epoch: true })?;
        as_before(connection)?;
        *self = Self::default();
        Ok(())
    }
}

/// What a load fills; the rest stays as it is.
fn of_school(layouts: &Layouts) -> impl Iterator<Item = &Layout> {
    layouts.values().map(|layout| &**layout).filter(|layout| entities::of_school(layout.schema))
}

/// As before the load, and all of it on the disk.
fn as_before(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA threads = 0").map_err(|error| plain(&error))?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(|error| plain(&error))
}

/// What makes the word tables and indexes of a collection from its key rows.
fn steps(layout: &Layout) -> Vec<String> {
    let mut steps = Vec::new();
    for (number, field) in layout.schema.fields.iter().enumerate().filter(|(_, field)| field.kind == FieldType::Words) {
        // The words of a column, as rows. They are runs of letters and digits, or were escaped here.
        let words = format!(
            "json_each('[\"' || replace(replace(replace(substr(k.{column}, 2), '\\', '\\\\'), '\"', '\\\"'), char(10), '\",\"') \
             || '\"]') w",
            column = column(field)
        );
        steps.push(format!(
            "INSERT OR IGNORE INTO {} (field, word, rid) SELECT {number}, w.value, k.rid FROM {} k, {words} \
             WHERE k.{} IS NOT NULL ORDER BY 2, 3",
            layout.words,
            layout.keys,
            column(field)
        ));
        for name in field.along {
            let Some(sort) = layout.number(name) else { continue };
            steps.push(format!(
                "INSERT OR IGNORE INTO {} (field, sort, word, key, id, rid) \
                 SELECT {number}, {sort}, w.value, k.f_{name}, k.id, k.rid FROM {} k, {words} \
                 WHERE k.{} IS NOT NULL AND k.f_{name} IS NOT NULL ORDER BY 3, 4, 5",
                layout.found,
                layout.keys,
                column(field)
            ));
        }
    }
    steps.extend(layout.indexes().into_iter().map(|(_, sql)| sql.replacen("INDEX", "INDEX IF NOT EXISTS", 1)));
    steps
}

/// Makes word tables and indexes in one transaction, and says that the collection has its declared shape.
pub(super) fn build(transaction: &Transaction<'_>, layout: &Layout) -> Result<(), StoreError> {
    for step in steps(layout) {
        transaction.execute_batch(&step).map_err(|error| of_write(layout.schema, &error))?;
    }
    declare(transaction, layout)
}

fn declare(transaction: &Transaction<'_>, layout: &Layout) -> Result<(), StoreError> {
    transaction
        .execute(
            "INSERT INTO carnet_shapes (collection, shape) VALUES (?1, ?2) \
             ON CONFLICT (collection) DO UPDATE SET shape = ?2",
            [layout.schema.collection, &layout.shape()],
        )
        .map(drop)
        .map_err(|error| plain(&error))
}
