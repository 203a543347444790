//! Power cuts: what a cell shows as saved is there for ever.

use std::collections::BTreeMap;

use super::{Key, days::Home};
use crate::services::Mongod;

/// Columns and rows of the sheet: one cell a round, up to 200.
const COLUMNS: usize = 10;
const ROWS: usize = 20;

/// `CARNET_TEST_KILLS` says how many rounds.
fn rounds() -> usize {
    std::env::var("CARNET_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(50).min(COLUMNS * ROWS)
}

/// The mark of a round, in quarters; neighbours differ.
fn quarters(round: usize) -> usize {
    (round * 7) % 81
}

#[test]
fn killed_right_after_saved_nothing_is_lost() {
    killed_after_each_mark(&Home::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_right_after_saved_nothing_is_lost_on_a_server() {
    let mongod = Mongod::start(&["--replSet", "rs0"]);
    mongod.initiate("rs0", "", &[&mongod]).await;
    let home = Home::new();
    home.configure(&format!("[store]\nkind = \"mongodb\"\nuri = \"{}\"\ndatabase = \"ecole\"\n", mongod.uri()));
    tokio::task::block_in_place(|| killed_after_each_mark(&home));
}

/// One mark, one kill; then all of them are looked for.
fn killed_after_each_mark(home: &Home) {
    let names: Vec<String> =
        (0..ROWS).map(|row| format!("ELEVE{}", char::from(b'A' + u8::try_from(row).unwrap()))).collect();
    let students: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "Awa")).collect();
    home.furnish(&students);
    for column in 2..=COLUMNS {
        let sheet = ["--class", "TSE", "--subject", "Mathématiques", "--term", "1"];
        home.good(&[&["evaluations", "add", &format!("Devoir {column}")][..], &sheet].concat());
    }
    let count = rounds();
    for round in 0..count {
        let mut terminal = home.in_sheet();
        let (column, row) = (round / ROWS, round % ROWS);
        let name = format!("{} Awa", names[row]);
        for _ in 0..column {
            terminal.press(Key::Right);
        }
        for _ in 0..row {
            terminal.press(Key::Down);
        }
        let score = quarters(round);
        let typed = format!("{},{:02}", score / 4, score % 4 * 25);
        terminal.type_text(&typed).press(Key::Enter);
        terminal.see(&format!("{name} · Devoir {} · {typed} enregistré", column + 1));
        terminal.kill();
    }
    let found = marks(home);
    for round in 0..count {
        let key = (format!("ELEVE{}", char::from(b'A' + u8::try_from(round % ROWS).unwrap())), round / ROWS + 1);
        let expected = quarters(round) * 25;
        assert_eq!(found.get(&key), Some(&expected), "round {round}, {key:?}");
    }
    assert_eq!(found.len(), count, "and nothing that nobody typed");
    home.good(&["doctor"]);
}

/// All marks as the command line gives them: family name and number of the evaluation; hundredths.
fn marks(home: &Home) -> BTreeMap<(String, usize), usize> {
    let mut found = BTreeMap::new();
    let sheet = ["marks", "list", "--class", "TSE", "--subject", "Mathématiques", "--term", "1"];
    for mark in home.json(&sheet).as_array().expect("marks") {
        let Some(score) = mark["score"].as_f64() else { continue };
        let last = mark["last_name"].as_str().expect("name").to_owned();
        let title = mark["evaluation"].as_str().expect("evaluation");
        let number = title.trim_start_matches("Devoir ").parse().expect("number");
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 2,000")]
        found.insert((last, number), (score * 100.0).round() as usize);
    }
    found
}
