//! Pasting and filling: the fate of each cell first, then one step.

use super::*;
use crate::{
    protocol::{CellConflict, Event, Failure, KeptMark, KeptNames, KeptState, Part, Trouble, Why},
    ui::effect::Command,
};

fn values(driver: &Driver) -> Vec<(String, String, Option<MarkValue>)> {
    sent(driver).into_iter().map(|(student, column, value, _)| (student, column, value)).collect()
}

fn cells(expected: &[(&str, &str, &str)]) -> Vec<(String, String, Option<MarkValue>)> {
    expected.iter().map(|(student, column, text)| ((*student).into(), (*column).into(), value(text))).collect()
}

fn offline() -> Failure {
    Failure::Offline { what: Part::Store, detail: Trouble::Unreachable }
}

#[test]
fn each_fate_is_shown_and_nothing_entered_before_enter() {
    let mut driver = french();
    driver.paste("14,5\r\n12,25\r\n\r\n\u{a0}21\r\n\"8,5\"\r\n");
    let screen = driver.screen().replace('\u{a0}', " ");
    for told in [
        "Coller : 2 notes vont changer",
        "nouvelles 1 · ~ remplacées 1 · = inchangées 1 · ! refusées 1",
        "14,50 y est déjà",
        "11,00 → 12,25",
        "rien de collé : inchangée",
        "« 21 » dépasse le barème de 20",
    ] {
        assert!(screen.contains(told), "{told} is not in\n{screen}");
    }
    assert!(driver.asks.is_empty());
    driver.press("<enter>");
    assert_eq!(driver.asks.len(), 1, "one act");
    assert_eq!(values(&driver), cells(&[("s2", "e1", "12,25"), ("s5", "e1", "8,5")]));
    assert!(driver.shows("8,50…"), "{}", driver.screen());
    store_nth(&mut driver, 0);
    assert!(driver.shows("8,50✓"), "{}", driver.screen());
    assert!(driver.shows("2 notes enregistrées"), "{}", driver.screen());
}

#[test]
fn escape_enters_nothing() {
    let mut driver = french();
    driver.paste("12\n13");
    driver.press("<esc>");
    assert!(driver.asks.is_empty() && driver.shows("14,50"), "{}", driver.screen());
    driver.press("12<enter>");
    assert_eq!(values(&driver).len(), 1, "back on the sheet");
}

#[test]
fn a_block_goes_down_and_to_the_right() {
    let mut driver = french();
    driver.press("<down><down><down>");
    driver.paste("\t12.5\tABS\n9,75\tdisp\t10");
    driver.press("<enter>");
    let expected =
        [("s4", "e2", "12,5"), ("s4", "e3", "ABS"), ("s5", "e1", "9,75"), ("s5", "e2", "DISP"), ("s5", "e3", "10")];
    assert_eq!(values(&driver), cells(&expected));
}

#[test]
fn the_scale_is_the_columns_own() {
    let mut driver = french();
    driver.press("<end><down><down><down>");
    driver.paste("38,5\n40,01");
    assert!(driver.shows("barème de 40"), "{}", driver.screen());
    driver.press("<enter>");
    assert_eq!(values(&driver), cells(&[("s4", "e4", "38,5")]));
}

#[test]
fn one_step_of_undo_takes_all_of_it_back() {
    let mut driver = french();
    driver.paste("12\n13\n14");
    driver.press("<enter>");
    store_nth(&mut driver, 0);
    driver.asks.clear();
    driver.press("u");
    assert_eq!(driver.asks.len(), 1);
    assert!(matches!(driver.asked(), Request::UndoMark { .. }));
    let cell = |n: u8, text: &str| CellWritten {
        evaluation: EvaluationId::new("e1"),
        student: StudentId::new(format!("s{n}")),
        value: value(text),
        version: 9,
    };
    driver.reply(Reply::MarksSet(Box::new(MarksSet {
        sheet: key(),
        written: vec![cell(1, "14,5"), cell(2, "11"), cell(3, "16")],
        refused: vec![],
        at: at(),
        undo: false,
        redo: true,
    })));
    assert!(driver.shows("3 notes annulées d’un coup"), "{}", driver.screen());
    assert!(driver.shows("14,50✓") && driver.shows("16,00✓"), "{}", driver.screen());
}

#[test]
fn what_somebody_else_wrote_meanwhile_is_a_choice_and_the_rest_is_stored() {
    let mut driver = french();
    driver.paste("12\n13\n14");
    driver.press("<enter>");
    let Request::SetMarks(marks) = driver.asked().clone() else { panic!("several") };
    let clash = CellConflict {
        evaluation: EvaluationId::new("e1"),
        student: StudentId::new("s2"),
        theirs: value("10"),
        version: 7,
        by: "Moussa Diarra".into(),
        own: false,
        at: at(),
    };
    let refused = CellRefused {
        evaluation: clash.evaluation.clone(),
        student: clash.student.clone(),
        why: Failure::Cell(Box::new(clash)),
    };
    driver.reply(all_stored(&marks, vec![refused]));
    assert!(driver.shows("12,00✓") && driver.shows("13,00≠") && driver.shows("14,00✓"), "{}", driver.screen());
    driver.press("<down><enter> m");
    assert_eq!(sent(&driver), [("s2".into(), "e1".into(), value("13"), Some(7))]);
}

#[test]
fn while_the_store_is_away_they_are_kept_one_by_one() {
    let mut driver = french();
    driver.paste("12\n13\n14");
    driver.press("<enter>");
    driver.fail(offline());
    assert_eq!(driver.asks.len(), 3, "each in an act of its own");
    assert_eq!(values(&driver), cells(&[("s1", "e1", "12"), ("s2", "e1", "13"), ("s3", "e1", "14")]));
    for _ in 0..3 {
        let Request::SetMark(mark) = driver.asked().clone() else { panic!("one mark") };
        let names = KeptNames {
            user: String::new(),
            class: String::new(),
            subject: String::new(),
            evaluation: String::new(),
            student: String::new(),
        };
        let kept = KeptMark { number: 1, mark: *mark, names, at: at(), state: KeptState::Waiting };
        driver.reply(Reply::MarkKept(Box::new(kept)));
    }
    assert!(driver.shows("12,00~") && driver.shows("14,00~"), "{}", driver.screen());
}

#[test]
fn a_mark_typed_over_it_on_the_way_stays_the_newest_when_the_store_goes() {
    let mut driver = french();
    driver.paste("12\n13");
    driver.press("<enter> 18<enter>");
    assert_eq!(driver.asks.len(), 1, "the mark waits for the paste");
    driver.fail(offline());
    let mut last = sent(&driver);
    last.sort_by_key(|(student, ..)| student.clone());
    let told: Vec<_> = last.into_iter().map(|(student, _, value, _)| (student, value)).collect();
    assert_eq!(told, [("s1".to_owned(), value("18")), ("s2".to_owned(), value("13"))]);
}

#[test]
fn a_closed_term_refuses_all_and_says_so() {
    let mut driver = french();
    driver.paste("12\n13");
    driver.press("<enter>");
    driver.fail(Failure::refused(Why::Closed));
    assert!(driver.shows("Aucune des 2 notes n’est enregistrée"), "{}", driver.screen());
    assert!(driver.shows("12,00!") && driver.shows("13,00!"), "{}", driver.screen());
}

#[test]
fn ten_thousand_lines_are_cut_in_words() {
    let mut driver = french();
    driver.paste(&"12,5\r\n".repeat(10_000));
    assert!(driver.shows("9995 lignes de plus") || driver.shows("9\u{202f}995 lignes"), "{}", driver.screen());
    driver.press("<enter>");
    assert_eq!(values(&driver).len(), 5);
}

#[test]
fn news_while_it_is_shown_change_what_is_shown() {
    let mut driver = french();
    driver.press("<down><down><down><right>");
    driver.paste("12\n13");
    let mut sheet = view();
    sheet.rows[3].cells[1] = CellView { value: value("7"), version: 4 };
    driver.event(Event::Sheet(key()));
    driver.reply(Reply::Sheet(Box::new(sheet)));
    assert!(driver.shows("7,00 → 12,00"), "{}", driver.screen());
    driver.press("<enter>");
    assert_eq!(sent(&driver)[0].3, Some(4), "what was shown is what is replaced");
}

#[test]
fn who_left_takes_no_mark() {
    let mut sheet = view();
    sheet.rows[1].left = true;
    let mut driver = opened(Lang::Fr, sheet);
    driver.paste("12\n13\n14");
    assert!(driver.shows("n’est plus dans la classe"), "{}", driver.screen());
    driver.press("<enter>");
    assert_eq!(values(&driver), cells(&[("s1", "e1", "12"), ("s3", "e1", "14")]));
}

#[test]
fn a_range_is_filled_and_so_are_the_empty_cells_from_here_down() {
    let mut driver = french();
    driver.press("<right> F");
    assert!(driver.shows("Remplir 2 cases"), "{}", driver.screen());
    driver.press("12,5<enter>");
    assert!(driver.asks.is_empty(), "shown first");
    driver.press("<enter>");
    assert_eq!(driver.asks.len(), 1);
    assert_eq!(values(&driver), cells(&[("s4", "e2", "12,5"), ("s5", "e2", "12,5")]));
    let mut driver = french();
    driver.press("<S-down><S-right> F a<enter><enter>");
    let expected = [("s1", "e1", "ABS"), ("s1", "e2", "ABS"), ("s2", "e1", "ABS")];
    assert_eq!(values(&driver), cells(&expected), "DIALLO is absent already");
    let mut driver = french();
    driver.press("<S-down>");
    driver.paste("13");
    driver.press("<enter>");
    assert_eq!(values(&driver), cells(&[("s1", "e1", "13"), ("s2", "e1", "13")]));
}

#[test]
fn a_filling_that_fits_nowhere_stays_to_be_mended() {
    let mut driver = french();
    driver.press("<right> F 21<enter>");
    assert!(driver.shows("dépasse") && driver.shows("Remplir 2 cases"), "{}", driver.screen());
    driver.press("<backspace>0<enter><enter>");
    assert_eq!(values(&driver), cells(&[("s4", "e2", "20"), ("s5", "e2", "20")]));
}

#[test]
fn a_range_copied_is_a_table_that_comes_back_the_same() {
    let mut driver = french();
    driver.press("<S-right><S-right><S-right><S-down> y");
    let copied = driver.done.iter().find_map(|command| match command {
        Command::Copy(text) => Some(text.clone()),
        _ => None,
    });
    let copied = copied.expect("copied");
    assert_eq!(copied, "14,5\t12\t7\t31\n11\tABS\t6,5\t22");
    driver.press("<esc><home><up>");
    driver.paste(&copied);
    assert!(driver.shows("inchangées 8"), "{}", driver.screen());
}
