//! Records by the command line: what is added is listed, changed, marked, averaged, deleted and brought back.

use super::Home;

#[test]
fn a_class_from_nothing_to_a_rank() {
    let home = Home::opened();
    home.run(&["classes", "add", "TSE", "--level", "Terminale", "--series", "TSE"]).good();
    home.run(&["subjects", "add", "Mathématiques", "--coefficient", "3", "--coefficient-for", "*/TSE=5"]).good();
    let sheet = ["--class", "tse", "--subject", "mathematiques", "--term", "1"];
    home.run(&[&["evaluations", "add", "Devoir 1"][..], &sheet].concat()).good();
    home.run(&[&["evaluations", "add", "Composition", "--kind", "composition", "--scale", "40"][..], &sheet].concat())
        .good();
    let add = |last: &str, first: &str, phone: &str| {
        let args = ["students", "add", "--last", last, "--first", first, "--class", "TSE", "--phone", phone];
        home.run(&args).good().out.trim().to_owned()
    };
    let awa = add("Traoré", "Awa", "76 12 34 56");
    let issa = add("Keïta", "Issa", "");
    assert_eq!((awa.as_str(), issa.as_str()), ("MLE-2026-0001", "MLE-2026-0002"));

    let set = |who: &str, what: &str, score: &str| {
        home.run(&["marks", "set", who, "--subject", "Mathématiques", "--evaluation", what, "--score", score])
    };
    // The golden case of the rules: class 16,50 and composition 38,00/40 make 18,17.
    set(&awa, "Devoir 1", "16,5").good();
    set(&awa, "Composition", "38").good();
    set(&issa, "Devoir 1", "abs").good();
    set(&issa, "Composition", "20.5").good();
    for (score, part) in [("21", "20"), ("-1", ""), ("1e3", ""), ("12,555", ""), ("41/40", "")] {
        set(&awa, "Devoir 1", score).refused(1, part);
    }
    let card = home.json(&["students", "show", &awa]);
    assert_eq!(card["average"].as_f64(), Some(18.17), "{card}");
    assert_eq!(card["grades"].as_array().map(Vec::len), Some(2));

    let top = home.json(&["stats", "top", "--limit", "1"]);
    assert_eq!((top[0]["rank"].as_u64(), top[0]["student"].as_str()), (Some(1), Some("TRAORÉ Awa")));
    let list = home.json(&["students", "list", "--filter", "moy>=15 nom:tra"]);
    assert_eq!(list[0]["matricule"].as_str(), Some(awa.as_str()));
    assert_eq!(list.as_array().map(Vec::len), Some(1));
    // A filter may begin with the `-` that turns a word round.
    let others = home.json(&["students", "list", "--filter", "-nom:tra"]);
    assert_eq!(others[0]["matricule"].as_str(), Some(issa.as_str()));
    let csv = home.run(&["students", "list", "--format", "csv", "--sort", "-average"]).good().out;
    assert_eq!(csv.lines().count(), 3);
    // A phone begins with +, which a spreadsheet would reckon with.
    assert!(csv.contains("'+22376123456"), "{csv}");
}

#[test]
fn deleting_can_be_taken_back() {
    let home = Home::opened();
    home.run(&["classes", "add", "10e A"]).good();
    let add = ["students", "add", "--last", "Diarra", "--first", "Fanta", "--class", "10e A"];
    let matricule = home.run(&add).good().out.trim().to_owned();
    let said = home.run(&["students", "delete", &matricule]).good().err;
    assert_eq!(home.json(&["students", "list"]), serde_json::json!([]));
    let act = said.split_whitespace().last().expect("an act").to_owned();
    home.run(&["undo", &act]).good();
    assert_eq!(home.json(&["students", "list"])[0]["last_name"], "Diarra");
    home.run(&["students", "edit", &matricule, "--phone", "12"]).refused(1, "");
    home.run(&["students", "edit", &matricule, "--phone", "66 00 11 22"]).good();
    assert_eq!(home.json(&["students", "show", &matricule])["phone"], "+22366001122");
}

#[test]
fn a_teacher_sees_what_is_theirs() {
    let home = Home::opened();
    for class in ["TSE", "TLL"] {
        home.run(&["classes", "add", class]).good();
    }
    home.run(&["subjects", "add", "Mathématiques", "--coefficient", "3"]).good();
    let password = home.write("teacher", "craie-blanche\n");
    let password = password.to_str().expect("path");
    let add =
        ["users", "add", "m.sow", "--name", "Moussa Sow", "--role", "enseignant", "--new-password-file", password];
    home.run(&add).good();
    home.run(&["assignments", "add", "--teacher", "m.sow", "--class", "TSE", "--subject", "Mathématiques"]).good();
    assert_eq!(home.json(&["assignments", "list"]).as_array().map(Vec::len), Some(1));
    // The password was given by somebody else.
    home.run(&["--as", "m.sow", "--password-file", password, "classes", "list"]).refused(1, "carnet");
    home.run(&["--as", "m.sow", "--password-file", "/nowhere", "classes", "list"]).refused(1, "/nowhere");
    let wrong = home.write("wrong", "autre-chose\n");
    home.run(&["--as", "m.sow", "--password-file", wrong.to_str().expect("path"), "classes", "list"]).refused(1, "");
}

#[test]
fn unknown_names_are_answered_by_near_ones() {
    let home = Home::opened();
    home.run(&["classes", "add", "Terminale 1"]).good();
    home.run(&["stats", "class", "Terminal 1"]).refused(1, "Terminale 1");
    home.run(&["students", "show", "MLE-2026-9999"]).refused(1, "MLE-2026-9999");
    home.run(&["students", "list", "--filter", "paye:oui"]).refused(1, "paye");
    home.run(&["students", "list", "--sort", "age"]).refused(1, "average");
}

#[test]
fn a_family_is_linked_and_reads_its_marks() {
    let home = Home::opened();
    home.run(&["classes", "add", "TSE"]).good();
    home.run(&["subjects", "add", "Mathématiques", "--coefficient", "4"]).good();
    let sheet = ["--class", "TSE", "--subject", "Mathématiques"];
    home.run(&[&["evaluations", "add", "Devoir 1"][..], &sheet].concat()).good();
    let add = |first: &str| {
        let args = ["students", "add", "--last", "Traoré", "--first", first, "--class", "TSE", "--sex", "f"];
        home.run(&args).good().out.trim().to_owned()
    };
    let (awa, fanta) = (add("Awa"), add("Fanta"));
    for (who, score) in [(&awa, "16,5"), (&fanta, "abs")] {
        let mark = ["marks", "set", who, "--subject", "Mathématiques", "--evaluation", "Devoir 1", "--score", score];
        home.run(&mark).good();
    }
    home.write("family", "une-famille-bien\n");
    let file = home.path("family");
    let file = file.to_str().expect("path");
    home.run(&["users", "add", "famille", "--role", "parent", "--new-password-file", file, "--child", &awa]).good();
    home.run(&["users", "edit", "famille", "--child", &awa, "--child", &fanta]).good();
    // The password was given by somebody else: it is changed at the screen first.
    let mine = |more: &[&str]| {
        let args = [&["marks", "mine", "--as", "famille", "--password-file", file, "--format", "json"][..], more];
        home.run(&args.concat())
    };
    mine(&[]).refused(1, "");
    let said = home.run(&["marks", "mine"]).refused(1, "");
    assert!(!said.err.is_empty());
    home.run(&["users", "edit", "famille", "--no-child"]).good();
    let users = home.json(&["users", "list"]);
    let family = users.as_array().expect("list").iter().find(|user| user["username"] == "famille").expect("famille");
    assert_eq!(family["linked"], serde_json::json!([]));
}

#[test]
fn the_own_student_of_a_teacher_is_kept() {
    let home = Home::opened();
    let add = |last: &str, first: &str| {
        home.run(&["students", "add", "--last", last, "--first", first]).good().out.trim().to_owned()
    };
    let (awa, issa) = (add("Traoré", "Awa"), add("Keïta", "Issa"));
    home.run(&["users", "add", "prof", "--role", "teacher", "--student", &awa]).good();
    home.run(&["users", "edit", "prof", "--child", &issa]).good();
    home.run(&["users", "edit", "prof", "--no-child"]).good();
    let list = home.json(&["users", "list"]);
    let prof = list.as_array().and_then(|all| all.iter().find(|user| user["username"] == "prof"));
    assert_eq!(prof.map(|prof| prof["linked"].clone()), Some(serde_json::json!(["TRAORÉ Awa"])));
}

/// The account, the national id and the medical note are checked and not kept: not in the store, not in a log.
#[test]
fn what_belongs_under_lock_is_refused_and_nowhere_written() {
    let home = Home::opened();
    let add = |more: &[&str]| {
        let base = ["students", "add", "--last", "Traoré", "--first", "Awa", "--bank", "orange"];
        home.run(&[&base[..], more].concat())
    };
    add(&["--account", "66 12 34 56"]).refused(1, "Orange Money");
    add(&["--account", "76 12 34 56"]).refused(1, "clé");
    add(&["--national-id", "1234"]).refused(1, "NINA");
    add(&["--national-id", "11091234567001K"]).refused(1, "clé");
    add(&["--medical-note", "asthme depuis 2019"]).refused(1, "clé");
    let matricule = add(&["--candidate", "BAC-00123"]).good().out.trim().to_owned();
    home.run(&["students", "edit", &matricule, "--bank", "Ecobank", "--account", "FR15 2004 1010 0505 0001 3M02 606"])
        .refused(1, "IBAN");
    home.run(&["students", "edit", &matricule, "--bank", "Ecobank", "--account", "4111111111111111"]).refused(1, "clé");
    let shown = home.json(&["students", "show", &matricule]);
    assert_eq!(
        (&shown["dossier"]["bank"], &shown["dossier"]["candidate"]),
        (&"Orange Money".into(), &"BAC-00123".into())
    );
    let table = home.run(&["students", "show", &matricule]).good().out;
    assert_eq!(table.matches("fermé").count(), 3, "{table}");
    home.write("file.csv", "matricule;nom;prenom;compte\nX1;Sow;Oumou;4111111111111111\nX2;Ba;Issa;\n");
    let file = home.path("file.csv");
    let import = ["import", "students", file.to_str().expect("path"), "--dry-run", "--format", "json"];
    let run = home.run(&import);
    assert_eq!(run.code, 1, "{}", run.err);
    let report = run.json();
    assert_eq!((&report["totals"]["refuse"], &report["totals"]["create"]), (&1.into(), &1.into()), "{report}");
    std::fs::remove_file(file).expect("removed");
    for value in ["11091234567001K", "asthme depuis 2019", "4111111111111111"] {
        let found = std::process::Command::new("grep").args(["-rl", value]).arg(home.folder.path()).output();
        assert_eq!(String::from_utf8_lossy(&found.expect("grep").stdout), "", "{value}");
    }
}
