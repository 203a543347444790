//! An evening with the bulletins: appreciations beside the sheet, the follow-up, the council; and all of it is there
//! the next time.

use super::{Key, days::Home};

#[test]
fn appreciations_follow_up_and_council_by_keyboard() {
    let home = Home::with_sheet(&[("Coulibaly", "Awa"), ("Diallo", "Modibo")]);
    let mut terminal = home.in_sheet();
    terminal.type_text("17").press(Key::Enter).see("17,00 enregistré à");
    // Beside the sheet: one after the other, a phrase of the band for the second.
    terminal.type_text("B").see("Appréciation").type_text("g").press(Key::Enter).see("0/80");
    terminal.type_text("Très bon travail.").see("17/80").press(Key::Enter);
    terminal.see("Très bon travail. enregistré à").see("0/80").press(Key::Escape).see_no_more("0/80");
    terminal.type_text("u").see("retour à rien");
    terminal.press(Key::Ctrl('r')).see("à nouveau Très bon travail.");
    // The phrases of the average's band, narrowed by letters.
    terminal.type_text("g").type_text("p").see("Phrases pour cette moyenne").type_text("appro");
    terminal.see_no_more("moteur").press(Key::Enter).see("Excellente participation").press(Key::Enter);
    terminal.see("Excellente participation").see("enregistré à").press(Key::Escape).press(Key::Escape);

    terminal.go_to("Suivi").see("Classe ·").type_text("TSE").see("▸ TSE").press(Key::Enter).see("Retards");
    terminal.type_text("4").see("Échap abandonner").press(Key::Enter).see("4 enregistré à");

    terminal.go_to("Conseil de classe").see("Classe ·").type_text("TSE").see("▸ TSE").press(Key::Enter);
    terminal.see("(Félicitations)").press(Key::Enter).see("Comme le proposent les règles").press(Key::Down);
    terminal.press(Key::Enter).see("pourquoi").type_text("Absences").press(Key::Enter).see("enregistré à");
    terminal.see_no_more("(Félicitations)");
    terminal.quit();
    let row = &home.json(&["honours", "list", "--class", "TSE"])[0];
    assert_eq!((row["proposed"].as_str(), row["decided"].is_object()), (Some("Félicitations"), true), "{row}");
    let row = &home.json(&["remarks", "list", "--class", "TSE", "--subject", "Mathématiques"])[0];
    let text = row["remark"].as_str().unwrap_or_default();
    assert!(text.starts_with("Très bon travail. Excellente participation"), "{row}");
    assert_eq!(home.json(&["followup", "list", "--class", "TSE"])[0]["follow"]["justified"], 4);
}
