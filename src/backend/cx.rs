//! What a handler is given, and what it may fail by.

use std::{collections::BTreeSet, future::Future, sync::Arc, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::mpsc;

use super::{
    core::{Core, lock},
    settings::Settings,
};
use crate::{
    cache::{Cached, FORMAT},
    domain::{
        access::{Action, Principal, Resource, allows},
        calendar::Timestamp,
        id::{ActId, SessionId},
    },
    protocol::{Event, Failure, Inbound, Ticket},
    store::{SharedStore, StoreError},
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
    /// Changes of others when the request began: the epoch of cached values.
    pub foreign: u64,
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

/// Cached keys that are remembered per tag; beyond, values are not cached.
const KEYS: usize = 4_096;
/// Tags remembered at once; beyond, values are not cached.
const TAGS: usize = 20_000;

impl Core {
    /// Remembers that `key` may be filled; false when too many are.
    pub fn remember(&self, tag: &Tag, key: &str) -> bool {
        let mut filled = lock(&self.filled);
        if filled.len() >= TAGS && !filled.contains_key(tag) {
            return false;
        }
        let keys = filled.entry(tag.clone()).or_default();
        keys.contains(key) || (keys.len() < KEYS && keys.insert(key.to_owned()))
    }

    /// The keys that a change under these tags makes stale. They stay remembered: a fill may be under way.
    pub fn stale(&self, tags: &BTreeSet<Tag>) -> Vec<String> {
        let filled = lock(&self.filled);
        tags.iter().filter_map(|tag| filled.get(tag)).flatten().cloned().collect()
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
        self.foreign = self.store.foreign_changes().await?;
        self.setup = self.core.setup_commits();
        self.settings = self.core.settings(&self.store, self.foreign).await?.ok_or(Failure::NotFound)?;
        Ok(())
    }

    /// Has a commit of ours changed, since the settings were read, what averages are made of?
    pub async fn outdated(&self) -> Result<bool, Fault> {
        if self.core.setup_commits() == self.setup {
            return Ok(false);
        }
        let now = self.core.settings(&self.store, self.foreign).await?;
        Ok(now.is_none_or(|now| !now.computes_as(&self.settings)))
    }

    /// Tells the client that asked how far long work is.
    pub fn progress(&self, done: u64, total: u64) {
        let _ = self.reply.send(Inbound::Event(Event::Progress { ticket: self.ticket, done, total }));
    }

    /// The cached value, or the one that `make` reads from the store, which is then cached. A cache that is away or
    /// holds nonsense is a miss.
    pub async fn cached<T, F>(&self, tag: Tag, key: String, ttl: Duration, make: F) -> Result<T, Fault>
    where
        T: Serialize + DeserializeOwned,
        F: Future<Output = Result<T, Fault>>,
    {
        // In this order: a commit after this line is newer than what is filled below, and finds the key remembered.
        let version = self.core.generation();
        if !self.core.remember(&tag, &key) {
            return make.await;
        }
        let cache = &self.core.config.cache;
        match cache.get(&key, self.foreign).await {
            Ok(Some(cached)) => {
                if let Ok(value) = serde_json::from_str(&cached.json) {
                    return Ok(value);
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "cache read"),
        }
        let value = make.await?;
        if let Ok(json) = serde_json::to_string(&value) {
            let cached = Cached { v: FORMAT, version, epoch: self.foreign, json };
            if let Err(error) = cache.fill(&key, cached, ttl).await {
                tracing::warn!(%error, "cache fill");
            }
        }
        Ok(value)
    }
}
