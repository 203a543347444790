//! The cache: cache-aside, never an authority. One contract suite runs on every implementation.
//!
//! Its promise is that no reader sees a value older than a change it depends on, also where several processes share it,
//! where it loses what it was told, and where writers are killed halfway. Each value hangs on one **tag** (a student, a
//! class, all students). What is valid is decided when a value is read, by the state of its tag:
//!
//! - A tag has a generation, a number that grows and never comes again. A value carries the generation that stood when
//!   its making began; once that has moved on, the value is a miss.
//! - A writer takes a **hold** on the tags it changes before it commits: the generations move on, and until the hold is
//!   released (or ends by itself, for a writer that was killed) what is read must not be kept. So a value is kept only
//!   if no change was under way when its making began, and none has begun since.
//! - A hold that was lost is missed by the writer that releases it. If that writer is killed after its commit, nobody
//!   misses it: what was filled in between ends when the hold would have (a state is young for [`HOLD`]).
//! - A hold that cannot be delivered moves the store's `cache_epoch` on with the commit; values carry the epoch too, and
//!   those of another one are misses. A server that may have lost its newest holds has a new [`Life`]: it is not
//!   read until the epoch has moved on once more.
//!
//! Keys and lifetimes are in [`keys`].

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

pub use crate::protocol::{CacheCounters, CacheFault};

pub mod keys;
pub mod memory;
pub mod redis;

/// What can go wrong in a cache; never more than a missed optimisation.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    #[error("cache unavailable: {0}")]
    Unavailable(String),
}

/// The format version this program writes.
pub const FORMAT: u32 = 1;

/// How long a hold lasts whose writer never came back. Longer than a commit may take: also that of a server which froze
/// while the writer was killed, for MongoDB ends a transaction that is older than this.
pub const HOLD: Duration = Duration::from_secs(60);
/// The same, of a commit that nothing is known of: a server that froze may still do it when it thaws.
pub const LONG_HOLD: Duration = Duration::from_secs(120);

/// Most keys that are remembered under one tag; beyond, values are not kept.
pub const KEYS: usize = 4_096;

/// The right to keep a value: no change was under way, and this generation stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    pub generation: u64,
}

/// What a look into the cache gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The value's JSON.
    Hit(String),
    /// Read the store; what is found may be kept by the lease, if there is one.
    Miss(Option<Lease>),
}

/// Changes under way to what hangs on these tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hold {
    /// Who holds, different for each try of each writer.
    pub by: String,
    /// Keys of the tags, from [`keys::Keys::tag`].
    pub tags: Vec<String>,
    /// Keys of values that are stale whether or not the tags remember them.
    pub keys: Vec<String>,
}

/// A stretch of time in which a cache's server forgot nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Life {
    /// Another one: what it keeps of ours may be lost.
    pub number: u64,
    /// Nothing is read until [`Cache::trust`]: the server may have forgotten the newest holds, and still know the
    /// values that they were to end.
    pub doubtful: bool,
}

/// A login session as the cache keeps it: a field of the hash `session:{user_id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEntry {
    pub username: String,
    pub role: String,
    /// Unix seconds.
    pub last_activity: i64,
    /// Unix seconds.
    pub started: i64,
    /// The user's `session_epoch` at login; an older one is over.
    pub session_epoch: u64,
}

/// What the backend needs of a cache.
#[async_trait]
pub trait Cache: Send + Sync + 'static {
    /// `memory` or `redis`.
    fn kind(&self) -> &'static str;

    /// Do other processes use it too? Then the store's epoch alone says what is void; else others' commits do.
    fn shared(&self) -> bool;

    /// The value at `key`, if it is of this `epoch` and its tag's generation; else a lease to fill it, unless a change
    /// of the tag is under way. Nonsense is a miss.
    ///
    /// # Errors
    /// The cache cannot be asked: a miss that must not be filled.
    async fn read(&self, tag: &str, key: &str, epoch: u64) -> Result<Reading, CacheError>;

    /// A lease for a value whose key is not known before it is made.
    ///
    /// # Errors
    /// As [`Cache::read`].
    async fn lease(&self, tag: &str) -> Result<Option<Lease>, CacheError>;

    /// Keeps what was read from the store after the lease was given.
    ///
    /// # Errors
    /// It could not be kept, which harms nothing.
    async fn fill(&self, key: &str, lease: Lease, epoch: u64, json: &str, ttl: Duration) -> Result<(), CacheError>;

    /// Before a commit: what hangs on the tags is stale from here, and nothing is kept for `lasts`, or until
    /// [`Cache::release`]. Held again, a hold lasts anew.
    ///
    /// # Errors
    /// It may not have been delivered: the commit must move the epoch on.
    async fn hold(&self, hold: &Hold, lasts: Duration) -> Result<(), CacheError>;

    /// After a commit, or one that failed for certain. A hold that has been lost meanwhile begins a new generation.
    ///
    /// # Errors
    /// It may not have been delivered: the epoch must move on, for the hold may have been lost too.
    async fn release(&self, hold: &Hold) -> Result<(), CacheError>;

    /// How far the cache remembers what it was told.
    fn life(&self) -> Life {
        Life::default()
    }

    /// The store's epoch has moved on since [`Cache::life`] gave this number.
    async fn trust(&self, _life: u64) {}

    /// Says something to every process that shares the cache and listens now. Nobody may rest on it.
    ///
    /// # Errors
    /// It may not have been said.
    async fn tell(&self, _message: &str) -> Result<(), CacheError> {
        Ok(())
    }

    /// What is said from now on, by this process too, and by strangers: anything. `None`: nobody else shares the cache.
    fn told(&self) -> Option<broadcast::Receiver<String>> {
        None
    }

    /// Writes a session field and slides the hash's lifetime.
    async fn put_session(&self, user: &str, session: &str, entry: SessionEntry) -> Result<(), CacheError>;

    /// Reads a session and slides its lifetime, setting `last_activity` to `now` (Unix seconds).
    async fn touch_session(&self, user: &str, session: &str, now: i64) -> Result<Option<SessionEntry>, CacheError>;

    async fn sessions(&self, user: &str) -> Result<BTreeMap<String, SessionEntry>, CacheError>;

    /// Ends one session, or all of a user with `None`.
    async fn end_session(&self, user: &str, session: Option<&str>) -> Result<(), CacheError>;

    /// Keys that begin with `prefix`, with the seconds they have left; at most `limit`.
    async fn list(&self, prefix: &str, limit: usize) -> Result<Vec<(String, u64)>, CacheError>;

    /// Forgets every value of this school; sessions and the states of tags stay.
    async fn flush(&self) -> Result<(), CacheError>;

    fn counters(&self) -> CacheCounters;

    /// Can it be used: does it answer, and take writes?
    async fn ping(&self) -> Result<(), CacheError>;

    /// Why it cannot be used, where it cannot.
    fn trouble(&self) -> Option<CacheFault> {
        None
    }
}

/// A cache shared by the backend's handlers.
pub type SharedCache = Arc<dyn Cache>;
