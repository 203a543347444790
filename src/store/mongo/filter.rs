//! Filters as MongoDB's query documents.

use mongodb::bson::{Bson, Document as Bdoc, doc};

use super::{
    convert::{comparable, path},
    errors::unfit,
};
use crate::{
    domain::{
        query::{Bound, Filter, KeyValue},
        schema::{Field, FieldType, Schema},
    },
    store::{StoreError, prefix::after_prefix},
};

/// The server refuses expressions of a hundred levels; pages add a few of their own.
const DEEPEST: usize = 85;

/// Fits no document.
fn nothing() -> Bdoc {
    doc! { "_id": { "$in": [] } }
}

/// The declared field of that name.
pub(super) fn declared(schema: &'static Schema, name: &str) -> Result<&'static Field, StoreError> {
    schema.field(name).ok_or_else(|| unfit(schema, format!("unknown field {name}")))
}

fn value_of(schema: &Schema, field: &Field, value: &KeyValue) -> Result<Bson, StoreError> {
    comparable(field, value)
        .ok_or_else(|| unfit(schema, format!("{} is of type {:?}, not {value:?}", field.name, field.kind)))
}

/// The filter as a query document.
pub(super) fn condition(schema: &'static Schema, filter: &Filter) -> Result<Bdoc, StoreError> {
    at_depth(schema, filter, 0)
}

fn at_depth(schema: &'static Schema, filter: &Filter, depth: usize) -> Result<Bdoc, StoreError> {
    if depth > DEEPEST {
        return Err(unfit(schema, "nested too deeply"));
    }
    let deeper = depth.saturating_add(1);
    let each = |parts: &[Filter]| -> Result<Vec<Bdoc>, StoreError> {
        parts.iter().map(|part| at_depth(schema, part, deeper)).collect()
    };
    Ok(match filter {
        Filter::All => Bdoc::new(),
        Filter::Equals(name, value) => {
            let field = declared(schema, name)?;
            doc! { path(field): { "$eq": value_of(schema, field, value)? } }
        }
        Filter::In(name, values) => {
            let field = declared(schema, name)?;
            no_words(schema, field)?;
            let values: Vec<Bson> =
                values.iter().map(|value| value_of(schema, field, value)).collect::<Result<_, _>>()?;
            doc! { path(field): { "$in": values } }
        }
        Filter::Range { field, min, max } => range(schema, declared(schema, field)?, min.as_ref(), max.as_ref())?,
        Filter::WordPrefix(name, prefix) => {
            let field = declared(schema, name)?;
            if field.kind != FieldType::Words {
                return Err(unfit(schema, format!("{name} does not hold words")));
            }
            word(field, prefix)
        }
        Filter::Exists(name) => present(declared(schema, name)?),
        Filter::And(parts) if parts.is_empty() => Bdoc::new(),
        Filter::And(parts) => doc! { "$and": each(parts)? },
        Filter::Or(parts) if parts.is_empty() => nothing(),
        Filter::Or(parts) => doc! { "$or": each(parts)? },
        Filter::Not(part) => doc! { "$nor": [at_depth(schema, part, deeper)?] },
    })
}

fn no_words(schema: &Schema, field: &Field) -> Result<(), StoreError> {
    match field.kind {
        FieldType::Words => Err(unfit(schema, format!("{} holds words", field.name))),
        FieldType::Key | FieldType::Integer | FieldType::Decimal | FieldType::Date => Ok(()),
    }
}

/// The document has the field: as an index bound, from the least value of the type on.
pub(super) fn present(field: &Field) -> Bdoc {
    let path = path(field);
    match field.kind {
        FieldType::Key => doc! { path: { "$gte": "" } },
        FieldType::Integer | FieldType::Decimal => doc! { path: { "$gte": f64::NEG_INFINITY } },
        FieldType::Date => doc! { path: { "$gte": mongodb::bson::DateTime::MIN } },
        FieldType::Words => doc! { path: { "$elemMatch": { "$gt": "" } } },
    }
}

/// It lacks it.
pub(super) fn absent(field: &Field) -> Bdoc {
    doc! { path(field): null }
}

fn range(schema: &Schema, field: &Field, min: Option<&Bound>, max: Option<&Bound>) -> Result<Bdoc, StoreError> {
    no_words(schema, field)?;
    let mut ends = Bdoc::new();
    for (bound, open, closed) in [(min, "$gt", "$gte"), (max, "$lt", "$lte")] {
        match bound {
            None => {}
            Some(Bound::Included(value)) => drop(ends.insert(closed, value_of(schema, field, value)?)),
            Some(Bound::Excluded(value)) => drop(ends.insert(open, value_of(schema, field, value)?)),
        }
    }
    Ok(if ends.is_empty() {
        present(field)
    } else {
        doc! { path(field): ends }
    })
}

/// One and the same word lies between the prefix and what comes after it: the bounds of the multikey index.
fn word(field: &Field, prefix: &str) -> Bdoc {
    if prefix.is_empty() {
        return present(field);
    }
    let mut ends = doc! { "$gte": prefix };
    if let Some(end) = after_prefix(prefix) {
        ends.insert("$lt", end);
    }
    doc! { path(field): { "$elemMatch": ends } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{entities::Student, schema::Entity};

    #[test]
    fn operators_in_values_stay_values() {
        let filter = Filter::equals("class_name", "$where");
        assert_eq!(condition(Student::SCHEMA, &filter).unwrap(), doc! { "class_name": { "$eq": "$where" } });
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let refused = |filter: &Filter| matches!(condition(Student::SCHEMA, filter), Err(StoreError::Query { .. }));
        assert!(refused(&Filter::equals("nobody", "x")));
        assert!(refused(&Filter::equals("average", "x")));
        assert!(refused(&Filter::equals("last_words", "x")));
        assert!(refused(&Filter::WordPrefix("class".into(), "x".into())));
        let deep = (0..100).fold(Filter::All, |filter, _| Filter::Not(Box::new(filter)));
        assert!(refused(&deep));
    }
}
