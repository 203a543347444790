//! The contract under Sentinels and on a Cluster; and what they do on a bad day: a master that is killed, slots that
//! move, a node that is gone.

use std::sync::Arc;

use carnet::{
    cache::{Cache, HOLD, Hold, Reading, keys::Keys, redis::RedisCache},
    protocol::CacheFault,
};
use tokio::sync::Mutex;

use super::{HOUR, TAG, hold, redis};
use crate::{
    redis_server::{Meddler, SECRET, trusted},
    redis_sets::{Cluster, Watched, tell},
    until,
};

/// Reads what is not there, and fills it where that is allowed.
async fn fill(cache: &RedisCache, key: &str, epoch: u64, json: &str) -> bool {
    match cache.read(TAG, key, epoch).await {
        Ok(Reading::Miss(Some(lease))) => cache.fill(key, lease, epoch, json, HOUR).await.is_ok(),
        Ok(Reading::Miss(None) | Reading::Hit(_)) | Err(_) => false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_under_sentinels() {
    let set = Watched::start().await;
    let (uri, alone) = (set.uri(), Arc::new(Mutex::new(())));
    let make = async || redis::bench(&uri, Meddler::of(&uri).await, alone.clone().lock_owned().await).await;
    crate::cache_contract_cases!(cache_contract_in_turn, make);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_on_a_cluster() {
    let cluster = Cluster::start().await;
    let (uri, alone) = (cluster.uri(), Arc::new(Mutex::new(())));
    let make = async || redis::bench(&uri, cluster.meddler().await, alone.clone().lock_owned().await).await;
    crate::cache_contract_cases!(cache_contract_in_turn, make);
    // Keys of all three have been used.
    let holders: std::collections::BTreeSet<usize> =
        (0..100).map(|number| cluster.holder(&format!("tag:class:{number}"))).collect();
    assert_eq!(holders.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_master_is_killed_and_another_one_takes_over() {
    let mut set = Watched::start().await;
    let (cache, other) = (trusted(&set.uri(), Keys::default()).await, trusted(&set.uri(), Keys::default()).await);
    until!(fill(&cache, "key", 0, "1").await);
    let first = set.leader();
    let at = set.servers.iter().position(|server| server.port == first).unwrap();
    set.servers[at].stop();
    until!(cache.read(TAG, "key", 0).await.is_err());
    until!(cache.ping().await.is_ok());
    assert_ne!(set.leader(), first);
    assert!(cache.life().doubtful, "a replica may not have heard of the newest holds");
    until!(matches!(cache.read(TAG, "key", 0).await, Ok(Reading::Miss(None))));
    // Who else trusts it does not know what we have told the one that is gone.
    until!(other.ping().await.is_ok());
    other.trust(other.life().number).await;
    assert!(cache.life().doubtful && !other.life().doubtful);
    until!({
        cache.trust(cache.life().number).await;
        fill(&cache, "key", 1, "2").await
    });
    until!(matches!(other.read(TAG, "key", 1).await, Ok(Reading::Hit(json)) if json == "2"));
    // A Sentinel that hangs is passed over.
    set.freeze_a_sentinel(true);
    let late = RedisCache::new(&set.uri(), Keys::default(), SECRET).unwrap();
    until!(late.ping().await.is_ok());
    set.freeze_a_sentinel(false);
}

/// One that was master and is not any more takes no writes: it is left at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_master_that_became_a_replica_is_left() {
    let set = Watched::start().await;
    let cache = trusted(&set.uri(), Keys::default()).await;
    let first = set.leader();
    until!(set.ask_to_fail_over());
    until!(set.leader() != first);
    until!(cache.ping().await.is_ok() && cache.life().doubtful);
    until!({
        cache.trust(cache.life().number).await;
        fill(&cache, "key", 1, "2").await
    });
    assert_eq!(tell(set.leader(), &["EXISTS", "key"]), "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_whose_slots_move_and_whose_node_is_killed() {
    let mut cluster = Cluster::start().await;
    let (cache, other) =
        (trusted(&cluster.uri(), Keys::default()).await, trusted(&cluster.uri(), Keys::default()).await);
    until!(fill(&cache, "key", 0, "1").await);
    cluster.move_slot(TAG);
    cluster.move_slot("key");
    let held = Hold { keys: vec!["key".to_owned(), "another".to_owned()], ..hold("op") };
    // The first answer may be that the slot has moved.
    until!(cache.hold(&held, HOLD).await.is_ok());
    until!(matches!(other.read(TAG, "key", 0).await, Ok(Reading::Miss(None))));
    until!(cache.release(&held).await.is_ok());
    until!(fill(&cache, "key", 0, "2").await);
    until!(matches!(other.read(TAG, "key", 0).await, Ok(Reading::Hit(json)) if json == "2"));
    // A node is gone: there is no cache until all of it is there again.
    let gone = cluster.holder(TAG);
    cluster.servers[gone].stop();
    until!(cache.read(TAG, "key", 0).await.is_err());
    until!(cache.ping().await.is_err() && cache.trouble().is_some());
    assert_ne!(cache.trouble(), Some(CacheFault::Slow));
    cluster.servers[gone].restart();
    cluster.whole().await;
    until!(cache.ping().await.is_ok() && cache.life().doubtful);
    // It may have forgotten holds.
    until!(matches!(cache.read(TAG, "key", 0).await, Ok(Reading::Miss(None))));
    until!({
        cache.trust(cache.life().number).await;
        fill(&cache, "key", 1, "3").await
    });
}
