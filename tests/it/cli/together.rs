//! Several marks at once, and columns in another order: the twins of what the sheet does.

use super::Home;

/// Four students (in the order of names: Diallo, Keïta, Sow, Traoré) and two tests.
fn class() -> (Home, Vec<String>) {
    let home = Home::opened();
    home.run(&["classes", "add", "TSE", "--level", "Terminale", "--series", "TSE"]).good();
    home.run(&["subjects", "add", "Mathématiques", "--coefficient", "3"]).good();
    for title in ["Devoir 1", "Devoir 2"] {
        home.run(&[&["evaluations", "add", title][..], &SHEET].concat()).good();
    }
    let add = |last| home.run(&["students", "add", "--last", last, "--first", "Awa", "--class", "TSE"]).good().out;
    let who = ["Diallo", "Keïta", "Sow", "Traoré"].map(|last| add(last).trim().to_owned());
    (home, who.into())
}

const SHEET: [&str; 4] = ["--class", "tse", "--subject", "mathematiques"];

fn scores(home: &Home) -> Vec<String> {
    let rows = home.json(&[&["marks", "list"][..], &SHEET].concat());
    let cell = |row: &serde_json::Value| match (row["score"].as_f64(), row["code"].as_str()) {
        (Some(score), _) => score.to_string(),
        (None, code) => code.unwrap_or("-").to_owned(),
    };
    rows.as_array().expect("rows").iter().map(cell).collect()
}

#[test]
fn a_block_is_pasted_after_a_try_and_filled_up() {
    let (home, who) = class();
    let paste = |more: &[&str], block: &str| {
        home.run_on(&[&["marks", "paste", "-"][..], &SHEET, more].concat(), block.as_bytes())
    };
    // As a spreadsheet writes it: tabs, its line ends, decimals with comma or point, a blank, a line end too many.
    let block = "12,5\t9\r\nabs\t\r\n15.25\t8\r\n";
    let tried = paste(&["--dry-run", "--format", "json"], block).good().json();
    assert_eq!(tried["totals"]["create"], 5, "{tried}");
    assert_eq!(tried["cells"][4]["after"]["score"], 8.0, "{tried}");
    assert_eq!(scores(&home), ["-"; 8], "it was a try");
    let before = home.audit_entries();
    let said = paste(&[], block).good();
    assert!(said.out.contains("12,5") && said.err.contains('5'), "{}{}", said.out, said.err);
    assert_eq!(scores(&home), ["12.5", "9", "ABS", "-", "15.25", "8", "-", "-"]);
    assert_eq!(home.audit_entries() - before, 5);
    // Refused as a whole, unless only the good ones are wanted; what is there already is left.
    let bad = "12,5\n21\n14\n";
    paste(&[], bad).refused(1, "--only-good");
    assert_eq!(scores(&home)[2], "ABS");
    paste(&["--only-good"], bad).good();
    assert_eq!(scores(&home), ["12.5", "9", "ABS", "-", "14", "8", "-", "-"]);
    // From another cell, and never beyond the sheet.
    let from = ["--evaluation", "devoir 2", "--from", &who[2]];
    paste(&from, "7\n6").good();
    assert_eq!(scores(&home)[5..], ["7", "-", "6"]);
    paste(&from, "7\n6\n5").refused(1, "--from");
    paste(&["--evaluation", "devoir 2"], "7\t6").refused(1, "--evaluation");
    paste(&[], &"12\n".repeat(10_000)).refused(1, "9996");
    home.run_on(&[&["marks", "paste", "-"][..], &SHEET].concat(), b"12\xff").refused(1, "UTF-8");

    let fill = |args: &[&str]| home.run(&[&["marks", "fill"][..], args, &SHEET].concat());
    fill(&["NR", "--evaluation", "Devoir 1", "--dry-run"]).good();
    assert_eq!(scores(&home)[6], "-");
    fill(&["NR", "--evaluation", "Devoir 1"]).good();
    fill(&["10", "--evaluation", "Devoir 2", "--to", &who[1], "--replace"]).good();
    assert_eq!(scores(&home), ["12.5", "10", "ABS", "10", "14", "7", "NR", "6"]);
    fill(&["21", "--evaluation", "Devoir 2", "--replace"]).refused(1, "4");
}

#[test]
fn an_evaluation_is_moved_to_another_place() {
    let (home, _) = class();
    let titles = || {
        let rows = home.json(&[&["evaluations", "list"][..], &SHEET].concat());
        rows.as_array()
            .expect("rows")
            .iter()
            .map(|row| row["title"].as_str().unwrap_or("").to_owned())
            .collect::<Vec<_>>()
    };
    let to = |place: &str| home.run(&[&["evaluations", "move", "devoir 2", "--to", place][..], &SHEET].concat());
    let said = to("1").good().err;
    assert_eq!(titles(), ["Devoir 2", "Devoir 1"]);
    home.run(&["undo", said.split_whitespace().last().expect("an act")]).good();
    assert_eq!(titles(), ["Devoir 1", "Devoir 2"]);
    to("0").refused(2, "");
}
