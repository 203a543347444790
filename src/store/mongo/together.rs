//! A batch's writes, put together: each statement of a transaction is a way to the server and back, and an import has
//! thousands of writes.

use std::collections::HashSet;

use futures::TryStreamExt;
use mongodb::{
    ClientSession, Database,
    bson::{Bson, Document as Bdoc, doc},
};

use super::{
    convert::integer,
    errors::{Halt, of_refused},
    write::{held, number},
};
use crate::{
    domain::schema::Schema,
    store::{Expect, Write},
};

/// Documents in one statement: with their content they stay far below what the server takes at once (16 MB).
const MOST: usize = 200;

/// What goes to the server at once; each write with its place in the batch.
#[derive(Debug)]
pub(super) enum Step<'a> {
    /// New documents of one kind.
    Insert(Vec<(usize, &'a Write)>),
    /// Documents of one kind that are at a known version.
    Replace(Vec<(usize, &'a Write)>),
    /// A write that goes alone.
    One(usize, &'a Write),
}

/// A change of one document that must be there at a version.
pub(super) struct Change {
    pub id: String,
    /// The version that it must be at.
    pub version: u64,
    /// A document of operators, or a pipeline.
    pub by: Bson,
}

/// How a write goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Insert,
    Replace,
    Alone,
}

fn way(write: &Write) -> Way {
    match write {
        Write::Put { expect: Expect::Absent, .. } => Way::Insert,
        Write::Put { expect: Expect::Version(_), .. } | Write::Patch { .. } => Way::Replace,
        Write::Put { expect: Expect::Any, .. } | Write::Delete { .. } => Way::Alone,
    }
}

/// The writes in an order that comes to the same and takes few statements: kind after kind, and new documents last, so
/// that a unique value which one document gives up is free for them. Where a document is written twice, as they came.
pub(super) fn steps<'w>(writes: &'w [Write]) -> Vec<Step<'w>> {
    let mut all: Vec<(usize, &'w Write)> = writes.iter().enumerate().collect();
    let mut seen = HashSet::with_capacity(writes.len());
    if writes.iter().all(|write| seen.insert((write.schema().collection, write.id()))) {
        let mut kinds: Vec<&str> = Vec::new();
        for write in writes {
            if !kinds.contains(&write.schema().collection) {
                kinds.push(write.schema().collection);
            }
        }
        // Stable: within a kind, changes stay in their order.
        all.sort_by_key(|(_, write)| {
            let kind = kinds.iter().position(|kind| *kind == write.schema().collection);
            (way(write) == Way::Insert, kind)
        });
    }
    let same = |one: &(usize, &Write), two: &(usize, &Write)| {
        way(one.1) == way(two.1) && one.1.schema() == two.1.schema() && way(one.1) != Way::Alone
    };
    let runs = all.chunk_by(same).flat_map(|run| run.chunks(MOST));
    let step = |run: &[(usize, &'w Write)]| match run.first() {
        Some((_, write)) if way(write) == Way::Insert => Some(Step::Insert(run.to_vec())),
        Some((_, write)) if way(write) == Way::Replace => Some(Step::Replace(run.to_vec())),
        Some((at, write)) => Some(Step::One(*at, write)),
        None => None,
    };
    runs.filter_map(step).collect()
}

/// Changes documents of one kind, in one statement for many; all of them, or the transaction is of no use any more.
pub(super) async fn change(
    database: &Database,
    session: &mut ClientSession,
    schema: &'static Schema,
    mut changes: Vec<Change>,
) -> Result<(), Halt> {
    while !changes.is_empty() {
        let rest = changes.split_off(changes.len().min(MOST));
        let some = std::mem::replace(&mut changes, rest);
        let mut wanted = Vec::with_capacity(some.len());
        let mut updates = Vec::with_capacity(some.len());
        for Change { id, version, by } in some {
            let place = doc! { "_id": &id, "version": number(version) };
            updates.push(doc! { "q": place, "u": by });
            wanted.push((id, version));
        }
        let command = doc! { "update": schema.collection, "updates": updates, "ordered": true };
        let answer = database.run_command(command).session(&mut *session).await?;
        let refused =
            answer.get_array("writeErrors").ok().and_then(|errors| errors.first()).and_then(Bson::as_document);
        if let Some(refused) = refused {
            let at = refused.get("index").and_then(integer).and_then(|at| usize::try_from(at).ok());
            let id = at.and_then(|at| wanted.get(at)).map_or("", |(id, _)| id.as_str());
            return Err(of_refused(schema, id, refused));
        }
        let found = answer.get("n").and_then(integer).and_then(|found| usize::try_from(found).ok());
        if found != Some(wanted.len()) {
            let id = missed(database, schema, &wanted).await?;
            return held(false, schema, &id);
        }
    }
    Ok(())
}

/// The first document that was not at its version, as everybody else sees it.
async fn missed(database: &Database, schema: &'static Schema, wanted: &[(String, u64)]) -> Result<String, Halt> {
    let ids: Vec<&str> = wanted.iter().map(|(id, _)| id.as_str()).collect();
    let collection = database.collection::<Bdoc>(schema.collection);
    let found = collection.find(doc! { "_id": { "$in": ids } });
    let found: Vec<Bdoc> = found.projection(doc! { "version": 1 }).await?.try_collect().await?;
    let stands = |id: &str, version: u64| {
        let mut of_id = found.iter().filter(|found| found.get_str("_id").is_ok_and(|found| found == id));
        of_id.any(|found| found.get("version").and_then(integer) == i64::try_from(version).ok())
    };
    let missed = wanted.iter().find(|(id, version)| !stands(id, *version)).or(wanted.first());
    Ok(missed.map(|(id, _)| id.clone()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{
        entities::{Enrolment, Mark, Student},
        schema::Entity,
    };

    fn put(schema: &'static Schema, id: &str, expect: Expect) -> Write {
        Write::Put { schema, id: id.to_owned(), expect, body: json!({}) }
    }

    /// Each step as its way, its kind and the places of its writes.
    fn shown(writes: &[Write]) -> Vec<String> {
        let each = steps(writes).into_iter().map(|step| {
            let (way, run) = match step {
                Step::Insert(run) => ("insert", run),
                Step::Replace(run) => ("replace", run),
                Step::One(at, write) => ("one", vec![(at, write)]),
            };
            let places: Vec<usize> = run.iter().map(|(at, _)| *at).collect();
            format!("{way} {} {places:?}", run[0].1.schema().collection)
        });
        each.collect()
    }

    #[test]
    fn rows_of_an_import_go_kind_by_kind() {
        let rows = [
            put(Student::SCHEMA, "a", Expect::Absent),
            put(Enrolment::SCHEMA, "a", Expect::Absent),
            put(Mark::SCHEMA, "a", Expect::Absent),
            put(Student::SCHEMA, "b", Expect::Version(3)),
            put(Mark::SCHEMA, "b", Expect::Absent),
            put(Student::SCHEMA, "c", Expect::Absent),
        ];
        let wanted = ["replace students [3]", "insert students [0, 5]", "insert enrolments [1]", "insert marks [2, 4]"];
        assert_eq!(shown(&rows), wanted);
    }

    #[test]
    fn changes_of_a_kind_stay_in_their_order() {
        let delete = Write::Delete { schema: Student::SCHEMA, id: "b".to_owned(), expect: Expect::Version(1) };
        let writes = [
            put(Student::SCHEMA, "a", Expect::Version(1)),
            put(Mark::SCHEMA, "a", Expect::Version(1)),
            delete,
            put(Student::SCHEMA, "c", Expect::Version(1)),
        ];
        let wanted = ["replace students [0]", "one students [2]", "replace students [3]", "replace marks [1]"];
        assert_eq!(shown(&writes), wanted);
    }

    #[test]
    fn what_is_written_twice_is_written_as_it_came() {
        let writes = [
            put(Student::SCHEMA, "a", Expect::Absent),
            put(Mark::SCHEMA, "a", Expect::Absent),
            put(Student::SCHEMA, "a", Expect::Version(1)),
        ];
        assert_eq!(shown(&writes), ["insert students [0]", "insert marks [1]", "replace students [2]"]);
    }

    #[test]
    fn no_statement_is_endless() {
        let many: Vec<Write> = (0..450).map(|n| put(Mark::SCHEMA, &n.to_string(), Expect::Absent)).collect();
        let sizes = steps(&many).into_iter().map(|step| match step {
            Step::Insert(run) => run.len(),
            Step::Replace(_) | Step::One(..) => 0,
        });
        assert_eq!(sizes.collect::<Vec<_>>(), [200, 200, 50]);
    }
}
