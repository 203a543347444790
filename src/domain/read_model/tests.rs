use super::*;
use crate::domain::{
    entities::EvaluationKind,
    rules::Preset,
    score::{MarkCode, Scale, Score},
};

fn student() -> Student {
    serde_json::from_value(serde_json::json!({
        "_id": "p1", "matricule": "MLE-2026-0001", "last_name": "Traoré", "first_name": "Awa", "status": "active",
    }))
    .unwrap()
}

fn year(first: u16) -> YearId {
    YearId::starting(first).unwrap()
}

fn term(number: u8) -> Term {
    Term::new(number).unwrap()
}

fn grade(first: u16, number: u8, subject: &str, evaluation: &str, points: Option<u16>) -> Grade {
    Grade {
        class: None,
        subject: SubjectId::new(subject),
        year: year(first),
        term: term(number),
        evaluation: EvaluationId::new(evaluation),
        kind: EvaluationKind::Test,
        date: None,
        score: points.and_then(|points| Score::new(points, Scale::TWENTY)),
        code: None,
        scale: Scale::TWENTY,
        coefficient: 1,
    }
}

struct Plain<F>(RuleSet, F);

impl<F: Fn(&SubjectId) -> u8> Ground for Plain<F> {
    fn rules(&self) -> &RuleSet {
        &self.0
    }

    fn rules_in(&self, _: Option<&ClassId>) -> &RuleSet {
        &self.0
    }

    fn coefficient(&self, _: Option<&ClassId>, subject: &SubjectId) -> u8 {
        (self.1)(subject)
    }
}

fn refreshed(student: &Student, coefficient: impl Fn(&SubjectId) -> u8) -> Student {
    by(Preset::Mali.rules(), student, coefficient)
}

fn by(rules: RuleSet, student: &Student, coefficient: impl Fn(&SubjectId) -> u8) -> Student {
    let mut student = student.clone();
    refresh(&mut student, (&year(2026), term(1)), &Plain(rules, coefficient));
    student
}

fn weights(subject: &SubjectId) -> u8 {
    if subject.as_str() == "math" { 3 } else { 1 }
}

#[test]
fn averages_follow_the_grades() {
    let mut pupil = student();
    set_grade(&mut pupil, grade(2026, 1, "math", "e1", Some(1_600)));
    set_grade(&mut pupil, grade(2026, 1, "fr", "e2", Some(800)));
    set_grade(&mut pupil, grade(2026, 2, "fr", "e3", Some(1_000)));
    let pupil = refreshed(&pupil, weights);
    assert_eq!(pupil.average.map(Average::hundredths), Some(1_400));
    let averages = &pupil.averages[&year(2026)];
    assert_eq!(averages.terms[&term(2)].hundredths(), 1_000);
    assert_eq!(averages.year.map(Average::hundredths), Some(1_200));
    assert_eq!(pupil.subject_averages[&year(2026)][&term(1)][&SubjectId::new("math")].hundredths(), 1_600);
    assert_eq!(pupil.rules_version, 1);
    assert_eq!(refreshed(&pupil, weights), pupil);
}

#[test]
fn a_grade_replaces_its_own_and_an_empty_one_goes() {
    let mut pupil = student();
    set_grade(&mut pupil, grade(2026, 1, "math", "e1", Some(1_600)));
    set_grade(&mut pupil, grade(2026, 1, "math", "e1", Some(900)));
    assert_eq!(pupil.grades.len(), 1);
    let mut exempt = grade(2026, 1, "math", "e1", None);
    exempt.code = Some(MarkCode::Disp);
    set_grade(&mut pupil, exempt);
    assert_eq!(pupil.grades.len(), 1);
    let mut pupil = refreshed(&pupil, weights);
    assert_eq!((pupil.average, pupil.averages.len()), (None, 0));
    set_grade(&mut pupil, grade(2026, 1, "math", "e1", None));
    assert_eq!(refreshed(&pupil, weights).grades, []);
}

#[test]
fn what_goes_leaves_no_average_behind() {
    let mut pupil = student();
    set_grade(&mut pupil, grade(2025, 3, "math", "e0", Some(1_200)));
    set_grade(&mut pupil, grade(2026, 1, "math", "e1", Some(1_600)));
    let mut pupil = refreshed(&pupil, weights);
    remove_evaluation(&mut pupil, &EvaluationId::new("e0"));
    remove_evaluation(&mut pupil, &EvaluationId::new("e1"));
    assert_eq!(refreshed(&pupil, weights), refreshed(&student(), weights));
}

#[test]
fn the_order_of_entry_leaves_no_trace() {
    let grades = [
        grade(2026, 1, "math", "e1", Some(1_600)),
        grade(2025, 2, "fr", "e2", Some(800)),
        grade(2026, 1, "fr", "e0", Some(1_000)),
    ];
    let (mut one, mut two) = (student(), student());
    for (forward, backward) in grades.iter().zip(grades.iter().rev()) {
        set_grade(&mut one, forward.clone());
        set_grade(&mut two, backward.clone());
    }
    assert_eq!(refreshed(&one, weights), refreshed(&two, weights));
}

#[test]
fn last_years_averages_do_not_follow_new_coefficients() {
    let mut pupil = student();
    for (first, evaluation) in [(2025, "a"), (2026, "b")] {
        set_grade(&mut pupil, grade(first, 1, "math", &format!("{evaluation}1"), Some(1_600)));
        set_grade(&mut pupil, grade(first, 1, "fr", &format!("{evaluation}2"), Some(800)));
    }
    let pupil = refreshed(&refreshed(&pupil, weights), |_| 1);
    assert_eq!(pupil.averages[&year(2025)].terms[&term(1)].hundredths(), 1_400);
    assert_eq!(pupil.averages[&year(2026)].terms[&term(1)].hundredths(), 1_200);
    // A late correction of last year's mark does count.
    let mut pupil = pupil;
    set_grade(&mut pupil, grade(2025, 1, "math", "a1", Some(1_000)));
    assert_eq!(refreshed(&pupil, weights).averages[&year(2025)].terms[&term(1)].hundredths(), 950);
}

#[test]
fn the_document_reads_back_as_it_was() {
    let mut pupil = student();
    set_grade(&mut pupil, grade(2026, 1, "math", "e1", Some(1_600)));
    set_grade(&mut pupil, grade(2026, 2, "fr", "e2", Some(825)));
    let pupil = refreshed(&pupil, weights);
    let document = serde_json::to_value(&pupil).unwrap();
    assert_eq!(document["average"], 16.0);
    assert_eq!(document["averages"]["2026-2027"], serde_json::json!({ "T1": 16.0, "T2": 8.25, "year": 12.13 }));
    assert_eq!(serde_json::from_value::<Student>(document).unwrap(), pupil);
}

#[test]
fn a_closed_term_keeps_its_averages_whatever_becomes_of_rules_and_coefficients() {
    let mut rules = Preset::Mali.rules();
    rules.general = crate::domain::rules::GeneralFrom::Exact;
    let mut pupil = student();
    // 37/3 and 31/3, by thirds that no hundredth holds.
    for (evaluation, points) in [("e1", 1_200), ("e2", 1_200), ("e3", 1_300)] {
        set_grade(&mut pupil, grade(2026, 1, "math", evaluation, Some(points)));
    }
    set_grade(&mut pupil, grade(2026, 2, "math", "e4", Some(1_000)));
    let pupil = by(rules.clone(), &pupil, weights);
    assert_eq!(pupil.average.map(Average::hundredths), Some(1_233));
    let ground = Plain(rules.clone(), weights);
    let exact = generals(&pupil, &year(2026), &ground)[&term(1)].fraction();
    assert_eq!(exact, "37/3");
    let mut closed = pupil.clone();
    let how = ClosedTerm { class: ClassId::new("c"), rules: rules.id.clone(), exact: Some(exact) };
    closed.closed.entry(year(2026)).or_default().insert(term(1), how);
    assert_eq!(by(rules.clone(), &closed, weights), closed, "closing changes no average");

    rules.rounding = crate::domain::rules::RoundingRule::Tenth;
    let after = by(rules.clone(), &closed, |_| 0);
    assert_eq!(after.average.map(Average::hundredths), Some(1_233));
    assert_eq!(after.subject_averages[&year(2026)][&term(1)], pupil.subject_averages[&year(2026)][&term(1)]);
    assert_eq!(after.averages[&year(2026)].terms.get(&term(2)), None, "the open term follows the new coefficient");
    let mut again = after.clone();
    again.closed.clear();
    assert_eq!(by(rules, &again, weights).average.map(Average::hundredths), Some(1_230));
}
