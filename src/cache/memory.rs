//! The in-process cache: values in a bounded moka cache, sessions and tombstones beside it.
//!
//! Tombstones and sessions are never evicted to make room: a lost tombstone would let an old value back in, a lost
//! session would log somebody out. Fills and invalidations take one lock, so that a fill cannot slip between the
//! tombstone and the removal; reads of values take none.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;

use super::{
    Cache, CacheCounters, CacheError, Cached, FORMAT, SessionEntry, TOMBSTONE,
    keys::{Keys, SESSION_TTL},
};

/// Where the cache reads time; tests pass one that they move themselves.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// The bytes of values kept by default.
const CAPACITY: u64 = 8 * 1024 * 1024;

/// Beyond so many tombstones at once, one barrier against every fill stands for all of them.
const TOMBSTONES: usize = 20_000;

/// What an entry costs beside its text: the value's own fields and the cache's book-keeping.
const OVERHEAD: usize = 160;

/// A value with the moment it ends.
#[derive(Clone)]
struct Entry {
    value: Cached,
    ends: Instant,
}

/// An invalidation that is still fresh.
#[derive(Clone, Copy)]
struct Tombstone {
    version: u64,
    ends: Instant,
}

/// The sessions of one user, with one sliding lifetime as the Redis hash has.
struct Sessions {
    entries: BTreeMap<String, SessionEntry>,
    ends: Instant,
}

#[derive(Default)]
struct Guarded {
    tombstones: HashMap<String, Tombstone>,
    /// No fill at all until then.
    barrier: Option<Instant>,
    sessions: HashMap<String, Sessions>,
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
                let bytes = key.len().saturating_add(entry.value.json.len()).saturating_add(OVERHEAD);
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

    fn living(&self, key: &str, now: Instant) -> Option<Cached> {
        let entry = self.values.get(key)?;
        if entry.ends <= now {
            self.values.remove(key);
            return None;
        }
        Some(entry.value)
    }
}

impl Guarded {
    /// Does an invalidation keep out a fill of this version?
    fn refuses(&self, key: &str, version: u64, now: Instant) -> bool {
        self.barrier.is_some_and(|ends| ends > now)
            || self.tombstones.get(key).is_some_and(|stone| stone.ends > now && version < stone.version)
    }

    fn bury(&mut self, key: &str, version: u64, now: Instant) {
        let ends = after(now, TOMBSTONE);
        if self.tombstones.len() >= TOMBSTONES {
            self.tombstones.retain(|_, stone| stone.ends > now);
        }
        if self.tombstones.len() >= TOMBSTONES {
            self.tombstones.clear();
            self.barrier = Some(ends);
        }
        let stone = self.tombstones.entry(key.to_owned()).or_insert(Tombstone { version, ends });
        stone.version = stone.version.max(version);
        stone.ends = ends;
    }

    fn living_sessions(&mut self, user: &str, now: Instant) -> Option<&mut Sessions> {
        if self.sessions.get(user).is_some_and(|sessions| sessions.ends <= now) {
            self.sessions.remove(user);
        }
        self.sessions.get_mut(user)
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

    async fn get(&self, key: &str, epoch: u64) -> Result<Option<Cached>, CacheError> {
        let value = self.living(key, self.now()).filter(|value| value.v == FORMAT && value.epoch == epoch);
        count(if value.is_some() { &self.counters.hits } else { &self.counters.misses });
        Ok(value)
    }

    async fn fill(&self, key: &str, value: Cached, ttl: Duration) -> Result<(), CacheError> {
        let now = self.now();
        let guarded = self.guarded();
        let older =
            self.living(key, now).is_some_and(|there| (value.epoch, value.version) < (there.epoch, there.version));
        if older || guarded.refuses(key, value.version, now) {
            count(&self.counters.refused_fills);
        } else {
            self.values.insert(key.to_owned(), Entry { value, ends: after(now, ttl) });
            count(&self.counters.fills);
        }
        drop(guarded);
        Ok(())
    }

    async fn invalidate(&self, keys: &[String], version: u64) -> Result<(), CacheError> {
        let now = self.now();
        let mut guarded = self.guarded();
        for key in keys {
            guarded.bury(key, version, now);
            self.values.invalidate(key);
            count(&self.counters.invalidations);
        }
        Ok(())
    }

    async fn put_session(&self, user: &str, session: &str, entry: SessionEntry) -> Result<(), CacheError> {
        let now = self.now();
        let mut guarded = self.guarded();
        guarded.sessions.retain(|_, sessions| sessions.ends > now);
        let ends = after(now, SESSION_TTL);
        let sessions =
            guarded.sessions.entry(user.to_owned()).or_insert_with(|| Sessions { entries: BTreeMap::new(), ends });
        sessions.ends = ends;
        sessions.entries.insert(session.to_owned(), entry);
        Ok(())
    }

    async fn touch_session(&self, user: &str, session: &str, now: i64) -> Result<Option<SessionEntry>, CacheError> {
        let moment = self.now();
        let mut guarded = self.guarded();
        let Some(sessions) = guarded.living_sessions(user, moment) else { return Ok(None) };
        let Some(entry) = sessions.entries.get_mut(session) else { return Ok(None) };
        // The hash lives as long as its liveliest session; an idle one beside it must still end.
        let idle = u64::try_from(now.saturating_sub(entry.last_activity)).unwrap_or(0);
        if idle >= SESSION_TTL.as_secs() {
            sessions.entries.remove(session);
            return Ok(None);
        }
        entry.last_activity = entry.last_activity.max(now);
        let entry = entry.clone();
        sessions.ends = after(moment, SESSION_TTL);
        Ok(Some(entry))
    }

    async fn sessions(&self, user: &str) -> Result<BTreeMap<String, SessionEntry>, CacheError> {
        let now = self.now();
        Ok(self.guarded().living_sessions(user, now).map(|sessions| sessions.entries.clone()).unwrap_or_default())
    }

    async fn end_session(&self, user: &str, session: Option<&str>) -> Result<(), CacheError> {
        let mut guarded = self.guarded();
        let Some(session) = session else {
            guarded.sessions.remove(user);
            return Ok(());
        };
        if let Some(sessions) = guarded.sessions.get_mut(user) {
            sessions.entries.remove(session);
            if sessions.entries.is_empty() {
                guarded.sessions.remove(user);
            }
        }
        Ok(())
    }

    async fn list(&self, prefix: &str, limit: usize) -> Result<Vec<(String, u64)>, CacheError> {
        let now = self.now();
        let left = |ends: Instant| ends.saturating_duration_since(now).as_secs();
        let values = self.values.iter().map(|(key, entry)| (String::clone(&key), entry.ends));
        let mut found: Vec<(String, Instant)> = values.collect();
        let guarded = self.guarded();
        found.extend(guarded.sessions.iter().map(|(user, sessions)| (self.keys.session(user), sessions.ends)));
        drop(guarded);
        found.retain(|(key, ends)| *ends > now && key.starts_with(prefix));
        found.sort_unstable();
        found.truncate(limit);
        Ok(found.into_iter().map(|(key, ends)| (key, left(ends))).collect())
    }

    async fn flush(&self) -> Result<(), CacheError> {
        // Under the lock, and tombstones stay: a fill under way must not bring back what was just forgotten.
        let _guarded = self.guarded();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn value(version: u64, bytes: usize) -> Cached {
        Cached { v: FORMAT, version, epoch: 0, json: "x".repeat(bytes) }
    }

    #[tokio::test]
    async fn stays_within_its_size() {
        let cache = MemoryCache::with(Keys::default(), 100_000, Arc::new(Instant::now));
        for number in 0..2_000 {
            cache.fill(&format!("key:{number}"), value(1, 1_000), Duration::from_secs(60)).await.unwrap();
        }
        cache.values.run_pending_tasks();
        assert!(cache.values.weighted_size() <= 100_000, "{}", cache.values.weighted_size());
        assert!(cache.values.entry_count() > 10);
    }

    #[tokio::test]
    async fn too_many_tombstones_become_a_barrier() {
        let start = Instant::now();
        let cache = MemoryCache::with(Keys::default(), CAPACITY, Arc::new(move || start));
        let keys: Vec<String> = (0..=TOMBSTONES).map(|number| format!("key:{number}")).collect();
        cache.invalidate(&keys, 5).await.unwrap();
        assert!(cache.guarded().tombstones.len() <= TOMBSTONES);
        for key in ["key:0", "key:19999", "other"] {
            cache.fill(key, value(4, 1), Duration::from_secs(60)).await.unwrap();
            assert_eq!(cache.get(key, 0).await.unwrap(), None, "{key}");
        }
    }

    #[tokio::test]
    async fn sessions_that_ended_leave_no_trace() {
        let start = Instant::now();
        let offset = Arc::new(AtomicU64::new(0));
        let moving = Arc::clone(&offset);
        let clock: Clock = Arc::new(move || start + Duration::from_secs(moving.load(Ordering::SeqCst)));
        let cache = MemoryCache::with(Keys::default(), CAPACITY, clock);
        let entry = SessionEntry {
            username: "awa".into(),
            role: "teacher".into(),
            last_activity: 0,
            started: 0,
            session_epoch: 0,
        };
        for user in 0..50 {
            cache.put_session(&format!("user{user}"), "one", entry.clone()).await.unwrap();
        }
        offset.store(4_000, Ordering::SeqCst);
        cache.put_session("late", "one", entry).await.unwrap();
        assert_eq!(cache.guarded().sessions.len(), 1);
    }
}
