//! The contract on the in-process cache, with a clock that only moves when told.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use carnet::cache::{
    HOLD, SharedCache,
    keys::Keys,
    memory::{Clock, MemoryCache},
};

use super::{Bench, Fate};

struct InProcess {
    cache: SharedCache,
    passed: Arc<AtomicU64>,
}

#[async_trait]
impl Fate for InProcess {
    async fn advance(&self, span: Duration) {
        self.passed.fetch_add(u64::try_from(span.as_millis()).unwrap(), Ordering::SeqCst);
    }

    async fn lose_states(&self) {
        // More tags than are remembered. Those that are held stay, so that their time must have passed.
        self.advance(HOLD + Duration::from_secs(1)).await;
        for number in 0..=20_000 {
            self.cache.lease(&format!("tag:other:{number}")).await.unwrap();
        }
    }

    async fn write(&self, _key: &str, _text: &str) -> bool {
        false
    }

    async fn look(&self, key: &str) -> Option<String> {
        let found = self.cache.list(key, 1).await.unwrap();
        found.into_iter().next().map(|(key, _)| key)
    }
}

async fn make() -> Bench {
    let start = Instant::now();
    let passed = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&passed);
    let clock: Clock = Arc::new(move || start + Duration::from_millis(seen.load(Ordering::SeqCst)));
    let cache: SharedCache = Arc::new(MemoryCache::with(Keys::default(), 1_000_000, clock));
    Bench { other: cache.clone(), fate: Box::new(InProcess { cache: cache.clone(), passed }), cache }
}

crate::cache_contract!(make);
