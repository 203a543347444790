//! Averages and ranks of 900 students from their marks, in memory.

use std::{collections::BTreeMap, hint::black_box, time::Instant};

use carnet::domain::{
    entities::EvaluationKind,
    rules::{AverageOf, MarkInput, Preset, RuleSet, general_average, ranks, subject_average},
    score::{Average, MarkCode, MarkValue, Scale, Score},
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::show;

const STUDENTS: usize = 900;
/// Subjects, each with marks such as a term has: four on three scales, one of them a code now and then, and a composition.
const SUBJECTS: usize = 2;
const SAMPLES: usize = 400;

/// Marks by subject.
type Pupil = Vec<Vec<MarkInput>>;

fn marks(chance: &mut ChaCha8Rng) -> Vec<MarkInput> {
    let of = |kind, scale: Scale, coefficient, chance: &mut ChaCha8Rng| {
        let score = Score::new(chance.random_range(0..=scale.hundredths()), scale).unwrap();
        let code = chance.random_range(0..40) == 0;
        let value = if code { MarkValue::Code(MarkCode::Abs) } else { MarkValue::Score(score) };
        MarkInput { kind, value: Some(value), scale, coefficient }
    };
    let ten = Scale::from_hundredths(1_000).unwrap();
    let forty = Scale::from_hundredths(4_000).unwrap();
    vec![
        of(EvaluationKind::Test, Scale::TWENTY, 2, chance),
        of(EvaluationKind::Quiz, ten, 1, chance),
        of(EvaluationKind::Test, Scale::TWENTY, 2, chance),
        of(EvaluationKind::Test, forty, 1, chance),
        of(EvaluationKind::Composition, Scale::TWENTY, 1, chance),
    ]
}

fn reckon(rules: &RuleSet, school: &[Pupil]) -> usize {
    let generals: Vec<Option<Average>> = school
        .iter()
        .map(|pupil| {
            let subjects = pupil.iter().filter_map(|marks| subject_average(rules, marks.iter().copied()));
            let weighed: Vec<(AverageOf, u8)> = subjects.zip([3_u8, 2]).collect();
            general_average(rules, weighed).map(|average| average.printed)
        })
        .collect();
    ranks(rules.ranking, &generals).len()
}

pub fn measure() {
    let mut chance = ChaCha8Rng::seed_from_u64(7);
    let school: Vec<Pupil> = (0..STUDENTS).map(|_| (0..SUBJECTS).map(|_| marks(&mut chance)).collect()).collect();
    let kinds: BTreeMap<&str, RuleSet> = [("mali", Preset::Mali.rules()), ("france", Preset::France.rules())].into();
    for (name, rules) in kinds {
        let mut times = Vec::with_capacity(SAMPLES);
        for _ in 0..SAMPLES {
            let begun = Instant::now();
            black_box(reckon(&rules, black_box(&school)));
            times.push(begun.elapsed());
        }
        show(&format!("averages and ranks of {STUDENTS} × {} marks: {name}", SUBJECTS * 5), times);
    }
}
