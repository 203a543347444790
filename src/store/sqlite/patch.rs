//! Some fields of a document anew: its text is put together from the old one's parts, which are not read any further,
//! and what is derived from the others stays.

use std::collections::BTreeMap;

use rusqlite::{Transaction, params, types::Value as Sql};
use serde_json::{Map, Value, value::RawValue};

use super::{
    errors::{of_write, plain, unfit},
    layout::{Layout, columns, stored_value},
    rows::set_columns,
    write::{check, unreadable},
};
use crate::{
    domain::schema::{Field, FieldType, Source},
    store::{Expect, StoreError},
};

/// What is written with a patch besides its fields.
pub(super) struct Meta<'a> {
    /// `updated_at`.
    pub at: &'a str,
    /// `updated_by`.
    pub by: &'a str,
}

/// Sets the fields of the document at that version; the version that it has now.
pub(super) fn patch(
    transaction: &Transaction<'_>,
    layout: &Layout,
    (id, version): (&str, u64),
    fields: &Map<String, Value>,
    meta: &Meta<'_>,
) -> Result<u64, StoreError> {
    let declared = declared(layout, fields)?;
    let sql = format!(
        "SELECT k.rid, d.version, d.doc{} FROM {} k JOIN {} d ON d.rid = k.rid WHERE k.id = ?",
        columns("k.", declared.iter().copied()),
        layout.keys,
        layout.docs
    );
    let next = version.saturating_add(1);
    let (rid, json, old) = {
        let mut statement = transaction.prepare_cached(&sql).map_err(|error| plain(&error))?;
        let mut rows = statement.query([id]).map_err(|error| plain(&error))?;
        let row = rows.next().map_err(|error| plain(&error))?;
        let found = row.map(|row| row.get(1)).transpose().map_err(|error| plain(&error))?;
        check(layout, id, Expect::Version(version), found)?;
        let Some(row) = row else { return Err(unreadable(layout, id, "it is not there")) };
        let text = row.get_ref(2).ok().and_then(|text| text.as_str().ok());
        let json = text.and_then(|text| patched(text, next, fields, meta));
        let json = json.ok_or_else(|| unreadable(layout, id, "it is not an object"))?;
        let old: rusqlite::Result<Vec<Sql>> = (3..declared.len().saturating_add(3)).map(|at| row.get(at)).collect();
        (row.get::<_, i64>(0).map_err(|error| plain(&error))?, json, old.map_err(|error| plain(&error))?)
    };
    let mut changed = Vec::new();
    for (field, old) in declared.into_iter().zip(old) {
        let new = stored_value(field, fields.get(field.name)).map_err(|why| unreadable(layout, id, why))?;
        if new != old {
            changed.push((field, new));
        }
    }
    let number = i64::try_from(next).unwrap_or(i64::MAX);
    let written = transaction
        .prepare_cached(&layout.update_doc)
        .and_then(|mut statement| statement.execute(params![number, json, rid]))
        .and_then(|_| set_columns(transaction, layout, rid, changed));
    written.map_err(|error| of_write(layout.schema, &error))?;
    Ok(next)
}

/// The declared fields among those that are set: of kinds that have no rows besides the key row.
fn declared(layout: &Layout, fields: &Map<String, Value>) -> Result<Vec<&'static Field>, StoreError> {
    let schema = layout.schema;
    let set = |field: &&Field| field.source == Source::Stored && fields.contains_key(field.name);
    let declared: Vec<&Field> = schema.fields.iter().filter(set).collect();
    let sorts = |name: &str| schema.fields.iter().any(|field| field.along.contains(&name));
    match declared.iter().find(|field| field.kind == FieldType::Words || sorts(field.name)) {
        Some(field) => Err(unfit(schema, format!("{} is written with the whole document only", field.name))),
        None => Ok(declared),
    }
}

/// The text of the document with these fields, in the order of names that all documents have. `None`: it is no object.
fn patched(text: &str, version: u64, fields: &Map<String, Value>, meta: &Meta<'_>) -> Option<String> {
    let old: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    let mut new: BTreeMap<&str, String> = fields.iter().map(|(name, value)| (&**name, value.to_string())).collect();
    new.insert("version", version.to_string());
    new.insert("updated_at", Value::from(meta.at).to_string());
    new.insert("updated_by", Value::from(meta.by).to_string());
    let mut all: BTreeMap<&str, &str> = old.iter().map(|(name, value)| (name.as_str(), value.get())).collect();
    all.extend(new.iter().map(|(name, value)| (*name, value.as_str())));
    let mut json = String::with_capacity(text.len().saturating_add(256));
    for (name, value) in all {
        json.push(if json.is_empty() { '{' } else { ',' });
        json.push_str(&serde_json::to_string(name).ok()?);
        json.push(':');
        json.push_str(value);
    }
    json.push('}');
    Some(json)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_text_is_that_of_the_whole_document() {
        let old = json!({"_id": "s1", "average": null, "name": "Touré \"T\"", "updated_at": "x", "version": 3, "z": [1, {"b": 2.5}]});
        let fields = json!({"average": 12.5, "basis": "b"});
        let meta = Meta { at: "2026-11-20T08:00:00Z", by: "u1" };
        let text = patched(&old.to_string(), 4, fields.as_object().unwrap(), &meta).unwrap();
        let whole = json!({"_id": "s1", "average": 12.5, "basis": "b", "name": "Touré \"T\"",
                           "updated_at": "2026-11-20T08:00:00Z", "updated_by": "u1", "version": 4, "z": [1, {"b": 2.5}]});
        assert_eq!(text, whole.to_string());
        assert_eq!(patched("[]", 4, fields.as_object().unwrap(), &meta), None);
    }
}
