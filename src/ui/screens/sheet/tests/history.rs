use serde_json::json;

use super::*;
use crate::protocol::HistoryLine;

#[test]
fn the_history_of_a_mark_is_shown_newest_first() {
    let mut driver = opened(Lang::Fr, view());
    driver.press("c");
    assert!(matches!(driver.asked(), Request::CellHistory { evaluation, .. } if evaluation.as_str() == "e1"));
    let line = |minute: u32, action: &str, old, new, reason: Option<&str>| HistoryLine {
        at: format!("2026-11-20T10:{minute}:00Z").parse().unwrap(),
        by: "Issa Keïta".to_owned(),
        action: action.to_owned(),
        subject: None,
        evaluation: None,
        term: None,
        old,
        new,
        reason: reason.map(str::to_owned),
    };
    driver.reply(Reply::History(vec![
        line(42, "mark.undo", json!(14), json!(12.5), None),
        line(41, "mark.set", json!(12.5), json!(14), Some("copie retrouvée")),
    ]));
    let screen = driver.screen();
    let place = |text: &str| screen.find(text).unwrap_or_else(|| panic!("{text}: {screen}"));
    assert!(place("14,00 → 12,50  Issa Keïta [annulation]") < place("12,50 → 14,00  Issa Keïta (copie retrouvée)"));
    driver.press("<esc>");
    assert!(!driver.shows("copie retrouvée"));
}

#[test]
fn who_types_on_is_not_interrupted_by_a_history() {
    let mut driver = opened(Lang::Fr, view());
    driver.press("c 1 2");
    driver.reply(Reply::History(Vec::new()));
    assert!(!driver.shows("n’a jamais été changée") && driver.shows("12"), "{}", driver.screen());
    driver.press("<esc> c");
    driver.reply(Reply::History(Vec::new()));
    assert!(driver.shows("n’a jamais été changée"), "{}", driver.screen());
}

#[test]
fn the_time_machine_opens_on_the_sheet() {
    let mut driver = opened(Lang::Fr, view());
    driver.press("M");
    assert!(matches!(driver.asked(), Request::SheetAt(question) if question.sheet == key()));
}
