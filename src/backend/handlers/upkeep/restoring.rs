//! Restoring a backup. A store cannot replace everything in one transaction, so a mark says that it is under way: until
//! the mark is gone nobody works on half a school, and whoever is alive and has the backup finishes what was cut short.

use std::{path::Path, sync::Arc, time::Duration};

use super::backups::{blocking, fault, file, keep_own, known, progress};
use crate::{
    backend::{
        audit::Said,
        change::Change,
        core::Core,
        cx::{Cx, Fault},
        guard,
        settings::Settings,
    },
    domain::{
        access::Principal,
        entities::{Restoring, User},
        id::{ActId, UserId},
        query::Filter,
        schema::Stored,
    },
    protocol::{Event, Reply, Ticket},
    store::{Batch, Expect, Records, SharedStore, StoreError, backup},
};

/// Accounts whose sessions are ended in one batch.
const STEP: usize = 400;
/// How often the process that restores says that it is still at it.
const BEAT: Duration = Duration::from_secs(3);
/// Seconds without such a word after which somebody else takes over.
const ABANDONED: i64 = 30;

/// `Request::RestoreBackup`: everything is as it was then; every session but this one ends.
pub async fn restore(cx: &Cx, name: &str) -> Result<Reply, Fault> {
    let path = file(cx, name).await?;
    let read = path.clone();
    blocking(move || backup::verify(&read)).await?;
    let users = replace(&cx.core, &cx.store, (name, &path), &cx.who, progress(cx, 0)).await?;
    keep_own(cx, &users).await?;
    Ok(Reply::Done)
}

/// Takes up a restore that stands still; `true`: it is finished now. Without the backup here, somebody else must.
pub(in crate::backend) async fn resume(core: &Arc<Core>, store: &SharedStore) -> Result<bool, Fault> {
    let Some(left) = store.one::<Restoring>(Restoring::ID).await? else { return Ok(false) };
    if !abandoned(core, &left) {
        return Ok(false);
    }
    let Some(path) = known(&core.config.backups, &left.backup).await? else { return Ok(false) };
    tracing::warn!(backup = left.backup, "a restore that was cut short is taken up again");
    let read = path.clone();
    blocking(move || backup::verify(&read)).await?;
    let who = match left.by.as_str() {
        guard::SERVICE => guard::service(),
        user => Principal { user: Some(UserId::new(user)), ..guard::service() },
    };
    replace(core, store, (&left.backup, &path), &who, |_| {}).await?;
    Ok(true)
}

fn abandoned(core: &Core, left: &Restoring) -> bool {
    core.now().as_second().saturating_sub(left.at.as_second()) > ABANDONED
}

/// Replaces everything; gives the accounts as they were in the backup.
async fn replace(
    core: &Arc<Core>,
    store: &SharedStore,
    (name, path): (&str, &Path),
    who: &Principal,
    progress: impl Fn(u64) + Send + 'static,
) -> Result<Vec<Stored<User>>, Fault> {
    let turn = core.lane.lock().await;
    claim(core, store, name, who).await?;
    // From here on everybody who asks is told.
    core.everything_changed();
    let restored = {
        let restoring = backup::restore(&**store, path, progress);
        tokio::select! {
            restored = restoring => restored,
            never = beat(core, store) => match never {},
        }
    };
    core.forget(store).await;
    drop(turn);
    restored.map_err(fault)?;
    let users = end_all_sessions(core, store, name, who).await?;
    core.everything_changed();
    core.publish(&Event::Setup);
    core.publish(&Event::Students(Vec::new()));
    core.publish(&Event::Elsewhere);
    Ok(users)
}

fn sign(core: &Core, name: &str, who: &Principal) -> Restoring {
    Restoring {
        id: Restoring::ID.to_owned(),
        backup: name.to_owned(),
        by: who.actor().to_owned(),
        process: core.process.clone(),
        at: core.now(),
    }
}

/// Puts up the mark, unless somebody else is at it.
async fn claim(core: &Core, store: &SharedStore, name: &str, who: &Principal) -> Result<(), Fault> {
    let before = store.one::<Restoring>(Restoring::ID).await?;
    if let Some(other) = before.as_ref().filter(|left| !abandoned(core, left)) {
        return Err(StoreError::Unfinished(other.backup.clone()).into());
    }
    let mut batch = Batch::new(ActId::new(core.fresh_id()), core.now(), who.actor());
    batch.put(&sign(core, name, who), before.map_or(Expect::Absent, |before| Expect::Version(before.version)))?;
    batch.new_epoch = true;
    store.commit(batch).await?;
    Ok(())
}

/// Says again and again that this process is at it.
async fn beat(core: &Core, store: &SharedStore) -> std::convert::Infallible {
    loop {
        tokio::time::sleep(BEAT).await;
        if let Err(fault) = beat_once(core, store).await {
            tracing::warn!(?fault, "the mark of a restore");
        }
    }
}

async fn beat_once(core: &Core, store: &SharedStore) -> Result<(), Fault> {
    let Some(own) = own(core, store).await? else { return Ok(()) };
    let mut batch = Batch::new(ActId::new(core.fresh_id()), core.now(), own.by.clone());
    batch.put(&Restoring { at: core.now(), ..own.body.clone() }, Expect::Version(own.version))?;
    store.commit(batch).await?;
    Ok(())
}

/// The mark, if it is this process's.
async fn own(core: &Core, store: &SharedStore) -> Result<Option<Stored<Restoring>>, Fault> {
    let found = store.one::<Restoring>(Restoring::ID).await?;
    Ok(found.filter(|found| found.process == core.process))
}

/// One more on every account's epoch: sessions of before the restore are over in every process. The mark goes with the
/// last batch, in which all that caches hold is void.
async fn end_all_sessions(
    core: &Arc<Core>,
    store: &SharedStore,
    name: &str,
    who: &Principal,
) -> Result<Vec<Stored<User>>, Fault> {
    let empty = || StoreError::Other("the backup holds no school".to_owned());
    let settings = Settings::read(store).await?.ok_or_else(empty)?;
    let (reply, _) = tokio::sync::mpsc::unbounded_channel();
    let cx = Cx {
        core: core.clone(),
        store: store.clone(),
        who: who.clone(),
        session: None,
        settings: Arc::new(settings),
        setup: core.setup_commits(),
        stamps: store.stamps().await?,
        in_lane: false,
        ticket: Ticket(0),
        reply,
    };
    let act = cx.fresh_act();
    let users = store.every::<User>(&Filter::All).await?;
    for (chunk, some) in users.chunks(STEP).enumerate() {
        let mut change = Change::new(&cx, &act, ActId::new(format!("{act}.{chunk}")));
        for user in some {
            let epoch = user.session_epoch.saturating_add(1);
            change.follow(user.version, &User { session_epoch: epoch, ..user.body.clone() })?;
        }
        change.commit().await?;
    }
    let mut change = Change::new(&cx, &act, act.clone());
    change.audit("setup", Said { action: "backup.restore", target: name.to_owned(), ..Said::default() }).await?;
    match own(core, store).await? {
        Some(mark) => change.remove(&mark),
        // Somebody took over meanwhile, and finishes it.
        None => return Err(StoreError::Unfinished(name.to_owned()).into()),
    }
    change.voids_caches();
    change.commit().await?;
    for user in &users {
        core.end_session(user.id.as_str(), None).await;
    }
    Ok(users)
}
