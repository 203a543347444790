//! Bad days of the store: the full-screen program says the sentence, waits or leaves, and never hangs.

use rusqlite::Connection;

use super::{Key, days::Home};

/// Another program that holds the store's file for itself.
fn hold(home: &Home) -> Connection {
    let connection = Connection::open(home.store()).expect("store");
    connection.busy_timeout(std::time::Duration::from_secs(10)).expect("patience");
    connection.execute_batch("BEGIN IMMEDIATE").expect("held");
    connection
}

#[test]
fn held_by_another_program_at_the_start() {
    let home = Home::with_sheet(&[]);
    let held = hold(&home);
    let mut terminal = home.start();
    // Reading can go on beside a writer; if opening has to write, it is said for what it waits.
    terminal.wait("the login or the sentence", |text| {
        text.contains("Mot de passe") || text.contains("Un autre programme occupe")
    });
    held.execute_batch("ROLLBACK").expect("released");
    // While the sentence stands, letters are keys and not text.
    terminal.see_no_more("Un autre programme occupe").see("Mot de passe");
    terminal.log_in();
    terminal.quit();
}

#[test]
fn held_by_another_program_while_marks_are_typed() {
    let home = Home::with_sheet(&[("COULIBALY", "Awa")]);
    let mut terminal = home.in_sheet();
    let held = hold(&home);
    terminal.type_text("12").press(Key::Enter).see("12,00~");
    terminal.wait("the sentence", |text| {
        ["carnet attend", "ne répond pas", "Un autre programme", "partiront toutes seules"]
            .iter()
            .any(|part| text.contains(part))
    });
    held.execute_batch("ROLLBACK").expect("released");
    terminal.wait("it to be stored", |text| text.contains("12,00✓") || text.contains("ici est enregistrée"));
    terminal.quit();
    assert_eq!(home.json(&["students", "list"])[0]["average"].as_f64(), Some(12.0));
}

/// Starts, sees the sentence, leaves by `q`.
fn said(home: &Home, sentence: &str) {
    let mut terminal = home.start();
    terminal.wait(sentence, |text| text.split_whitespace().collect::<Vec<_>>().join(" ").contains(sentence));
    terminal.type_text("q");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn a_path_that_is_a_directory() {
    let home = Home::new();
    std::fs::create_dir_all(home.store()).expect("made");
    said(&home, "est un dossier ; il faut le nom d’un fichier.");
}

#[test]
fn a_path_that_is_mended_while_carnet_waits() {
    let home = Home::with_sheet(&[]);
    let (store, aside) = (home.store(), home.store().with_extension("aside"));
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(store.with_extension(format!("db{end}")));
    }
    std::fs::rename(&store, &aside).expect("moved");
    std::fs::create_dir(&store).expect("made");
    let mut terminal = home.start();
    terminal.see("est un dossier").see("q quitter");
    assert!(!terminal.text().contains("champ suivant"), "{}", terminal.text());
    std::fs::remove_dir(&store).expect("removed");
    std::fs::rename(&aside, &store).expect("moved back");
    terminal.see("Mot de passe");
    terminal.log_in();
    terminal.quit();
}

#[test]
fn a_damaged_file() {
    let home = Home::with_sheet(&[]);
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(home.store().with_extension(format!("db{end}")));
    }
    let text = "this is no store, and never was one".repeat(300);
    std::fs::write(home.store(), &text).expect("written");
    said(&home, "Le fichier des données est abîmé ou n’est pas à carnet.");
    assert_eq!(std::fs::read_to_string(home.store()).expect("there"), text, "it is left as it was");
}

#[test]
fn a_file_of_a_newer_carnet() {
    let home = Home::with_sheet(&[]);
    let connection = Connection::open(home.store()).expect("store");
    connection.pragma_update(None, "user_version", 99).expect("newer");
    drop(connection);
    said(&home, "Ces données viennent d’un carnet plus récent (format 99");
}
