//! Undo and redo of one's own changes on a sheet, from its history: they work across restarts.

use std::collections::BTreeMap;

use super::cell::{Cell, from_json};
use crate::{
    backend::cx::{Cx, Fault},
    domain::{
        entities::{AuditEntry, Sheet, Student},
        history::{MARK_REDO, MARK_SET, MARK_UNDO, Step, Walk, ends_of, lane},
        id::{ActId, EvaluationId, StudentId},
        query::{Direction, Filter, Query, Seek, Sort},
    },
    protocol::{Failure, MarkSet, Reply, SheetKey, Why},
    store::Records,
};

/// Own entries read at once: nearly always the first one decides.
const STEP: u32 = 16;

/// Which way a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::backend) enum Way {
    Undo,
    Redo,
}

/// The changes that are next on either side, the next first.
#[derive(Default)]
struct Open {
    undo: Vec<AuditEntry>,
    redo: Vec<AuditEntry>,
}

/// Looks for `wanted` steps on either side, from the newest of one's own entries back. The marks of a student who has
/// been deleted are passed over: they are there again when the student is.
async fn look(cx: &Cx, sheet: &Sheet, wanted: usize) -> Result<Open, Fault> {
    let stream = sheet.id.as_str();
    let ends = cx.store.every::<AuditEntry>(&Filter::equals("lane", ends_of(stream))).await?;
    let mut walk = Walk::new(ends.iter().map(|entry| &entry.body));
    let own = lane(stream, cx.who.actor(), MARK_SET).unwrap_or_default();
    let mut there: BTreeMap<String, bool> = BTreeMap::new();
    let mut open = Open::default();
    let mut seek = Seek::First;
    loop {
        let sort = Sort::by("lane", Direction::Descending);
        let query = Query { filter: Filter::equals("lane", own.clone()), sort, seek, limit: STEP };
        let page = cx.store.page::<AuditEntry, AuditEntry>(&query).await?;
        for entry in page.items {
            let done = open.undo.len() >= wanted && (walk.no_more_redo() || open.redo.len() >= wanted);
            if done {
                return Ok(open);
            }
            let Some(step) = walk.meet(&entry) else { continue };
            if !is_there(cx, &mut there, &entry).await? {
                continue;
            }
            let (side, act) = match step {
                Step::Undo(act) => (&mut open.undo, act),
                Step::Redo(act) => (&mut open.redo, act),
            };
            let change = if entry.act == act { Some(entry) } else { of_act(cx, sheet, &act).await? };
            side.extend(change.filter(|change| change.action == MARK_SET));
        }
        match page.cursors.into_iter().last() {
            Some(last) if page.more => seek = Seek::After(last),
            Some(_) | None => return Ok(open),
        }
    }
}

/// Is the student of that entry still there?
async fn is_there(cx: &Cx, known: &mut BTreeMap<String, bool>, entry: &AuditEntry) -> Result<bool, Fault> {
    let (_, student) = target(entry)?;
    if let Some(there) = known.get(student.as_str()) {
        return Ok(*there);
    }
    let there = cx.store.one::<Student>(student.as_str()).await?.is_some();
    known.insert(student.as_str().to_owned(), there);
    Ok(there)
}

/// The entry that an act has left on the sheet.
async fn of_act(cx: &Cx, sheet: &Sheet, act: &ActId) -> Result<Option<AuditEntry>, Fault> {
    let entries = cx.store.every::<AuditEntry>(&Filter::equals("act", act.as_str())).await?;
    Ok(entries.into_iter().map(|entry| entry.body).find(|entry| entry.stream == sheet.id.as_str()))
}

/// Has the session's user something to undo, to redo?
pub(super) async fn open_steps(cx: &Cx, sheet: &Sheet) -> Result<(bool, bool), Fault> {
    let Open { undo, redo } = look(cx, sheet, 1).await?;
    Ok((!undo.is_empty(), !redo.is_empty()))
}

/// `Request::UndoMark` and `Request::RedoMark`: one attempt. Also the mark of a student who has left the class is
/// taken back: it stands on this sheet.
pub async fn step(cx: &Cx, way: Way, act: &ActId, key: &SheetKey, force: bool) -> Result<Reply, Fault> {
    let sheet = super::to_write(cx, key).await?.ok_or(Failure::refused(Why::Nothing))?;
    // A retry whose first try was done: its own entry is there, and what it did is answered.
    if let Some(done) = of_act(cx, &sheet, act).await? {
        let (undo, redo) = open_steps(cx, &sheet).await?;
        let (evaluation, student) = target(&done)?;
        let cell = Cell::of_anybody(cx, key, &evaluation, &student).await?;
        let (value, version, at) = (cell.value(), cell.version(), done.at);
        let set = MarkSet { sheet: key.clone(), evaluation, student, value, version, at, undo, redo };
        return Ok(Reply::MarkSet(Box::new(set)));
    }
    let open = look(cx, &sheet, 2).await?;
    let side = match way {
        Way::Undo => &open.undo,
        Way::Redo => &open.redo,
    };
    let entry = side.first().ok_or(Failure::refused(Why::Nothing))?;
    let (evaluation, student) = target(entry)?;
    let cell = Cell::of_anybody(cx, key, &evaluation, &student).await?;
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
    // What remains on either side: this step has changed sides.
    (set.undo, set.redo) = match way {
        Way::Undo => (open.undo.len() > 1, true),
        Way::Redo => (true, open.redo.len() > 1),
    };
    Ok(Reply::MarkSet(Box::new(set)))
}

/// The cell that an entry is about.
fn target(entry: &AuditEntry) -> Result<(EvaluationId, StudentId), Fault> {
    let (evaluation, student) = entry.target.split_once(':').ok_or(Failure::NotFound)?;
    Ok((EvaluationId::new(evaluation), StudentId::new(student)))
}
