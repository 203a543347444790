//! A spreadsheet's clipboard, undo after a restart, the time machine, the matrix, rules with their live example, closing
//! and opening again: one class, by keyboard alone, in two sittings.

use super::{
    Key, Terminal,
    days::{Home, SIZE},
};

/// What a spreadsheet has on its clipboard, pasted.
fn paste(terminal: &mut Terminal, text: &str) {
    terminal.type_text(&format!("\u{1b}[200~{text}\u{1b}[201~"));
}

#[test]
fn two_sittings_on_the_newer_screens() {
    let home = Home::with_sheet(&[("COULIBALY", "Awa"), ("DIALLO", "Modibo"), ("KEITA", "Fanta")]);
    let sheet = ["--class", "TSE", "--subject", "Mathématiques", "--term", "1"];
    home.good(&[&["evaluations", "add", "Devoir 2"][..], &sheet].concat());
    let mut terminal = home.in_sheet();
    // As LibreOffice writes it: tabs, a line end behind the last line, decimal commas.
    paste(&mut terminal, "12,5\t9\n\"14,25\"\tabs\n\t8\n");
    terminal.see("nouvelles 5").press(Key::Enter).see("5 notes enregistrées").see("12,50").see("ABS");
    // As Excel writes it in English: its own line ends, points; one mark above the scale is refused, the rest goes in.
    paste(&mut terminal, "13.5\t21\r\n14.25\t7\r\n11\t8\r\n");
    terminal.see("nouvelles 1 · ~ remplacées 2").see("refusées 1").see("dépasse le barème de 20");
    terminal.press(Key::Enter).see("3 notes enregistrées").see("13,50").see("11,00");
    // A column is moved by its key, last of all.
    terminal.press(Key::Right).type_text("<").see("est déplacée");
    terminal.quit();

    let mut terminal = home.in_sheet();
    // A letter right after the name of a subject would be taken for a part of it.
    terminal.see("13,50").press(Key::Down).press(Key::Up).type_text("u").see("changement de colonne est annulé");
    terminal.type_text("u").see("3 notes annulées").see("12,50");
    terminal.press(Key::Ctrl('r')).see("3 notes rétablies").see("13,50");
    // The time machine: before that redo, and before the first paste.
    terminal.type_text("M").see("maintenant").press(Key::Left).see("· au ").see("changements depuis");
    terminal.type_text("n").see("Rien n’a changé depuis").press(Key::Escape).see("saisies");
    // How far it is: the cell lacks one mark.
    terminal.go_to("Avancement").see("Notes entrées").see("les 6 notes sont entrées");

    // Rules: the example follows as one types.
    terminal.go_to("Règles").see("mali:1").type_text("e").see("Exemples : maintenant");
    for _ in 0..3 {
        terminal.press(Key::Tab);
    }
    terminal.press(Key::Backspace).type_text("1").see("18,17 → 17,75");
    terminal.press(Key::Ctrl('s')).see("refaites").type_text("o").see("mali:2 en vigueur");

    // Closing, which nothing gets past; opening again, with a reason.
    terminal.go_to("Clôture des périodes").see("TSE").type_text("c").see("ne pourront plus changer").type_text("o");
    terminal.see("est clôturé").see("clôturée le").see("mali:2");
    terminal.open_sheet("TSE", "Math").type_text("5").see("lecture seule");
    terminal.go_to("Clôture des périodes").see("clôturée le").type_text("o").see("Pourquoi rouvrir");
    terminal.type_text("copie relue").press(Key::Enter).see("rouverte");
    terminal.open_sheet("TSE", "Math").press(Key::Down).press(Key::Up).type_text("u").see("rien à annuler");
    terminal.type_text("5").press(Key::Enter).see("5,00 remplace 13,50");
    terminal.quit();
    let trail = home.json(&["audit", "list", "--limit", "40"]);
    let actions: Vec<&str> = trail.as_array().expect("entries").iter().filter_map(|e| e["action"].as_str()).collect();
    for action in ["mark.set", "sheet.reopen", "term.reopen", "term.close", "act.undo", "mark.redo", "mark.undo"] {
        assert!(actions.contains(&action), "{action}: {actions:?}");
    }
    let verified = home.cli(&["audit", "verify"]);
    assert!(verified.status.success());
}

#[test]
fn a_family_asks_why() {
    let home = Home::with_sheet(&[("COULIBALY", "Awa")]);
    let set =
        ["marks", "set", "MLE-2026-0001", "--subject", "Mathématiques", "--evaluation", "Devoir 1", "--score", "13,5"];
    home.good(&set);
    let password = home.path().join("own");
    std::fs::write(&password, "motdepasse-awa").expect("written");
    let add = ["users", "add", "awa", "--role", "eleve", "--student", "MLE-2026-0001", "--new-password-file"];
    home.good(&[&add[..], &[password.to_str().expect("path")]].concat());
    let mut terminal = Terminal::start::<&str>(home.path(), &[], SIZE);
    terminal.see("Mot de passe").type_text("awa").press(Key::Tab).type_text("motdepasse-awa").press(Key::Enter);
    terminal.wait("to be let in", |text| text.contains("Mes notes") || text.contains("Nouveau mot de passe"));
    if terminal.text().contains("Nouveau mot de passe") {
        terminal.type_text("motdepasse-awa").press(Key::Tab).type_text("motdepasse-a-elle").press(Key::Tab);
        terminal.type_text("motdepasse-a-elle").press(Key::Enter).see("Mes notes");
    }
    terminal.see("Mathématiques").type_text("=").see("13,50/20").see("Règles").press(Key::Escape);
    terminal.see_no_more("13,50/20").quit();
}
