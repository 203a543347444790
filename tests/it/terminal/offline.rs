//! The store goes away while marks are typed: what a cell shows as saved or as kept is there once, whatever happens.

use std::{collections::BTreeMap, sync::mpsc, time::Duration};

use mongodb::bson::{Document, doc};
use rand::{Rng, RngExt, SeedableRng};
use rusqlite::Connection;

use super::{Key, Terminal, days::Home};
use crate::services::Mongod;

#[test]
fn killed_while_the_store_was_away_and_started_again() {
    let home = Home::with_sheet(&[("COULIBALY", "Awa"), ("DIALLO", "Issa"), ("KEITA", "Fanta")]);
    let mut terminal = home.in_sheet();
    terminal.type_text("10").press(Key::Enter).see("10,00✓");
    // Another program holds the store for itself.
    let held = Connection::open(home.store()).expect("store");
    held.execute_batch("BEGIN IMMEDIATE").expect("held");
    terminal.type_text("11").press(Key::Enter).see("11,00~");
    terminal.type_text("12").press(Key::Enter).see("12,00~").see("à envoyer");
    terminal.kill();
    let doctor = home.cli(&["doctor"]);
    let told = String::from_utf8_lossy(&doctor.stderr).replace('\u{a0}', " ");
    assert!(told.contains("admin : TSE · Mathématiques · 2 notes gardées"), "{told}");
    // Seen again, though they cannot be sent yet.
    let mut terminal = home.in_sheet();
    terminal.see("11,00~").see("12,00~").see("10,00");
    terminal.kill();
    held.execute_batch("ROLLBACK").expect("released");
    let mut terminal = home.in_sheet();
    terminal
        .see_no_more("à envoyer")
        .wait("both to be stored", |text| text.contains("11,00") && text.contains("12,00") && !text.contains('~'));
    terminal.kill();
    let marks = home.json(&["marks", "list", "--class", "TSE", "--subject", "Mathématiques", "--term", "1"]);
    let scores: Vec<Option<f64>> = marks.as_array().expect("marks").iter().map(|mark| mark["score"].as_f64()).collect();
    assert_eq!(scores, [Some(10.0), Some(11.0), Some(12.0)]);
    home.good(&["doctor"]);
}

#[test]
fn the_command_line_says_that_the_store_is_away() {
    let home = Home::with_sheet(&[("COULIBALY", "Awa")]);
    let matricule = home.json(&["students", "list"])[0]["matricule"].as_str().expect("matricule").to_owned();
    let held = Connection::open(home.store()).expect("store");
    held.execute_batch("BEGIN IMMEDIATE").expect("held");
    let place = ["--subject", "Mathématiques", "--term", "1", "--evaluation", "Devoir 1", "--score", "12"];
    let set = [&["marks", "set", matricule.as_str()][..], &place].concat();
    let output = home.cli(&set);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    held.execute_batch("ROLLBACK").expect("released");
    assert!(!home.path().join("state/carnet/offline").exists(), "what is refused is not kept");
}

/// Columns and rows of the sheet: one cell a round.
const COLUMNS: usize = 10;
const ROWS: usize = 20;

/// `CARNET_TEST_KILLS` says how many rounds of each kind.
fn rounds() -> usize {
    std::env::var("CARNET_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(4).min(COLUMNS * ROWS)
}

/// `CARNET_TEST_SEED` says when the blows fall.
fn seed(usual: u64) -> u64 {
    std::env::var("CARNET_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The mark of a round as it is typed, and in hundredths; neighbours differ.
fn mark_of(round: usize) -> (String, usize) {
    let quarters = (round * 7) % 81;
    (format!("{},{:02}", quarters / 4, quarters % 4 * 25), quarters * 25)
}

/// Arguments of the server. What a killed program has begun there holds up others for so long: a minute, if nothing
/// is said.
const SERVER: &[&str] = &["--replSet", "rs0", "--setParameter", "transactionLifetimeLimitSeconds=3"];

/// A school on a server of its own.
struct School {
    home: Home,
    mongod: Mongod,
    names: Vec<String>,
}

/// What is done to the server.
#[derive(Clone, Copy, PartialEq)]
enum Blow {
    Freeze,
    Kill,
}

impl School {
    async fn open() -> Self {
        let mongod = Mongod::start(SERVER);
        mongod.initiate("rs0", "", &[&mongod]).await;
        let home = Home::new();
        home.configure(&format!("[store]\nkind = \"mongodb\"\nuri = \"{}\"\ndatabase = \"ecole\"\n", mongod.uri()));
        let names: Vec<String> =
            (0..ROWS).map(|row| format!("ELEVE{}", char::from(b'A' + u8::try_from(row).unwrap()))).collect();
        let students: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "Awa")).collect();
        home.furnish(&students);
        let sheet = ["--class", "TSE", "--subject", "Mathématiques", "--term", "1"];
        for column in 2..=COLUMNS {
            home.good(&[&["evaluations", "add", &format!("Devoir {column}")][..], &sheet].concat());
        }
        Self { home, mongod, names }
    }

    fn heal(&mut self, blow: Blow) {
        match blow {
            Blow::Freeze => self.mongod.signal("CONT"),
            Blow::Kill => self.mongod.again(SERVER),
        }
    }

    /// The sheet, with the cursor on a round's cell.
    fn at(&self, round: usize) -> Terminal {
        let mut terminal = self.home.in_sheet();
        for _ in 0..round / ROWS {
            terminal.press(Key::Right);
        }
        for _ in 0..round % ROWS {
            terminal.press(Key::Down);
        }
        terminal
    }

    /// Types a round's mark, and strikes at some moment around it; the sign of the cell when it has one.
    fn round(&mut self, terminal: &mut Terminal, round: usize, blow: Blow, chance: &mut impl Rng) -> char {
        let (typed, _) = mark_of(round);
        terminal.type_text(&typed);
        let moment = Duration::from_micros(chance.random_range(0..80_000));
        let first = chance.random_bool(0.5);
        let mongod = &mut self.mongod;
        let mut strike = || match blow {
            Blow::Freeze => mongod.signal("STOP"),
            Blow::Kill => mongod.kill(),
        };
        if first {
            strike();
            terminal.press(Key::Enter);
        } else {
            terminal.press(Key::Enter);
            // Some moment on the mark's way: nobody is waited for.
            let (_open, never) = mpsc::channel::<()>();
            let _ = never.recv_timeout(moment);
            strike();
        }
        let name = &self.names[round % ROWS];
        let sign = |text: &str| {
            let row = text.lines().find(|row| row.contains(name.as_str()))?.to_owned();
            ['✓', '~'].into_iter().find(|sign| row.contains(&format!(" {typed}{sign}")))
        };
        terminal.wait("the mark to be saved or kept", |text| sign(text).is_some());
        sign(&terminal.text()).unwrap_or('?')
    }

    /// All marks as the command line gives them; hundredths.
    fn marks(&self) -> BTreeMap<(String, usize), usize> {
        let mut found = BTreeMap::new();
        let sheet = ["marks", "list", "--class", "TSE", "--subject", "Mathématiques", "--term", "1"];
        for mark in self.home.json(&sheet).as_array().expect("marks") {
            let Some(score) = mark["score"].as_f64() else { continue };
            let last = mark["last_name"].as_str().expect("name").to_owned();
            let title = mark["evaluation"].as_str().expect("evaluation");
            let number = title.trim_start_matches("Devoir ").parse().expect("number");
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 2,000")]
            found.insert((last, number), (score * 100.0).round() as usize);
        }
        found
    }
}

/// Strikes the server while marks are typed, kills the program now and then as well, and counts in the end.
async fn struck(blow: Blow, seed: u64) {
    let mut school = School::open().await;
    let mut chance = rand_chacha::ChaCha12Rng::seed_from_u64(seed);
    let count = rounds();
    let (mut saved, mut kept, mut killed) = (0, 0, 0);
    let mut terminal = school.at(0);
    for round in 0..count {
        match school.round(&mut terminal, round, blow, &mut chance) {
            '✓' => saved += 1,
            _ => kept += 1,
        }
        let kill = round % 10 == 3;
        if kill {
            // While the store is away.
            terminal.kill();
            killed += 1;
        }
        school.heal(blow);
        let next = round + 1;
        if kill {
            terminal = school.at(next.min(count - 1));
        } else if next.is_multiple_of(ROWS) {
            terminal.press(Key::Right);
            for _ in 1..ROWS {
                terminal.press(Key::Up);
            }
        }
        if chance.random_bool(0.5) {
            terminal.see_no_more("à envoyer");
        }
    }
    terminal.see_no_more("à envoyer");
    terminal.kill();
    let found = school.marks();
    for round in 0..count {
        let key = (school.names[round % ROWS].clone(), round / ROWS + 1);
        assert_eq!(found.get(&key), Some(&mark_of(round).1), "round {round}, {key:?}");
    }
    assert_eq!(found.len(), count, "and nothing that nobody typed");
    // Once: each mark was written one time.
    let database = school.mongod.direct("").await.database("ecole");
    let written = database.collection::<Document>("audit").count_documents(doc! { "action": "mark.set" }).await;
    assert_eq!(usize::try_from(written.expect("count")).expect("count"), count);
    school.home.good(&["doctor"]);
    eprintln!("{count} rounds: {saved} saved, {kept} kept; the program killed {killed} times");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mongod_that_freezes_while_marks_are_typed() {
    struck(Blow::Freeze, seed(1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mongod_that_is_killed_while_marks_are_typed() {
    struck(Blow::Kill, seed(2)).await;
}
