//! Undo and redo of one's own changes on a sheet, from its history: they work across restarts.

use super::cell::{Cell, from_json};
use crate::{
    backend::cx::{Cx, Fault},
    domain::{
        entities::{AuditEntry, Sheet},
        history::{MARK_REDO, MARK_UNDO, Steps, steps},
        id::{ActId, EvaluationId, StudentId},
        query::Filter,
    },
    protocol::{Failure, MarkSet, Reply, SheetKey, Why},
    store::Records,
};

/// Which way a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::backend) enum Way {
    Undo,
    Redo,
}

/// A sheet's history, oldest first.
async fn entries_of(cx: &Cx, sheet: &Sheet) -> Result<Vec<AuditEntry>, Fault> {
    let entries = cx.store.every::<AuditEntry>(&Filter::equals("stream", sheet.id.as_str())).await?;
    let mut entries: Vec<AuditEntry> = entries.into_iter().map(|entry| entry.body).collect();
    entries.sort_by_key(|entry| entry.seq);
    Ok(entries)
}

/// Has the session's user something to undo, to redo?
pub(super) async fn open_steps(cx: &Cx, sheet: &Sheet) -> Result<(bool, bool), Fault> {
    let entries = entries_of(cx, sheet).await?;
    let Steps { undo, redo } = steps(&entries, cx.who.actor());
    Ok((undo.is_some(), redo.is_some()))
}

/// `Request::UndoMark` and `Request::RedoMark`: one attempt.
pub async fn step(cx: &Cx, way: Way, act: &ActId, key: &SheetKey, force: bool) -> Result<Reply, Fault> {
    let sheet = super::to_write(cx, key).await?.ok_or(Failure::refused(Why::Nothing))?;
    let entries = entries_of(cx, &sheet).await?;
    let Steps { undo, redo } = steps(&entries, cx.who.actor());
    // A retry whose first try was done: its own entry is there, and what it did is answered.
    if let Some(done) = entries.iter().find(|entry| entry.act == *act) {
        let (evaluation, student) = target(done)?;
        let cell = Cell::read(cx, key, &evaluation, &student).await?;
        let at = done.at;
        let set = MarkSet {
            sheet: key.clone(),
            evaluation,
            student,
            value: cell.value(),
            version: cell.version(),
            at,
            undo: undo.is_some(),
            redo: redo.is_some(),
        };
        return Ok(Reply::MarkSet(Box::new(set)));
    }
    let entry = match way {
        Way::Undo => undo,
        Way::Redo => redo,
    };
    let entry = entry.ok_or(Failure::refused(Why::Nothing))?;
    let (evaluation, student) = target(entry)?;
    let cell = Cell::read(cx, key, &evaluation, &student).await?;
    let (stands, wanted, action) = match way {
        Way::Undo => (&entry.new, &entry.old, MARK_UNDO),
        Way::Redo => (&entry.old, &entry.new, MARK_REDO),
    };
    let unreadable = |_| cx.core.internal(&format_args!("audit entry {} holds no mark", entry.id));
    let stands = from_json(stands).map_err(unreadable)?;
    let wanted = from_json(wanted).map_err(unreadable)?;
    if cell.value() != stands && !force {
        return Err(cell.clash(cx).await?);
    }
    let mut set = cell.write(cx, act, wanted, action, (Some(entry.act.clone()), None)).await?;
    // What remains on either side, with the entry just written counted in.
    let mut entries = entries.clone();
    entries.push(AuditEntry {
        action: action.to_owned(),
        act: act.clone(),
        reverts: Some(entry.act.clone()),
        actor: cx.who.actor().to_owned(),
        ..entry.clone()
    });
    let left = steps(&entries, cx.who.actor());
    (set.undo, set.redo) = (left.undo.is_some(), left.redo.is_some());
    Ok(Reply::MarkSet(Box::new(set)))
}

/// The cell that an entry is about.
fn target(entry: &AuditEntry) -> Result<(EvaluationId, StudentId), Fault> {
    let (evaluation, student) = entry.target.split_once(':').ok_or(Failure::NotFound)?;
    Ok((EvaluationId::new(evaluation), StudentId::new(student)))
}
