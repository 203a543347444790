//! How quick the answers are. One late answer is no reason to do without a cache, a row of them is: a screen asks
//! several questions one after the other, and must not wait for all of them.

use std::{sync::Mutex, time::Duration};

use tokio::time::Instant;

use super::link::lock;

/// An answer that takes longer is late.
const LATE: Duration = Duration::from_millis(25);
/// A row of late answers may last so long. With one more answer that is at most `COMMAND` long, nobody waits longer
/// than half a second.
const ROW: Duration = Duration::from_millis(250);
/// A question that is asked later than this after the last late answer begins another row.
const GAP: Duration = Duration::from_millis(50);

/// The row of late answers that is under way: since when, until when.
#[derive(Default)]
pub(super) struct Pace(Mutex<Option<(Instant, Instant)>>);

impl Pace {
    /// Notes an answer. True: those who ask have waited long enough.
    pub fn too_slow(&self, asked: Instant, answered: Instant) -> bool {
        let mut row = lock(&self.0);
        if answered.saturating_duration_since(asked) < LATE {
            *row = None;
            return false;
        }
        let goes_on = |(_, last): &(Instant, Instant)| asked.saturating_duration_since(*last) <= GAP;
        let since = row.filter(goes_on).map_or(asked, |(since, _)| since);
        *row = Some((since, answered));
        answered.saturating_duration_since(since) >= ROW
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Answers of these lengths, one after the other with a millisecond between; at which one it is enough.
    fn enough(lengths: &[u32]) -> Option<usize> {
        let (pace, mut now) = (Pace::default(), Instant::now());
        lengths.iter().position(|length| {
            let asked = now;
            now += MS * *length;
            let slow = pace.too_slow(asked, now);
            now += MS;
            slow
        })
    }

    #[test]
    fn a_row_of_late_answers_is_enough() {
        assert_eq!(enough(&[100; 9]), Some(2));
        assert_eq!(enough(&[199, 199]), Some(1));
        assert_eq!(enough(&[30; 20]), Some(8));
        assert_eq!(enough(&[24; 100]), None);
        assert_eq!(enough(&[100, 100, 1, 100, 100]), None, "a quick one in between");
    }

    #[test]
    fn late_ones_that_are_far_apart_are_not_and_neither_are_many_at_once() {
        let (pace, start) = (Pace::default(), Instant::now());
        for number in 0..100_u32 {
            let asked = start + MS * 1_000 * number;
            assert!(!pace.too_slow(asked, asked + MS * 100));
        }
        for _ in 0..100 {
            assert!(!pace.too_slow(start, start + MS * 100));
        }
    }
}
