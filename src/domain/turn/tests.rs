use proptest::prelude::*;

use super::*;
use crate::domain::rules::{DecisionRule, Preset};

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn class(text: &str, level: &str, series: Option<&str>) -> Class {
    let level = (!level.is_empty()).then(|| name(level));
    Class { level, series: series.map(name), ..Class::named(ClassId::new(text), name(text)) }
}

fn levels() -> Vec<Name> {
    ["10e", "11e", "Terminale", "CAP", "BT"].map(name).to_vec()
}

fn school() -> Vec<Class> {
    vec![
        class("10e A", "10e", None),
        class("10e B", "10e", None),
        class("11e A", "11e", None),
        class("11e B", "11e", None),
        class("11S", "11e", Some("S")),
        class("TSE", "Terminale", Some("TSE")),
        class("TS", "Terminale", Some("S")),
        class("Club", "", None),
    ]
}

fn to(id: &str) -> ClassTarget {
    ClassTarget::Class(ClassId::new(id))
}

fn guessed(classes: &[Class], rules: &RuleSet, id: &str) -> Result<ClassTarget, NoNext> {
    let levels = levels();
    let ladder = Ladder { levels: &levels, classes, rules };
    targets(&ladder, &BTreeMap::new())[&ClassId::new(id)].clone()
}

#[test]
fn a_class_goes_up_by_series_and_name_and_is_open_where_nothing_tells() {
    let (classes, rules) = (school(), Preset::Mali.rules());
    for (from, next) in [
        ("10e A", Ok(to("11e A"))),
        ("10e B", Ok(to("11e B"))),
        ("11e A", Err(NoNext::Several)),
        ("11S", Ok(to("TS"))),
        ("TSE", Ok(ClassTarget::Leaves)),
        ("Club", Err(NoNext::NoLevel)),
    ] {
        assert_eq!(guessed(&classes, &rules, from), next, "{from}");
    }
    let few: Vec<Class> = classes.iter().filter(|class| class.name.as_str().starts_with("10")).cloned().collect();
    assert_eq!(guessed(&few, &rules, "10e A"), Err(NoNext::NoClass));
    // The rules may name the level: then theirs counts.
    let mut skipping = rules.clone();
    let rule = DecisionRule { level: Some(name("10e")), next: Some(name("Terminale")), ..rules.decisions[0].clone() };
    skipping.decisions.push(rule);
    let one: Vec<Class> = classes.iter().filter(|class| class.id.as_str() != "TS").cloned().collect();
    assert_eq!(guessed(&one, &skipping, "10e A"), Ok(to("TSE")));
}

#[test]
fn what_somebody_said_comes_before_the_guess_while_that_class_is_there() {
    let (classes, rules, levels) = (school(), Preset::Mali.rules(), levels());
    let ladder = Ladder { levels: &levels, classes: &classes, rules: &rules };
    let said: BTreeMap<ClassId, ClassTarget> = [
        (ClassId::new("10e A"), ClassTarget::Class(ClassId::new("11S"))),
        (ClassId::new("10e B"), ClassTarget::Class(ClassId::new("gone"))),
        (ClassId::new("11e A"), ClassTarget::Leaves),
    ]
    .into();
    let targets = targets(&ladder, &said);
    assert_eq!(targets[&ClassId::new("10e A")], Ok(to("11S")));
    assert_eq!(targets[&ClassId::new("10e B")], Ok(to("11e B")));
    assert_eq!(targets[&ClassId::new("11e A")], Ok(ClassTarget::Leaves));
}

fn pupil(class: &str, hundredths: Option<u16>, repeated: u8) -> Pupil {
    Pupil {
        student: StudentId::new("s"),
        class: ClassId::new(class),
        average: hundredths.and_then(Average::from_hundredths),
        repeated,
        council: None,
    }
}

fn placed(pupil: &Pupil) -> (Fate, Option<String>, DecidedBy) {
    let (classes, rules, levels) = (school(), Preset::Mali.rules(), levels());
    let ladder = Ladder { levels: &levels, classes: &classes, rules: &rules };
    let targets = targets(&ladder, &BTreeMap::new());
    let level = classes.iter().find(|class| class.id == pupil.class).and_then(|class| class.level.clone());
    let placed = place(&rules, level.as_ref(), &targets, pupil);
    (placed.fate, placed.to.map(|class| class.as_str().to_owned()), placed.by)
}

#[test]
fn the_rules_propose_and_the_council_decides() {
    let (council, rules) = (DecidedBy::Council, DecidedBy::Rules);
    let some = |text: &str| Some(text.to_owned());
    let decided = Fate::Decided;
    assert_eq!(placed(&pupil("10e A", Some(1_000), 0)), (decided(Outcome::Promoted), some("11e A"), rules));
    assert_eq!(placed(&pupil("10e A", Some(999), 0)), (decided(Outcome::Repeating), some("10e A"), rules));
    assert_eq!(placed(&pupil("10e A", Some(999), 1)), (decided(Outcome::Excluded), None, rules));
    assert_eq!(placed(&pupil("TSE", Some(1_000), 0)), (decided(Outcome::Leaving), None, rules));
    assert_eq!(placed(&pupil("10e A", None, 0)), (Fate::Undecided(Undecided::NoAverage), None, rules));
    let several = Fate::Undecided(Undecided::NoTarget(NoNext::Several));
    assert_eq!(placed(&pupil("11e A", Some(1_000), 0)), (several, None, rules));
    // Who repeats needs no class above.
    assert_eq!(placed(&pupil("11e A", Some(900), 0)), (decided(Outcome::Repeating), some("11e A"), rules));
    let said = |class: &str, outcome, to: Option<&str>| Pupil {
        council: Some((outcome, to.map(ClassId::new))),
        ..pupil(class, None, 3)
    };
    assert_eq!(placed(&said("10e A", Outcome::Promoted, None)), (decided(Outcome::Promoted), some("11e A"), council));
    assert_eq!(placed(&said("11e A", Outcome::Promoted, None)), (several, None, council));
    let named = placed(&said("11e A", Outcome::Promoted, Some("TS")));
    assert_eq!(named, (decided(Outcome::Promoted), some("TS"), council));
    let repeats = placed(&said("10e A", Outcome::Repeating, Some("10e B")));
    assert_eq!(repeats, (decided(Outcome::Repeating), some("10e B"), council));
    assert_eq!(placed(&said("10e A", Outcome::Leaving, Some("TS"))), (decided(Outcome::Leaving), None, council));
}

proptest! {
    #[test]
    fn everybody_has_one_fate_and_a_class_exactly_if_they_stay(
        class in 0..8_usize,
        average in proptest::option::of(0..=2_000_u16),
        repeated in 0..3_u8,
        council in proptest::option::of((0..4_usize, proptest::option::of(0..8_usize))),
    ) {
        let classes = school();
        let council = council.map(|(outcome, to)| (Outcome::ALL[outcome], to.map(|to| classes[to].id.clone())));
        let pupil = Pupil { council: council.clone(), ..pupil(classes[class].name.as_str(), average, repeated) };
        let (fate, to, by) = placed(&pupil);
        match fate {
            Fate::Decided(outcome) => prop_assert_eq!(outcome.stays(), to.is_some()),
            Fate::Undecided(_) => prop_assert_eq!(&to, &None),
        }
        // Nothing is invented: without a decision and without an average nothing is decided.
        if council.is_none() && average.is_none() {
            prop_assert_eq!(fate, Fate::Undecided(Undecided::NoAverage));
        }
        prop_assert_eq!(by == DecidedBy::Council, council.is_some());
        // A plan of a plan is the same: what was decided, put on record, leads to the same again.
        if let Fate::Decided(outcome) = fate {
            let again = Pupil { council: Some((outcome, to.clone().map(ClassId::new))), ..pupil };
            let (same, there, _) = placed(&again);
            prop_assert_eq!((same, there), (fate, to));
        }
    }
}
