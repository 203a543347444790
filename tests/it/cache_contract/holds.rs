//! Holds: what is kept is never older than a change that is done, whoever is slow, killed or forgetful.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use carnet::cache::{HOLD, Hold, Lease, Reading};

use super::{Bench, HOUR, SECOND, TAG, hold};

pub async fn a_hold_ends_what_was_there(bench: &Bench) {
    bench.fill("key", "1").await;
    bench.cache.hold(&hold("op"), HOLD).await.unwrap();
    assert_eq!(bench.value("key").await, None, "also before the commit");
    bench.cache.release(&hold("op")).await.unwrap();
    assert_eq!(bench.value("key").await, None);
    assert!(bench.fill("key", "2").await);
    assert_eq!(bench.value("key").await.as_deref(), Some("2"));
}

pub async fn nothing_is_kept_while_held(bench: &Bench) {
    bench.cache.hold(&hold("op"), HOLD).await.unwrap();
    assert_eq!(bench.other.read(TAG, "key", 0).await.unwrap(), Reading::Miss(None));
    assert_eq!(bench.other.lease(TAG).await.unwrap(), None);
    bench.cache.release(&hold("op")).await.unwrap();
    assert!(bench.other.lease(TAG).await.unwrap().is_some());
}

pub async fn a_slow_reader_cannot_bring_back_what_was(bench: &Bench) {
    let early = bench.lease(TAG).await.unwrap();
    bench.other.hold(&hold("op"), HOLD).await.unwrap();
    bench.keep("key", early, "old").await;
    assert_eq!(bench.value("key").await, None);
    bench.other.release(&hold("op")).await.unwrap();
    bench.keep("key", early, "old").await;
    assert_eq!(bench.value("key").await, None);
    // It may overwrite what is true; that then is a miss, and is read again.
    let late = bench.lease(TAG).await.unwrap();
    bench.keep("key", late, "new").await;
    assert_eq!(bench.value("key").await.as_deref(), Some("new"));
    bench.keep("key", early, "old").await;
    assert_eq!(bench.value("key").await, None);
}

pub async fn holds_of_several_writers(bench: &Bench) {
    bench.cache.hold(&hold("one"), HOLD).await.unwrap();
    bench.other.hold(&hold("two"), HOLD).await.unwrap();
    bench.cache.release(&hold("one")).await.unwrap();
    assert_eq!(bench.lease(TAG).await, None, "the other is still at it");
    bench.other.release(&hold("two")).await.unwrap();
    assert!(bench.lease(TAG).await.is_some());
    // What nobody took is released as well.
    bench.cache.release(&hold("three")).await.unwrap();
    assert!(bench.lease(TAG).await.is_some());
}

pub async fn a_killed_writer_gives_up_in_the_end(bench: &Bench) {
    bench.fill("key", "1").await;
    bench.cache.hold(&hold("killed"), HOLD).await.unwrap();
    bench.fate.advance(HOLD.saturating_sub(SECOND)).await;
    assert_eq!(bench.lease(TAG).await, None);
    bench.fate.advance(2 * SECOND).await;
    assert_eq!(bench.value("key").await, None, "the commit may have been done: what was before stays void");
    assert!(bench.fill("key", "2").await);
}

pub async fn a_writer_that_was_too_slow(bench: &Bench) {
    bench.cache.hold(&hold("slow"), HOLD).await.unwrap();
    bench.fate.advance(HOLD + SECOND).await;
    assert!(bench.fill("key", "before the commit").await);
    bench.cache.release(&hold("slow")).await.unwrap();
    assert_eq!(bench.value("key").await, None);
}

pub async fn held_again_lasts_anew(bench: &Bench) {
    bench.cache.hold(&hold("op"), HOLD).await.unwrap();
    bench.cache.hold(&hold("op"), 3 * HOLD).await.unwrap();
    bench.fate.advance(2 * HOLD).await;
    assert_eq!(bench.lease(TAG).await, None);
    bench.fate.advance(2 * HOLD).await;
    assert!(bench.lease(TAG).await.is_some());
}

pub async fn lost_states_void_values(bench: &Bench) {
    bench.fill("key", "1").await;
    bench.fate.lose_states().await;
    assert_eq!(bench.value("key").await, None);
    assert!(bench.fill("key", "2").await);
}

pub async fn a_hold_lost_before_its_release(bench: &Bench) {
    bench.fill("key", "1").await;
    bench.cache.hold(&hold("op"), HOLD).await.unwrap();
    bench.fate.lose_states().await;
    assert!(bench.fill("key", "before the commit").await, "nobody knows of the hold");
    bench.cache.release(&hold("op")).await.unwrap();
    assert_eq!(bench.value("key").await, None);
}

pub async fn a_flush_in_the_middle(bench: &Bench) {
    bench.fill("key", "1").await;
    bench.cache.hold(&hold("op"), HOLD).await.unwrap();
    bench.other.flush().await.unwrap();
    assert!(!bench.fill("key", "before the commit").await);
    bench.cache.release(&hold("op")).await.unwrap();
    assert!(bench.fill("key", "2").await);
}

pub async fn keys_named_by_the_writer_go_at_once(bench: &Bench) {
    let lease = bench.lease("tag:student:x").await.unwrap();
    bench.keep("student:+22370000001", lease, "1").await;
    let named = Hold {
        by: "op".into(),
        tags: vec!["tag:student:x".to_owned()],
        keys: vec!["student:+22370000001".to_owned(), "student:+22370000002".to_owned()],
    };
    bench.cache.hold(&named, HOLD).await.unwrap();
    assert_eq!(bench.fate.look("student:+22370000001").await, None);
    bench.keep("student:+22370000001", lease, "1").await;
    bench.cache.release(&named).await.unwrap();
    assert_eq!(bench.fate.look("student:+22370000001").await, None, "what came meanwhile neither");
}

pub async fn one_tag_leaves_others_alone(bench: &Bench) {
    bench.fill("key", "1").await;
    let other = Hold { by: "op".into(), tags: vec!["tag:class:ts".to_owned()], keys: Vec::new() };
    bench.cache.hold(&other, HOLD).await.unwrap();
    assert_eq!(bench.value("key").await.as_deref(), Some("1"));
}

pub async fn generations_never_come_again(bench: &Bench) {
    let mut seen: Vec<u64> = Vec::new();
    for round in 0..20 {
        seen.push(bench.lease(TAG).await.unwrap().generation);
        if round % 5 == 4 {
            bench.fate.lose_states().await;
        } else {
            bench.cache.hold(&hold("op"), HOLD).await.unwrap();
            bench.cache.release(&hold("op")).await.unwrap();
        }
    }
    assert!(seen.is_sorted_by(|earlier, later| earlier < later), "{seen:?}");
    assert!(seen.iter().all(|generation| *generation < 1 << 53), "a script's numbers are exact so far");
}

pub async fn a_lease_without_a_key(bench: &Bench) {
    let lease: Lease = bench.lease(TAG).await.unwrap();
    bench.keep("key", lease, "1").await;
    assert_eq!(bench.value("key").await.as_deref(), Some("1"));
}

pub async fn many_tags_at_once(bench: &Bench) {
    let tags: Vec<String> = (0..300).map(|number| format!("tag:class:{number}")).collect();
    let many = Hold { by: "op".into(), tags: tags.clone(), keys: Vec::new() };
    bench.cache.hold(&many, HOLD).await.unwrap();
    for tag in [&tags[0], &tags[150], &tags[299]] {
        assert_eq!(bench.lease(tag).await, None);
    }
    bench.cache.release(&many).await.unwrap();
    for tag in [&tags[0], &tags[150], &tags[299]] {
        assert!(bench.lease(tag).await.is_some());
    }
}

/// Readers fill what they read while writers change it: whoever begins to read after a change is done never finds
/// less.
pub async fn races_never_leave_an_old_value(bench: &Bench) {
    const LAST: u64 = 150;
    let store = Arc::new(AtomicU64::new(1));
    let done = Arc::new(AtomicU64::new(1));
    let mut tasks = Vec::new();
    for number in 0..4 {
        let cache = if number % 2 == 0 { bench.cache.clone() } else { bench.other.clone() };
        let (store, done) = (Arc::clone(&store), Arc::clone(&done));
        tasks.push(tokio::spawn(async move {
            loop {
                let before = done.load(Ordering::SeqCst);
                let seen = match cache.read(TAG, "key", 0).await.unwrap() {
                    Reading::Hit(json) => json.parse().unwrap(),
                    Reading::Miss(lease) => {
                        let version = store.load(Ordering::SeqCst);
                        tokio::task::yield_now().await;
                        if let Some(lease) = lease {
                            cache.fill("key", lease, 0, &version.to_string(), HOUR).await.unwrap();
                        }
                        version
                    }
                };
                assert!(seen >= before, "{seen} was read after {before} was done");
                if before == LAST {
                    break;
                }
            }
        }));
    }
    for version in 2..=LAST {
        let op = hold(&format!("op{version}"));
        bench.cache.hold(&op, HOLD).await.unwrap();
        store.store(version, Ordering::SeqCst);
        tokio::task::yield_now().await;
        bench.cache.release(&op).await.unwrap();
        done.store(version, Ordering::SeqCst);
    }
    for task in tasks {
        tokio::time::timeout(Duration::from_secs(60), task).await.unwrap().unwrap();
    }
    assert_eq!(bench.value("key").await, Some(LAST.to_string()));
}
