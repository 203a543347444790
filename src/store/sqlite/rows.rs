//! The rows that one document is: itself, its keys, its words.

use rusqlite::{Connection, Statement, Transaction, params, types::Value as Sql};

use super::layout::{Layout, column, split_words};
use crate::domain::schema::{Field, FieldType};

/// A new document with its key row.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    layout: &Layout,
    id: String,
    version: i64,
    json: &str,
    row: Vec<Sql>,
) -> rusqlite::Result<()> {
    let rid = transaction.prepare_cached(&layout.insert_doc)?.insert(params![version, json])?;
    insert_keys(transaction, layout, rid, id, row)
}

/// The key row and words of a document that has none yet.
fn insert_keys(connection: &Connection, layout: &Layout, rid: i64, id: String, row: Vec<Sql>) -> rusqlite::Result<()> {
    for ((number, field), value) in (0_i64..).zip(layout.schema.fields).zip(&row) {
        if field.kind == FieldType::Words {
            let mut add = connection.prepare_cached(&layout.insert_word)?;
            for word in split_words(value) {
                add.execute(params![number, word, rid])?;
            }
        }
    }
    change_found(connection, layout, rid, &id, (&[], &row))?;
    insert_key_row(&mut *connection.prepare_cached(&layout.insert_keys)?, rid, id, row)
}

/// The key row alone.
pub(super) fn insert_key_row(insert: &mut Statement<'_>, rid: i64, id: String, row: Vec<Sql>) -> rusqlite::Result<()> {
    let mut values = Vec::with_capacity(row.len().saturating_add(2));
    values.extend([Sql::Integer(rid), Sql::Text(id)]);
    values.extend(row);
    insert.execute(rusqlite::params_from_iter(values)).map(drop)
}

/// Brings the table of found words from one key row to the other.
fn change_found(
    connection: &Connection,
    layout: &Layout,
    rid: i64,
    id: &str,
    (old, new): (&[Sql], &[Sql]),
) -> rusqlite::Result<()> {
    if !layout.has_found() {
        return Ok(());
    }
    let (old, new) = (layout.found_rows(old), layout.found_rows(new));
    for row in old.iter().filter(|row| !new.contains(row)) {
        let (field, sort, word, key) = row;
        connection.prepare_cached(&layout.delete_found)?.execute(params![field, sort, word, key, id])?;
    }
    for row in new.iter().filter(|row| !old.contains(row)) {
        let (field, sort, word, key) = row;
        connection.prepare_cached(&layout.insert_found)?.execute(params![field, sort, word, key, id, rid])?;
    }
    Ok(())
}

/// Changes a document, and of its key row only the columns that differ: an index that is not touched is not written.
pub(super) fn update(
    transaction: &Transaction<'_>,
    layout: &Layout,
    rid: i64,
    version: i64,
    json: &str,
    row: &[Sql],
) -> rusqlite::Result<()> {
    transaction.prepare_cached(&layout.update_doc)?.execute(params![version, json, rid])?;
    let (id, old) = key_row(transaction, layout, rid)?;
    change_found(transaction, layout, rid, &id, (&old, row))?;
    let mut changed = Vec::new();
    for (((number, field), old), new) in (0_i64..).zip(layout.schema.fields).zip(&old).zip(row) {
        if old == new {
            continue;
        }
        if field.kind == FieldType::Words {
            change_words(transaction, layout, rid, number, (old, new))?;
        }
        changed.push((field, new.clone()));
    }
    set_columns(transaction, layout, rid, changed)
}

/// Changes columns of a key row.
pub(super) fn set_columns(
    transaction: &Transaction<'_>,
    layout: &Layout,
    rid: i64,
    changed: Vec<(&Field, Sql)>,
) -> rusqlite::Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let (set, mut values): (Vec<String>, Vec<Sql>) =
        changed.into_iter().map(|(field, value)| (format!("{} = ?", column(field)), value)).unzip();
    values.push(Sql::Integer(rid));
    let sql = format!("UPDATE {} SET {} WHERE rid = ?", layout.keys, set.join(", "));
    transaction.prepare_cached(&sql)?.execute(rusqlite::params_from_iter(values)).map(drop)
}

/// The id and the key row as it stands.
fn key_row(connection: &Connection, layout: &Layout, rid: i64) -> rusqlite::Result<(String, Vec<Sql>)> {
    connection.prepare_cached(&layout.select_keys)?.query_row([rid], |row| {
        let values: rusqlite::Result<Vec<Sql>> =
            (1..=layout.schema.fields.len()).map(|column| row.get(column)).collect();
        Ok((row.get(0)?, values?))
    })
}

fn change_words(
    connection: &Connection,
    layout: &Layout,
    rid: i64,
    number: i64,
    (old, new): (&Sql, &Sql),
) -> rusqlite::Result<()> {
    let (old, new) = (split_words(old), split_words(new));
    for word in old.iter().filter(|word| !new.contains(word)) {
        connection.prepare_cached(&layout.delete_word)?.execute(params![number, word, rid])?;
    }
    for word in new.iter().filter(|word| !old.contains(word)) {
        connection.prepare_cached(&layout.insert_word)?.execute(params![number, word, rid])?;
    }
    Ok(())
}

/// Takes out a document with all that was made from it.
pub(super) fn remove(transaction: &Transaction<'_>, layout: &Layout, rid: i64) -> rusqlite::Result<()> {
    let (id, old) = key_row(transaction, layout, rid)?;
    change_found(transaction, layout, rid, &id, (&old, &[]))?;
    for ((number, field), value) in (0_i64..).zip(layout.schema.fields).zip(&old) {
        if field.kind == FieldType::Words {
            change_words(transaction, layout, rid, number, (value, &Sql::Null))?;
        }
    }
    transaction.prepare_cached(&layout.delete_keys)?.execute([rid])?;
    transaction.prepare_cached(&layout.delete_doc)?.execute([rid])?;
    Ok(())
}
