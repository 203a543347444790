//! Who changed what of a student.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::resource;
use crate::{
    backend::{
        cx::{Cx, Fault},
        guard,
    },
    domain::{
        access::{Action, Resource, sees_subject},
        entities::{AuditEntry, Sheet, Student, User},
        id::{EvaluationId, MarkId, StudentId},
        query::Filter,
        schema::{Entity, Stored},
    },
    protocol::{Failure, HistoryLine, Reply, SheetKey},
    store::Records,
};

/// `Request::StudentHistory`.
pub async fn history(cx: &Cx, id: &StudentId, limit: u32) -> Result<Reply, Fault> {
    let student = cx.store.one::<Student>(id.as_str()).await?;
    // A deleted student's history stays, for who may see everybody's.
    let what = student.as_ref().map_or(Resource::School, |student| resource(student));
    if !cx.may(Action::ViewHistory, &what) {
        return Err(Failure::NotFound.into());
    }
    let mut entries = cx.store.every::<AuditEntry>(&Filter::equals("student", id.as_str())).await?;
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.at, entry.seq)));
    let sheets = sheets(cx, &entries).await?;
    // Marks of a colleague's subject are not a teacher's to read, here no more than on the card.
    entries.retain(|entry| {
        sheets.get(&entry.stream).is_none_or(|sheet| sees_subject(&cx.who, Some(&sheet.class), &sheet.subject))
    });
    entries.truncate(usize::try_from(limit.clamp(1, 10_000)).unwrap_or(usize::MAX));
    let people = names_of(cx, entries.iter().map(|entry| entry.actor.as_str())).await?;
    let lines = entries.into_iter().map(|entry| line(cx, entry.body, &people, &sheets));
    Ok(Reply::History(lines.collect()))
}

/// `Request::CellHistory`.
pub async fn cell_history(
    cx: &Cx,
    key: &SheetKey,
    evaluation: &EvaluationId,
    student: &StudentId,
) -> Result<Reply, Fault> {
    let stream = Sheet::id_of(&key.class, &key.subject, &key.year, key.term);
    let filter = Filter::equals("student", student.as_str()).and(Filter::equals("stream", stream.as_str()));
    let mut entries = cx.store.every::<AuditEntry>(&filter).await?;
    let cell = MarkId::of(evaluation, student);
    entries.retain(|entry| entry.target == cell.as_str());
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.seq));
    let sheets = sheets(cx, &entries).await?;
    let people = names_of(cx, entries.iter().map(|entry| entry.actor.as_str())).await?;
    let lines = entries.into_iter().map(|entry| line(cx, entry.body, &people, &sheets));
    Ok(Reply::History(lines.collect()))
}

/// Names of the accounts of those ids.
pub(in crate::backend) async fn names_of<'a>(
    cx: &Cx,
    actors: impl Iterator<Item = &'a str>,
) -> Result<BTreeMap<String, String>, Fault> {
    let ids: BTreeSet<&str> = actors.filter(|id| *id != guard::SERVICE).collect();
    let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
    let mut names = BTreeMap::new();
    for document in cx.store.get_many(User::SCHEMA, &ids).await? {
        let user: User = document.parse(User::SCHEMA.collection)?;
        names.insert(document.id, user.display_name.as_str().to_owned());
    }
    Ok(names)
}

/// The sheets whose streams the entries are of.
async fn sheets(cx: &Cx, entries: &[Stored<AuditEntry>]) -> Result<BTreeMap<String, Sheet>, Fault> {
    let ids: BTreeSet<String> =
        entries.iter().filter(|entry| entry.action.starts_with("mark.")).map(|entry| entry.stream.clone()).collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let mut found = BTreeMap::new();
    for document in cx.store.get_many(Sheet::SCHEMA, &ids).await? {
        let sheet: Sheet = document.parse(Sheet::SCHEMA.collection)?;
        found.insert(document.id, sheet);
    }
    Ok(found)
}

/// Of a guardian only the name: whoever reads a student's history may not see the rest.
fn shown(action: &str, value: Value) -> Value {
    match value {
        Value::Object(mut fields) if action.starts_with("guardian.") => {
            fields.retain(|name, _| name == "last_name" || name == "first_name");
            Value::Object(fields)
        }
        other => other,
    }
}

fn line(
    cx: &Cx,
    entry: AuditEntry,
    people: &BTreeMap<String, String>,
    sheets: &BTreeMap<String, Sheet>,
) -> HistoryLine {
    let action = entry.action;
    let sheet = sheets.get(&entry.stream);
    let column = entry.target.split_once(':').map_or("", |(evaluation, _)| evaluation);
    let title = sheet
        .and_then(|sheet| sheet.evaluations.iter().find(|evaluation| evaluation.id.as_str() == column))
        .map(|evaluation| evaluation.title.as_str().to_owned());
    let subject =
        sheet.and_then(|sheet| cx.settings.subject(&sheet.subject)).map(|subject| subject.name.as_str().to_owned());
    HistoryLine {
        at: entry.at,
        by: people.get(&entry.actor).cloned().unwrap_or(entry.actor),
        old: shown(&action, entry.old),
        new: shown(&action, entry.new),
        action,
        subject,
        evaluation: title,
        term: sheet.map(|sheet| sheet.term),
        reason: entry.reason,
    }
}
