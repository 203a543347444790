//! Is the file whole, does every document parse, do the key tables say what the documents say?

use rusqlite::Connection;
use serde_json::Value;

use super::{
    errors::plain,
    layout::{Layout, Layouts, columns, split_words},
    read::Reader,
};
use crate::{domain::schema::FieldType, store::StoreError};

/// Nobody reads more lines than this.
const MOST: usize = 100;

pub(super) fn check(reader: &mut Reader, layouts: &Layouts) -> Result<Vec<String>, StoreError> {
    let transaction = reader.transaction()?;
    let mut wrong = Vec::new();
    let mut statement = transaction.prepare("PRAGMA integrity_check(100)").map_err(|error| plain(&error))?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0)).map_err(|error| plain(&error))?;
    for line in lines {
        let line = line.map_err(|error| plain(&error))?;
        if line != "ok" {
            wrong.push(line);
        }
    }
    let mut names: Vec<_> = layouts.keys().collect();
    names.sort_unstable();
    for layout in names.into_iter().filter_map(|name| layouts.get(name)) {
        match collection(&transaction, layout, &mut wrong) {
            // What is damaged is a finding; the other collections are looked at all the same.
            Err(StoreError::Corrupt(why)) => wrong.push(format!("{}: {why}", layout.schema.collection)),
            other => other?,
        }
        wrong.truncate(MOST);
    }
    Ok(wrong)
}

/// Compares every document with its key row, and the word table with what the key rows say.
fn collection(connection: &Connection, layout: &Layout, wrong: &mut Vec<String>) -> Result<(), StoreError> {
    let name = layout.schema.collection;
    let columns = columns("k.", layout.schema.fields.iter());
    let sql = format!(
        "SELECT d.rid, d.version, d.doc, k.id{columns} FROM {} d LEFT JOIN {} k ON k.rid = d.rid",
        layout.docs, layout.keys
    );
    let mut statement = connection.prepare(&sql).map_err(|error| plain(&error))?;
    let mut rows = statement.query([]).map_err(|error| plain(&error))?;
    let (mut documents, mut words, mut found) = (0_i64, 0_i64, 0_i64);
    while let Some(row) = rows.next().map_err(|error| plain(&error))? {
        documents = documents.saturating_add(1);
        let (fault, own) = document(layout, row).map_err(|error| plain(&error))?;
        words = words.saturating_add(own.0);
        found = found.saturating_add(own.1);
        if let Some(fault) = fault.filter(|_| wrong.len() < MOST) {
            wrong.push(format!("{name}: {fault}"));
        }
    }
    let count = |table: &str| -> Result<i64, StoreError> {
        connection
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .map_err(|error| plain(&error))
    };
    let keys = count(&layout.keys)?;
    if keys != documents {
        wrong.push(format!("{name}: {documents} documents, {keys} key rows"));
    }
    if layout.has_words() {
        let indexed = count(&layout.words)?;
        if indexed != words {
            wrong.push(format!("{name}: {words} words, {indexed} in the word index"));
        }
    }
    if layout.has_found() {
        let listed = count(&layout.found)?;
        if listed != found {
            wrong.push(format!("{name}: {found} words to be listed in order, {listed} are"));
        }
    }
    Ok(())
}

/// What is wrong with one document, and how many rows its key row has in the tables of words.
fn document(layout: &Layout, row: &rusqlite::Row<'_>) -> rusqlite::Result<(Option<String>, (i64, i64))> {
    let (rid, version, json): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let doc: Value = match serde_json::from_str(&json) {
        Ok(doc) => doc,
        Err(error) => return Ok((Some(format!("row {rid} does not parse: {error}")), (0, 0))),
    };
    let id: Option<String> = row.get(3)?;
    let Some(id) = id else { return Ok((Some(format!("row {rid} has no key row")), (0, 0))) };
    let mut stored = Vec::with_capacity(layout.schema.fields.len());
    for column in 4..layout.schema.fields.len().saturating_add(4) {
        stored.push(row.get::<_, rusqlite::types::Value>(column)?);
    }
    let words = |value: &rusqlite::types::Value| {
        let mut words = split_words(value);
        words.sort_unstable();
        words.dedup();
        i64::try_from(words.len()).unwrap_or(0)
    };
    let fields = layout.schema.fields.iter().zip(&stored).filter(|(field, _)| field.kind == FieldType::Words);
    let mut rows = layout.found_rows(&stored);
    rows.sort_unstable();
    rows.dedup();
    let counts = (fields.map(|(_, value)| words(value)).sum(), i64::try_from(rows.len()).unwrap_or(0));
    let fault = if doc.get("_id").and_then(Value::as_str) != Some(id.as_str()) {
        Some(format!("{id} is not the id in its document"))
    } else if doc.get("version").and_then(Value::as_i64) != Some(version) {
        Some(format!("{id} is at version {version}, its document says otherwise"))
    } else {
        match layout.key_row(&doc) {
            Err(why) => Some(format!("{id}: {why}")),
            Ok(expected) if expected != stored => Some(format!("{id}: the key row does not follow from the document")),
            Ok(_) => None,
        }
    };
    Ok((fault, counts))
}
