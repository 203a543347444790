//! Averages, exact (`domain.md`, Averages): fractions inside, rounding only where something is printed.

use num_rational::Ratio;
use serde::{Deserialize, Serialize};

use super::{
    CodeCounts, GeneralFrom, MissingPart, RoundingRule, RuleSet, ScaleRule, SubjectFormula,
    mean::{large_mean, reduced, small_mean, weighted_mean},
};
use crate::domain::{
    calendar::Term,
    entities::{EvaluationKind, Grade},
    score::{Average, MarkCode, MarkValue, Scale},
};

/// A fraction of points, 0 to 20. Made only by the means of `mean.rs`, which keep it from overflowing.
pub type Exact = Ratio<i128>;

/// All that an average needs of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkInput {
    pub kind: EvaluationKind,
    /// `None`: not yet entered, which is never zero.
    pub value: Option<MarkValue>,
    pub scale: Scale,
    /// Of the evaluation, 0 to 100; 0 leaves the mark out.
    pub coefficient: u8,
}

impl From<&Grade> for MarkInput {
    fn from(grade: &Grade) -> Self {
        Self { kind: grade.kind, value: grade.value(), scale: grade.scale, coefficient: grade.coefficient }
    }
}

/// An average as it is reckoned with and as it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AverageOf {
    /// Points, 0 to 20.
    pub exact: Exact,
    /// Rounded by the rule.
    pub printed: Average,
}

impl AverageOf {
    /// The average of a fraction of points as the rule prints it; `None` outside 0 to 20.
    #[must_use]
    pub fn of(rounding: RoundingRule, exact: Exact) -> Option<Self> {
        let short = printed_small(rounding, exact);
        short.or_else(|| printed(rounding, exact)).map(|printed| Self { exact, printed })
    }

    /// Reads `numerator/denominator` of [`AverageOf::fraction`].
    #[must_use]
    pub fn read(fraction: &str, printed: Average) -> Option<Self> {
        let (numerator, denominator) = fraction.split_once('/')?;
        let (numerator, denominator) = (numerator.parse::<i128>().ok()?, denominator.parse::<i128>().ok()?);
        (denominator > 0).then(|| Self { exact: Exact::new(numerator, denominator), printed })
    }

    /// The exact fraction as text.
    #[must_use]
    pub fn fraction(self) -> String {
        format!("{}/{}", self.exact.numer(), self.exact.denom())
    }

    /// An average of which only the printed hundredths are known.
    #[must_use]
    pub fn from_printed(printed: Average) -> Self {
        Self { exact: reduced(printed.hundredths().into(), 100), printed }
    }
}

/// As [`printed`] in machine words, where they hold it.
fn printed_small(rounding: RoundingRule, exact: Exact) -> Option<Average> {
    let (numerator, denominator) = (u64::try_from(*exact.numer()).ok()?, u64::try_from(*exact.denom()).ok()?);
    let nearest = |parts: u64| -> Option<u64> {
        let doubled_parts = parts.checked_mul(2)?;
        numerator.checked_mul(doubled_parts)?.checked_add(denominator)?.checked_div(denominator.checked_mul(2)?)
    };
    let hundredths = match rounding {
        RoundingRule::Hundredth => nearest(100)?,
        RoundingRule::HundredthDown => numerator.checked_mul(100)?.checked_div(denominator)?,
        RoundingRule::Tenth => nearest(10)?.checked_mul(10)?,
    };
    u16::try_from(hundredths).ok().and_then(Average::from_hundredths)
}

/// Rounds by the rule.
fn printed(rounding: RoundingRule, exact: Exact) -> Option<Average> {
    let (numerator, denominator) = (*exact.numer(), *exact.denom());
    let nearest = |parts: i128| -> Option<i128> {
        let doubled = denominator.checked_mul(2)?;
        let doubled_parts = parts.checked_mul(2)?;
        numerator.checked_mul(doubled_parts)?.checked_add(denominator)?.checked_div_euclid(doubled)
    };
    let hundredths = match rounding {
        RoundingRule::Hundredth => nearest(100)?,
        RoundingRule::HundredthDown => numerator.checked_mul(100)?.checked_div_euclid(denominator)?,
        RoundingRule::Tenth => nearest(10)?.checked_mul(10)?,
    };
    u16::try_from(hundredths).ok().and_then(Average::from_hundredths)
}

/// No points.
const NOTHING: Exact = Exact::new_raw(0, 1);

/// What a mark counts, in hundredths of its scale; `None`: it is left out.
pub(super) fn counted(rules: &RuleSet, value: Option<MarkValue>) -> Option<u16> {
    let by_rule = |rule: CodeCounts| match rule {
        CodeCounts::LeftOut => None,
        CodeCounts::AsZero => Some(0),
    };
    match value? {
        MarkValue::Score(score) => Some(score.hundredths()),
        MarkValue::Code(MarkCode::Abs | MarkCode::Disp | MarkCode::Nn) => None,
        MarkValue::Code(MarkCode::Absn) => by_rule(rules.absn),
        MarkValue::Code(MarkCode::Nr) => by_rule(rules.nr),
    }
}

/// The mean of marks out of 20, by coefficient and by the rule for scales.
pub(super) fn mean_of_marks<'a>(rules: &RuleSet, marks: impl Iterator<Item = &'a MarkInput> + Clone) -> Option<Exact> {
    let counting = marks.clone().filter(|mark| mark.coefficient > 0).filter_map(|mark| {
        let (points, scale) = (u64::from(counted(rules, mark.value)?), u64::from(mark.scale.hundredths()));
        let coefficient = u64::from(mark.coefficient);
        let weight = match rules.scales {
            ScaleRule::ToTwentyFirst => coefficient,
            ScaleRule::ByScale => coefficient.checked_mul(scale)?,
        };
        (scale > 0).then_some((points.checked_mul(20)?, scale, weight))
    });
    small_mean(counting).or_else(|| large_mean_of_marks(rules, marks))
}

fn large_mean_of_marks<'a>(rules: &RuleSet, marks: impl Iterator<Item = &'a MarkInput>) -> Option<Exact> {
    let terms: Vec<(Exact, i128)> = marks
        .filter(|mark| mark.coefficient > 0)
        .filter_map(|mark| {
            let points = i128::from(counted(rules, mark.value)?).checked_mul(20)?;
            let scale = i128::from(mark.scale.hundredths());
            let coefficient = i128::from(mark.coefficient);
            let weight = match rules.scales {
                ScaleRule::ToTwentyFirst => coefficient,
                ScaleRule::ByScale => coefficient.checked_mul(scale)?,
            };
            (scale > 0).then(|| (Exact::new(points, scale), weight))
        })
        .collect();
    match rules.scales {
        ScaleRule::ToTwentyFirst => large_mean(&terms),
        // Weighted by its scale, a mark out of any scale adds whole points: the sum has no denominators at all.
        ScaleRule::ByScale => {
            let points = terms.iter().try_fold(0_i128, |sum, (value, weight)| {
                sum.checked_add(value.numer().checked_mul(weight.checked_div(*value.denom())?)?)
            })?;
            let weights = terms.iter().try_fold(0_i128, |sum, (_, weight)| sum.checked_add(*weight))?;
            (weights > 0).then(|| Exact::new(points, weights))
        }
    }
}

/// A student's average in one subject and term. Empty cells and the codes `ABS`, `DISP`, `NN` are left out, `ABSN`
/// and `NR` by rule. With [`SubjectFormula::ClassAndComposition`] the marks of kind composition make NC and all
/// others MC. `None` when nothing counts: never zero, never not-a-number.
#[must_use]
pub fn subject_average(rules: &RuleSet, marks: impl IntoIterator<Item = MarkInput>) -> Option<AverageOf> {
    let marks: Vec<MarkInput> = marks.into_iter().collect();
    let exact = match rules.formula {
        SubjectFormula::WeightedMean => mean_of_marks(rules, marks.iter()),
        SubjectFormula::ClassAndComposition { class_weight, composition_weight, missing } => {
            let part = |compositions: bool| {
                let of_part =
                    marks.iter().filter(move |mark| (mark.kind == EvaluationKind::Composition) == compositions);
                mean_of_marks(rules, of_part)
            };
            let (class_mean, composition) = (part(false), part(true));
            let (class, composition) = match (class_mean, composition, missing) {
                (None, None, _) => return None,
                (Some(only), None, MissingPart::OtherAlone) | (None, Some(only), MissingPart::OtherAlone) => {
                    return AverageOf::of(rules.rounding, only);
                }
                (class, composition, _) => (class.unwrap_or(NOTHING), composition.unwrap_or(NOTHING)),
            };
            weighted_mean(&[(class, class_weight.into()), (composition, composition_weight.into())])
        }
    };
    exact.and_then(|exact| AverageOf::of(rules.rounding, exact))
}

/// What later averages are made from, by rule.
pub(super) fn carried(rules: &RuleSet, average: AverageOf) -> Exact {
    match rules.general {
        GeneralFrom::Printed => AverageOf::from_printed(average.printed).exact,
        GeneralFrom::Exact => average.exact,
    }
}

/// The general average of a term: subject averages with the coefficients of their subjects. Coefficient 0 leaves a
/// subject out; `None` when nothing is left.
#[must_use]
pub fn general_average(rules: &RuleSet, subjects: impl IntoIterator<Item = (AverageOf, u8)>) -> Option<AverageOf> {
    let terms: Vec<(Exact, i128)> = subjects
        .into_iter()
        .filter(|(_, coefficient)| *coefficient > 0)
        .map(|(average, coefficient)| (carried(rules, average), i128::from(coefficient)))
        .collect();
    weighted_mean(&terms).and_then(|exact| AverageOf::of(rules.rounding, exact))
}

/// What a term weighs in the average of the year.
pub(super) fn term_weight(rules: &RuleSet, term: Term) -> u8 {
    let index = usize::from(term.number()).saturating_sub(1);
    rules.annual_weights.get(index).copied().unwrap_or(1)
}

/// The average of the year: the terms that exist, by the rule's weights (1 where it names none). A missing term is
/// left out, never zero; who prints the average says which are missing.
#[must_use]
pub fn annual_average(rules: &RuleSet, terms: &[(Term, AverageOf)]) -> Option<AverageOf> {
    let terms: Vec<(Exact, i128)> = terms
        .iter()
        .filter(|(term, _)| term_weight(rules, *term) > 0)
        .map(|(term, average)| (carried(rules, *average), i128::from(term_weight(rules, *term))))
        .collect();
    weighted_mean(&terms).and_then(|exact| AverageOf::of(rules.rounding, exact))
}

#[cfg(test)]
mod tests;
