use std::sync::Arc;

use super::*;
use crate::{
    backend::{BackendConfig, OpenStore},
    cache::{keys::Keys, memory::MemoryCache},
};

fn core() -> Core {
    let open_store: OpenStore = Arc::new(|_| Box::pin(async { Err(StoreError::Locked) }));
    let cache = Arc::new(MemoryCache::new(Keys::new(None)));
    Core::new(BackendConfig::new(open_store, cache, Vec::new(), std::env::temp_dir()))
}

/// Whoever writes a mark waits for a small piece only, and for a while nobody meets a large one.
#[tokio::test]
async fn pieces_are_small_while_somebody_else_writes() {
    let core = core();
    let mut pace = Pace { gently: 0 };
    assert_eq!(pace.next(&core), CHUNK as usize);
    let turn = core.lane.lock().await;
    assert_eq!(pace.next(&core), PIECE);
    drop(turn);
    for _ in 1..GENTLY {
        assert_eq!(pace.next(&core), PIECE);
    }
    assert_eq!(pace.next(&core), CHUNK as usize);
}
