//! The contract on the in-process cache, with a clock that only moves when told.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use carnet::cache::{
    keys::Keys,
    memory::{Clock, MemoryCache},
};

use super::Bench;

async fn make() -> Bench {
    let start = Instant::now();
    let passed = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&passed);
    let clock: Clock = Arc::new(move || start + Duration::from_millis(seen.load(Ordering::SeqCst)));
    Bench {
        cache: Arc::new(MemoryCache::with(Keys::default(), 1_000_000, clock)),
        advance: Box::new(move |span| {
            passed.fetch_add(u64::try_from(span.as_millis()).unwrap(), Ordering::SeqCst);
        }),
    }
}

crate::cache_contract!(make);
