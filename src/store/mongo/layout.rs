//! Collections, indexes and the format of a database of ours.

use std::{collections::BTreeSet, fmt::Write as _, time::Duration};

use futures::{TryStreamExt, future::try_join_all};
use mongodb::{
    Collection, Database, IndexModel,
    bson::{Bson, DateTime, Document as Bdoc, doc},
    options::IndexOptions,
};
use serde_json::Value;

use super::{
    convert::{self, SEARCH, path},
    errors::{Halt, exists, plain, unreadable},
};
use crate::{
    domain::{
        entities,
        schema::{Field, FieldType, Schema},
    },
    protocol::ServerFault,
    store::StoreError,
};

/// The format this program writes; a higher one in the database is a newer program's.
pub(super) const FORMAT: i32 = 1;
/// Raised when derived words or keys are made differently: they are then made again.
const DERIVATION: u32 = 1;
/// How unique indexes begin; the field's name follows.
pub(super) const UNIQUE: &str = "unique_";
/// How indexes are named that the schemas declare.
const OURS: &[&str] = &[UNIQUE, "by_", "words_", "order_"];
/// Format and shapes of collections.
pub(super) const META: &str = "meta";
/// Operation ids of committed batches.
pub(super) const OPERATIONS: &str = "operations";
/// A retry comes within seconds; operation ids are kept a week.
const OPERATIONS_KEPT: Duration = Duration::from_secs(7 * 86_400);

/// The first server that can do all that the store asks for: 5.0.
pub(super) const WIRE: i32 = 13;

/// Transactions need a replica set (`false`) or a sharded cluster (`true`); `host`: what the address calls the server.
pub(super) fn deployment(hello: &Bdoc, host: &str) -> Result<bool, StoreError> {
    let host = host.to_owned();
    if hello.get_i32("maxWireVersion").unwrap_or_default() < WIRE {
        return Err(StoreError::Server(ServerFault::Old { host }));
    }
    let sharded = hello.get_str("msg").is_ok_and(|msg| msg == "isdbgrid");
    if sharded || hello.contains_key("setName") {
        return Ok(sharded);
    }
    Err(StoreError::Server(ServerFault::Standalone { host }))
}

/// Is that format ours to write to?
fn known(found: Option<&Bdoc>) -> Result<(), StoreError> {
    let Some(found) = found else {
        return Err(StoreError::Corrupt("the database has lost its format mark (meta)".to_owned()));
    };
    let format = found.get("format").and_then(convert::integer).and_then(|format| u32::try_from(format).ok());
    let format = format.ok_or_else(|| StoreError::Corrupt("the format mark (meta) cannot be read".to_owned()))?;
    if format > FORMAT.unsigned_abs() {
        return Err(StoreError::Newer { found: format, known: FORMAT.unsigned_abs() });
    }
    Ok(())
}

/// Refuses a write to a database that a newer program has taken over meanwhile.
pub(super) async fn gate(database: &Database) -> Result<(), Halt> {
    let found = database.collection::<Bdoc>(META).find_one(doc! { "_id": "format" }).await?;
    Ok(known(found.as_ref())?)
}

/// Makes an empty database ours, or checks that it is; makes what it lacks.
pub(super) async fn prepare(database: &Database) -> Result<(), StoreError> {
    let names = database.list_collection_names().await.map_err(|error| plain(&error))?;
    let names: BTreeSet<String> = names.into_iter().collect();
    let meta = database.collection::<Bdoc>(META);
    let mark = meta.find_one(doc! { "_id": "format" }).await.map_err(|error| plain(&error))?;
    if mark.is_none() {
        for schema in entities::ALL.iter().filter(|schema| names.contains(schema.collection)) {
            let any = database.collection::<Bdoc>(schema.collection).find_one(doc! {}).await;
            if any.map_err(|error| plain(&error))?.is_some() {
                let database = database.name().to_owned();
                return Err(StoreError::Server(ServerFault::Strange { database }));
            }
        }
        meta.update_one(doc! { "_id": "format" }, doc! { "$setOnInsert": { "format": FORMAT, "at": DateTime::now() } })
            .upsert(true)
            .await
            .map_err(|error| plain(&error))?;
    }
    let mark = meta.find_one(doc! { "_id": "format" }).await.map_err(|error| plain(&error))?;
    known(mark.as_ref())?;
    let kept = IndexOptions::builder().name("kept".to_owned()).expire_after(OPERATIONS_KEPT).build();
    let kept = IndexModel::builder().keys(doc! { "at": 1 }).options(kept).build();
    database.collection::<Bdoc>(OPERATIONS).create_index(kept).await.map_err(|error| plain(&error))?;
    // Each step waits for the journal: side by side they wait together.
    let each = entities::ALL.iter().map(|schema| collection(database, schema, names.contains(schema.collection)));
    try_join_all(each).await.map(drop)
}

/// Indexes of a collection, and its derived values where the schema has changed.
async fn collection(database: &Database, schema: &'static Schema, existed: bool) -> Result<(), StoreError> {
    let meta = database.collection::<Bdoc>(META);
    let mark = doc! { "_id": format!("shape:{}", schema.collection) };
    let shape = shape(schema);
    let found = meta.find_one(mark.clone()).await.map_err(|error| plain(&error))?;
    let same = found.is_some_and(|found| found.get_str("shape").is_ok_and(|found| found == shape));
    if same && existed {
        return Ok(());
    }
    if existed && !same {
        derive_again(database, schema).await?;
    }
    let indexes = indexes(schema);
    if !existed {
        // Made beforehand: a transaction had better not make collections. Somebody else may do the same just now.
        match database.create_collection(schema.collection).await {
            Err(error) if !exists(&error) => return Err(plain(&error)),
            Ok(()) | Err(_) => {}
        }
    }
    let collection = database.collection::<Bdoc>(schema.collection);
    if existed {
        drop_undeclared(&collection, &indexes).await?;
    }
    if !indexes.is_empty() {
        collection.create_indexes(indexes).await.map_err(|error| plain(&error))?;
    }
    meta.update_one(mark, doc! { "$set": { "shape": shape } })
        .upsert(true)
        .await
        .map_err(|error| plain(&error))
        .map(drop)
}

/// Takes away indexes of ours that an earlier schema declared; those that the school has made itself stay.
async fn drop_undeclared(collection: &Collection<Bdoc>, declared: &[IndexModel]) -> Result<(), StoreError> {
    let names = collection.list_index_names().await.map_err(|error| plain(&error))?;
    let wanted = |name: &str| {
        let mut options = declared.iter().filter_map(|index| index.options.as_ref());
        options.any(|options| options.name.as_deref() == Some(name))
    };
    for name in names {
        let ours = OURS.iter().any(|start| name.starts_with(start));
        if ours && !wanted(&name) {
            collection.drop_index(name).await.map_err(|error| plain(&error))?;
        }
    }
    Ok(())
}

/// What indexes and derived values depend on.
fn shape(schema: &Schema) -> String {
    let mut shape = format!("derivation {DERIVATION};");
    for field in schema.fields {
        let _ = write!(
            shape,
            " {} {:?} {:?} indexed={} unique={};",
            field.name, field.kind, field.source, field.indexed, field.unique
        );
    }
    let _ = write!(shape, " orders {:?}", schema.orders);
    shape
}

/// Makes derived values anew; a document that changes meanwhile has made its own.
async fn derive_again(database: &Database, schema: &'static Schema) -> Result<(), StoreError> {
    let collection = database.collection::<Bdoc>(schema.collection);
    let mut documents = collection.find(doc! {}).await.map_err(|error| plain(&error))?;
    while let Some(found) = documents.try_next().await.map_err(|error| plain(&error))? {
        let version = found.get("version").cloned().unwrap_or(Bson::Null);
        let document = convert::document(schema, found)?;
        let body: Value = serde_json::from_str(&document.json)
            .map_err(|error| unreadable(schema, &document.id, error.to_string()))?;
        let Some(search) = convert::derived(schema, &body) else { return Ok(()) };
        let place = doc! { "_id": document.id, "version": version };
        collection.update_one(place, doc! { "$set": { SEARCH: search } }).await.map_err(|error| plain(&error))?;
    }
    Ok(())
}

fn index(keys: Bdoc, name: String) -> IndexModel {
    IndexModel::builder().keys(keys).options(IndexOptions::builder().name(name).build()).build()
}

/// An index for each field that is searched or sorted by, and for each declared order.
fn indexes(schema: &Schema) -> Vec<IndexModel> {
    let mut all = Vec::new();
    for field in schema.fields {
        if field.unique {
            all.push(unique(field));
        }
        if field.kind == FieldType::Words {
            all.push(index(doc! { path(field): 1 }, format!("words_{}", field.name)));
        } else if field.indexed {
            all.push(index(doc! { path(field): 1, "_id": 1 }, format!("by_{}", field.name)));
        }
    }
    for order in schema.orders {
        let fields: Vec<&Field> = order.iter().filter_map(|name| schema.field(name)).collect();
        all.extend(directions(&fields));
    }
    all
}

/// Absent and null are free: only values of the field's type are in a unique index.
fn unique(field: &Field) -> IndexModel {
    let kind = match field.kind {
        FieldType::Key | FieldType::Words => "string",
        FieldType::Integer | FieldType::Decimal => "number",
        FieldType::Date => "date",
    };
    let options = IndexOptions::builder()
        .name(format!("{UNIQUE}{}", field.name))
        .unique(true)
        .partial_filter_expression(doc! { path(field): { "$type": kind } })
        .build();
    IndexModel::builder().keys(doc! { path(field): 1 }).options(options).build()
}

/// One index for each way the fields can run against the first; read backwards it serves the opposite ways too.
fn directions(fields: &[&Field]) -> Vec<IndexModel> {
    let mut all: Vec<(Bdoc, String)> = vec![(Bdoc::new(), "order".to_owned())];
    for (position, field) in fields.iter().enumerate() {
        let ways: &[(i32, &str)] = if position == 0 { &[(1, "")] } else { &[(1, ""), (-1, "down_")] };
        let longer = all.iter().flat_map(|(keys, name)| {
            ways.iter().map(move |(way, word)| {
                let mut keys = keys.clone();
                keys.insert(path(field), *way);
                (keys, format!("{name}_{word}{}", field.name))
            })
        });
        all = longer.collect();
    }
    let closed = all.into_iter().map(|(mut keys, name)| {
        keys.insert("_id", 1);
        index(keys, name)
    });
    closed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{entities::Student, schema::Entity};

    #[test]
    fn a_server_alone_is_refused() {
        let alone = doc! { "isWritablePrimary": true, "maxWireVersion": 17, "ok": 1.0 };
        let fault = |hello: &Bdoc| match deployment(hello, "h:1") {
            Err(StoreError::Server(fault)) => fault,
            other => panic!("{other:?}"),
        };
        assert_eq!(fault(&alone), ServerFault::Standalone { host: "h:1".to_owned() });
        assert_eq!(fault(&doc! { "setName": "rs0", "maxWireVersion": 9 }), ServerFault::Old { host: "h:1".to_owned() });
        assert!(!deployment(&doc! { "setName": "rs0", "maxWireVersion": 17 }, "h:1").unwrap());
        assert!(deployment(&doc! { "msg": "isdbgrid", "maxWireVersion": 17 }, "h:1").unwrap());
    }

    #[test]
    fn every_way_of_an_order_has_its_index() {
        let all = indexes(Student::SCHEMA);
        for keys in [
            doc! { "average": 1, "search.name_key": 1, "_id": 1 },
            doc! { "average": 1, "search.name_key": -1, "_id": 1 },
            doc! { "search.last_words": 1 },
            doc! { "phone": 1 },
        ] {
            assert!(all.iter().any(|index| index.keys == keys), "{keys}");
        }
        assert!(all.len() < 64, "the server's limit");
    }

    #[test]
    fn a_newer_format_is_refused() {
        known(Some(&doc! { "format": FORMAT })).unwrap();
        assert!(matches!(known(Some(&doc! { "format": 99 })), Err(StoreError::Newer { found: 99, .. })));
        assert!(matches!(known(Some(&doc! { "format": "x" })), Err(StoreError::Corrupt(_))));
        assert!(matches!(known(None), Err(StoreError::Corrupt(_))));
    }
}
