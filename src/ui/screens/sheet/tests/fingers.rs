//! Keys that were not meant as marks, and lines from a spreadsheet.

use super::*;
use crate::{
    protocol::{Failure, Part, Trouble},
    ui::effect::Command,
};

/// Time passes without a tick.
fn later(driver: &mut Driver, millis: i64) {
    driver.now = driver.now.checked_add(jiff::SignedDuration::from_millis(millis)).expect("moment");
}

/// Opened by Enter on a picker a moment ago.
fn fresh() -> Driver {
    let mut driver = Driver::at(Lang::Fr, Role::Teacher, Route::SheetPicker { class: None });
    driver.press("<enter>");
    later(&mut driver, 3);
    driver.reply(Reply::Sheet(Box::new(view())));
    driver
}

#[test]
fn a_name_typed_on_from_the_picker_is_no_mark() {
    let mut driver = fresh();
    for key in ["m", "a", "t", "h", "<enter>"] {
        later(&mut driver, 150);
        driver.press(key);
    }
    assert_eq!(sent(&driver), [], "{}", driver.screen());
    assert!(driver.shows("« math↵ » tapé avant"), "{}", driver.screen());
    assert!(driver.cursor_line().contains("COULIBALY"));
    later(&mut driver, 900);
    driver.press("a");
    assert_eq!(sent(&driver).len(), 1, "who has looked means it");
}

#[test]
fn who_moves_has_seen_the_sheet_and_digits_need_no_pause() {
    let mut driver = fresh();
    later(&mut driver, 100);
    driver.press("<down> a");
    assert_eq!(sent(&driver).len(), 1);
    let mut driver = fresh();
    later(&mut driver, 100);
    driver.press("15<enter>");
    assert_eq!(sent(&driver)[0].2, value("15"));
    driver.press("d");
    assert_eq!(sent(&driver).len(), 2, "who enters marks is here");
    let mut driver = fresh();
    later(&mut driver, 100);
    driver.press("g12<enter>");
    assert_eq!(sent(&driver).len(), 1, "figures after a letter that was left aside: {}", driver.screen());
    let mut driver = fresh();
    later(&mut driver, 100);
    driver.press("+");
    assert!(driver.shows("Nouvelle évaluation"), "{}", driver.screen());
}

/// `15` typed while the sheet was being read must not become `5`.
#[test]
fn the_rest_of_what_was_typed_while_reading_is_dropped() {
    let mut driver = Driver::at(Lang::Fr, Role::Teacher, Route::SheetPicker { class: None });
    driver.press("<enter>");
    later(&mut driver, 50);
    driver.press("1");
    later(&mut driver, 50);
    driver.reply(Reply::Sheet(Box::new(view())));
    later(&mut driver, 50);
    driver.press("5<enter>");
    assert_eq!(sent(&driver), [], "{}", driver.screen());
}

#[test]
fn a_word_enters_no_code() {
    let mut driver = french();
    driver.press("math");
    assert_eq!(sent(&driver), []);
    assert!(driver.shows("« math » n’est pas une note"), "{}", driver.screen());
    later(&mut driver, 900);
    driver.press("a");
    assert_eq!(sent(&driver).len(), 1);
}

#[test]
fn a_mark_that_takes_the_place_of_another_says_so() {
    let mut driver = french();
    driver.press("a");
    store_nth(&mut driver, 0);
    assert!(driver.shows("ABS remplace 14,50 (10:42)"), "{}", driver.screen());
    assert!(driver.shows("u annule"));
    driver.press("<down><down><down> 11<enter>");
    store_nth(&mut driver, 0);
    assert!(driver.shows("11,00 enregistré à"), "{}", driver.screen());
}

#[test]
fn q_asks_before_it_quits() {
    let mut driver = french();
    driver.press("q");
    assert!(driver.shows("Vous avez tapé « q »"), "{}", driver.screen());
    assert!(!driver.done.iter().any(|command| matches!(command, Command::Quit)));
    driver.press("o");
    assert!(driver.done.iter().any(|command| matches!(command, Command::Quit)));
}

#[test]
fn a_line_ends_as_the_terminal_sends_it() {
    for pasted in ["12\r13,5\r\rABS\r", "12\n13,5\n\nABS", "12\r\n13,5\r\n\r\nABS\r\n"] {
        let mut driver = french();
        driver.paste(pasted);
        driver.press("<enter>");
        let values: Vec<_> = sent(&driver).into_iter().map(|(student, _, value, _)| (student, value)).collect();
        let expected = [("s1", "12"), ("s2", "13,5"), ("s4", "ABS")];
        assert_eq!(values, expected.map(|(student, text)| (student.to_owned(), value(text))), "{pasted:?}");
    }
}

#[test]
fn what_waits_is_named_and_nothing_is_asked_to_be_done_twice() {
    let mut driver = french();
    driver.press("12<enter>");
    driver.fail(Failure::Offline { what: Part::Store, detail: Trouble::Full });
    assert!(driver.shows("Pas encore enregistré : le disque est plein."), "{}", driver.screen());
    assert!(!driver.shows("recommencez"));
    driver.press("<esc>");
    assert!(driver.shows("COULIBALY Awa · Devoir 1 · 12,00"), "{}", driver.screen());
}

#[test]
fn numbers_have_no_hole_and_none_twice() {
    let mut sheet = view();
    for (row, number) in sheet.rows.iter_mut().zip([Some(1), Some(3), None, Some(3), None]) {
        row.call_number = number;
    }
    sheet.rows[2].left = true;
    let driver = opened(Lang::Fr, sheet);
    let numbers = |line: &str| line.chars().skip(2).take(3).collect::<String>().trim().to_owned();
    let seen: Vec<String> = driver.screen().lines().skip(4).take(5).map(numbers).collect();
    assert_eq!(seen, ["1", "2", "", "3", "4"]);
}

#[test]
fn a_long_text_shows_that_it_goes_on_to_the_left() {
    let mut driver = french();
    driver.press("12,555");
    assert!(driver.cursor_line().contains("…,555"), "{}", driver.cursor_line());
}

#[test]
fn a_head_is_told_that_heads_only_look() {
    let mut sheet = view();
    sheet.editable = false;
    let mut driver = Driver::at(Lang::Fr, Role::Head, Route::Sheet { key: key(), student: None });
    driver.reply(Reply::Sheet(Box::new(sheet)));
    assert!(driver.shows("votre rôle consulte les notes"), "{}", driver.screen());
}
