//! What every cache must do, whatever it is made of. Each implementation runs the same functions with a fresh cache,
//! a second client of it, and a way to let time pass and to meddle.

use std::time::Duration;

use async_trait::async_trait;
use carnet::cache::{Hold, Lease, Reading, SessionEntry, SharedCache};

mod holds;
mod memory;
mod redis;
mod refusals;
mod sessions;
mod sets;
mod values;

/// What happens to a cache behind its back.
#[async_trait]
pub trait Fate: Send + Sync {
    /// Lets so much time pass for the cache.
    async fn advance(&self, span: Duration);

    /// The states of all tags are evicted.
    async fn lose_states(&self);

    /// Somebody writes `text` at `key` by hand; false where nobody can.
    async fn write(&self, key: &str, text: &str) -> bool;

    /// What somebody who looks finds at `key`.
    async fn look(&self, key: &str) -> Option<String>;
}

/// A fresh cache under test.
pub struct Bench {
    pub cache: SharedCache,
    /// Another client of the same cache.
    pub other: SharedCache,
    pub fate: Box<dyn Fate>,
}

const TAG: &str = "tag:class:tse";

impl Bench {
    /// Reads `key` under the tag in epoch 0 and, where allowed, fills it with `json`. True: it was kept.
    async fn fill(&self, key: &str, json: &str) -> bool {
        match self.cache.read(TAG, key, 0).await.unwrap() {
            Reading::Miss(Some(lease)) => {
                self.keep(key, lease, json).await;
                true
            }
            Reading::Miss(None) => false,
            Reading::Hit(there) => panic!("{key} is there: {there}"),
        }
    }

    async fn keep(&self, key: &str, lease: Lease, json: &str) {
        self.cache.fill(key, lease, 0, json, HOUR).await.unwrap();
    }

    /// The value that a reader of the other client finds at `key`.
    async fn value(&self, key: &str) -> Option<String> {
        match self.other.read(TAG, key, 0).await.unwrap() {
            Reading::Hit(json) => Some(json),
            Reading::Miss(_) => None,
        }
    }

    async fn lease(&self, tag: &str) -> Option<Lease> {
        self.cache.lease(tag).await.unwrap()
    }
}

const HOUR: Duration = Duration::from_secs(3_600);
const SECOND: Duration = Duration::from_secs(1);

fn hold(by: &str) -> Hold {
    Hold { by: by.to_owned(), tags: vec![TAG.to_owned()], keys: Vec::new() }
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

/// Gives each case of the contract to `$use!`.
#[macro_export]
macro_rules! cache_contract_cases {
    ($use:ident, $make:path) => {
        $crate::$use!($make; values:
            keeps_and_forgets, ends_after_its_lifetime, other_epochs_are_misses, lists_by_prefix,
            flush_keeps_sessions_and_holds, counts, any_text_survives, garbage_is_a_miss,
            a_plausible_wrong_value_ends_with_the_next_change, another_school_is_another);
        $crate::$use!($make; holds:
            a_hold_ends_what_was_there, nothing_is_kept_while_held, a_slow_reader_cannot_bring_back_what_was,
            holds_of_several_writers, a_killed_writer_gives_up_in_the_end, a_writer_that_was_too_slow,
            held_again_lasts_anew, lost_states_void_values, a_hold_lost_before_its_release, a_flush_in_the_middle,
            keys_named_by_the_writer_go_at_once, one_tag_leaves_others_alone, generations_never_come_again,
            a_lease_without_a_key, many_tags_at_once, races_never_leave_an_old_value);
        $crate::$use!($make; sessions:
            slides, ends_when_idle, idle_one_ends_beside_a_lively_one, ends_one_or_all, unknown_is_none,
            activity_never_goes_back, put_replaces);
    };
}

/// One test for each case of the contract, on the cache that `$make` (an async function) gives.
#[macro_export]
macro_rules! cache_contract {
    ($make:path) => {
        $crate::cache_contract_cases!(cache_contract, $make);
    };
    ($make:path; $area:ident: $($case:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            let bench = $make().await;
            $crate::cache_contract::$area::$case(&bench).await;
        }
    )+};
}

/// All cases one after the other within one test, for a cache that takes long to set up: `$make` (a local async
/// closure) gives a fresh bench on it.
#[macro_export]
macro_rules! cache_contract_in_turn {
    ($make:path; $area:ident: $($case:ident),+ $(,)?) => {$(
        eprintln!("{}", stringify!($case));
        let bench = $make().await;
        $crate::cache_contract::$area::$case(&bench).await;
        drop(bench);
    )+};
}
