//! Opening: is the file ours, of a format we know, and do its key tables follow the declared schemas?

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, config::DbConfig};

use super::{
    errors::plain,
    evolve::{Migration, adapt, migrate},
    layout::{Layout, Layouts},
    patience, place, stamps,
};
use crate::{
    domain::{entities, schema::Schema},
    store::{StoreError, Tell},
};

/// The format this program reads and writes; kept in the file's `user_version`. It goes up with every change that an
/// older program could not live with, a new declared field included.
pub const FORMAT: u32 = 1;

/// `CRNT`: says that a file is ours.
const APPLICATION: i32 = 0x4352_4E54;

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// How long a write waits for another process before it is refused as [`StoreError::Locked`].
    pub busy: Duration,
    /// Threads that read.
    pub readers: usize,
    /// The file may not grow beyond so many pages of 4 KiB.
    pub max_pages: Option<u32>,
    /// Where a backup goes before a migration; by default the folder `backups` beside the file.
    pub backups: Option<PathBuf>,
    /// Hears why opening, or a write, takes long.
    pub tell: Tell,
    /// The kinds of record.
    pub schemas: &'static [&'static Schema],
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            busy: Duration::from_secs(5),
            readers: 2,
            max_pages: None,
            backups: None,
            tell: Tell::default(),
            schemas: entities::ALL,
        }
    }
}

/// The layouts of those schemas.
pub(super) fn layouts(schemas: &[&'static Schema]) -> Layouts {
    schemas.iter().map(|schema| (schema.collection, Layout::new(schema).into())).collect()
}

/// A connection to the file, tuned; it may not have to create the file.
pub(super) fn connect(path: &Path, options: &OpenOptions, cache_kib: u32) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(|error| plain(&error))?;
    connection.busy_handler(Some(patience::busy)).map_err(|error| plain(&error))?;
    connection.set_prepared_statement_cache_capacity(128);
    // Else a statement that looks for an id is planned anew for each id: longer work than the look-up.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(|error| plain(&error))?;
    connection
        .execute_batch(&format!(
            "PRAGMA synchronous = FULL; PRAGMA cache_size = -{cache_kib}; PRAGMA mmap_size = 0; \
             PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 0; PRAGMA trusted_schema = OFF;"
        ))
        .map_err(|error| plain(&error))?;
    if let Some(pages) = options.max_pages {
        let _: i64 = connection
            .pragma_update_and_check(None, "max_page_count", pages, |row| row.get(0))
            .map_err(|error| plain(&error))?;
    }
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn reader(path: &Path, options: &OpenOptions, cache_kib: u32) -> Result<Connection, StoreError> {
    let connection = connect(path, options, cache_kib)?;
    connection.pragma_update(None, "query_only", true).map_err(|error| plain(&error))?;
    Ok(connection)
}

/// Opens the file for writing, makes it if there is none, and brings it up to this program's format and schemas.
pub(super) fn writer(
    path: &Path,
    options: &OpenOptions,
    layouts: &Layouts,
    migrations: &[Migration],
) -> Result<Connection, StoreError> {
    place::prepare(path)?;
    made(path, options, layouts, migrations).map_err(|error| match error {
        StoreError::Unavailable(said) => place::cannot_open(path, said),
        other => other,
    })
}

fn made(
    path: &Path,
    options: &OpenOptions,
    layouts: &Layouts,
    migrations: &[Migration],
) -> Result<Connection, StoreError> {
    let mut connection = connect(path, options, 8_192)?;
    // Making an index of millions of rows sorts on the disk, not in memory.
    connection.pragma_update(None, "temp_store", "FILE").map_err(|error| plain(&error))?;
    if connection.is_readonly("main").map_err(|error| plain(&error))? {
        return Err(StoreError::ReadOnly);
    }
    let known = migrations.last().map_or(FORMAT, |last| last.to);
    let found = identify(&connection)?;
    if found.is_some_and(|found| found > known) {
        return Err(StoreError::Newer { found: found.unwrap_or_default(), known });
    }
    let mode: String = connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
        .map_err(|error| plain(&error))?;
    if !mode.eq_ignore_ascii_case("wal") {
        return Err(StoreError::Unavailable(format!("journal mode is {mode} and cannot become WAL")));
    }
    match found {
        None => initialise(&mut connection, known)?,
        Some(found) if found < known => migrate(&mut connection, path, options, found, migrations)?,
        Some(_) => {}
    }
    adapt(&mut connection, layouts, &options.tell)?;
    stamps::prepare(&mut connection, layouts)?;
    forget_old_operations(&connection)?;
    Ok(connection)
}

/// The format of a store of ours; `None`: an empty file.
pub(super) fn identify(connection: &Connection) -> Result<Option<u32>, StoreError> {
    let number = |name: &str| -> Result<i64, StoreError> {
        connection.pragma_query_value(None, name, |row| row.get(0)).map_err(|error| plain(&error))
    };
    let (application, format) = (number("application_id")?, number("user_version")?);
    if application == i64::from(APPLICATION) {
        return u32::try_from(format).map(Some).map_err(|_| StoreError::Corrupt(format!("format {format}")));
    }
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|error| plain(&error))?;
    if application == 0 && format == 0 && tables == 0 {
        return Ok(None);
    }
    Err(StoreError::Corrupt("another program's SQLite file".to_owned()))
}

/// Refuses to write to a store that a newer program has taken over since it was opened.
pub(super) fn gate(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let found: u32 = transaction
        .prepare_cached("PRAGMA user_version")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(|error| plain(&error))?;
    if found > FORMAT { Err(StoreError::Newer { found, known: FORMAT }) } else { Ok(()) }
}

pub(super) fn immediate(connection: &mut Connection) -> Result<Transaction<'_>, StoreError> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|error| plain(&error))
}

/// The tables that do not belong to a collection. Another process may have been first.
fn initialise(connection: &mut Connection, format: u32) -> Result<(), StoreError> {
    let transaction = immediate(connection)?;
    if identify(&transaction)?.is_none() {
        transaction
            .execute_batch(&format!(
                "CREATE TABLE carnet_ops (op TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID; \
                 CREATE TABLE carnet_shapes (collection TEXT PRIMARY KEY, shape TEXT NOT NULL) WITHOUT ROWID; \
                 PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {format};"
            ))
            .map_err(|error| plain(&error))?;
    }
    transaction.commit().map_err(|error| plain(&error))
}

/// Nobody retries an operation a month later (reckoned from the last one, so that no clock is needed).
fn forget_old_operations(connection: &Connection) -> Result<(), StoreError> {
    const OLD: &str = "FROM carnet_ops WHERE at < (SELECT max(at) FROM carnet_ops) - 30 * 86400000";
    // Who only reads need not wait for whoever writes.
    let any: bool = connection
        .query_row(&format!("SELECT EXISTS (SELECT 1 {OLD})"), [], |row| row.get(0))
        .map_err(|error| plain(&error))?;
    if any {
        connection.execute(&format!("DELETE {OLD}"), []).map_err(|error| plain(&error))?;
    }
    Ok(())
}
