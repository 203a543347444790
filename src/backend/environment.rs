//! Time and chance, handed in so that tests and the demo are deterministic.

use std::sync::{
    Mutex,
    atomic::{AtomicI64, Ordering},
};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;

use crate::domain::calendar::Timestamp;

/// What time it is.
pub trait Clock: Send + Sync + 'static {
    /// Now, to the millisecond: what the stores keep.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

/// A clock that stands until it is moved.
#[derive(Debug)]
pub struct ManualClock {
    millis: AtomicI64,
}

impl ManualClock {
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self { millis: AtomicI64::new(start.as_millisecond()) }
    }

    /// Moves it forward.
    pub fn advance(&self, by: std::time::Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.millis.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.millis.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Where identifiers, salts and first passwords come from.
pub trait Ids: Send + Sync + 'static {
    /// Fills with bytes that nobody can guess.
    fn fill(&self, bytes: &mut [u8]);
}

/// The system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn fill(&self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }
}

/// The same bytes for the same seed: for tests and for made-up schools.
#[derive(Debug)]
pub struct SeededIds {
    generator: Mutex<ChaCha12Rng>,
}

impl SeededIds {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { generator: Mutex::new(ChaCha12Rng::seed_from_u64(seed)) }
    }
}

impl Ids for SeededIds {
    fn fill(&self, bytes: &mut [u8]) {
        let mut generator = self.generator.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        generator.fill_bytes(bytes);
    }
}

/// A fresh identifier: six bytes of time and six of chance, so that ids sort by when they were made.
#[must_use]
pub fn fresh_id(clock: &dyn Clock, ids: &dyn Ids) -> String {
    id_of(clock.now(), ids)
}

/// The same for something made at a given moment.
pub(super) fn id_of(at: Timestamp, ids: &dyn Ids) -> String {
    let mut bytes = [0_u8; 12];
    ids.fill(&mut bytes);
    let millis = at.as_millisecond().to_be_bytes();
    for (slot, byte) in bytes.iter_mut().zip(millis.into_iter().skip(2)) {
        *slot = byte;
    }
    crate::domain::id::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_differ() {
        let clock = ManualClock::at(Timestamp::UNIX_EPOCH);
        let ids = SeededIds::new(1);
        let first = fresh_id(&clock, &ids);
        let second = fresh_id(&clock, &ids);
        clock.advance(std::time::Duration::from_secs(1));
        let third = fresh_id(&clock, &ids);
        assert_ne!(first, second);
        assert!(first < third && second < third);
        assert_eq!(fresh_id(&ManualClock::at(Timestamp::UNIX_EPOCH), &SeededIds::new(1)), first);
    }
}
