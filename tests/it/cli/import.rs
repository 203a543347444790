//! The real file of 395 students, read in, read in again, changed, and read in once more.

use super::{Home, real_file};
use carnet::exchange::read_csv::{Limits, read};
use serde_json::Value;

const MAPS: [&str; 11] = [
    "--map",
    "class=school",
    "--map",
    "sex=sex",
    "--mark",
    "G1=Mathématiques/1",
    "--mark",
    "G2=Mathématiques/2",
    "--mark",
    "G3=Mathématiques/3",
    "--fill-missing",
];

fn import(home: &Home, file: &str, more: &[&str]) -> Value {
    home.json(&[&["import", "students", file][..], &MAPS, more].concat())
}

fn totals(report: &Value) -> [u64; 4] {
    ["create", "update", "unchanged", "refuse"].map(|fate| report["totals"][fate].as_u64().expect("a total"))
}

#[test]
fn the_real_file_is_read_whole() {
    let table = read(&std::fs::read(real_file()).expect("the file"), &Limits::default()).expect("a table");
    assert_eq!((table.delimiter, table.headers.len(), table.rows.len()), (';', 33, 395));
    let marks = table.rows.iter().filter_map(|(_, cells)| cells.last()).filter_map(|cell| cell.parse::<u32>().ok());
    assert_eq!(marks.sum::<u32>(), 4_114);
}

#[test]
fn the_real_file_gives_the_known_figures_and_a_second_run_writes_nothing() {
    let home = Home::opened();
    let file = real_file();
    let file = file.to_str().expect("path");

    let plan = import(&home, file, &["--dry-run"]);
    assert_eq!(totals(&plan), [395, 0, 0, 0]);
    assert_eq!(home.json(&["students", "list"]).as_array().map(Vec::len), Some(0), "a dry run writes nothing");

    assert_eq!(totals(&import(&home, file, &[])), [395, 0, 0, 0]);
    assert_eq!(home.json(&["students", "list"]).as_array().map(Vec::len), Some(395));

    let of = |class: &str| home.json(&["stats", "class", class, "--subject", "Mathématiques", "--term", "3"]);
    let (ms, gp) = (of("MS"), of("GP"));
    assert_eq!((ms["count"].as_u64(), ms["mean"].as_f64()), (Some(46), Some(9.85)), "{ms}");
    assert_eq!((gp["count"].as_u64(), gp["mean"].as_f64()), (Some(349), Some(10.49)), "{gp}");
    let all = home.json(&["stats", "subject", "mathematiques", "--term", "3"]);
    assert_eq!(
        (all["count"].as_u64(), all["mean"].as_f64(), all["below_10"].as_u64()),
        (Some(395), Some(10.42), Some(130)),
        "{all}"
    );

    let entries = home.audit_entries();
    assert_eq!(totals(&import(&home, file, &[])), [0, 0, 395, 0]);
    // Logging in and out is history too; students and marks are not touched by reading the same again.
    let quiet = home.audit_entries();
    home.run(&["classes", "list"]).good();
    assert_eq!(quiet - entries, home.audit_entries() - quiet, "a second run leaves no more than a look does");

    let text = std::fs::read_to_string(file).expect("the file");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    // Row 1 ends in G3 = 6: one cell is edited.
    lines[1] = lines[1].strip_suffix('6').map(|line| format!("{line}7")).expect("row 1 ends in 6");
    let edited = home.write("student-mat.csv", lines.join("\n"));
    let report = import(&home, edited.to_str().expect("path"), &[]);
    assert_eq!(totals(&report), [0, 1, 394, 0]);
    assert_eq!(report["rows"][0]["fate"], "update");
}

#[test]
fn what_is_no_table_ends_in_a_sentence() {
    let home = Home::opened();
    let refused = |name: &str, bytes: &[u8], part: &str| {
        let file = home.write(name, bytes);
        home.run(&["import", "students", file.to_str().expect("path"), "--fill-missing"]).refused(1, part);
    };
    refused("empty.csv", b"", "vide");
    refused("binary.csv", b"a;b\n\x00\x01\x02;x\n", "CSV");
    refused("table.xlsx", b"PK\x03\x04and so on", "tableur");
    home.run(&["import", "students", "/nowhere/x.csv"]).refused(1, "/nowhere/x.csv");
    home.run_on(&["import", "students", "-"], b"").refused(1, "vide");
    let file = home.write("good.csv", "nom;G1\nTraoré;12\n");
    let file = file.to_str().expect("path");
    home.run(&["import", "students", file, "--map", "last_name=nope"]).refused(1, "nope");
    home.run(&["import", "students", file, "--mark", "G1=Maths"]).refused(2, "G1=Mathématiques/1");
}
