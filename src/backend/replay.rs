//! Sends what is kept in the journals, in the order of typing, as soon as the store takes writes again.

use std::{sync::Arc, time::Duration};

use tokio::{task::JoinHandle, time::timeout};

use super::{
    core::Core,
    guard,
    handlers::attempt,
    journal::book::{Book, Came, Kept},
    offline::{PATIENCE, unreachable},
};
use crate::{
    domain::id::{ActId, UserId},
    protocol::{Failure, Reply, Request, SetMark, Trouble},
    store::Batch,
};

/// How often a store that is away is tried.
const TRY: Duration = Duration::from_millis(500);
/// How often the folder is looked at for what a process that was killed has left.
const LOOK: Duration = Duration::from_secs(5);

/// Where a round ended.
enum Ended {
    /// Nothing waits that we may send.
    Nothing,
    /// The store is away.
    Away,
}

/// Runs until it is aborted: what is under way then stays in the journal, and is sent once more by whoever comes next.
pub(super) async fn run(core: Arc<Core>) {
    let mut probe = None;
    loop {
        match round(&core, &mut probe).await {
            Ended::Away => tokio::time::sleep(TRY).await,
            Ended::Nothing => {
                // Another process is at it: when it is done is told soon.
                let pause = if core.offline.told_of_any() { TRY } else { LOOK };
                // A timeout is the usual way out of waiting.
                drop(timeout(pause, core.offline.work.notified()).await);
            }
        }
    }
}

async fn round(core: &Arc<Core>, probe: &mut Probe) -> Ended {
    let Some(journals) = core.offline.journals() else { return Ended::Nothing };
    let users = journals.users().unwrap_or_else(|error| {
        tracing::warn!(%error, "kept marks cannot be read");
        Vec::new()
    });
    for user in core.offline.told_wrongly(&users) {
        core.announce_kept(&user);
    }
    let waits = |user: &UserId| core.offline.look(user, |book: &Book| book.next().is_some());
    let users: Vec<UserId> = users.into_iter().filter(waits).collect();
    if users.is_empty() && core.offline.away().is_none() {
        return Ended::Nothing;
    }
    if let Err(trouble) = takes_writes(core, probe).await {
        core.store_went(trouble);
        return Ended::Away;
    }
    core.store_is_back();
    for user in users {
        match journals.sending(&user) {
            Ok(Some(_right)) => {
                if let Ended::Away = send(core, &user).await {
                    return Ended::Away;
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "kept marks cannot be sent"),
        }
    }
    Ended::Nothing
}

/// A question whether the store takes writes, on its way. There is never a second one: a store that hangs would be left
/// with a heap of them.
type Probe = Option<JoinHandle<Result<(), Failure>>>;

/// Does the store take writes? It is asked beside the lane, which a store that hangs would hold up.
async fn takes_writes(core: &Arc<Core>, probe: &mut Probe) -> Result<(), Trouble> {
    let asked = probe.get_or_insert_with(|| {
        let core = core.clone();
        tokio::spawn(async move {
            let store = core.store().await?;
            let batch = Batch::new(ActId::new(core.fresh_id()), core.now(), guard::SERVICE);
            store.commit(batch).await.map(drop).map_err(|error| core.failure(&error))
        })
    });
    let Ok(answer) = timeout(PATIENCE, asked).await else { return Err(Trouble::Unreachable) };
    *probe = None;
    match answer {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Failure::Offline { detail, .. })) => Err(detail),
        Ok(Err(_)) | Err(_) => Err(Trouble::Unreachable),
    }
}

/// Sends what a user's journal keeps.
async fn send(core: &Arc<Core>, user: &UserId) -> Ended {
    loop {
        // What is typed meanwhile is kept behind these, in the same lane.
        let turn = core.lane.lock().await;
        let Some(kept) = core.offline.look(user, |book: &Book| book.next().cloned()) else { return Ended::Nothing };
        let ended = send_one(core, user, &kept).await;
        drop(turn);
        if let Some(ended) = ended {
            return ended;
        }
    }
}

/// Sends one; `None`: on to the next.
async fn send_one(core: &Arc<Core>, user: &UserId, kept: &Kept) -> Option<Ended> {
    let mark = &kept.entry.mark;
    let sent = tokio::spawn(store(core.clone(), user.clone(), mark.clone()));
    let answer = match timeout(PATIENCE, sent).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => Err(core.internal(&error)),
        Err(_) => Err(unreachable()),
    };
    let came = match answer {
        Ok(Reply::MarkSet(set)) => {
            core.offline.stored(user, mark, set.version);
            Came::Done { version: set.version }
        }
        Ok(_) => Came::Refused(core.internal(&"a kept mark was answered by something else")),
        Err(Failure::Cell(conflict)) => Came::Clash(conflict),
        Err(Failure::Offline { detail, .. }) => {
            let unknown = detail == Trouble::Unreachable && !kept.entry.tried;
            core.store_went(detail);
            if unknown && let Err(error) = core.kept_came(user, kept.entry.number, Came::Tried).await {
                tracing::warn!(%error, "a journal of kept marks cannot be written");
            }
            return Some(Ended::Away);
        }
        // Others were faster each time: once more, later.
        Err(Failure::Conflict | Failure::Throttled { .. }) => return Some(Ended::Away),
        Err(
            failure @ (Failure::Denied
            | Failure::WrongLogin
            | Failure::SessionOver
            | Failure::PasswordMustChange
            | Failure::Invalid { .. }
            | Failure::Bulletin(_)
            | Failure::NotFound
            | Failure::Internal { .. }),
        ) => Came::Refused(failure),
    };
    match core.kept_came(user, kept.entry.number, came).await {
        Ok(()) => None,
        Err(error) => {
            // Sent again later, which does nothing twice.
            tracing::error!(%error, "a journal of kept marks cannot be written");
            Some(Ended::Away)
        }
    }
}

/// Enters one mark by the rights that its typist has now.
async fn store(core: Arc<Core>, user: UserId, mark: SetMark) -> Result<Reply, Failure> {
    let request = Request::SetMark(Box::new(mark));
    let mut cx = guard::stand_in(&core, &user, &request).await?;
    attempt(&mut cx, &request).await.map_err(|fault| fault.told(&core))
}
