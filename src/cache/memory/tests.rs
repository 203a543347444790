use super::{states::TAGS, *};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn stays_within_its_size() {
    let cache = MemoryCache::with(Keys::default(), 100_000, Arc::new(Instant::now));
    for number in 0..2_000 {
        let lease = Lease { generation: 1 };
        cache.fill(&format!("key:{number}"), lease, 0, &"x".repeat(1_000), MINUTE).await.unwrap();
    }
    cache.values.run_pending_tasks();
    assert!(cache.values.weighted_size() <= 100_000, "{}", cache.values.weighted_size());
    assert!(cache.values.entry_count() > 10);
}

#[tokio::test]
async fn states_are_bounded_and_a_held_one_stays() {
    let start = Instant::now();
    let cache = MemoryCache::with(Keys::default(), CAPACITY, Arc::new(move || start));
    let hold = Hold { by: "op".into(), tags: vec!["held".into()], keys: Vec::new() };
    cache.hold(&hold, MINUTE).await.unwrap();
    let lease = cache.lease("tag").await.unwrap().unwrap();
    cache.fill("key", lease, 0, "1", MINUTE).await.unwrap();
    for number in 0..=TAGS {
        cache.lease(&format!("tag:{number}")).await.unwrap();
    }
    assert!(cache.guarded().tags.len() <= TAGS);
    assert_eq!(cache.lease("held").await.unwrap(), None);
    // The state that stood when the value was filled is gone: nothing is known of changes since.
    assert!(matches!(cache.read("tag", "key", 0).await.unwrap(), Reading::Miss(Some(_))));
}

#[tokio::test]
async fn keys_of_a_tag_are_bounded() {
    let cache = MemoryCache::new(Keys::default());
    for number in 0..KEYS {
        assert!(matches!(cache.read("tag", &format!("{number}"), 0).await.unwrap(), Reading::Miss(Some(_))));
    }
    assert_eq!(cache.read("tag", "one more", 0).await.unwrap(), Reading::Miss(None));
    assert!(matches!(cache.read("tag", "7", 0).await.unwrap(), Reading::Miss(Some(_))));
}

#[tokio::test]
async fn sessions_that_ended_leave_no_trace() {
    let start = Instant::now();
    let offset = Arc::new(AtomicU64::new(0));
    let moving = Arc::clone(&offset);
    let clock: Clock = Arc::new(move || start + Duration::from_secs(moving.load(Ordering::SeqCst)));
    let cache = MemoryCache::with(Keys::default(), CAPACITY, clock);
    let entry =
        SessionEntry { username: "awa".into(), role: "teacher".into(), last_activity: 0, started: 0, session_epoch: 0 };
    for user in 0..50 {
        cache.put_session(&format!("user{user}"), "one", entry.clone()).await.unwrap();
    }
    offset.store(4_000, Ordering::SeqCst);
    cache.put_session("late", "one", entry).await.unwrap();
    assert_eq!(cache.guarded().sessions.users(), 1);
}
