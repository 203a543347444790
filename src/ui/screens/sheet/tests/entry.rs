//! Entering marks by keys.

use super::*;
use crate::{
    protocol::{Event, Failure, Lamp, Part, Trouble, Why},
    ui::effect::Command,
};

fn columns_of(driver: &Driver) -> Vec<(String, Option<MarkValue>)> {
    sent(driver).into_iter().map(|(student, _, value, _)| (student, value)).collect()
}

fn rang(driver: &Driver) -> bool {
    driver.done.iter().any(|command| matches!(command, Command::Bell))
}

#[test]
fn a_column_is_typed_without_waiting() {
    let mut driver = french();
    driver.press("<right> 13,5<enter> 12.5<enter> 20<enter> 8<down> 0<tab>");
    let told = columns_of(&driver);
    let typed = [("s1", "13,5"), ("s2", "12,5"), ("s3", "20"), ("s4", "8"), ("s5", "0")];
    assert_eq!(told, typed.map(|(student, text)| (student.to_owned(), value(text))));
    assert!(sent(&driver).iter().all(|(_, column, ..)| column == "e2"));
}

#[test]
fn comma_and_point_and_the_french_top_row() {
    let mut driver = french();
    driver.press("<right> &é,(<enter> à<enter> _.ç<enter> -<enter>");
    let values: Vec<_> = sent(&driver).into_iter().map(|(_, _, value, _)| value).collect();
    assert_eq!(values, [value("12,5"), value("0"), value("8,9"), value("6")]);
    let mut english = opened(Lang::En, view());
    english.press("<right> & é 7.25<enter>");
    assert_eq!(sent(&english).len(), 1);
    assert_eq!(sent(&english)[0].2, value("7,25"));
    english.press("<f6> é<enter>");
    assert_eq!(sent(&english)[1].2, value("2"));
}

#[test]
fn the_configuration_goes_before_the_language_and_f6_before_both() {
    let mut driver = french();
    driver.model.ctx.top_row = Some(false);
    driver.press("<right> é<enter>");
    assert!(sent(&driver).is_empty());
    driver.press("<f6> é<enter>");
    assert_eq!(sent(&driver)[0].2, value("2"));
}

#[test]
fn what_is_not_a_mark_stays_in_the_cell_and_is_said() {
    for (typed, word) in [
        ("21", "dépasse"),
        ("-1", "négative"),
        ("1e3", "pas une note"),
        ("12,555", "Deux décimales"),
        ("1abc", "pas une note"),
        ("41/40", "notée sur 20"),
        ("é&", "dépasse"),
    ] {
        let mut driver = french();
        driver.press(&format!("{typed}<enter>"));
        assert!(driver.shows(word), "{typed}: {}", driver.screen());
        assert!(rang(&driver), "{typed}");
        assert_eq!(sent(&driver), [], "{typed}");
        let line = driver.cursor_line();
        assert!(line.contains("COULIBALY") && line.contains('!'), "{typed}: {line}");
        // It is still being edited: mended, it is taken; the stored mark was never touched.
        driver.press("<backspace><backspace><backspace><backspace><backspace><backspace> 19<enter>");
        assert_eq!(sent(&driver)[0].2, value("19"), "{typed}");
    }
}

#[test]
fn a_refusal_is_not_hidden_by_good_news() {
    let mut driver = french();
    driver.press("15<enter> 21<enter>");
    store_nth(&mut driver, 0);
    assert!(driver.shows("dépasse") && driver.shows("15,00✓"), "{}", driver.screen());
}

#[test]
fn codes_go_in_by_a_letter_or_by_their_word() {
    let mut driver = french();
    driver.press("a A d n r");
    let values: Vec<_> = sent(&driver).into_iter().map(|(_, _, value, _)| value).collect();
    assert_eq!(values, ["ABS", "ABSN", "DISP", "NN", "NR"].map(value));
    let mut driver = french();
    driver.press("<f2><C-u><backspace><backspace><backspace><backspace>disp<enter>");
    assert_eq!(sent(&driver)[0].2, value("DISP"));
}

#[test]
fn arrows_commit_and_move_but_move_the_caret_after_f2() {
    let mut driver = french();
    driver.press("15<right> 16<left>");
    let told = sent(&driver);
    assert_eq!((told[0].1.as_str(), told[1].1.as_str()), ("e1", "e2"));
    let mut driver = french();
    driver.press("<f2><left><left><backspace>3<enter>");
    assert_eq!(sent(&driver)[0].2, value("13,5"), "14,5 with the 4 made 3");
}

#[test]
fn escape_gives_up_and_the_same_value_sends_nothing() {
    let mut driver = french();
    driver.press("15<esc>");
    assert_eq!(sent(&driver), []);
    assert!(driver.shows("14,50"));
    driver.press("<f2><enter> 11<enter>");
    assert_eq!(sent(&driver), [], "both cells hold just that");
}

#[test]
fn delete_empties_and_a_dot_repeats() {
    let mut driver = french();
    driver.press("<delete>");
    assert_eq!(sent(&driver)[0].2, None);
    assert_eq!(sent(&driver)[0].3, Some(1));
    driver.press("<down> 17<enter> . .");
    let values: Vec<_> = sent(&driver).into_iter().skip(1).map(|(student, _, value, _)| (student, value)).collect();
    assert_eq!(values, [("s2", "17"), ("s3", "17"), ("s4", "17")].map(|(s, v)| (s.to_owned(), value(v))));
}

#[test]
fn averages_and_ranks_move_at_once() {
    let mut driver = french();
    assert!(driver.shows("18,17     1re"), "{}", driver.screen());
    assert!(driver.shows("saisies 4/5"));
    // 4th row: only 9 so far.
    driver.press("<down><down><down> 20<enter>");
    assert!(driver.shows("20,00     1er"), "{}", driver.screen());
    assert!(driver.shows("18,17      2e"));
    assert!(driver.shows("max 20,00"));
}

#[test]
fn each_cell_shows_how_it_is_doing() {
    let mut driver = french();
    driver.press("15<enter>");
    assert!(driver.shows("15,00…"));
    store_nth(&mut driver, 0);
    assert!(driver.shows("15,00✓"));
    assert!(driver.shows("COULIBALY Awa · Devoir 1 · 15,00 remplace 14,50 (10:42)"));
    driver.press("<right>");
    assert!(driver.shows("15,00 ") && !driver.shows('✓'.to_string().as_str()));
}

/// Others' news have the sheet read right after a mark was stored: its sign stays until a key is pressed.
#[test]
fn a_reading_does_not_take_the_sign_of_saved_away() {
    let mut driver = french();
    driver.press("15<enter>");
    store_nth(&mut driver, 0);
    let mut read = view();
    read.rows[0].cells[0] = CellView { value: value("15"), version: 2 };
    driver.event(Event::Sheet(key()));
    driver.reply(Reply::Sheet(Box::new(read.clone())));
    assert!(driver.shows("15,00✓"), "{}", driver.screen());
    // Somebody else's mark is not ours that was saved.
    read.rows[0].cells[0] = CellView { value: value("16"), version: 3 };
    driver.event(Event::Sheet(key()));
    driver.reply(Reply::Sheet(Box::new(read)));
    assert!(driver.shows("16,00") && !driver.shows("16,00✓"), "{}", driver.screen());
}

/// A reading that failed while the store was away is asked again when it is back, and hides nothing meanwhile.
#[test]
fn a_reading_that_failed_is_asked_again_when_the_store_is_back() {
    let mut driver = french();
    driver.press("15<enter>");
    store_nth(&mut driver, 0);
    driver.event(crate::protocol::Event::Sheet(key()));
    driver.answer(Err(Failure::Offline { what: Part::Store, detail: Trouble::Unreachable }));
    assert!(driver.shows("15,00✓") && !driver.shows("Rien n’a été enregistré"), "{}", driver.screen());
    assert!(driver.shows("n’est pas à jour"), "{}", driver.screen());
    assert_eq!(driver.asks.len(), 0);
    driver.event(Event::Lamp { store: Lamp::Gone, cache: Lamp::Good });
    driver.wait(1);
    assert_eq!(driver.asks.len(), 0, "as long as it is away nothing is asked");
    driver.event(Event::Lamp { store: Lamp::Good, cache: Lamp::Good });
    driver.wait(1);
    let mut read = view();
    read.rows[0].cells[0] = CellView { value: value("15"), version: 2 };
    driver.reply(Reply::Sheet(Box::new(read)));
    assert!(!driver.shows("n’est pas à jour"), "{}", driver.screen());
}

#[test]
fn answers_come_in_any_order_and_one_cell_in_turn() {
    let mut driver = french();
    driver.press("15<enter> 16<enter> <up><up> 17<enter>");
    assert_eq!(sent(&driver).len(), 2, "the second change of a cell waits");
    store_nth(&mut driver, 1);
    store_nth(&mut driver, 0);
    let told = sent(&driver);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].0.as_str(), told[0].2, told[0].3), ("s1", value("17"), Some(2)), "it names the new version");
    assert!(driver.shows("17,00…"));
    store_nth(&mut driver, 0);
    assert!(driver.shows("17,00✓"));
    assert_eq!(driver.asks.len(), 0);
}

#[test]
fn undo_waits_its_turn_and_jumps_to_the_cell() {
    let mut driver = french();
    driver.press("15<enter> u <down><down>");
    assert_eq!(driver.asks.len(), 1, "undo waits for what it is to undo");
    store_nth(&mut driver, 0);
    assert!(matches!(driver.asked(), Request::UndoMark { force: false, .. }));
    driver.press("16<enter>");
    assert_eq!(driver.asks.len(), 1, "marks behind it wait too");
    let undone = MarkSet {
        sheet: key(),
        evaluation: EvaluationId::new("e1"),
        student: StudentId::new("s1"),
        value: value("14,5"),
        version: 3,
        at: at(),
        undo: false,
        redo: true,
    };
    driver.reply(Reply::MarkSet(Box::new(undone)));
    assert!(driver.shows("Annulé\u{a0}: COULIBALY Awa · Devoir 1 · 15,00 → 14,50"), "{}", driver.screen());
    assert!(driver.cursor_line().contains("COULIBALY"));
    assert!(matches!(driver.asked(), Request::SetMark(_)), "then what stood behind it");
}

#[test]
fn redo_follows_an_undo() {
    let mut driver = opened(Lang::Fr, SheetView { redo: true, ..view() });
    driver.press("<C-r>");
    assert!(matches!(driver.asked(), Request::RedoMark { force: false, .. }));
}

#[test]
fn nothing_to_undo_says_so() {
    let mut driver = french();
    driver.press("u");
    assert!(driver.shows("rien à annuler"));
    assert_eq!(driver.asks.len(), 0);
}

#[test]
fn a_refused_mark_stays_with_its_sentence() {
    let mut driver = french();
    driver.press("15<enter>");
    driver.fail(Failure::refused(Why::Closed));
    assert!(
        driver.shows("15,00!") && driver.shows("COULIBALY Awa · Devoir 1\u{a0}: Cette période"),
        "{}",
        driver.screen()
    );
    assert!(rang(&driver));
    driver.reply(Reply::Sheet(Box::new(view())));
    assert!(driver.shows("15,00!"), "reading again keeps it");
    driver.press("<up>");
    assert!(driver.shows("Devoir 1\u{a0}: Cette période"), "said again when one comes by");
    driver.press("<delete>");
    assert!(driver.shows("14,50") && !driver.shows("15,00!"));
}

#[test]
fn away_from_the_store_marks_wait_and_go_by_themselves() {
    let mut driver = french();
    driver.press("15<enter> 16<enter>");
    let first = act(&driver, 0);
    driver.fail(Failure::Offline { what: Part::Store, detail: Trouble::Unreachable });
    driver.fail(Failure::Offline { what: Part::Store, detail: Trouble::Unreachable });
    driver.press("17<enter>");
    assert!(driver.shows("15,00?") && driver.shows("16,00?") && driver.shows("17,00?"), "{}", driver.screen());
    assert_eq!(driver.asks.len(), 0);
    driver.wait(1);
    assert_eq!(sent(&driver).len(), 3);
    assert_eq!(act(&driver, 0), first, "a retry is the same act");
    for _ in 0..3 {
        store_nth(&mut driver, 0);
    }
    assert!(driver.shows("15,00✓") && !driver.shows("15,00?"), "{}", driver.screen());
}

#[test]
fn a_session_that_ends_loses_nothing() {
    let mut driver = french();
    driver.press("15<enter> 16<enter>");
    driver.fail(Failure::SessionOver);
    driver.fail(Failure::SessionOver);
    driver.reply(Reply::Greeting(Box::new(sample::greeting())));
    driver.press("motdepasse<enter>");
    driver.reply(Reply::Entered(Box::new(sample::entered(Role::Teacher))));
    assert_eq!(sent(&driver).len(), 2, "{}", driver.screen());
    assert!(driver.shows("15,00…") && driver.shows("16,00…"));
}

#[test]
fn empty_cells_ends_and_pages_are_reached() {
    let mut driver = french();
    driver.press("<space>");
    assert!(driver.cursor_line().contains("TRAORÉ"));
    driver.press("g <end>");
    assert!(driver.shows("Composition · 12/10/2026 · sur 40"), "{}", driver.screen());
    driver.press("<home> G");
    assert!(driver.cursor_line().contains("TRAORÉ"));
    driver.press("<enter>");
    assert!(driver.shows("dernier élève"));
}

#[test]
fn the_mouse_selects_and_then_edits() {
    use ratatui::crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut driver = french();
    let press = |column, row| {
        crate::ui::msg::Msg::Mouse(MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })
    };
    driver.press("j l");
    let there = driver.cursor();
    driver.press("g <home>");
    driver.send(press(there.x, there.y));
    assert_eq!(driver.cursor(), there);
    driver.send(press(there.x, there.y));
    driver.press("<backspace><backspace><backspace>18<enter>");
    assert_eq!(sent(&driver)[0].0, "s2");
    assert_eq!(sent(&driver)[0].2, value("18"));
}

#[test]
fn another_persons_change_comes_in_without_a_jump() {
    let mut driver = french();
    driver.press("<down><down> 1");
    let mut changed = view();
    changed.rows.insert(0, row(9, "BAGAYOKO", "Ali", Sex::Male, &["3", "", "", ""]));
    changed.rows[1].cells[0] = CellView { value: value("2"), version: 5 };
    driver.event(crate::protocol::Event::Sheet(key()));
    driver.reply(Reply::Sheet(Box::new(changed)));
    assert!(driver.shows("BAGAYOKO") && driver.shows("2,00"));
    assert!(driver.cursor_line().contains("KEITA"));
    driver.press("7<enter>");
    assert_eq!((sent(&driver)[0].0.as_str(), sent(&driver)[0].2), ("s3", value("17")));
}

#[test]
fn our_own_change_is_not_read_again() {
    let mut driver = french();
    driver.press("15<enter>");
    driver.event(crate::protocol::Event::Students(vec![StudentId::new("s1")]));
    driver.event(crate::protocol::Event::Sheet(key()));
    store_nth(&mut driver, 0);
    assert_eq!(driver.asks.len(), 0);
    driver.press("15<enter>");
    driver.event(crate::protocol::Event::Sheet(key()));
    driver.event(crate::protocol::Event::Sheet(key()));
    store_nth(&mut driver, 0);
    assert!(matches!(driver.asked(), Request::OpenSheet(_)), "one of the two was somebody else's");
}

#[test]
fn an_older_reading_does_not_take_back_what_was_stored_since() {
    let mut driver = french();
    driver.event(crate::protocol::Event::Elsewhere);
    let reading = driver.asks.iter().position(|ask| matches!(ask.body, Request::OpenSheet(_))).expect("reading");
    let setup = driver.asks.iter().position(|ask| matches!(ask.body, Request::Setup));
    driver.press("15<enter>");
    let mark = driver.asks.len() - 1;
    store_nth(&mut driver, mark);
    driver.answer_nth(reading, Ok(Reply::Sheet(Box::new(view()))));
    assert!(setup.is_some());
    driver.press("<right>");
    assert!(driver.shows("15,00") && !driver.shows("14,50"), "{}", driver.screen());
}

#[test]
fn a_closed_sheet_and_one_of_another_teacher_are_read_only() {
    for (view, word) in [
        (SheetView { state: SheetState::Closed, ..view() }, "close"),
        (SheetView { editable: false, ..view() }, "Lecture seule"),
    ] {
        let mut driver = opened(Lang::Fr, view);
        assert!(driver.shows(word));
        driver.press("15<enter> a <delete> + e D u");
        assert_eq!(driver.asks.len(), 0);
        assert!(driver.shows(word));
    }
}

#[test]
fn the_average_is_explained() {
    let mut driver = french();
    driver.press("<down><down> =");
    for text in ["16,00/20", "15,50/20", "9,00/10", "38,00/40", "18,17", "version 1", "(MC + 2 × NC) / 3"] {
        assert!(driver.shows(text), "{text}: {}", driver.screen());
    }
    driver.press("<esc>");
    assert!(!driver.shows("version 1"));
}

#[test]
fn the_term_changes_only_when_all_is_stored() {
    let mut driver = french();
    driver.press("15<enter> t");
    assert!(driver.shows("pas encore enregistrées"));
    store_nth(&mut driver, 0);
    driver.press("t");
    let mut second = key();
    second.term = sample::term(2);
    assert_eq!(driver.asked(), &Request::OpenSheet(second.clone()));
    let view = SheetView { key: second, ..view() };
    driver.reply(Reply::Sheet(Box::new(view)));
    assert!(driver.shows("TSE · T2 · MATH"));
    assert!(driver.cursor_line().contains("DIALLO"), "on the same student");
    driver.press("T");
    driver.reply(Reply::Sheet(Box::new(super::view())));
    driver.press("T");
    assert!(driver.shows("pas d’autre période"));
}

#[test]
fn the_store_is_back_and_its_absence_is_no_longer_told() {
    let mut driver = french();
    driver.press("15<enter>");
    driver.fail(Failure::Offline { what: Part::Store, detail: Trouble::Unreachable });
    assert!(driver.shows("restent ici"), "{}", driver.screen());
    driver.wait(1);
    store_nth(&mut driver, 0);
    assert!(driver.shows("15,00 remplace 14,50") && !driver.shows("restent ici"), "{}", driver.screen());
}

#[test]
fn escape_and_a_quick_letter_are_two_keys() {
    let mut driver = french();
    // Esc gives the mark up, `a` enters ABS: together they look like Alt+a.
    driver.press("15<A-a>");
    assert_eq!(columns_of(&driver), [("s1".to_owned(), value("ABS"))], "{}", driver.screen());
    driver.press("+<A-u>");
    assert!(!driver.shows("Nouvelle évaluation"), "{}", driver.screen());
}

#[test]
fn the_footer_of_an_edited_cell_and_of_an_empty_sheet_say_what_is_done() {
    for (lang, cancel, new) in
        [(Lang::Fr, "abandonner", "↵ nouvelle évaluation"), (Lang::En, "give up", "↵ new evaluation")]
    {
        let mut driver = opened(lang, view());
        driver.press("1");
        assert!(driver.shows(cancel), "{}", driver.screen());
        let mut empty = view();
        empty.evaluations.clear();
        empty.rows.iter_mut().for_each(|row| row.cells.clear());
        let driver = opened(lang, empty);
        assert!(driver.shows(new), "{}", driver.screen());
    }
}

#[test]
fn a_range_is_filled_emptied_and_copied() {
    let copied = |driver: &Driver| {
        driver.done.iter().rev().find_map(|command| match command {
            Command::Copy(text) => Some(text.clone()),
            _ => None,
        })
    };
    let mut driver = french();
    driver.press("<S-down><S-right>");
    assert!(driver.shows("4 cases prises"), "{}", driver.screen());
    driver.press("y");
    assert_eq!(copied(&driver).as_deref(), Some("14,5\t12\n11\tABS"));
    driver.press("a");
    assert_eq!(sent(&driver).len(), 3, "one of the four is absent already");
    assert!(sent(&driver).iter().all(|(_, _, set, _)| *set == value("ABS")));
    let mut driver = french();
    driver.press("<S-down><S-down><delete>");
    assert_eq!(columns_of(&driver), ["s1", "s2", "s3"].map(|student| (student.to_owned(), None)));
    let mut driver = french();
    driver.press("<S-down><esc><down>Y");
    assert_eq!(copied(&driver).as_deref(), Some("14,5\n11\n16\n9\n"));
    driver.press("a");
    assert_eq!(sent(&driver).len(), 1, "the range was let go");
}

#[test]
fn a_column_from_a_spreadsheet_fills_downward() {
    let mut driver = french();
    driver.press("<right>");
    driver.paste("13,5\r\n\r\nabs\r\n7.25\r\n");
    driver.press("<enter>");
    let told = [("s1", "13,5"), ("s3", "ABS"), ("s4", "7,25")];
    assert_eq!(columns_of(&driver), told.map(|(student, text)| (student.to_owned(), value(text))));
    assert!(sent(&driver).iter().all(|(_, column, ..)| column == "e2"));
    for (text, word) in
        [("12\n21\n13", "dépasse"), ("1\n2\n3\n4\n5\n6", "Une ligne de plus"), ("1\t2\t3\t4\t5", "Une colonne de plus")]
    {
        let mut driver = french();
        driver.paste(text);
        assert_eq!(sent(&driver), [], "{text}");
        assert!(driver.shows(word), "{text}: {}", driver.screen());
    }
}

#[test]
fn a_student_is_found_by_the_beginning_of_a_name() {
    let mut driver = french();
    driver.press("/aminata");
    assert!(driver.cursor().y == 2 || driver.shows("Élève"), "{}", driver.screen());
    driver.press("<enter>");
    assert!(driver.cursor_line().contains("TRAORÉ"), "{}", driver.screen());
    driver.press("/k");
    driver.press("<enter>");
    assert!(driver.cursor_line().contains("KEITA"), "{}", driver.screen());
    driver.press("<f3>");
    assert!(driver.cursor_line().contains("KONATÉ"), "{}", driver.screen());
    driver.press("<f3>");
    assert!(driver.cursor_line().contains("KEITA"));
    driver.press("<S-f3>");
    assert!(driver.cursor_line().contains("KONATÉ"));
    driver.press("/coul<esc>");
    assert!(driver.cursor_line().contains("KONATÉ"));
    driver.press("/zz");
    assert!(driver.shows("Personne ici"), "{}", driver.screen());
}

#[test]
fn a_kind_that_was_not_found_is_asked_for() {
    let mut driver = french();
    driver.press("+zzz<C-s>");
    assert_eq!(driver.asks.len(), 0, "{}", driver.screen());
    assert!(driver.shows("Nouvelle évaluation"), "{}", driver.screen());
    driver.press("<right><C-s>");
    assert!(matches!(driver.asked(), Request::SaveEvaluation(_)), "{}", driver.screen());
}

#[test]
fn the_average_of_one_who_left_is_explained() {
    let mut view = view();
    view.rows[2].left = true;
    let mut driver = opened(Lang::Fr, view);
    driver.press("<down><down> =");
    for text in ["KEITA", "16,00/20", "18,17"] {
        assert!(driver.shows(text), "{text}: {}", driver.screen());
    }
}

#[test]
fn a_step_in_a_row_that_is_not_shown_reads_the_sheet_again() {
    let mut driver = opened(Lang::Fr, SheetView { undo: true, ..view() });
    driver.press("u");
    let undone = MarkSet {
        sheet: key(),
        evaluation: EvaluationId::new("e1"),
        student: StudentId::new("s9"),
        value: value("14,5"),
        version: 3,
        at: at(),
        undo: false,
        redo: true,
    };
    driver.reply(Reply::MarkSet(Box::new(undone)));
    assert_eq!(driver.asked(), &Request::OpenSheet(key()));
}

#[test]
fn who_came_late_is_not_missing_and_not_the_next_empty_cell() {
    let mut late = view();
    // The columns are of October 12; the fourth came the day after, the fifth that day.
    late.rows[3].since = Some("2026-10-13".parse().expect("date"));
    late.rows[4].since = Some("2026-10-12".parse().expect("date"));
    let mut driver = opened(Lang::Fr, late);
    assert!(driver.shows("saisies 4/5"), "marked all the same, and one who was there: {}", driver.screen());
    driver.press("<right>");
    assert!(driver.shows("saisies 3/4"), "{}", driver.screen());
    driver.press("<space>");
    assert!(driver.cursor_line().contains("TRAORÉ"), "KONATÉ was not there: {}", driver.screen());
}
