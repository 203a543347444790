//! Two people in one sheet, each with a carnet of their own.

use super::{Key, days::Home};

#[test]
fn different_cells_are_both_kept_and_seen() {
    let home = Home::with_sheet(&[("COULIBALY", "Awa"), ("DIALLO", "Modibo")]);
    let (mut one, mut two) = (home.in_sheet(), home.in_sheet());
    one.type_text("12,5").press(Key::Enter).see("12,50 enregistré");
    two.press(Key::Down).type_text("9").press(Key::Enter).see("9,00 enregistré");
    for terminal in [&mut one, &mut two] {
        terminal.wait("both marks and ranks", |text| {
            let has = |name: &str, mark: &str, rank: &str| {
                text.lines().any(|row| row.contains(name) && row.contains(mark) && row.contains(rank))
            };
            has("COULIBALY Awa", "12,50", "1er") && has("DIALLO Modibo", "9,00", "2e")
        });
    }
    one.quit();
    two.quit();
    let list = home.json(&["students", "list", "--sort", "name"]);
    assert_eq!((list[0]["average"].as_f64(), list[1]["average"].as_f64()), (Some(12.5), Some(9.0)));
}

#[test]
fn the_same_cell_is_offered_as_a_choice() {
    let home = Home::with_sheet(&[("COULIBALY", "Awa"), ("DIALLO", "Modibo")]);
    let (mut one, mut two) = (home.in_sheet(), home.in_sheet());
    // One is typing while the other hands in.
    one.type_text("16").see("enregistrer, descendre");
    two.type_text("8").press(Key::Enter).see("8,00 enregistré");
    one.press(Key::Enter).see("Deux notes pour une case").see("Garder l’autre : 8,00").see("Mettre la mienne : 16,00");
    one.type_text("m").see("16,00 remplace 8,00");
    two.wait("the other's mark", |text| text.lines().any(|row| row.contains("COULIBALY Awa") && row.contains("16,00")));
    // And the other way round.
    two.press(Key::Up).type_text("10").see("enregistrer, descendre");
    one.press(Key::Up).type_text("11").press(Key::Enter).see("11,00 remplace 16,00");
    two.press(Key::Enter).see("Deux notes pour une case").type_text("s").see("11,00 est gardé");
    one.quit();
    two.quit();
    assert_eq!(home.json(&["students", "list", "--sort", "name"])[0]["average"].as_f64(), Some(11.0));
}
