//! What is looked after beside all requests, one look at a time: has somebody else written, does the store answer, are
//! averages stale?

use std::{sync::Arc, time::Duration};

use super::{core::Core, handlers, recompute};
use crate::store::{SharedStore, Stamps};

/// How often the store is asked whether somebody else has written.
const LOOK: Duration = Duration::from_millis(500);
/// Looks before anything is mended: a command that is over at once leaves that to those who stay.
const PATIENCE: u32 = 2;
/// Looks between two writings of the audit chains' heads, and between two searches that only something of somebody else's gives reason for.
const SELDOM: u32 = 10;

/// What has been looked at.
#[derive(Default)]
struct Seen {
    looks: u32,
    /// The set-up and the changes of others that averages were last looked at by.
    stamps: Option<Stamps>,
    /// The set-up that this process decides by, for sure.
    setup: Option<u64>,
}

/// Looks until it is stopped. A store that hangs holds up the next look, and nothing else.
pub(super) async fn watch(core: Arc<Core>) {
    let mut seen = Seen::default();
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        core.watch().await;
        if seen.looks.is_multiple_of(SELDOM) {
            core.anchors.write().await;
        }
        if let Ok(store) = core.store().await {
            seen.looks = seen.looks.saturating_add(1);
            if seen.looks >= PATIENCE
                && let Err(fault) = handlers::resume(&core, &store).await
            {
                tracing::warn!(?fault, "a restore that was cut short");
            }
            if seen.looks.is_multiple_of(SELDOM)
                && let Err(fault) = handlers::resume_closings(&core, &store).await
            {
                tracing::warn!(?fault, "a closing that was cut short");
            }
            seen.averages(&core, &store).await;
        }
    }
}

impl Seen {
    async fn averages(&mut self, core: &Arc<Core>, store: &SharedStore) {
        let Ok(now) = store.stamps().await else { return };
        if self.setup.replace(now.setup).is_some_and(|before| before != now.setup) {
            // What is under way and was decided by the set-up before is decided again; what is committed is seen below.
            let _turn = core.lane.lock().await;
            core.committed(&["school"]);
        }
        let seldom = self.looks.is_multiple_of(SELDOM);
        let changed =
            self.stamps.is_none_or(|before| before.setup != now.setup || (seldom && before.foreign != now.foreign));
        if self.looks < PATIENCE || !(core.was_behind() || changed) {
            return;
        }
        match recompute::tend(core, store).await {
            Ok(mended) => {
                if mended > 0 {
                    tracing::info!(mended, "stale averages made anew");
                }
                self.stamps = Some(now);
            }
            Err(fault) => {
                tracing::warn!(?fault, "stale averages");
                core.fall_behind();
            }
        }
    }
}
