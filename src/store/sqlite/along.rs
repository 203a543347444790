//! A page of a common word's hits, read in the list's order.
//!
//! The hits of one word stand in `{collection}_found` in each order that its field is declared along. A prefix is a few
//! such words (`tra`: Traoré and hardly another): of each the first rows beyond the cursor are read, and merged. So a
//! page costs as many rows as it has, and one look for each word, however many hits there are.

use rusqlite::{Connection, types::Value as Sql};

use super::{
    errors::plain,
    filter::Condition,
    layout::{Layout, column},
    order::{Order, Part},
    page::Row,
    words::{SMALL, Way, conjuncts, hits, rows_of, ways},
};
use crate::{
    domain::{
        query::{Cursor, Direction, Filter, KeyValue},
        schema::Field,
    },
    store::{StoreError, prefix::after_prefix},
};

/// More different words than this, and their hits are too many to be clustered: a walk finds them soon.
const MOST_WORDS: usize = 400;

/// Hits of what has no such order (a class of that name, a number): looked up one by one and merged with the others.
const MOST_OTHERS: u64 = 300;

/// Where to read.
struct Place<'a> {
    field: &'static Field,
    order: &'a Order,
    way: Direction,
    cursor: Option<&'a Cursor>,
    wanted: usize,
}

/// The rows of a page in reading order, if they can be read so.
pub(super) fn rows(
    connection: &Connection,
    layout: &Layout,
    filter: &Filter,
    order: &Order,
    cursor: Option<&Cursor>,
    wanted: usize,
) -> Result<Option<Vec<Row>>, StoreError> {
    let mut parts = Vec::new();
    conjuncts(filter, &mut parts);
    let ([part], [(field, _)]) = (parts.as_slice(), order.keys.as_slice()) else { return Ok(None) };
    let Some(ways) = ways(layout, part)? else { return Ok(None) };
    let listed = |way: &Way<'_>| match way {
        Way::Prefix(words, _) => words.along.contains(&field.name),
        Way::Rows(_) => false,
    };
    let (words, others): (Vec<Way<'_>>, Vec<Way<'_>>) = ways.into_iter().partition(listed);
    let small = |found: &Condition, cap: u64| Ok::<bool, StoreError>(hits(connection, found, cap)? < cap);
    let others = if others.is_empty() { None } else { Some(rows_of(layout, &others)?) };
    if words.is_empty() || small(&rows_of(layout, &words)?, SMALL)? {
        return Ok(None);
    }
    if let Some(others) = &others
        && !small(others, MOST_OTHERS)?
    {
        return Ok(None);
    }
    let Some((_, way)) = order.terms(Part::With).into_iter().next() else { return Ok(None) };
    let place = Place { field, order, way, cursor, wanted };
    let mut merged = Merged { way, wanted, rows: Vec::with_capacity(wanted.saturating_mul(2)) };
    if let Some(others) = others {
        read_others(connection, layout, &place, others, &mut merged)?;
    }
    let mut left = MOST_WORDS;
    for word in words {
        let Way::Prefix(words, prefix) = word else { continue };
        if !read_words(connection, layout, &place, (words, prefix), &mut left, &mut merged)
            .map_err(|error| plain(&error))?
        {
            return Ok(None);
        }
    }
    Ok(Some(merged.into_rows()))
}

/// The best rows so far.
struct Merged {
    way: Direction,
    wanted: usize,
    rows: Vec<(String, String, i64)>,
}

impl Merged {
    /// Stands it behind all rows that are wanted? Then so does what follows it in its own list.
    fn is_full_before(&self, key: &str, id: &str) -> bool {
        self.rows.len() >= self.wanted
            && self.rows.last().is_some_and(|(last, last_id, _)| {
                let order = (key, id).cmp(&(last.as_str(), last_id.as_str()));
                match self.way {
                    Direction::Ascending => order.is_gt(),
                    Direction::Descending => order.is_lt(),
                }
            })
    }

    /// After the rows of one more word: in order, each once, no more than are wanted.
    fn settle(&mut self) {
        match self.way {
            Direction::Ascending => self.rows.sort_unstable(),
            Direction::Descending => self.rows.sort_unstable_by(|one, two| two.cmp(one)),
        }
        self.rows.dedup_by_key(|(_, _, rid)| *rid);
        self.rows.truncate(self.wanted);
    }

    fn into_rows(self) -> Vec<Row> {
        let row = |(key, id, rid)| Row { rid, cursor: Cursor { keys: vec![Some(KeyValue::Text(key))], id } };
        self.rows.into_iter().map(row).collect()
    }
}

fn tail(place: &Place<'_>, key: &str) -> String {
    match place.way {
        Direction::Ascending => format!("ORDER BY {key}, k.id LIMIT ?"),
        Direction::Descending => format!("ORDER BY {key} DESC, k.id DESC LIMIT ?"),
    }
}

fn limit(place: &Place<'_>) -> Sql {
    Sql::Integer(i64::try_from(place.wanted).unwrap_or(i64::MAX))
}

fn read_others(
    connection: &Connection,
    layout: &Layout,
    place: &Place<'_>,
    others: Condition,
    merged: &mut Merged,
) -> Result<(), StoreError> {
    let key = format!("k.{}", column(place.field));
    let mut condition = Condition { sql: format!("k.rid IN ({})", others.sql), parameters: others.parameters };
    if let Some(cursor) = place.cursor {
        condition = condition.and(place.order.beyond(layout, Part::With, cursor)?);
    }
    let sql = format!("SELECT {key}, k.id, k.rid FROM {} k WHERE {} {}", layout.keys, condition.sql, tail(place, &key));
    condition.parameters.push(limit(place));
    let read = || -> rusqlite::Result<Vec<(String, String, i64)>> {
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map(rusqlite::params_from_iter(&condition.parameters), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
        rows.collect()
    };
    merged.rows.extend(read().map_err(|error| plain(&error))?);
    merged.settle();
    Ok(())
}

/// Reads the first rows of each word that begins so; `false`: there are too many such words.
fn read_words(
    connection: &Connection,
    layout: &Layout,
    place: &Place<'_>,
    (words, prefix): (&Field, &str),
    left: &mut usize,
    merged: &mut Merged,
) -> rusqlite::Result<bool> {
    let number = |field: &Field| Sql::Integer(layout.number(field.name).unwrap_or(-1));
    let (words, sort) = (number(words), number(place.field));
    let end = after_prefix(prefix).map_or(Sql::Null, Sql::Text);
    let next = |sign: &str| {
        format!(
            "SELECT word FROM {} WHERE field = ?1 AND sort = ?2 AND word {sign} ?3 AND (?4 IS NULL OR word < ?4) \
             ORDER BY word LIMIT 1",
            layout.found
        )
    };
    let (first, further) = (next(">="), next(">"));
    let beyond = match (place.cursor, place.way) {
        (None, _) => "",
        (Some(_), Direction::Ascending) => "AND (k.key, k.id) > (?, ?)",
        (Some(_), Direction::Descending) => "AND (k.key, k.id) < (?, ?)",
    };
    let sql = format!(
        "SELECT k.key, k.id, k.rid FROM {} k WHERE k.field = ? AND k.sort = ? AND k.word = ? {beyond} {}",
        layout.found,
        tail(place, "k.key")
    );
    let (mut word, mut look) = (prefix.to_owned(), first.as_str());
    loop {
        let found = connection
            .prepare_cached(look)?
            .query_row(rusqlite::params![words, sort, word, end], |row| row.get::<_, String>(0));
        word = match found {
            Ok(word) => word,
            Err(rusqlite::Error::QueryReturnedNoRows) => return Ok(true),
            Err(error) => return Err(error),
        };
        look = further.as_str();
        if *left == 0 {
            return Ok(false);
        }
        *left = left.saturating_sub(1);
        let mut parameters = vec![words.clone(), sort.clone(), Sql::Text(word.clone())];
        if let Some(cursor) = place.cursor {
            let key = match cursor.keys.first() {
                Some(Some(KeyValue::Text(key))) => key.clone(),
                Some(_) | None => return Ok(false),
            };
            parameters.extend([Sql::Text(key), Sql::Text(cursor.id.clone())]);
        }
        parameters.push(limit(place));
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(parameters))?;
        let mut fresh = Vec::new();
        while let Some(row) = rows.next()? {
            let (key, id): (String, String) = (row.get(0)?, row.get(1)?);
            if merged.is_full_before(&key, &id) {
                break;
            }
            fresh.push((key, id, row.get(2)?));
        }
        merged.rows.extend(fresh);
        merged.settle();
    }
}
