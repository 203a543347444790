//! Marks and a store that may be away: tried for a moment, else kept in the journal; and what is done with kept ones.

use std::{sync::Arc, time::Duration};

use tokio::{sync::mpsc, time::timeout};

use super::direct;
use crate::{
    backend::{
        core::Core,
        guard,
        journal::{
            Journals,
            book::{Book, Came, Kept},
        },
        offline::{PATIENCE, unreachable},
    },
    domain::id::{ActId, SessionId, UserId},
    protocol::{
        Ask, Failure, Inbound, KeptCount, KeptState, KeptUndone, MarksSet, Part, Reply, Request, SetMark, SetMarks,
        SheetKey, Trouble, Why,
    },
};

type Way = mpsc::UnboundedSender<Inbound>;

/// Whose journal a session writes into: nobody's, where nothing is kept or the service account is at work.
fn keeper(core: &Core, session: Option<&SessionId>) -> Option<UserId> {
    core.offline.journals()?;
    let user = guard::session_user(session?);
    (user != guard::SERVICE && !user.is_empty()).then(|| UserId::new(user))
}

/// Asks the store, for as long as a typist may wait. What takes longer goes on by itself; nothing is known of it then.
async fn patiently(core: &Arc<Core>, ask: Ask, reply: Way) -> Result<Reply, Failure> {
    within(core, ask, reply, PATIENCE).await
}

async fn within(core: &Arc<Core>, ask: Ask, reply: Way, patience: Duration) -> Result<Reply, Failure> {
    let asked = tokio::spawn(direct(core.clone(), ask, reply, true));
    match timeout(patience, asked).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => Err(core.internal(&error)),
        Err(_) => Err(unreachable()),
    }
}

/// `Request::SetMark`, in its turn.
pub async fn set_mark(core: &Arc<Core>, ask: Ask, mark: &SetMark, reply: Way) -> Result<Reply, Failure> {
    // Without a version nobody saw anything (the command line): there is nothing to be kept and compared later.
    let session = ask.session.clone().filter(|_| mark.expect.is_some());
    let (Some(session), Some(user)) = (session.clone(), keeper(core, session.as_ref())) else {
        return direct(core.clone(), ask, reply, true).await;
    };
    let mut mark = mark.clone();
    core.offline.over_ones_own(&user, &mut mark);
    let behind = core.offline.look(&user, |book: &Book| book.next().is_some());
    let away = core.offline.away();
    if behind || away.is_some() {
        if let Some(kept) = core.keep(&session, &mark, false).await {
            return kept.map(|kept| Reply::MarkKept(Box::new(kept)));
        }
        if let Some(detail) = away {
            return Err(Failure::Offline { what: Part::Store, detail });
        }
    }
    let ask = Ask { body: Request::SetMark(Box::new(mark.clone())), ..ask };
    let failure = match patiently(core, ask, reply).await {
        Err(failure @ Failure::Offline { .. }) => failure,
        Ok(done) => {
            given_up(core, &user, &mark).await;
            return Ok(done);
        }
        refused => return refused,
    };
    let Failure::Offline { detail, .. } = &failure else { return Err(failure) };
    core.store_went(detail.clone());
    let unknown = *detail == Trouble::Unreachable;
    match core.keep(&session, &mark, unknown).await {
        Some(kept) => kept.map(|kept| Reply::MarkKept(Box::new(kept))),
        None => Err(failure),
    }
}

/// `Request::SetMarks`, in its turn: only by the store. While it is away, or older marks are kept here and wait, the
/// answer is that it is offline, and the client sends the marks one by one: those are kept.
pub async fn set_marks(core: &Arc<Core>, ask: Ask, marks: &SetMarks, reply: Way) -> Result<Reply, Failure> {
    let Some(user) = keeper(core, ask.session.as_ref()) else {
        return direct(core.clone(), ask, reply, true).await;
    };
    let behind = core.offline.look(&user, |book: &Book| book.next().is_some());
    if let Some(detail) = core.offline.away() {
        return Err(Failure::Offline { what: Part::Store, detail });
    }
    if behind {
        return Err(unreachable());
    }
    let mut marks = marks.clone();
    core.offline.all_over_ones_own(&user, &mut marks);
    let patience = patience_for(marks.cells.len());
    let ask = Ask { body: Request::SetMarks(Box::new(marks)), ..ask };
    let answer = within(core, ask, reply, patience).await;
    match &answer {
        Err(Failure::Offline { detail, .. }) => core.store_went(detail.clone()),
        Ok(Reply::MarksSet(set)) => all_given_up(core, &user, set).await,
        Ok(_) | Err(_) => {}
    }
    answer
}

/// How long several marks may take before they are sent one by one: a typist does not wait for them.
fn patience_for(count: usize) -> Duration {
    PATIENCE.saturating_add(Duration::from_millis(10).saturating_mul(u32::try_from(count).unwrap_or(u32::MAX)))
}

/// What was kept for a cell and not taken is over when another mark is entered there.
async fn given_up(core: &Core, user: &UserId, mark: &SetMark) {
    if let Some(number) = core.offline.look(user, |book: &Book| book.stuck(mark).map(|kept| kept.entry.number)) {
        drop_kept(core, user, number).await;
    }
}

/// The same for each of several cells.
async fn all_given_up(core: &Core, user: &UserId, set: &MarksSet) {
    let here = |kept: &Kept| {
        let mark = &kept.entry.mark;
        kept.state != KeptState::Waiting
            && set.written.iter().any(|cell| cell.student == mark.student && cell.evaluation == mark.evaluation)
    };
    let stuck = |book: &Book| book.all().filter(|kept| here(kept)).map(|kept| kept.entry.number).collect::<Vec<_>>();
    for number in core.offline.look(user, stuck) {
        drop_kept(core, user, number).await;
    }
}

async fn drop_kept(core: &Core, user: &UserId, number: u64) -> bool {
    let done = core.kept_came(user, number, Came::Dropped).await;
    if let Err(error) = &done {
        tracing::error!(%error, "a journal of kept marks cannot be written");
    }
    done.is_ok()
}

/// `Request::UndoMark` and `Request::RedoMark`, in their turn: first what is kept, then what is stored.
pub async fn step(core: &Arc<Core>, ask: Ask, key: &SheetKey, undo: bool, reply: Way) -> Result<Reply, Failure> {
    let Some(user) = keeper(core, ask.session.as_ref()) else {
        return direct(core.clone(), ask, reply, true).await;
    };
    let latest = core.offline.look(&user, |book: &Book| book.latest(key).cloned());
    if let (Some(kept), Some(session)) = (latest, &ask.session) {
        core.at_work(session).ok_or(Failure::SessionOver)?;
        // What is not stored cannot have been undone.
        return if undo { take_back(core, &user, kept).await } else { Err(Failure::refused(Why::Nothing)) };
    }
    if let Some(detail) = core.offline.away() {
        return Err(Failure::Offline { what: Part::Store, detail });
    }
    patiently(core, ask, reply).await
}

/// Takes a mark out of the journal for its user: not while it is on its way, and not when it may have arrived.
async fn withdraw(core: &Core, user: &UserId, kept: &Kept) -> Result<(), Failure> {
    let journals = core.offline.journals().ok_or_else(unreachable)?;
    let right = journals.sending(user).map_err(|error| core.internal(&error))?;
    if right.is_none() || (kept.entry.tried && kept.state == KeptState::Waiting) {
        return Err(Failure::refused(Why::OnItsWay));
    }
    if drop_kept(core, user, kept.entry.number).await { Ok(()) } else { Err(unreachable()) }
}

/// Takes the mark that was kept last out of the journal.
async fn take_back(core: &Core, user: &UserId, kept: Kept) -> Result<Reply, Failure> {
    withdraw(core, user, &kept).await?;
    let before = kept.entry.after;
    let left = core.offline.look(user, |book: &Book| before.and_then(|number| book.get(number)).map(Kept::view));
    Ok(Reply::KeptUndone(Box::new(KeptUndone { act: kept.entry.mark.act.clone(), taken: kept.view(), left })))
}

/// Whose session this is; what is kept can be looked at while the store is away.
async fn whose(core: &Arc<Core>, ask: &Ask, reply: Way) -> Result<UserId, Failure> {
    let session = ask.session.as_ref().ok_or(Failure::SessionOver)?;
    if core.offline.away().is_none() {
        let admitted = timeout(PATIENCE, guard::admit(core, ask, false, reply)).await;
        match admitted.unwrap_or_else(|_| Err(unreachable())) {
            Ok(cx) => return cx.who.user.ok_or(Failure::Denied),
            Err(Failure::Offline { .. }) => {}
            Err(failure) => return Err(failure),
        }
    }
    core.at_work(session).map(|(user, _)| user).ok_or(Failure::SessionOver)
}

/// `Request::KeptCount`.
pub fn count(core: &Core) -> KeptCount {
    core.offline.journals().map_or_else(KeptCount::default, Journals::count)
}

/// `Request::KeptMarks`.
pub async fn list(core: &Arc<Core>, ask: &Ask, reply: Way) -> Result<Reply, Failure> {
    let user = whose(core, ask, reply).await?;
    Ok(Reply::KeptMarks(core.offline.look(&user, |book: &Book| book.all().map(Kept::view).collect())))
}

/// `Request::DropKept`, in its turn.
pub async fn give_up(core: &Arc<Core>, ask: &Ask, act: &ActId, reply: Way) -> Result<Reply, Failure> {
    let user = whose(core, ask, reply).await?;
    let Some(kept) = core.offline.look(&user, |book: &Book| book.of_act(act).cloned()) else {
        return Ok(Reply::Done);
    };
    withdraw(core, &user, &kept).await?;
    Ok(Reply::Done)
}
