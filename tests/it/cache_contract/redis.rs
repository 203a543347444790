//! The contract on a Redis, each case on a database of its own; and what only a server can do: vanish, freeze, forget.

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use carnet::{
    cache::{Cache, HOLD, Hold, Reading, keys::Keys, redis::RedisCache},
    protocol::CacheFault,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{Bench, Fate, TAG, hold};
use crate::{
    redis_server::{Meddler, RedisServer, SECRET, trusted},
    services,
};

/// The databases of the shared server.
static DATABASES: LazyLock<Vec<Arc<Mutex<()>>>> = LazyLock::new(|| (0..16).map(|_| Arc::default()).collect());

/// What a meddler does to a Redis, while somebody has it alone.
pub struct Server {
    pub meddler: Meddler,
    _alone: OwnedMutexGuard<()>,
}

#[async_trait]
impl Fate for Server {
    async fn advance(&self, span: Duration) {
        self.meddler.advance(span).await;
    }

    async fn lose_states(&self) {
        self.meddler.lose_states().await;
    }

    async fn write(&self, key: &str, text: &str) -> bool {
        let _: String = self.meddler.call("SET", &[key, text]).await;
        true
    }

    async fn look(&self, key: &str) -> Option<String> {
        self.meddler.call("GET", &[key]).await
    }
}

/// A bench on an emptied database.
pub async fn bench(uri: &str, meddler: Meddler, alone: OwnedMutexGuard<()>) -> Bench {
    meddler.flush().await;
    let (cache, other) = (trusted(uri, Keys::default()).await, trusted(uri, Keys::default()).await);
    Bench { cache: Arc::new(cache), other: Arc::new(other), fate: Box::new(Server { meddler, _alone: alone }) }
}

async fn make() -> Bench {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::SeqCst) % DATABASES.len();
    let alone = DATABASES[number].clone().lock_owned().await;
    let uri = format!("{}/{number}", services::redis());
    bench(&uri, Meddler::of(&uri).await, alone).await
}

crate::cache_contract!(make);

/// Until it holds; fails after a minute.
#[macro_export]
macro_rules! until {
    ($what:expr) => {
        tokio::time::timeout(std::time::Duration::from_secs(60), async {
            while !$what {
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
        })
        .await
        .expect(stringify!($what))
    };
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_server_costs_one_timeout_and_comes_back_by_itself() {
    let server = RedisServer::start();
    let cache = server.cache(Keys::default()).await;
    let first = cache.life().number;
    server.freeze();
    assert!(cache.read(TAG, "key", 0).await.is_err());
    // From here on nobody waits: every answer is there at the first poll.
    for _ in 0..50 {
        let read = cache.read(TAG, "key", 0);
        assert!(futures::FutureExt::now_or_never(read).expect("at once").is_err());
        let held = hold("op");
        assert!(futures::FutureExt::now_or_never(cache.hold(&held, HOLD)).expect("at once").is_err());
    }
    server.thaw();
    until!(cache.ping().await.is_ok());
    let life = cache.life();
    assert!(life.number > first && !life.doubtful, "it ran on, and has forgotten nothing: {life:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_started_anew_is_not_read_until_it_is_trusted() {
    let mut server = RedisServer::start();
    let cache = server.cache(Keys::default()).await;
    let idle = server.cache(Keys::default()).await;
    server.restart();
    until!(cache.ping().await.is_ok() && cache.life().doubtful);
    // As its append-only file may: an old value, and the state that it was of.
    let meddler = server.meddler().await;
    let _: i64 = meddler.call("HSET", &[TAG, "g", "1763000000000000"]).await;
    let old = r#"{"v":1,"version":1763000000000000,"epoch":0,"value":7}"#;
    let _: String = meddler.call("SET", &["key", old]).await;
    assert_eq!(cache.read(TAG, "key", 0).await.unwrap(), Reading::Miss(None));
    assert_eq!(cache.lease(TAG).await.unwrap(), None);
    cache.hold(&hold("op"), HOLD).await.unwrap();
    cache.release(&hold("op")).await.unwrap();
    cache.trust(cache.life().number).await;
    assert!(matches!(cache.read(TAG, "key", 1).await.unwrap(), Reading::Miss(Some(_))));
    // Who comes now need not move the epoch once more.
    let late = server.cache(Keys::default()).await;
    assert!(!late.life().doubtful);
    until!(idle.ping().await.is_ok());
    // It may have looked before the note was made.
    assert!(matches!(late.read(TAG, "key", 1).await.unwrap(), Reading::Miss(Some(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_server_at_all_is_no_cache_and_no_wait() {
    let mut server = RedisServer::start();
    server.stop();
    let cache = RedisCache::new(&server.uri(), Keys::default(), SECRET).unwrap();
    assert!(cache.read(TAG, "key", 0).await.is_err());
    assert!(cache.ping().await.is_err());
    assert_eq!(cache.trouble(), Some(CacheFault::Closed));
    assert!(cache.put_session("u", "s", super::session("awa", 0)).await.is_err());
    server.restart();
    until!(cache.ping().await.is_ok());
    assert_eq!(cache.trouble(), None);
}

/// Its hold is lost before its commit, somebody reads what was and keeps it, and nobody is left to miss the hold.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_killed_after_its_commit_whose_hold_was_lost() {
    let server = RedisServer::start();
    let (cache, meddler) = (server.cache(Keys::default()).await, server.meddler().await);
    cache.hold(&hold("killed"), HOLD).await.unwrap();
    meddler.lose_states().await;
    let Ok(Reading::Miss(Some(lease))) = cache.read(TAG, "key", 0).await else { panic!("a lease") };
    cache.fill("key", lease, 0, "1", Duration::from_secs(3_600)).await.unwrap();
    // Here it commits, and is killed. What was kept lasts no longer than its hold would have.
    meddler.age().await;
    let Ok(Reading::Miss(Some(late))) = cache.read(TAG, "key", 0).await else { panic!("void") };
    cache.fill("key", lease, 0, "1", Duration::from_secs(3_600)).await.unwrap();
    assert_eq!(cache.read(TAG, "key", 0).await.unwrap(), Reading::Miss(Some(late)), "also for who was slow");
    cache.fill("key", late, 0, "2", Duration::from_secs(3_600)).await.unwrap();
    meddler.age().await;
    assert_eq!(cache.read(TAG, "key", 0).await.unwrap(), Reading::Hit("2".to_owned()), "once is enough");
    // And a change still finds what hangs on the tag.
    cache.hold(&hold("next"), HOLD).await.unwrap();
    assert_eq!(meddler.call::<i64>("EXISTS", &["key"]).await, 0);
}

/// Somebody else may have trusted the server that we come to: what we have told another one it does not know.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_server_than_the_one_we_told_is_doubtful_whoever_trusts_it() {
    let mut server = RedisServer::start();
    let cache = server.cache(Keys::default()).await;
    server.restart();
    server.cache(Keys::default()).await;
    until!(cache.ping().await.is_ok());
    assert!(cache.life().doubtful);
    let held = Hold { keys: vec!["key".to_owned()], ..hold("op") };
    cache.hold(&held, HOLD).await.unwrap();
    cache.trust(cache.life().number).await;
    assert!(!cache.life().doubtful);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flushed_scripts_are_learnt_again() {
    let server = RedisServer::start();
    let cache = server.cache(Keys::default()).await;
    let _: String = server.meddler().await.call("SCRIPT", &["FLUSH"]).await;
    until!(matches!(cache.read(TAG, "key", 0).await, Ok(Reading::Miss(Some(_)))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_redis_cli_sees() {
    let server = RedisServer::start();
    let (cache, meddler) = (server.cache(Keys::new(Some("kati"))).await, server.meddler().await);
    let tag = Keys::new(Some("kati")).tag("students");
    let Ok(Reading::Miss(Some(lease))) = cache.read(&tag, "kati:rankings:top10", 0).await else { panic!("a lease") };
    cache.fill("kati:rankings:top10", lease, 0, "[]", Duration::from_secs(1_800)).await.unwrap();
    cache.put_session("u1", "u1.secret", super::session("awa", 5)).await.unwrap();
    let left: i64 = meddler.call("TTL", &["kati:rankings:top10"]).await;
    assert!((1_790..=1_800).contains(&left));
    let session: std::collections::BTreeMap<String, String> = meddler.call("HGETALL", &["kati:session:u1"]).await;
    assert_eq!(session.keys().collect::<Vec<_>>(), ["last_activity", "role", "u1.secret", "username"]);
    let left: i64 = meddler.call("TTL", &["kati:session:u1"]).await;
    assert!((3_590..=3_600).contains(&left));
    let kind: String = meddler.call("TYPE", &["kati:tag:students"]).await;
    assert_eq!(kind, "hash");
    let all: Vec<String> = meddler.call("KEYS", &["*"]).await;
    for key in all {
        assert!(key.starts_with("kati:"), "{key}");
        let left: i64 = meddler.call("TTL", &[&key]).await;
        assert!(left > 0, "{key} never ends");
    }
    cache.end_session("u1", Some("u1.secret")).await.unwrap();
    assert_eq!(meddler.call::<i64>("EXISTS", &["kati:session:u1"]).await, 0);
}

#[test]
fn addresses() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _within = runtime.enter();
    let cluster = "redis-cluster://localhost:1?node=localhost:2";
    let sentinel = "redis-sentinel://u:p@localhost:1?sentinelServiceName=main";
    for good in ["redis://localhost", "redis://:p%40ss@localhost:6380/2", "rediss://localhost", cluster, sentinel] {
        assert!(RedisCache::new(good, Keys::default(), SECRET).is_ok(), "{good}");
    }
    for wrong in ["", "localhost:6379", "http://:secret@localhost", "redis://", "redis-sentinel://localhost"] {
        let said = RedisCache::new(wrong, Keys::default(), SECRET).expect_err(wrong);
        assert!(!said.contains("secret"), "{said}");
    }
}
