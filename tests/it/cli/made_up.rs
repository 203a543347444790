//! Made-up schools: kept ones, and filling one that is there.

use super::Home;

#[test]
fn a_kept_demo_opens_and_is_seeded_alike() {
    let home = Home::new();
    let list = |name: &str| {
        let folder = home.path(name);
        let folder = folder.to_str().expect("path");
        home.run(&["demo", "--students", "90", "--seed", "5", "--keep", folder]).good();
        let config = format!("{folder}/config.toml");
        home.run(&["--config", &config, "students", "list", "--format", "json"]).refused(2, "");
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_carnet"))
            .env_clear()
            .env("HOME", home.folder.path())
            .args(["--config", &config, "students", "list", "--format", "json"])
            .output()
            .expect("runs");
        super::Run::from(run).good().out
    };
    let first = list("one");
    assert_eq!(first, list("two"));
    assert_eq!(first.matches("\"matricule\"").count(), 90);
    home.run(&["demo", "--keep", home.path("one").to_str().expect("path")]).refused(1, "vide");
}

#[test]
fn seed_fills_an_empty_school_and_another_one_only_when_told() {
    let home = Home::opened();
    home.run(&["seed", "--students", "90"]).good();
    assert_eq!(home.json(&["students", "list"]).as_array().map(Vec::len), Some(90));
    home.run(&["seed", "--students", "45"]).refused(1, "--fill");
    home.run(&["seed", "--students", "45", "--fill"]).good();
    let students = home.json(&["students", "list"]);
    assert_eq!(students.as_array().map(Vec::len), Some(135));
    let add = ["students", "add", "--last", "Sow", "--first", "Issa"];
    assert_eq!(home.run(&add).good().out.trim(), "MLE-2026-0136");
}

#[test]
fn a_parent_reads_the_childrens_marks_and_nobody_elses() {
    let home = Home::new();
    let folder = home.path("demo");
    let folder = folder.to_str().expect("path");
    home.run(&["demo", "--students", "90", "--seed", "5", "--keep", folder]).good();
    let config = format!("{folder}/config.toml");
    let password = home.write("password", "carnet-demo\n");
    let run = |args: &[&str]| -> super::Run {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_carnet"))
            .env_clear()
            .env("HOME", home.folder.path())
            .args(["--config", &config, "--password-file", password.to_str().expect("path"), "--format", "json"])
            .args(args)
            .output()
            .expect("runs");
        output.into()
    };
    let mine = run(&["--as", "eleve", "marks", "mine"]).good().json();
    let subjects = mine["subjects"].as_array().expect("subjects");
    assert!(subjects.len() > 5 && mine["average"].is_number() && mine["rank"].is_number(), "{mine}");
    let matricule = mine["matricule"].as_str().expect("matricule");
    let child = run(&["--as", "parent", "marks", "mine", "--child", matricule, "--term", "1"]).good().json();
    assert_eq!((child["matricule"].as_str(), child["term"].as_str()), (Some(matricule), Some("T1")));
    run(&["--as", "parent", "marks", "mine", "--child", "personne"]).refused(1, "");
    run(&["--as", "prof", "marks", "mine"]).refused(1, "");
    // Their history says who gave the marks.
    let admin = run(&["--as", "admin", "doctor"]).good();
    assert!(!admin.out.is_empty());
}
