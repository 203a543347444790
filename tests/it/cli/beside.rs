//! Beside the marks, by the command line: the same refusals as on the screens.

use serde_json::{Value, json};

use super::Home;

fn school() -> (Home, String) {
    let home = Home::opened();
    home.run(&["classes", "add", "TSE"]).good();
    home.run(&["subjects", "add", "Mathématiques", "--coefficient", "3"]).good();
    let sheet = ["--class", "TSE", "--subject", "Mathématiques"];
    home.run(&[&["evaluations", "add", "Devoir 1"][..], &sheet].concat()).good();
    let add = ["students", "add", "--last", "Traoré", "--first", "Awa", "--class", "TSE", "--sex", "f"];
    let awa = home.run(&add).good().out.trim().to_owned();
    let mark = ["marks", "set", &awa, "--subject", "Mathématiques", "--evaluation", "Devoir 1", "--score", "17"];
    home.run(&mark).good();
    (home, awa)
}

#[test]
fn appreciations_are_written_listed_and_no_longer_than_a_line() {
    let (home, awa) = school();
    home.run(&["remarks", "set", &awa, "Très bon travail.", "--subject", "Mathématiques"]).good();
    home.run(&["remarks", "set", &awa, "Bon \u{1b}[31mtrimestre."]).good();
    let of = |more: &[&str]| home.json(&[&["remarks", "list", "--class", "TSE"][..], more].concat())[0].clone();
    assert_eq!(of(&["--subject", "mathematiques"])["remark"], "Très bon travail.");
    assert_eq!((of(&[])["remark"].clone(), of(&[])["average"].clone()), (json!("Bon trimestre."), json!(17.0)));
    let long = "é".repeat(81);
    home.run(&["remarks", "set", &awa, &long, "--subject", "Mathématiques"]).refused(1, "80");
    home.run(&["remarks", "set", &awa, &long]).good();
    home.run(&["remarks", "set", &awa, &"é".repeat(241)]).refused(1, "240");
    home.run(&["remarks", "set", &awa, ""]).good();
    assert_eq!(of(&[])["remark"], Value::Null);
}

#[test]
fn follow_up_and_honours() {
    let (home, awa) = school();
    home.run(&["followup", "set", &awa]).refused(1, "--late");
    home.run(&["followup", "set", &awa, "--late", "2", "--conduct", "21"]).refused(1, "20");
    let listed = || home.json(&["followup", "list", "--class", "TSE"])[0]["follow"].clone();
    assert_eq!(listed()["late"], Value::Null, "all or nothing is read before anything is written");
    home.run(&["followup", "set", &awa, "--late", "2", "--conduct", "14,5", "--justified", "4"]).good();
    assert_eq!((listed()["late"].clone(), listed()["conduct"].clone()), (json!(2), json!(14.5)));
    assert_eq!(listed()["unjustified"], Value::Null, "what is not recorded is no zero");
    home.run(&["followup", "set", &awa, "--late", ""]).good();
    assert_eq!(listed()["late"], Value::Null);

    let honours = || home.json(&["honours", "list", "--class", "TSE"])[0].clone();
    assert_eq!((honours()["proposed"].clone(), honours()["decided"].clone()), (json!("Félicitations"), Value::Null));
    home.run(&["followup", "set", &awa, "--conduct", "5"]).good();
    assert_eq!(honours()["proposed"], "Blâme");
    home.run(&["honours", "decide", &awa, "encouragements"]).refused(1, "");
    home.run(&["honours", "decide", &awa, "Médaille", "--reason", "x"]).refused(1, "Médaille");
    home.run(&["honours", "decide", &awa, "encouragements", "--reason", "Excuses présentées"]).good();
    assert_eq!(
        (honours()["decided"]["honour"].clone(), honours()["decided"]["reason"].clone()),
        (json!("Encouragements"), json!("Excuses présentées"))
    );
    home.run(&["honours", "decide", &awa, "aucune", "--reason", "Absences"]).good();
    assert_eq!(honours()["decided"], json!({ "reason": "Absences" }));
    let shown = home.run(&["honours", "list", "--class", "TSE"]).good().out;
    assert!(shown.contains("aucune mention") && shown.contains("Blâme"), "{shown}");
    home.run(&["honours", "decide", &awa]).good();
    assert_eq!(honours()["decided"], Value::Null);
}

#[test]
fn the_bank_of_phrases() {
    let home = Home::opened();
    let list = || home.json(&["phrases", "list"]);
    let usual = list().as_array().map_or(0, Vec::len);
    assert!(usual >= 15, "{usual}");
    home.run(&["phrases", "add", "Élève {sérieux|sérieuse}.", "--band", "bien", "--school-wide"]).good();
    let place = list().as_array().and_then(|all| all.iter().position(|row| row["text"] == "Élève {sérieux|sérieuse}."));
    let number = (place.expect("listed") + 1).to_string();
    home.run(&["phrases", "edit", &number, "--text", "Élève {actif|active}."]).good();
    home.run(&["phrases", "add", "x", "--band", "Moyen"]).refused(1, "Moyen");
    home.run(&["phrases", "delete", &number]).good();
    assert_eq!(list().as_array().map(Vec::len), Some(usual));
    home.run(&["--lang", "en", "phrases", "fill"]).good();
    assert!(list().as_array().map_or(0, Vec::len) > usual);
}
