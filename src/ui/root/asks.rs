//! Questions on their way: tickets, slots, and what is held back while the session is over.

use std::collections::{BTreeMap, HashMap};

use super::LayerId;
use crate::{
    domain::{calendar::Timestamp, id::SessionId},
    protocol::{Ask, Request, Ticket},
    ui::effect::Slot,
};

/// What a question is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Read(Slot),
    /// With the screen's own number.
    Write(u64),
}

/// A question that has not been answered.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub layer: LayerId,
    pub purpose: Purpose,
    /// Kept to be asked again after a session that was over. Files have none.
    pub request: Option<Request>,
    pub since: Timestamp,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Asks {
    last: u64,
    pending: BTreeMap<Ticket, Pending>,
    latest: HashMap<(LayerId, Slot), Ticket>,
    held: Vec<Pending>,
}

impl Asks {
    /// A number never used before (tickets and layers share the counter).
    pub fn fresh(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// Makes the `Ask` for a question; an older one in the same slot becomes stale.
    pub fn ask(&mut self, pending: Pending, session: Option<SessionId>) -> Option<Ask> {
        let body = pending.request.clone()?;
        let ticket = self.note(pending);
        Some(Ask { ticket, session, body })
    }

    /// A ticket for something whose answer is awaited.
    pub fn note(&mut self, pending: Pending) -> Ticket {
        let ticket = Ticket(self.fresh());
        if let Purpose::Read(slot) = pending.purpose
            && let Some(old) = self.latest.insert((pending.layer, slot), ticket)
        {
            self.pending.remove(&old);
        }
        self.pending.insert(ticket, pending);
        ticket
    }

    /// The question an answer belongs to; `None`: nobody waits for it any more.
    pub fn answered(&mut self, ticket: Ticket) -> Option<Pending> {
        let pending = self.pending.remove(&ticket)?;
        if let Purpose::Read(slot) = pending.purpose {
            self.latest.remove(&(pending.layer, slot));
        }
        Some(pending)
    }

    /// The layer that waits for this answer.
    pub fn owner(&self, ticket: Ticket) -> Option<LayerId> {
        self.pending.get(&ticket).map(|pending| pending.layer)
    }

    /// Nobody waits for what this layer read any more; its writes go on.
    pub fn closed(&mut self, layer: LayerId) {
        let reads = |pending: &Pending| pending.layer == layer && matches!(pending.purpose, Purpose::Read(_));
        self.pending.retain(|_, pending| !reads(pending));
        self.held.retain(|pending| !reads(pending));
        self.latest.retain(|(owner, _), _| *owner != layer);
    }

    /// Keeps a question until somebody has logged in again; of the same reading asked often, the latest.
    pub fn hold(&mut self, pending: Pending) {
        if let Purpose::Read(_) = pending.purpose {
            self.held.retain(|held| (held.layer, held.purpose) != (pending.layer, pending.purpose));
        }
        self.held.push(pending);
    }

    /// What was held, in the order in which it was asked.
    pub fn release(&mut self) -> Vec<Pending> {
        std::mem::take(&mut self.held)
    }

    /// Writes that are held back.
    pub fn held_writes(&self) -> usize {
        self.held.iter().filter(|pending| matches!(pending.purpose, Purpose::Write(_))).count()
    }

    pub fn writes(&self) -> usize {
        self.pending.values().filter(|pending| matches!(pending.purpose, Purpose::Write(_))).count()
    }

    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// Since when the oldest question waits.
    pub fn oldest(&self) -> Option<Timestamp> {
        self.pending.values().map(|pending| pending.since).min()
    }

    /// Forgets everything (another user, or the backend is gone).
    pub fn forget(&mut self) {
        self.pending.clear();
        self.latest.clear();
        self.held.clear();
    }
}
