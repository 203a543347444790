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
    home.run_with(&["classes", "list"], &[("CARNET_STORE__KIND", "mongodb")]).refused(1, "store.uri");
    home.run_with(&["classes", "list"], &[("CARNET_STORE__KIND", "mysql")]).refused(1, "sqlite, mongodb");
    std::fs::remove_file(home.path("config.toml")).expect("removed");
    home.run(&["classes", "list"]).refused(1, "n’existe pas");
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

#[test]
fn an_empty_file_is_no_wrong_password() {
    let home = Home::opened();
    for name in ["carnet.db-wal", "carnet.db-shm"] {
        let _ = std::fs::remove_file(home.path(name));
    }
    home.write("carnet.db", "");
    home.run(&["classes", "list"]).refused(1, "carnet init").refused(1, "carnet.db");
    let password = home.path("password");
    let login = ["--as", "admin", "--password-file", password.to_str().expect("path"), "classes", "list"];
    home.run(&login).refused(1, "carnet init");
}

#[test]
fn what_a_damaged_file_says_can_be_done() {
    let home = Home::opened();
    home.run(&["seed", "--students", "20"]).good();
    home.run(&["backup", "create"]).good();
    let name = home.json(&["backup", "list"])[0]["name"].as_str().expect("a name").to_owned();
    let store = home.path("carnet.db");
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(home.path(&format!("carnet.db{end}")));
    }
    let damaged = "no store".repeat(2_000);
    std::fs::write(&store, &damaged).expect("written");
    for part in ["renommez-le", "carnet init", "carnet backup restore"] {
        home.run(&["students", "list"]).refused(1, part);
    }
    std::fs::rename(&store, home.path("aside.db")).expect("renamed");
    let password = home.path("password");
    let init = ["init", "--name", "X", "--admin", "admin", "--password-file", password.to_str().expect("path")];
    home.run(&init).good();
    home.run(&["backup", "restore", &name, "--yes"]).good();
    assert_eq!(home.json(&["students", "list"]).as_array().map(Vec::len), Some(20));
}

/// A limit on the size of files stands in for a full disk.
#[test]
fn a_limit_on_files_is_said_and_loses_nothing() {
    let home = Home::opened();
    let carnet = env!("CARGO_BIN_EXE_carnet");
    let script = format!("ulimit -f 8; exec {carnet} --config \"$0\" classes add TSE");
    let mut command = std::process::Command::new("sh");
    command.arg("-c").arg(script).arg(home.path("config.toml")).env_clear().env("HOME", home.folder.path());
    let run = super::Run::from(command.output().expect("runs"));
    run.refused(1, "carnet.db");
    assert_eq!(home.json(&["classes", "list"]).as_array().map(Vec::len), Some(0));
    home.run(&["classes", "add", "TSE"]).good();
}
