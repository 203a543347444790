//! The same cell changed by two; columns.

use super::*;
use crate::protocol::{CellConflict, Event, Failure, Field, Part, Trouble, Why};

fn clash(student: &str, theirs: &str) -> Failure {
    Failure::Cell(Box::new(CellConflict {
        evaluation: EvaluationId::new("e1"),
        student: StudentId::new(student),
        theirs: value(theirs),
        version: 9,
        by: "Moussa Diarra".into(),
        own: false,
        at: at(),
    }))
}

fn clashing() -> Driver {
    let mut driver = french();
    driver.press("15<enter>");
    driver.fail(clash("s1", "12"));
    driver
}

#[test]
fn theirs_is_kept() {
    let mut driver = clashing();
    assert!(driver.shows("Moussa Diarra") && driver.shows("12,00") && driver.shows("15,00≠"), "{}", driver.screen());
    driver.press("s");
    assert!(driver.shows("12,00 ") && !driver.shows("15,00"));
    assert_eq!(driver.asks.len(), 0);
}

#[test]
fn mine_is_put_over_the_version_that_was_shown() {
    let mut driver = clashing();
    driver.press("m");
    assert_eq!(sent(&driver)[0], ("s1".into(), "e1".into(), value("15"), Some(9)));
    store_nth(&mut driver, 0);
    assert!(driver.shows("15,00✓"));
}

#[test]
fn leaving_keeps_mine_over_the_cell_and_enter_comes_back() {
    let mut driver = clashing();
    driver.press("<enter>");
    assert!(driver.shows("15,00≠"));
    driver.press("g <enter>");
    assert!(driver.shows("Moussa Diarra"));
    driver.press("<up><enter>");
    assert_eq!(sent(&driver)[0].2, value("15"), "the arrow went from leaving to mine");
}

#[test]
fn who_goes_on_typing_is_not_held_up() {
    let mut driver = french();
    driver.press("15<enter> 1");
    driver.fail(clash("s1", "12"));
    driver.press("6<enter>");
    assert_eq!((sent(&driver)[0].0.as_str(), sent(&driver)[0].2), ("s2", value("16")));
    assert!(driver.shows("15,00≠"));
    // And a digit leaves an open question for later.
    let mut driver = clashing();
    driver.press("13<enter>");
    assert_eq!((sent(&driver)[0].0.as_str(), sent(&driver)[0].2), ("s2", value("13")));
    assert!(driver.shows("15,00≠"));
}

#[test]
fn a_conflict_takes_waiting_changes_of_the_cell_as_mine() {
    let mut driver = french();
    driver.press("15<enter><up> 17<enter>");
    driver.fail(clash("s1", "12"));
    assert_eq!(driver.asks.len(), 0);
    driver.press("m");
    assert_eq!(sent(&driver)[0].2, value("17"));
}

/// Somebody else's mark for the first cell is read while this one is typed.
fn read_while_typing() -> Driver {
    let mut driver = french();
    driver.press("8");
    let mut changed = view();
    changed.rows[0].cells[0] = CellView { value: value("9"), version: 9 };
    driver.event(Event::Sheet(key()));
    driver.reply(Reply::Sheet(Box::new(changed)));
    driver
}

#[test]
fn a_change_that_came_while_one_typed_is_not_overwritten_unseen() {
    let mut driver = read_while_typing();
    driver.press("<enter>");
    assert_eq!(sent(&driver)[0], ("s1".into(), "e1".into(), value("8"), Some(1)), "the version that was seen");
    driver.fail(clash("s1", "9"));
    assert!(driver.shows("Moussa Diarra") && driver.shows("8,00≠"), "{}", driver.screen());
}

fn unreachable() -> Failure {
    Failure::Offline { what: Part::Store, detail: Trouble::Unreachable }
}

/// The sheet as it is after somebody else has given the first student a 9.
fn overtaken() -> SheetView {
    let mut changed = view();
    changed.rows[0].cells[0] = CellView { value: value("9"), version: 9 };
    changed
}

#[test]
fn a_mark_that_could_not_be_sent_goes_with_the_version_that_was_seen() {
    let mut driver = french();
    driver.press("15<enter>");
    driver.fail(unreachable());
    driver.event(Event::Sheet(key()));
    driver.reply(Reply::Sheet(Box::new(overtaken())));
    driver.wait(1);
    assert_eq!(sent(&driver), [("s1".into(), "e1".into(), value("15"), Some(1))], "not over a 9 that nobody saw");
    driver.fail(clash("s1", "9"));
    assert!(driver.shows("Moussa Diarra") && driver.shows("15,00≠"), "{}", driver.screen());
    driver.press("m");
    assert_eq!(sent(&driver)[0].3, Some(9), "now it has been seen");
}

#[test]
fn what_is_typed_over_a_mark_that_could_not_be_sent_goes_with_its_version_too() {
    let mut driver = french();
    driver.press("15<enter>");
    driver.fail(unreachable());
    driver.event(Event::Sheet(key()));
    driver.reply(Reply::Sheet(Box::new(overtaken())));
    driver.press("<up> 17<enter>");
    driver.wait(1);
    assert_eq!(sent(&driver), [("s1".into(), "e1".into(), value("15"), Some(1))]);
    store_nth(&mut driver, 0);
    assert_eq!(sent(&driver), [("s1".into(), "e1".into(), value("17"), Some(2))], "over one's own 15");
}

#[test]
fn a_choice_is_made_over_the_mark_that_was_shown() {
    let mut driver = french();
    driver.press("15<enter>");
    driver.fail(clash("s1", "12"));
    driver.event(Event::Sheet(key()));
    let mut again = view();
    again.rows[0].cells[0] = CellView { value: value("13"), version: 10 };
    driver.reply(Reply::Sheet(Box::new(again)));
    driver.press("m");
    assert_eq!(sent(&driver)[0].3, Some(9), "the 12 was shown, not the 13");
}

#[test]
fn giving_up_what_one_typed_shows_what_came_meanwhile() {
    let mut driver = read_while_typing();
    driver.press("<esc>");
    assert_eq!(driver.asked(), &Request::OpenSheet(key()));
}

#[test]
fn undo_over_somebodys_change_asks() {
    let mut driver = french();
    driver.press("15<enter>");
    store_nth(&mut driver, 0);
    driver.press("u");
    driver.fail(clash("s1", "12"));
    assert!(driver.shows("Annuler quand même"));
    driver.press("m");
    assert!(matches!(driver.asked(), Request::UndoMark { force: true, .. }));
}

#[test]
fn an_undo_behind_a_mark_that_failed_is_given_up() {
    let mut driver = french();
    driver.press("15<enter> u");
    driver.fail(clash("s1", "12"));
    assert!(driver.asks.iter().all(|ask| !matches!(ask.body, Request::UndoMark { .. })));
}

#[test]
fn leaving_with_a_conflict_asks() {
    let mut driver = clashing();
    driver.press("<esc> <esc>");
    assert!(driver.shows("15,00≠"), "{}", driver.screen());
}

#[test]
fn a_vanished_column_takes_no_mark_with_it_unheard() {
    let mut driver = french();
    driver.press("15<enter>");
    let mut without = view();
    without.evaluations.remove(0);
    for row in &mut without.rows {
        row.cells.remove(0);
    }
    driver.fail(Failure::NotFound);
    driver.reply(Reply::Sheet(Box::new(without)));
    assert!(driver.shows("15,00") && driver.shows("COULIBALY Awa · Devoir 1"), "{}", driver.screen());
}

#[test]
fn an_empty_sheet_offers_its_first_column() {
    let mut empty = view();
    empty.evaluations.clear();
    empty.rows.iter_mut().for_each(|row| row.cells.clear());
    let mut driver = opened(Lang::Fr, empty);
    assert!(driver.shows("Nouvelle évaluation (Entrée)"));
    driver.press("<enter>");
    // Kind, then title (which follows the kind), date, scale, coefficient, published.
    driver.press("comp<tab><tab><tab>");
    driver.press("<C-u>40<C-s>");
    let Request::SaveEvaluation(draft) = driver.asked().clone() else { panic!("{:?}", driver.asked()) };
    assert_eq!((draft.title.as_str(), draft.kind), ("Composition", EvaluationKind::Composition));
    assert_eq!((draft.scale.hundredths(), draft.version, draft.published), (4_000, 7, true));
    driver.reply(Reply::Acted(ActId::new("act")));
    driver.reply(Reply::Sheet(Box::new(view())));
    assert!(
        driver.shows("« Composition »".replace(' ', "\u{a0}").as_str()) || driver.shows("Composition · 12/10/2026")
    );
    driver.press("33<enter>");
    assert_eq!((sent(&driver)[0].1.as_str(), sent(&driver)[0].2), ("e4", value("33")), "the cursor is on it");
}

#[test]
fn a_refused_column_is_said_at_its_field_and_kept() {
    let mut driver = french();
    driver.press("+ <tab> <C-u> Devoir<space>1 <C-s>");
    driver.fail(Failure::invalid(Field::Title, Why::NameTaken { name: "Devoir 1".into() }));
    assert!(driver.shows("déjà pris"), "{}", driver.screen());
    driver.reply(Reply::Sheet(Box::new(view())));
    driver.press("<C-u> Autre <C-s>");
    let Request::SaveEvaluation(draft) = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!(draft.title.as_str(), "Autre");
}

#[test]
fn a_bad_scale_is_said_before_it_is_sent() {
    let mut driver = french();
    driver.press("e <tab><tab><tab> <C-u> 0 <C-s>");
    assert_eq!(driver.asks.len(), 0);
    assert!(driver.shows("de 1 à 100"), "{}", driver.screen());
}

#[test]
fn a_column_goes_after_a_question_and_comes_back() {
    let mut driver = french();
    driver.press("D");
    assert!(driver.shows("Supprimer « Devoir 1 »".replace("« ", "«\u{a0}").replace(" »", "\u{a0}»").as_str()));
    driver.press("n D o");
    let Request::DeleteEvaluation { evaluation, version, .. } = driver.asked().clone() else {
        panic!("{:?}", driver.asked())
    };
    assert_eq!((evaluation.as_str(), version), ("e1", 7));
    driver.reply(Reply::Acted(ActId::new("gone")));
    driver.reply(Reply::Sheet(Box::new(view())));
    driver.press("u");
    assert_eq!(driver.asked(), &Request::Undo(ActId::new("gone")));
    driver.reply(Reply::Done);
    assert!(driver.shows("revenue"));
    driver.event(Event::Sheet(key()));
}

#[test]
fn ones_own_mark_from_elsewhere_is_called_ones_own() {
    for (lang, said, offered) in [
        (Lang::Fr, "vous-même 12,00", "vous-même, ailleurs"),
        (Lang::En, "you yourself put 12.00", "yourself, elsewhere"),
    ] {
        let mut driver = opened(lang, view());
        driver.press("15<enter>");
        let Failure::Cell(mut conflict) = clash("s1", "12") else { panic!("no clash") };
        conflict.own = true;
        driver.fail(Failure::Cell(conflict));
        assert!(driver.shows(said) && driver.shows(offered), "{}", driver.screen());
        assert!(!driver.shows("Moussa Diarra"));
    }
}
