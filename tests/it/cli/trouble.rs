//! Wrong use and bad days: an exit code, and a sentence that says what to do.

use super::Home;

#[test]
fn exit_codes() {
    let home = Home::new();
    home.run(&["--help"]).good();
    home.run(&["--version"]).good();
    home.run(&["students", "list", "--help"]).good();
    home.run(&["studnets"]).refused(2, "students");
    home.run(&["stats", "top", "--term", "9"]).refused(2, "--term");
    home.run(&["students", "list"]).refused(1, "--as");
    home.run(&["--lang", "en", "studnets"]).refused(2, "Did you mean");
    // Neither input nor output is a terminal.
    home.run(&[]).refused(1, "terminal");
    home.run(&["demo"]).refused(1, "terminal");
    assert!(!home.path("carnet.db").exists(), "nothing was made on the way");
}

#[test]
fn init_once_and_only_with_a_password() {
    let home = Home::new();
    home.run(&["init", "--name", "X", "--admin", "admin"]).refused(1, "--password-file");
    let short = home.write("short", "court\n");
    let init = ["init", "--name", "X", "--admin", "admin", "--password-file", short.to_str().expect("path")];
    home.run(&init).refused(1, "8");
    let home = Home::opened();
    let again = home.path("password");
    let init = ["init", "--name", "Y", "--admin", "admin", "--password-file", again.to_str().expect("path")];
    home.run(&init).refused(1, "déjà");
    let school = home.json(&["terms", "list"]);
    assert_eq!(school.as_array().map(Vec::len), Some(3));
}

#[test]
fn a_configuration_with_a_slip_is_said() {
    let home = Home::new();
    home.run_with(&["classes", "list"], &[("CARNET_STORE__PAHT", "x")]).refused(1, "store.path");
    home.run_with(&["classes", "list"], &[("CARNET_STORE__KIND", "mongodb")]).refused(1, "sqlite");
    home.write("config.toml", "[ui]\nlang = \"de\"\n");
    home.run(&["classes", "list"]).refused(1, "fr, en");
    home.write("config.toml", "[ui\n");
    home.run(&["classes", "list"]).refused(1, "config.toml");
}

#[test]
fn a_store_that_is_none_of_ours() {
    let home = Home::opened();
    let store = home.path("carnet.db");
    for name in ["carnet.db-wal", "carnet.db-shm"] {
        let _ = std::fs::remove_file(home.path(name));
    }
    // Damaged.
    std::fs::write(&store, "this is no store, and never was one; it is long enough to be read as a page")
        .expect("written");
    home.run(&["classes", "list"]).refused(1, "carnet.db");
    assert!(std::fs::read_to_string(&store).expect("still there").starts_with("this is no store"));
    // A directory.
    std::fs::remove_file(&store).expect("removed");
    std::fs::create_dir(&store).expect("made");
    let run = home.run(&["classes", "list"]).refused(1, "carnet.db\u{a0}» est un dossier").refused(1, "store.path");
    assert!(!run.err.contains("réessaie"), "{}", run.err);
}

#[test]
fn a_key_that_is_gone_is_not_made_anew_over_an_old_history() {
    let home = Home::opened();
    std::fs::remove_file(home.path("keys/audit.key")).expect("removed");
    home.run(&["classes", "list"]).refused(1, "audit.key");
    assert!(!home.path("keys/audit.key").exists());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let home = Home::opened();
    home.run(&["seed", "--students", "90"]).good();
    let mut command = home.command(&["students", "list"]);
    let mut child = command
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("runs");
    drop(child.stdout.take());
    let run = super::Run::from(child.wait_with_output().expect("ends"));
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn a_store_that_is_held_is_waited_for_once_and_said() {
    let home = Home::opened();
    let held = rusqlite::Connection::open(home.path("carnet.db")).expect("store");
    held.execute_batch("BEGIN IMMEDIATE").expect("held");
    // Who reads need not wait.
    let read = home.run(&["terms", "list"]).good();
    assert!(!read.err.contains("attend"), "{}", read.err);
    let run = home.run(&["classes", "add", "TSE"]).refused(1, "occupe le stockage").refused(1, "carnet.db");
    assert_eq!(run.err.matches("carnet attend").count(), 1, "{}", run.err);
    held.execute_batch("ROLLBACK").expect("released");
    // Not even reading is possible.
    held.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").expect("held");
    let run = home.run(&["terms", "list"]).refused(1, "occupe le stockage").refused(1, "carnet.db");
    assert_eq!(run.err.matches("carnet attend").count(), 1, "{}", run.err);
}
