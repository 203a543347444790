use super::*;
use crate::domain::{
    rules::Preset,
    score::{MarkCode, MarkValue, Score},
    text_values::Name,
};

/// `kind`, points and scale in hundredths.
fn mark(kind: EvaluationKind, points: u16, scale: u16) -> MarkInput {
    let scale = Scale::from_hundredths(scale).unwrap();
    MarkInput { kind, value: Score::new(points, scale).map(MarkValue::Score), scale, coefficient: 1 }
}

fn test(points: u16, scale: u16) -> MarkInput {
    mark(EvaluationKind::Test, points, scale)
}

fn code(code: MarkCode) -> MarkInput {
    MarkInput { value: Some(MarkValue::Code(code)), ..test(0, 2_000) }
}

fn printed_of(rules: &RuleSet, marks: &[MarkInput]) -> Option<u16> {
    subject_average(rules, marks.iter().copied()).map(|average| average.printed.hundredths())
}

fn average(hundredths: u16) -> AverageOf {
    AverageOf::from_printed(Average::from_hundredths(hundredths).unwrap())
}

#[test]
fn class_marks_and_composition() {
    let rules = Preset::Mali.rules();
    let marks = [test(1_650, 2_000), mark(EvaluationKind::Composition, 3_800, 4_000)];
    assert_eq!(printed_of(&rules, &marks), Some(1_817));
    assert_eq!(printed_of(&rules, &marks[..1]), Some(1_650));
    assert_eq!(printed_of(&rules, &marks[1..]), Some(1_900));

    let mut rules = rules;
    rules.formula =
        SubjectFormula::ClassAndComposition { class_weight: 1, composition_weight: 2, missing: MissingPart::Zero };
    assert_eq!(printed_of(&rules, &marks[..1]), Some(550));
    assert_eq!(printed_of(&rules, &marks[1..]), Some(1_267));
    assert_eq!(printed_of(&rules, &[]), None);

    rules.formula = SubjectFormula::ClassAndComposition {
        class_weight: 1,
        composition_weight: 1,
        missing: MissingPart::OtherAlone,
    };
    assert_eq!(printed_of(&rules, &marks), Some(1_775));
}

#[test]
fn scales_come_together_by_rule() {
    let marks = [test(1_800, 2_000), test(300, 1_000), test(100, 500)];
    assert_eq!(printed_of(&Preset::Mali.rules(), &marks), Some(933));
    assert_eq!(printed_of(&Preset::France.rules(), &marks), Some(1_257));
}

#[test]
fn coefficients_weigh() {
    let heavy = MarkInput { coefficient: 3, ..test(1_600, 2_000) };
    assert_eq!(printed_of(&Preset::Mali.rules(), &[test(800, 2_000), heavy]), Some(1_400));
    let none = MarkInput { coefficient: 0, ..test(1_600, 2_000) };
    assert_eq!(printed_of(&Preset::Mali.rules(), &[none]), None);
    assert_eq!(printed_of(&Preset::France.rules(), &[none, test(800, 2_000)]), Some(800));
}

#[test]
fn codes_are_left_out_or_zero_by_rule() {
    let mut rules = Preset::Mali.rules();
    let ten = test(1_000, 2_000);
    for left_out in [MarkCode::Abs, MarkCode::Disp, MarkCode::Nn] {
        assert_eq!(printed_of(&rules, &[ten, code(left_out)]), Some(1_000));
        assert_eq!(printed_of(&rules, &[code(left_out)]), None);
    }
    for by_rule in [MarkCode::Absn, MarkCode::Nr] {
        (rules.absn, rules.nr) = (CodeCounts::AsZero, CodeCounts::AsZero);
        assert_eq!(printed_of(&rules, &[ten, code(by_rule)]), Some(500));
        (rules.absn, rules.nr) = (CodeCounts::LeftOut, CodeCounts::LeftOut);
        assert_eq!(printed_of(&rules, &[ten, code(by_rule)]), Some(1_000));
    }
    let empty = MarkInput { value: None, ..ten };
    assert_eq!(printed_of(&rules, &[ten, empty]), Some(1_000));
}

#[test]
fn the_general_average_multiplies_what_is_printed() {
    let mut rules = Preset::Mali.rules();
    let thirds: Vec<_> = [(37, 3), (31, 3)]
        .into_iter()
        .map(|(numerator, denominator)| {
            (AverageOf::of(RoundingRule::Hundredth, Exact::new(numerator, denominator)).unwrap(), 1_u8)
        })
        .collect();
    // 12,33 and 10,33 printed; 12 1/3 and 10 1/3 exact.
    assert_eq!(general_average(&rules, thirds.clone()).map(|a| a.exact), Some(Exact::new(1_133, 100)));
    rules.general = GeneralFrom::Exact;
    assert_eq!(general_average(&rules, thirds).map(|a| a.exact), Some(Exact::new(34, 3)));
    assert_eq!(general_average(&rules, [(average(1_200), 0)]), None);
    assert_eq!(general_average(&rules, []), None);
}

#[test]
fn the_year_leaves_missing_terms_out() {
    let mut rules = Preset::Mali.rules();
    let term = |number| Term::new(number).unwrap();
    let terms = [(term(1), average(1_200)), (term(3), average(1_500))];
    assert_eq!(annual_average(&rules, &terms).map(|a| a.printed.hundredths()), Some(1_350));
    rules.annual_weights = vec![1, 1, 2];
    assert_eq!(annual_average(&rules, &terms).map(|a| a.printed.hundredths()), Some(1_400));
    rules.annual_weights = vec![0, 1, 0];
    assert_eq!(annual_average(&rules, &terms), None);
    assert_eq!(annual_average(&rules, &[]), None);
}

#[test]
fn halves_round_up() {
    let rounded = |numerator, denominator| {
        AverageOf::of(RoundingRule::Hundredth, Exact::new(numerator, denominator))
            .map(|average| average.printed.hundredths())
    };
    assert_eq!(rounded(12_345, 1_000), Some(1_235));
    assert_eq!(rounded(123_449, 10_000), Some(1_234));
    assert_eq!(rounded(19_995, 1_000), Some(2_000));
    assert_eq!(rounded(20_006, 1_000), None);
    assert_eq!(rounded(-1, 1), None);
}

#[test]
fn rounding_is_a_rule() {
    let rounded = |rounding, numerator, denominator| {
        AverageOf::of(rounding, Exact::new(numerator, denominator)).map(|average| average.printed.hundredths())
    };
    assert_eq!(rounded(RoundingRule::HundredthDown, 123_499, 10_000), Some(1_234));
    assert_eq!(rounded(RoundingRule::HundredthDown, 20_009, 1_000), Some(2_000));
    assert_eq!(rounded(RoundingRule::Tenth, 1_235, 100), Some(1_240));
    assert_eq!(rounded(RoundingRule::Tenth, 12_349, 1_000), Some(1_230));
    assert_eq!(rounded(RoundingRule::Tenth, 1_996, 100), Some(2_000));
}

#[test]
fn a_cycle_has_its_own_formula() {
    let rules = Preset::Mali.rules();
    let marks = [test(1_650, 2_000), mark(EvaluationKind::Composition, 3_800, 4_000)];
    let at = |level: &str| printed_of(&rules.at(Name::parse(level).ok().as_ref()), &marks);
    assert_eq!(at("Terminale"), Some(1_817));
    assert_eq!(at("3e année"), Some(1_775));
    assert_eq!(at("3E ANNEE"), Some(1_775), "a level is the same in whatever case and accents");
    assert_eq!(printed_of(&rules.at(None), &marks), Some(1_817));
}

#[test]
fn a_fraction_survives_its_text() {
    let average = AverageOf::of(RoundingRule::Hundredth, Exact::new(109, 6)).unwrap();
    assert_eq!(AverageOf::read(&average.fraction(), average.printed), Some(average));
    for nonsense in ["", "1", "1/0", "a/b", "1/-2"] {
        assert_eq!(AverageOf::read(nonsense, average.printed), None, "{nonsense}");
    }
}

#[test]
fn rules_of_before_still_read() {
    let old = r#"{"_id":"mali:1","name":"mali","rules_version":1,
        "formula":{"class_and_composition":{"class_weight":1,"composition_weight":2,"missing":"other_alone"}},
        "scales":"to_twenty_first","absn":"as_zero","nr":"as_zero","general":"printed","ranking":"competition",
        "bands":[{"from":0,"label":"Insuffisant"}],"annual_weights":[1,1,1],"pass":10}"#;
    let rules: RuleSet = serde_json::from_str(old).unwrap();
    assert_eq!((rules.cycles.len(), rules.rounding), (0, RoundingRule::Hundredth));
    assert_eq!((rules.honours.len(), rules.decisions.len(), rules.exams.len()), (5, 1, 4));
    assert_eq!(crate::domain::rules::check(&rules), []);
}

mod model;
