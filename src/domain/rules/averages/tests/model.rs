//! Averages against a naive model: long fractions without any care for size.

use proptest::prelude::*;

use super::*;

/// A numerator and a denominator that never reduce: small inputs only.
#[derive(Clone, Copy, Debug)]
struct Naive(i128, i128);

impl Naive {
    fn mean(terms: &[(Naive, i128)]) -> Option<Naive> {
        let denominator: i128 = terms.iter().map(|(value, _)| value.1).product();
        let sum: i128 = terms.iter().map(|(value, weight)| value.0 * (denominator / value.1) * weight).sum();
        let weights: i128 = terms.iter().map(|(_, weight)| weight).sum();
        (weights > 0).then_some(Naive(sum, denominator * weights))
    }

    /// By long division: the digit after the last one that is printed decides.
    fn printed(self, rounding: RoundingRule) -> i128 {
        let thousandths = self.0 * 1_000 / self.1;
        match rounding {
            RoundingRule::Hundredth => thousandths / 10 + i128::from(thousandths % 10 >= 5),
            RoundingRule::HundredthDown => thousandths / 10,
            RoundingRule::Tenth => (thousandths / 100 + i128::from(thousandths % 100 >= 50)) * 10,
        }
    }
}

fn scales() -> impl Strategy<Value = u16> {
    prop_oneof![Just(2_000_u16), Just(4_000), Just(1_000), Just(500), Just(3_000), Just(750)]
}

fn kinds() -> impl Strategy<Value = EvaluationKind> {
    (0..EvaluationKind::ALL.len()).prop_map(|index| EvaluationKind::ALL[index])
}

fn marks() -> impl Strategy<Value = MarkInput> {
    (kinds(), scales(), 0u16..=10_000, 0u8..=10, 0usize..12).prop_map(|(kind, scale, points, coefficient, code)| {
        let scale = Scale::from_hundredths(scale).unwrap();
        let value = match MarkCode::ALL.get(code) {
            Some(code) => Some(MarkValue::Code(*code)),
            None if code == MarkCode::ALL.len() => None,
            None => Score::new(points % (scale.hundredths() + 1), scale).map(MarkValue::Score),
        };
        MarkInput { kind, value, scale, coefficient }
    })
}

fn rule_sets() -> impl Strategy<Value = RuleSet> {
    let count = |zero| if zero { CodeCounts::AsZero } else { CodeCounts::LeftOut };
    (any::<[bool; 5]>(), 0u8..=3, 0u8..=3).prop_map(move |([by_scale, parts, zero, absn, nr], class, composition)| {
        RuleSet {
            formula: if parts {
                SubjectFormula::ClassAndComposition {
                    class_weight: class,
                    composition_weight: composition,
                    missing: if zero { MissingPart::Zero } else { MissingPart::OtherAlone },
                }
            } else {
                SubjectFormula::WeightedMean
            },
            scales: if by_scale { ScaleRule::ByScale } else { ScaleRule::ToTwentyFirst },
            absn: count(absn),
            nr: count(nr),
            ..Preset::Mali.rules()
        }
    })
}

fn naive_marks(rules: &RuleSet, marks: &[&MarkInput]) -> Option<Naive> {
    let zero = |code| match code {
        MarkCode::Absn => rules.absn == CodeCounts::AsZero,
        MarkCode::Nr => rules.nr == CodeCounts::AsZero,
        MarkCode::Abs | MarkCode::Disp | MarkCode::Nn => false,
    };
    let counted: Vec<(i128, i128, i128)> = marks
        .iter()
        .filter_map(|mark| {
            let points = match mark.value? {
                MarkValue::Score(score) => i128::from(score.hundredths()),
                MarkValue::Code(code) => zero(code).then_some(0)?,
            };
            // The scales used here are multiples of 50 hundredths: small denominators.
            Some((points * 20, i128::from(mark.scale.hundredths()), i128::from(mark.coefficient)))
        })
        .filter(|(.., coefficient)| *coefficient > 0)
        .collect();
    match rules.scales {
        ScaleRule::ToTwentyFirst => {
            Naive::mean(&counted.iter().map(|(p, s, c)| (Naive(*p, *s), *c)).collect::<Vec<_>>())
        }
        ScaleRule::ByScale => {
            let points: i128 = counted.iter().map(|(p, _, c)| p * c).sum();
            let whole: i128 = counted.iter().map(|(_, s, c)| s * c).sum();
            (whole > 0).then_some(Naive(points, whole))
        }
    }
}

fn naive_subject(rules: &RuleSet, marks: &[MarkInput]) -> Option<i128> {
    let of = |composition: bool| {
        let part: Vec<&MarkInput> =
            marks.iter().filter(|mark| (mark.kind == EvaluationKind::Composition) == composition).collect();
        naive_marks(rules, &part)
    };
    match rules.formula {
        SubjectFormula::WeightedMean => naive_marks(rules, &marks.iter().collect::<Vec<_>>()),
        SubjectFormula::ClassAndComposition { class_weight, composition_weight, missing } => {
            match (of(false), of(true), missing) {
                (None, None, _) => None,
                (Some(one), None, MissingPart::OtherAlone) | (None, Some(one), MissingPart::OtherAlone) => Some(one),
                (class, composition, _) => Naive::mean(&[
                    (class.unwrap_or(Naive(0, 1)), class_weight.into()),
                    (composition.unwrap_or(Naive(0, 1)), composition_weight.into()),
                ]),
            }
        }
    }
    .map(|average| average.printed(rules.rounding))
}

proptest! {
    #[test]
    fn a_subject_average_is_the_naive_one(rules in rule_sets(), rounding in 0usize..3, marks in proptest::collection::vec(marks(), 0..5)) {
        let all = [RoundingRule::Hundredth, RoundingRule::HundredthDown, RoundingRule::Tenth];
        let rules = RuleSet { rounding: all[rounding], ..rules };
        let ours = printed_of(&rules, &marks).map(i128::from);
        prop_assert_eq!(ours, naive_subject(&rules, &marks));
    }

    #[test]
    fn the_order_never_matters(rules in rule_sets(), marks in proptest::collection::vec(marks(), 0..30).prop_shuffle(), by in 0usize..30) {
        let mut turned = marks.clone();
        turned.rotate_left(by.min(marks.len()));
        turned.reverse();
        prop_assert_eq!(subject_average(&rules, marks), subject_average(&rules, turned));
    }

    /// Scales without common divisors, where the fractions have to be cut.
    #[test]
    fn the_order_never_matters_on_odd_scales(odd in proptest::collection::vec((1u16..=10_000, 0u16..=10_000, 1u8..=100), 1..60)) {
        let rules = Preset::Mali.rules();
        let marks: Vec<MarkInput> = odd
            .iter()
            .map(|(scale, points, coefficient)| MarkInput { coefficient: *coefficient, ..test(points % (scale + 1), *scale) })
            .collect();
        let backward: Vec<MarkInput> = marks.iter().rev().copied().collect();
        let average = subject_average(&rules, marks);
        prop_assert!(average.is_some());
        prop_assert_eq!(average, subject_average(&rules, backward));
    }

    #[test]
    fn equal_marks_give_that_mark(rules in rule_sets(), points in 0u16..=2_000, coefficients in proptest::collection::vec((1u8..=100, kinds()), 1..40)) {
        let same: Vec<MarkInput> = coefficients
            .iter()
            .map(|(coefficient, kind)| MarkInput { coefficient: *coefficient, ..mark(*kind, points, 2_000) })
            .collect();
        let (class, composition): (Vec<&MarkInput>, Vec<&MarkInput>) = same.iter().partition(|m| m.kind != EvaluationKind::Composition);
        let plain = match rules.formula {
            SubjectFormula::WeightedMean => true,
            SubjectFormula::ClassAndComposition { class_weight, composition_weight, missing } => {
                let both = !class.is_empty() && !composition.is_empty();
                (both && class_weight + composition_weight > 0) || (!both && missing == MissingPart::OtherAlone)
            }
        };
        if plain {
            prop_assert_eq!(printed_of(&rules, &same), Some(points));
        }
    }

    #[test]
    fn an_average_lies_between_its_marks(marks in proptest::collection::vec((scales(), 0u16..=10_000, 1u8..=10, kinds()), 1..20)) {
        for rules in Preset::ALL.map(Preset::rules) {
            let inputs: Vec<MarkInput> = marks
                .iter()
                .map(|(scale, points, coefficient, kind)| {
                    MarkInput { coefficient: *coefficient, ..mark(*kind, points % (scale + 1), *scale) }
                })
                .collect();
            let twentieths: Vec<Exact> = marks
                .iter()
                .map(|(scale, points, ..)| Exact::new(i128::from(points % (scale + 1)) * 20, i128::from(*scale)))
                .collect();
            let average = subject_average(&rules, inputs).unwrap().exact;
            prop_assert!(*twentieths.iter().min().unwrap() <= average && average <= *twentieths.iter().max().unwrap());
        }
    }

    #[test]
    fn what_is_left_out_changes_nothing(rules in rule_sets(), marks in proptest::collection::vec(marks(), 0..20)) {
        let counted = |mark: &MarkInput| {
            let left_out = matches!(
                mark.value,
                None | Some(MarkValue::Code(MarkCode::Abs | MarkCode::Disp | MarkCode::Nn))
            );
            !left_out && mark.coefficient > 0
        };
        let kept: Vec<MarkInput> = marks.iter().filter(|mark| counted(mark)).copied().collect();
        prop_assert_eq!(subject_average(&rules, marks), subject_average(&rules, kept));
    }

    /// As a parent does it: printed averages times coefficients, divided by the coefficients.
    #[test]
    fn the_bulletin_can_be_added_again(subjects in proptest::collection::vec((0i128..=60_000, 1i128..=30, 0u8..=10), 1..15)) {
        let rules = Preset::Mali.rules();
        let averages: Vec<(AverageOf, u8)> = subjects
            .iter()
            .filter_map(|(points, part, coefficient)| {
                Some((AverageOf::of(rules.rounding, Exact::new(*points, part * 3_000))?, *coefficient))
            })
            .collect();
        let total: u32 = averages.iter().map(|(a, c)| u32::from(a.printed.hundredths()) * u32::from(*c)).sum();
        let coefficients: u32 = averages.iter().map(|(_, c)| u32::from(*c)).sum();
        let by_hand = (coefficients > 0).then(|| (2 * total + coefficients) / (2 * coefficients));
        let ours = general_average(&rules, averages).map(|average| u32::from(average.printed.hundredths()));
        prop_assert_eq!(ours, by_hand);
    }
}

/// As it is carried into the next average.
fn naive_carried(rules: &RuleSet, points: i128) -> Naive {
    match rules.general {
        GeneralFrom::Exact => Naive(points, 200),
        GeneralFrom::Printed => Naive(Naive(points, 200).printed(rules.rounding), 100),
    }
}

fn of_points(rules: &RuleSet, points: i128) -> AverageOf {
    AverageOf::of(rules.rounding, Exact::new(points, 200)).unwrap()
}

fn carrying() -> impl Strategy<Value = RuleSet> {
    let roundings = [RoundingRule::Hundredth, RoundingRule::HundredthDown, RoundingRule::Tenth];
    (any::<bool>(), 0usize..3, proptest::collection::vec(0u8..=3, 0..4)).prop_map(move |(exact, rounding, weights)| {
        RuleSet {
            general: if exact { GeneralFrom::Exact } else { GeneralFrom::Printed },
            rounding: roundings[rounding],
            annual_weights: weights,
            ..Preset::Mali.rules()
        }
    })
}

proptest! {
    /// Printed or exact, by any rounding: averages in halves of a hundredth, where every rounding has its say.
    #[test]
    fn a_general_average_is_the_naive_one(rules in carrying(), subjects in proptest::collection::vec((0i128..=4_000, 0u8..=10), 0..12)) {
        let ours = general_average(&rules, subjects.iter().map(|(points, weight)| (of_points(&rules, *points), *weight)));
        let terms: Vec<(Naive, i128)> =
            subjects.iter().map(|(points, weight)| (naive_carried(&rules, *points), i128::from(*weight))).collect();
        let naive = Naive::mean(&terms).map(|average| average.printed(rules.rounding));
        prop_assert_eq!(ours.map(|average| i128::from(average.printed.hundredths())), naive);
    }

    /// A missing term is left out; a term that the weights do not name weighs one.
    #[test]
    fn an_annual_average_is_the_naive_one(rules in carrying(), terms in proptest::collection::vec(proptest::option::of(0i128..=4_000), 0..4)) {
        let given: Vec<(u8, i128)> = (1..).zip(&terms).filter_map(|(term, points)| Some((term, (*points)?))).collect();
        let listed: Vec<(Term, AverageOf)> =
            given.iter().map(|(term, points)| (Term::new(*term).unwrap(), of_points(&rules, *points))).collect();
        let weight = |term: u8| i128::from(rules.annual_weights.get(usize::from(term) - 1).copied().unwrap_or(1));
        let naive: Vec<(Naive, i128)> =
            given.iter().map(|(term, points)| (naive_carried(&rules, *points), weight(*term))).collect();
        let ours = annual_average(&rules, &listed).map(|average| i128::from(average.printed.hundredths()));
        prop_assert_eq!(ours, Naive::mean(&naive).map(|average| average.printed(rules.rounding)));
    }
}

#[test]
fn as_many_odd_scales_as_a_year_can_hold() {
    let rules = Preset::Mali.rules();
    let full = |scale: u16| MarkInput { coefficient: 100, ..test(scale, scale) };
    assert_eq!(printed_of(&rules, &(1..=10_000).map(full).collect::<Vec<_>>()), Some(2_000));
    let half = |scale: u16| MarkInput { coefficient: 100, ..test(scale, scale * 2) };
    assert_eq!(printed_of(&rules, &(1..=5_000).map(half).collect::<Vec<_>>()), Some(1_000));
    let mut rules = Preset::Mali.rules();
    rules.general = GeneralFrom::Exact;
    let odd = |scale: u16| subject_average(&rules, [test(1, scale)]).map(|average| (average, 100_u8));
    assert!(general_average(&rules, (1..=10_000).filter_map(odd)).is_some());
}
