//! The cache: cache-aside, never an authority. One contract suite runs on every implementation.
//!
//! To keep the promise that no reader sees a value older than a change it depends on: values carry the store's
//! version, a fill never replaces a newer one, an invalidation leaves a short tombstone, and values of an older
//! epoch are misses. Keys and lifetimes are in [`keys`].

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

pub use crate::protocol::CacheCounters;

pub mod keys;
pub mod memory;

/// What can go wrong in a cache; never more than a missed optimisation.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    #[error("cache unavailable: {0}")]
    Unavailable(String),
}

/// A value as caches keep it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cached {
    /// Version of the value's format; an unknown one is a miss.
    pub v: u32,
    /// The store's version the value was made from (a document's version, or the highest of several).
    pub version: u64,
    /// The cache epoch it was made in.
    pub epoch: u64,
    pub json: String,
}

/// The format version this program writes.
pub const FORMAT: u32 = 1;

/// How long an invalidation keeps older fills out.
pub const TOMBSTONE: Duration = Duration::from_secs(10);

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

    /// The value, unless absent, expired, of an unknown format or of an epoch other than `epoch`.
    async fn get(&self, key: &str, epoch: u64) -> Result<Option<Cached>, CacheError>;

    /// Keeps the value for `ttl`, unless a newer one or a tombstone of a later version is there.
    async fn fill(&self, key: &str, value: Cached, ttl: Duration) -> Result<(), CacheError>;

    /// Forgets the keys and keeps fills older than `version` out for [`TOMBSTONE`].
    async fn invalidate(&self, keys: &[String], version: u64) -> Result<(), CacheError>;

    /// Writes a session field and slides the hash's lifetime.
    async fn put_session(&self, user: &str, session: &str, entry: SessionEntry) -> Result<(), CacheError>;

    /// Reads a session and slides its lifetime, setting `last_activity` to `now` (Unix seconds).
    async fn touch_session(&self, user: &str, session: &str, now: i64) -> Result<Option<SessionEntry>, CacheError>;

    async fn sessions(&self, user: &str) -> Result<BTreeMap<String, SessionEntry>, CacheError>;

    /// Ends one session, or all of a user with `None`.
    async fn end_session(&self, user: &str, session: Option<&str>) -> Result<(), CacheError>;

    /// Keys that begin with `prefix`, with the seconds they have left; at most `limit`.
    async fn list(&self, prefix: &str, limit: usize) -> Result<Vec<(String, u64)>, CacheError>;

    /// Forgets everything but sessions.
    async fn flush(&self) -> Result<(), CacheError>;

    fn counters(&self) -> CacheCounters;

    async fn ping(&self) -> Result<(), CacheError>;
}

/// A cache shared by the backend's handlers.
pub type SharedCache = Arc<dyn Cache>;
