//! Committing a plan, in chunks under one act: each chunk is one batch with its own way back.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{allowed, row::Rows};
use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        entities::{Class, Subject},
        id::{ActId, ClassId, SubjectId},
    },
    exchange::students::alike,
    protocol::{Failure, ImportFate, ImportPlan, ImportReport, ImportRow, Reply},
};

/// Documents a chunk, about.
const DOCUMENTS: usize = 400;
/// Readings of a chunk before giving up.
const TRIES: u32 = 20;

/// `Request::CommitImport`. Without `only_good`, a plan with refused rows writes nothing.
pub async fn commit(cx: &Cx, plan: &ImportPlan, only_good: bool) -> Result<Reply, Fault> {
    allowed(cx, plan)?;
    let work: Vec<&ImportRow> = plan.rows.iter().filter(|row| row.work.is_some()).collect();
    let refused = plan.rows.iter().any(|row| row.fate == ImportFate::Refuse);
    let mut outcome: BTreeMap<u64, Result<(), Failure>> = BTreeMap::new();
    if !work.is_empty() && (only_good || !refused) {
        let mut cx = cx.clone();
        cx.in_lane = false;
        let mut chunk = set_up(&mut cx, plan).await?;
        // A row writes the student, the enrolment, an entry, and for each mark the mark and its entry.
        let each = plan.columns.len().saturating_mul(2).saturating_add(3);
        let size = DOCUMENTS.checked_div(each).unwrap_or(1).max(1);
        let total = u64::try_from(work.len()).unwrap_or(u64::MAX);
        for rows in work.chunks(size) {
            let id = chunk_id(&plan.act, chunk);
            outcome.extend(write(&mut cx, plan, &id, rows).await?);
            chunk = chunk.saturating_add(1);
            cx.progress(u64::try_from(outcome.len()).unwrap_or(u64::MAX), total);
        }
    }
    Ok(Reply::Imported(Box::new(report(plan, &outcome))))
}

/// The act's first chunk has its id, the others `{act}.1`, `{act}.2`…
fn chunk_id(act: &ActId, chunk: usize) -> ActId {
    if chunk == 0 { act.clone() } else { ActId::new(format!("{act}.{chunk}")) }
}

/// Makes the classes and subjects that the file names, as the act's first chunk; how many chunks that took.
async fn set_up(cx: &mut Cx, plan: &ImportPlan) -> Result<usize, Fault> {
    for _ in 0..TRIES {
        let settings = cx.settings.clone();
        let classes =
            plan.new_classes.iter().filter(|name| !settings.classes.iter().any(|known| alike(&known.name, name)));
        let subjects =
            plan.new_subjects.iter().filter(|name| !settings.subjects.iter().any(|known| alike(&known.name, name)));
        let classes: Vec<Class> = classes
            .map(|name| Class { id: ClassId::new(cx.core.fresh_id()), name: name.clone(), level: None, series: None })
            .collect();
        let after = settings.subjects.iter().map(|subject| subject.position).max().unwrap_or_default();
        let subjects: Vec<Subject> = subjects
            .zip(after.saturating_add(1)..)
            .map(|(name, position)| Subject {
                id: SubjectId::new(cx.core.fresh_id()),
                name: name.clone(),
                short: None,
                coefficient: 1,
                coefficients: Vec::new(),
                position,
                sample: false,
            })
            .collect();
        if classes.is_empty() && subjects.is_empty() {
            return Ok(0);
        }
        match write_setup(cx, plan, &classes, &subjects).await {
            Err(fault) if fault.is_conflict() || fault.duplicate().is_some() => cx.reread().await?,
            Err(fault) => return Err(fault),
            Ok(()) => {
                cx.reread().await?;
                return Ok(1);
            }
        }
    }
    Err(Failure::Conflict.into())
}

async fn write_setup(cx: &Cx, plan: &ImportPlan, classes: &[Class], subjects: &[Subject]) -> Result<(), Fault> {
    let mut change = Change::new(cx, &plan.act, plan.act.clone());
    let made =
        |target: &str, new: Value| Said { action: "import.setup", target: target.to_owned(), new, ..Said::default() };
    for class in classes {
        change.add(class)?;
        change.audit("setup", made(class.id.as_str(), json!(class))).await?;
    }
    for subject in subjects {
        change.add(subject)?;
        change.audit("setup", made(subject.id.as_str(), json!(subject))).await?;
    }
    change.undoable(plan.act.clone(), "import")?;
    change.touches_setup();
    change.commit().await?;
    Ok(())
}

/// Writes some rows in one batch, from a new reading while somebody is faster.
async fn write(
    cx: &mut Cx,
    plan: &ImportPlan,
    id: &ActId,
    rows: &[&ImportRow],
) -> Result<BTreeMap<u64, Result<(), Failure>>, Fault> {
    for _ in 0..TRIES {
        let attempt = Rows::new(cx, plan, id).write(rows).await;
        match attempt {
            Err(fault) if fault.is_conflict() || fault.duplicate().is_some() => cx.reread().await?,
            done => return done,
        }
    }
    Err(Failure::Conflict.into())
}

/// The plan's rows, with those that had moved meanwhile as refused.
fn report(plan: &ImportPlan, outcome: &BTreeMap<u64, Result<(), Failure>>) -> ImportReport {
    let mut totals: BTreeMap<ImportFate, u64> = BTreeMap::new();
    let mut committed = 0_u64;
    let rows: Vec<ImportRow> = plan
        .rows
        .iter()
        .map(|planned| {
            let mut row = ImportRow { work: None, ..planned.clone() };
            match outcome.get(&row.row) {
                Some(Ok(())) => committed = committed.saturating_add(1),
                Some(Err(failure)) => {
                    row.fate = ImportFate::Refuse;
                    row.refused = Some((String::new(), failure.clone()));
                }
                None => {}
            }
            let total = totals.entry(row.fate).or_default();
            *total = total.saturating_add(1);
            row
        })
        .collect();
    ImportReport { act: plan.act.clone(), rows, totals, committed }
}
