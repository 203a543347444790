//! A Redis that answers and is of no use: full, a replica, without rights, behind a stranger's certificate, far away.

use std::time::Duration;

use carnet::{
    cache::{Cache, HOLD, Reading, keys::Keys, redis::RedisCache},
    protocol::CacheFault,
};

use super::{HOUR, TAG, hold};
use crate::{
    proxy::Proxy,
    redis_server::{RedisServer, SECRET, trusted},
    until,
};

fn client(uri: &str) -> RedisCache {
    RedisCache::new(uri, Keys::default(), SECRET).unwrap()
}

/// What is the matter, once it is known for sure.
async fn fault(uri: &str) -> CacheFault {
    let cache = client(uri);
    let wanted = async {
        loop {
            let _ = cache.ping().await;
            match cache.trouble() {
                // This machine may be busy.
                None | Some(CacheFault::Silent | CacheFault::Slow) => tokio::task::yield_now().await,
                Some(fault) => return fault,
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), wanted).await.expect("it says what is the matter")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_one_is_none_until_there_is_room() {
    let server = RedisServer::start();
    let (cache, meddler) = (server.cache(Keys::default()).await, server.meddler().await);
    let _: String = meddler.call("CONFIG", &["SET", "maxmemory-policy", "noeviction"]).await;
    let _: String = meddler.call("CONFIG", &["SET", "maxmemory", "1"]).await;
    assert!(cache.hold(&hold("op"), HOLD).await.is_err(), "the writer must know");
    assert_eq!(cache.trouble(), Some(CacheFault::Full));
    until!(cache.ping().await.is_err() && cache.trouble() == Some(CacheFault::Full));
    assert!(cache.read(TAG, "key", 0).await.is_err());
    assert_eq!(fault(&server.uri()).await, CacheFault::Full, "also for who comes now");
    let _: String = meddler.call("CONFIG", &["SET", "maxmemory", "0"]).await;
    until!(cache.ping().await.is_ok());
    assert_eq!(cache.trouble(), None);
    assert!(!cache.life().doubtful, "it has forgotten nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_takes_no_writes() {
    let server = RedisServer::start();
    let cache = server.cache(Keys::default()).await;
    let meddler = server.meddler().await;
    let _: String = meddler.call("REPLICAOF", &["127.0.0.1", "1"]).await;
    until!(cache.ping().await.is_err() && cache.trouble() == Some(CacheFault::ReadOnly));
    assert_eq!(fault(&server.uri()).await, CacheFault::ReadOnly);
    let _: String = meddler.call("REPLICAOF", &["NO", "ONE"]).await;
    until!(cache.ping().await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_few_replicas_or_a_full_disk() {
    let server = RedisServer::start();
    let meddler = server.meddler().await;
    let _: String = meddler.call("CONFIG", &["SET", "min-replicas-to-write", "1"]).await;
    assert_eq!(fault(&server.uri()).await, CacheFault::NoReplicas);
}

/// The rules of `docs/operations.md` are enough, and less is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_and_their_rights() {
    let papers = include_str!("../../../docs/operations.md");
    let rule = papers.lines().find_map(|line| line.trim().strip_prefix("ACL SETUSER carnet ")).expect("the rule");
    let rule = rule.replace("PASSWORD", "s3cret");
    let server = RedisServer::start();
    let meddler = server.meddler().await;
    let words: Vec<&str> = ["SETUSER", "carnet"].into_iter().chain(rule.split(' ')).collect();
    let _: String = meddler.call("ACL", &words).await;
    let _: String = meddler.call("ACL", &["SETUSER", "reader", "on", ">s3cret", "~*", "+@read", "+info"]).await;
    let _: String = meddler.call("ACL", &["SETUSER", "root", "on", ">s3cret", "~*", "+@all"]).await;
    let _: String = meddler.call("ACL", &["SETUSER", "default", "resetpass", "off"]).await;
    let uri = |account: &str| format!("redis://{account}127.0.0.1:{}", server.port);
    let cache = trusted(&uri("carnet:s3cret@"), Keys::default()).await;
    let Ok(Reading::Miss(Some(lease))) = cache.read(TAG, "key", 0).await else { panic!("a lease") };
    cache.fill("key", lease, 0, "1", HOUR).await.unwrap();
    cache.put_session("u", "s", super::session("awa", 5)).await.unwrap();
    assert_eq!(cache.sessions("u").await.unwrap().len(), 1);
    cache.touch_session("u", "s", 6).await.unwrap().unwrap();
    assert_eq!(cache.list("", 10).await.unwrap().len(), 2);
    cache.hold(&hold("op"), HOLD).await.unwrap();
    cache.release(&hold("op")).await.unwrap();
    cache.end_session("u", None).await.unwrap();
    cache.flush().await.unwrap();
    // A little less: the script may run, and not ask for the time.
    let less = [&words[..], &["-time"]].concat();
    let meddler = crate::redis_server::Meddler::of(&uri("root:s3cret@")).await;
    let _: String = meddler.call("ACL", &less).await;
    assert!(matches!(fault(&uri("carnet:s3cret@")).await, CacheFault::NotAllowed { .. }));
    assert_eq!(fault(&uri("")).await, CacheFault::NoPassword);
    assert_eq!(fault(&uri("carnet:wrong@")).await, CacheFault::Password);
    assert_eq!(fault(&uri("nobody:s3cret@")).await, CacheFault::Password);
    let refused = fault(&uri("reader:s3cret@")).await;
    assert!(matches!(&refused, CacheFault::NotAllowed { said } if said.starts_with("NOPERM")), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_must_be_sealed() {
    let tls = |name: &str| format!("{}/tests/data/tls/{name}", env!("CARGO_MANIFEST_DIR"));
    let (authority, certificate) = (tls("ca.pem"), tls("server.pem"));
    let arguments = ["--tls-port", "PORT", "--tls-auth-clients", "no", "--tls-cert-file", &certificate];
    let arguments = [&arguments[..], &["--tls-key-file", &certificate, "--tls-ca-cert-file", &authority]].concat();
    let server = RedisServer::with(&arguments);
    let port: String = server.meddler().await.call::<Vec<String>>("CONFIG", &["GET", "tls-port"]).await[1].clone();
    let cache = trusted(&format!("rediss://localhost:{port}?tlsCAFile={authority}"), Keys::default()).await;
    let Ok(Reading::Miss(Some(lease))) = cache.read(TAG, "key", 0).await else { panic!("a lease") };
    cache.fill("key", lease, 0, "1", HOUR).await.unwrap();
    let stranger = fault(&format!("rediss://localhost:{port}")).await;
    assert!(matches!(&stranger, CacheFault::Tls { why } if why.contains("UnknownIssuer")), "{stranger:?}");
    let other = tempfile::tempdir().unwrap();
    let made = std::process::Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=other", "-keyout"])
        .arg(other.path().join("key.pem"))
        .arg("-out")
        .arg(other.path().join("ca.pem"))
        .output()
        .expect("openssl");
    assert!(made.status.success());
    let wrong = format!("rediss://localhost:{port}?tlsCAFile={}", other.path().join("ca.pem").display());
    assert!(matches!(fault(&wrong).await, CacheFault::Tls { .. }));
    assert_eq!(fault(&format!("redis://localhost:{port}")).await, CacheFault::Cut, "it wants TLS");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_that_lead_nowhere() {
    assert_eq!(fault("redis://nobody.invalid:6379").await, CacheFault::UnknownHost);
    let closed = crate::services::free_port();
    assert_eq!(fault(&format!("redis://127.0.0.1:{closed}")).await, CacheFault::Closed);
    let sentinel = format!("redis-sentinel://127.0.0.1:{closed}?sentinelServiceName=school");
    assert_eq!(fault(&sentinel).await, CacheFault::NoSentinel);
    let server = RedisServer::start();
    assert_eq!(fault(&format!("redis-cluster://127.0.0.1:{}", server.port)).await, CacheFault::NoCluster);
}

/// However it is late, a few questions later nobody waits for it any more: each costs at most one timeout of 200 ms,
/// and a row of late answers is cut off after 250.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_one_is_soon_laid_aside() {
    for delay in [100, 180, 2_000] {
        let server = RedisServer::start();
        let proxy = Proxy::to(server.port, 1).await;
        let cache = trusted(&proxy.uri(), Keys::default()).await;
        proxy.delay(delay);
        for _ in 0..4 {
            let _ = cache.read(TAG, "key", 0).await;
        }
        let more = futures::FutureExt::now_or_never(cache.read(TAG, "key", 0)).expect("at once");
        assert!(more.is_err(), "{delay}");
        until!(cache.ping().await.is_err());
        assert!(matches!(cache.trouble(), Some(CacheFault::Slow | CacheFault::Silent)), "{:?}", cache.trouble());
        proxy.delay(0);
        until!(cache.ping().await.is_ok());
    }
}
