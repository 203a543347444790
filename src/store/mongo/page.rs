//! Pages of a total order, each an index read.
//!
//! A list is read as two parts, documents with the first sort field and documents without it, each in its own order;
//! a page that ends in one part goes on in the other.

use futures::TryStreamExt;
use mongodb::{
    ClientSession, Collection,
    action::{Action, Find},
    bson::{Bson, Document as Bdoc, doc},
};
use tokio::sync::mpsc;

use super::{
    READ,
    convert::{self, comparable, key_value, path},
    errors::{plain, unfit},
    filter::{absent, condition, declared, present},
    within,
};
use crate::{
    domain::{
        query::{Cursor, Direction, Filter, Page, Query, Seek},
        schema::{Field, FieldType, Schema},
    },
    store::{Document, Dumped, StoreError, Unread},
};

/// A page is never longer.
const LONGEST: u32 = 10_000;

/// A part of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Sorted by the id alone.
    Whole,
    /// Documents that have the first sort field.
    With,
    /// Documents that lack it.
    Without,
}

/// The sort, resolved.
struct Order {
    schema: &'static Schema,
    keys: Vec<(&'static Field, Direction)>,
    id: Direction,
    /// The page is read from its end.
    backwards: bool,
}

impl Order {
    fn of(schema: &'static Schema, query: &Query) -> Result<Self, StoreError> {
        let mut keys = Vec::with_capacity(query.sort.0.len());
        for (name, direction) in &query.sort.0 {
            let field = declared(schema, name)?;
            if field.kind == FieldType::Words {
                return Err(unfit(schema, format!("{name} cannot be sorted by")));
            }
            keys.push((field, *direction));
        }
        let id = keys.first().map_or(Direction::Ascending, |(_, direction)| *direction);
        Ok(Self { schema, keys, id, backwards: matches!(query.seek, Seek::Before(_) | Seek::Last) })
    }

    fn turned(&self, direction: Direction) -> Direction {
        if self.backwards { direction.reversed() } else { direction }
    }

    /// Paths and directions by which a part is read, the id last.
    fn terms(&self, part: Part) -> Vec<(String, Direction)> {
        let keys = self.keys.iter().skip(usize::from(part == Part::Without));
        let mut terms: Vec<_> = keys.map(|(field, way)| (path(field), self.turned(*way))).collect();
        terms.push(("_id".to_owned(), self.turned(self.id)));
        terms
    }

    /// The parts in the order in which they are read, from the cursor's own part on.
    fn parts(&self, cursor: Option<&Cursor>) -> Vec<Part> {
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

    /// What belongs to the part.
    fn membership(&self, part: Part) -> Bdoc {
        match (part, self.keys.first()) {
            (Part::Whole, _) | (Part::With | Part::Without, None) => Bdoc::new(),
            (Part::With, Some((field, _))) => present(field),
            (Part::Without, Some((field, _))) => absent(field),
        }
    }

    /// What lies beyond the cursor in its own part.
    fn beyond(&self, part: Part, cursor: &Cursor) -> Result<Bdoc, StoreError> {
        let mut values = Vec::with_capacity(self.keys.len());
        for ((field, _), key) in self.keys.iter().zip(&cursor.keys).skip(usize::from(part == Part::Without)) {
            let value = key.as_ref().and_then(|key| comparable(field, key));
            values.push(value.ok_or_else(|| unfit(self.schema, format!("a cursor without {}", field.name)))?);
        }
        values.push(Bson::String(cursor.id.clone()));
        Ok(after(&self.terms(part), &values))
    }

    fn cursor(&self, document: &Bdoc) -> Cursor {
        Cursor {
            keys: self.keys.iter().map(|(field, _)| key_value(field, document)).collect(),
            id: document.get_str("_id").unwrap_or_default().to_owned(),
        }
    }
}

/// The part a cursor stands in, in a list with sort fields.
fn own_part(cursor: &Cursor) -> Part {
    match cursor.keys.first() {
        Some(Some(_)) => Part::With,
        Some(None) | None => Part::Without,
    }
}

fn beyond_sign(direction: Direction) -> &'static str {
    match direction {
        Direction::Ascending => "$gt",
        Direction::Descending => "$lt",
    }
}

/// Documents after these values, with the bound of the first term in front for the index.
fn after(terms: &[(String, Direction)], values: &[Bson]) -> Bdoc {
    let (Some((first, way)), Some(value)) = (terms.first(), values.first()) else { return Bdoc::new() };
    let mut branches = Vec::with_capacity(terms.len());
    let mut equal = Bdoc::new();
    for ((path, way), value) in terms.iter().zip(values) {
        let mut branch = equal.clone();
        branch.insert(path.clone(), doc! { beyond_sign(*way): value.clone() });
        branches.push(branch);
        equal.insert(path.clone(), value.clone());
    }
    let bound = match way {
        Direction::Ascending => "$gte",
        Direction::Descending => "$lte",
    };
    doc! { first: { bound: value.clone() }, "$or": branches }
}

fn both(parts: Vec<Bdoc>) -> Bdoc {
    let mut parts: Vec<Bdoc> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.len() > 1 {
        doc! { "$and": parts }
    } else {
        parts.pop().unwrap_or_default()
    }
}

/// Leaves fields out.
pub(super) fn without(unread: Unread) -> Option<Bdoc> {
    (!unread.is_empty()).then(|| unread.iter().map(|name| ((*name).to_owned(), Bson::Int32(0))).collect())
}

/// The page that a query asks for.
pub(super) async fn page(
    collection: &Collection<Bdoc>,
    schema: &'static Schema,
    query: &Query,
    unread: Unread,
) -> Result<Page<Document>, StoreError> {
    let order = Order::of(schema, query)?;
    let cursor = match &query.seek {
        Seek::After(cursor) | Seek::Before(cursor) => Some(cursor),
        Seek::First | Seek::Last => None,
    };
    if cursor.is_some_and(|cursor| cursor.keys.len() != order.keys.len()) {
        return Err(unfit(schema, "a cursor of another order"));
    }
    let limit = usize::try_from(query.limit.min(LONGEST)).unwrap_or(0);
    let wanted = limit.saturating_add(1);
    let filter = condition(schema, &query.filter)?;
    let mut found: Vec<Bdoc> = Vec::new();
    for (position, part) in order.parts(cursor).into_iter().enumerate() {
        let missing = wanted.saturating_sub(found.len());
        if missing == 0 {
            break;
        }
        let beyond = match cursor {
            Some(cursor) if position == 0 => order.beyond(part, cursor)?,
            Some(_) | None => Bdoc::new(),
        };
        let terms = order.terms(part).into_iter().map(|(path, way)| {
            let way = match way {
                Direction::Ascending => 1,
                Direction::Descending => -1,
            };
            (path, Bson::Int32(way))
        });
        let documents = collection
            .find(both(vec![filter.clone(), order.membership(part), beyond]))
            .sort(terms.collect::<Bdoc>())
            .optional(without(unread), Find::projection)
            .limit(i64::try_from(missing).unwrap_or(i64::MAX))
            .allow_disk_use(true)
            .await
            .map_err(|error| plain(&error))?;
        found.extend(documents.try_collect::<Vec<Bdoc>>().await.map_err(|error| plain(&error))?);
    }
    let more = found.len() > limit;
    found.truncate(limit);
    if order.backwards {
        found.reverse();
    }
    let cursors = found.iter().map(|document| order.cursor(document)).collect();
    let items: Result<Vec<Document>, StoreError> =
        found.into_iter().map(|document| convert::document(schema, document)).collect();
    Ok(Page { items: items?, cursors, more })
}

/// Documents in id order.
pub(super) async fn scan(
    collection: &Collection<Bdoc>,
    schema: &'static Schema,
    filter: &Filter,
    (after, limit): (Option<&str>, u32),
    unread: Unread,
) -> Result<Vec<Document>, StoreError> {
    // To the server a limit of nought is none.
    if limit == 0 {
        return Ok(Vec::new());
    }
    let beyond = after.map(|after| doc! { "_id": { "$gt": after } }).unwrap_or_default();
    let documents = collection
        .find(both(vec![condition(schema, filter)?, beyond]))
        .sort(doc! { "_id": 1 })
        .optional(without(unread), Find::projection)
        .limit(i64::from(limit))
        .await
        .map_err(|error| plain(&error))?;
    let found: Vec<Bdoc> = documents.try_collect().await.map_err(|error| plain(&error))?;
    found.into_iter().map(|document| convert::document(schema, document)).collect()
}

/// Sends the whole collection in id order; `false`: nobody listens any more.
pub(super) async fn dump(
    collection: &Collection<Bdoc>,
    schema: &'static Schema,
    session: &mut ClientSession,
    into: &mpsc::Sender<Dumped>,
) -> Result<bool, StoreError> {
    const STEP: usize = 500;
    let found = collection.find(doc! {}).sort(doc! { "_id": 1 }).session(&mut *session).await;
    let mut found = found.map_err(|error| plain(&error))?;
    let mut documents = Vec::with_capacity(STEP);
    loop {
        let next = within(READ, async { found.next(session).await.transpose().map_err(|error| plain(&error)) }).await?;
        let ended = next.is_none();
        if let Some(document) = next {
            documents.push(convert::document(schema, document)?);
        }
        if documents.len() >= STEP || (ended && !documents.is_empty()) {
            let documents = std::mem::take(&mut documents);
            if into.send(Dumped { collection: schema.collection, documents }).await.is_err() {
                return Ok(false);
            }
        }
        if ended {
            return Ok(true);
        }
    }
}
