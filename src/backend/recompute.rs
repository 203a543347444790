//! Making stale averages anew after a change of set-up: in chunks, each in its turn of the write lane.
//!
//! Each student says by a stamp what its averages were made of (`domain/weights.rs`), so nothing has to be remembered
//! elsewhere: whoever is alive looks for other stamps and makes those students anew. Doing it twice does no harm.

use std::sync::Arc;

use serde_json::{Map, Value};
use tokio::sync::mpsc;

use super::{
    change::{Change, Who},
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
    store::{Document, SharedStore, StoreError, to_body},
};

/// Students read at once, and written at once while nobody else writes.
const CHUNK: u32 = 2_000;
/// Students written at once while somebody else writes.
const PIECE: usize = 250;
/// So many small pieces at the beginning: it is soon seen how it goes on, and can be stopped.
const FIRST: u32 = 4;
/// So many small pieces after somebody has been met in the lane.
const GENTLY: u32 = 40;
/// Readings of a piece before giving up.
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
    students: Vec<Anew>,
    ids: Vec<String>,
}

/// What becomes of a student's document.
enum Anew {
    /// The fields that become others; who it is, as far as caches and screens care.
    Averages { who: Who, version: u64, fields: Map<String, Value> },
    /// The whole record, as it was and as it is in the year that has begun.
    Turned(Box<(Stored<Student>, Student)>),
}

impl Anew {
    /// All that [`Settings::refresh`] changes is kept from before to compare with; the rest is not copied.
    fn averages(mut student: Student, version: u64, settings: &Settings) -> Result<Self, StoreError> {
        let average = student.average;
        let (averages, subject_averages) = (student.averages.clone(), student.subject_averages.clone());
        let (rules_version, basis) = (student.rules_version, student.basis.clone());
        let class_name = student.class_name.clone();
        settings.refresh(&mut student);
        let mut fields = Map::new();
        let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        if student.average != average {
            set("average", to_body(&student.average)?);
        }
        if student.averages != averages {
            set("averages", to_body(&student.averages)?);
        }
        if student.subject_averages != subject_averages {
            set("subject_averages", to_body(&student.subject_averages)?);
        }
        if student.rules_version != rules_version {
            set("rules_version", to_body(&student.rules_version)?);
        }
        if student.basis != basis {
            set("basis", to_body(&student.basis)?);
        }
        if student.class_name != class_name {
            set("class_name", to_body(&student.class_name)?);
        }
        let who = Who { id: student.id, phone: student.phone, class: student.class };
        Ok(Self::Averages { who, version, fields })
    }
}

impl Ready {
    /// The first of them, so many.
    fn take(&mut self, count: usize) -> Self {
        let count = count.min(self.ids.len());
        let (students, ids) = (self.students.split_off(count), self.ids.split_off(count));
        let rest = Self { settings: self.settings.clone(), students, ids };
        std::mem::replace(self, rest)
    }
}

/// How many students are written at once: a whole chunk while nobody else writes, few while somebody does, for whose
/// mark waits that long.
struct Pace {
    /// Pieces until it is looked again.
    gently: u32,
}

impl Pace {
    fn next(&mut self, core: &Core) -> usize {
        if core.lane.try_lock().is_err() {
            self.gently = GENTLY;
        }
        if self.gently == 0 {
            return CHUNK as usize;
        }
        self.gently = self.gently.saturating_sub(1);
        PIECE
    }
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
    let (mut pieces, mut pace) = (0_u32, Pace { gently: FIRST });
    loop {
        let ahead = (next.ids.len() == CHUNK as usize)
            .then(|| tokio::spawn(read(cx.clone(), filter.clone(), next.ids.last().cloned())));
        while !next.ids.is_empty() {
            if stoppable && cx.core.rules_stopped() {
                return Ok(None);
            }
            let piece = next.take(pace.next(&cx.core));
            let count = u64::try_from(piece.ids.len()).unwrap_or(u64::MAX);
            pieces = pieces.saturating_add(1);
            let op = ActId::new(format!("{act}.r{pieces}"));
            written = written.saturating_add(write_piece(&mut cx, act, &op, piece).await?);
            seen = seen.saturating_add(count);
            cx.progress(seen.min(total), total);
        }
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
    let settings = &cx.settings;
    let (mut ids, mut students) = (Vec::with_capacity(documents.len()), Vec::with_capacity(documents.len()));
    let mut behind: Vec<Stored<Student>> = Vec::new();
    for document in documents {
        let student: Student = document.parse(Student::SCHEMA.collection)?;
        students.push(if settings.weights.behind(&student) {
            let before: Stored<Student> = document.stored()?;
            behind.push(before.clone());
            Anew::Turned(Box::new((before, student)))
        } else {
            Anew::averages(student, document.version, settings)?
        });
        ids.push(document.id);
    }
    let places = projection::places(cx, &behind).await?;
    for anew in &mut students {
        if let Anew::Turned(both) = anew {
            let (before, student) = &mut **both;
            projection::project(cx, student, places.get(&before.id));
            // A form that was read before is of another year.
            student.record_version = before.version.saturating_add(1);
            settings.refresh(student);
        }
    }
    Ok(Ready { settings: settings.clone(), students, ids })
}

async fn write_piece(cx: &mut Cx, act: &ActId, op: &ActId, mut ready: Ready) -> Result<u64, Fault> {
    for _ in 0..TRIES {
        if !Arc::ptr_eq(&ready.settings, &cx.settings) {
            ready = reckoned(cx, cx.store.get_many(Student::SCHEMA, &ready.ids).await?).await?;
        }
        let mut change = Change::new(cx, act, op.clone());
        let mut written = 0_u64;
        for anew in std::mem::take(&mut ready.students) {
            match anew {
                Anew::Averages { fields, .. } if fields.is_empty() => continue,
                Anew::Averages { who, version, fields } => {
                    change.follow_in::<Student>(who.id.as_str(), version, fields);
                    change.touches_who(who);
                }
                Anew::Turned(both) => {
                    let (before, student) = &*both;
                    change.follow(before.version, student)?;
                    change.touches(Some(before), Some(student));
                }
            }
            written = written.saturating_add(1);
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

#[cfg(test)]
mod tests;
