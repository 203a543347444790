//! How a word prefix is looked for.
//!
//! The planner cannot know how many words begin with a prefix, so they are counted first, up to the point where all ways
//! cost the same.
//! - Few hits: they are looked up one by one, and sorted.
//! - Many: a walk along an index of the list's order, which has all that is shown of a row until it is fetched, against
//!   the set of hits. Where they stand badly in that order, it is given up for looking all of them up.
//! - Very many: a walk that tests each row's own words and meets a hit soon, or is given up for the set of hits.
//!
//! Before that, [`super::along`] reads lists whose hits stand in the wanted order already.

use rusqlite::{Connection, types::Value as Sql};

use super::{
    errors::plain,
    filter::{Condition, condition, declared, word_rows, words_field},
    layout::Layout,
};
use crate::{
    domain::{
        query::Filter,
        schema::{Field, FieldType},
    },
    store::StoreError,
};

/// So few hits are looked up one by one.
pub(super) const SMALL: u64 = 600;

/// What testing a row's own words costs, in rows of an index tested against a set of hits.
const WIDE: u64 = 13;

/// A filter as SQL, and how to try it.
pub(super) struct Found {
    pub first: Condition,
    /// Rows after which `first` is given up for `instead`.
    pub instead: Option<(u64, Condition)>,
}

impl Found {
    fn only(first: Condition) -> Self {
        Self { first, instead: None }
    }
}

/// The filter's parts that must all hold.
pub(super) fn conjuncts<'a>(filter: &'a Filter, into: &mut Vec<&'a Filter>) {
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

/// Something whose rows an index gives.
pub(super) enum Way<'a> {
    /// Words that begin so.
    Prefix(&'static Field, &'a str),
    /// Values of an indexed field.
    Rows(&'a Filter),
}

/// The ways of a part that is one, or a choice among several and nothing else.
pub(super) fn ways<'a>(layout: &Layout, part: &'a Filter) -> Result<Option<Vec<Way<'a>>>, StoreError> {
    Ok(match part {
        Filter::WordPrefix(name, prefix) => Some(vec![Way::Prefix(words_field(layout, name)?, prefix.as_str())]),
        Filter::Equals(name, _) | Filter::In(name, _) => {
            let field = declared(layout, name)?;
            (field.indexed && field.kind != FieldType::Words).then(|| vec![Way::Rows(part)])
        }
        Filter::Or(parts) if !parts.is_empty() => {
            let mut all = Vec::with_capacity(parts.len());
            for part in parts {
                match ways(layout, part)? {
                    Some(ways) => all.extend(ways),
                    None => return Ok(None),
                }
            }
            Some(all)
        }
        Filter::All | Filter::Range { .. } | Filter::Exists(_) | Filter::And(_) | Filter::Or(_) | Filter::Not(_) => {
            None
        }
    })
}

/// The rows that one of these ways gives, some of them twice.
pub(super) fn rows_of(layout: &Layout, ways: &[Way<'_>]) -> Result<Condition, StoreError> {
    let mut all = Condition::default();
    for way in ways {
        let one = match way {
            Way::Prefix(field, prefix) => word_rows(layout, field.name, prefix),
            Way::Rows(filter) => {
                let rows = condition(layout, filter)?;
                let sql = format!("SELECT k.rid FROM {} k WHERE {}", layout.keys, rows.sql);
                Condition { sql, parameters: rows.parameters }
            }
        };
        if !all.sql.is_empty() {
            all.sql.push_str(" UNION ALL ");
        }
        all.sql.push_str(&one.sql);
        all.parameters.extend(one.parameters);
    }
    Ok(all)
}

/// How many rows a statement gives, counted up to `cap`.
fn counted(connection: &Connection, sql: &str, mut parameters: Vec<Sql>, cap: u64) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(|error| plain(&error))?;
    parameters.push(Sql::Integer(i64::try_from(cap).unwrap_or(i64::MAX)));
    statement
        .query_row(rusqlite::params_from_iter(parameters), |row| row.get::<_, i64>(0))
        .map(|count| u64::try_from(count).unwrap_or(0))
        .map_err(|error| plain(&error))
}

/// How many hits there are, counted up to `cap`; what is hit twice counts twice.
pub(super) fn hits(connection: &Connection, rows: &Condition, cap: u64) -> Result<u64, StoreError> {
    let sql = format!("SELECT count(*) FROM ({} LIMIT ?)", rows.sql);
    counted(connection, &sql, rows.parameters.clone(), cap)
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

/// The filter's parts whose rows an index gives.
struct Parts {
    /// The rows of each.
    rows: Vec<Condition>,
    /// There is a word among them.
    words: bool,
    /// There is nothing else in the filter.
    whole: bool,
}

fn parts(layout: &Layout, filter: &Filter) -> Result<Parts, StoreError> {
    let mut all = Vec::new();
    conjuncts(filter, &mut all);
    let mut found = Parts { rows: Vec::new(), words: false, whole: true };
    for part in all {
        match ways(layout, part)? {
            Some(ways) => {
                found.words |= ways.iter().any(|way| matches!(way, Way::Prefix(..)));
                found.rows.push(rows_of(layout, &ways)?);
            }
            None => found.whole = false,
        }
    }
    Ok(found)
}

/// The rows that all of these have, read from the first one.
fn joint(rows: Vec<Condition>) -> Condition {
    let mut rows = rows.into_iter();
    let mut all = rows.next().unwrap_or_default();
    let mut word = "WHERE";
    for one in rows {
        if word == "WHERE" {
            all.sql = format!("SELECT rid FROM ({})", all.sql);
        }
        all.sql = format!("{} {word} rid IN ({})", all.sql, one.sql);
        all.parameters.extend(one.parameters);
        word = "AND";
    }
    all
}

fn among(rows: Condition) -> Condition {
    Condition { sql: format!("k.rid IN ({})", rows.sql), parameters: rows.parameters }
}

/// The same for a walk: the planner must not begin with the set.
fn met(rows: Condition) -> Condition {
    Condition { sql: format!("+k.rid IN ({})", rows.sql), parameters: rows.parameters }
}

/// The filter as SQL for reading about `wanted` rows of it (`None`: all of them).
pub(super) fn found(
    connection: &Connection,
    layout: &Layout,
    filter: &Filter,
    wanted: Option<u64>,
) -> Result<Found, StoreError> {
    let whole = condition(layout, filter)?;
    let parts = parts(layout, filter)?;
    if !parts.words {
        return Ok(Found::only(whole));
    }
    let total = total(connection, layout)?;
    let cap = match wanted {
        // Where looking into the set of hits costs as much as the rows between them.
        Some(wanted) => wanted.saturating_mul(total).saturating_mul(WIDE).isqrt().max(50),
        // Every row is read anyway: a walk is cheaper only where most of them fit.
        None => total.checked_div(4).unwrap_or(0).max(50),
    };
    let mut sets = Vec::with_capacity(parts.rows.len());
    let mut all_small = true;
    for rows in parts.rows {
        let count = hits(connection, &rows, cap)?;
        all_small &= count < cap;
        sets.push((count, rows));
    }
    sets.sort_by_key(|(count, _)| *count);
    let Some(best) = sets.first().map(|(count, _)| *count) else { return Ok(Found::only(whole)) };
    let exact = parts.whole && all_small;
    let several = sets.len() > 1;
    let sets = sets.into_iter().filter(|(count, _)| *count < cap || *count == best).map(|(_, rows)| rows);
    if best >= cap {
        let Some(wanted) = wanted else { return Ok(Found::only(whole)) };
        let soon = wanted.saturating_mul(total).checked_div(cap).unwrap_or(0).saturating_mul(8);
        let set = met(sets.take(1).next().unwrap_or_default());
        let instead = if several || !parts.whole { set.and(whole.clone()) } else { set };
        return Ok(Found { first: whole, instead: Some((soon, instead)) });
    }
    let rows = joint(sets.collect());
    let count = if several && best > SMALL { hits(connection, &rows, cap)? } else { best };
    let looked_up = among(rows.clone()).and(whole.clone());
    if wanted.is_none() || count <= SMALL {
        return Ok(Found::only(looked_up));
    }
    let walk = if exact { met(rows) } else { met(rows).and(whole) };
    let budget = if exact { count.saturating_mul(WIDE) } else { count };
    Ok(Found { first: walk, instead: Some((budget, looked_up)) })
}

/// A set of hits that others are looked up in is not made larger.
const LARGEST_SET: u64 = 20_000;

/// How many documents fit, up to `cap`, where the word index alone can tell soon.
pub(super) fn count(
    connection: &Connection,
    layout: &Layout,
    filter: &Filter,
    cap: u64,
) -> Result<Option<u64>, StoreError> {
    let parts = parts(layout, filter)?;
    if !parts.words || !parts.whole {
        return Ok(None);
    }
    let mut sets = Vec::with_capacity(parts.rows.len());
    for rows in parts.rows {
        sets.push((hits(connection, &rows, LARGEST_SET)?, rows));
    }
    sets.sort_by_key(|(count, _)| *count);
    if sets.iter().skip(1).any(|(count, _)| *count >= LARGEST_SET) {
        return Ok(None);
    }
    let rows = joint(sets.into_iter().map(|(_, rows)| rows).collect());
    let sql = format!("SELECT count(*) FROM (SELECT DISTINCT rid FROM ({}) LIMIT ?)", rows.sql);
    counted(connection, &sql, rows.parameters, cap).map(Some)
}
