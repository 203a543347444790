//! Values: lifetimes, epochs, what others write there by hand.

use std::time::Duration;

use carnet::cache::{HOLD, Reading};

use super::{Bench, HOUR, SECOND, TAG, hold, session};

pub async fn keeps_and_forgets(bench: &Bench) {
    let json = r#"{"count":46}"#;
    assert!(bench.fill("class:stats:TSE", json).await);
    assert_eq!(bench.value("class:stats:TSE").await.as_deref(), Some(json));
    assert_eq!(bench.value("class:stats:TS").await, None);
    bench.cache.hold(&hold("op"), HOLD).await.unwrap();
    bench.cache.release(&hold("op")).await.unwrap();
    assert_eq!(bench.value("class:stats:TSE").await, None);
    assert_eq!(bench.fate.look("class:stats:TSE").await, None, "nor does anybody who looks see it");
}

pub async fn ends_after_its_lifetime(bench: &Bench) {
    let lease = bench.lease(TAG).await.unwrap();
    bench.cache.fill("class:stats:short", lease, 0, "1", Duration::from_secs(60)).await.unwrap();
    bench.cache.fill("class:stats:long", lease, 0, "1", Duration::from_secs(120)).await.unwrap();
    bench.fate.advance(Duration::from_secs(58)).await;
    assert!(bench.value("class:stats:short").await.is_some());
    bench.fate.advance(Duration::from_secs(3)).await;
    assert_eq!(bench.value("class:stats:short").await, None, "reading does not slide a value's lifetime");
    assert!(bench.value("class:stats:long").await.is_some());
    bench.cache.fill("class:stats:long", lease, 0, "1", Duration::from_secs(120)).await.unwrap();
    bench.fate.advance(Duration::from_secs(100)).await;
    assert!(bench.value("class:stats:long").await.is_some(), "a fill starts a new lifetime");
}

pub async fn other_epochs_are_misses(bench: &Bench) {
    bench.fill("key", "1").await;
    let Reading::Miss(Some(lease)) = bench.cache.read(TAG, "key", 1).await.unwrap() else { panic!("a miss") };
    bench.cache.fill("key", lease, 1, "2", HOUR).await.unwrap();
    assert_eq!(bench.cache.read(TAG, "key", 1).await.unwrap(), Reading::Hit("2".to_owned()));
    assert_eq!(bench.value("key").await, None);
}

pub async fn lists_by_prefix(bench: &Bench) {
    for key in ["class:stats:B", "class:stats:A", "class:stats:C", "rankings:top10"] {
        bench.fill(key, "1").await;
    }
    bench.fate.advance(Duration::from_secs(600)).await;
    bench.cache.put_session("u1", "s1", session("awa", 0)).await.unwrap();
    let keys = |found: Vec<(String, u64)>| found.into_iter().map(|(key, _)| key).collect::<Vec<_>>();
    let classes = bench.cache.list("class:stats:", 10).await.unwrap();
    assert!(classes.iter().all(|(_, left)| (2_980..=3_000).contains(left)), "{classes:?}");
    let mut names = keys(classes);
    names.sort();
    assert_eq!(names, ["class:stats:A", "class:stats:B", "class:stats:C"]);
    assert_eq!(bench.cache.list("class:stats:", 2).await.unwrap().len(), 2);
    assert_eq!(keys(bench.cache.list("session:", 10).await.unwrap()), ["session:u1"]);
    bench.fate.advance(2 * HOUR).await;
    assert_eq!(bench.cache.list("", 10).await.unwrap(), []);
}

pub async fn flush_keeps_sessions_and_holds(bench: &Bench) {
    bench.fill("class:stats:tse", "1").await;
    let lease = bench.lease(TAG).await.unwrap();
    for key in ["student:+22370000001", "rankings:top10:2026-2027:T1", "students:list:0a"] {
        bench.keep(key, lease, "1").await;
    }
    bench.cache.put_session("u1", "s1", session("awa", 0)).await.unwrap();
    bench.cache.hold(&hold("op"), HOLD).await.unwrap();
    bench.cache.flush().await.unwrap();
    for key in ["class:stats:", "student:", "rankings:", "students:list:"] {
        assert_eq!(bench.cache.list(key, 10).await.unwrap(), [], "{key}");
    }
    assert_eq!(bench.cache.sessions("u1").await.unwrap().len(), 1);
    assert_eq!(bench.lease(TAG).await, None, "still held");
    bench.cache.ping().await.unwrap();
}

pub async fn counts(bench: &Bench) {
    let start = bench.cache.counters();
    bench.fill("key", "1").await;
    let _ = bench.cache.read(TAG, "key", 0).await.unwrap();
    bench.cache.hold(&hold("op"), HOLD).await.unwrap();
    let _ = bench.cache.read(TAG, "key", 0).await.unwrap();
    let end = bench.cache.counters();
    assert_eq!(end.hits - start.hits, 1);
    assert_eq!(end.misses - start.misses, 2);
    assert_eq!(end.fills - start.fills, 1);
    assert_eq!(end.refused_fills - start.refused_fills, 1);
    assert_eq!(end.invalidations - start.invalidations, 1);
}

pub async fn any_text_survives(bench: &Bench) {
    let key = "class:stats:1ère année — \u{202e}é\u{0}*?[a]:x";
    let text = format!("{{\"nom\":\"Œuvrard \u{1f600} \\u0000\",\"long\":\"{}\"}}", "é".repeat(50_000));
    bench.fill(key, &text).await;
    assert_eq!(bench.value(key).await, Some(text));
    assert_eq!(bench.cache.list("class:stats:*", 10).await.unwrap(), [], "a prefix is not a pattern");
    bench.cache.hold(&hold("op"), HOLD).await.unwrap();
    bench.cache.release(&hold("op")).await.unwrap();
    assert_eq!(bench.value(key).await, None);
}

pub async fn garbage_is_a_miss(bench: &Bench) {
    bench.fill("key", "1").await;
    let kept = bench.fate.look("key").await.unwrap();
    let half = kept.chars().take(kept.chars().count() / 2).collect::<String>();
    let garbage = ["", "null", "{", "\u{fffd}\u{0}", "{\"v\":1}", "[1,2]", "-1", half.as_str()];
    for text in garbage {
        if !bench.fate.write("key", text).await {
            return;
        }
        let Reading::Miss(Some(lease)) = bench.cache.read(TAG, "key", 0).await.unwrap() else { panic!("{text}") };
        bench.keep("key", lease, "2").await;
        assert_eq!(bench.value("key").await.as_deref(), Some("2"), "{text}");
    }
    // A format of tomorrow, and numbers beyond any.
    for (from, to) in [("\"v\":1,", "\"v\":2,"), ("\"version\":", "\"version\":9"), ("\"epoch\":0", "\"epoch\":1")] {
        bench.fate.write("key", &kept.replace(from, to)).await;
        assert_eq!(bench.value("key").await, None, "{to}");
    }
    // A state that is none.
    assert!(bench.fate.write(TAG, "nonsense").await);
    assert_eq!(bench.value("key").await, None);
    bench.fate.write("key", "").await;
    assert!(bench.fill("key", "3").await);
    assert_eq!(bench.value("key").await.as_deref(), Some("3"));
    bench.fate.write(TAG, "nonsense").await;
    bench.cache.hold(&hold("op"), HOLD).await.unwrap();
    bench.cache.release(&hold("op")).await.unwrap();
    assert_eq!(bench.value("key").await, None);
}

pub async fn a_plausible_wrong_value_ends_with_the_next_change(bench: &Bench) {
    bench.fill("key", r#"{"average":12.5}"#).await;
    let kept = bench.fate.look("key").await.unwrap();
    if !bench.fate.write("key", &kept.replace("12.5", "19.5")).await {
        return;
    }
    assert_eq!(bench.value("key").await, None, "it lacks our seal");
    // What is true, but of another key.
    bench.fate.write("other", &kept).await;
    assert_eq!(bench.value("other").await, None);
    bench.cache.hold(&hold("op"), HOLD).await.unwrap();
    bench.cache.release(&hold("op")).await.unwrap();
    assert_eq!(bench.value("key").await, None);
    // Written once more, now that the change is done.
    bench.fate.write("key", &kept.replace("12.5", "19.5")).await;
    assert_eq!(bench.value("key").await, None);
    bench.fate.advance(SECOND).await;
    assert!(bench.fill("key", r#"{"average":13}"#).await);
    assert_eq!(bench.value("key").await.as_deref(), Some(r#"{"average":13}"#));
}

pub async fn another_school_is_another(bench: &Bench) {
    // Keys of another school carry its code in front; a flush of this one leaves them alone, where it is a server's.
    if !bench.cache.shared() {
        return;
    }
    bench.fate.write("kati:class:stats:TSE", "theirs").await;
    bench.fate.write("class:stats:TSE", "ours").await;
    bench.cache.flush().await.unwrap();
    assert_eq!(bench.fate.look("kati:class:stats:TSE").await.as_deref(), Some("theirs"));
    assert_eq!(bench.fate.look("class:stats:TSE").await, None);
}
