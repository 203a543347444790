//! Reads other than pages. Each runs in one read transaction, so that what it says was true at one moment.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use rusqlite::{
    Connection, OptionalExtension, Transaction, TransactionBehavior, params_from_iter, types::Value as Sql,
};
use tokio::sync::mpsc;

use super::{
    errors::{plain, unfit},
    filter::{Condition, declared, marks, pad},
    layout::{Layout, Layouts, column},
    words::{self, found},
};
use crate::{
    domain::{
        entities,
        query::{Aggregate, Count, Filter, Group},
        schema::{Entity, FieldType},
    },
    store::{Document, Dumped, StoreError},
};

/// How many instructions of the virtual machine make one tick of a [`Reader::patience`].
pub(super) const TICK: i32 = 1_000;

/// A connection that reads.
pub(super) struct Reader {
    pub connection: Connection,
    /// Ticks until a statement is interrupted.
    pub patience: Arc<AtomicU64>,
}

impl Reader {
    pub(super) fn new(mut connection: Connection) -> Result<Self, StoreError> {
        let patience = Arc::new(AtomicU64::new(u64::MAX));
        let left = Arc::clone(&patience);
        let tick = move || left.fetch_sub(1, Ordering::Relaxed) <= 1;
        connection.progress_handler(TICK, Some(tick)).map_err(|error| plain(&error))?;
        Ok(Self { connection, patience })
    }

    /// What several statements see as one state.
    pub(super) fn transaction(&mut self) -> Result<Transaction<'_>, StoreError> {
        self.connection.transaction_with_behavior(TransactionBehavior::Deferred).map_err(|error| plain(&error))
    }
}

fn version(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// The document of a row.
pub(super) fn document(connection: &Connection, layout: &Layout, rid: i64, id: String) -> Result<Document, StoreError> {
    let mut statement = connection.prepare_cached(&layout.fetch).map_err(|error| plain(&error))?;
    let found = statement.query_row([rid], |row| Ok((version(row.get(0)?), row.get(1)?))).optional();
    match found.map_err(|error| plain(&error))? {
        Some((version, json)) => Ok(Document { id, version, json }),
        None => Err(StoreError::Corrupt(format!("{}: the key of {id} has no document", layout.schema.collection))),
    }
}

pub(super) fn get(reader: &mut Reader, layout: &Layout, id: &str) -> Result<Option<Document>, StoreError> {
    let mut statement = reader.connection.prepare_cached(&layout.get).map_err(|error| plain(&error))?;
    statement
        .query_row([id], |row| Ok(Document { id: id.to_owned(), version: version(row.get(0)?), json: row.get(1)? }))
        .optional()
        .map_err(|error| plain(&error))
}

pub(super) fn get_many(reader: &mut Reader, layout: &Layout, ids: &[String]) -> Result<Vec<Document>, StoreError> {
    let mut unique: Vec<&String> = ids.iter().collect();
    unique.sort_unstable();
    unique.dedup();
    let transaction = reader.transaction()?;
    let mut documents = Vec::with_capacity(unique.len());
    for chunk in unique.chunks(512) {
        let mut parameters: Vec<Sql> = chunk.iter().map(|id| Sql::Text((*id).clone())).collect();
        pad(&mut parameters);
        let sql = format!("SELECT k.rid, k.id FROM {} k WHERE k.id IN ({})", layout.keys, marks(parameters.len()));
        for (rid, id) in places(&transaction, &sql, parameters)? {
            documents.push(document(&transaction, layout, rid, id)?);
        }
    }
    Ok(documents)
}

/// Rows and ids that a statement gives.
fn places(connection: &Connection, sql: &str, parameters: Vec<Sql>) -> Result<Vec<(i64, String)>, StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(|error| plain(&error))?;
    let rows = statement
        .query_map(params_from_iter(parameters), |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(|error| plain(&error))?;
    rows.collect::<Result<_, _>>().map_err(|error| plain(&error))
}

pub(super) fn scan(
    reader: &mut Reader,
    layout: &Layout,
    filter: &Filter,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Document>, StoreError> {
    let transaction = reader.transaction()?;
    let mut condition: Condition = found(&transaction, layout, filter, None)?.first;
    if let Some(after) = after {
        condition =
            condition.and(Condition { sql: "k.id > ?".to_owned(), parameters: vec![Sql::Text(after.to_owned())] });
    }
    // An entry that a hand took out of the file is for the chain to miss: it says which.
    let there = if *layout.schema == *entities::AuditEntry::SCHEMA {
        format!(" AND EXISTS (SELECT 1 FROM {} d WHERE d.rid = k.rid)", layout.docs)
    } else {
        String::new()
    };
    let (keys, filter) = (&layout.keys, condition.sql);
    let sql = format!("SELECT k.rid, k.id FROM {keys} k WHERE ({filter}){there} ORDER BY k.id LIMIT ?");
    let mut parameters = condition.parameters;
    parameters.push(Sql::Integer(i64::from(limit)));
    let places = places(&transaction, &sql, parameters)?;
    places.into_iter().map(|(rid, id)| document(&transaction, layout, rid, id)).collect()
}

pub(super) fn count(reader: &mut Reader, layout: &Layout, filter: &Filter, cap: u64) -> Result<Count, StoreError> {
    let transaction = reader.transaction()?;
    let over = cap.saturating_add(1);
    if let Some(found) = words::count(&transaction, layout, filter, over)? {
        return Ok(Count { count: found.min(cap), capped: found > cap });
    }
    let condition = found(&transaction, layout, filter, None)?.first;
    let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {} k WHERE {} LIMIT ?)", layout.keys, condition.sql);
    let mut parameters = condition.parameters;
    parameters.push(Sql::Integer(i64::try_from(over).unwrap_or(i64::MAX)));
    let mut statement = transaction.prepare_cached(&sql).map_err(|error| plain(&error))?;
    let found: i64 =
        statement.query_row(params_from_iter(parameters), |row| row.get(0)).map_err(|error| plain(&error))?;
    let found = u64::try_from(found).unwrap_or(0);
    Ok(Count { count: found.min(cap), capped: found > cap })
}

pub(super) fn aggregate(reader: &mut Reader, layout: &Layout, what: &Aggregate) -> Result<Vec<Group>, StoreError> {
    let over = match &what.over {
        None => "NULL".to_owned(),
        Some(name) => {
            let field = declared(layout, name)?;
            if !matches!(field.kind, FieldType::Integer | FieldType::Decimal) {
                return Err(unfit(layout.schema, format!("{name} is not a number")));
            }
            format!("k.{}", column(field))
        }
    };
    let group = match &what.group_by {
        None => None,
        Some(name) => {
            let field = declared(layout, name)?;
            if field.kind != FieldType::Key {
                return Err(unfit(layout.schema, format!("{name} does not make groups")));
            }
            Some(column(field))
        }
    };
    let transaction = reader.transaction()?;
    let condition = found(&transaction, layout, &what.filter, None)?.first;
    let key = group.as_ref().map_or_else(|| "NULL".to_owned(), |column| format!("k.{column}"));
    let grouped = if group.is_some() { format!(" GROUP BY {key} ORDER BY {key}") } else { String::new() };
    let sql = format!(
        "SELECT {key}, count(*), count({over}), ifnull(sum({over}), 0), min({over}), max({over}), \
         count(CASE WHEN {over} < ? THEN 1 END) FROM {} k WHERE {}{grouped}",
        layout.keys, condition.sql
    );
    let mut parameters = vec![what.below.map_or(Sql::Null, Sql::Integer)];
    parameters.extend(condition.parameters);
    let mut statement = transaction.prepare_cached(&sql).map_err(|error| plain(&error))?;
    let groups = statement
        .query_map(params_from_iter(parameters), |row| {
            Ok(Group {
                key: row.get(0)?,
                documents: version(row.get(1)?),
                count: version(row.get(2)?),
                sum: row.get(3)?,
                min: row.get(4)?,
                max: row.get(5)?,
                below: version(row.get(6)?),
            })
        })
        .map_err(|error| plain(&error))?;
    groups.collect::<Result<_, _>>().map_err(|error| plain(&error))
}

/// Every document, seen as one state.
pub(super) fn dump(reader: &mut Reader, layouts: &Layouts, into: &mpsc::Sender<Dumped>) -> Result<(), StoreError> {
    const STEP: usize = 500;
    let transaction = reader.transaction()?;
    let schemas = entities::ALL.iter().filter(|schema| entities::of_school(schema));
    for layout in schemas.filter_map(|schema| layouts.get(schema.collection)) {
        let collection = layout.schema.collection;
        let sql = format!(
            "SELECT k.id, d.version, d.doc FROM {} k JOIN {} d ON d.rid = k.rid ORDER BY k.id",
            layout.keys, layout.docs
        );
        let mut statement = transaction.prepare(&sql).map_err(|error| plain(&error))?;
        let mut rows = statement.query([]).map_err(|error| plain(&error))?;
        let mut documents = Vec::with_capacity(STEP);
        loop {
            let row = rows.next().map_err(|error| plain(&error))?;
            if documents.len() >= STEP || (row.is_none() && !documents.is_empty()) {
                let full = std::mem::replace(&mut documents, Vec::with_capacity(STEP));
                if into.blocking_send(Dumped { collection, documents: full }).is_err() {
                    return Ok(());
                }
            }
            let Some(row) = row else { break };
            let read = || Ok(Document { id: row.get(0)?, version: version(row.get(1)?), json: row.get(2)? });
            documents.push(read().map_err(|error: rusqlite::Error| plain(&error))?);
        }
    }
    Ok(())
}
