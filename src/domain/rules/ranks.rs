//! Ranks on the displayed hundredths (`domain.md`, Ranks).

use serde::{Deserialize, Serialize};

use super::Ranking;
use crate::domain::score::Average;

/// A place in a class, such as `1er ex æquo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Rank {
    /// From 1.
    pub position: u32,
    /// Somebody else has the same average (ex æquo).
    pub tied: bool,
}

/// The rank of each; those without an average have none and do not count for the others.
#[must_use]
pub fn ranks(ranking: Ranking, averages: &[Option<Average>]) -> Vec<Option<Rank>> {
    let mut sorted: Vec<Average> = averages.iter().flatten().copied().collect();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    // Each different average once, the best first, with its rank.
    let mut places: Vec<(Average, Rank)> = Vec::with_capacity(sorted.len());
    let mut better = 0_u32;
    for alike in sorted.chunk_by(|a, b| a == b) {
        let Some(average) = alike.first() else { continue };
        let rank = Rank { position: better.saturating_add(1), tied: alike.len() > 1 };
        places.push((*average, rank));
        let counts = match ranking {
            Ranking::Competition => u32::try_from(alike.len()).unwrap_or(u32::MAX),
            Ranking::Dense => 1,
        };
        better = better.saturating_add(counts);
    }
    let rank = |average: Average| {
        let place = places.binary_search_by(|(other, _)| average.cmp(other)).ok()?;
        places.get(place).map(|(_, rank)| *rank)
    };
    averages.iter().map(|average| rank((*average)?)).collect()
}

/// The rank of `average` among all ranked averages of the class, sorted descending; `None` if it is not one of them.
#[must_use]
pub fn rank_in(ranking: Ranking, sorted_desc: &[Average], average: Average) -> Option<Rank> {
    let better = sorted_desc.partition_point(|other| *other > average);
    let until = sorted_desc.partition_point(|other| *other >= average);
    let alike = until.checked_sub(better).filter(|alike| *alike > 0)?;
    let ahead = match ranking {
        Ranking::Competition => better,
        Ranking::Dense => distinct(sorted_desc.get(..better)?),
    };
    let position = u32::try_from(ahead).ok()?.checked_add(1)?;
    Some(Rank { position, tied: alike > 1 })
}

/// How many different averages a sorted run has.
fn distinct(sorted: &[Average]) -> usize {
    sorted.chunk_by(|a, b| a == b).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn averages(hundredths: &[u16]) -> Vec<Option<Average>> {
        hundredths.iter().map(|h| Average::from_hundredths(*h)).collect()
    }

    fn positions(ranking: Ranking, hundredths: &[u16]) -> Vec<u32> {
        ranks(ranking, &averages(hundredths)).into_iter().map(|rank| rank.map_or(0, |rank| rank.position)).collect()
    }

    #[test]
    fn two_firsts_then_a_third_or_a_second() {
        assert_eq!(positions(Ranking::Competition, &[1_500, 1_200, 1_500, 900]), [1, 3, 1, 4]);
        assert_eq!(positions(Ranking::Dense, &[1_500, 1_200, 1_500, 900]), [1, 2, 1, 3]);
        let tied = ranks(Ranking::Competition, &averages(&[1_500, 1_200, 1_500]));
        assert_eq!(tied.iter().flatten().map(|rank| rank.tied).collect::<Vec<_>>(), [true, false, true]);
    }

    #[test]
    fn close_averages_are_not_tied() {
        assert_eq!(positions(Ranking::Competition, &[1_236, 1_244]), [2, 1]);
        assert!(ranks(Ranking::Competition, &averages(&[1_236, 1_244])).iter().flatten().all(|rank| !rank.tied));
    }

    #[test]
    fn without_an_average_nobody_is_ranked() {
        // 2,001 hundredths are no average.
        assert_eq!(positions(Ranking::Competition, &[2_001, 800, 2_001]), [0, 1, 0]);
        assert_eq!(rank_in(Ranking::Competition, &[], averages(&[800])[0].unwrap()), None);
    }

    proptest! {
        #[test]
        fn a_rank_is_one_more_than_those_ahead(marks in proptest::collection::vec(0u16..=2_100, 0..60)) {
            let list = averages(&marks);
            for (ranking, dense) in [(Ranking::Competition, false), (Ranking::Dense, true)] {
                for (rank, own) in ranks(ranking, &list).into_iter().zip(&list) {
                    let Some(own) = own else { prop_assert_eq!(rank, None); continue };
                    let mut ahead: Vec<_> = list.iter().flatten().filter(|other| *other > own).collect();
                    if dense { ahead.sort(); ahead.dedup(); }
                    let alike = list.iter().flatten().filter(|other| *other == own).count();
                    let expected = Rank { position: u32::try_from(ahead.len()).unwrap() + 1, tied: alike > 1 };
                    prop_assert_eq!(rank, Some(expected));
                }
            }
        }
    }
}
