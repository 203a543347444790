//! Orders of rows, places of columns, what a changed column moves, and the foot.

use super::*;
use crate::protocol::{Event, Failure, Field, Why};

/// The names in the order of the rows.
fn names(driver: &Driver) -> Vec<String> {
    let screen = driver.screen();
    let all = ["COULIBALY", "DIALLO", "KEITA", "KONATÉ", "TRAORÉ"];
    let line = |line: &str| all.iter().find(|name| line.contains(*name)).map(|name| (*name).to_owned());
    screen.lines().skip(4).take_while(|line| !line.is_empty()).filter_map(line).collect()
}

#[test]
fn rows_go_by_name_by_rank_and_by_call_and_the_cursor_stays_on_its_student() {
    let mut sheet = view();
    for (row, number) in sheet.rows.iter_mut().zip([Some(4), Some(1), None, Some(2), Some(3)]) {
        row.call_number = number;
    }
    let mut driver = opened(Lang::Fr, sheet);
    driver.press("<down> O");
    assert_eq!(names(&driver), ["KEITA", "COULIBALY", "DIALLO", "KONATÉ", "TRAORÉ"]);
    assert!(driver.cursor_line().contains("DIALLO"), "{}", driver.screen());
    driver.press("O");
    assert_eq!(names(&driver), ["DIALLO", "KONATÉ", "TRAORÉ", "COULIBALY", "KEITA"]);
    assert!(driver.cursor_line().contains("DIALLO"));
    let numbers = |line: &str| line.chars().skip(2).take(3).collect::<String>().trim().to_owned();
    let seen: Vec<String> = driver.screen().lines().skip(4).take(5).map(numbers).collect();
    assert_eq!(seen, ["1", "2", "3", "4", ""]);
    assert_eq!(driver.model.ctx.memory.sheet.order, super::super::grid::RowOrder::Call, "remembered");
    driver.press("O");
    assert_eq!(names(&driver), ["COULIBALY", "DIALLO", "KEITA", "KONATÉ", "TRAORÉ"]);
}

#[test]
fn a_column_is_published_and_the_appreciations_are_a_key_away() {
    for (lang, said) in [(Lang::Fr, "familles"), (Lang::En, "families")] {
        let mut driver = opened(lang, view());
        driver.press("P");
        let old = view().evaluations.swap_remove(0);
        assert!(matches!(driver.asked(), Request::SaveEvaluation(draft)
            if draft.id.as_ref() == Some(&old.id) && draft.published != old.published && draft.scale == old.scale));
        driver.reply(Reply::Acted(crate::domain::id::ActId::new("a")));
        assert!(driver.shows(said), "{}", driver.screen());
        driver.asks.clear();
        driver.press("B");
        assert!(matches!(driver.asked(), Request::Bulletin(key) if key.of.class == super::key().class));
    }
}

#[test]
fn by_rank_rows_stay_where_they_are_while_marks_come() {
    let mut driver = french();
    driver.press("O G <home> 20<enter>");
    let order = ["KEITA", "COULIBALY", "DIALLO", "KONATÉ", "TRAORÉ"];
    assert_eq!(names(&driver), order);
    assert_eq!(sent(&driver)[0].0, "s5");
    store_nth(&mut driver, 0);
    let mut sheet = view();
    sheet.rows[4].cells[0] = CellView { value: value("20"), version: 1 };
    sheet.rows.insert(0, row(6, "BAGAYOKO", "Nana", Sex::Female, &["19", "", "", ""]));
    driver.event(Event::Sheet(key()));
    driver.reply(Reply::Sheet(Box::new(sheet)));
    assert_eq!(names(&driver), order);
    assert!(driver.screen().lines().nth(9).is_some_and(|line| line.contains("BAGAYOKO")), "{}", driver.screen());
    driver.press("OOO");
    assert_eq!(names(&driver), ["TRAORÉ", "KEITA", "COULIBALY", "DIALLO", "KONATÉ"], "{}", driver.screen());
}

#[test]
fn the_foot_is_of_the_averages_or_of_the_column() {
    let mut driver = french();
    let text = |driver: &Driver| driver.screen().replace('\u{a0}', " ");
    assert!(text(&driver).contains("Moy : 13,33"), "{}", text(&driver));
    driver.press("S <end>");
    // 31, 22 and 38 out of 40.
    let foot = "saisies 3/5 │ Composi… : 30,33  min 22,00  max 38,00  σ 6,55  ≥20 100 %";
    assert!(text(&driver).contains(foot), "{}", text(&driver));
    assert!(driver.model.ctx.memory.sheet.foot_of_column, "remembered");
    driver.press("<down><down><down> 40<enter>");
    assert!(text(&driver).contains("saisies 4/5 │ Composi… : 32,75"), "live: {}", text(&driver));
    driver.press("S");
    assert!(text(&driver).contains("Moy :"));
}

#[test]
fn a_column_is_moved_by_one_place_and_back_by_undo() {
    let mut driver = french();
    driver.press("<lt>");
    assert!(driver.asks.is_empty() && driver.shows("au bord"), "{}", driver.screen());
    driver.press(">");
    let moved =
        Request::MoveEvaluation { sheet: key(), evaluation: EvaluationId::new("e1"), to: 1, version: view().version };
    assert_eq!(driver.asked(), &moved);
    driver.reply(Reply::Acted(ActId::new("moving")));
    let mut sheet = view();
    sheet.evaluations.swap(0, 1);
    sheet.rows.iter_mut().for_each(|row| row.cells.swap(0, 1));
    driver.reply(Reply::Sheet(Box::new(sheet)));
    driver.press("13<enter>");
    assert_eq!(sent(&driver)[0].1, "e1", "the cursor went with its column");
    let mut driver = french();
    driver.press("<right><lt>");
    driver.reply(Reply::Acted(ActId::new("moving")));
    driver.reply(Reply::Sheet(Box::new(view())));
    driver.press("u");
    assert_eq!(driver.asked(), &Request::Undo(ActId::new("moving")));
}

#[test]
fn a_changed_coefficient_says_which_averages_moved_and_can_be_undone() {
    let mut driver = french();
    driver.press("e<tab><tab><tab><tab>5<C-s>");
    let Request::SaveEvaluation(draft) = driver.asked() else { panic!("saved: {}", driver.screen()) };
    assert_eq!(draft.coefficient, 5);
    driver.reply(Reply::Acted(ActId::new("heavier")));
    let mut sheet = view();
    sheet.evaluations[0].coefficient = 5;
    driver.reply(Reply::Sheet(Box::new(sheet)));
    let screen = driver.screen().replace('\u{a0}', " ");
    assert!(screen.contains("3 moyennes ont changé"), "{screen}");
    assert!(screen.contains("COULIBALY Awa : 14,83 → "), "{screen}");
    assert!(!screen.contains("KONATÉ Seydou :"), "one mark alone is the average whatever its weight: {screen}");
    driver.press("<esc> u");
    assert!(
        matches!(driver.asks.last().map(|ask| &ask.body), Some(Request::Undo(act)) if *act == ActId::new("heavier"))
    );
}

#[test]
fn marks_above_a_smaller_scale_are_listed_and_nothing_changes() {
    let mut driver = french();
    driver.press("e<tab><tab><tab>10<C-s>");
    let score = |text: &str| match value(text) {
        Some(MarkValue::Score(score)) => score,
        other => panic!("{other:?}"),
    };
    let first = vec![("COULIBALY Awa".to_owned(), score("14,5")), ("DIALLO Modibo".to_owned(), score("11"))];
    driver.fail(Failure::invalid(Field::Scale, Why::MarksAbove { count: 3, first }));
    let screen = driver.screen().replace('\u{a0}', " ");
    for told in ["3 notes dépassent ce barème", "COULIBALY Awa 14,50,", "DIALLO Modibo 11,00 et une autre"] {
        assert!(screen.contains(told), "{told}: {screen}");
    }
}

/// The headings on the screen, from the left.
fn headings(driver: &Driver) -> Vec<String> {
    let screen = driver.screen();
    let line = screen.lines().nth(2).unwrap_or_default().to_owned();
    let names = ["Dev 1", "Dev 2", "Int 1", "Compo."];
    let mut seen: Vec<(usize, &str)> = names.iter().filter_map(|name| Some((line.find(name)?, *name))).collect();
    seen.sort_unstable();
    seen.into_iter().map(|(_, name)| name.to_owned()).collect()
}

#[test]
fn a_hidden_column_is_passed_over_and_takes_nothing() {
    let mut driver = french();
    driver.press("<right> H");
    assert_eq!(headings(&driver), ["Dev 1", "Int 1", "Compo."], "{}", driver.screen());
    assert!(driver.shows("1 masquée") && driver.shows("14,83"), "it counts: {}", driver.screen());
    driver.press("<home><right> 5<enter>");
    assert_eq!(sent(&driver)[0].1, "e3", "to the right of Dev 1 comes Int 1");
    driver.asks.clear();
    driver.press("<home>g<down><down><down><down>");
    driver.paste("1\t2\t3");
    driver.press("<enter>");
    let columns: Vec<String> = sent(&driver).into_iter().map(|(_, column, ..)| column).collect();
    assert_eq!(columns, ["e1", "e3", "e4"]);
    driver.press("W");
    assert_eq!(headings(&driver).len(), 4);
    driver.press("H <home>H H H");
    assert_eq!(headings(&driver).len(), 1, "the last one stays: {}", driver.screen());
}

#[test]
fn a_frozen_column_stays_beside_the_names() {
    let mut sheet = view();
    sheet.evaluations =
        (1..=12).map(|n| column(&format!("e{n}"), &format!("Devoir {n}"), EvaluationKind::Test, "20")).collect();
    let cells: Vec<String> = (1..=12).map(|n| n.to_string()).collect();
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    sheet.rows = vec![row(1, "COULIBALY", "Awa", Sex::Female, &cells)];
    let mut driver = opened(Lang::Fr, sheet);
    driver.press("<right> Z <end>");
    let heading = driver.screen().lines().nth(2).unwrap_or_default().to_owned();
    assert!(heading.contains("Dev 2 ") && heading.contains("Dev 12") && !heading.contains("Dev 1 "), "{heading}");
    let line = driver.cursor_line();
    assert!(line.contains(" 2,00 ") && line.contains("12,00"), "{line}");
    driver.press("<home><right>");
    assert!(driver.shows("figée"), "{}", driver.screen());
    driver.press("Z <end>");
    assert!(!driver.screen().lines().nth(2).unwrap_or_default().contains("Dev 2 "));
}

#[test]
fn what_was_hidden_or_frozen_is_so_the_next_time() {
    let mut driver = french();
    driver.press("<right> H <home> Z");
    let kept = driver.model.ctx.memory.clone();
    let mut again = Driver::at(Lang::Fr, Role::Teacher, Route::Sheet { key: key(), student: None });
    again.model.ctx.memory = kept.clone();
    again.reply(Reply::Sheet(Box::new(view())));
    assert_eq!(headings(&again), ["Dev 1", "Int 1", "Compo."], "{}", again.screen());
    again.press("<home>");
    assert!(again.shows("figée"), "{}", again.screen());
    // All seen and scrolling again: nothing is left to be remembered.
    again.press("W <home> Z");
    assert_eq!(again.model.ctx.memory.columns, super::super::Columns::default());
    assert_ne!(kept.columns, super::super::Columns::default());
}

#[test]
fn a_step_back_may_be_a_change_of_the_columns() {
    let mut driver = opened(Lang::Fr, SheetView { undo: true, ..view() });
    driver.press("u");
    assert!(matches!(driver.asked(), Request::UndoMark { .. }));
    driver.reply(Reply::Acted(ActId::new("undone")));
    assert!(driver.shows("changement de colonne est annulé"), "{}", driver.screen());
    assert_eq!(driver.asked(), &Request::OpenSheet(key()), "the columns are others now");
}
