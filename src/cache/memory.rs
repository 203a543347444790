//! The in-process cache: values in a bounded moka cache, states of tags and sessions beside it.
//!
//! A state that is held is never evicted to make room; one that is not may be, for generations are numbers of one
//! counter and never come again. Reads take the one lock only for their tag's generation.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;

use super::{
    Cache, CacheCounters, CacheError, Hold, KEYS, Lease, Reading, SessionEntry,
    keys::{Keys, SESSION_TTL},
};

mod sessions;
mod states;
#[cfg(test)]
mod tests;

use states::Guarded;

/// Where the cache reads time; tests pass one that they move themselves.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// The bytes of values kept by default.
const CAPACITY: u64 = 8 * 1024 * 1024;

/// What an entry costs beside its text: the value's own fields and the cache's book-keeping.
const OVERHEAD: usize = 160;

/// A value with the moment it ends.
#[derive(Clone)]
struct Entry {
    generation: u64,
    epoch: u64,
    json: Arc<str>,
    ends: Instant,
}

#[derive(Default)]
struct Counters {
    hits: AtomicU64,
    misses: AtomicU64,
    fills: AtomicU64,
    refused_fills: AtomicU64,
    invalidations: AtomicU64,
}

/// The cache of one process.
pub struct MemoryCache {
    keys: Keys,
    clock: Clock,
    values: moka::sync::Cache<String, Entry>,
    guarded: Mutex<Guarded>,
    counters: Counters,
}

impl fmt::Debug for MemoryCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryCache").field("entries", &self.values.entry_count()).finish_non_exhaustive()
    }
}

impl MemoryCache {
    /// A cache of 8 MiB on the machine's monotonic clock.
    #[must_use]
    pub fn new(keys: Keys) -> Self {
        Self::with(keys, CAPACITY, Arc::new(Instant::now))
    }

    /// `capacity`: about how many bytes of values are kept; the least useful go first.
    #[must_use]
    pub fn with(keys: Keys, capacity: u64, clock: Clock) -> Self {
        let values = moka::sync::Cache::builder()
            .max_capacity(capacity)
            .weigher(|key: &String, entry: &Entry| {
                let bytes = key.len().saturating_add(entry.json.len()).saturating_add(OVERHEAD);
                u32::try_from(bytes).unwrap_or(u32::MAX)
            })
            .build();
        Self { keys, clock, values, guarded: Mutex::default(), counters: Counters::default() }
    }

    fn now(&self) -> Instant {
        (self.clock)()
    }

    /// A poisoned lock still guards whole values: no step under it can stop halfway and leave a wrong one.
    fn guarded(&self) -> MutexGuard<'_, Guarded> {
        self.guarded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A lease of the tag, which then remembers `key`.
    fn leased(&self, tag: &str, key: Option<&str>, now: Instant) -> Option<Lease> {
        let mut guarded = self.guarded();
        let state = guarded.state(tag, now);
        if state.held(now) {
            return None;
        }
        if let Some(key) = key
            && !state.keys.contains(key)
        {
            if state.keys.len() >= KEYS {
                return None;
            }
            state.keys.insert(key.to_owned());
        }
        Some(Lease { generation: state.generation })
    }

    /// Stale for good: the generation moves on, and what the tag remembers is forgotten.
    fn expire(&self, guarded: &mut Guarded, tag: &str, now: Instant) {
        let fresh = guarded.fresh();
        let state = guarded.state(tag, now);
        state.generation = fresh;
        for key in state.keys.drain() {
            self.values.invalidate(&key);
        }
    }
}

/// A moment later; a time beyond what the clock can say is as good as the next year.
fn after(now: Instant, span: Duration) -> Instant {
    now.checked_add(span).or_else(|| now.checked_add(Duration::from_secs(31_536_000))).unwrap_or(now)
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

#[async_trait]
impl Cache for MemoryCache {
    fn kind(&self) -> &'static str {
        "memory"
    }

    fn shared(&self) -> bool {
        false
    }

    async fn read(&self, tag: &str, key: &str, epoch: u64) -> Result<Reading, CacheError> {
        let now = self.now();
        let lease = self.leased(tag, Some(key), now);
        let value = self.values.get(key).filter(|entry| {
            entry.ends > now && entry.epoch == epoch && lease.is_some_and(|lease| lease.generation == entry.generation)
        });
        count(if value.is_some() { &self.counters.hits } else { &self.counters.misses });
        if lease.is_none() {
            count(&self.counters.refused_fills);
        }
        Ok(value.map_or(Reading::Miss(lease), |entry| Reading::Hit(entry.json.as_ref().to_owned())))
    }

    async fn lease(&self, tag: &str) -> Result<Option<Lease>, CacheError> {
        Ok(self.leased(tag, None, self.now()))
    }

    async fn fill(&self, key: &str, lease: Lease, epoch: u64, json: &str, ttl: Duration) -> Result<(), CacheError> {
        let entry = Entry { generation: lease.generation, epoch, json: json.into(), ends: after(self.now(), ttl) };
        self.values.insert(key.to_owned(), entry);
        count(&self.counters.fills);
        Ok(())
    }

    async fn hold(&self, hold: &Hold, lasts: Duration) -> Result<(), CacheError> {
        let now = self.now();
        let mut guarded = self.guarded();
        for tag in &hold.tags {
            self.expire(&mut guarded, tag, now);
            guarded.state(tag, now).holds.insert(hold.by.clone(), after(now, lasts));
            count(&self.counters.invalidations);
        }
        for key in &hold.keys {
            self.values.invalidate(key);
        }
        Ok(())
    }

    async fn release(&self, hold: &Hold) -> Result<(), CacheError> {
        let now = self.now();
        let mut guarded = self.guarded();
        for tag in &hold.tags {
            let kept = guarded.state(tag, now).holds.remove(&hold.by).is_some_and(|ends| ends > now);
            if !kept {
                self.expire(&mut guarded, tag, now);
            }
        }
        for key in &hold.keys {
            self.values.invalidate(key);
        }
        Ok(())
    }

    async fn put_session(&self, user: &str, session: &str, entry: SessionEntry) -> Result<(), CacheError> {
        let now = self.now();
        self.guarded().sessions.put((user, session), entry, now);
        Ok(())
    }

    async fn touch_session(&self, user: &str, session: &str, now: i64) -> Result<Option<SessionEntry>, CacheError> {
        let moment = self.now();
        Ok(self.guarded().sessions.touch((user, session), now, moment))
    }

    async fn sessions(&self, user: &str) -> Result<BTreeMap<String, SessionEntry>, CacheError> {
        let now = self.now();
        Ok(self.guarded().sessions.of(user, now))
    }

    async fn end_session(&self, user: &str, session: Option<&str>) -> Result<(), CacheError> {
        self.guarded().sessions.end(user, session);
        Ok(())
    }

    async fn list(&self, prefix: &str, limit: usize) -> Result<Vec<(String, u64)>, CacheError> {
        let now = self.now();
        let left = |ends: Instant| ends.saturating_duration_since(now).as_secs();
        let values = self.values.iter().map(|(key, entry)| (String::clone(&key), entry.ends));
        let mut found: Vec<(String, Instant)> = values.collect();
        found.extend(self.guarded().sessions.ends().map(|(user, ends)| (self.keys.session(user), ends)));
        found.retain(|(key, ends)| *ends > now && key.starts_with(prefix));
        found.sort_unstable();
        found.truncate(limit);
        Ok(found.into_iter().map(|(key, ends)| (key, left(ends))).collect())
    }

    async fn flush(&self) -> Result<(), CacheError> {
        self.values.invalidate_all();
        Ok(())
    }

    fn counters(&self) -> CacheCounters {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        CacheCounters {
            hits: read(&self.counters.hits),
            misses: read(&self.counters.misses),
            fills: read(&self.counters.fills),
            refused_fills: read(&self.counters.refused_fills),
            invalidations: read(&self.counters.invalidations),
        }
    }

    async fn ping(&self) -> Result<(), CacheError> {
        Ok(())
    }
}
