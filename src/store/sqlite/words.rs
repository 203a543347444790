//! How a word prefix is looked for: a rare one from the word index, a common one along the list's own order.
//!
//! The planner cannot know how many words begin with a prefix, so they are counted first, up to the point where both
//! ways cost the same. A walk meets `total / hits` rows for each hit, the word index gives `hits` rows that must be
//! sorted: they would meet at the square root of `page × total`. The word index gets twice that, because it reads its
//! rows in the order in which they lie; then a walk should need half of it. A walk along an order that the hits stand
//! badly in (all names in `t`, sorted by name) is given up after twice what it should need and done again from the word
//! index.

use rusqlite::{Connection, types::Value as Sql};

use super::{
    errors::plain,
    filter::{Condition, condition, word_rows},
    layout::Layout,
};
use crate::{domain::query::Filter, store::StoreError};

/// A filter as SQL, and how to try it.
pub(super) struct Found {
    pub first: Condition,
    /// Rows after which `first` is given up for `instead`.
    pub instead: Option<(u64, Condition)>,
}

/// The filter's parts that must all hold.
fn conjuncts<'a>(filter: &'a Filter, into: &mut Vec<&'a Filter>) {
    match filter {
        Filter::And(parts) => parts.iter().for_each(|part| conjuncts(part, into)),
        Filter::All
        | Filter::Equals(..)
        | Filter::In(..)
        | Filter::Range { .. }
        | Filter::WordPrefix(..)
        | Filter::Exists(_)
        | Filter::Or(_)
        | Filter::Not(_) => into.push(filter),
    }
}

/// The word prefixes of a part that is one, or a choice among several and nothing else.
fn prefixes(part: &Filter) -> Option<Vec<(&str, &str)>> {
    match part {
        Filter::WordPrefix(name, prefix) => Some(vec![(name.as_ref(), prefix.as_str())]),
        Filter::Or(parts) if !parts.is_empty() => {
            let lists: Option<Vec<_>> = parts.iter().map(prefixes).collect();
            lists.map(|lists| lists.concat())
        }
        Filter::All
        | Filter::Equals(..)
        | Filter::In(..)
        | Filter::Range { .. }
        | Filter::Exists(_)
        | Filter::And(_)
        | Filter::Or(_)
        | Filter::Not(_) => None,
    }
}

/// The rows that one of these prefixes finds.
fn rows_of(layout: &Layout, prefixes: &[(&str, &str)]) -> Condition {
    let mut all = Condition::default();
    for (name, prefix) in prefixes {
        let one = word_rows(layout, name, prefix);
        if !all.sql.is_empty() {
            all.sql.push_str(" UNION ALL ");
        }
        all.sql.push_str(&one.sql);
        all.parameters.extend(one.parameters);
    }
    all
}

/// How many entries of the word index begin so, counted up to `cap`.
fn hits(connection: &Connection, rows: &Condition, cap: u64) -> Result<u64, StoreError> {
    let sql = format!("SELECT count(*) FROM ({} LIMIT ?)", rows.sql);
    let mut statement = connection.prepare_cached(&sql).map_err(|error| plain(&error))?;
    let mut parameters = rows.parameters.clone();
    parameters.push(Sql::Integer(i64::try_from(cap).unwrap_or(i64::MAX)));
    statement
        .query_row(rusqlite::params_from_iter(parameters), |row| row.get::<_, i64>(0))
        .map(|count| u64::try_from(count).unwrap_or(0))
        .map_err(|error| plain(&error))
}

/// About how many rows a collection has: its highest row number.
fn total(connection: &Connection, layout: &Layout) -> Result<u64, StoreError> {
    let sql = format!("SELECT ifnull(max(rid), 0) FROM {}", layout.keys);
    connection
        .prepare_cached(&sql)
        .and_then(|mut statement| statement.query_row([], |row| row.get::<_, i64>(0)))
        .map(|count| u64::try_from(count).unwrap_or(0))
        .map_err(|error| plain(&error))
}

/// The filter as SQL for reading about `wanted` rows of it (`None`: all of them).
pub(super) fn found(
    connection: &Connection,
    layout: &Layout,
    filter: &Filter,
    wanted: Option<u64>,
) -> Result<Found, StoreError> {
    let whole = condition(layout, filter)?;
    let mut parts = Vec::new();
    conjuncts(filter, &mut parts);
    let choices: Vec<Vec<(&str, &str)>> = parts.into_iter().filter_map(prefixes).collect();
    if choices.is_empty() {
        return Ok(Found { first: whole, instead: None });
    }
    let total = total(connection, layout)?;
    let cap = match wanted {
        Some(wanted) => wanted.saturating_mul(total).isqrt().max(50).saturating_mul(2),
        // Every row is read anyway: a walk is cheaper only where most of them fit.
        None => total.checked_div(4).unwrap_or(0).max(50),
    };
    let mut best: Option<(u64, Condition)> = None;
    for choice in &choices {
        let rows = rows_of(layout, choice);
        let count = hits(connection, &rows, cap)?;
        if best.as_ref().is_none_or(|(least, _)| count < *least) {
            best = Some((count, rows));
        }
    }
    let Some((count, rows)) = best else { return Ok(Found { first: whole, instead: None }) };
    let from_words =
        Condition { sql: format!("k.rid IN ({})", rows.sql), parameters: rows.parameters }.and(whole.clone());
    Ok(if count < cap {
        Found { first: from_words, instead: None }
    } else if wanted.is_some() {
        Found { first: whole, instead: Some((cap.div_ceil(2), from_words)) }
    } else {
        Found { first: whole, instead: None }
    })
}
