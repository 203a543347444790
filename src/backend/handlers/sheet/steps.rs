//! Undo and redo of one's own changes on a sheet, from its history: they work across restarts. Marks that were entered
//! together go and come back together.

use std::collections::BTreeMap;

use super::{
    cell::Cell,
    many::{At, Many},
};
use crate::{
    backend::{
        cx::{Cx, Fault},
        handlers::undo::{self, ACT_UNDO},
    },
    domain::{
        entities::{AuditEntry, ColumnsAct, Sheet, Student},
        history::{MARK_REDO, MARK_SET, MARK_UNDO, Step, Walk, ends_of, lane, mark_from_json},
        id::{ActId, EvaluationId, StudentId},
        query::{Direction, Filter, Query, Seek, Sort},
        score::MarkValue,
    },
    protocol::{CellRefused, Failure, MarkSet, MarksSet, Reply, SheetKey, Why},
    store::Records,
};

/// Own entries read at first: nearly always the first one decides. Then more at a time: marks that were pasted have
/// one each.
const STEP: u32 = 16;
/// So many times; after that, each time twice as many.
const SHORT: u32 = 6;
/// The most at once.
const STRIDE: u32 = 512;

/// Which way a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::backend) enum Way {
    Undo,
    Redo,
}

/// The acts that are next on either side, the next first.
#[derive(Default)]
struct Open {
    undo: Vec<ActId>,
    redo: Vec<ActId>,
    /// Where in the sheet's chain the mark stands that is to be taken back next.
    newest: u64,
}

/// The user's own change of the columns that a step can take back.
fn own_columns<'a>(cx: &Cx, sheet: &'a Sheet) -> Option<&'a ColumnsAct> {
    sheet.last_columns_act().filter(|last| last.by == cx.who.actor() && !last.added)
}

/// The same, if it comes before any mark to be taken back.
fn columns<'a>(cx: &Cx, sheet: &'a Sheet, open: &Open) -> Option<&'a ActId> {
    let last = own_columns(cx, sheet)?;
    (open.undo.is_empty() || open.newest < last.entries).then_some(&last.act)
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
    for pages in 0_u32.. {
        let limit = STEP.saturating_mul(2_u32.saturating_pow(pages.saturating_sub(SHORT))).min(STRIDE);
        let sort = Sort::by("lane", Direction::Descending);
        let query = Query { filter: Filter::equals("lane", own.clone()), sort, seek, limit };
        let page = cx.store.page::<AuditEntry, AuditEntry>(&query, &[]).await?;
        for entry in page.items {
            let done = open.undo.len() >= wanted && (walk.no_more_redo() || open.redo.len() >= wanted);
            if done {
                return Ok(open);
            }
            let Some(step) = walk.meet(&entry) else { continue };
            let (Step::Undo(act) | Step::Redo(act)) = &step;
            if !is_there(cx, &mut there, &entry).await? && !any_there(cx, &mut there, sheet, act).await? {
                continue;
            }
            match step {
                Step::Undo(act) => {
                    open.newest = open.newest.max(entry.seq);
                    open.undo.push(act);
                }
                Step::Redo(act) => open.redo.push(act),
            }
        }
        match page.cursors.into_iter().last() {
            Some(last) if page.more => seek = Seek::After(last),
            Some(_) | None => break,
        }
    }
    Ok(open)
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

/// Is any student of that act still there?
async fn any_there(cx: &Cx, known: &mut BTreeMap<String, bool>, sheet: &Sheet, act: &ActId) -> Result<bool, Fault> {
    for entry in of_act(cx, sheet, act).await? {
        if is_there(cx, known, &entry).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The entries that an act has left on the sheet, in their order.
async fn of_act(cx: &Cx, sheet: &Sheet, act: &ActId) -> Result<Vec<AuditEntry>, Fault> {
    let entries = cx.store.every::<AuditEntry>(&Filter::equals("act", act.as_str())).await?;
    let mut entries: Vec<AuditEntry> =
        entries.into_iter().map(|entry| entry.body).filter(|entry| entry.stream == sheet.id.as_str()).collect();
    entries.sort_by_key(|entry| entry.seq);
    Ok(entries)
}

/// Has the session's user something to undo, to redo?
pub(super) async fn open_steps(cx: &Cx, sheet: &Sheet) -> Result<(bool, bool), Fault> {
    let open = look(cx, sheet, 1).await?;
    Ok((!open.undo.is_empty() || columns(cx, sheet, &open).is_some(), !open.redo.is_empty()))
}

/// `Request::UndoMark` and `Request::RedoMark`: one attempt. Also the mark of a student who has left the class is
/// taken back: it stands on this sheet.
pub async fn step(cx: &Cx, way: Way, act: &ActId, key: &SheetKey, force: bool) -> Result<Reply, Fault> {
    let sheet = super::to_write(cx, key).await?.ok_or(Failure::refused(Why::Nothing))?;
    // A retry whose first try was done: its own entries are there, and what they did is answered.
    let done = of_act(cx, &sheet, act).await?;
    if cx.store.every::<AuditEntry>(&Filter::equals("act", act.as_str())).await?.iter().any(|e| e.action == ACT_UNDO) {
        return Ok(Reply::Acted(act.clone()));
    }
    if !done.is_empty() {
        return done_before(cx, &sheet, key, &done).await;
    }
    let open = look(cx, &sheet, 2).await?;
    if let Some(columns) = columns(cx, &sheet, &open).filter(|_| way == Way::Undo) {
        undo::columns(cx, columns, act).await?;
        return Ok(Reply::Acted(act.clone()));
    }
    let side = match way {
        Way::Undo => &open.undo,
        Way::Redo => &open.redo,
    };
    let changes = match side.first() {
        Some(first) => of_act(cx, &sheet, first).await?,
        None => Vec::new(),
    };
    let changes: Vec<AuditEntry> = changes.into_iter().filter(|entry| entry.action == MARK_SET).collect();
    // What remains on either side: this step changes sides.
    let left = match way {
        Way::Undo => (open.undo.len() > 1 || own_columns(cx, &sheet).is_some(), true),
        Way::Redo => (true, open.redo.len() > 1),
    };
    match changes.as_slice() {
        [] => Err(Failure::refused(Why::Nothing).into()),
        [entry] => step_one(cx, way, act, key, (entry, force, left)).await,
        entries => step_many(cx, way, act, key, (entries, force, left)).await,
    }
}

/// The value that must stand in the entry's cell, the one that will, and what that is called.
fn values(cx: &Cx, way: Way, entry: &AuditEntry) -> Result<(Option<MarkValue>, Option<MarkValue>), Fault> {
    let (stands, wanted) = match way {
        Way::Undo => (&entry.new, &entry.old),
        Way::Redo => (&entry.old, &entry.new),
    };
    let unreadable = |_| cx.core.internal(&format_args!("audit entry {} holds no mark", entry.id));
    Ok((mark_from_json(stands).map_err(unreadable)?, mark_from_json(wanted).map_err(unreadable)?))
}

fn action(way: Way) -> &'static str {
    match way {
        Way::Undo => MARK_UNDO,
        Way::Redo => MARK_REDO,
    }
}

async fn step_one(
    cx: &Cx,
    way: Way,
    act: &ActId,
    key: &SheetKey,
    (entry, force, left): (&AuditEntry, bool, (bool, bool)),
) -> Result<Reply, Fault> {
    let (evaluation, student) = target(entry)?;
    let cell = Cell::of_anybody(cx, key, &evaluation, &student).await?;
    let (stands, wanted) = values(cx, way, entry)?;
    if !cell.stands(cx, stands) && !force {
        return Err(cell.clash(cx).await?);
    }
    let mut set = cell.write(cx, act, wanted, action(way), (Some(entry.act.clone()), None)).await?;
    (set.undo, set.redo) = left;
    Ok(Reply::MarkSet(Box::new(set)))
}

/// Marks that were entered together. Those that somebody has changed since stay as they are, and are said, as are those
/// above a scale that was made smaller since; if all of them were changed, nothing is done without asking, and then only
/// to the first, which was asked about.
async fn step_many(
    cx: &Cx,
    way: Way,
    act: &ActId,
    key: &SheetKey,
    (entries, force, left): (&[AuditEntry], bool, (bool, bool)),
) -> Result<Reply, Fault> {
    let cells = entries.iter().map(target).collect::<Result<Vec<At>, Fault>>()?;
    let many = Many::read(cx, key, &cells).await?;
    let (mut wanted, mut moved, mut refused) = (BTreeMap::new(), Vec::new(), Vec::new());
    for (entry, at) in entries.iter().zip(cells).filter(|(_, at)| many.has(at)) {
        let (stands, value) = values(cx, way, entry)?;
        if let Err(why) = many.fits(&at, value) {
            refused.push(CellRefused { evaluation: at.0, student: at.1, why });
        } else if many.stands(cx, &at, stands) {
            wanted.insert(at, value);
        } else {
            moved.push((at, value));
        }
    }
    if wanted.is_empty() {
        let Some((at, value)) = moved.first().cloned() else {
            return Err(refused.into_iter().next().map_or(Failure::refused(Why::Nothing), |cell| cell.why).into());
        };
        if !force {
            return Err(many.clash(cx, &at).await?.why.into());
        }
        moved.remove(0);
        wanted.insert(at, value);
    }
    let of = entries.first().map(|entry| &entry.act);
    let wrote = many.write(cx, act, &wanted, action(way), of).await?;
    for (at, _) in moved {
        refused.push(many.clash(cx, &at).await?);
    }
    let written = if wrote.replayed {
        let cells: Vec<At> = wanted.into_keys().collect();
        let now = Many::read(cx, key, &cells).await?;
        cells.iter().map(|at| now.standing(at)).collect()
    } else {
        many.written(&wanted)
    };
    let (at, (undo, redo)) = (wrote.at, left);
    Ok(Reply::MarksSet(Box::new(MarksSet { sheet: key.clone(), written, refused, at, undo, redo })))
}

async fn done_before(cx: &Cx, sheet: &Sheet, key: &SheetKey, done: &[AuditEntry]) -> Result<Reply, Fault> {
    let (undo, redo) = open_steps(cx, sheet).await?;
    if let [one] = done {
        let (evaluation, student) = target(one)?;
        let cell = Cell::of_anybody(cx, key, &evaluation, &student).await?;
        let (value, version, at) = (cell.value(), cell.version(), one.at);
        let set = MarkSet { sheet: key.clone(), evaluation, student, value, version, at, undo, redo };
        return Ok(Reply::MarkSet(Box::new(set)));
    }
    let cells = done.iter().map(target).collect::<Result<Vec<At>, Fault>>()?;
    let now = Many::read(cx, key, &cells).await?;
    let written = cells.iter().filter(|at| now.has(at)).map(|at| now.standing(at)).collect();
    let at = done.first().map_or_else(|| cx.now(), |entry| entry.at);
    let set = MarksSet { sheet: key.clone(), written, refused: Vec::new(), at, undo, redo };
    Ok(Reply::MarksSet(Box::new(set)))
}

/// The cell that an entry is about.
fn target(entry: &AuditEntry) -> Result<At, Fault> {
    let (evaluation, student) = entry.target.split_once(':').ok_or(Failure::NotFound)?;
    Ok((EvaluationId::new(evaluation), StudentId::new(student)))
}
