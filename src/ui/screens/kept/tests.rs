use crate::{
    domain::{
        entities::Role,
        id::{ActId, ClassId, EvaluationId, StudentId, SubjectId, UserId},
        score::{Scale, parse_mark},
    },
    protocol::{Event, Failure, KeptCount, KeptMark, KeptNames, KeptState, Reply, Request, SetMark, SheetKey, Why},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn key() -> SheetKey {
    SheetKey {
        class: ClassId::new("tse"),
        subject: SubjectId::new("math"),
        year: sample::year(),
        term: sample::term(1),
    }
}

fn kept(act: &str, text: &str, state: KeptState) -> KeptMark {
    KeptMark {
        number: 1,
        at: "2026-11-20T10:42:00Z".parse().expect("moment"),
        mark: SetMark {
            act: ActId::new(act),
            sheet: key(),
            evaluation: EvaluationId::new("e1"),
            student: StudentId::new("s1"),
            value: parse_mark(text, Scale::TWENTY).expect("mark"),
            expect: Some(1),
            reason: None,
        },
        names: KeptNames {
            user: "awa".into(),
            class: "TSE".into(),
            subject: "Mathématiques".into(),
            evaluation: "Devoir 1".into(),
            student: "COULIBALY Awa\u{1b}[2J".into(),
        },
        state,
    }
}

fn opened(lang: Lang) -> Driver {
    let mut driver = Driver::at(lang, Role::Teacher, Route::Kept);
    assert_eq!(driver.asked(), &Request::KeptMarks);
    let refused = KeptState::Refused(Failure::refused(Why::Closed));
    driver.reply(Reply::KeptMarks(vec![kept("a", "12,5", KeptState::Waiting), kept("b", "ABS", refused)]));
    driver
}

#[test]
fn each_says_what_it_is_and_what_is_the_matter() {
    for (lang, waits, closed) in
        [(Lang::Fr, "partira dès que", "Cette période"), (Lang::En, "as soon as the store", "This term")]
    {
        let mut driver = opened(lang);
        assert!(driver.shows("TSE · Mathématiques · Devoir 1 · COULIBALY Awa"), "{}", driver.screen());
        assert!(driver.shows(waits), "{}", driver.screen());
        driver.press("j");
        assert!(driver.shows(closed), "{}", driver.screen());
        assert!(!driver.screen().contains('\u{1b}'));
        insta::assert_snapshot!(format!("kept_{}_80x24", lang.code()), driver.frame());
    }
}

#[test]
fn enter_goes_to_the_cell() {
    let mut driver = opened(Lang::Fr);
    driver.press("<enter>");
    assert_eq!(driver.asked(), &Request::OpenSheet(key()));
}

#[test]
fn giving_one_up_asks_first() {
    let mut driver = opened(Lang::Fr);
    driver.press("j x");
    assert!(driver.shows("ABS"), "{}", driver.screen());
    driver.press("n");
    assert!(driver.asks.is_empty());
    driver.press("x o");
    assert_eq!(driver.asked(), &Request::DropKept(ActId::new("b")));
    driver.reply(Reply::Done);
    assert_eq!(driver.asked(), &Request::KeptMarks);
    driver.reply(Reply::KeptMarks(Vec::new()));
    assert!(driver.shows("Aucune note"), "{}", driver.screen());
}

#[test]
fn home_and_quitting_say_what_is_kept() {
    let mut driver = Driver::at(Lang::Fr, Role::Teacher, Route::Home);
    assert!(!driver.shows("Notes gardées"), "nothing is");
    let count = KeptCount { waiting: 2, stuck: 1, since: None };
    driver.event(Event::Kept { user: UserId::new("u-awa"), count });
    assert!(driver.shows("Notes gardées") && driver.shows("1 attend votre choix"), "{}", driver.screen());
    driver.press("q");
    assert!(driver.done.is_empty() && driver.shows("partiront"), "{}", driver.screen());
    driver.press("o");
    assert!(driver.done.iter().any(|command| matches!(command, crate::ui::effect::Command::Quit)));
}

#[test]
fn before_login_a_store_that_is_away_is_no_reason_to_fear() {
    let mut driver = Driver::new(Lang::Fr);
    driver.fail(Failure::Offline { what: crate::protocol::Part::Store, detail: crate::protocol::Trouble::Locked });
    assert_eq!(driver.asked(), &Request::KeptCount);
    driver.reply(Reply::KeptCount(KeptCount { waiting: 3, stuck: 0, since: None }));
    assert!(driver.shows("3 notes"), "{}", driver.screen());
}
