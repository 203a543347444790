//! Filters as SQL over a key table named `k`.
//!
//! A condition may come out null (a comparison with an absent field); null counts as false, `AND` and `OR` keep it
//! so, and `Not` makes it false before it turns it round: that is the logical complement.

use rusqlite::types::Value as Sql;

use super::{
    errors::unfit,
    layout::{Layout, WORD_MARK, column, comparable},
};
use crate::{
    domain::{
        query::{Bound, Filter, KeyValue},
        schema::{Field, FieldType},
    },
    store::{StoreError, prefix::after_prefix},
};

/// SQLite refuses expressions deeper than a thousand; nobody types half of that.
const DEEPEST: usize = 200;

/// More values than this are handed over as one JSON array.
const MANY: usize = 512;

/// A condition with its parameters, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Condition {
    pub sql: String,
    pub parameters: Vec<Sql>,
}

impl Condition {
    pub(super) fn constant(truth: bool) -> Self {
        Self { sql: if truth { "1" } else { "0" }.to_owned(), parameters: Vec::new() }
    }

    fn one(sql: String, parameter: Sql) -> Self {
        Self { sql, parameters: vec![parameter] }
    }

    /// Both.
    pub(super) fn and(self, other: Self) -> Self {
        Self::join(self, " AND ", other)
    }

    fn join(mut self, word: &str, other: Self) -> Self {
        self.sql = format!("({}{word}{})", self.sql, other.sql);
        self.parameters.extend(other.parameters);
        self
    }

    /// All of them by one word, as a balanced tree: long lists stay shallow.
    fn balanced(mut parts: Vec<Self>, word: &str, empty: bool) -> Self {
        while parts.len() > 1 {
            let mut next = Vec::with_capacity(parts.len().div_ceil(2));
            let mut rest = parts.into_iter();
            while let Some(first) = rest.next() {
                next.push(match rest.next() {
                    Some(second) => first.join(word, second),
                    None => first,
                });
            }
            parts = next;
        }
        parts.pop().unwrap_or_else(|| Self::constant(empty))
    }
}

/// The declared field of that name.
pub(super) fn declared(layout: &Layout, name: &str) -> Result<&'static Field, StoreError> {
    layout.schema.field(name).ok_or_else(|| unfit(layout.schema, format!("unknown field {name}")))
}

fn value_of(layout: &Layout, field: &Field, value: &KeyValue) -> Result<Sql, StoreError> {
    comparable(field, value)
        .ok_or_else(|| unfit(layout.schema, format!("{} is of type {:?}, not {value:?}", field.name, field.kind)))
}

/// The filter as a condition; word prefixes are tested on the key row.
pub(super) fn condition(layout: &Layout, filter: &Filter) -> Result<Condition, StoreError> {
    at_depth(layout, filter, 0)
}

fn at_depth(layout: &Layout, filter: &Filter, depth: usize) -> Result<Condition, StoreError> {
    if depth > DEEPEST {
        return Err(unfit(layout.schema, "nested too deeply"));
    }
    let deeper = depth.saturating_add(1);
    Ok(match filter {
        Filter::All => Condition::constant(true),
        Filter::Equals(name, value) => {
            let field = declared(layout, name)?;
            Condition::one(format!("k.{} = ?", column(field)), value_of(layout, field, value)?)
        }
        Filter::In(name, values) => one_of(layout, declared(layout, name)?, values)?,
        Filter::Range { field, min, max } => range(layout, declared(layout, field)?, min.as_ref(), max.as_ref())?,
        Filter::WordPrefix(name, prefix) => word_on_row(words_field(layout, name)?, prefix),
        Filter::Exists(name) => {
            Condition { sql: format!("k.{} IS NOT NULL", column(declared(layout, name)?)), parameters: Vec::new() }
        }
        Filter::And(parts) => Condition::balanced(each(layout, parts, deeper)?, " AND ", true),
        Filter::Or(parts) => Condition::balanced(each(layout, parts, deeper)?, " OR ", false),
        Filter::Not(part) => {
            let inner = at_depth(layout, part, deeper)?;
            Condition { sql: format!("NOT ifnull({}, 0)", inner.sql), parameters: inner.parameters }
        }
    })
}

fn each(layout: &Layout, parts: &[Filter], depth: usize) -> Result<Vec<Condition>, StoreError> {
    parts.iter().map(|part| at_depth(layout, part, depth)).collect()
}

fn one_of(layout: &Layout, field: &Field, values: &[KeyValue]) -> Result<Condition, StoreError> {
    let mut parameters: Vec<Sql> =
        values.iter().map(|value| value_of(layout, field, value)).collect::<Result<_, _>>()?;
    if parameters.is_empty() {
        if field.kind == FieldType::Words {
            return Err(unfit(layout.schema, format!("{} holds words", field.name)));
        }
        return Ok(Condition::constant(false));
    }
    if parameters.len() > MANY {
        let list = json_list(&parameters)?;
        return Ok(Condition::one(format!("k.{} IN (SELECT value FROM json_each(?))", column(field)), list));
    }
    pad(&mut parameters);
    let marks = marks(parameters.len());
    Ok(Condition { sql: format!("k.{} IN ({marks})", column(field)), parameters })
}

/// Repeats the last value up to a power of two, so that few different statements are prepared.
pub(super) fn pad(parameters: &mut Vec<Sql>) {
    if let Some(last) = parameters.last().cloned() {
        parameters.resize(parameters.len().next_power_of_two(), last);
    }
}

/// `?, ?, ?`
pub(super) fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

fn json_list(values: &[Sql]) -> Result<Sql, StoreError> {
    let list: Vec<serde_json::Value> = values
        .iter()
        .map(|value| match value {
            Sql::Integer(number) => serde_json::Value::from(*number),
            Sql::Text(text) => serde_json::Value::from(text.as_str()),
            Sql::Null | Sql::Real(_) | Sql::Blob(_) => serde_json::Value::Null,
        })
        .collect();
    serde_json::to_string(&list).map(Sql::Text).map_err(|error| StoreError::Other(error.to_string()))
}

fn range(layout: &Layout, field: &Field, min: Option<&Bound>, max: Option<&Bound>) -> Result<Condition, StoreError> {
    if field.kind == FieldType::Words {
        return Err(unfit(layout.schema, format!("{} holds words", field.name)));
    }
    let column = column(field);
    let end = |bound: Option<&Bound>, open: &str, closed: &str| -> Result<Option<Condition>, StoreError> {
        let (sign, value) = match bound {
            None => return Ok(None),
            Some(Bound::Included(value)) => (closed, value),
            Some(Bound::Excluded(value)) => (open, value),
        };
        Ok(Some(Condition::one(format!("k.{column} {sign} ?"), value_of(layout, field, value)?)))
    };
    Ok(match (end(min, ">", ">=")?, end(max, "<", "<=")?) {
        (None, None) => Condition { sql: format!("k.{column} IS NOT NULL"), parameters: Vec::new() },
        (Some(only), None) | (None, Some(only)) => only,
        (Some(low), Some(high)) => low.and(high),
    })
}

/// The declared field of that name, if it holds words.
pub(super) fn words_field(layout: &Layout, name: &str) -> Result<&'static Field, StoreError> {
    let field = declared(layout, name)?;
    if field.kind == FieldType::Words {
        Ok(field)
    } else {
        Err(unfit(layout.schema, format!("{name} does not hold words")))
    }
}

/// The prefix tested on the key row's own words.
fn word_on_row(field: &Field, prefix: &str) -> Condition {
    if prefix.contains(WORD_MARK) {
        return Condition::constant(false);
    }
    Condition::one(format!("instr(k.{}, ?) > 0", column(field)), Sql::Text(format!("{WORD_MARK}{prefix}")))
}

/// The rows whose words in that field begin with the prefix, from the word index.
pub(super) fn word_rows(layout: &Layout, name: &str, prefix: &str) -> Condition {
    let number = Sql::Integer(layout.number(name).unwrap_or(-1));
    let table = &layout.words;
    let mut found = Condition {
        sql: format!("SELECT rid FROM {table} WHERE field = ? AND word >= ?"),
        parameters: vec![number, Sql::Text(prefix.to_owned())],
    };
    if let Some(end) = after_prefix(prefix) {
        found.sql.push_str(" AND word < ?");
        found.parameters.push(Sql::Text(end));
    }
    found
}
