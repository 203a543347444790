//! Documents: JSON on our side, BSON on the server's.
//!
//! Declared dates and the moments of creation and change are BSON dates; derived values stand under `search`, the
//! count of guards under `_guards`, and neither is part of the document that we hand out. Everything else keeps its
//! JSON shape: whole numbers are integers, numbers with a point are doubles.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use mongodb::bson::{Bson, DateTime, Document as Bdoc};
use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeMap, SerializeSeq},
};
use serde_json::Value;

use super::{
    dates::{self, Entry},
    errors::unreadable,
};
use crate::{
    domain::{
        query::KeyValue,
        schema::{DerivedValue, Field, FieldType, Schema, Source},
    },
    store::{Document, StoreError},
};

/// Where derived values stand.
pub(super) const SEARCH: &str = "search";
/// How often the document has been guarded: raising it makes two transactions meet.
pub(super) const GUARDS: &str = "_guards";
/// What the store keeps beside a body.
pub(super) const META: &[&str] = &["version", "created_at", "updated_at", "updated_by"];

/// The path of a declared field.
pub(super) fn path(field: &Field) -> String {
    match field.source {
        Source::Stored => field.name.to_owned(),
        Source::Derived => format!("{SEARCH}.{}", field.name),
    }
}

/// A moment, to the millisecond.
pub(super) fn moment(at: Timestamp) -> DateTime {
    DateTime::from_millis(at.as_millisecond())
}

/// Midnight, UTC.
pub(super) fn day(date: Date) -> Option<DateTime> {
    date.to_zoned(TimeZone::UTC).ok().map(|zoned| moment(zoned.timestamp()))
}

fn timestamp(at: DateTime) -> Option<Timestamp> {
    Timestamp::from_millisecond(at.timestamp_millis()).ok()
}

pub(super) fn civil(at: DateTime) -> Option<Date> {
    timestamp(at).map(|at| at.to_zoned(TimeZone::UTC).date())
}

/// Any JSON value; a number too large for 64 bits is the only one that has no BSON.
fn bson(value: &Value) -> Option<Bson> {
    Some(match value {
        Value::Null => Bson::Null,
        Value::Bool(truth) => Bson::Boolean(*truth),
        Value::String(text) => Bson::String(text.clone()),
        Value::Array(items) => Bson::Array(items.iter().map(bson).collect::<Option<_>>()?),
        Value::Object(map) => {
            let pairs = map.iter().map(|(name, value)| bson(value).map(|value| (name.clone(), value)));
            Bson::Document(pairs.collect::<Option<_>>()?)
        }
        Value::Number(number) => {
            if number.is_f64() {
                Bson::Double(number.as_f64()?)
            } else {
                let number = number.as_i64()?;
                i32::try_from(number).map_or(Bson::Int64(number), Bson::Int32)
            }
        }
    })
}

/// A declared field's value, if it is of its type.
fn stored(field: &Field, value: &Value) -> Option<Bson> {
    if value.is_null() {
        return Some(Bson::Null);
    }
    let fits = match field.kind {
        FieldType::Date => return value.as_str()?.parse().ok().and_then(day).map(Bson::DateTime),
        FieldType::Key => value.is_string(),
        FieldType::Integer => value.as_i64().is_some(),
        FieldType::Decimal => value.is_number(),
        FieldType::Words => value.is_array(),
    };
    if fits { bson(value) } else { None }
}

/// The body of a document with its declared types, its id first, and what is derived from it; without meta.
pub(super) fn body(schema: &'static Schema, id: &str, body: &Value) -> Result<Bdoc, StoreError> {
    let Value::Object(map) = body else { return Err(unreadable(schema, id, "it is not an object")) };
    let mut document = Bdoc::new();
    document.insert("_id", id);
    for (name, value) in map {
        if name == "_id" || META.contains(&name.as_str()) {
            continue;
        }
        document.insert(name.clone(), field(schema, id, name, value)?);
    }
    if let Some(search) = derived(schema, body) {
        document.insert(SEARCH, search);
    }
    Ok(document)
}

/// A field at the top of a document, as its declared type.
pub(super) fn field(schema: &'static Schema, id: &str, name: &str, value: &Value) -> Result<Bson, StoreError> {
    if name == SEARCH || name == GUARDS {
        return Err(unreadable(schema, id, format!("{name} is the store's own name")));
    }
    let declared = schema.field(name).filter(|field| field.source == Source::Stored);
    let converted = match declared {
        Some(field) => stored(field, value).ok_or_else(|| format!("{name} is not of type {:?}", field.kind)),
        None => bson(value).ok_or_else(|| format!("{name} holds a number beyond 64 bits")),
    };
    let converted = converted.map_err(|why| unreadable(schema, id, why))?;
    Ok(dates::dated(schema.collection, name, converted))
}

/// What stands under `search`; nothing for schemas without derived fields.
pub(super) fn derived(schema: &Schema, body: &Value) -> Option<Bdoc> {
    schema.fields.iter().any(|field| field.source == Source::Derived).then(|| {
        let values = (schema.derive)(body).into_iter().map(|(name, value)| match value {
            DerivedValue::Key(key) => (name.to_owned(), Bson::String(key)),
            DerivedValue::Words(words) => (name.to_owned(), Bson::Array(words.into_iter().map(Bson::String).collect())),
        });
        values.collect()
    })
}

/// A whole document as a backup holds it, meta included.
pub(super) fn whole(schema: &'static Schema, document: &Value) -> Result<(String, Bdoc), StoreError> {
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    let id = text("_id").filter(|id| !id.is_empty()).map(str::to_owned);
    let id = id.ok_or_else(|| unreadable(schema, "", "it has no _id"))?;
    let version = document.get("version").and_then(Value::as_i64).filter(|version| *version > 0);
    let moment_of = |name| text(name).and_then(|text| text.parse().ok()).map(moment);
    let meta = (version, moment_of("created_at"), moment_of("updated_at"), text("updated_by"));
    let (Some(version), Some(created), Some(updated), Some(by)) = meta else {
        return Err(unreadable(schema, &id, "it has no version or moments"));
    };
    let mut whole = body(schema, &id, document)?;
    whole.insert("version", version);
    whole.insert("created_at", created);
    whole.insert("updated_at", updated);
    whole.insert("updated_by", by);
    Ok((id, whole))
}

/// A declared field's value as the server compares it, if it is of the field's type.
#[expect(clippy::cast_precision_loss, reason = "hundredths of marks and averages are far below 2^53")]
pub(super) fn comparable(field: &Field, value: &KeyValue) -> Option<Bson> {
    match (field.kind, value) {
        (FieldType::Key, KeyValue::Text(text)) => Some(Bson::String(text.clone())),
        (FieldType::Integer, KeyValue::Integer(number)) => Some(Bson::Int64(*number)),
        (FieldType::Decimal, KeyValue::Decimal(hundredths)) => Some(Bson::Double(*hundredths as f64 / 100.0)),
        (FieldType::Date, KeyValue::Date(date)) => day(*date).map(Bson::DateTime),
        (FieldType::Key | FieldType::Integer | FieldType::Decimal | FieldType::Date | FieldType::Words, _) => None,
    }
}

/// A whole number of any BSON type.
pub(super) fn integer(value: &Bson) -> Option<i64> {
    match value {
        Bson::Int32(number) => Some(i64::from(*number)),
        Bson::Int64(number) => Some(*number),
        Bson::Double(number) => rounded(*number),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "checked against the range just before")]
fn rounded(number: f64) -> Option<i64> {
    let number = number.round();
    (number.abs() < 9.0e15).then_some(number as i64)
}

/// A field's value as cursors hold it.
pub(super) fn key_value(field: &Field, document: &Bdoc) -> Option<KeyValue> {
    let value = match field.source {
        Source::Stored => document.get(field.name),
        Source::Derived => document.get_document(SEARCH).ok().and_then(|search| search.get(field.name)),
    }?;
    match (field.kind, value) {
        (FieldType::Key, Bson::String(text)) => Some(KeyValue::Text(text.clone())),
        (FieldType::Date, Bson::DateTime(at)) => civil(*at).map(KeyValue::Date),
        (FieldType::Integer, value) => integer(value).map(KeyValue::Integer),
        (FieldType::Decimal, Bson::Double(number)) => rounded(number * 100.0).map(KeyValue::Decimal),
        (FieldType::Decimal, value) => integer(value)?.checked_mul(100).map(KeyValue::Decimal),
        (FieldType::Key | FieldType::Date | FieldType::Words, _) => None,
    }
}

/// A document as stores hand it out.
pub(super) fn document(schema: &'static Schema, mut found: Bdoc) -> Result<Document, StoreError> {
    found.remove(SEARCH);
    found.remove(GUARDS);
    let id = found.get_str("_id").unwrap_or_default().to_owned();
    let version = found.get("version").and_then(integer).and_then(|version| u64::try_from(version).ok());
    let version = version.ok_or_else(|| unreadable(schema, &id, "it has no version"))?;
    let json = serde_json::to_string(&Top { schema, document: &found })
        .map_err(|error| unreadable(schema, &id, error.to_string()))?;
    Ok(Document { id, version, json })
}

/// Fields in the order of their names, as the embedded store keeps them: backups are the same from either, byte for byte.
pub(super) fn in_order(document: &Bdoc) -> Vec<(&String, &Bson)> {
    let mut fields: Vec<(&String, &Bson)> = document.iter().collect();
    fields.sort_unstable_by_key(|(name, _)| *name);
    fields
}

/// The whole document, whose declared dates are days.
struct Top<'a> {
    schema: &'static Schema,
    document: &'a Bdoc,
}

impl Serialize for Top<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.document.len()))?;
        for (name, value) in in_order(self.document) {
            let is_day = self.schema.field(name).is_some_and(|field| field.kind == FieldType::Date);
            match value {
                Bson::DateTime(at) if is_day => map.serialize_entry(name, &civil(*at))?,
                Bson::Array(entries) => match dates::days(self.schema.collection, name) {
                    Some(days) => {
                        let entries = entries.iter().map(|value| Entry { value, days });
                        map.serialize_entry(name, &entries.collect::<Vec<_>>())?;
                    }
                    None => map.serialize_entry(name, &Json(value))?,
                },
                _ => map.serialize_entry(name, &Json(value))?,
            }
        }
        map.end()
    }
}

/// Any value inside a document.
pub(super) struct Json<'a>(pub &'a Bson);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Bson::Null | Bson::Undefined => serializer.serialize_unit(),
            Bson::Boolean(truth) => serializer.serialize_bool(*truth),
            Bson::Int32(number) => serializer.serialize_i32(*number),
            Bson::Int64(number) => serializer.serialize_i64(*number),
            Bson::Double(number) => serializer.serialize_f64(*number),
            Bson::String(text) | Bson::Symbol(text) => serializer.serialize_str(text),
            Bson::DateTime(at) => timestamp(*at).serialize(serializer),
            Bson::ObjectId(id) => serializer.collect_str(id),
            Bson::Array(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(&Json(item))?;
                }
                seq.end()
            }
            Bson::Document(document) => {
                let mut map = serializer.serialize_map(Some(document.len()))?;
                for (name, value) in in_order(document) {
                    map.serialize_entry(name, &Json(value))?;
                }
                map.end()
            }
            other => Err(S::Error::custom(format!("a value of type {:?}", other.element_type()))),
        }
    }
}
