use crate::{
    domain::{
        entities::{ClassTarget, DecidedBy, Outcome, Role},
        id::{ActId, ClassId, StudentId},
        score::Average,
        text_values::Matricule,
        turn::{Fate, NoNext, Undecided},
    },
    protocol::{
        Council, Decide, Event, OpenYear, PlanClass, PlanCounts, PlanRow, Reply, Request, YearOpened, YearPlan,
    },
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn class(id: &str, name: &str, target: Result<ClassTarget, NoNext>) -> PlanClass {
    PlanClass {
        class: ClassId::new(id),
        name: name.to_owned(),
        capacity: Some(2),
        now: 2,
        next: 3,
        target,
        said: false,
        open_terms: vec![],
    }
}

fn pupil(id: &str, name: &str, fate: Fate, to: Option<&str>) -> PlanRow {
    PlanRow {
        student: StudentId::new(id),
        matricule: Matricule::parse(&format!("MLE-2026-{id}")).unwrap(),
        name: name.to_owned(),
        sex: None,
        class: ClassId::new("a"),
        average: Average::from_hundredths(1_250),
        repeated: 0,
        fate,
        to: to.map(ClassId::new),
        by: DecidedBy::Rules,
        reason: String::new(),
    }
}

fn plan(undecided: u64) -> YearPlan {
    let next = crate::domain::calendar::YearId::starting(sample::year().first() + 1).unwrap();
    let awa = pupil("0001", "TRAORÉ Awa", Fate::Decided(Outcome::Promoted), Some("s"));
    let issa = match undecided {
        0 => pupil("0002", "KEÏTA Issa", Fate::Decided(Outcome::Repeating), Some("a")),
        _ => PlanRow { average: None, ..pupil("0002", "KEÏTA Issa", Fate::Undecided(Undecided::NoAverage), None) },
    };
    YearPlan {
        year: sample::year(),
        next,
        begun: false,
        rows: vec![awa, issa],
        classes: vec![
            class("a", "10e A", Ok(ClassTarget::Class(ClassId::new("s")))),
            class("s", "11e S", Err(NoNext::Several)),
            class("tse", "TSE", Ok(ClassTarget::Leaves)),
        ],
        counts: PlanCounts { promoted: 1, undecided, ..PlanCounts::default() },
    }
}

fn opened(lang: Lang, role: Role, class: Option<&str>, undecided: u64) -> Driver {
    let class = class.map(ClassId::new);
    let mut driver = Driver::at(lang, role, Route::Turn { class: class.clone() });
    assert_eq!(*driver.asked(), Request::YearPlan { class });
    driver.reply(Reply::YearPlan(Box::new(plan(undecided))));
    driver
}

#[test]
fn classes_and_what_stands_in_the_way_are_seen() {
    for lang in Lang::ALL {
        let driver = opened(lang, Role::Admin, None, 1);
        insta::assert_snapshot!(format!("turn_{}", lang.code()), driver.frame());
        let driver = opened(lang, Role::Admin, Some("a"), 1);
        insta::assert_snapshot!(format!("turn_class_{}", lang.code()), driver.frame());
    }
    let mut driver = opened(Lang::Fr, Role::Admin, None, 1);
    driver.press("o");
    assert!(driver.asks.is_empty() && driver.shows("rien n’est décidé"), "{}", driver.screen());
    driver.press("<enter>");
    assert_eq!(*driver.asked(), Request::YearPlan { class: Some(ClassId::new("a")) });
}

#[test]
fn the_council_decides_with_a_reason_and_takes_back() {
    let mut driver = opened(Lang::Fr, Role::Admin, Some("a"), 1);
    driver.press("n<enter>");
    assert!(driver.shows("KEÏTA Issa") && driver.shows("selon la règle"), "{}", driver.screen());
    driver.press("<right><right><C-s>");
    assert!(driver.asks.is_empty(), "no reason: {}", driver.screen());
    driver.press("maladie<C-s>");
    let decision = Some(Council { outcome: Outcome::Repeating, to: None, reason: "maladie".to_owned() });
    let student = StudentId::new("0002");
    assert_eq!(*driver.asked(), Request::Decide(Box::new(Decide { student, decision })));
    driver.reply(Reply::Acted(ActId::new("act")));
    assert!(driver.shows("enregistrée"), "{}", driver.screen());
    driver.reply(Reply::YearPlan(Box::new(plan(0))));
    driver.press("u");
    assert_eq!(*driver.asked(), Request::Undo(ActId::new("act")));
}

#[test]
fn a_class_that_follows_is_chosen() {
    let mut driver = opened(Lang::Fr, Role::Admin, None, 1);
    driver.press("jm");
    driver.press("<right><right><right><right><enter>");
    let target = Some(ClassTarget::Class(ClassId::new("tse")));
    assert_eq!(*driver.asked(), Request::MapClass { class: ClassId::new("s"), target });
}

#[test]
fn the_next_year_is_opened_once_it_is_sure() {
    let mut driver = opened(Lang::Fr, Role::Admin, None, 0);
    assert!(driver.shows("Rien ne s’oppose"), "{}", driver.screen());
    driver.press("o<enter>");
    assert!(driver.asks.is_empty() && driver.shows("ne s’annule pas"), "{}", driver.screen());
    driver.press("o");
    let Request::OpenYear(OpenYear { from, assignments: true, .. }) = driver.asked() else {
        panic!("{:?}", driver.asked())
    };
    assert_eq!(*from, sample::year());
    let ticket = driver.asks.first().expect("a write").ticket;
    driver.event(Event::Progress { ticket, done: 200, total: 900 });
    assert!(driver.shows("200"), "{}", driver.screen());
    let year = plan(0).next;
    driver.reply(Reply::YearOpened(YearOpened { year, already: false, counts: plan(0).counts }));
    assert!(driver.shows("est ouverte"), "{}", driver.screen());
    // Who may not, may look.
    let mut driver = opened(Lang::Fr, Role::Head, None, 0);
    driver.press("o");
    assert!(driver.asks.is_empty() && driver.shows("rôle"), "{}", driver.screen());
}
