//! Counters in the file by which every process knows what others have committed ([`Stamps`]).
//!
//! All stand in the table `carnet_stamps`, one page: `setup`, `cache_epoch`, `others`, and one row a process with its
//! commits. What is foreign to a process is the sum of the other rows. Each commit counts itself in its own transaction,
//! so that a reading, one statement, is exact and waits for nobody.
//!
//! Programs that are not carnet do not count: triggers do it for them. They act while `writing` is 0, which a carnet
//! changes at the beginning of each of its transactions and puts back at their end.

use std::fmt::Write as _;

use rusqlite::{Connection, Transaction, params};

use super::{errors::plain, layout::Layouts, open::immediate};
use crate::{
    domain::{id, schema::Schema},
    store::{Stamps, StoreError, is_setup},
};

/// So many rows of processes, and the next newcomer adds them up in `others`. A process whose row is gone begins a new
/// one; the sum that others see stays the same, and its own grows with the newcomer's commit, as it must.
const MOST_PROCESSES: i64 = 64;

const CREATE: &str = "CREATE TABLE IF NOT EXISTS carnet_stamps (name TEXT PRIMARY KEY, count INTEGER NOT NULL) \
     WITHOUT ROWID; \
     INSERT OR IGNORE INTO carnet_stamps (name, count) \
     VALUES ('writing', 0), ('setup', 0), ('cache_epoch', 0), ('others', 0);";

const READ: &str = "SELECT (SELECT count FROM carnet_stamps WHERE name = 'setup'), \
     (SELECT count FROM carnet_stamps WHERE name = 'cache_epoch'), \
     (SELECT sum(count) FROM carnet_stamps \
      WHERE name = 'others' OR (name >= 'process:' AND name < 'process;' AND name <> ?))";

const OWN: &str = "UPDATE carnet_stamps SET count = count + 1 WHERE name = ?";

/// The sum of all rows of processes goes to `others`.
const ADD_UP: &str = "UPDATE carnet_stamps SET count = count + (SELECT ifnull(sum(count), 0) FROM carnet_stamps \
     WHERE name >= 'process:' AND name < 'process;') WHERE name = 'others'; \
     DELETE FROM carnet_stamps WHERE name >= 'process:' AND name < 'process;';";

const DONE: &str = "UPDATE carnet_stamps SET count = CASE name WHEN 'writing' THEN 0 ELSE count + 1 END \
     WHERE name = 'writing' OR (name = 'setup' AND ?1) OR (name = 'cache_epoch' AND ?2)";

/// What a commit moves beside its process's own count.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moved {
    pub setup: bool,
    pub cache_epoch: bool,
}

/// The name of an open store's row.
pub(super) fn token() -> String {
    format!("process:{}", id::from_bytes(rand::random()))
}

fn trigger(schema: &Schema, event: &str) -> String {
    format!("\"carnet_counts_{}_{}\"", schema.collection, event.to_ascii_lowercase())
}

const EVENTS: [&str; 3] = ["INSERT", "UPDATE", "DELETE"];

/// The triggers that count what strangers do to a collection.
pub(super) fn watch(schema: &Schema) -> String {
    let setup = if is_setup(schema) { ", 'setup'" } else { "" };
    EVENTS.iter().fold(String::new(), |mut sql, event| {
        let _ = write!(
            sql,
            "CREATE TRIGGER IF NOT EXISTS {} AFTER {event} ON \"{}\" \
             WHEN (SELECT count FROM carnet_stamps WHERE name = 'writing') = 0 \
             BEGIN UPDATE carnet_stamps SET count = count + 1 WHERE name IN ('others', 'cache_epoch'{setup}); END;",
            trigger(schema, event),
            schema.collection
        );
        sql
    })
}

/// Takes these triggers out.
pub(super) fn unwatch(schema: &Schema) -> String {
    EVENTS.iter().fold(String::new(), |mut sql, event| {
        let _ = write!(sql, "DROP TRIGGER IF EXISTS {};", trigger(schema, event));
        sql
    })
}

/// Makes table and triggers where they are missing.
pub(super) fn prepare(connection: &mut Connection, layouts: &Layouts) -> Result<(), StoreError> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'carnet_counts_*'";
    let found: i64 = connection.query_row(sql, [], |row| row.get(0)).map_err(|error| plain(&error))?;
    let wanted = layouts.len().saturating_mul(EVENTS.len());
    if usize::try_from(found).is_ok_and(|found| found >= wanted) {
        return Ok(());
    }
    let transaction = immediate(connection)?;
    let mut sql = CREATE.to_owned();
    for layout in layouts.values() {
        sql.push_str(&watch(layout.schema));
    }
    transaction.execute_batch(&sql).map_err(|error| plain(&error))?;
    transaction.commit().map_err(|error| plain(&error))
}

/// From here to the end of the transaction this process counts for itself.
pub(super) fn begin(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    transaction
        .prepare_cached("UPDATE carnet_stamps SET count = 1 WHERE name = 'writing'")
        .and_then(|mut statement| statement.execute([]))
        .map(drop)
        .map_err(|error| plain(&error))
}

/// Counts the transaction and commits it.
pub(super) fn commit(transaction: Transaction<'_>, token: &str, moved: Moved) -> Result<(), StoreError> {
    count(&transaction, token, moved).and_then(|()| transaction.commit()).map_err(|error| plain(&error))
}

fn count(transaction: &Transaction<'_>, token: &str, moved: Moved) -> rusqlite::Result<()> {
    if transaction.prepare_cached(OWN)?.execute([token])? == 0 {
        let sql = "SELECT count(*) FROM carnet_stamps WHERE name >= 'process:' AND name < 'process;'";
        let processes: i64 = transaction.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        if processes >= MOST_PROCESSES {
            transaction.execute_batch(ADD_UP)?;
        }
        transaction.execute("INSERT INTO carnet_stamps (name, count) VALUES (?, 1)", [token])?;
    }
    transaction.prepare_cached(DONE)?.execute(params![moved.setup, moved.cache_epoch]).map(drop)
}

/// The counters, as one statement sees them.
pub(super) fn read(connection: &Connection, token: &str) -> Result<Stamps, StoreError> {
    let number = |row: &rusqlite::Row<'_>, column: usize| -> rusqlite::Result<u64> {
        row.get::<_, i64>(column).map(|count| u64::try_from(count).unwrap_or(0))
    };
    connection
        .prepare_cached(READ)
        .and_then(|mut statement| {
            statement.query_row([token], |row| {
                Ok(Stamps { setup: number(row, 0)?, cache_epoch: number(row, 1)?, foreign: number(row, 2)? })
            })
        })
        .map_err(|error| plain(&error))
}
