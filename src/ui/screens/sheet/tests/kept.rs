//! Marks that are kept on this machine while the store is away.

use super::*;
use crate::{
    domain::id::UserId,
    protocol::{
        CellConflict, Event, Failure, KeptCount, KeptMark, KeptNames, KeptState, KeptUndone, Part, Trouble, Why,
    },
};

fn kept(mark: &SetMark, state: KeptState) -> KeptMark {
    let names = KeptNames { student: "COULIBALY Awa".into(), evaluation: "Devoir 1".into(), ..KeptNames::default() };
    KeptMark { number: 1, at: at(), mark: mark.clone(), names, state }
}

fn mark(act: &str, student: &str, evaluation: &str, text: &str, expect: u64) -> SetMark {
    SetMark {
        act: ActId::new(act),
        sheet: key(),
        evaluation: EvaluationId::new(evaluation),
        student: StudentId::new(student),
        value: value(text),
        expect: Some(expect),
        reason: None,
    }
}

/// The backend keeps the `n`th question that waits, which is a mark.
fn keep_nth(driver: &mut Driver, n: usize) -> SetMark {
    let Request::SetMark(mark) = driver.asks[n].body.clone() else { panic!("not a mark") };
    driver.answer_nth(n, Ok(Reply::MarkKept(Box::new(kept(&mark, KeptState::Waiting)))));
    *mark
}

fn news(driver: &mut Driver, waiting: u64, stuck: u64) {
    let count = KeptCount { waiting, stuck, since: Some(at()) };
    driver.event(Event::Kept { user: UserId::new("u-awa"), count });
}

fn read(driver: &mut Driver, view: SheetView) {
    assert_eq!(driver.asked(), &Request::OpenSheet(key()));
    driver.reply(Reply::Sheet(Box::new(view)));
}

#[test]
fn typing_goes_on_and_each_mark_says_that_it_is_kept() {
    let mut driver = french();
    driver.press("15<enter>");
    keep_nth(&mut driver, 0);
    assert!(driver.shows("15,00~") && driver.shows("gardée sur cette machine"), "{}", driver.screen());
    driver.press("16<enter>");
    assert!(driver.shows("16,00…"), "sent at once: nothing is held back");
    keep_nth(&mut driver, 0);
    assert!(driver.shows("16,00~") && driver.shows("16,00 gardé ici"), "{}", driver.screen());
    driver.press("<up>");
    assert!(driver.shows("partira dès que"), "said where one comes by");
}

/// The average and the rank of the first student.
fn average(driver: &Driver) -> String {
    let screen = driver.screen();
    let row = screen.lines().find(|row| row.contains("COULIBALY")).unwrap_or_default().to_owned();
    row.split('│').next_back().unwrap_or_default().to_owned()
}

#[test]
fn averages_count_what_is_kept() {
    let mut driver = french();
    let before = average(&driver);
    driver.press("20<enter>");
    let typed = average(&driver);
    keep_nth(&mut driver, 0);
    assert_ne!(before, typed);
    assert_eq!(average(&driver), typed);
}

#[test]
fn leaving_loses_nothing_and_does_not_ask() {
    let mut driver = french();
    driver.press("15<enter>");
    keep_nth(&mut driver, 0);
    driver.press("t");
    assert!(!driver.shows("ne sont pas encore enregistrées"), "{}", driver.screen());
}

#[test]
fn when_the_store_is_back_the_cell_says_saved() {
    let mut driver = french();
    driver.press("15<enter>");
    keep_nth(&mut driver, 0);
    news(&mut driver, 0, 0);
    let mut after = view();
    after.rows[0].cells[0] = CellView { value: value("15"), version: 2 };
    read(&mut driver, after);
    assert!(driver.shows("15,00✓") && driver.shows("répond de nouveau"), "{}", driver.screen());
}

/// The sign goes with the next key, not with whatever is read before somebody can have seen it.
#[test]
fn what_was_kept_says_saved_until_the_next_key() {
    let mut driver = french();
    driver.press("15<enter>");
    keep_nth(&mut driver, 0);
    news(&mut driver, 0, 0);
    let mut after = view();
    after.rows[0].cells[0] = CellView { value: value("15"), version: 2 };
    read(&mut driver, after.clone());
    driver.event(Event::Sheet(key()));
    read(&mut driver, after);
    assert!(driver.shows("15,00✓"), "{}", driver.screen());
    driver.press("<right>");
    assert!(!driver.shows("✓"), "{}", driver.screen());
}

#[test]
fn what_is_kept_is_seen_after_a_restart() {
    let mut view = view();
    view.kept = vec![kept(&mark("a", "s1", "e1", "15", 1), KeptState::Waiting)];
    let driver = opened(Lang::Fr, view);
    assert!(driver.shows("15,00~"), "{}", driver.screen());
}

#[test]
fn typed_over_it_goes_with_what_was_seen() {
    let mut changed = view();
    changed.rows[0].cells[0] = CellView { value: value("9"), version: 5 };
    changed.kept = vec![kept(&mark("a", "s1", "e1", "15", 1), KeptState::Waiting)];
    let mut driver = opened(Lang::Fr, changed);
    driver.press("17<enter>");
    assert_eq!(sent(&driver)[0].3, Some(1), "not over a 9 that nobody saw");
}

fn conflict() -> KeptState {
    KeptState::Clash(Box::new(CellConflict {
        evaluation: EvaluationId::new("e1"),
        student: StudentId::new("s1"),
        theirs: value("12"),
        version: 9,
        by: "Moussa Diarra".into(),
        own: false,
        at: at(),
    }))
}

fn clashing() -> Driver {
    let mut view = view();
    view.rows[0].cells[0] = CellView { value: value("12"), version: 9 };
    view.kept = vec![kept(&mark("a", "s1", "e1", "15", 1), conflict())];
    opened(Lang::Fr, view)
}

#[test]
fn a_choice_that_waits_is_offered_like_any_other() {
    let mut driver = clashing();
    assert!(driver.shows("15,00≠") && driver.shows("choisissez"), "{}", driver.screen());
    driver.press("<enter>");
    assert!(driver.shows("Moussa Diarra") && driver.shows("12,00"));
    driver.press("m");
    assert_eq!(sent(&driver), [("s1".into(), "e1".into(), value("15"), Some(9))]);
    let mut driver = clashing();
    driver.press("<enter> s");
    assert_eq!(driver.asked(), &Request::DropKept(ActId::new("a")), "theirs: mine is given up");
    assert!(driver.shows("12,00") && !driver.shows("15,00≠"), "{}", driver.screen());
}

#[test]
fn a_refusal_says_why_and_is_given_up_by_delete() {
    let mut view = view();
    let refused = KeptState::Refused(Failure::refused(Why::Closed));
    view.kept = vec![kept(&mark("a", "s1", "e1", "15", 1), refused)];
    let mut driver = opened(Lang::Fr, view);
    assert!(driver.shows("15,00!"), "{}", driver.screen());
    driver.press("<delete>");
    assert_eq!(driver.asked(), &Request::DropKept(ActId::new("a")));
    assert!(!driver.shows("15,00!"));
}

#[test]
fn a_mark_whose_column_is_gone_is_told_with_what_was_typed() {
    let mut gone = view();
    gone.kept = vec![kept(&mark("a", "s1", "e9", "15", 1), KeptState::Refused(Failure::NotFound))];
    let mut driver = opened(Lang::Fr, gone.clone());
    assert!(driver.shows("COULIBALY Awa") && driver.shows("15,00"), "{}", driver.screen());
    driver.press("<enter>");
    driver.event(Event::Sheet(key()));
    read(&mut driver, gone);
    assert!(!driver.shows("COULIBALY Awa · Devoir 1 · 15,00"), "once is enough: {}", driver.screen());
}

#[test]
fn undo_takes_the_last_kept_one_out() {
    let mut driver = french();
    driver.press("15<enter>");
    let mark = keep_nth(&mut driver, 0);
    driver.press("u");
    assert!(matches!(driver.asked(), Request::UndoMark { .. }));
    let taken = kept(&mark, KeptState::Waiting);
    driver.reply(Reply::KeptUndone(Box::new(KeptUndone { act: mark.act.clone(), taken, left: None })));
    assert!(driver.shows("14,50") && !driver.shows("~") && driver.shows("ne partira pas"), "{}", driver.screen());
}

#[test]
fn an_undo_that_needs_the_store_says_so_and_holds_nothing_up() {
    let mut view = view();
    view.undo = true;
    let mut driver = opened(Lang::Fr, view);
    driver.press("u");
    driver.fail(Failure::Offline { what: Part::Store, detail: Trouble::Unreachable });
    assert!(driver.shows("ne répond pas"), "{}", driver.screen());
    driver.press("15<enter>");
    assert_eq!(sent(&driver).len(), 1);
}

#[test]
fn an_answer_that_is_newer_than_the_reading_counts() {
    let mut driver = french();
    driver.event(Event::Sheet(key()));
    let before = view();
    driver.press("15<enter>");
    let Request::SetMark(mark) = driver.asks[1].body.clone() else { panic!("a mark") };
    driver.answer_nth(1, Ok(Reply::MarkKept(Box::new(kept(&mark, KeptState::Waiting)))));
    read(&mut driver, before);
    assert!(driver.shows("15,00~"), "{}", driver.screen());
}

#[test]
fn the_title_line_says_how_many_wait() {
    for (lang, said) in [(Lang::Fr, "~ 2 à envoyer"), (Lang::En, "~ 2 to send")] {
        let mut driver = opened(lang, view());
        news(&mut driver, 2, 0);
        assert!(driver.shows(said), "{}", driver.screen());
        let count = KeptCount { waiting: 7, stuck: 0, since: None };
        driver.event(Event::Kept { user: UserId::new("somebody else"), count });
        assert!(driver.shows(said), "others' are theirs");
    }
}
