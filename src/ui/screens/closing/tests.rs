use crate::{
    domain::{entities::Role, id::ClassId},
    protocol::{ClassTerm, CloseTerm, ClosedBy, ClosingUnderWay, Event, Gap, GapKind, Reply, Request, TermClosed},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn row(id: &str, name: &str, closed: bool, gaps: Vec<Gap>) -> ClassTerm {
    let by = || ClosedBy { at: sample::moment(), by: "Moussa Diarra".to_owned(), rules: "mali:1".to_owned() };
    ClassTerm {
        class: ClassId::new(id),
        name: name.to_owned(),
        year: sample::year(),
        term: sample::term(1),
        students: 45,
        closed: closed.then(by),
        gaps,
    }
}

fn rows() -> Vec<ClassTerm> {
    let gap = |kind| Gap { subject: "Mathématiques".to_owned(), kind };
    let gaps = vec![gap(GapKind::Empty { cells: 3, of: 90 }), gap(GapKind::NoComposition)];
    vec![row("a", "10e A", true, vec![]), row("s", "11e S", false, vec![]), row("tse", "TSE", false, gaps)]
}

fn opened(lang: Lang, role: Role) -> Driver {
    let mut driver = Driver::at(lang, role, Route::Closing);
    assert_eq!(*driver.asked(), Request::TermState { term: sample::term(1), class: None });
    driver.reply(Reply::TermState(rows()));
    assert_eq!(*driver.asked(), Request::ClosingJob { term: sample::term(1) });
    driver.reply(Reply::ClosingJob(None));
    driver
}

#[test]
fn what_is_closed_and_what_is_missing_is_seen() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    assert!(driver.shows("clôturée le") && driver.shows("règles mali:1"), "{}", driver.screen());
    driver.press("j j");
    for text in ["3 notes sur 90 manquent", "pas de composition"] {
        assert!(driver.shows(text), "{text}: {}", driver.screen());
    }
    for lang in Lang::ALL {
        let mut driver = opened(lang, Role::Admin);
        driver.press("j j");
        insta::assert_snapshot!(format!("closing_{}", lang.code()), driver.frame());
    }
}

#[test]
fn closing_names_what_is_missing_and_no_is_at_hand() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("j j c");
    assert!(driver.shows("Il manque") && driver.shows("3 notes sur 90"), "{}", driver.screen());
    driver.press("<enter>");
    assert!(driver.asks.is_empty());
    driver.press("c o");
    let Request::CloseTerm(CloseTerm { term, class, anyway: true, .. }) = driver.asked() else {
        panic!("{:?}", driver.asked())
    };
    assert_eq!((*term, class.as_ref().map(ClassId::as_str)), (sample::term(1), Some("tse")));
    driver.reply(Reply::TermClosed(TermClosed { classes: 1, students: 45, ..TermClosed::default() }));
    assert!(driver.shows("T1 est clôturé"), "{}", driver.screen());
    assert!(matches!(driver.asked(), Request::TermState { .. }), "it is read again");
}

#[test]
fn all_classes_are_closed_with_progress() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("a o");
    assert!(matches!(driver.asked(), Request::CloseTerm(CloseTerm { class: None, .. })));
    let ticket = driver.asks.first().expect("a write").ticket;
    driver.event(Event::Progress { ticket, done: 1, total: 2 });
    assert!(driver.shows("1 / 2"), "{}", driver.screen());
    driver.press("c");
    assert!(driver.shows("en cours") || driver.shows("attendez"), "{}", driver.screen());
}

#[test]
fn opening_again_needs_a_reason() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("o<enter>");
    assert!(driver.asks.is_empty(), "{}", driver.screen());
    driver.press("erreur<enter>");
    let asked = Request::ReopenTerm { term: sample::term(1), class: ClassId::new("a"), reason: "erreur".into() };
    assert_eq!(*driver.asked(), asked);
    driver.reply(Reply::TermClosed(TermClosed { classes: 1, students: 45, ..TermClosed::default() }));
    assert!(driver.shows("rouverte"), "{}", driver.screen());
}

#[test]
fn another_term_is_turned_to_and_who_may_not_close_may_look() {
    let mut driver = opened(Lang::Fr, Role::Head);
    driver.press("j c");
    assert!(driver.asks.is_empty() && driver.shows("rôle"), "{}", driver.screen());
    driver.press("t");
    assert_eq!(*driver.asked(), Request::TermState { term: sample::term(2), class: None });
}

#[test]
fn a_closing_under_way_is_seen_and_stopped() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    driver.press("x");
    assert!(driver.asks.is_empty() && driver.shows("Aucune clôture"), "{}", driver.screen());
    // One's own, on its way.
    driver.press("a o");
    let ticket = driver.asks.first().expect("a write").ticket;
    driver.event(Event::Progress { ticket, done: 1, total: 2 });
    driver.press("x");
    assert!(driver.asks.iter().any(|ask| ask.body == Request::CancelClosing { term: sample::term(1) }));
    // Somebody else's, after a crash.
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Closing);
    driver.reply(Reply::TermState(rows()));
    let job = ClosingUnderWay {
        by: "Moussa Diarra".to_owned(),
        at: sample::moment(),
        done: 1,
        total: 3,
        stopping: false,
        standing: true,
    };
    driver.reply(Reply::ClosingJob(Some(job)));
    assert!(driver.shows("Moussa Diarra a été interrompue à 1/3 classes"), "{}", driver.screen());
    driver.press("x");
    assert_eq!(*driver.asked(), Request::CancelClosing { term: sample::term(1) });
    driver.reply(Reply::Done);
    driver.reply(Reply::TermState(rows()));
    driver.reply(Reply::ClosingJob(None));
    assert!(!driver.shows("interrompue"), "{}", driver.screen());
}
