//! The naive store: documents in a vector, filters by reading them, orders by sorting. What the real ones must equal.

use std::cmp::Ordering;

use carnet::domain::{
    query::{Bound, Direction, Filter, KeyValue, Sort},
    schema::{DerivedValue, FieldType, Schema},
};
use serde_json::Value;

pub struct Model {
    pub schema: &'static Schema,
    pub docs: Vec<Value>,
}

fn id(doc: &Value) -> &str {
    doc["_id"].as_str().unwrap()
}

impl Model {
    fn words(&self, doc: &Value, name: &str) -> Vec<String> {
        (self.schema.derive)(doc)
            .into_iter()
            .find_map(|(field, value)| match value {
                DerivedValue::Words(words) if field == name => Some(words),
                _ => None,
            })
            .unwrap_or_default()
    }

    fn value(&self, doc: &Value, name: &str) -> Option<KeyValue> {
        let field = self.schema.field(name).unwrap();
        let derived = (self.schema.derive)(doc).into_iter().find_map(|(field, value)| match value {
            DerivedValue::Key(key) if field == name => Some(KeyValue::Text(key)),
            _ => None,
        });
        let stored = doc.get(name).filter(|value| !value.is_null());
        derived.or_else(|| {
            Some(match field.kind {
                FieldType::Key => KeyValue::Text(stored?.as_str()?.to_owned()),
                FieldType::Integer => KeyValue::Integer(stored?.as_i64()?),
                FieldType::Decimal => KeyValue::Decimal(format!("{:.0}", stored?.as_f64()? * 100.0).parse().unwrap()),
                FieldType::Date => KeyValue::Date(stored?.as_str()?.parse().unwrap()),
                FieldType::Words => return None,
            })
        })
    }

    fn fits(&self, doc: &Value, filter: &Filter) -> bool {
        match filter {
            Filter::All => true,
            Filter::Equals(name, value) => self.value(doc, name).as_ref() == Some(value),
            Filter::In(name, values) => self.value(doc, name).is_some_and(|value| values.contains(&value)),
            Filter::Range { field, min, max } => self.value(doc, field).is_some_and(|value| {
                let above = match min {
                    None => true,
                    Some(Bound::Included(min)) => value >= *min,
                    Some(Bound::Excluded(min)) => value > *min,
                };
                above
                    && match max {
                        None => true,
                        Some(Bound::Included(max)) => value <= *max,
                        Some(Bound::Excluded(max)) => value < *max,
                    }
            }),
            Filter::WordPrefix(name, prefix) => self.words(doc, name).iter().any(|word| word.starts_with(prefix)),
            Filter::Exists(name) => self.value(doc, name).is_some(),
            Filter::And(parts) => parts.iter().all(|part| self.fits(doc, part)),
            Filter::Or(parts) => parts.iter().any(|part| self.fits(doc, part)),
            Filter::Not(part) => !self.fits(doc, part),
        }
    }

    /// The order of two documents: absent first keys last, then the keys, then the id in the first key's direction.
    fn order(&self, one: &Value, two: &Value, sort: &Sort) -> Ordering {
        let mut outcome = Ordering::Equal;
        for (number, (name, direction)) in sort.0.iter().enumerate() {
            let (left, right) = (self.value(one, name), self.value(two, name));
            let way = match (number, &left, &right) {
                (0, None, Some(_)) => Ordering::Greater,
                (0, Some(_), None) => Ordering::Less,
                _ => turned(left.cmp(&right), *direction),
            };
            outcome = outcome.then(way);
        }
        let direction = sort.0.first().map_or(Direction::Ascending, |(_, direction)| *direction);
        outcome.then(turned(id(one).cmp(id(two)), direction))
    }

    /// The ids of the whole list.
    pub fn list(&self, filter: &Filter, sort: &Sort) -> Vec<String> {
        let mut found: Vec<&Value> = self.docs.iter().filter(|doc| self.fits(doc, filter)).collect();
        found.sort_by(|one, two| self.order(one, two, sort));
        found.into_iter().map(|doc| id(doc).to_owned()).collect()
    }
}

fn turned(ordering: Ordering, direction: Direction) -> Ordering {
    match direction {
        Direction::Ascending => ordering,
        Direction::Descending => ordering.reverse(),
    }
}
