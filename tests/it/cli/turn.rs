//! The year turns by the command line.

use super::Home;

/// Two classes, a year of marks, all closed.
fn a_year(home: &Home) -> [String; 3] {
    for (name, level) in [("10e A", "10e"), ("11e A", "11e"), ("11e B", "11e")] {
        home.run(&["classes", "add", name, "--level", level, "--capacity", "1"]).good();
    }
    home.run(&["subjects", "add", "Français", "--coefficient", "2"]).good();
    let add = |first: &str, class: &str| {
        let args = ["students", "add", "--last", "Traoré", "--first", first, "--class", class];
        home.run(&args).good().out.trim().to_owned()
    };
    let people = [add("Awa", "10e A"), add("Issa", "10e A"), add("Oumou", "11e A")];
    for class in ["10e A", "11e A"] {
        let of = ["--class", class, "--subject", "Français", "--term", "1"];
        home.run(&[&["evaluations", "add", "Devoir"][..], &of].concat()).good();
    }
    for (who, score) in [(&people[0], "14"), (&people[1], "7")] {
        let of = ["--subject", "Français", "--term", "1", "--evaluation", "Devoir", "--score", score];
        home.run(&[&["marks", "set", who][..], &of].concat()).good();
    }
    people
}

#[test]
fn a_year_is_planned_decided_and_opened() {
    turned(&Home::opened());
}

/// The same on either store.
pub fn turned(home: &Home) {
    let [awa, issa, oumou] = a_year(home);
    home.run(&["years", "open"]).refused(1, "périodes ouvertes");
    for term in ["1", "2", "3"] {
        home.run(&["terms", "close", term, "--anyway"]).good();
    }
    let plan = home.json(&["years", "plan"]);
    let of = |plan: &serde_json::Value, who: &str| {
        plan.as_array().unwrap().iter().find(|row| row["matricule"] == who).unwrap().clone()
    };
    assert_eq!((&of(&plan, &awa)["outcome"], &of(&plan, &awa)["next_class"]), (&"promoted".into(), &"11e A".into()));
    assert_eq!((&of(&plan, &issa)["outcome"], &of(&plan, &issa)["next_class"]), (&"repeating".into(), &"10e A".into()));
    assert_eq!((&of(&plan, &oumou)["outcome"], &of(&plan, &oumou)["undecided"]), (&().into(), &"no_average".into()));
    home.run(&["years", "open"]).refused(1, "rien n’est décidé");
    // An outcome, and why, or taken back.
    home.run(&["years", "decide", &oumou]).refused(2, "");
    home.run(&["years", "decide", &oumou, "--outcome", "peut-être", "--reason", "x"]).refused(2, "");
    home.run(&["years", "decide", &oumou, "--outcome", "quitte"]).refused(1, "");
    home.run(&["years", "decide", &oumou, "--outcome", "quitte", "--reason", "déménage"]).good();
    home.run(&["years", "map", "10e A", "11e B"]).good();
    assert_eq!(of(&home.json(&["years", "plan", "--class", "10e A"]), &awa)["next_class"], "11e B");
    home.run(&["years", "map", "10e A", "deviner"]).good();
    let dry = home.run(&["years", "open", "--dry-run"]).good();
    assert!(dry.err.contains("Rien ne s’oppose"), "{}", dry.err);
    assert_eq!(home.json(&["years", "list"]).as_array().map(Vec::len), Some(1), "nothing is opened yet");
    let said = home.run(&["years", "open", "--keep-assignments"]).good().err;
    assert!(said.contains("2027-2028"), "{said}");
    let years = home.json(&["years", "list"]);
    assert_eq!((&years[0]["year"], &years[0]["current"]), (&"2027-2028".into(), &true.into()));
    assert_eq!((&years[1]["closed"], &years[1]["current"]), (&true.into(), &false.into()));
    let now = |who: &str| {
        let card = home.json(&["students", "show", who]);
        (card["class"].clone(), card["status"].clone())
    };
    assert_eq!(now(&awa), ("11e A".into(), "active".into()));
    assert_eq!(now(&issa), ("10e A".into(), "active".into()));
    assert_eq!(now(&oumou), (().into(), "withdrawn".into()));
    // Last year is read, by who was where then.
    let old = ["--year", "2026-2027"];
    let stats = home.json(&[&["stats", "class", "10e A", "--term", "1"][..], &old].concat());
    assert_eq!((&stats["count"], &stats["year"]), (&2.into(), &"2026-2027".into()), "{stats}");
    let top = home.json(&[&["stats", "top", "--term", "1"][..], &old].concat());
    assert_eq!((&top[0]["class"], top[0]["average"].as_f64()), (&"10e A".into(), Some(14.0)), "{top}");
    assert_eq!(home.json(&["stats", "top"]), serde_json::json!([]), "nobody has marks yet");
    let why = home.json(&[&["explain", &awa, "--term", "year"][..], &old].concat());
    assert_eq!(why["average"].as_f64(), Some(14.0), "{why}");
    let sheet = ["--class", "10e A", "--subject", "Français", "--term", "1"];
    let marks = home.json(&[&["marks", "list"][..], &sheet, &old].concat());
    let scores: Vec<_> = marks.as_array().unwrap().iter().map(|row| row["score"].as_f64()).collect();
    assert!(scores.contains(&Some(14.0)), "{marks}");
    assert_eq!(home.json(&[&["marks", "list"][..], &sheet].concat()), serde_json::json!([]), "no column this year");
    home.run(&[&["marks", "list"][..], &sheet, &["--year", "2019-2020"]].concat()).refused(1, "2019-2020");
    let far = home.json(&[&["stats", "completion", "--class", "10e A", "--term", "1"][..], &old].concat());
    assert_eq!(
        (&far[0]["entered"], &far[0]["closed"], &far[0]["year"]),
        (&2.into(), &true.into(), &old[1].into()),
        "{far}"
    );
    home.run(&["stats", "top", "--year", "2026"]).refused(2, "2026-2027");
    home.run(&["years", "decide", &awa, "--outcome", "redouble", "--reason", "trop tôt"]).good();
    let back = home.run(&["years", "decide", &awa, "--take-back"]).good().err;
    home.run(&["undo", back.split_whitespace().last().unwrap()]).good();
    assert_eq!(of(&home.json(&["years", "plan"]), &awa)["by"], "council");
}

#[test]
fn a_new_student_gets_a_place_in_the_next_year() {
    let home = Home::opened();
    home.run(&["classes", "add", "10e A", "--level", "10e"]).good();
    let add = ["students", "add", "--last", "Traoré", "--first", "Awa"];
    let awa = home.run(&add).good().out.trim().to_owned();
    home.run(&["years", "enrol", &awa, "--class", "11e Z"]).refused(1, "");
    home.run(&["years", "enrol", &awa, "--class", "10e A"]).good();
    home.run(&["years", "enrol", &awa, "--class", ""]).good();
    let here = home.run(&[&add[..], &["--class", "10e A"]].concat()).good().out.trim().to_owned();
    home.run(&["years", "enrol", &here, "--class", "10e A"]).refused(1, "cette année");
}
