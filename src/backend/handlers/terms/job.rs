//! Closing a term for all classes is work on record. Whoever is at it says so before each class; when that was long ago,
//! somebody else takes it up, and between two classes anybody who may can stop it. Classes that are closed stay closed.

use std::sync::Arc;

use super::close;
use crate::{
    backend::{
        core::Core,
        cx::{Cx, Fault},
        guard,
    },
    domain::{
        calendar::{Term, YearId},
        entities::ClosingJob,
        id::{ActId, UserId},
        query::Filter,
        schema::Stored,
    },
    protocol::{CloseTerm, ClosingUnderWay, Failure, Reply, Request, Why},
    store::{Batch, Expect, Records, SharedStore},
};

/// Seconds without a word from whoever is at it after which somebody else takes it up.
const ABANDONED: i64 = 30;
/// Readings of a job that others change meanwhile.
const TRIES: u32 = 20;

/// The job of a request that closes all classes.
pub(super) struct Job<'a> {
    pub cx: &'a Cx,
    pub act: &'a ActId,
    pub year: &'a YearId,
    pub term: Term,
}

fn abandoned(core: &Core, job: &ClosingJob) -> bool {
    core.now().as_second().saturating_sub(job.at.as_second()) > ABANDONED
}

impl Job<'_> {
    fn id(&self) -> String {
        ClosingJob::id_of(self.year, self.term)
    }

    async fn known(&self) -> Result<Option<Stored<ClosingJob>>, Fault> {
        Ok(self.cx.store.one::<ClosingJob>(&self.id()).await?)
    }

    /// Puts the job on record, or takes up one that stands still; refuses while somebody else is at it.
    pub async fn claim(&self, total: u64) -> Result<(), Fault> {
        let known = self.known().await?;
        if let Some(other) = known.as_ref().filter(|other| other.act != *self.act && !abandoned(&self.cx.core, other)) {
            return Err(Failure::refused(Why::ClosingUnderWay { done: other.done, total: other.total }).into());
        }
        let job = ClosingJob {
            id: self.id(),
            act: self.act.clone(),
            year: self.year.clone(),
            term: self.term,
            by: self.cx.who.actor().to_owned(),
            process: self.cx.core.process.clone(),
            at: self.cx.now(),
            done: 0,
            total,
            stop: false,
        };
        let expect = known.map_or(Expect::Absent, |known| Expect::Version(known.version));
        put(self.cx, &job, expect).await
    }

    /// Before a class: says that somebody is at it. `false`: it is to stop, or is another's by now.
    pub async fn goes_on(&self, done: u64) -> Result<bool, Fault> {
        for _ in 0..TRIES {
            let Some(known) = self.known().await? else { return Ok(false) };
            if known.stop || known.process != self.cx.core.process || known.act != *self.act {
                return Ok(false);
            }
            let job = ClosingJob { at: self.cx.now(), done, ..known.body.clone() };
            match put(self.cx, &job, Expect::Version(known.version)).await {
                Err(fault) if fault.is_conflict() => {}
                done => return done.map(|()| true),
            }
        }
        Err(Failure::Conflict.into())
    }

    /// The last class is done, or it was stopped: the job goes, if it is still ours.
    pub async fn end(&self) -> Result<(), Fault> {
        for _ in 0..TRIES {
            let Some(known) = self.known().await?.filter(|known| known.act == *self.act) else { return Ok(()) };
            match remove(self.cx, &known).await {
                Err(fault) if fault.is_conflict() => {}
                done => return done,
            }
        }
        Ok(())
    }
}

async fn commit(cx: &Cx, batch: Batch) -> Result<(), Fault> {
    let turn = if cx.in_lane { None } else { Some(cx.core.lane.lock().await) };
    let done = cx.store.commit(batch).await;
    drop(turn);
    Ok(done.map(drop)?)
}

async fn put(cx: &Cx, job: &ClosingJob, expect: Expect) -> Result<(), Fault> {
    let mut batch = Batch::new(cx.fresh_act(), cx.now(), cx.who.actor());
    batch.put(job, expect)?;
    commit(cx, batch).await
}

async fn remove(cx: &Cx, job: &Stored<ClosingJob>) -> Result<(), Fault> {
    let mut batch = Batch::new(cx.fresh_act(), cx.now(), cx.who.actor());
    batch.delete::<ClosingJob>(&job.body.id, Expect::Version(job.version));
    commit(cx, batch).await
}

/// `Request::ClosingJob`: is somebody closing that term?
pub async fn under_way(cx: &Cx, term: Term) -> Result<Reply, Fault> {
    let id = ClosingJob::id_of(&cx.settings.school.current_year, term);
    let Some(job) = cx.store.one::<ClosingJob>(&id).await? else { return Ok(Reply::ClosingJob(None)) };
    let by = super::person(cx, &job.by).await?;
    let standing = abandoned(&cx.core, &job);
    let told = ClosingUnderWay { by, at: job.at, done: job.done, total: job.total, stopping: job.stop, standing };
    Ok(Reply::ClosingJob(Some(told)))
}

/// `Request::CancelClosing`: one attempt. Whoever is at it stops before the next class.
pub async fn cancel(cx: &Cx, term: Term) -> Result<Reply, Fault> {
    let id = ClosingJob::id_of(&cx.settings.school.current_year, term);
    let job = cx.store.one::<ClosingJob>(&id).await?.ok_or(Failure::refused(Why::NoClosing))?;
    if abandoned(&cx.core, &job) {
        remove(cx, &job).await?;
    } else {
        put(cx, &ClosingJob { stop: true, ..job.body.clone() }, Expect::Version(job.version)).await?;
    }
    Ok(Reply::Done)
}

/// Takes up closings that nobody is at any more, by the rights that whoever asked for them has now.
pub(in crate::backend) async fn resume(core: &Arc<Core>, store: &SharedStore) -> Result<(), Fault> {
    for job in store.every::<ClosingJob>(&Filter::All).await? {
        if !abandoned(core, &job) {
            continue;
        }
        tracing::warn!(year = %job.year, term = %job.term, done = job.done, "a closing that was cut short is taken up");
        let ask = CloseTerm { act: job.act.clone(), term: job.term, class: None, anyway: true };
        let request = Request::CloseTerm(ask.clone());
        let admitted = match job.by.as_str() {
            guard::SERVICE => guard::service_cx(core).await,
            user => guard::stand_in(core, &UserId::new(user), &request).await,
        };
        let cx = match admitted {
            // The year has turned, or the right is gone: what is closed is closed, the rest stays open.
            Ok(cx) if job.stop || cx.settings.school.current_year != job.year => {
                remove(&Cx { in_lane: false, ..cx }, &job).await?;
                continue;
            }
            Ok(cx) => cx,
            Err(Failure::Denied) => {
                let cx = guard::service_cx(core).await?;
                remove(&Cx { in_lane: false, ..cx }, &job).await?;
                continue;
            }
            Err(failure) => return Err(failure.into()),
        };
        close(&cx, &ask).await?;
    }
    Ok(())
}
