//! Tables of a collection, made from its declared schema.
//!
//! `{collection}` keeps the documents as JSON text. `{collection}_keys` beside it is narrow: the id and one column per
//! declared field (decimals in hundredths, dates as ISO text), with an index per indexed field and per declared order.
//! `{collection}_words` lists the words of `Words` fields; the key row holds the same words joined by newlines, so that
//! a walk along another index can test them without a second look-up, and a write knows which ones to take out.
//! `{collection}_found` lists the words of fields that are declared `along` some orders, each word in each order: what a
//! list of a common word's hits is read from.

use std::{collections::HashMap, fmt::Write as _, sync::Arc};

use rusqlite::types::Value as Sql;
use serde_json::Value;

use crate::domain::{
    query::KeyValue,
    schema::{DerivedValue, Field, FieldType, Schema, Source},
};

/// Raised when the derived words or keys of a field are made differently: key tables are then built again.
const DERIVATION: u32 = 2;

/// Stands before each word in a key row's words column.
pub(super) const WORD_MARK: char = '\n';

/// The names and statements of one collection.
#[derive(Debug)]
pub(super) struct Layout {
    pub schema: &'static Schema,
    pub docs: String,
    pub keys: String,
    pub words: String,
    pub found: String,
    /// The row of a document by its id.
    pub row: String,
    /// Row, version and creation of a document by its id.
    pub locate: String,
    pub version: String,
    pub get: String,
    pub fetch: String,
    pub insert_doc: String,
    pub update_doc: String,
    pub delete_doc: String,
    pub insert_keys: String,
    pub select_keys: String,
    pub delete_keys: String,
    pub insert_word: String,
    pub delete_word: String,
    pub insert_found: String,
    pub delete_found: String,
}

/// Every collection of a store.
pub(super) type Layouts = HashMap<&'static str, Arc<Layout>>;

/// The column of a field.
pub(super) fn column(field: &Field) -> String {
    format!("f_{}", field.name)
}

/// `, f_name` for each field, under a table's letter (`k.`).
pub(super) fn columns<'a>(table: &str, fields: impl Iterator<Item = &'a Field>) -> String {
    fields.fold(String::new(), |mut list, field| {
        let _ = write!(list, ", {table}{}", column(field));
        list
    })
}

impl Layout {
    pub(super) fn new(schema: &'static Schema) -> Self {
        let name = schema.collection;
        let (docs, keys, words) = (format!("\"{name}\""), format!("\"{name}_keys\""), format!("\"{name}_words\""));
        let found = format!("\"{name}_found\"");
        let columns = columns("", schema.fields.iter());
        let marks = ", ?".repeat(schema.fields.len());
        Self {
            schema,
            row: format!("SELECT rid FROM {keys} WHERE id = ?"),
            locate: format!(
                "SELECT k.rid, d.version, json_extract(d.doc, '$.created_at') \
                 FROM {keys} k JOIN {docs} d ON d.rid = k.rid WHERE k.id = ?"
            ),
            version: format!("SELECT d.version FROM {keys} k JOIN {docs} d ON d.rid = k.rid WHERE k.id = ?"),
            get: format!("SELECT d.version, d.doc FROM {keys} k JOIN {docs} d ON d.rid = k.rid WHERE k.id = ?"),
            fetch: format!("SELECT version, doc FROM {docs} WHERE rid = ?"),
            insert_doc: format!("INSERT INTO {docs} (version, doc) VALUES (?, ?)"),
            update_doc: format!("UPDATE {docs} SET version = ?, doc = ? WHERE rid = ?"),
            delete_doc: format!("DELETE FROM {docs} WHERE rid = ?"),
            insert_keys: format!("INSERT INTO {keys} (rid, id{columns}) VALUES (?, ?{marks})"),
            select_keys: format!("SELECT id{columns} FROM {keys} WHERE rid = ?"),
            delete_keys: format!("DELETE FROM {keys} WHERE rid = ?"),
            insert_word: format!("INSERT OR IGNORE INTO {words} (field, word, rid) VALUES (?, ?, ?)"),
            delete_word: format!("DELETE FROM {words} WHERE field = ? AND word = ? AND rid = ?"),
            insert_found: format!(
                "INSERT OR IGNORE INTO {found} (field, sort, word, key, id, rid) VALUES (?, ?, ?, ?, ?, ?)"
            ),
            delete_found: format!(
                "DELETE FROM {found} WHERE field = ? AND sort = ? AND word = ? AND key = ? AND id = ?"
            ),
            docs,
            keys,
            words,
            found,
        }
    }

    /// The table of documents.
    pub(super) fn create_docs(&self) -> String {
        format!(
            "CREATE TABLE IF NOT EXISTS {} (rid INTEGER PRIMARY KEY, version INTEGER NOT NULL, doc TEXT NOT NULL);",
            self.docs
        )
    }

    /// The key tables.
    pub(super) fn create_keys(&self) -> String {
        let mut sql = format!("CREATE TABLE {} (rid INTEGER PRIMARY KEY, id TEXT NOT NULL", self.keys);
        for field in self.schema.fields {
            let kind = match field.kind {
                FieldType::Key | FieldType::Date | FieldType::Words => "TEXT",
                FieldType::Integer | FieldType::Decimal => "INTEGER",
            };
            let _ = write!(sql, ", {} {kind}", column(field));
        }
        sql.push_str(");");
        if self.has_words() {
            let _ = write!(
                sql,
                "CREATE TABLE {} (field INTEGER NOT NULL, word TEXT NOT NULL, rid INTEGER NOT NULL, \
                 PRIMARY KEY (field, word, rid)) WITHOUT ROWID;",
                self.words
            );
        }
        if self.has_found() {
            let _ = write!(
                sql,
                "CREATE TABLE {} (field INTEGER NOT NULL, sort INTEGER NOT NULL, word TEXT NOT NULL, \
                 key TEXT NOT NULL, id TEXT NOT NULL, rid INTEGER NOT NULL, \
                 PRIMARY KEY (field, sort, word, key, id)) WITHOUT ROWID;",
                self.found
            );
        }
        sql
    }

    /// The indexes of the key table: each with its name and the statement that makes it.
    pub(super) fn indexes(&self) -> Vec<(String, String)> {
        let (collection, keys) = (self.schema.collection, &self.keys);
        let name = format!("{collection}_ids");
        let mut all = vec![(name.clone(), format!("CREATE UNIQUE INDEX \"{name}\" ON {keys} (id);"))];
        for field in self.schema.fields {
            self.index_field(&mut all, field);
        }
        for order in self.schema.orders {
            let columns: String = order.iter().fold(String::new(), |mut list, name| {
                let _ = write!(list, "f_{name}, ");
                list
            });
            let name = format!("{collection}_by_{}", order.join("_and_"));
            all.push((name.clone(), format!("CREATE INDEX \"{name}\" ON {keys} ({columns}id);")));
        }
        all
    }

    /// The indexes of one field: a unique one also serves reads.
    fn index_field(&self, all: &mut Vec<(String, String)>, field: &Field) {
        if field.kind == FieldType::Words {
            return;
        }
        let (collection, keys, column) = (self.schema.collection, &self.keys, column(field));
        if field.unique {
            let name = format!("{collection}_unique_{}", field.name);
            let sql = format!("CREATE UNIQUE INDEX \"{name}\" ON {keys} ({column}) WHERE {column} IS NOT NULL;");
            all.push((name, sql));
        }
        if field.indexed {
            let name = format!("{collection}_by_{}", field.name);
            let sql = format!("CREATE INDEX \"{name}\" ON {keys} ({column}, id);");
            all.push((name, sql));
        }
    }

    pub(super) fn drop_keys(&self) -> String {
        format!(
            "DROP TABLE IF EXISTS {}; DROP TABLE IF EXISTS {}; DROP TABLE IF EXISTS {};",
            self.keys, self.words, self.found
        )
    }

    pub(super) fn has_found(&self) -> bool {
        self.schema.fields.iter().any(|field| !field.along.is_empty())
    }

    /// The rows of a key row in the table of found words: field, order, word, key.
    pub(super) fn found_rows<'a>(&self, row: &'a [Sql]) -> Vec<(i64, i64, &'a str, &'a str)> {
        let mut all = Vec::new();
        for ((number, field), words) in (0_i64..).zip(self.schema.fields).zip(row) {
            for name in field.along {
                let Some(sort) = self.schema.fields.iter().position(|field| field.name == *name) else { continue };
                let (Some(Sql::Text(key)), Ok(sort)) = (row.get(sort), i64::try_from(sort)) else { continue };
                all.extend(split_words(words).into_iter().map(|word| (number, sort, word, key.as_str())));
            }
        }
        all
    }

    pub(super) fn has_words(&self) -> bool {
        self.schema.fields.iter().any(|field| field.kind == FieldType::Words)
    }

    /// What the key tables depend on: when it changes they are built again from the documents.
    pub(super) fn shape(&self) -> String {
        let mut shape = format!("derivation {DERIVATION};");
        for field in self.schema.fields {
            let _ = write!(
                shape,
                " {} {:?} {:?} indexed={} unique={} along={:?};",
                field.name, field.kind, field.source, field.indexed, field.unique, field.along
            );
        }
        let _ = write!(shape, " orders {:?}", self.schema.orders);
        shape
    }

    /// Position of a field, as the tables of words name it.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        let position = self.schema.fields.iter().position(|field| field.name == name)?;
        i64::try_from(position).ok()
    }

    /// The key row of a document: one value per declared field.
    ///
    /// # Errors
    /// In words: a declared field has another type.
    pub(super) fn key_row(&self, doc: &Value) -> Result<Vec<Sql>, String> {
        let derived = (self.schema.derive)(doc);
        let mut row = Vec::with_capacity(self.schema.fields.len());
        for field in self.schema.fields {
            row.push(match field.source {
                Source::Stored => stored_value(field, doc.get(field.name))?,
                Source::Derived => match derived.iter().find(|(name, _)| *name == field.name).map(|(_, value)| value) {
                    None => Sql::Null,
                    Some(DerivedValue::Key(key)) => Sql::Text(key.clone()),
                    Some(DerivedValue::Words(words)) => joined(words.iter().map(String::as_str)),
                },
            });
        }
        Ok(row)
    }
}

/// Words as a key row holds them; nothing for none.
fn joined<'a>(words: impl Iterator<Item = &'a str>) -> Sql {
    let mut text = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        text.push(WORD_MARK);
        text.extend(word.chars().filter(|c| *c != WORD_MARK));
    }
    if text.is_empty() { Sql::Null } else { Sql::Text(text) }
}

/// The words of a words column.
pub(super) fn split_words(value: &Sql) -> Vec<&str> {
    match value {
        Sql::Text(text) => text.split(WORD_MARK).filter(|word| !word.is_empty()).collect(),
        Sql::Null | Sql::Integer(_) | Sql::Real(_) | Sql::Blob(_) => Vec::new(),
    }
}

/// A number with two places in hundredths.
#[expect(clippy::cast_possible_truncation, reason = "checked against the range just before")]
fn hundredths(number: f64) -> Option<i64> {
    let scaled = (number * 100.0).round();
    (scaled.abs() < 9.0e15).then_some(scaled as i64)
}

/// A declared field's value as its column holds it.
///
/// # Errors
/// In words: it is of another type.
pub(super) fn stored_value(field: &Field, value: Option<&Value>) -> Result<Sql, String> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(Sql::Null) };
    let found = match field.kind {
        FieldType::Key => value.as_str().map(|text| Sql::Text(text.to_owned())),
        FieldType::Date => value
            .as_str()
            .filter(|text| text.parse::<jiff::civil::Date>().is_ok())
            .map(|text| Sql::Text(text.to_owned())),
        FieldType::Integer => value.as_i64().map(Sql::Integer),
        FieldType::Decimal => value.as_f64().and_then(hundredths).map(Sql::Integer),
        FieldType::Words => value.as_array().map(|words| joined(words.iter().filter_map(Value::as_str))),
    };
    found.ok_or_else(|| format!("{} is not of type {:?}", field.name, field.kind))
}

/// A value to compare a column with, if it is of the field's type.
pub(super) fn comparable(field: &Field, value: &KeyValue) -> Option<Sql> {
    match (field.kind, value) {
        (FieldType::Key, KeyValue::Text(text)) => Some(Sql::Text(text.clone())),
        (FieldType::Integer, KeyValue::Integer(number)) | (FieldType::Decimal, KeyValue::Decimal(number)) => {
            Some(Sql::Integer(*number))
        }
        (FieldType::Date, KeyValue::Date(date)) => Some(Sql::Text(date.to_string())),
        (FieldType::Key | FieldType::Integer | FieldType::Decimal | FieldType::Date | FieldType::Words, _) => None,
    }
}

/// A column's value as cursors hold it.
pub(super) fn key_value(field: &Field, value: Sql) -> Option<KeyValue> {
    match (field.kind, value) {
        (FieldType::Key, Sql::Text(text)) => Some(KeyValue::Text(text)),
        (FieldType::Integer, Sql::Integer(number)) => Some(KeyValue::Integer(number)),
        (FieldType::Decimal, Sql::Integer(number)) => Some(KeyValue::Decimal(number)),
        (FieldType::Date, Sql::Text(text)) => text.parse().ok().map(KeyValue::Date),
        (FieldType::Key | FieldType::Integer | FieldType::Decimal | FieldType::Date | FieldType::Words, _) => None,
    }
}
