//! What a handler is given, and what it may fail by.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::mpsc;

use super::{core::Core, settings::Settings};
use crate::{
    cache::{Lease, Reading},
    domain::{
        access::{Action, Principal, Resource, allows},
        calendar::Timestamp,
        id::{ActId, SessionId},
    },
    protocol::{Event, Failure, Inbound, Ticket},
    store::{SharedStore, Stamps, StoreError},
};

/// Why a handler did not do it: the store's fault, or an answer for the user.
#[derive(Debug)]
pub(super) enum Fault {
    Store(StoreError),
    Said(Failure),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Said(failure)
    }
}

impl Fault {
    /// As its user meets it.
    pub fn told(self, core: &Core) -> Failure {
        match self {
            Self::Store(error) => core.failure(&error),
            Self::Said(failure) => failure,
        }
    }

    /// Somebody was faster: read again and decide again.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(StoreError::Conflict { .. }))
    }

    /// A unique field that is taken.
    pub fn duplicate(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Store(StoreError::Duplicate { collection, field }) => Some((collection, field)),
            _ => None,
        }
    }
}

/// One request on its way: who asks, and of what.
#[derive(Clone)]
pub(super) struct Cx {
    pub core: Arc<Core>,
    pub store: SharedStore,
    pub who: Principal,
    pub session: Option<SessionId>,
    pub settings: Arc<Settings>,
    /// Our commits to the set-up when `settings` were read.
    pub setup: u64,
    /// What stood when the request began.
    pub stamps: Stamps,
    /// The request runs in the write lane and has its turn.
    pub in_lane: bool,
    pub ticket: Ticket,
    pub reply: mpsc::UnboundedSender<Inbound>,
}

/// Which changes make a cached value stale.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tag {
    /// A change of any student.
    Students,
    /// A change of a student of that class.
    Class(String),
    /// A change of that student.
    Student(String),
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Students => f.write_str("students"),
            Self::Class(id) => write!(f, "class:{id}"),
            Self::Student(id) => write!(f, "student:{id}"),
        }
    }
}

impl Cx {
    pub fn now(&self) -> Timestamp {
        self.core.now()
    }

    pub fn fresh_act(&self) -> ActId {
        ActId::new(self.core.fresh_id())
    }

    pub fn may(&self, action: Action, resource: &Resource) -> bool {
        allows(&self.who, action, resource)
    }

    /// Refuses unless allowed.
    pub fn require(&self, action: Action, resource: &Resource) -> Result<(), Fault> {
        if self.may(action, resource) { Ok(()) } else { Err(Failure::Denied.into()) }
    }

    /// Reads the set-up again: after a conflict, somebody has changed something.
    pub async fn reread(&mut self) -> Result<(), Fault> {
        // In this order: a commit of ours in between makes `setup` older than the settings, never newer.
        self.setup = self.core.setup_commits();
        self.stamps = self.store.stamps().await?;
        self.settings = self.core.settings(&self.store, &self.stamps).await?.ok_or(Failure::NotFound)?;
        Ok(())
    }

    /// Has a commit of ours changed, since the settings were read, what averages are made of?
    pub async fn outdated(&self) -> Result<bool, Fault> {
        if self.core.setup_commits() == self.setup {
            return Ok(false);
        }
        let now = self.core.settings(&self.store, &self.stamps).await?;
        Ok(now.is_none_or(|now| !now.computes_as(&self.settings)))
    }

    /// Tells the client that asked how far long work is.
    pub fn progress(&self, done: u64, total: u64) {
        let _ = self.reply.send(Inbound::Event(Event::Progress { ticket: self.ticket, done, total }));
    }

    /// The cached value, or the one that `make` reads from the store, which is then cached. A cache that is away or
    /// holds nonsense is a miss.
    pub async fn cached<T, F>(&self, tag: &Tag, key: &str, ttl: Duration, make: F) -> Result<T, Fault>
    where
        T: Serialize + DeserializeOwned,
        F: Future<Output = Result<T, Fault>>,
    {
        let cache = &self.core.config.cache;
        let Some(epoch) = self.core.epoch(&self.stamps) else { return make.await };
        let state = self.core.config.keys.tag(&tag.to_string());
        let lease = match cache.read(&state, key, epoch).await {
            Ok(Reading::Hit(json)) => match serde_json::from_str(&json) {
                Ok(value) => return Ok(value),
                // Nonsense: the next change of the tag, or its lifetime, will end it.
                Err(_) => None,
            },
            Ok(Reading::Miss(lease)) => lease,
            Err(error) => {
                tracing::debug!(%error, "cache read");
                None
            }
        };
        let value = make.await?;
        if let Some(lease) = lease {
            self.fill(key, lease, &value, ttl).await;
        }
        Ok(value)
    }

    /// A lease for a value whose key is read with it.
    pub async fn lease(&self, tag: &Tag) -> Option<Lease> {
        let state = self.core.config.keys.tag(&tag.to_string());
        self.core.config.cache.lease(&state).await.ok().flatten()
    }

    /// Keeps what was read from the store after the lease was given.
    pub async fn fill<T: Serialize>(&self, key: &str, lease: Lease, value: &T, ttl: Duration) {
        let Ok(json) = serde_json::to_string(value) else { return };
        let Some(epoch) = self.core.epoch(&self.stamps) else { return };
        if let Err(error) = self.core.config.cache.fill(key, lease, epoch, &json, ttl).await {
            tracing::debug!(%error, "cache fill");
        }
    }
}
