//! Looking after the installation: health, checks, backups, made-up people.

mod backups;
mod doctor;
mod restoring;
mod seed;
mod trail;

pub(in crate::backend) use backups::{backups, create, prune, verify};
pub(in crate::backend) use doctor::doctor;
pub(in crate::backend) use restoring::{restore, resume};
pub(in crate::backend) use seed::seed;
pub(in crate::backend) use trail::{trail, verify_audit};

use crate::{
    backend::cx::{Cx, Fault},
    domain::{
        entities::{Mark, Student},
        query::Filter,
        schema::Entity,
    },
    protocol::{Failure, Health, Lamp, Part, Reply, Trouble},
};

/// `Request::Health`.
pub async fn health(cx: &Cx) -> Result<Reply, Fault> {
    let cache = &cx.core.config.cache;
    let pinged = cx.store.ping().await;
    let students = cx.store.count(Student::SCHEMA, &Filter::All, u64::MAX).await?.count;
    let marks = cx.store.count(Mark::SCHEMA, &Filter::All, u64::MAX).await?.count;
    let lamp = cx.core.look_at_cache().await;
    Ok(Reply::Health(Box::new(Health {
        store: if pinged.is_ok() { cx.core.lamp() } else { Lamp::Gone },
        store_kind: cx.store.kind().to_owned(),
        cache: lamp,
        cache_kind: cache.kind().to_owned(),
        cache_fault: (lamp != Lamp::Good).then(|| cache.trouble()).flatten(),
        counters: cache.counters(),
        students,
        marks,
        format: crate::store::backup::FORMAT,
    })))
}

/// `Request::FlushCache`.
pub async fn flush(cx: &Cx) -> Result<Reply, Fault> {
    let flushed = cx.core.config.cache.flush().await;
    flushed.map_err(|_| Failure::Offline { what: Part::Cache, detail: Trouble::Unreachable })?;
    Ok(Reply::Done)
}
