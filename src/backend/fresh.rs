//! Keeping the cache fresh: holds around each commit, and what is done when the cache could not be told.
//!
//! Nothing here fails: whatever ails the cache, the write is done, and what could be stale by it is void.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use super::core::Core;
use crate::{
    cache::{HOLD, Hold, LONG_HOLD},
    domain::id::ActId,
    store::{Batch, Committed, SharedStore, Stamps, StoreError, Touched},
};

/// What the cache could not be told.
#[derive(Default)]
pub(super) struct Stale {
    /// The epoch must move on with the next commit.
    owed: AtomicBool,
    /// One settles at a time.
    settling: tokio::sync::Mutex<()>,
    /// The cache's life in which it was told of our sessions.
    mirrored: AtomicU64,
    /// The highest epoch of the store that this process has seen.
    seen: AtomicU64,
    /// A request that began in an epoch before this one began before a change of ours that the cache was not told of.
    floor: AtomicU64,
    /// Holds taken by this process.
    holds: AtomicU64,
}

impl Stale {
    /// The epoch has moved on from one that was at least `before`.
    fn voided(&self, before: u64) {
        self.floor.fetch_max(before.saturating_add(1), Ordering::SeqCst);
    }
}

impl Core {
    /// The epoch of cached values; none for a request that must not read them any more. A sum of numbers that only grow
    /// is equal only while each of them is.
    pub fn epoch(&self, stamps: &Stamps) -> Option<u64> {
        self.stale.seen.fetch_max(stamps.cache_epoch, Ordering::SeqCst);
        if stamps.cache_epoch < self.stale.floor.load(Ordering::SeqCst) {
            return None;
        }
        let shared = stamps.cache_epoch.wrapping_add(stamps.setup);
        // Others' commits are told to a shared cache by those who make them.
        Some(if self.config.cache.shared() { shared } else { shared.wrapping_add(stamps.foreign) })
    }

    /// Commits with the cache held; `hold.by` is given here.
    pub async fn commit_held(
        &self,
        store: &SharedStore,
        mut batch: Batch,
        mut hold: Hold,
    ) -> Result<Committed, StoreError> {
        let (op, touched) = (batch.op.clone(), Touched::by(&batch));
        let bare = hold.tags.is_empty() && hold.keys.is_empty();
        // Two tries of one act, perhaps in two processes, are two writers.
        hold.by = format!("{}.{}", batch.op, self.stale.holds.fetch_add(1, Ordering::Relaxed));
        let held = !bare && self.hold(&hold, HOLD).await;
        let owed = !bare && self.stale.owed.swap(false, Ordering::SeqCst);
        batch.new_epoch |= !bare && (owed || !held);
        let (voids, before) = (batch.new_epoch, self.stale.seen.load(Ordering::SeqCst));
        let outcome = store.commit(batch).await;
        if voids && outcome.is_ok() {
            self.stale.voided(before);
        }
        if owed && outcome.as_ref().map_or(true, |committed| committed.replayed) {
            self.stale.owed.store(true, Ordering::SeqCst);
        }
        let told = async {
            if outcome.is_ok() {
                self.tell_others(op.as_str(), touched).await;
            }
        };
        let let_go = async {
            if held {
                self.let_go(store, &hold, &outcome).await;
            }
        };
        tokio::join!(let_go, told);
        outcome
    }

    async fn hold(&self, hold: &Hold, lasts: Duration) -> bool {
        let held = self.config.cache.hold(hold, lasts).await;
        if let Err(error) = &held {
            tracing::debug!(%error, "cache hold");
        }
        held.is_ok()
    }

    /// After a commit that the cache was held for.
    async fn let_go(&self, store: &SharedStore, hold: &Hold, outcome: &Result<Committed, StoreError>) {
        if matches!(outcome, Err(StoreError::Unavailable(_) | StoreError::Other(_))) {
            // It may have been done, or may still be.
            self.stale.owed.store(true, Ordering::SeqCst);
            self.hold(hold, LONG_HOLD).await;
        } else if let Err(error) = self.config.cache.release(hold).await {
            // If the hold was lost as well, somebody may have filled what was true before the commit.
            tracing::debug!(%error, "cache release");
            if outcome.is_ok() {
                self.void(store).await;
            }
        }
    }

    /// Moves the epoch on: all that was cached is void.
    pub async fn void(&self, store: &SharedStore) -> bool {
        let mut batch = Batch::new(ActId::new(self.fresh_id()), self.now(), "carnet");
        batch.new_epoch = true;
        let before = self.stale.seen.load(Ordering::SeqCst);
        let done = store.commit(batch).await;
        if done.is_ok() {
            self.stale.voided(before);
        }
        if let Err(error) = &done {
            tracing::warn!(%error, "the cache's epoch");
        }
        self.stale.owed.store(done.is_err(), Ordering::SeqCst);
        done.is_ok()
    }

    /// Moves the epoch on where something is owed, or a server that came back may have forgotten what it was told.
    pub async fn settle(&self, store: &SharedStore) {
        if self.settled() {
            return;
        }
        let _one = self.stale.settling.lock().await;
        if self.settled() {
            return;
        }
        let life = self.config.cache.life();
        if life.doubtful || self.stale.owed.load(Ordering::SeqCst) {
            if !self.void(store).await {
                return;
            }
            self.config.cache.trust(life.number).await;
        }
        if self.stale.mirrored.swap(life.number, Ordering::SeqCst) != life.number {
            self.mirror_sessions().await;
        }
    }

    fn settled(&self) -> bool {
        let life = self.config.cache.life();
        !life.doubtful
            && life.number == self.stale.mirrored.load(Ordering::SeqCst)
            && !self.stale.owed.load(Ordering::SeqCst)
    }
}
