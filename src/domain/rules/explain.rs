//! Why a subject's average is what it is: each mark, what was left out, the fractions, the rounding step, and the
//! rules by name and version. Pure data; `ui/` and the command line put it into words.

use super::{
    AverageOf, Exact, GeneralFrom, MarkInput, MissingPart, RoundingRule, RuleSet, ScaleRule, SubjectFormula,
    averages::{carried, counted, general_average, mean_of_marks, subject_average},
};
use crate::domain::{
    entities::EvaluationKind,
    score::{MarkCode, MarkValue},
};

/// Why a mark takes no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// Not yet entered.
    Empty,
    /// By this code.
    Code(MarkCode),
    /// The evaluation's coefficient is 0.
    Coefficient,
}

/// What became of one mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Counted {
        /// Points out of 20.
        on_twenty: Exact,
        /// The coefficient, or by [`ScaleRule::ByScale`] the coefficient times the scale in points.
        weight: Exact,
        /// It counts as zero because of this code.
        zero_for: Option<MarkCode>,
    },
    LeftOut(LeftOut),
}

/// Which marks make a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// All marks alike.
    All,
    /// Class marks (MC): all but compositions.
    Class,
    /// Compositions (NC).
    Composition,
}

/// One part of the average.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartExplained {
    pub kind: PartKind,
    /// Index into the marks that were given, and what became of each.
    pub marks: Vec<(usize, Taken)>,
    /// `None`: nothing counts in it.
    pub mean: Option<Exact>,
}

/// How the parts come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Nothing counts: no average, never zero.
    Nothing,
    /// The mean of all marks.
    Mean,
    /// `(class_weight × MC + composition_weight × NC) / sum`.
    Weighted { class_weight: u8, composition_weight: u8 },
    /// The same, and a part without marks counts as zero, by rule.
    WithZero { class_weight: u8, composition_weight: u8, missing: PartKind },
    /// The other part has no marks: this one stands alone, by rule.
    Only(PartKind),
}

/// What rounding did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Nothing: the fraction is what is printed.
    None,
    Up,
    Down,
}

/// An average, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Name and version of the rules.
    pub rules: (String, u32),
    pub scales: ScaleRule,
    pub parts: Vec<PartExplained>,
    pub how: How,
    pub rounding: RoundingRule,
    /// With what rounding did; `None`: no average.
    pub average: Option<(AverageOf, Rounding)>,
}

/// Explains [`subject_average`] of the same marks: the result is the same by construction.
#[must_use]
pub fn explain(rules: &RuleSet, marks: &[MarkInput]) -> Explanation {
    let part = |kind: PartKind| part(rules, marks, kind);
    let parts = match rules.formula {
        SubjectFormula::WeightedMean => vec![part(PartKind::All)],
        SubjectFormula::ClassAndComposition { .. } => vec![part(PartKind::Class), part(PartKind::Composition)],
    };
    let average = subject_average(rules, marks.iter().copied());
    Explanation {
        rules: (rules.name.to_string(), rules.version),
        rounding: rules.rounding,
        scales: rules.scales,
        how: how(rules, &parts, average.is_some()),
        parts,
        average: average.map(|average| (average, rounding(average))),
    }
}

/// What a subject adds to the general average.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubjectPart {
    /// As it is carried, by rule: printed or exact.
    pub average: Exact,
    pub coefficient: u8,
    /// Average times coefficient; `None`: coefficient 0 leaves the subject out.
    pub points: Option<Exact>,
}

/// The general average of a term, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneralExplained {
    pub rules: (String, u32),
    pub from: GeneralFrom,
    /// In the order in which the subjects were given.
    pub parts: Vec<SubjectPart>,
    /// Sum of all points, and of the coefficients they came with.
    pub points: Exact,
    pub weights: u32,
    pub rounding: RoundingRule,
    /// With what rounding did; `None`: no average.
    pub average: Option<(AverageOf, Rounding)>,
}

/// Explains [`general_average`] of the same subjects: the result is the same by construction.
#[must_use]
pub fn explain_general(rules: &RuleSet, subjects: &[(AverageOf, u8)]) -> GeneralExplained {
    let part = |(average, coefficient): &(AverageOf, u8)| {
        let carried = carried(rules, *average);
        // A hundred times an average on 20: far from the end of the numbers.
        let points = (*coefficient > 0)
            .then(|| carried.numer().checked_mul(i128::from(*coefficient)))
            .flatten()
            .map(|numerator| Exact::new(numerator, *carried.denom()));
        SubjectPart { average: carried, coefficient: *coefficient, points }
    };
    let parts: Vec<SubjectPart> = subjects.iter().map(part).collect();
    let counted = || parts.iter().filter(|part| part.points.is_some());
    let weights = counted().fold(0_u32, |sum, part| sum.saturating_add(part.coefficient.into()));
    let average = general_average(rules, subjects.iter().copied());
    let exact = average.map_or(Exact::from_integer(0), |average| average.exact);
    let points = exact.numer().checked_mul(i128::from(weights)).map(|sum| Exact::new(sum, *exact.denom()));
    GeneralExplained {
        rules: (rules.name.to_string(), rules.version),
        rounding: rules.rounding,
        from: rules.general,
        parts,
        points: points.unwrap_or(exact),
        weights,
        average: average.map(|average| (average, rounding(average))),
    }
}

fn part(rules: &RuleSet, marks: &[MarkInput], kind: PartKind) -> PartExplained {
    let belongs = |mark: &MarkInput| match kind {
        PartKind::All => true,
        PartKind::Class => mark.kind != EvaluationKind::Composition,
        PartKind::Composition => mark.kind == EvaluationKind::Composition,
    };
    let mine = || marks.iter().enumerate().filter(|(_, mark)| belongs(mark));
    PartExplained {
        kind,
        marks: mine().map(|(index, mark)| (index, taken(rules, *mark))).collect(),
        mean: mean_of_marks(rules, mine().map(|(_, mark)| mark)),
    }
}

fn taken(rules: &RuleSet, mark: MarkInput) -> Taken {
    let code = match mark.value {
        None => return Taken::LeftOut(LeftOut::Empty),
        Some(MarkValue::Code(code)) => Some(code),
        Some(MarkValue::Score(_)) => None,
    };
    let Some(points) = counted(rules, mark.value) else {
        return Taken::LeftOut(code.map_or(LeftOut::Empty, LeftOut::Code));
    };
    if mark.coefficient == 0 {
        return Taken::LeftOut(LeftOut::Coefficient);
    }
    let scale = i128::from(mark.scale.hundredths());
    let coefficient = i128::from(mark.coefficient);
    let weight = match rules.scales {
        ScaleRule::ToTwentyFirst => Exact::from_integer(coefficient),
        ScaleRule::ByScale => Exact::new(coefficient.saturating_mul(scale), 100),
    };
    // A scale is at least one hundredth by its type.
    let on_twenty = Exact::new(i128::from(points).saturating_mul(20), scale.max(1));
    Taken::Counted { on_twenty, weight, zero_for: code }
}

fn how(rules: &RuleSet, parts: &[PartExplained], any: bool) -> How {
    if !any {
        return How::Nothing;
    }
    let SubjectFormula::ClassAndComposition { class_weight, composition_weight, missing } = rules.formula else {
        return How::Mean;
    };
    let empty = parts.iter().find(|part| part.mean.is_none()).map(|part| part.kind);
    match (empty, missing) {
        (None, _) => How::Weighted { class_weight, composition_weight },
        (Some(missing), MissingPart::Zero) => How::WithZero { class_weight, composition_weight, missing },
        (Some(PartKind::Class), MissingPart::OtherAlone) => How::Only(PartKind::Composition),
        (Some(PartKind::Composition | PartKind::All), MissingPart::OtherAlone) => How::Only(PartKind::Class),
    }
}

pub(super) fn rounding(average: AverageOf) -> Rounding {
    match AverageOf::from_printed(average.printed).exact.cmp(&average.exact) {
        std::cmp::Ordering::Equal => Rounding::None,
        std::cmp::Ordering::Greater => Rounding::Up,
        std::cmp::Ordering::Less => Rounding::Down,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{
        rules::{CodeCounts, Preset},
        score::{Scale, Score},
    };

    fn mark(kind: EvaluationKind, hundredths: u16, scale: u16, coefficient: u8) -> MarkInput {
        let scale = Scale::from_hundredths(scale).unwrap();
        MarkInput { kind, value: Score::new(hundredths, scale).map(MarkValue::Score), scale, coefficient }
    }

    #[test]
    fn the_general_average_is_its_points_by_its_weights() {
        let rules = Preset::Mali.rules();
        let average = |numer, denom| AverageOf::of(rules.rounding, Exact::new(numer, denom)).unwrap();
        let subjects = [(average(37, 3), 4), (average(11, 1), 2), (average(15, 1), 0)];
        let told = explain_general(&rules, &subjects);
        assert_eq!(told.weights, 6);
        assert!(told.parts[2].points.is_none());
        let sum = told.parts.iter().filter_map(|part| part.points).fold(Exact::from_integer(0), |sum, part| sum + part);
        assert_eq!(told.points, sum);
        assert_eq!(told.average.map(|(average, _)| average), general_average(&rules, subjects));
        assert_eq!(explain_general(&rules, &[]).average, None);
    }

    #[test]
    fn the_golden_case_step_by_step() {
        let marks = [mark(EvaluationKind::Test, 1_650, 2_000, 1), mark(EvaluationKind::Composition, 3_800, 4_000, 1)];
        let said = explain(&Preset::Mali.rules(), &marks);
        assert_eq!(said.how, How::Weighted { class_weight: 1, composition_weight: 2 });
        assert_eq!(said.parts[0].mean, Some(Exact::new(33, 2)));
        assert_eq!(said.parts[1].mean, Some(Exact::from_integer(19)));
        let (average, rounding) = said.average.unwrap();
        assert_eq!((average.exact, average.printed.hundredths()), (Exact::new(109, 6), 1_817));
        assert_eq!(rounding, Rounding::Up);
    }

    #[test]
    fn what_is_left_out_is_said() {
        let ten = mark(EvaluationKind::Test, 1_000, 2_000, 1);
        let code = |code| MarkInput { value: Some(MarkValue::Code(code)), ..ten };
        let mut rules = Preset::Mali.rules();
        (rules.absn, rules.nr) = (CodeCounts::AsZero, CodeCounts::LeftOut);
        let marks = [
            ten,
            code(MarkCode::Abs),
            code(MarkCode::Absn),
            code(MarkCode::Nr),
            MarkInput { value: None, ..ten },
            MarkInput { coefficient: 0, ..ten },
        ];
        let said = explain(&rules, &marks);
        let class: Vec<Taken> = said.parts[0].marks.iter().map(|(_, taken)| *taken).collect();
        assert_eq!(class[1], Taken::LeftOut(LeftOut::Code(MarkCode::Abs)));
        assert!(matches!(class[2], Taken::Counted { zero_for: Some(MarkCode::Absn), .. }));
        assert_eq!(class[3], Taken::LeftOut(LeftOut::Code(MarkCode::Nr)));
        assert_eq!(class[4], Taken::LeftOut(LeftOut::Empty));
        assert_eq!(class[5], Taken::LeftOut(LeftOut::Coefficient));
        assert_eq!(said.how, How::Only(PartKind::Class));
        assert_eq!(said.average.map(|(average, _)| average.printed.hundredths()), Some(500));
        assert_eq!(explain(&rules, &[]).how, How::Nothing);
    }

    fn any_mark() -> impl Strategy<Value = MarkInput> {
        (0usize..4, 0u16..=4_000, prop_oneof![Just(1_000u16), Just(2_000), Just(4_000)], 0u8..4, 0usize..8).prop_map(
            |(kind, hundredths, scale, coefficient, code)| {
                let mut mark = mark(EvaluationKind::ALL[kind], hundredths.min(scale), scale, coefficient);
                if let Some(code) = MarkCode::ALL.get(code) {
                    mark.value = Some(MarkValue::Code(*code));
                }
                mark
            },
        )
    }

    proptest! {
        /// Who re-adds the explanation by hand comes to the average that is printed.
        #[test]
        fn the_steps_lead_to_the_average(marks in proptest::collection::vec(any_mark(), 0..10), france: bool) {
            let rules = if france { Preset::France.rules() } else { Preset::Mali.rules() };
            let said = explain(&rules, &marks);
            prop_assert_eq!(said.average.map(|(a, _)| a), subject_average(&rules, marks.iter().copied()));
            for part in &said.parts {
                let (mut sum, mut weights) = (Exact::from_integer(0), Exact::from_integer(0));
                for (_, taken) in &part.marks {
                    if let Taken::Counted { on_twenty, weight, .. } = taken {
                        sum += on_twenty * weight;
                        weights += weight;
                    }
                }
                let mean = (weights > Exact::from_integer(0)).then(|| sum / weights);
                prop_assert_eq!(part.mean, mean);
            }
            let mean = |kind| said.parts.iter().find(|part| part.kind == kind).and_then(|part| part.mean);
            let zero = Exact::from_integer(0);
            let by_hand = match said.how {
                How::Nothing => None,
                How::Mean => mean(PartKind::All),
                How::Only(kind) => mean(kind),
                How::Weighted { class_weight: c, composition_weight: n }
                | How::WithZero { class_weight: c, composition_weight: n, .. } => {
                    let (c, n) = (Exact::from_integer(c.into()), Exact::from_integer(n.into()));
                    Some((c * mean(PartKind::Class).unwrap_or(zero) + n * mean(PartKind::Composition).unwrap_or(zero))
                        / (c + n))
                }
            };
            prop_assert_eq!(by_hand, said.average.map(|(average, _)| average.exact));
        }
    }
}
