//! Undo and redo of one's own changes of a list, from its history: they work across restarts, as those of a sheet.

use super::write::Place;
use crate::{
    backend::cx::{Cx, Fault},
    domain::{
        bulletin::{BulletinPart, BulletinValue},
        entities::{AuditEntry, Student},
        history::{BULLETIN_REDO, BULLETIN_SET, BULLETIN_UNDO, Step, Walk, ends_of, lane},
        id::{ActId, StudentId},
        query::{Direction, Filter, Query, Seek, Sort},
    },
    protocol::{BulletinKey, Failure, Reply, StepBulletin, Why},
    store::Records,
};

/// Own entries read at a time.
const PAGE: u32 = 64;

/// The acts that are next on either side, the next first; two of each at most.
#[derive(Default)]
struct Open {
    undo: Vec<ActId>,
    redo: Vec<ActId>,
}

/// Looks back from the newest of one's own entries. What is about a student who has been deleted is passed over.
async fn look(cx: &Cx, stream: &str) -> Result<Open, Fault> {
    let ends = cx.store.every::<AuditEntry>(&Filter::equals("lane", ends_of(stream))).await?;
    let mut walk = Walk::new(ends.iter().map(|entry| &entry.body));
    let own = lane(stream, cx.who.actor(), BULLETIN_SET).unwrap_or_default();
    let mut open = Open::default();
    let mut seek = Seek::First;
    loop {
        let sort = Sort::by("lane", Direction::Descending);
        let query = Query { filter: Filter::equals("lane", own.clone()), sort, seek, limit: PAGE };
        let page = cx.store.page::<AuditEntry, AuditEntry>(&query, &[]).await?;
        for entry in page.items {
            if open.undo.len() > 1 && (walk.no_more_redo() || open.redo.len() > 1) {
                return Ok(open);
            }
            let Some(step) = walk.meet(&entry) else { continue };
            let Some((_, student)) = target(&entry) else { continue };
            if cx.store.one::<Student>(student.as_str()).await?.is_none() {
                continue;
            }
            match step {
                Step::Undo(act) => open.undo.push(act),
                Step::Redo(act) => open.redo.push(act),
            }
        }
        match page.cursors.into_iter().last() {
            Some(last) if page.more => seek = Seek::After(last),
            Some(_) | None => return Ok(open),
        }
    }
}

/// Has the session's user something to undo, to redo?
pub(super) async fn open(cx: &Cx, key: &BulletinKey) -> Result<(bool, bool), Fault> {
    let Open { undo, redo } = look(cx, &key.page.stream(&key.of)).await?;
    Ok((!undo.is_empty(), !redo.is_empty()))
}

/// What an entry is about.
fn target(entry: &AuditEntry) -> Option<(BulletinPart, StudentId)> {
    let (part, student) = entry.target.split_once(':')?;
    Some((BulletinPart::parse(part)?, StudentId::new(student)))
}

/// The entry that an act has left in the stream.
async fn of_act(cx: &Cx, stream: &str, act: &ActId) -> Result<Option<AuditEntry>, Fault> {
    let found = cx.store.every::<AuditEntry>(&Filter::equals("act", act.as_str())).await?;
    Ok(found.into_iter().map(|entry| entry.body).find(|entry| entry.stream == stream))
}

/// `Request::StepBulletin`: one attempt.
pub async fn step(cx: &Cx, ask: &StepBulletin) -> Result<Reply, Fault> {
    super::known(cx, &ask.key)?;
    super::open_term(cx, &ask.key).await?;
    let stream = ask.key.page.stream(&ask.key.of);
    // A retry whose first try was done: what it did is answered.
    if let Some(done) = of_act(cx, &stream, &ask.act).await? {
        let (part, student) = target(&done).ok_or(Failure::NotFound)?;
        let place = Place::read(cx, &ask.key, &student, part).await?;
        let (value, left) = (place.value(), open(cx, &ask.key).await?);
        return Ok(Reply::BulletinSet(Box::new(place.done(value, done.at, left))));
    }
    let open = look(cx, &stream).await?;
    let side = if ask.redo { &open.redo } else { &open.undo };
    let first = side.first().ok_or(Failure::refused(Why::Nothing))?;
    let entry = of_act(cx, &stream, first).await?.ok_or(Failure::refused(Why::Nothing))?;
    let (part, student) = target(&entry).ok_or(Failure::NotFound)?;
    let place = Place::read(cx, &ask.key, &student, part).await?;
    let read = |value| BulletinValue::from_json(part, value);
    let (old, new) = (read(&entry.old), read(&entry.new));
    let (stands, wanted, action) = if ask.redo { (old, new, BULLETIN_REDO) } else { (new, old, BULLETIN_UNDO) };
    if place.value() != stands && !ask.force {
        return Err(place.clash(cx).await?);
    }
    let mut set = place.write(cx, &ask.act, wanted, (action, Some(first.clone()))).await?;
    // This step changes sides.
    (set.undo, set.redo) = if ask.redo { (true, open.redo.len() > 1) } else { (open.undo.len() > 1, true) };
    Ok(Reply::BulletinSet(Box::new(set)))
}
