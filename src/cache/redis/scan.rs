//! Looking over many keys: by SCAN, a little at a time, never in the way of others.

use std::{collections::BTreeMap, time::Duration};

use fred::{
    interfaces::{HashesInterface, KeysInterface},
    types::{Key, Value},
};
use futures::{Stream, StreamExt, stream::BoxStream};
use tokio::time::timeout;

use super::{CacheError, RedisCache, SESSION_TTL, SessionEntry, ask::text, link::Link};

/// A walk over all keys may take longer than one answer.
const WALK: Duration = Duration::from_secs(10);
/// Keys looked at in one step of the server.
const STEP: u32 = 500;

/// What a pattern would read as more than a letter, taken literally.
fn literal(prefix: &str) -> String {
    let mut pattern = String::with_capacity(prefix.len());
    for letter in prefix.chars() {
        if matches!(letter, '*' | '?' | '[' | ']' | '^' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

fn walk(link: &Link, pattern: String) -> BoxStream<'static, Result<Key, fred::error::Error>> {
    fn boxed<S>(stream: S) -> BoxStream<'static, Result<Key, fred::error::Error>>
    where
        S: Stream<Item = Result<Key, fred::error::Error>> + Send + 'static,
    {
        stream.boxed()
    }
    if link.clustered {
        boxed(link.client.scan_cluster_buffered(pattern, Some(STEP), None))
    } else {
        boxed(link.client.scan_buffered(pattern, Some(STEP), None))
    }
}

async fn found(cache: &RedisCache, link: &Link, pattern: String) -> Result<Vec<String>, CacheError> {
    let mut keys = Vec::new();
    let mut stream = walk(link, pattern);
    let walked = timeout(WALK, async {
        while let Some(key) = stream.next().await {
            keys.extend(key.map_err(|error| cache.failed(link, &error))?.into_string());
        }
        Ok(())
    });
    walked.await.unwrap_or_else(|_| Err(CacheError::Unavailable("no answer in time".to_owned())))?;
    // A key that is moved while one looks is seen twice.
    keys.sort_unstable();
    keys.dedup();
    Ok(keys)
}

/// Values and sessions, with the seconds they have left.
pub(super) async fn list(cache: &RedisCache, prefix: &str, limit: usize) -> Result<Vec<(String, u64)>, CacheError> {
    let link = cache.keeper.link().await?;
    let own = cache.keys.notes();
    let mut keys = found(cache, &link, format!("{}*", literal(prefix))).await?;
    keys.retain(|key| !own.iter().any(|own| key.starts_with(own.as_str())));
    let mut listed = Vec::new();
    for key in keys {
        if listed.len() >= limit {
            break;
        }
        let left: i64 = link.client.ttl(&key).await.map_err(|error| cache.failed(&link, &error))?;
        if let Ok(left) = u64::try_from(left) {
            listed.push((key, left));
        }
    }
    Ok(listed)
}

/// Forgets this school's values.
pub(super) async fn flush(cache: &RedisCache) -> Result<(), CacheError> {
    const DROP: usize = 500;
    let link = cache.keeper.link().await?;
    for prefix in cache.keys.values() {
        let keys = found(cache, &link, format!("{}*", literal(&prefix))).await?;
        for some in keys.chunks(DROP) {
            cache.drop_keys(&link, some).await?;
        }
    }
    Ok(())
}

pub(super) async fn sessions(cache: &RedisCache, key: &str) -> Result<BTreeMap<String, SessionEntry>, CacheError> {
    let link = cache.keeper.link().await?;
    let all: Value = link.client.hgetall(key).await.map_err(|error| cache.failed(&link, &error))?;
    let fields: BTreeMap<String, String> = text(Ok(all)).unwrap_or_default();
    let newest: i64 = fields.get("last_activity").and_then(|at| at.parse().ok()).unwrap_or(0);
    let young = |entry: &SessionEntry| {
        u64::try_from(newest.saturating_sub(entry.last_activity)).unwrap_or(0) < SESSION_TTL.as_secs()
    };
    let sessions = fields.into_iter().filter_map(|(session, json)| {
        let entry: SessionEntry = serde_json::from_str(&json).ok()?;
        young(&entry).then_some((session, entry))
    });
    Ok(sessions.collect())
}
