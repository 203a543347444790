//! Rules, explanations and closings by the command line.

use super::Home;

/// A class with the golden marks; the pupil's matricule.
fn golden(home: &Home) -> String {
    home.run(&["classes", "add", "TSE", "--level", "Terminale", "--series", "TSE"]).good();
    home.run(&["subjects", "add", "Mathématiques", "--coefficient", "5"]).good();
    let sheet = ["--class", "TSE", "--subject", "Mathématiques", "--term", "1"];
    home.run(&[&["evaluations", "add", "Devoir 1"][..], &sheet].concat()).good();
    home.run(&[&["evaluations", "add", "Composition", "--kind", "composition", "--scale", "40"][..], &sheet].concat())
        .good();
    home.run(&[&["evaluations", "add", "Devoir 2"][..], &sheet].concat()).good();
    let add = ["students", "add", "--last", "Traoré", "--first", "Awa", "--class", "TSE"];
    let awa = home.run(&add).good().out.trim().to_owned();
    for (what, score) in [("Devoir 1", "16,5"), ("Composition", "38")] {
        let set = ["marks", "set", &awa, "--subject", "Mathématiques", "--evaluation", what, "--score", score];
        home.run(&set).good();
    }
    awa
}

#[test]
fn a_parent_can_redo_the_sum() {
    let home = Home::opened();
    let awa = golden(&home);
    let said = home.run(&["explain", &awa, "--subject", "Mathématiques", "--term", "1"]).good().out;
    for part in [
        "Devoir 1",
        "16,50/20",
        "33/2 = 16,5",
        "38,00/40",
        "pas encore entrée",
        "(MC + 2 × NC) / 3",
        "109/6",
        "18,17",
        "mali",
        "version 1",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let json = home.json(&["explain", &awa, "--subject", "Mathématiques"]);
    assert_eq!((json["average"].as_f64(), json["exact"].as_str()), (Some(18.17), Some("109/6")), "{json}");
    assert_eq!(json["subjects"][0]["marks"][2]["score"], serde_json::Value::Null);
    let term = home.run(&["explain", &awa, "--term", "1"]).good().out;
    assert!(term.contains("Félicitations") && term.contains("Excellent"), "{term}");
    let year = home.run(&["explain", &awa, "--term", "year"]).good().out;
    assert!(year.contains("sans T2, T3") && year.contains("18,17"), "{year}");
    home.run(&["explain", &awa, "--term", "year", "--subject", "Mathématiques"]).refused(2, "--subject");
    home.run(&["explain", "MLE-2026-9999"]).refused(1, "MLE-2026-9999");
}

#[test]
fn rules_are_shown_edited_chosen_and_taken_back() {
    let home = Home::opened();
    let awa = golden(&home);
    let shown = home.run(&["rules", "show"]).good().out;
    assert!(shown.contains("(MC + 2 × NC) / 3") && shown.contains("Premier cycle"), "{shown}");
    let mut rules = home.json(&["rules", "show"]);
    rules["formula"]["class_and_composition"]["composition_weight"] = 1.into();
    let file = home.write("rules.json", rules.to_string());
    let file = file.to_str().expect("path");
    let before = home.run(&["rules", "edit", file, "--dry-run"]).good();
    assert!(before.out.contains("18,17") && before.out.contains("17,75"), "{}", before.out);
    let average = || home.json(&["students", "show", &awa])["average"].as_f64();
    assert_eq!(average(), Some(18.17));
    let said = home.run(&["rules", "edit", file]).good().err;
    assert!(said.contains("mali:2"), "{said}");
    assert_eq!(average(), Some(17.75));
    // The file was made over version 1, which is no longer in force.
    home.run(&["rules", "edit", file]).refused(1, "version 2");
    let act = said.split_whitespace().last().expect("an act").to_owned();
    home.run(&["undo", &act]).good();
    assert_eq!(average(), Some(18.17));
    home.run(&["rules", "use", "france"]).good();
    assert_eq!(average(), Some(18.17), "(16,5 + 38) of 60, on 20");
    home.run(&["rules", "use", "mali:2"]).good();
    assert_eq!(average(), Some(17.75));
    let list = home.json(&["rules", "list"]);
    assert_eq!(list.as_array().map(Vec::len), Some(3), "{list}");
    assert!(list.as_array().expect("list").iter().any(|row| row["id"] == "mali:2" && row["current"] == true));
    // Wrong files: no JSON, a scale of nothing, weights of nothing.
    let bad = home.write("bad.json", "{");
    home.run(&["rules", "edit", bad.to_str().expect("path")]).refused(1, "ligne 1");
    let mut rules = home.json(&["rules", "show"]);
    rules["annual_weights"] = serde_json::json!([0, 0, 0]);
    let bad = home.write("bad.json", rules.to_string());
    home.run(&["rules", "edit", bad.to_str().expect("path")]).refused(1, "périodes");
    home.run(&["rules", "use", "mali:9"]).refused(1, "mali:9");
}

#[test]
fn a_term_is_closed_and_opened_again() {
    let home = Home::opened();
    let awa = golden(&home);
    let list = home.json(&["terms", "status", "1"]);
    assert_eq!((list[0]["class"].as_str(), list[0]["closed"].as_bool()), (Some("TSE"), Some(false)), "{list}");
    let refused = home.run(&["terms", "close", "1"]);
    assert!(refused.out.replace('\u{a0}', " ").contains("1 note sur 3 manque"), "{}", refused.out);
    refused.refused(1, "clôturez quand même");
    home.run(&["terms", "close", "1", "--anyway"]).good();
    let set = ["marks", "set", &awa, "--subject", "Mathématiques", "--evaluation", "Devoir 2", "--score", "1"];
    home.run(&set).refused(1, "");
    let list = home.json(&["terms", "status", "1"]);
    assert_eq!((list[0]["closed"].as_bool(), list[0]["rules"].as_str()), (Some(true), Some("mali:1")), "{list}");
    home.run(&["terms", "reopen", "1", "--class", "TSE", "--reason", "note oubliée"]).good();
    home.run(&set).good();
    let said = home.run(&["audit", "list", "--stream", "setup"]).good().out;
    assert!(said.contains("term.reopen"), "{said}");
    home.run(&["audit", "verify"]).good();
}
