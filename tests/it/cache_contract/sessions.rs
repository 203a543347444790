//! Login sessions: one hash a user, with a sliding lifetime.

use std::time::Duration;

use super::{Bench, HOUR, session};

const MINUTE: Duration = Duration::from_secs(60);

pub async fn slides(bench: &Bench) {
    bench.cache.put_session("u1", "s1", session("awa", 1_000)).await.unwrap();
    for step in 1..=3 {
        bench.fate.advance(50 * MINUTE).await;
        let now = 1_000 + step * 3_000;
        let entry = bench.cache.touch_session("u1", "s1", now).await.unwrap().unwrap();
        assert_eq!((entry.last_activity, entry.started, entry.session_epoch), (now, 1_000, 3));
    }
    let all = bench.cache.sessions("u1").await.unwrap();
    assert_eq!(all["s1"].last_activity, 10_000);
    assert_eq!(all["s1"].username, "awa");
}

pub async fn ends_when_idle(bench: &Bench) {
    bench.cache.put_session("u1", "s1", session("awa", 1_000)).await.unwrap();
    bench.fate.advance(HOUR + Duration::from_secs(1)).await;
    assert_eq!(bench.cache.touch_session("u1", "s1", 4_601).await.unwrap(), None);
    assert!(bench.cache.sessions("u1").await.unwrap().is_empty());
}

pub async fn idle_one_ends_beside_a_lively_one(bench: &Bench) {
    bench.cache.put_session("u1", "idle", session("awa", 1_000)).await.unwrap();
    bench.cache.put_session("u1", "lively", session("awa", 1_000)).await.unwrap();
    bench.fate.advance(40 * MINUTE).await;
    assert!(bench.cache.touch_session("u1", "lively", 3_400).await.unwrap().is_some());
    bench.fate.advance(40 * MINUTE).await;
    assert_eq!(bench.cache.touch_session("u1", "idle", 5_800).await.unwrap(), None);
    assert!(bench.cache.touch_session("u1", "lively", 5_800).await.unwrap().is_some());
    assert!(!bench.cache.sessions("u1").await.unwrap().contains_key("idle"));
}

pub async fn ends_one_or_all(bench: &Bench) {
    for id in ["s1", "s2", "s3"] {
        bench.cache.put_session("u1", id, session("awa", 0)).await.unwrap();
    }
    bench.cache.put_session("u2", "s1", session("binta", 0)).await.unwrap();
    bench.cache.end_session("u1", Some("s2")).await.unwrap();
    let left: Vec<String> = bench.cache.sessions("u1").await.unwrap().into_keys().collect();
    assert_eq!(left, ["s1", "s3"]);
    bench.cache.end_session("u1", None).await.unwrap();
    assert!(bench.cache.sessions("u1").await.unwrap().is_empty());
    assert_eq!(bench.cache.touch_session("u1", "s1", 1).await.unwrap(), None);
    assert!(bench.cache.touch_session("u2", "s1", 1).await.unwrap().is_some());
    bench.cache.end_session("u2", Some("s1")).await.unwrap();
    assert!(bench.cache.list("session:", 10).await.unwrap().is_empty(), "an empty hash is gone");
}

pub async fn unknown_is_none(bench: &Bench) {
    assert_eq!(bench.cache.touch_session("nobody", "s1", 5).await.unwrap(), None);
    bench.cache.put_session("u1", "s1", session("awa", 0)).await.unwrap();
    assert_eq!(bench.cache.touch_session("u1", "s2", 5).await.unwrap(), None);
    assert_eq!(bench.cache.sessions("u1").await.unwrap().len(), 1, "a touch makes no session");
    bench.cache.end_session("nobody", Some("s1")).await.unwrap();
}

pub async fn activity_never_goes_back(bench: &Bench) {
    bench.cache.put_session("u1", "s1", session("awa", 1_000)).await.unwrap();
    bench.cache.touch_session("u1", "s1", 2_000).await.unwrap();
    let entry = bench.cache.touch_session("u1", "s1", 1_500).await.unwrap().unwrap();
    assert_eq!(entry.last_activity, 2_000);
}

pub async fn put_replaces(bench: &Bench) {
    bench.cache.put_session("u1", "s1", session("awa", 1_000)).await.unwrap();
    let mut changed = session("awa", 2_000);
    "admin".clone_into(&mut changed.role);
    bench.cache.put_session("u1", "s1", changed.clone()).await.unwrap();
    assert_eq!(bench.cache.sessions("u1").await.unwrap()["s1"], changed);
}
