//! A class of sixty, entered in each way there is: typed, on the numeric pad, dictated in the order of a shuffled pile,
//! pasted from a spreadsheet in French and in English decimals. Averages and ranks equal a table made apart.

use std::collections::BTreeMap;

use super::{Key, Terminal, days::Home};
use crate::services::Mongod;

const LAST: [&str; 20] = [
    "BAGAYOKO",
    "BALLO",
    "CAMARA",
    "CISSE",
    "COULIBALY",
    "DEMBELE",
    "DIABATE",
    "DIALLO",
    "DIARRA",
    "FOFANA",
    "KANTE",
    "KEITA",
    "KONATE",
    "KONE",
    "MAIGA",
    "SANGARE",
    "SIDIBE",
    "SISSOKO",
    "TOURE",
    "TRAORE",
];
const FIRST: [&str; 3] = ["Awa", "Issa", "Mariam"];
const COLUMNS: usize = 5;

/// The students in the order of the sheet.
fn students() -> Vec<(String, String)> {
    LAST.iter().flat_map(|last| FIRST.iter().map(|first| ((*last).to_owned(), (*first).to_owned()))).collect()
}

/// A mark in hundredths, made apart from the program; `None`: absent or exempt.
fn mark(student: usize, column: usize) -> Option<u64> {
    let code = student == 10 + column || student == 40 + column;
    (!code).then(|| {
        let tenths = (student * 37 + column * 53) % 141;
        u64::try_from(60 + tenths).expect("a mark") * 10
    })
}

/// `12,5`, with that decimal mark; or the code's name.
fn written(student: usize, column: usize, point: char) -> String {
    match mark(student, column) {
        Some(hundredths) => format!("{}{point}{}", hundredths / 100, hundredths % 100 / 10),
        None if student < 30 => "ABS".to_owned(),
        None => "DISP".to_owned(),
    }
}

/// As typed on the pad: `125`, or `75` for 7,5 (which is read so because 75 is above 20).
fn digits(student: usize, column: usize) -> String {
    let hundredths = mark(student, column).expect("a score");
    let (whole, tenth) = (hundredths / 100, hundredths % 100 / 10);
    if tenth == 0 { whole.to_string() } else { format!("{whole}{tenth}") }
}

fn letter(student: usize) -> &'static str {
    if student < 30 { "a" } else { "d" }
}

fn typed(terminal: &mut Terminal, column: usize) {
    for student in 0..60 {
        match mark(student, column) {
            Some(_) => terminal.type_text(&written(student, column, ',')).press(Key::Enter),
            None => terminal.type_text(letter(student)),
        };
    }
}

fn on_the_pad(terminal: &mut Terminal, column: usize) {
    terminal.type_text("\u{1b}OS").see("· pavé ·");
    for student in 0..60 {
        match mark(student, column) {
            Some(_) => terminal.type_text(&digits(student, column)).press(Key::Enter),
            None => terminal.type_text(letter(student)),
        };
    }
}

fn dictated(terminal: &mut Terminal, column: usize) {
    terminal.type_text("\u{1b}[15~").see("Dictée");
    let students = students();
    for paper in 0..60 {
        let student = (paper * 23 + 11) % 60;
        let (last, first) = &students[student];
        terminal.type_text(&format!("{} {}", last.to_lowercase(), first.to_lowercase()));
        match mark(student, column) {
            Some(_) => terminal.type_text(&digits(student, column)),
            None => terminal.press(Key::Enter).type_text(letter(student)),
        };
        terminal.press(Key::Enter);
    }
    terminal.see("60 notes sur 60").press(Key::Escape).see_no_more("Dictée");
}

/// As a spreadsheet puts a column on the clipboard.
fn pasted(terminal: &mut Terminal, column: usize, point: char) {
    let lines: Vec<String> = (0..60).map(|student| written(student, column, point)).collect();
    terminal.type_text(&format!("\u{1b}[200~{}\r\n\u{1b}[201~", lines.join("\r\n")));
    terminal.see("Coller").see("nouvelles 60").press(Key::Enter).see("60 notes enregistrées");
}

/// The average of the column's marks on 20 by integers alone: the sum over the count, rounded half up to hundredths.
fn average(student: usize) -> u64 {
    let marks: Vec<u64> = (0..COLUMNS).filter_map(|column| mark(student, column)).collect();
    let (sum, count) = (marks.iter().sum::<u64>(), u64::try_from(marks.len()).expect("few"));
    (2 * sum + count) / (2 * count)
}

fn hundredths(number: &serde_json::Value) -> u64 {
    format!("{:.2}", number.as_f64().expect("a number")).replace('.', "").parse().expect("hundredths")
}

#[test]
fn a_class_of_sixty_entered_in_every_way() {
    entered(&Home::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_of_sixty_entered_in_every_way_on_a_server() {
    let mongod = Mongod::start(&["--replSet", "rs0"]);
    mongod.initiate("rs0", "", &[&mongod]).await;
    let home = Home::new();
    home.configure(&format!("[store]\nkind = \"mongodb\"\nuri = \"{}\"\ndatabase = \"ecole\"\n", mongod.uri()));
    tokio::task::block_in_place(|| entered(&home));
}

/// In each way, and compared with the table.
fn entered(home: &Home) {
    home.furnish(&[]);
    let lines: Vec<String> = students().iter().map(|(last, first)| format!("{last};{first};TSE")).collect();
    let file = home.path().join("class.csv");
    std::fs::write(&file, format!("nom;prenom;classe\n{}\n", lines.join("\n"))).expect("written");
    let maps = ["--map", "last_name=nom", "--map", "first_name=prenom", "--map", "class=classe", "--fill-missing"];
    home.good(&[&["import", "students", file.to_str().expect("path")][..], &maps].concat());
    let sheet = ["--class", "TSE", "--subject", "Mathématiques", "--term", "1"];
    for column in 2..=COLUMNS {
        home.good(&[&["evaluations", "add", &format!("Devoir {column}")][..], &sheet].concat());
    }

    let mut terminal = home.in_sheet();
    terminal.see("saisies 0/60");
    for column in 0..COLUMNS {
        match column {
            0 => typed(&mut terminal, column),
            1 => on_the_pad(&mut terminal, column),
            2 => dictated(&mut terminal, column),
            3 => pasted(&mut terminal, column, ','),
            _ => pasted(&mut terminal, column, '.'),
        }
        terminal.see("saisies 60/60");
        terminal.type_text("g");
        if column + 1 < COLUMNS {
            terminal.press(Key::Right).see("saisies 0/60");
        }
    }
    // A paste is one step: back, and there again.
    terminal.type_text("u").see("60 notes annulées").see("saisies 0/60");
    terminal.press(Key::Ctrl('r')).see("60 notes rétablies").see("saisies 60/60");
    terminal.quit();

    let marks = home.json(&[&["marks", "list"][..], &sheet].concat());
    let students = students();
    for line in marks.as_array().expect("marks") {
        let who = |(last, first): &(String, String)| line["last_name"] == **last && line["first_name"] == **first;
        let student = students.iter().position(who).expect("a student");
        let column = line["evaluation"].as_str().and_then(|title| title.strip_prefix("Devoir ")).expect("a title");
        let column = column.parse::<usize>().expect("a number") - 1;
        match mark(student, column) {
            Some(score) => assert_eq!(hundredths(&line["score"]), score, "{line}"),
            None => assert_eq!(line["code"], written(student, column, ','), "{line}"),
        }
    }
    let top = home.json(&["stats", "top", "--limit", "60"]);
    let told: BTreeMap<String, (u64, u64)> = top
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| {
            let name = row["student"].as_str().expect("a name").to_lowercase();
            (name, (row["rank"].as_u64().expect("a rank"), hundredths(&row["average"])))
        })
        .collect();
    assert_eq!(told.len(), 60, "{top}");
    for (student, (last, first)) in students.iter().enumerate() {
        let own = average(student);
        let rank = 1 + (0..60).filter(|other| average(*other) > own).count();
        let found =
            told.iter().find(|(name, _)| name.contains(&last.to_lowercase()) && name.contains(&first.to_lowercase()));
        let (_, found) = found.expect("a row");
        assert_eq!(*found, (u64::try_from(rank).expect("rank"), own), "{last} {first}");
    }
}
