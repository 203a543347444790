//! Committing a plan, in chunks under one act: each chunk is one batch with its own way back.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    super::undo::chunks_of,
    allowed,
    row::{Outcome, Rows, Tried},
};
use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        entities::{Act, Class, Student, Subject, SubjectKind},
        id::{ActId, ClassId, SubjectId},
        schema::{Entity, Stored},
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
    let mut stopped = None;
    if !work.is_empty() && (only_good || !refused) {
        let mut cx = cx.clone();
        cx.in_lane = false;
        // What an earlier try of this plan has done stays done, and its chunks keep their numbers: a number without a
        // chunk would end the act for who takes it back, one used twice would lose rows.
        let earlier = chunks_of(&cx, &plan.act).await?;
        let given = plan.rows.iter().filter_map(|row| row.work.as_ref()?.form.matricule.clone());
        let tried = Tried { done: students_of(&earlier), given: given.collect() };
        let mut chunk = earlier.len();
        if set_up(&mut cx, plan, chunk).await? {
            chunk = chunk.saturating_add(1);
        }
        stopped = write_all(&mut cx, (plan, &tried), &work, &mut chunk, &mut outcome).await?;
    }
    Ok(Reply::Imported(Box::new(ImportReport { stopped, ..report(plan, &outcome) })))
}

/// Writes the rows chunk by chunk. Once a chunk stands, a failure is no longer that of the whole: it is given back,
/// and the rows that were left are refused for it.
async fn write_all(
    cx: &mut Cx,
    (plan, tried): (&ImportPlan, &Tried),
    work: &[&ImportRow],
    chunk: &mut usize,
    outcome: &mut BTreeMap<u64, Result<(), Failure>>,
) -> Result<Option<Failure>, Fault> {
    // A row writes the student, the enrolment, an entry, and for each mark the mark and its entry.
    let each = plan.columns.len().saturating_mul(2).saturating_add(3);
    let size = DOCUMENTS.checked_div(each).unwrap_or(1).max(1);
    let total = u64::try_from(work.len()).unwrap_or(u64::MAX);
    for rows in work.chunks(size) {
        let id = chunk_id(&plan.act, *chunk);
        match write(cx, (plan, tried), &id, rows).await {
            Ok((some, wrote)) => {
                outcome.extend(some);
                *chunk = chunk.saturating_add(usize::from(wrote));
            }
            Err(fault) if *chunk == 0 => return Err(fault),
            Err(fault) => {
                let failure = fault.told(&cx.core);
                for row in work {
                    outcome.entry(row.row).or_insert_with(|| Err(failure.clone()));
                }
                return Ok(Some(failure));
            }
        }
        cx.progress(u64::try_from(outcome.len()).unwrap_or(u64::MAX), total);
    }
    Ok(None)
}

/// The students that these chunks have written, as far as they have not been taken back.
fn students_of(chunks: &[Stored<Act>]) -> BTreeSet<String> {
    let standing = chunks.iter().filter(|chunk| !chunk.undone).flat_map(|chunk| &chunk.befores);
    standing.filter(|before| before.collection == Student::SCHEMA.collection).map(|before| before.id.clone()).collect()
}

/// The act's first chunk has its id, the others `{act}.1`, `{act}.2`…
fn chunk_id(act: &ActId, chunk: usize) -> ActId {
    if chunk == 0 { act.clone() } else { ActId::new(format!("{act}.{chunk}")) }
}

/// Makes the classes and subjects that the file names, as a chunk of that number; was there anything to make?
async fn set_up(cx: &mut Cx, plan: &ImportPlan, chunk: usize) -> Result<bool, Fault> {
    let id = chunk_id(&plan.act, chunk);
    for _ in 0..TRIES {
        let settings = cx.settings.clone();
        let classes =
            plan.new_classes.iter().filter(|name| !settings.classes.iter().any(|known| alike(&known.name, name)));
        let subjects =
            plan.new_subjects.iter().filter(|name| !settings.subjects.iter().any(|known| alike(&known.name, name)));
        let classes: Vec<Class> =
            classes.map(|name| Class::named(ClassId::new(cx.core.fresh_id()), name.clone())).collect();
        let after = settings.subjects.iter().map(|subject| subject.position).max().unwrap_or_default();
        let subjects: Vec<Subject> = subjects
            .zip(after.saturating_add(1)..)
            .map(|(name, position)| Subject {
                reweighed: false,
                kind: SubjectKind::Main,
                optional: false,
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
            return Ok(false);
        }
        match write_setup(cx, (plan, &id), &classes, &subjects).await {
            Err(fault) if fault.is_conflict() || fault.duplicate().is_some() => cx.reread().await?,
            Err(fault) => return Err(fault),
            Ok(()) => {
                cx.reread().await?;
                return Ok(true);
            }
        }
    }
    Err(Failure::Conflict.into())
}

async fn write_setup(
    cx: &Cx,
    (plan, id): (&ImportPlan, &ActId),
    classes: &[Class],
    subjects: &[Subject],
) -> Result<(), Fault> {
    let mut change = Change::new(cx, &plan.act, id.clone());
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
    change.undoable(id.clone(), "import")?;
    change.touches_setup();
    change.commit().await?;
    Ok(())
}

/// Writes some rows in one batch, from a new reading while somebody is faster; was there anything to write?
async fn write(
    cx: &mut Cx,
    (plan, tried): (&ImportPlan, &Tried),
    id: &ActId,
    rows: &[&ImportRow],
) -> Result<Outcome, Fault> {
    for _ in 0..TRIES {
        // The chunk before has moved the school's numbers on, and somebody may have changed coefficients.
        cx.reread().await?;
        let attempt = Rows::new(cx, (plan, tried), id).write(rows).await;
        match attempt {
            Err(fault) if fault.is_conflict() || fault.duplicate().is_some() => {}
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
    ImportReport { act: plan.act.clone(), rows, totals, committed, stopped: None }
}
