//! Pages of a total order, each an index read.
//!
//! A list is read as two parts, documents with the first sort field and documents without it, each in its own order;
//! a page that ends in one part goes on in the other.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use rusqlite::{Connection, types::Value as Sql};

use super::{
    along,
    errors::{plain, unfit},
    filter::Condition,
    layout::{Layout, column, columns, key_value},
    order::{Order, Part, order},
    read::{Reader, TICK, document},
    words::{Found, found},
};
use crate::{
    domain::query::{Cursor, Direction, KeyValue, Page, Query, Seek},
    store::{Document, StoreError},
};

/// A page is never longer.
const LONGEST: u32 = 10_000;

/// Instructions that a row costs on a walk, about.
const PER_ROW: u64 = 15;

/// A row of a page before its document is fetched.
pub(super) struct Row {
    pub rid: i64,
    pub cursor: Cursor,
}

/// The page that a query asks for.
pub(super) fn page(reader: &mut Reader, layout: &Layout, query: &Query) -> Result<Page<Document>, StoreError> {
    let order = order(layout, query)?;
    let cursor = match &query.seek {
        Seek::After(cursor) | Seek::Before(cursor) => Some(cursor),
        Seek::First | Seek::Last => None,
    };
    if cursor.is_some_and(|cursor| cursor.keys.len() != order.keys.len()) {
        return Err(unfit(layout.schema, "a cursor of another order"));
    }
    let limit = usize::try_from(query.limit.min(LONGEST)).unwrap_or(0);
    let wanted = limit.saturating_add(1);
    let patience = Arc::clone(&reader.patience);
    let transaction = reader.transaction()?;
    let mut rows = if let Some(rows) = along::rows(&transaction, layout, &query.filter, &order, cursor, wanted)? {
        rows
    } else {
        let filter = found(&transaction, layout, &query.filter, u64::try_from(wanted).ok())?;
        rows(&transaction, &patience, layout, &order, cursor, wanted, filter)?
    };
    let more = rows.len() > limit;
    rows.truncate(limit);
    if order.backwards {
        rows.reverse();
    }
    let mut items = Vec::with_capacity(rows.len());
    let mut cursors = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(document(&transaction, layout, row.rid, row.cursor.id.clone())?);
        cursors.push(row.cursor);
    }
    Ok(Page { items, cursors, more })
}

/// The rows of a page in reading order, by the cheaper of two ways.
fn rows(
    connection: &Connection,
    patience: &AtomicU64,
    layout: &Layout,
    order: &Order,
    cursor: Option<&Cursor>,
    wanted: usize,
    filter: Found,
) -> Result<Vec<Row>, StoreError> {
    let Some((budget, instead)) = filter.instead else {
        return read(connection, layout, order, cursor, wanted, &filter.first).map_err(ReadError::into_store);
    };
    let ticks = budget.saturating_mul(PER_ROW).checked_div(TICK.unsigned_abs().into()).unwrap_or(0);
    patience.store(ticks.max(1), Ordering::Relaxed);
    let walked = read(connection, layout, order, cursor, wanted, &filter.first);
    patience.store(u64::MAX, Ordering::Relaxed);
    match walked {
        Err(ReadError::Sqlite(error))
            if error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted) =>
        {
            read(connection, layout, order, cursor, wanted, &instead).map_err(ReadError::into_store)
        }
        other => other.map_err(ReadError::into_store),
    }
}

enum ReadError {
    Sqlite(rusqlite::Error),
    Store(StoreError),
}

impl ReadError {
    fn into_store(self) -> StoreError {
        match self {
            Self::Sqlite(error) => plain(&error),
            Self::Store(error) => error,
        }
    }
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Reads part after part until there are enough rows.
fn read(
    connection: &Connection,
    layout: &Layout,
    order: &Order,
    cursor: Option<&Cursor>,
    wanted: usize,
    filter: &Condition,
) -> Result<Vec<Row>, ReadError> {
    let mut rows: Vec<Row> = Vec::with_capacity(wanted.min(256));
    for (number, part) in order.parts(cursor).into_iter().enumerate() {
        let left = wanted.saturating_sub(rows.len());
        if left == 0 {
            break;
        }
        let mut condition = filter.clone();
        if let Some((first, _)) = order.keys.first() {
            match part {
                Part::Whole => {}
                Part::With => condition.sql = format!("k.{} IS NOT NULL AND {}", column(first), condition.sql),
                Part::Without => condition.sql = format!("k.{} IS NULL AND {}", column(first), condition.sql),
            }
        }
        if let Some(cursor) = cursor.filter(|_| number == 0) {
            condition = condition.and(order.beyond(layout, part, cursor).map_err(ReadError::Store)?);
        }
        read_part(connection, layout, order, part, condition, left, &mut rows)?;
    }
    Ok(rows)
}

fn read_part(
    connection: &Connection,
    layout: &Layout,
    order: &Order,
    part: Part,
    condition: Condition,
    left: usize,
    into: &mut Vec<Row>,
) -> Result<(), ReadError> {
    let columns = columns("k.", order.keys.iter().map(|(field, _)| *field));
    let terms: Vec<String> = order
        .terms(part)
        .into_iter()
        .map(|(column, way)| match way {
            Direction::Ascending => column,
            Direction::Descending => format!("{column} DESC"),
        })
        .collect();
    let sql = format!(
        "SELECT k.rid, k.id{columns} FROM {} k WHERE {} ORDER BY {} LIMIT ?",
        layout.keys,
        condition.sql,
        terms.join(", ")
    );
    let mut parameters = condition.parameters;
    parameters.push(Sql::Integer(i64::try_from(left).unwrap_or(i64::MAX)));
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = statement.query(rusqlite::params_from_iter(parameters))?;
    while let Some(row) = found.next()? {
        let mut keys: Vec<Option<KeyValue>> = Vec::with_capacity(order.keys.len());
        for (number, (field, _)) in order.keys.iter().enumerate() {
            keys.push(key_value(field, row.get(number.saturating_add(2))?));
        }
        into.push(Row { rid: row.get(0)?, cursor: Cursor { keys, id: row.get(1)? } });
    }
    Ok(())
}
