//! Values: lifetimes, versions, epochs, tombstones.

use std::{sync::Arc, time::Duration};

use carnet::cache::{Cached, TOMBSTONE};

use super::{Bench, HOUR, cached, session};

pub async fn keeps_and_forgets(bench: &Bench) {
    let value = cached(3, r#"{"count":46}"#);
    bench.cache.fill("class:stats:TSE", value.clone(), HOUR).await.unwrap();
    assert_eq!(bench.cache.get("class:stats:TSE", 0).await.unwrap(), Some(value));
    assert_eq!(bench.version("class:stats:TS").await, None);
    bench.invalidate("class:stats:TSE", 3).await;
    assert_eq!(bench.version("class:stats:TSE").await, None);
}

pub async fn ends_after_its_lifetime(bench: &Bench) {
    bench.cache.fill("short", cached(1, "1"), Duration::from_secs(60)).await.unwrap();
    bench.cache.fill("long", cached(1, "1"), Duration::from_secs(120)).await.unwrap();
    (bench.advance)(Duration::from_secs(59));
    assert_eq!(bench.version("short").await, Some(1));
    (bench.advance)(Duration::from_secs(2));
    assert_eq!(bench.version("short").await, None, "reading does not slide a value's lifetime");
    assert_eq!(bench.version("long").await, Some(1));
    bench.cache.fill("long", cached(1, "1"), Duration::from_secs(120)).await.unwrap();
    (bench.advance)(Duration::from_secs(100));
    assert_eq!(bench.version("long").await, Some(1), "a fill starts a new lifetime");
}

pub async fn refuses_other_formats(bench: &Bench) {
    let newer = Cached { v: 999, ..cached(1, "1") };
    bench.cache.fill("key", newer, HOUR).await.unwrap();
    assert_eq!(bench.version("key").await, None);
}

pub async fn refuses_other_epochs(bench: &Bench) {
    bench.fill("key", 1).await;
    assert_eq!(bench.cache.get("key", 1).await.unwrap(), None);
    let current = Cached { epoch: 1, ..cached(1, "1") };
    bench.cache.fill("key", current.clone(), HOUR).await.unwrap();
    assert_eq!(bench.cache.get("key", 1).await.unwrap(), Some(current));
    assert_eq!(bench.version("key").await, None);
}

pub async fn never_replaces_newer(bench: &Bench) {
    bench.fill("key", 5).await;
    bench.fill("key", 4).await;
    assert_eq!(bench.version("key").await, Some(5));
    bench.cache.fill("key", cached(5, "again"), HOUR).await.unwrap();
    assert_eq!(bench.cache.get("key", 0).await.unwrap().unwrap().json, "again");
    bench.fill("key", 6).await;
    assert_eq!(bench.version("key").await, Some(6));
}

pub async fn newer_epoch_wins(bench: &Bench) {
    let value = |epoch, version| Cached { epoch, ..cached(version, "1") };
    bench.cache.fill("key", value(1, 900), HOUR).await.unwrap();
    bench.cache.fill("key", value(2, 3), HOUR).await.unwrap();
    assert_eq!(bench.cache.get("key", 2).await.unwrap(), Some(value(2, 3)));
    bench.cache.fill("key", value(1, 901), HOUR).await.unwrap();
    assert_eq!(bench.cache.get("key", 2).await.unwrap(), Some(value(2, 3)));
}

pub async fn tombstone_keeps_older_out(bench: &Bench) {
    bench.fill("key", 6).await;
    bench.invalidate("key", 7).await;
    bench.fill("key", 6).await;
    assert_eq!(bench.version("key").await, None, "a reader that was slower than the change must not fill");
    bench.fill("other", 6).await;
    assert_eq!(bench.version("other").await, Some(6));
    bench.fill("key", 7).await;
    assert_eq!(bench.version("key").await, Some(7));
}

pub async fn tombstones_end(bench: &Bench) {
    bench.invalidate("key", 7).await;
    (bench.advance)(TOMBSTONE.saturating_sub(Duration::from_millis(500)));
    bench.fill("key", 1).await;
    assert_eq!(bench.version("key").await, None);
    (bench.advance)(Duration::from_secs(1));
    bench.fill("key", 1).await;
    assert_eq!(bench.version("key").await, Some(1));
}

pub async fn tombstone_never_weakens(bench: &Bench) {
    bench.invalidate("key", 9).await;
    bench.invalidate("key", 4).await;
    bench.fill("key", 8).await;
    assert_eq!(bench.version("key").await, None);
}

pub async fn lists_by_prefix(bench: &Bench) {
    for key in ["class:stats:B", "class:stats:A", "class:stats:C", "rankings:top10"] {
        bench.fill(key, 1).await;
    }
    (bench.advance)(Duration::from_secs(600));
    bench.cache.put_session("u1", "s1", session("awa", 0)).await.unwrap();
    let keys = |found: Vec<(String, u64)>| found.into_iter().map(|(key, _)| key).collect::<Vec<_>>();
    let classes = bench.cache.list("class:stats:", 10).await.unwrap();
    assert!(classes.iter().all(|(_, left)| (2_990..=3_000).contains(left)), "{classes:?}");
    let mut names = keys(classes);
    names.sort();
    assert_eq!(names, ["class:stats:A", "class:stats:B", "class:stats:C"]);
    assert_eq!(bench.cache.list("class:stats:", 2).await.unwrap().len(), 2);
    assert_eq!(keys(bench.cache.list("session:", 10).await.unwrap()), ["session:u1"]);
    (bench.advance)(HOUR);
    assert_eq!(bench.cache.list("", 10).await.unwrap(), []);
}

pub async fn flush_keeps_sessions_and_tombstones(bench: &Bench) {
    bench.fill("key", 1).await;
    bench.invalidate("buried", 7).await;
    bench.cache.put_session("u1", "s1", session("awa", 0)).await.unwrap();
    bench.cache.flush().await.unwrap();
    assert_eq!(bench.version("key").await, None);
    assert_eq!(bench.cache.sessions("u1").await.unwrap().len(), 1);
    bench.fill("buried", 6).await;
    assert_eq!(bench.version("buried").await, None);
    bench.cache.ping().await.unwrap();
}

pub async fn counts(bench: &Bench) {
    let start = bench.cache.counters();
    bench.version("key").await;
    bench.fill("key", 2).await;
    bench.version("key").await;
    bench.fill("key", 1).await;
    bench.cache.invalidate(&["key".to_owned(), "other".to_owned()], 3).await.unwrap();
    bench.fill("key", 2).await;
    let end = bench.cache.counters();
    assert_eq!(end.hits - start.hits, 1);
    assert_eq!(end.misses - start.misses, 1);
    assert_eq!(end.fills - start.fills, 1);
    assert_eq!(end.refused_fills - start.refused_fills, 2);
    assert_eq!(end.invalidations - start.invalidations, 2);
}

pub async fn any_text_survives(bench: &Bench) {
    let key = "class:stats:1ère année — \u{202e}é\u{0}*?[a]:x";
    let text = format!("{{\"nom\":\"Œuvrard \u{1f600} \\u0000\",\"long\":\"{}\"}}", "é".repeat(50_000));
    bench.cache.fill(key, cached(u64::from(u32::MAX) + 1, &text), HOUR).await.unwrap();
    let back = bench.cache.get(key, 0).await.unwrap().unwrap();
    assert_eq!((back.json, back.version), (text, u64::from(u32::MAX) + 1));
    assert_eq!(bench.cache.list("class:stats:*", 10).await.unwrap(), [], "a prefix is not a pattern");
}

/// Readers fill the version they read while a writer moves on and invalidates: afterwards no value may be older than
/// the last change.
pub async fn races_never_leave_an_old_value(bench: &Bench) {
    const LAST: u64 = 300;
    let store = Arc::new(std::sync::atomic::AtomicU64::new(1));
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let (cache, store) = (Arc::clone(&bench.cache), Arc::clone(&store));
        tasks.push(tokio::spawn(async move {
            loop {
                let version = store.load(std::sync::atomic::Ordering::SeqCst);
                tokio::task::yield_now().await;
                cache.fill("key", cached(version, "1"), HOUR).await.unwrap();
                if version == LAST {
                    break;
                }
            }
        }));
    }
    for version in 2..=LAST {
        store.store(version, std::sync::atomic::Ordering::SeqCst);
        bench.invalidate("key", version).await;
        if let Some(found) = bench.version("key").await {
            assert_eq!(found, version, "older than a change that is done");
        }
        tokio::task::yield_now().await;
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(bench.version("key").await, Some(LAST));
}
