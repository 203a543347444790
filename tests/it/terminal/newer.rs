//! The newer screens, by keyboard alone.

use super::{
    Key, Terminal,
    days::{Home, SIZE},
};

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
