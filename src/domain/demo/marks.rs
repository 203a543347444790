//! A class's sheets for made-up students: evaluations, and marks that look like marks.

use super::{
    chance::{Chance, Kind, identifier},
    crowd::Ground,
    days,
    people::Person,
};
use crate::domain::{
    calendar::TermSpan,
    entities::{Class, Evaluation, EvaluationKind, Sheet, Subject},
    id::EvaluationId,
    score::{MarkCode, MarkValue, Scale, Score},
    text_values::Name,
    words,
};

/// How much is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Richness {
    /// Every subject and term, up to three evaluations a sheet.
    Full,
    /// Five subjects, a test and a composition each, in the current term: ten marks a student.
    Ten,
}

/// How many subjects a [`Richness::Ten`] class has.
const FEW: usize = 5;

/// Is it taught in that class? A subject with coefficients by series and a small one of its own belongs to its series.
pub(super) fn taught(subject: &Subject, class: &Class) -> bool {
    subject.coefficient > 1
        || subject.coefficients.is_empty()
        || subject.coefficients.iter().any(|entry| entry.series.is_some() && entry.series == class.series)
}

/// The sheets of a class, in the order of terms and then of subjects' ids: the order in which grades stand on a
/// student.
pub(super) fn sheets(ground: &Ground, seed: u64, richness: Richness, class: &Class, number: u64) -> Vec<Sheet> {
    let mut subjects: Vec<&Subject> = ground.subjects.iter().filter(|subject| taught(subject, class)).collect();
    let terms = match richness {
        Richness::Full => ground.terms.clone(),
        Richness::Ten => {
            // By position: the subjects that every school has come first.
            subjects.sort_by_key(|subject| subject.position);
            subjects.truncate(FEW);
            ground.terms.iter().filter(|span| span.term == ground.school.current_term).cloned().collect()
        }
    };
    subjects.sort_by(|a, b| a.id.cmp(&b.id));
    let mut made = Vec::new();
    for span in terms {
        let term = span.term;
        for (place, subject) in subjects.iter().enumerate() {
            let mut sheet =
                Sheet::empty(class.id.clone(), subject.id.clone(), ground.school.current_year.clone(), term);
            sheet.columns_version = 1;
            let place = u64::try_from(place).unwrap_or_default();
            // Sixteen terms, 256 subjects, eight columns: room enough, and the ids sort as the grades do.
            let first = (number << 15) | (u64::from(term.number()) << 11) | (place.min(255) << 3);
            sheet.evaluations = evaluations(ground, seed, richness, subject, &span, first);
            made.push(sheet);
        }
    }
    made
}

/// The columns of one sheet; `first` is the number of the first one's identifier.
fn evaluations(
    ground: &Ground,
    seed: u64,
    richness: Richness,
    subject: &Subject,
    span: &TermSpan,
    first: u64,
) -> Vec<Evaluation> {
    use EvaluationKind::{Composition, Quiz, Test};
    let name = words::fold(subject.name.as_str());
    let plan: &[(EvaluationKind, &'static str)] = match richness {
        Richness::Ten => &[(Test, "Devoir"), (Composition, "Composition")],
        // Conduct is one mark; sports have no written examination.
        Richness::Full if name.starts_with("conduite") => &[(Test, "Conduite")],
        Richness::Full if name.contains("physique et sportive") => &[(Test, "Endurance"), (Test, "Saut")],
        Richness::Full => &[(Test, "Devoir 1"), (Quiz, "Interrogation 1"), (Composition, "Composition")],
    };
    let out_of_forty = name.starts_with("mathematiques") && richness == Richness::Full;
    plan.iter()
        .zip(0_u64..)
        .map(|((kind, title), column)| Evaluation {
            id: EvaluationId::new(identifier(seed, ground.at, Kind::Evaluation, first | column)),
            kind: *kind,
            title: Name::preset(title),
            date: days::of_column(ground.school.current_year.first(), span, column),
            scale: match kind {
                Composition if out_of_forty => Scale::from_hundredths(4_000).unwrap_or_default(),
                Test | Quiz | Composition | EvaluationKind::MockExam => Scale::TWENTY,
            },
            coefficient: if *kind == Test { 2 } else { 1 },
            published: true,
        })
        .collect()
}

/// What stands in a student's cell. `level` is the student's own in this subject, in hundredths on 20.
pub(super) fn value(
    chance: &mut Chance,
    person: &Person,
    sports: bool,
    level: i32,
    evaluation: &Evaluation,
) -> Option<MarkValue> {
    if sports && person.exempt {
        return Some(MarkValue::Code(MarkCode::Disp));
    }
    match chance.below(1_000) {
        0..12 => return Some(MarkValue::Code(MarkCode::Abs)),
        12..15 => return Some(MarkValue::Code(MarkCode::Absn)),
        15..20 => return Some(MarkValue::Code(MarkCode::Nn)),
        20..26 => return None,
        _ => {}
    }
    let on_twenty = chance.bell(level, 190).clamp(100, 2_000);
    // Teachers mark by half points, and by quarters now and then.
    let step: u32 = if chance.in_thousand(150) { 25 } else { 50 };
    let points = u32::try_from(on_twenty).ok()?.saturating_mul(u32::from(evaluation.scale.hundredths()));
    let points = points.checked_div(2_000)?.checked_div(step)?.saturating_mul(step);
    let points = u16::try_from(points).ok()?;
    Score::new(points.min(evaluation.scale.hundredths()), evaluation.scale).map(MarkValue::Score)
}
