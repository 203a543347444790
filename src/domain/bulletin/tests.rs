use super::*;
use crate::domain::rules::Preset;

fn text(text: &str) -> BulletinValue {
    BulletinValue::Text(Remark::parse(text).unwrap())
}

fn average(hundredths: u16) -> Average {
    Average::from_hundredths(hundredths).unwrap()
}

fn decision(honour: Option<&str>, reason: &str) -> BulletinValue {
    let honour = honour.map(|label| Name::parse(label).unwrap());
    BulletinValue::Honour(HonourDecision { honour, reason: Remark::parse(reason).unwrap() })
}

fn maths() -> BulletinPage {
    BulletinPage::Subject(SubjectId::new("math"))
}

#[test]
fn a_text_is_as_long_as_a_line_holds_counted_as_people_count() {
    let rules = Preset::Mali.rules();
    let is = |page: &BulletinPage, typed: &str| fits(&rules, page, BulletinPart::Remark, &text(typed));
    assert_eq!((rules.remark_max, rules.general_max), (80, 240));
    // An accent that is a code point of its own does not count.
    let e = "x\u{301}";
    assert_eq!(is(&maths(), &e.repeat(80)), Ok(()));
    assert_eq!(is(&maths(), &e.repeat(81)), Err(BulletinFault::TooLong { max: 80 }));
    assert_eq!(is(&BulletinPage::Council, &"é".repeat(240)), Ok(()));
    assert_eq!(is(&BulletinPage::Council, &"é".repeat(241)), Err(BulletinFault::TooLong { max: 240 }));
}

#[test]
fn every_part_takes_its_own_values_and_no_other() {
    let rules = Preset::Mali.rules();
    let is = |part, value: &BulletinValue| fits(&rules, &BulletinPage::FollowUp, part, value);
    assert_eq!(is(BulletinPart::Late, &BulletinValue::Count(MOST)), Ok(()));
    assert_eq!(is(BulletinPart::Late, &BulletinValue::Count(MOST + 1)), Err(BulletinFault::TooMany { max: MOST }));
    assert_eq!(is(BulletinPart::Conduct, &BulletinValue::Mark(average(2_000))), Ok(()));
    assert_eq!(is(BulletinPart::Conduct, &BulletinValue::Count(3)), Err(BulletinFault::NotThat));
    assert_eq!(is(BulletinPart::Honour, &decision(Some("Félicitations"), "Entraide")), Ok(()));
    assert_eq!(is(BulletinPart::Honour, &decision(None, "Absences")), Ok(()));
    assert_eq!(is(BulletinPart::Honour, &decision(Some("Médaille"), "x")), Err(BulletinFault::NoSuchHonour));
    assert_eq!(is(BulletinPart::Honour, &decision(None, " ")), Err(BulletinFault::NoReason));
}

#[test]
fn values_survive_the_history() {
    for (part, value) in [
        (BulletinPart::Remark, text("Bon trimestre.")),
        (BulletinPart::Late, BulletinValue::Count(3)),
        (BulletinPart::Conduct, BulletinValue::Mark(average(1_250))),
        (BulletinPart::Honour, decision(Some("Félicitations"), "Entraide")),
    ] {
        assert_eq!(BulletinValue::from_json(part, &BulletinValue::to_json(Some(&value))), Some(value));
        assert_eq!(BulletinValue::from_json(part, &BulletinValue::to_json(None)), None);
        assert_eq!(BulletinPart::parse(part.as_str()), Some(part));
    }
}

#[test]
fn conduct_stands_in_the_way_of_praise_and_the_council_has_the_last_word() {
    let rules = Preset::Mali.rules();
    let of = BulletinOf { class: ClassId::new("c"), year: YearId::starting(2026).unwrap(), term: Term::FIRST };
    let mut follow = FollowUp::empty(StudentId::new("s"), of.class, of.year, of.term);
    let said = |follow: &FollowUp| {
        let (proposed, stands) = honours(&rules, Some(average(1_700)), Some(follow));
        (proposed.map(|name| name.to_string()), stands.map(|name| name.to_string()))
    };
    let both = |label: &str| (Some(label.to_owned()), Some(label.to_owned()));
    assert_eq!(said(&follow), both("Félicitations"));
    follow.conduct = Some(rules.conduct_below);
    assert_eq!(said(&follow), both("Félicitations"));
    follow.conduct = Some(average(rules.conduct_below.hundredths() - 1));
    assert_eq!(said(&follow), both("Blâme"));
    set_follow_up(&mut follow, BulletinPart::Honour, Some(decision(None, "Excuses présentées")));
    assert_eq!(said(&follow), (Some("Blâme".to_owned()), None));
}
