//! Statistics of averages, and the choices around them.

mod column;

pub use column::{ColumnSummary, PARTS, column_summary, pass_on};

use super::{
    calendar::Term,
    rules::{Rank, Ranking, rank_in},
    score::Average,
};

/// How many bins a [`Summary::distribution`] has: one a point.
pub const BINS: usize = 20;

/// Statistics of averages on 0–20; `None` where there is nothing to say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// With an average.
    pub count: u64,
    /// Without one.
    pub without: u64,
    /// Sum in hundredths.
    pub sum: u64,
    pub mean: Option<f64>,
    pub min: Option<Average>,
    pub max: Option<Average>,
    pub median: Option<f64>,
    /// Population standard deviation.
    pub deviation: Option<f64>,
    /// Share at or above the pass mark, 0 to 1.
    pub pass_rate: Option<f64>,
    /// Below the pass mark.
    pub below: u64,
    /// Counts in [0,1), [1,2), … [19,20].
    pub distribution: Vec<u64>,
    /// Descending.
    pub sorted: Vec<Average>,
}

/// As a floating number, for the last division only: sums of hundredths stay far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "a school's sums are far below 2^53")]
fn float(number: u64) -> f64 {
    number as f64
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| float(part) / float(whole))
}

/// Summarises averages against a pass mark. The order they come in never matters.
#[must_use]
pub fn summary(averages: &[Option<Average>], pass: Average) -> Summary {
    let mut sorted: Vec<Average> = averages.iter().flatten().copied().collect();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let count = length(sorted.len());
    let sum = sorted.iter().fold(0_u64, |sum, average| sum.saturating_add(average.hundredths().into()));
    let below = length(sorted.iter().filter(|average| **average < pass).count());
    Summary {
        count,
        without: length(averages.len()).saturating_sub(count),
        sum,
        mean: ratio(sum, count).map(|mean| mean / 100.0),
        min: sorted.last().copied(),
        max: sorted.first().copied(),
        median: median(&sorted),
        deviation: deviation(&sorted, sum, count),
        pass_rate: ratio(count.saturating_sub(below), count),
        below,
        distribution: distribution(&sorted),
        sorted,
    }
}

fn length(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// The middle one, or the mean of the two middle ones.
fn median(sorted: &[Average]) -> Option<f64> {
    let upper = sorted.get(sorted.len() / 2)?;
    let lower = sorted.get(sorted.len().saturating_sub(1) / 2)?;
    Some(f64::midpoint(upper.to_f64(), lower.to_f64()))
}

/// From integer sums: `√(n·Σx² − (Σx)²) / n`, so that equal averages deviate by exactly nothing.
fn deviation(sorted: &[Average], sum: u64, count: u64) -> Option<f64> {
    deviation_of(sorted.iter().map(|average| u64::from(average.hundredths())), sum, count)
}

fn deviation_of(hundredths: impl Iterator<Item = u64>, sum: u64, count: u64) -> Option<f64> {
    let squares = hundredths.fold(0_u128, |squares, hundredths| {
        squares.saturating_add(u128::from(hundredths).saturating_mul(hundredths.into()))
    });
    let spread = squares.saturating_mul(count.into()).saturating_sub(u128::from(sum).saturating_mul(sum.into()));
    #[expect(clippy::cast_precision_loss, reason = "a deviation is shown with two decimals")]
    let root = (spread as f64).sqrt();
    (count > 0).then(|| root / float(count) / 100.0)
}

fn distribution(averages: &[Average]) -> Vec<u64> {
    let mut bins = vec![0_u64; BINS];
    for average in averages {
        let bin = usize::from(average.hundredths() / 100).min(BINS - 1);
        if let Some(bin) = bins.get_mut(bin) {
            *bin = bin.saturating_add(1);
        }
    }
    bins
}

/// The best: index into `averages` and rank, best first; equals stay in the order they came in. At most `limit` of
/// them, or with `with_ties` also those who tie with the last.
#[must_use]
pub fn top(ranking: Ranking, averages: &[Option<Average>], limit: usize, with_ties: bool) -> Vec<(usize, Rank)> {
    let mut order: Vec<(usize, Average)> =
        averages.iter().enumerate().filter_map(|(index, average)| Some((index, (*average)?))).collect();
    order.sort_by(|(_, a), (_, b)| b.cmp(a));
    let sorted: Vec<Average> = order.iter().map(|(_, average)| *average).collect();
    let last = limit.checked_sub(1).and_then(|last| sorted.get(last).or(sorted.last())).copied();
    order
        .into_iter()
        .enumerate()
        .take_while(|(place, (_, average))| *place < limit || (with_ties && Some(*average) == last))
        .filter_map(|(_, (index, average))| Some((index, rank_in(ranking, &sorted, average)?)))
        .collect()
}

/// The term that is meant when none is named: the last that has data.
#[must_use]
pub fn last_with_data(terms: &[Term], has_data: impl Fn(Term) -> bool) -> Option<Term> {
    terms.iter().copied().filter(|term| has_data(*term)).max()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn averages(hundredths: &[u16]) -> Vec<Option<Average>> {
        hundredths.iter().map(|h| Average::from_hundredths(*h)).collect()
    }

    fn ten() -> Average {
        Average::from_hundredths(1_000).unwrap()
    }

    #[test]
    fn a_small_class() {
        let summary = summary(&averages(&[1_000, 1_400, 2_000, 600, 9_999]), ten());
        assert_eq!((summary.count, summary.without, summary.below), (4, 1, 1));
        assert_eq!(summary.mean, Some(12.5));
        assert_eq!(summary.median, Some(12.0));
        assert_eq!(summary.pass_rate, Some(0.75));
        assert_eq!(summary.min.map(Average::hundredths), Some(600));
        assert_eq!(summary.max.map(Average::hundredths), Some(2_000));
        assert!((summary.deviation.unwrap() - 5.172_040_216).abs() < 1e-6);
        assert_eq!(summary.distribution.len(), BINS);
        assert_eq!((summary.distribution[6], summary.distribution[10], summary.distribution[19]), (1, 1, 1));
    }

    #[test]
    fn nothing_is_said_of_nobody() {
        let summary = summary(&averages(&[9_999]), ten());
        assert_eq!((summary.count, summary.without), (0, 1));
        assert_eq!((summary.mean, summary.median, summary.deviation, summary.pass_rate), (None, None, None, None));
        assert_eq!(summary.distribution.iter().sum::<u64>(), 0);
    }

    #[test]
    fn the_best_with_and_without_ties() {
        let list = averages(&[1_200, 1_500, 9_999, 1_200, 1_200, 900]);
        let rows = |limit, with_ties| {
            top(Ranking::Competition, &list, limit, with_ties)
                .into_iter()
                .map(|(index, rank)| (index, rank.position, rank.tied))
                .collect::<Vec<_>>()
        };
        assert_eq!(rows(2, false), [(1, 1, false), (0, 2, true)]);
        assert_eq!(rows(2, true), [(1, 1, false), (0, 2, true), (3, 2, true), (4, 2, true)]);
        assert_eq!(rows(0, true), []);
        assert_eq!(rows(50, true).len(), 5);
    }

    #[test]
    fn the_last_term_with_data_is_meant() {
        let terms: Vec<Term> = (1..=3).filter_map(Term::new).collect();
        assert_eq!(last_with_data(&terms, |term| term.number() < 3), Term::new(2));
        assert_eq!(last_with_data(&terms, |_| false), None);
    }

    proptest! {
        #[test]
        fn figures_stay_within_the_averages(marks in proptest::collection::vec(0u16..=2_000, 1..80)) {
            let summary = summary(&averages(&marks), ten());
            let (min, max) = (summary.min.unwrap().to_f64(), summary.max.unwrap().to_f64());
            for figure in [summary.mean.unwrap(), summary.median.unwrap()] {
                prop_assert!((min - 1e-9..=max + 1e-9).contains(&figure));
            }
            prop_assert!(summary.deviation.unwrap() <= (max - min) / 2.0 + 1e-9);
            prop_assert_eq!(summary.distribution.iter().sum::<u64>(), summary.count);
        }
    }
}
