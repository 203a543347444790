//! Guardians by the command line: who they are, whose they are, and what their account sees.

use super::Home;

fn student(home: &Home, first: &str) -> String {
    home.run(&["students", "add", "--last", "Traoré", "--first", first]).good().out.trim().to_owned()
}

#[test]
fn a_mother_has_her_children_and_her_account_follows() {
    let home = Home::opened();
    let (awa, issa) = (student(&home, "Awa"), student(&home, "Issa"));
    home.run(&["users", "add", "famille", "--role", "parent"]).good();
    let add = ["guardians", "add", "--last", "Traoré", "--first", "Fanta", "--relation", "mère", "--child", &awa];
    let more = ["--phone", "76 12 34 56", "--language", "bamanankan", "--sms", "true", "--money", "orange:76123456"];
    home.run(&[&add[..], &more, &["--account", "famille"]].concat()).good();
    let list = home.json(&["guardians", "list", "--student", &awa]);
    let child = &list[0]["children"][0];
    assert_eq!((&child["relation"], &list[0]["phones"][0]), (&"mother".into(), &"+22376123456".into()), "{list}");
    assert_eq!(list[0]["money"]["operator"], "orange_money");
    let linked = |home: &Home| {
        let users = home.json(&["users", "list"]);
        let family =
            users.as_array().expect("list").iter().find(|user| user["username"] == "famille").expect("famille");
        family["linked"].clone()
    };
    assert_eq!(linked(&home), serde_json::json!(["TRAORÉ Awa"]));
    // One child more, in another relation: the account sees both; a change of the account itself does not undo that.
    home.run(&["guardians", "link", "76123456", "--child", &issa, "--relation", "tante"]).good();
    assert_eq!(linked(&home).as_array().map(Vec::len), Some(2));
    home.run(&["users", "edit", "famille", "--name", "Famille Traoré"]).good();
    assert_eq!(linked(&home).as_array().map(Vec::len), Some(2));
    let shown = home.json(&["guardians", "show", "76123456"]);
    assert_eq!(shown["children"][0]["relation"], "mother", "{shown}");
    assert_eq!(shown["children"][1]["relation"], "uncle_or_aunt");
    let found = home.json(&["guardians", "list", "--find", "fant"]);
    assert_eq!(found[0]["children_names"].as_array().map(Vec::len), Some(2));
    home.run(&["guardians", "unlink", "76123456", "--child", &awa, "--child", &issa]).refused(1, "");
    home.run(&["guardians", "unlink", "76123456", "--child", &issa]).good();
    assert_eq!(linked(&home), serde_json::json!(["TRAORÉ Awa"]));
    home.run(&["guardians", "edit", "76123456", "--first", "Fatoumata", "--sms", "false"]).good();
    let table = home.run(&["guardians", "show", "76123456"]).good().out;
    assert!(table.contains("Fatoumata") && table.contains("Orange Money") && table.contains("(mère)"), "{table}");
    home.run(&["guardians", "delete", "76123456"]).good();
    assert_eq!(linked(&home), serde_json::json!([]));
    assert_eq!(home.json(&["guardians", "list", "--student", &awa]), serde_json::json!([]));
}

#[test]
fn what_does_not_reach_anybody_is_refused() {
    let home = Home::opened();
    let awa = student(&home, "Awa");
    let add = |more: &[&str]| {
        let base = ["guardians", "add", "--last", "Traoré", "--first", "Fanta", "--child", &awa];
        home.run(&[&base[..], more].concat())
    };
    add(&["--phone", "12"]).refused(1, "");
    add(&["--email", "fanta@"]).refused(1, "e-mail");
    add(&["--sms", "true"]).refused(1, "accord");
    add(&["--mail", "true", "--phone", "76123456"]).refused(1, "accord");
    add(&["--money", "orange:20223561"]).refused(1, "mobile");
    add(&["--money", "orange:66123456"]).refused(1, "Orange Money");
    add(&["--money", "76123456"]).refused(1, "orange:76123456");
    add(&["--relation", "voisin"]).refused(1, "père");
    home.run(&["guardians", "add", "--last", "Traoré", "--first", "Fanta"]).refused(2, "");
    add(&["--phone", "76123456"]).good();
    add(&["--phone", "76123456", "--relation", "father"]).good();
    // A phone that two share names neither.
    home.run(&["guardians", "edit", "76123456", "--sms", "true"]).refused(1, "TRAORÉ Fanta");
    let all = home.json(&["guardians", "list"]);
    assert_eq!(all.as_array().map(Vec::len), Some(2));
    assert_eq!(home.json(&["guardians", "list", "--limit", "1"]).as_array().map(Vec::len), Some(1));
    // By the identifier, one is meant.
    let id = all[0]["_id"].as_str().expect("id");
    home.run(&["guardians", "edit", id, "--sms", "true"]).good();
    // The student is found by the guardian's name and phone.
    for filter in ["tuteur:fanta", "76 12 34 56"] {
        assert_eq!(home.json(&["students", "list", "--filter", filter]).as_array().map(Vec::len), Some(1));
    }
}
