//! Total orders: their parts, their terms, and what lies beyond a cursor.

use std::fmt::Write as _;

use rusqlite::types::Value as Sql;

use super::{
    errors::unfit,
    filter::{Condition, declared, marks},
    layout::{Layout, column, comparable},
};
use crate::{
    domain::{
        query::{Cursor, Direction, Query, Seek},
        schema::{Field, FieldType},
    },
    store::StoreError,
};

/// A part of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Sorted by the id alone.
    Whole,
    /// Documents that have the first sort field.
    With,
    /// Documents that lack it.
    Without,
}

/// A sort, resolved against the schema.
pub(super) struct Order {
    pub keys: Vec<(&'static Field, Direction)>,
    id: Direction,
    /// The page is read from its end.
    pub backwards: bool,
}

/// The order that a query asks for.
pub(super) fn order(layout: &Layout, query: &Query) -> Result<Order, StoreError> {
    let mut keys = Vec::with_capacity(query.sort.0.len());
    for (name, direction) in &query.sort.0 {
        let field = declared(layout, name)?;
        if field.kind == FieldType::Words {
            return Err(unfit(layout.schema, format!("{name} cannot be sorted by")));
        }
        keys.push((field, *direction));
    }
    let id = keys.first().map_or(Direction::Ascending, |(_, direction)| *direction);
    Ok(Order { keys, id, backwards: matches!(query.seek, Seek::Before(_) | Seek::Last) })
}

impl Order {
    fn turned(&self, direction: Direction) -> Direction {
        if self.backwards { direction.reversed() } else { direction }
    }

    /// Columns and directions by which a part is read, the id last.
    pub(super) fn terms(&self, part: Part) -> Vec<(String, Direction)> {
        let skip = usize::from(part == Part::Without);
        let keys = self.keys.iter().skip(skip);
        let mut terms: Vec<_> = keys.map(|(field, way)| (format!("k.{}", column(field)), self.turned(*way))).collect();
        terms.push(("k.id".to_owned(), self.turned(self.id)));
        terms
    }

    /// The parts in the order in which they are read, from the cursor's own part on.
    pub(super) fn parts(&self, cursor: Option<&Cursor>) -> Vec<Part> {
        if self.keys.is_empty() {
            return vec![Part::Whole];
        }
        let mut parts = vec![Part::With, Part::Without];
        if self.backwards {
            parts.reverse();
        }
        match cursor.map(own_part) {
            Some(own) => parts.into_iter().skip_while(|part| *part != own).collect(),
            None => parts,
        }
    }

    /// What lies beyond the cursor in its own part.
    pub(super) fn beyond(&self, layout: &Layout, part: Part, cursor: &Cursor) -> Result<Condition, StoreError> {
        let skip = usize::from(part == Part::Without);
        let mut values = Vec::with_capacity(self.keys.len());
        for ((field, _), key) in self.keys.iter().zip(&cursor.keys).skip(skip) {
            let value = key.as_ref().and_then(|key| comparable(field, key));
            values.push(value.ok_or_else(|| unfit(layout.schema, format!("a cursor without {}", field.name)))?);
        }
        values.push(Sql::Text(cursor.id.clone()));
        Ok(after(&self.terms(part), &values))
    }
}

/// The part a cursor stands in, in a list with sort fields.
fn own_part(cursor: &Cursor) -> Part {
    match cursor.keys.first() {
        Some(Some(_)) => Part::With,
        Some(None) | None => Part::Without,
    }
}

fn sign(direction: Direction) -> &'static str {
    match direction {
        Direction::Ascending => ">",
        Direction::Descending => "<",
    }
}

/// Rows after these values: one row comparison where all terms run the same way, else spelt out, with the bound of
/// the first term in front for the index.
fn after(terms: &[(String, Direction)], values: &[Sql]) -> Condition {
    let Some((first, way)) = terms.first() else { return Condition::constant(true) };
    if terms.iter().all(|(_, other)| other == way) {
        let columns: Vec<&str> = terms.iter().map(|(column, _)| column.as_str()).collect();
        let marks = marks(values.len());
        let sql = format!("({}) {} ({marks})", columns.join(", "), sign(*way));
        return Condition { sql, parameters: values.to_vec() };
    }
    let mut all = Condition { sql: String::new(), parameters: values.first().cloned().into_iter().collect() };
    let mut branches = Vec::with_capacity(terms.len());
    for (depth, (column, way)) in terms.iter().enumerate() {
        let equal = terms.iter().take(depth).fold(String::new(), |mut equal, (column, _)| {
            let _ = write!(equal, "{column} = ? AND ");
            equal
        });
        branches.push(format!("({equal}{column} {} ?)", sign(*way)));
        all.parameters.extend(values.iter().take(depth.saturating_add(1)).cloned());
    }
    all.sql = format!("({first} {}= ? AND ({}))", sign(*way), branches.join(" OR "));
    all
}
