//! Reading files in.

use super::{Home, real_file};
use carnet::exchange::read_csv::{Limits, read};

#[test]
fn the_real_file_is_read_whole() {
    let table = read(&std::fs::read(real_file()).expect("the file"), &Limits::default()).expect("a table");
    assert_eq!((table.delimiter, table.headers.len(), table.rows.len()), (';', 33, 395));
    let marks = table.rows.iter().filter_map(|(_, cells)| cells.last()).filter_map(|cell| cell.parse::<u32>().ok());
    assert_eq!(marks.sum::<u32>(), 4_114);
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
    home.run(&["import", "students", file, "--mark", "G1=Maths"]).refused(2, "G1=Mathématiques/1");
}
