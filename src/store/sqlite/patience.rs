//! Waiting for another process: how long, and who is told that it lasts.
//!
//! SQLite asks [`busy`] whether to try again. It is a plain function, so what it must know belongs to the thread: each
//! thread that uses connections says so once, by [`of_this_thread`].

use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

use crate::{protocol::StoreWork, store::Tell};

/// A wait that is longer than this is told.
const SILENT: Duration = Duration::from_secs(1);

struct Patience {
    longest: Duration,
    tell: Tell,
    since: Instant,
    told: bool,
}

thread_local! {
    static PATIENCE: RefCell<Patience> = RefCell::new(Patience {
        longest: Duration::from_secs(5),
        tell: Tell::default(),
        since: Instant::now(),
        told: false,
    });
}

/// Says how long a wait of this thread may last, and who hears of it.
pub(super) fn of_this_thread(longest: Duration, tell: &Tell) {
    PATIENCE.with_borrow_mut(|patience| {
        patience.longest = longest;
        patience.tell = tell.clone();
    });
}

/// SQLite's question: the connection is held by somebody else, and has been tried so often; once more?
pub(super) fn busy(tries: i32) -> bool {
    let (pause, tell) = PATIENCE.with_borrow_mut(|patience| {
        if tries == 0 {
            (patience.since, patience.told) = (Instant::now(), false);
        }
        let waited = patience.since.elapsed();
        let tell = (!patience.told && waited >= SILENT).then(|| patience.tell.clone());
        patience.told |= tell.is_some();
        // Short at first, for writers that take turns; then a waiting program leaves the processor alone.
        let pause = Duration::from_millis(u64::try_from(tries).unwrap_or(0).saturating_add(1).min(50));
        ((waited < patience.longest).then(|| pause.min(patience.longest.saturating_sub(waited))), tell)
    });
    if let Some(tell) = tell {
        tell.say(StoreWork::Waiting);
    }
    pause.inspect(|pause| std::thread::sleep(*pause)).is_some()
}
