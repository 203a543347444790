use super::*;
use crate::domain::{
    entities::{EvaluationKind, Grade, LevelCoefficient},
    id::EvaluationId,
    rules::Preset,
    score::{Average, Scale, Score},
};

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn class(id: &str, series: &str) -> Class {
    let named = Class::named(ClassId::new(id), name(id));
    Class { level: Some(name("Terminale")), series: Some(name(series)), ..named }
}

/// Counts `coefficient` in the series TSE, once elsewhere.
fn subject(id: &str, coefficient: u8) -> Subject {
    serde_json::from_value(serde_json::json!({
        "_id": id, "name": id, "short": null, "coefficient": 1,
        "coefficients": [LevelCoefficient { level: None, series: Some(name("TSE")), coefficient }],
    }))
    .unwrap()
}

fn weights(classes: &[Class], subjects: &[&Subject]) -> Weights {
    let year = YearId::starting(2026).unwrap();
    Weights::new(&Preset::Mali.rules(), (&year, Term::new(1).unwrap()), classes, subjects)
}

fn grade(class: &str, year: u16, term: u8, subject: &str, points: u16) -> Grade {
    Grade {
        class: Some(ClassId::new(class)),
        subject: SubjectId::new(subject),
        year: YearId::starting(year).unwrap(),
        term: Term::new(term).unwrap(),
        evaluation: EvaluationId::new(format!("{class}-{year}-{term}-{subject}")),
        kind: EvaluationKind::Test,
        date: None,
        score: Score::new(points, Scale::TWENTY),
        code: None,
        scale: Scale::TWENTY,
        coefficient: 1,
    }
}

fn student(class: &str, grades: Vec<Grade>) -> Student {
    let mut student: Student = serde_json::from_value(serde_json::json!({
        "_id": "p1", "matricule": "MLE-2026-0001", "last_name": "Traoré", "first_name": "Awa", "status": "active",
        "class": class,
    }))
    .unwrap();
    for grade in grades {
        read_model::set_grade(&mut student, grade);
    }
    student
}

#[test]
fn marks_keep_the_coefficients_of_the_class_they_were_given_in() {
    let (math, french) = (subject("math", 4), subject("fr", 1));
    let classes = [class("tse", "TSE"), class("tll", "TLL")];
    let weights = weights(&classes, &[&math, &french]);
    // Term 1 and last year in TSE, where maths count four times; term 2 in TLL, where they count once.
    let mut pupil = student("tll", vec![]);
    for (class, year, term) in [("tse", 2025, 1), ("tse", 2026, 1), ("tll", 2026, 2)] {
        for (subject, points) in [("math", 2_000), ("fr", 1_000)] {
            read_model::set_grade(&mut pupil, grade(class, year, term, subject, points));
        }
    }
    weights.refresh(&mut pupil);
    let average = |year: u16, term: u8| {
        pupil.averages[&YearId::starting(year).unwrap()].terms[&Term::new(term).unwrap()].hundredths()
    };
    assert_eq!([average(2025, 1), average(2026, 1), average(2026, 2)], [1_800, 1_800, 1_500]);
    assert_eq!(pupil.average.map(Average::hundredths), Some(1_800));
}

#[test]
fn with_marks_of_both_classes_ones_own_counts() {
    let (math, french) = (subject("math", 4), subject("fr", 1));
    let classes = [class("tse", "TSE"), class("tll", "TLL")];
    let weights = weights(&classes, &[&math, &french]);
    for (own, wanted) in [("tse", 1_800), ("tll", 1_500)] {
        let mut pupil = student(own, vec![grade(own, 2026, 1, "fr", 1_000)]);
        for class in ["tse", "tll"] {
            read_model::set_grade(&mut pupil, grade(class, 2026, 1, "math", 2_000));
        }
        weights.refresh(&mut pupil);
        assert_eq!(pupil.average.map(Average::hundredths), Some(wanted), "{own}");
    }
}

#[test]
fn an_option_counts_only_for_who_takes_it_in_that_year() {
    let french = subject("fr", 1);
    let arabic = Subject { optional: true, ..subject("ar", 1) };
    let classes = [class("tll", "TLL")];
    let weights = weights(&classes, &[&french, &arabic]);
    let year = YearId::starting(2026).unwrap();
    let given = vec![grade("tll", 2026, 1, "ar", 2_000), grade("tll", 2026, 1, "fr", 1_000)];
    let mut pupil = student("tll", given);
    let before = pupil.grades.clone();
    weights.refresh(&mut pupil);
    assert_eq!(pupil.average.map(Average::hundredths), Some(1_000));
    assert_eq!(pupil.grades, before, "the marks stay, in their order");
    assert!(!pupil.subject_averages[&year][&Term::FIRST].contains_key(&SubjectId::new("ar")));
    pupil.options.insert(YearId::starting(2025).unwrap(), vec![SubjectId::new("ar")]);
    weights.refresh(&mut pupil);
    assert_eq!(pupil.average.map(Average::hundredths), Some(1_000), "another year's option");
    pupil.options.insert(year, vec![SubjectId::new("ar")]);
    weights.refresh(&mut pupil);
    assert_eq!(pupil.average.map(Average::hundredths), Some(1_500));
}

#[test]
fn a_stamp_changes_with_what_averages_are_made_of_and_with_nothing_else() {
    let (math, french) = (subject("math", 4), subject("fr", 1));
    let (tse, tll) = (class("tse", "TSE"), class("tll", "TLL"));
    let stamped = |classes: &[Class], subjects: &[&Subject], pupil: &Student| {
        let mut pupil = pupil.clone();
        weights(classes, subjects).refresh(&mut pupil);
        pupil.basis
    };
    let pupil = student("tse", vec![grade("tse", 2026, 1, "math", 1_000)]);
    let before = stamped(&[tse.clone(), tll.clone()], &[&math, &french], &pupil);
    let more = class("tsx", "TSX");
    assert_eq!(stamped(&[more, tll.clone(), tse.clone()], &[&french, &math, &subject("svt", 3)], &pupil), before);
    let other = Class { name: name("Terminale L"), ..tll.clone() };
    assert_eq!(stamped(&[tse.clone(), other.clone()], &[&math, &french], &pupil), before);
    // Who has marks of that class is another matter.
    let moved = student("tse", vec![grade("tll", 2026, 1, "math", 1_000)]);
    let both = [tse.clone(), tll.clone()];
    assert_ne!(stamped(&both, &[&math, &french], &moved), stamped(&[tse.clone(), other], &[&math, &french], &moved));
    let heavier = Subject { reweighed: true, ..subject("math", 5) };
    assert_ne!(stamped(&both, &[&heavier, &french], &pupil), before);
    for changed in [Class { name: name("TSE 1"), ..tse.clone() }, Class { series: None, ..tse }] {
        assert_ne!(stamped(&[changed, tll.clone()], &[&math, &french], &pupil), before);
    }
    let option = Subject { reweighed: true, optional: true, ..subject("math", 4) };
    let whole = Subject { optional: false, ..option.clone() };
    assert_ne!(stamped(&both, &[&option, &french], &pupil), stamped(&both, &[&whole, &french], &pupil));
}

/// Who makes averages anew writes these fields alone.
#[test]
fn only_what_follows_from_marks_is_made_anew() {
    let math = Subject { optional: true, ..subject("math", 4) };
    let classes = [class("tse", "TSE")];
    let before = student("tse", vec![grade("tse", 2026, 1, "math", 1_500), grade("tse", 2026, 1, "fr", 1_000)]);
    let mut after = before.clone();
    weights(&classes, &[&math, &subject("fr", 1)]).refresh(&mut after);
    assert_ne!(after, before);
    let rest = Student {
        average: before.average,
        averages: before.averages.clone(),
        subject_averages: before.subject_averages.clone(),
        rules_version: before.rules_version,
        basis: before.basis.clone(),
        class_name: before.class_name.clone(),
        ..after
    };
    assert_eq!(rest, before);
}
