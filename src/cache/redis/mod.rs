//! The shared cache, in Redis: one server, Sentinel or Cluster. `redis-cli` finds the keys of [`super::keys`].
//!
//! Redis decides nothing. Whatever it answers, or does not, costs at most one short timeout; then the cache is without
//! it until it answers again (see [`link`]).

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use tokio::sync::broadcast;

use super::{
    Cache, CacheCounters, CacheError, CacheFault, Hold, KEYS, Lease, Life, Reading, SessionEntry,
    keys::{Keys, SESSION_TTL},
};

mod address;
mod ask;
mod channel;
mod fault;
mod link;
mod open;
mod pace;
mod scan;
mod scripts;
mod value;

use ask::{Command, text};
use link::{Keeper, Places};
use scripts::Script;
use value::Sealer;

/// How long the note of a server's run is kept: as long as it may run unseen.
const NOTE_TTL: u32 = 90 * 86_400;

#[derive(Default)]
struct Counters {
    hits: AtomicU64,
    misses: AtomicU64,
    fills: AtomicU64,
    refused_fills: AtomicU64,
    invalidations: AtomicU64,
}

/// A client of Redis.
pub struct RedisCache {
    keys: Keys,
    keeper: Keeper,
    sealer: Sealer,
    counters: Counters,
    heard: broadcast::Sender<String>,
}

impl std::fmt::Debug for RedisCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisCache").field("life", &self.keeper.life()).finish_non_exhaustive()
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl RedisCache {
    /// A client of the server at `uri`: `redis://`, `rediss://`, `redis-sentinel://`, `redis-cluster://`. Connects in
    /// the background, now and whenever the connection is lost; must be called within a runtime. `secret`: what only
    /// those know whose values are to be believed.
    ///
    /// # Errors
    /// The address is none, or its scheme is not one of these; the text says what is wrong, without the password.
    pub fn new(uri: &str, keys: Keys, secret: &[u8]) -> Result<Self, String> {
        let config = address::parse(uri)?;
        let probes = (0..link::PROBES).map(|number| keys.probe(number)).collect();
        let (heard, _) = broadcast::channel(channel::UNREAD);
        let places = Places { marker: keys.servers(), probes, channel: keys.changes(), heard: heard.clone() };
        let keeper = Keeper::start(config, places);
        Ok(Self { keys, keeper, sealer: Sealer::new(secret), counters: Counters::default(), heard })
    }
}

#[async_trait]
impl Cache for RedisCache {
    fn kind(&self) -> &'static str {
        "redis"
    }

    fn shared(&self) -> bool {
        true
    }

    async fn read(&self, tag: &str, key: &str, epoch: u64) -> Result<Reading, CacheError> {
        let link = self.keeper.link().await?;
        if link.doubtful.load(Ordering::SeqCst) {
            count(&self.counters.misses);
            return Ok(Reading::Miss(None));
        }
        let get = Command::plain("GET", vec![key.to_owned()]);
        let lease = Command::script(&link, Script::Lease, tag, vec![key.to_owned(), KEYS.to_string()]);
        let answers = self.ask(&link, vec![get, lease]).await?;
        let mut answers = answers.into_iter();
        let kept: Option<String> = answers.next().and_then(text);
        let lease: Option<String> = answers.next().and_then(text);
        let Some(generation) = lease.and_then(|text| text.parse().ok()) else {
            count(&self.counters.misses);
            count(&self.counters.refused_fills);
            return Ok(Reading::Miss(None));
        };
        if let Some(json) = kept.as_deref().and_then(|text| self.sealer.read(text, key, generation, epoch)) {
            count(&self.counters.hits);
            return Ok(Reading::Hit(json.to_owned()));
        }
        count(&self.counters.misses);
        Ok(Reading::Miss(Some(Lease { generation })))
    }

    async fn lease(&self, tag: &str) -> Result<Option<Lease>, CacheError> {
        let link = self.keeper.link().await?;
        if link.doubtful.load(Ordering::SeqCst) {
            return Ok(None);
        }
        let lease: Option<String> =
            text(Ok(self.run(Script::Lease, tag, vec![String::new(), KEYS.to_string()]).await?));
        Ok(lease.and_then(|text| text.parse().ok()).map(|generation| Lease { generation }))
    }

    async fn fill(&self, key: &str, lease: Lease, epoch: u64, json: &str, ttl: Duration) -> Result<(), CacheError> {
        let link = self.keeper.link().await?;
        let Some(kept) = self.sealer.write(key, lease.generation, epoch, json) else { return Ok(()) };
        let set = vec![key.to_owned(), kept, "EX".to_owned(), ttl.as_secs().to_string()];
        self.one(&link, Command::plain("SET", set)).await?;
        count(&self.counters.fills);
        Ok(())
    }

    async fn hold(&self, hold: &Hold, lasts: Duration) -> Result<(), CacheError> {
        let arguments = [hold.by.clone(), lasts.as_millis().to_string()];
        self.each_tag(Script::Hold, hold, &arguments).await?;
        self.counters.invalidations.fetch_add(u64::try_from(hold.tags.len()).unwrap_or(0), Ordering::Relaxed);
        Ok(())
    }

    async fn release(&self, hold: &Hold) -> Result<(), CacheError> {
        self.each_tag(Script::Release, hold, std::slice::from_ref(&hold.by)).await
    }

    fn life(&self) -> Life {
        let doubtful = self.keeper.now().is_some_and(|link| link.doubtful.load(Ordering::SeqCst));
        Life { number: self.keeper.life(), doubtful }
    }

    async fn trust(&self, life: u64) {
        let Some(link) = self.keeper.now().filter(|link| link.life == life) else { return };
        let note = vec![self.keys.servers(), link.servers.clone(), "EX".to_owned(), NOTE_TTL.to_string()];
        if let Err(error) = self.one(&link, Command::plain("SET", note)).await {
            tracing::debug!(%error, "the note of the server's run");
        }
        link.doubtful.store(false, Ordering::SeqCst);
    }

    async fn tell(&self, message: &str) -> Result<(), CacheError> {
        let link = self.keeper.link().await?;
        self.one(&link, Command::plain("PUBLISH", vec![self.keys.changes(), message.to_owned()])).await.map(drop)
    }

    fn told(&self) -> Option<broadcast::Receiver<String>> {
        Some(self.heard.subscribe())
    }

    async fn put_session(&self, user: &str, session: &str, entry: SessionEntry) -> Result<(), CacheError> {
        let json = serde_json::to_string(&entry).map_err(|error| CacheError::Unavailable(error.to_string()))?;
        let arguments = vec![session.to_owned(), json, entry.username, entry.role, entry.last_activity.to_string()];
        self.run(Script::PutSession, &self.keys.session(user), arguments).await.map(drop)
    }

    async fn touch_session(&self, user: &str, session: &str, now: i64) -> Result<Option<SessionEntry>, CacheError> {
        let arguments = vec![session.to_owned(), now.to_string()];
        let found = self.run(Script::TouchSession, &self.keys.session(user), arguments).await?;
        Ok(text::<String>(Ok(found)).and_then(|json| serde_json::from_str(&json).ok()))
    }

    async fn sessions(&self, user: &str) -> Result<BTreeMap<String, SessionEntry>, CacheError> {
        scan::sessions(self, &self.keys.session(user)).await
    }

    async fn end_session(&self, user: &str, session: Option<&str>) -> Result<(), CacheError> {
        let key = self.keys.session(user);
        match session {
            Some(session) => self.run(Script::EndSession, &key, vec![session.to_owned()]).await.map(drop),
            None => self.drop_keys(&*self.keeper.link().await?, &[key]).await,
        }
    }

    async fn list(&self, prefix: &str, limit: usize) -> Result<Vec<(String, u64)>, CacheError> {
        scan::list(self, prefix, limit).await
    }

    async fn flush(&self) -> Result<(), CacheError> {
        scan::flush(self).await
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
        let link = self.keeper.link().await?;
        self.probe(&link).await
    }

    fn trouble(&self) -> Option<CacheFault> {
        self.keeper.trouble()
    }
}
