//! Taking an act back: every document as it stood before, unless somebody has moved it on since.
//!
//! Students and sheets also change by marks, so what counts there is whether the record, or the columns, moved on;
//! averages are then made anew from the marks that stand.

mod marks;
mod plain;
mod records;
mod unmoved;

use std::collections::BTreeMap;

use serde_json::json;

use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
        recompute,
    },
    domain::{
        access::{Action, Resource},
        entities::{Act, Before, Class, Evaluation, Sheet, Student},
        id::{ActId, ClassId, EvaluationId, StudentId},
        schema::{Entity, Stored},
        score::MarkValue,
    },
    protocol::{Failure, Reply, Why},
    store::Records,
};

/// Readings of one chunk before a conflict is the user's.
const TRIES: u32 = 20;

/// One chunk being taken back.
struct Reverting<'a> {
    cx: &'a Cx,
    chunk: &'a Act,
    change: Change<'a>,
    /// Students as they will be, with the version they were read at (`None`: they come back).
    students: BTreeMap<StudentId, (Option<Stored<Student>>, Student)>,
    /// Students that go again.
    leaving: BTreeMap<StudentId, Stored<Student>>,
    /// Sheets as they are and as they will be.
    sheets: BTreeMap<String, (Stored<Sheet>, Sheet)>,
    /// What will stand in cells.
    cells: Vec<(EvaluationId, StudentId, Option<MarkValue>)>,
}

/// `Request::Undo`.
pub async fn undo(cx: &Cx, act: &ActId) -> Result<Reply, Fault> {
    let chunks = chunks_of(cx, act).await?;
    let first = chunks.first().ok_or(Failure::NotFound)?;
    allowed(cx, first)?;
    unmoved::check(cx, &chunks).await?;
    let undoing = cx.fresh_act();
    let mut left = false;
    for (index, chunk) in chunks.iter().enumerate().rev() {
        if chunk.undone {
            continue;
        }
        left = true;
        let op = ActId::new(format!("{undoing}.{index}"));
        take_back(cx, chunk, &undoing, &op).await?;
    }
    if !left {
        return Err(Failure::refused(Why::Nothing).into());
    }
    recompute::catch_up(cx, &undoing).await;
    Ok(Reply::Done)
}

/// Takes a change of a sheet's columns back, in the turn of whoever asks: `undoing` is also the batch's operation id.
pub(super) async fn columns(cx: &Cx, act: &ActId, undoing: &ActId) -> Result<(), Fault> {
    let chunk = cx.store.one::<Act>(act.as_str()).await?.ok_or(Failure::refused(Why::Nothing))?;
    allowed(cx, &chunk)?;
    if chunk.undone {
        return Err(Failure::refused(Why::Nothing).into());
    }
    unmoved::check(cx, std::slice::from_ref(&chunk)).await?;
    take_back(cx, &chunk, undoing, undoing).await
}

/// The action of the entry that an act taken back leaves.
pub(super) const ACT_UNDO: &str = "act.undo";

/// The act and its further chunks, `{act}.1`, `{act}.2`…
pub(super) async fn chunks_of(cx: &Cx, act: &ActId) -> Result<Vec<Stored<Act>>, Fault> {
    let mut chunks = Vec::new();
    let mut id = act.as_str().to_owned();
    while let Some(chunk) = cx.store.one::<Act>(&id).await? {
        chunks.push(chunk);
        id = format!("{act}.{}", chunks.len());
    }
    Ok(chunks)
}

/// One's own acts, or anybody's for who may set the school up; and only what one may do oneself.
fn allowed(cx: &Cx, act: &Act) -> Result<(), Fault> {
    // A deleted student comes back by whoever may delete: the one who did may be gone.
    if act.actor != cx.who.actor() && act.action != "student.delete" {
        cx.require(Action::EditSetup, &Resource::School)?;
    }
    let needed = match act.action.split_once('.').map_or(act.action.as_str(), |(kind, _)| kind) {
        "student" if act.action == "student.delete" => Action::DeleteStudents,
        "student" => Action::EditStudents,
        "import" => Action::Import,
        // One's own; the school's take what all set-up takes.
        "phrase" if act.actor == cx.who.actor() => return Ok(()),
        "user" => Action::EditUsers,
        "evaluation" => {
            let sheet = act.befores.iter().find(|before| before.collection == Sheet::SCHEMA.collection);
            let mut parts = sheet.map_or("", |sheet| sheet.id.as_str()).split(':');
            let (class, subject) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let resource =
                Resource::Sheet { class: ClassId::new(class), subject: crate::domain::id::SubjectId::new(subject) };
            return cx.require(Action::EditSheet, &resource);
        }
        _ => Action::EditSetup,
    };
    cx.require(needed, &Resource::School)
}

/// Takes one chunk back, from a new reading while somebody is faster.
async fn take_back(cx: &Cx, chunk: &Stored<Act>, undoing: &ActId, op: &ActId) -> Result<(), Fault> {
    let mut cx = cx.clone();
    for _ in 0..TRIES {
        match attempt(&cx, chunk, undoing, op).await {
            Err(fault) if fault.is_conflict() => cx.reread().await?,
            // A phone or name that has found another owner meanwhile.
            Err(fault) if fault.duplicate().is_some() => return Err(Failure::Conflict.into()),
            done => return done,
        }
    }
    Err(Failure::Conflict.into())
}

async fn attempt(cx: &Cx, chunk: &Stored<Act>, undoing: &ActId, op: &ActId) -> Result<(), Fault> {
    let mut reverting = Reverting {
        cx,
        chunk,
        change: Change::new(cx, undoing, op.clone()),
        students: BTreeMap::new(),
        leaving: BTreeMap::new(),
        sheets: BTreeMap::new(),
        cells: Vec::new(),
    };
    // Sheets first: marks are noted in their history.
    let (sheets, others): (Vec<&Before>, Vec<&Before>) =
        chunk.befores.iter().rev().partition(|before| before.collection == Sheet::SCHEMA.collection);
    for before in sheets.into_iter().chain(others) {
        reverting.revert(before).await?;
    }
    reverting.settle().await?;
    let mut change = reverting.change;
    let said = Said {
        action: ACT_UNDO,
        target: chunk.id.as_str().to_owned(),
        reverts: Some(chunk.body.id.clone()),
        old: json!(chunk.action),
        ..Said::default()
    };
    change.audit("setup", said).await?;
    change.follow(chunk.version, &Act { undone: true, ..chunk.body.clone() })?;
    let plain = |before: &Before| {
        !["students", "enrolments", "sheets", "marks", "phrases"].contains(&before.collection.as_str())
    };
    if chunk.befores.iter().any(plain) {
        change.touches_setup();
    }
    change.commit().await?;
    Ok(())
}

impl Reverting<'_> {
    async fn revert(&mut self, before: &Before) -> Result<(), Fault> {
        match before.collection.as_str() {
            "students" => self.student(before).await,
            "sheets" => self.sheet(before).await,
            "marks" => self.mark(before).await,
            "users" => self.user(before).await,
            "school" => self.school(before).await,
            // Versions of the rules stay: a term may have been closed by them. The school tells which is in force.
            "rules" => Ok(()),
            _ => self.document(before).await,
        }
    }
}

/// A body from an act.
fn body<T: Entity>(before: &Before) -> Result<Option<T>, Fault> {
    let Some(document) = &before.document else { return Ok(None) };
    let read = serde_json::from_value(document.clone());
    read.map(Some).map_err(|error| {
        Fault::Store(crate::store::StoreError::Document {
            collection: before.collection.clone(),
            id: before.id.clone(),
            why: error.to_string(),
        })
    })
}

/// Somebody has moved it on since.
fn moved() -> Fault {
    Failure::Conflict.into()
}

/// The column of that id.
fn column<'a>(sheet: &'a Sheet, id: &EvaluationId) -> Option<&'a Evaluation> {
    sheet.evaluation(id)
}

/// The class's name as it is now.
fn class_name(cx: &Cx, class: &ClassId) -> Option<crate::domain::text_values::Name> {
    cx.settings.class(class).map(|class: &Stored<Class>| class.name.clone())
}
