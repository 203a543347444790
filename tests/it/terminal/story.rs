//! A first day, by keyboard alone at 80×24: from nothing to marks, and everything again tomorrow.

use super::{
    Key, Terminal,
    days::{Home, PASSWORD, SIZE},
};

/// The wizard, field by field.
fn first_run(terminal: &mut Terminal, about: [&str; 2], name: &str) {
    terminal.see(about[0]).see(about[1]).type_text(name).see(name);
    // School, year, rules, division, samples (none), name of the account.
    for _ in 0..4 {
        terminal.press(Key::Down);
    }
    terminal.press(Key::Right).press(Key::Down).press(Key::Down);
    terminal.type_text(PASSWORD).press(Key::Down).type_text(PASSWORD).press(Key::Ctrl('s'));
}

fn add_student(terminal: &mut Terminal, last: &str, first: &str) {
    terminal.go_to("Nouvel élève").see("Prénom").type_text(last).press(Key::Down).type_text(first);
    // Sex, birth date and place, phone, class: the first of the list.
    for _ in 0..5 {
        terminal.press(Key::Down);
    }
    terminal.press(Key::Right).see("TSE").press(Key::Ctrl('s')).see_no_more("Lieu de naissance");
}

#[test]
fn from_nothing_to_marks_and_again_tomorrow() {
    let home = Home::new();
    let mut terminal = home.start();
    first_run(&mut terminal, ["Premier démarrage", "Bienvenue dans carnet"], "Lycée Askia");
    terminal.see("Bonjour, admin").see("Lycée Askia · ");

    terminal.go_to("Classes").see("a ajouter").type_text("a").see("Nom").type_text("TSE");
    terminal.press(Key::Tab).type_text("Terminale").press(Key::Ctrl('s')).see_no_more("Échap abandonner").see("TSE");
    terminal.go_to("Matières").see("a ajouter").type_text("a").see("Abrégé").type_text("Mathématiques");
    terminal.press(Key::Tab).press(Key::Tab).press(Key::Ctrl('s')).see_no_more("Échap abandonner").see("Mathématiques");
    add_student(&mut terminal, "COULIBALY", "Awa");
    add_student(&mut terminal, "DIALLO", "Modibo");

    // An evaluation, made in the sheet.
    terminal.open_sheet("TSE", "Math").see("COULIBALY Awa").type_text("+").see("Nouvelle évaluation");
    terminal.press(Key::Ctrl('s')).see("est enregistrée").see("Dev 1");

    // Comma and point; averages and ranks follow.
    terminal.type_text("12,5").press(Key::Enter).see("12,50 enregistré à");
    terminal.type_text("14.25").press(Key::Enter).see("14,25 enregistré à");
    assert!(terminal.row("COULIBALY Awa  ").contains("12,50"));
    terminal.wait("the ranks", |text| ranks(text) == ["2e", "1er"]);
    // A better mark: the ranks move.
    terminal.type_text("g").type_text("18").press(Key::Enter).see("18,00 remplace 12,50");
    terminal.wait("the ranks to move", |text| ranks(text) == ["1er", "2e"]);
    // More than there is to have.
    terminal.type_text("21").press(Key::Enter).see("dépasse le barème de 20").press(Key::Escape);
    terminal.see_no_more("enregistrer, descendre").see("14,25");
    // A code: no average, no rank.
    terminal.type_text("a").see("ABS remplace 14,25");
    terminal.wait("no rank for an absence", |text| ranks(text) == ["1er", "—"]);
    // Taken back.
    terminal.type_text("u").see("Annulé").see("14,25");
    terminal.wait("the rank to be back", |text| ranks(text) == ["1er", "2e"]);
    terminal.quit();

    // Tomorrow.
    let mut terminal = home.in_sheet();
    terminal.see("18,00").see("14,25");
    terminal.press(Key::Ctrl('r')).see("Rétabli").see("ABS");
    terminal.type_text("u").see("Annulé").see("14,25");
    terminal.type_text("u").see("COULIBALY Awa · Devoir 1 · 18,00 → 12,50");
    terminal.quit();
    let list = home.json(&["students", "list", "--sort", "name"]);
    let averages: Vec<f64> =
        list.as_array().expect("students").iter().filter_map(|one| one["average"].as_f64()).collect();
    assert_eq!(averages, [12.5, 14.25], "{list}");
}

/// What stands under `Rang`, from the top: the first word after the average.
fn ranks(text: &str) -> Vec<String> {
    let rows = text.lines().filter(|row| row.contains("COULIBALY Awa  ") || row.contains("DIALLO Modibo  "));
    rows.filter_map(|row| row.split('│').nth(1)?.split_whitespace().nth(1).map(|rank| rank.replace("(re)", "")))
        .collect()
}

#[test]
fn a_short_one_in_english() {
    let home = Home::new();
    let mut terminal = Terminal::start(home.path(), &["--lang", "en"], SIZE);
    first_run(&mut terminal, ["First run", "Welcome to carnet"], "Askia High");
    terminal.see("Welcome, admin").see("Askia High · ");
    terminal.go_to("Classes").see("a add").type_text("a").see("Name").type_text("TSE");
    terminal.press(Key::Ctrl('s')).see("The class is saved").see_no_more("give up").type_text("q");
    assert_eq!(terminal.exit_code(), 0);
    assert_eq!(home.json(&["classes", "list"]).as_array().map(Vec::len), Some(1));
}
