//! Small cases by which anybody sees what a rule does, before it is saved.

use super::{AverageOf, MarkInput, RuleSet, annual_average, subject_average};
use crate::domain::{
    calendar::Term,
    entities::EvaluationKind,
    score::{Average, MarkCode, MarkValue, Scale, Score},
};

/// A case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoldenCase {
    /// Class marks 16,50 and a composition of 38 out of 40.
    ClassAndComposition,
    /// Class marks 16,50 and no composition.
    ClassAlone,
    /// 18/20, 3/10 and 1/5.
    Scales,
    /// 12/20 and an absence that is not justified.
    Unjustified,
    /// First term 12, second without an average, third 15.
    Year,
}

impl GoldenCase {
    pub const ALL: [Self; 5] =
        [Self::ClassAndComposition, Self::ClassAlone, Self::Scales, Self::Unjustified, Self::Year];

    /// What the rules make of it.
    #[must_use]
    pub fn average(self, rules: &RuleSet) -> Option<Average> {
        let marks = match self {
            Self::ClassAndComposition => vec![mark(EvaluationKind::Test, 1_650, 2_000), composition()],
            Self::ClassAlone => vec![mark(EvaluationKind::Test, 1_650, 2_000)],
            Self::Scales => vec![
                mark(EvaluationKind::Test, 1_800, 2_000),
                mark(EvaluationKind::Test, 300, 1_000),
                mark(EvaluationKind::Test, 100, 500),
            ],
            Self::Unjustified => {
                let given = mark(EvaluationKind::Test, 1_200, 2_000);
                vec![given, MarkInput { value: Some(MarkValue::Code(MarkCode::Absn)), ..given }]
            }
            Self::Year => return year(rules),
        };
        subject_average(rules, marks).map(|average| average.printed)
    }
}

fn composition() -> MarkInput {
    mark(EvaluationKind::Composition, 3_800, 4_000)
}

fn mark(kind: EvaluationKind, points: u16, scale: u16) -> MarkInput {
    let scale = Scale::from_hundredths(scale).unwrap_or(Scale::TWENTY);
    MarkInput { kind, value: Score::new(points, scale).map(MarkValue::Score), scale, coefficient: 1 }
}

fn year(rules: &RuleSet) -> Option<Average> {
    let term =
        |number, hundredths| Some((Term::new(number)?, AverageOf::from_printed(Average::from_hundredths(hundredths)?)));
    let terms: Vec<(Term, AverageOf)> = [term(1, 1_200), term(3, 1_500)].into_iter().flatten().collect();
    annual_average(rules, &terms).map(|average| average.printed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules::Preset;

    #[test]
    fn the_presets_make_the_golden_averages() {
        let made = |preset: Preset| GoldenCase::ALL.map(|case| case.average(&preset.rules()).map(Average::hundredths));
        assert_eq!(made(Preset::Mali), [Some(1_817), Some(1_650), Some(933), Some(600), Some(1_350)]);
        // France weighs scales: (16,5 + 38) / 60 of 20.
        assert_eq!(made(Preset::France), [Some(1_817), Some(1_650), Some(1_257), Some(600), Some(1_350)]);
    }
}
