//! Years, levels, classes and options by the command line.

use super::Home;

#[test]
fn years_have_terms_and_dates_in_order() {
    let home = Home::opened();
    home.run(&["years", "add", "2027-2028", "--semesters", "--dates", "1=2027-10-01..2028-02-10"]).good();
    let list = home.json(&["years", "list"]);
    assert_eq!((&list[0]["year"], &list[0]["current"]), (&"2027-2028".into(), &false.into()), "{list}");
    assert_eq!((&list[1]["year"], &list[1]["current"]), (&"2026-2027".into(), &true.into()), "{list}");
    assert_eq!(list[0]["terms"].as_array().map(Vec::len), Some(2));
    assert_eq!(list[0]["terms"][0]["ends"], "2028-02-10");
    // Dates that run into the term before, or out of the year, or for a term that is not there.
    for dates in ["2=2028-01-01..2028-06-30", "2=2028-03-01..2028-09-01", "3=2028-05-01..2028-06-30"] {
        home.run(&["years", "edit", "2027-2028", "--dates", dates]).refused(1, "");
    }
    home.run(&["years", "edit", "2027-2028", "--dates", "2=2028-02-11..2028-06-30"]).good();
    home.run(&["years", "add", "2027-2028"]).refused(1, "2027-2028");
    home.run(&["years", "add", "2027-2029"]).refused(1, "2027-2028");
    home.run(&["years", "delete", "2026-2027"]).refused(1, "en cours");
    let said = home.run(&["years", "delete", "2027-2028"]).good().err;
    home.run(&["undo", said.split_whitespace().last().expect("act")]).good();
    assert_eq!(home.json(&["years", "list"]).as_array().map(Vec::len), Some(2));
}

#[test]
fn levels_are_the_schools_own() {
    let home = Home::opened();
    let list = home.json(&["levels", "list"]);
    let names: Vec<&str> = list.as_array().expect("list").iter().filter_map(|level| level["name"].as_str()).collect();
    assert_eq!(names[..3], ["10e", "11e", "Terminale"]);
    assert!(names.contains(&"TSE"), "{names:?}");
    home.run(&["classes", "add", "2A", "--level", "Seconde"]).refused(1, "Seconde");
    home.run(&["levels", "add", "Seconde", "--position", "1"]).good();
    home.run(&["classes", "add", "2A", "--level", "Seconde", "--capacity", "60"]).good();
    home.run(&["subjects", "add", "Dessin", "--coefficient", "1", "--coefficient-for", "Seconde=3"]).good();
    home.run(&["levels", "delete", "Seconde"]).refused(1, "classe");
    home.run(&["levels", "edit", "Seconde", "--rename", "2de"]).good();
    let class = &home.json(&["classes", "list"])[0];
    assert_eq!((&class["level"], &class["capacity"]), (&"2de".into(), &60.into()));
    let subjects = home.json(&["subjects", "list"]);
    assert_eq!(subjects[0]["coefficients"][0]["level"], "2de", "{subjects}");
    home.run(&["levels", "fill"]).good();
    assert_eq!(home.json(&["levels", "list"]).as_array().map(Vec::len), Some(names.len() + 1));
}

/// Coefficients that come with a model are the school's to confirm: they are called samples until somebody does.
#[test]
fn coefficients_of_the_model_are_called_samples() {
    let home = Home::with_samples();
    let lines = home.run(&["subjects", "list", "--format", "csv"]).good().out;
    let line = |name: &str| lines.lines().find(|line| line.starts_with(name)).map(ToOwned::to_owned);
    assert!(line("Philosophie").is_some_and(|line| line.ends_with("exemple")), "{lines}");
    home.run(&["subjects", "edit", "Philosophie", "--coefficient", "3"]).good();
    let lines = home.run(&["subjects", "list", "--format", "csv"]).good().out;
    assert!(lines.lines().any(|line| line.starts_with("Philosophie") && !line.ends_with("exemple")), "{lines}");
}

#[test]
fn a_head_teacher_is_one_of_the_teachers() {
    let home = Home::opened();
    home.run(&["users", "add", "m.sow", "--name", "Moussa Sow", "--role", "teacher"]).good();
    home.run(&["users", "add", "bureau", "--role", "secretary"]).good();
    home.run(&["classes", "add", "TSE", "--head-teacher", "bureau"]).refused(1, "");
    home.run(&["classes", "add", "TSE", "--head-teacher", "m.sow"]).good();
    assert!(home.json(&["classes", "list"])[0]["head_teacher"].is_string());
    home.run(&["users", "delete", "m.sow"]).refused(1, "classe");
    home.run(&["classes", "edit", "TSE", "--head-teacher", ""]).good();
    home.run(&["users", "delete", "m.sow"]).good();
}

#[test]
fn an_option_counts_for_those_who_take_it() {
    options(&Home::opened());
}

/// The same on either store.
pub fn options(home: &Home) {
    home.run(&["classes", "add", "TLL"]).good();
    home.run(&["subjects", "add", "Français", "--coefficient", "1"]).good();
    home.run(&["subjects", "add", "Arabe", "--coefficient", "1", "--kind", "complementary", "--option", "true"]).good();
    let add = |first: &str| {
        let args = ["students", "add", "--last", "Traoré", "--first", first, "--class", "TLL"];
        home.run(&args).good().out.trim().to_owned()
    };
    let (awa, issa) = (add("Awa"), add("Issa"));
    home.run(&["options", "add", &awa, "--class", "TLL", "--subject", "Français"]).refused(1, "Français");
    home.run(&["options", "add", &awa, "--class", "TLL", "--subject", "Arabe"]).good();
    let list = home.json(&["options", "list", "--class", "TLL", "--subject", "Arabe"]);
    assert_eq!((&list[0]["takes"], &list[1]["takes"]), (&true.into(), &false.into()), "{list}");
    for (subject, title) in [("Français", "Devoir"), ("Arabe", "Devoir")] {
        home.run(&["evaluations", "add", title, "--class", "TLL", "--subject", subject]).good();
    }
    let set = |who: &str, subject: &str, score: &str| {
        home.run(&["marks", "set", who, "--subject", subject, "--evaluation", "Devoir", "--score", score])
    };
    set(&awa, "Français", "10").good();
    set(&awa, "Arabe", "20").good();
    set(&issa, "Français", "10").good();
    set(&issa, "Arabe", "20").refused(1, "option");
    let rows = home.json(&["marks", "list", "--class", "TLL", "--subject", "Arabe"]);
    assert_eq!(rows.as_array().map(Vec::len), Some(1), "{rows}");
    let average = |who: &str| home.json(&["students", "show", who])["average"].as_f64();
    assert_eq!((average(&awa), average(&issa)), (Some(15.0), Some(10.0)));
    // Out of the option: the mark stays on the sheet and counts no more; back again, it counts again.
    let said = home.run(&["options", "remove", &awa, "--class", "TLL", "--subject", "Arabe"]).good().err;
    assert_eq!(average(&awa), Some(10.0));
    home.run(&["undo", said.split_whitespace().last().expect("act")]).good();
    assert_eq!(average(&awa), Some(15.0));
    // For everybody again, everybody's marks count, and the other way round.
    home.run(&["subjects", "edit", "Français", "--option", "true"]).good();
    assert_eq!((average(&awa), average(&issa)), (Some(20.0), None));
    home.run(&["subjects", "edit", "Français", "--option", "false"]).good();
    assert_eq!((average(&awa), average(&issa)), (Some(15.0), Some(10.0)));
    home.run(&["doctor", "--rebuild"]).good();
    assert_eq!((average(&awa), average(&issa)), (Some(15.0), Some(10.0)));
}

#[test]
fn who_comes_late_has_a_first_day() {
    let home = Home::opened();
    home.run(&["classes", "add", "TLL"]).good();
    let args = ["students", "add", "--last", "Traoré", "--first", "Awa", "--class", "TLL", "--starts", "2027-01-11"];
    let awa = home.run(&[&args[..], &["--quartier", "Hippodrome"]].concat()).good().out.trim().to_owned();
    let card = home.json(&["students", "show", &awa]);
    assert_eq!((&card["starts"], &card["dossier"]["quartier"]), (&"2027-01-11".into(), &"Hippodrome".into()), "{card}");
    home.run(&["students", "edit", &awa, "--starts", "2025-01-11"]).refused(1, "année");
    home.run(&["students", "edit", &awa, "--first", "Hawa"]).good();
    assert_eq!(home.json(&["students", "show", &awa])["starts"], "2027-01-11", "what is not given stays");
    home.run(&["students", "edit", &awa, "--starts", "", "--language", "bamanankan"]).good();
    let card = home.json(&["students", "show", &awa]);
    assert!(card["starts"].is_null() && card["dossier"]["language"] == "bamanankan", "{card}");
}
