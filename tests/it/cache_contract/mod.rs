//! What every cache must do, whatever it is made of. Each implementation runs the same functions with a fresh cache
//! and a way to let time pass.

use std::time::Duration;

use carnet::cache::{Cached, FORMAT, SessionEntry, SharedCache};

mod memory;
mod sessions;
mod values;

/// A fresh cache under test.
pub struct Bench {
    pub cache: SharedCache,
    /// Lets so much time pass for the cache.
    pub advance: Box<dyn Fn(Duration) + Send + Sync>,
}

impl Bench {
    async fn fill(&self, key: &str, version: u64) {
        self.cache.fill(key, cached(version, "{}"), HOUR).await.unwrap();
    }

    /// The version of the value at `key` in epoch 0.
    async fn version(&self, key: &str) -> Option<u64> {
        self.cache.get(key, 0).await.unwrap().map(|value| value.version)
    }

    async fn invalidate(&self, key: &str, version: u64) {
        self.cache.invalidate(&[key.to_owned()], version).await.unwrap();
    }
}

const HOUR: Duration = Duration::from_secs(3_600);

fn cached(version: u64, json: &str) -> Cached {
    Cached { v: FORMAT, version, epoch: 0, json: json.to_owned() }
}

fn session(username: &str, at: i64) -> SessionEntry {
    SessionEntry {
        username: username.to_owned(),
        role: "teacher".to_owned(),
        last_activity: at,
        started: at,
        session_epoch: 3,
    }
}

/// One test for each case of the contract, on the cache that `$make` (an async function) gives.
#[macro_export]
macro_rules! cache_contract {
    ($make:path) => {
        $crate::cache_contract!($make; values:
            keeps_and_forgets, ends_after_its_lifetime, refuses_other_formats, refuses_other_epochs,
            never_replaces_newer, newer_epoch_wins, tombstone_keeps_older_out, tombstones_end, tombstone_never_weakens,
            lists_by_prefix, flush_keeps_sessions_and_tombstones, counts, any_text_survives,
            races_never_leave_an_old_value);
        $crate::cache_contract!($make; sessions:
            slides, ends_when_idle, idle_one_ends_beside_a_lively_one, ends_one_or_all, unknown_is_none,
            activity_never_goes_back, put_replaces);
    };
    ($make:path; $area:ident: $($case:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            let bench = $make().await;
            $crate::cache_contract::$area::$case(&bench).await;
        }
    )+};
}
