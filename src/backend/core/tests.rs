use std::sync::{Arc, atomic::AtomicUsize};

use tokio::sync::Semaphore;

use super::*;
use crate::{
    backend::OpenStore,
    cache::{keys::Keys, memory::MemoryCache},
};

/// Waiting for a lock takes seconds: who has waited through somebody else's failure has waited enough.
#[tokio::test]
async fn who_waited_for_an_opening_that_failed_does_not_begin_another() {
    let (tried, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
    let (count, barred) = (tried.clone(), gate.clone());
    let open_store: OpenStore = Arc::new(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        let barred = barred.clone();
        Box::pin(async move {
            barred.acquire_owned().await.unwrap().forget();
            Err(StoreError::Locked)
        })
    });
    let cache = Arc::new(MemoryCache::new(Keys::new(None)));
    let core = Core::new(BackendConfig::new(open_store, cache, Vec::new(), std::env::temp_dir()));
    let opened = async { gate.add_permits(1) };
    let (first, second, third, ()) = tokio::join!(core.store(), core.store(), core.store(), opened);
    let locked = Failure::Offline { what: Part::Store, detail: Trouble::Locked };
    for answer in [first, second, third] {
        assert_eq!(answer.err(), Some(locked.clone()));
    }
    assert_eq!(tried.load(Ordering::SeqCst), 1);
    gate.add_permits(1);
    assert_eq!(core.store().await.err(), Some(locked), "who comes later tries anew");
    assert_eq!(tried.load(Ordering::SeqCst), 2);
}
