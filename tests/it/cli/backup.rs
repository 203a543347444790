//! Backups by the command line.

use super::Home;

#[test]
fn backups_are_made_checked_and_put_back() {
    let home = Home::opened();
    home.run(&["classes", "add", "10e A"]).good();
    let made = home.json(&["backup", "create"]);
    let name = made[0]["name"].as_str().expect("a name").to_owned();
    home.run(&["classes", "add", "10e B"]).good();
    home.run(&["backup", "verify", &name]).good();
    home.run(&["backup", "restore", &name]).refused(2, "--yes");
    home.run(&["backup", "restore", &name, "--yes"]).good();
    assert_eq!(home.json(&["classes", "list"]).as_array().map(Vec::len), Some(1));
    assert!(!home.json(&["backup", "list"]).as_array().expect("a list").is_empty());
    home.run(&["backup", "verify", "nope"]).refused(1, "");
}
