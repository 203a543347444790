//! Weighted means of fractions: in machine words where the numbers are a school's, in wide ones where they are not.

use super::Exact;

/// Common denominators up to this are exact. Schools never come near: the scales 20, 40, 30, 15, 10 and 5 with any
/// coefficients stay under a million. Beyond it (a dozen scales such as 99,71) terms are cut to [`FINE`].
const LIMIT: i128 = 1_000_000_000_000_000;
/// The denominator of terms that were cut: halves of a hundredth are multiples of it, so that cutting never carries a
/// term over a rounding bound.
const FINE: i128 = 1_000_000_000_000;

fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a, b);
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}

/// The least common denominator, if it is at most [`LIMIT`].
fn common_denominator(terms: &[(Exact, i128)]) -> Option<i128> {
    let mut common: i128 = 1;
    for (value, _) in terms {
        let part = value.denom().checked_div(gcd(common, *value.denom()))?;
        common = common.checked_mul(part).filter(|common| *common <= LIMIT)?;
    }
    Some(common)
}

/// A fraction in lowest terms.
pub(super) fn reduced(numerator: u64, denominator: u64) -> Exact {
    let (mut divisor, mut rest) = (denominator, numerator);
    while let Some(next) = divisor.checked_rem(rest) {
        (divisor, rest) = (rest, next);
    }
    let part = |whole: u64| i128::from(whole.checked_div(divisor).unwrap_or(whole));
    Exact::new_raw(part(numerator), part(denominator))
}

/// Common denominators up to this are reckoned with in machine words; schools stay below it.
const SMALL: u64 = 1_000_000_000;

/// The weighted mean of the fractions `(numerator, denominator, weight)`, as exact as [`weighted_mean`] and many times as
/// fast. `None`: the numbers are too large for that, or the weights add up to nothing.
pub(super) fn small_mean(terms: impl Iterator<Item = (u64, u64, u64)> + Clone) -> Option<Exact> {
    let mut common = 1_u64;
    for (_, denominator, _) in terms.clone() {
        if common.checked_rem(denominator)? != 0 {
            let part = u64::try_from(*reduced(denominator, common).numer()).ok()?;
            common = common.checked_mul(part).filter(|common| *common <= SMALL)?;
        }
    }
    let (mut sum, mut weights) = (0_u64, 0_u64);
    for (numerator, denominator, weight) in terms {
        let parts = numerator.checked_mul(common.checked_div(denominator)?)?.checked_mul(weight)?;
        sum = sum.checked_add(parts)?;
        weights = weights.checked_add(weight)?;
    }
    let whole = common.checked_mul(weights).filter(|whole| *whole > 0)?;
    Some(reduced(sum, whole))
}

/// `Σ(value × weight) / Σ weight`; `None` when the weights add up to nothing. The order of the terms never matters,
/// also where they had to be cut, because the denominator is chosen before anything is added.
pub(super) fn weighted_mean(terms: &[(Exact, i128)]) -> Option<Exact> {
    // One that does not fit becomes a denominator of nothing, which stops the short way.
    let word = |number: i128| u64::from(u32::try_from(number).unwrap_or(0));
    let fits = |number: i128| u32::try_from(number).is_ok();
    let words = terms.iter().map(|(value, weight)| {
        let all = fits(*value.numer()) && fits(*value.denom()) && fits(*weight);
        (word(*value.numer()), if all { word(*value.denom()) } else { 0 }, word(*weight))
    });
    small_mean(words).or_else(|| large_mean(terms))
}

pub(super) fn large_mean(terms: &[(Exact, i128)]) -> Option<Exact> {
    let denominator = common_denominator(terms).unwrap_or(FINE);
    let (mut sum, mut weights) = (0_i128, 0_i128);
    for (value, weight) in terms {
        let numerator = value.numer().checked_mul(denominator)?.checked_div_euclid(*value.denom())?;
        sum = sum.checked_add(numerator.checked_mul(*weight)?)?;
        weights = weights.checked_add(*weight)?;
    }
    let whole = denominator.checked_mul(weights)?;
    (whole > 0).then(|| Exact::new(sum, whole))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_short_way_is_the_long_one(
            terms in proptest::collection::vec((0_u16..=2_000, 1_u16..=10_000, 0_u16..=100), 0..12)
        ) {
            let words = terms.iter().map(|(value, scale, weight)| ((*value).into(), (*scale).into(), (*weight).into()));
            let wide: Vec<(Exact, i128)> = terms
                .iter()
                .map(|(value, scale, weight)| (Exact::new((*value).into(), (*scale).into()), (*weight).into()))
                .collect();
            let (short, long) = (small_mean(words), large_mean(&wide));
            if short.is_some() {
                prop_assert_eq!(short, long);
            }
            prop_assert_eq!(weighted_mean(&wide), long);
        }
    }

    #[test]
    fn scales_of_schools_take_the_short_way() {
        let marks =
            [(1_234, 2_000, 3), (700, 1_000, 1), (3_999, 4_000, 2), (0, 1_500, 1), (450, 500, 2), (1, 3_000, 1)];
        assert!(small_mean(marks.into_iter()).is_some());
        assert_eq!(small_mean([(u64::MAX, 3, 2)].into_iter()), None);
        assert_eq!(small_mean([(1, 1, 0)].into_iter()), None);
    }

    #[test]
    fn what_does_not_fit_takes_the_long_way() {
        let terms = [(Exact::new(5_000_000_000, 3), 2), (Exact::new(1, 3), 1)];
        assert_eq!(weighted_mean(&terms), large_mean(&terms));
        assert_eq!(weighted_mean(&terms), Some(Exact::new(10_000_000_001, 9)));
    }
}
