//! Counts and integer sums.

use futures::TryStreamExt;
use mongodb::{
    Collection,
    bson::{Bson, Document as Bdoc, doc},
};

use super::{
    convert::{integer, path},
    errors::{plain, unfit},
    filter::{condition, declared},
};
use crate::{
    domain::{
        query::{Aggregate, Count, Filter, Group},
        schema::{FieldType, Schema},
    },
    store::StoreError,
};

/// Counts up to `cap`.
pub(super) async fn count(
    collection: &Collection<Bdoc>,
    schema: &'static Schema,
    filter: &Filter,
    cap: u64,
) -> Result<Count, StoreError> {
    let found = collection
        .count_documents(condition(schema, filter)?)
        .limit(cap.saturating_add(1).min(i64::MAX.unsigned_abs()))
        .await
        .map_err(|error| plain(&error))?;
    Ok(Count { count: found.min(cap), capped: found > cap })
}

/// Sums in the field's own unit: a decimal becomes hundredths before it is added.
pub(super) async fn aggregate(
    collection: &Collection<Bdoc>,
    schema: &'static Schema,
    what: &Aggregate,
) -> Result<Vec<Group>, StoreError> {
    let value = value_of(schema, what)?;
    let key = match &what.group_by {
        None => Bson::Null,
        Some(name) => {
            let field = declared(schema, name)?;
            if field.kind != FieldType::Key {
                return Err(unfit(schema, format!("{name} does not make groups")));
            }
            // Absent and null are one group.
            Bson::Document(doc! { "$ifNull": [format!("${}", path(field)), null] })
        }
    };
    let below = match what.below {
        None => Bson::Int64(0),
        Some(limit) => Bson::Document(doc! { "$cond": [{ "$and": [
            { "$ne": ["$value", null] }, { "$lt": ["$value", limit] },
        ] }, 1_i64, 0_i64] }),
    };
    let pipeline = [
        doc! { "$match": condition(schema, &what.filter)? },
        doc! { "$project": { "_id": 0, "key": key, "value": value } },
        doc! { "$group": {
            "_id": "$key",
            "documents": { "$sum": 1_i64 },
            "count": { "$sum": { "$cond": [{ "$ne": ["$value", null] }, 1_i64, 0_i64] } },
            "sum": { "$sum": "$value" },
            "min": { "$min": "$value" },
            "max": { "$max": "$value" },
            "below": { "$sum": below },
        } },
        doc! { "$sort": { "_id": 1 } },
    ];
    let groups = collection.aggregate(pipeline).allow_disk_use(true).await.map_err(|error| plain(&error))?;
    let groups: Vec<Bdoc> = groups.try_collect().await.map_err(|error| plain(&error))?;
    if groups.is_empty() && what.group_by.is_none() {
        return Ok(vec![Group { key: None, documents: 0, count: 0, sum: 0, min: None, max: None, below: 0 }]);
    }
    Ok(groups.iter().map(group).collect())
}

/// The number of a document that is added up, in its field's unit; null where there is none.
fn value_of(schema: &'static Schema, what: &Aggregate) -> Result<Bson, StoreError> {
    let Some(name) = &what.over else { return Ok(Bson::Document(doc! { "$literal": null })) };
    let over = declared(schema, name)?;
    let value = format!("${}", path(over));
    let unit = match over.kind {
        FieldType::Integer => doc! { "$toLong": &value },
        FieldType::Decimal => doc! { "$toLong": { "$round": [{ "$multiply": [&value, 100] }, 0] } },
        FieldType::Key | FieldType::Date | FieldType::Words => {
            return Err(unfit(schema, format!("{name} is not a number")));
        }
    };
    Ok(Bson::Document(doc! { "$cond": [{ "$isNumber": &value }, unit, null] }))
}

fn group(found: &Bdoc) -> Group {
    let number = |name: &str| found.get(name).and_then(integer);
    let many = |name: &str| number(name).and_then(|number| u64::try_from(number).ok()).unwrap_or(0);
    Group {
        key: found.get_str("_id").ok().map(str::to_owned),
        documents: many("documents"),
        count: many("count"),
        sum: number("sum").unwrap_or(0),
        min: number("min"),
        max: number("max"),
        below: many("below"),
    }
}
