//! Making stale averages anew after a change of set-up: in chunks, each in its turn of the write lane.
//!
//! Each student says by a stamp what its averages were made of (`domain/weights.rs`), so nothing has to be remembered
//! elsewhere: whoever is alive looks for other stamps and makes those students anew. Doing it twice does no harm.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::{
    change::Change,
    core::Core,
    cx::{Cx, Fault},
    guard, projection,
    settings::Settings,
};
use crate::{
    domain::{
        entities::Student,
        id::ActId,
        query::Filter,
        schema::{Entity, Stored},
    },
    protocol::{Failure, Ticket},
    store::{Document, SharedStore, StoreError},
};

/// Students a chunk.
const CHUNK: u32 = 250;
/// Readings of a chunk before giving up.
const TRIES: u32 = 20;

/// After a change of set-up, which is done: averages follow. If the store gives way meanwhile, the rest follows when it
/// is back.
pub(super) async fn catch_up(cx: &Cx, act: &ActId) {
    if let Err(fault) = stale(cx, act, false).await {
        tracing::warn!(?fault, "averages are made anew later");
        cx.core.fall_behind();
    }
}

/// The same, where nothing may be decided by what is stale.
///
/// # Errors
/// The store's.
pub(super) async fn whole(cx: &Cx, act: &ActId) -> Result<(), Fault> {
    stale(cx, act, false).await.map(drop)
}

/// The same after new rules, which can be stopped: `None`, some averages are made by these and some by those of before.
/// Else how many students' were made anew.
pub(super) async fn by_new_rules(cx: &Cx, act: &ActId) -> Option<u64> {
    match stale(cx, act, true).await {
        Ok(written) => written,
        Err(fault) => {
            tracing::warn!(?fault, "averages are made anew later");
            cx.core.fall_behind();
            Some(0)
        }
    }
}

/// Looks whether anybody's averages are stale and makes them anew: at the start, and after changes of others. Answers
/// with how many were.
pub(super) async fn tend(core: &Arc<Core>, store: &SharedStore) -> Result<u64, Fault> {
    let stamps = store.stamps().await?;
    let setup = core.setup_commits();
    let Some(settings) = core.settings(store, &stamps).await? else { return Ok(0) };
    let (reply, _) = mpsc::unbounded_channel();
    let cx = Cx {
        core: core.clone(),
        store: store.clone(),
        who: guard::service(),
        session: None,
        settings,
        setup,
        stamps,
        in_lane: false,
        ticket: Ticket(0),
        reply,
    };
    Ok(stale(&cx, &cx.fresh_act(), false).await?.unwrap_or_default())
}

/// A chunk of students with their averages made anew, not written yet.
struct Ready {
    /// By which they were made.
    settings: Arc<Settings>,
    students: Vec<(Stored<Student>, Student)>,
    ids: Vec<String>,
}

/// Makes the averages anew of every student whose stamp is not the set-up's, as it is now: while one chunk is written,
/// the next is read and reckoned. Answers with how many; `None`: it was stopped on the way.
async fn stale(cx: &Cx, act: &ActId, stoppable: bool) -> Result<Option<u64>, Fault> {
    let mut cx = cx.clone();
    cx.in_lane = false;
    cx.reread().await?;
    let filter = cx.settings.weights.stale();
    let total = cx.store.count(Student::SCHEMA, &filter, u64::MAX).await?.count;
    let (mut seen, mut written) = (0_u64, 0_u64);
    if total == 0 {
        return Ok(Some(0));
    }
    let mut next = read(cx.clone(), filter.clone(), None).await?;
    let mut chunk = 0_u32;
    loop {
        if stoppable && cx.core.rules_stopped() {
            return Ok(None);
        }
        let count = next.ids.len();
        let ahead =
            (count == CHUNK as usize).then(|| tokio::spawn(read(cx.clone(), filter.clone(), next.ids.last().cloned())));
        chunk = chunk.saturating_add(1);
        let op = ActId::new(format!("{act}.r{chunk}"));
        written = written.saturating_add(write_chunk(&mut cx, act, &op, next).await?);
        seen = seen.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        cx.progress(seen.min(total), total);
        let Some(ahead) = ahead else { return Ok(Some(written)) };
        next = ahead.await.map_err(|error| StoreError::Other(error.to_string()))??;
    }
}

/// The next stale students after that id, with their averages made anew.
async fn read(cx: Cx, filter: Filter, after: Option<String>) -> Result<Ready, Fault> {
    let documents = cx.store.scan(Student::SCHEMA, &filter, after.as_deref(), CHUNK).await?;
    reckoned(&cx, documents).await
}

async fn reckoned(cx: &Cx, documents: Vec<Document>) -> Result<Ready, Fault> {
    let ids = documents.iter().map(|document| document.id.clone()).collect();
    let mut students = Vec::with_capacity(documents.len());
    let mut read: Vec<Stored<Student>> = Vec::with_capacity(documents.len());
    for document in documents {
        read.push(document.parse(Student::SCHEMA.collection)?);
    }
    let places = projection::places(cx, &read).await?;
    for before in read {
        let mut student = before.body.clone();
        if cx.settings.weights.behind(&student) {
            projection::project(cx, &mut student, places.get(&before.id));
            // A form that was read before is of another year.
            student.record_version = before.version.saturating_add(1);
        }
        cx.settings.refresh(&mut student);
        students.push((before, student));
    }
    Ok(Ready { settings: cx.settings.clone(), students, ids })
}

async fn write_chunk(cx: &mut Cx, act: &ActId, op: &ActId, mut ready: Ready) -> Result<u64, Fault> {
    for _ in 0..TRIES {
        if !Arc::ptr_eq(&ready.settings, &cx.settings) {
            ready = reckoned(cx, cx.store.get_many(Student::SCHEMA, &ready.ids).await?).await?;
        }
        let mut change = Change::new(cx, act, op.clone());
        let mut written = 0_u64;
        for (before, student) in &ready.students {
            if *student != before.body {
                change.follow(before.version, student)?;
                change.touches(Some(before), Some(student));
                written = written.saturating_add(1);
            }
        }
        if written == 0 {
            return Ok(0);
        }
        match change.commit().await {
            Ok(_) => return Ok(written),
            Err(fault) if fault.is_conflict() => {
                cx.reread().await?;
                ready = reckoned(cx, cx.store.get_many(Student::SCHEMA, &ready.ids).await?).await?;
            }
            Err(fault) => return Err(fault),
        }
    }
    Err(Failure::Conflict.into())
}
