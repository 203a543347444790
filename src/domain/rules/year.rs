//! Why the average of a year is what it is: the terms with their weights, and the terms that are missing.

use super::{
    AverageOf, Exact, RoundingRule, RuleSet,
    averages::{annual_average, carried, term_weight},
    explain::{Rounding, rounding},
};
use crate::domain::calendar::Term;

/// A term of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermPart {
    pub term: Term,
    pub weight: u8,
    /// As it is carried, by rule; `None`: the term has no average, which is said and never zero.
    pub average: Option<Exact>,
    /// Average times weight; `None`: it takes no part.
    pub points: Option<Exact>,
}

/// The average of a year, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearExplained {
    pub rules: (String, u32),
    /// Every term of the year, in order.
    pub parts: Vec<TermPart>,
    /// Sum of all points, and of the weights they came with.
    pub points: Exact,
    pub weights: u32,
    pub rounding: RoundingRule,
    /// With what rounding did; `None`: no average.
    pub average: Option<(AverageOf, Rounding)>,
}

impl YearExplained {
    /// Terms that should count and have no average.
    pub fn missing(&self) -> impl Iterator<Item = Term> {
        self.parts.iter().filter(|part| part.average.is_none() && part.weight > 0).map(|part| part.term)
    }
}

/// Explains [`annual_average`] of the same terms: the result is the same by construction. `terms`: those the year has,
/// with the average of those that have one.
#[must_use]
pub fn explain_year(rules: &RuleSet, terms: &[(Term, Option<AverageOf>)]) -> YearExplained {
    let part = |(term, average): &(Term, Option<AverageOf>)| {
        let weight = term_weight(rules, *term);
        let average = average.map(|average| carried(rules, average));
        // At most 255 times an average on 20: far from the end of the numbers.
        let points = average.filter(|_| weight > 0).and_then(|average| {
            average.numer().checked_mul(i128::from(weight)).map(|numerator| Exact::new(numerator, *average.denom()))
        });
        TermPart { term: *term, weight, average, points }
    };
    let parts: Vec<TermPart> = terms.iter().map(part).collect();
    let counted = parts.iter().filter(|part| part.points.is_some());
    let weights = counted.fold(0_u32, |sum, part| sum.saturating_add(part.weight.into()));
    let present: Vec<(Term, AverageOf)> =
        terms.iter().filter_map(|(term, average)| Some((*term, (*average)?))).collect();
    let average = annual_average(rules, &present);
    let exact = average.map_or(Exact::from_integer(0), |average| average.exact);
    let points = exact.numer().checked_mul(i128::from(weights)).map(|sum| Exact::new(sum, *exact.denom()));
    YearExplained {
        rules: (rules.name.to_string(), rules.version),
        rounding: rules.rounding,
        parts,
        points: points.unwrap_or(exact),
        weights,
        average: average.map(|average| (average, rounding(average))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{rules::Preset, score::Average};

    #[test]
    fn a_missing_term_is_said_and_never_zero() {
        let mut rules = Preset::Mali.rules();
        rules.annual_weights = vec![1, 1, 2];
        let term = |number| Term::new(number).unwrap();
        let average = |hundredths| Some(AverageOf::from_printed(Average::from_hundredths(hundredths).unwrap()));
        let explained = explain_year(&rules, &[(term(1), average(1_200)), (term(2), None), (term(3), average(1_500))]);
        assert_eq!(explained.missing().collect::<Vec<_>>(), [term(2)]);
        assert_eq!((explained.points, explained.weights), (Exact::from_integer(42), 3));
        assert_eq!(explained.average.map(|(average, _)| average.printed.hundredths()), Some(1_400));
        let nothing = explain_year(&rules, &[(term(1), None)]);
        assert_eq!((nothing.average, nothing.weights), (None, 0));
    }
}
