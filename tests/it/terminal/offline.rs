//! The store goes away while marks are typed: what a cell shows as saved or as kept is there once, whatever happens.

use rusqlite::Connection;

use super::{Key, days::Home};

#[test]
fn killed_while_the_store_was_away_and_started_again() {
    let home = Home::with_sheet(&[("COULIBALY", "Awa"), ("DIALLO", "Issa"), ("KEITA", "Fanta")]);
    let mut terminal = home.in_sheet();
    terminal.type_text("10").press(Key::Enter).see("10,00✓");
    // Another program holds the store for itself.
    let held = Connection::open(home.store()).expect("store");
    held.execute_batch("BEGIN IMMEDIATE").expect("held");
    terminal.type_text("11").press(Key::Enter).see("11,00~");
    terminal.type_text("12").press(Key::Enter).see("12,00~").see("à envoyer");
    terminal.kill();
    let doctor = home.cli(&["doctor"]);
    let told = String::from_utf8_lossy(&doctor.stderr).replace('\u{a0}', " ");
    assert!(told.contains("admin : TSE · Mathématiques · 2 notes gardées"), "{told}");
    // Seen again, though they cannot be sent yet.
    let mut terminal = home.in_sheet();
    terminal.see("11,00~").see("12,00~").see("10,00");
    terminal.kill();
    held.execute_batch("ROLLBACK").expect("released");
    let mut terminal = home.in_sheet();
    terminal
        .see_no_more("à envoyer")
        .wait("both to be stored", |text| text.contains("11,00") && text.contains("12,00") && !text.contains('~'));
    terminal.kill();
    let marks = home.json(&["marks", "list", "--class", "TSE", "--subject", "Mathématiques", "--term", "1"]);
    let scores: Vec<Option<f64>> = marks.as_array().expect("marks").iter().map(|mark| mark["score"].as_f64()).collect();
    assert_eq!(scores, [Some(10.0), Some(11.0), Some(12.0)]);
    home.good(&["doctor"]);
}

#[test]
fn the_command_line_says_that_the_store_is_away() {
    let home = Home::with_sheet(&[("COULIBALY", "Awa")]);
    let matricule = home.json(&["students", "list"])[0]["matricule"].as_str().expect("matricule").to_owned();
    let held = Connection::open(home.store()).expect("store");
    held.execute_batch("BEGIN IMMEDIATE").expect("held");
    let place = ["--subject", "Mathématiques", "--term", "1", "--evaluation", "Devoir 1", "--score", "12"];
    let set = [&["marks", "set", matricule.as_str()][..], &place].concat();
    let output = home.cli(&set);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    held.execute_batch("ROLLBACK").expect("released");
    assert!(!home.path().join("state/carnet/offline").exists(), "what is refused is not kept");
}
