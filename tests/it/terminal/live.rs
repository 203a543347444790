//! Two programs side by side: what is changed in one is seen in the other, on whatever it works, and nothing that the
//! other is doing (cursor, selection, scroll, an edit) is disturbed.
//!
//! `CARNET_TEST_LIVE=30` says how many marks are timed, from the key to the other screen.

use std::{fmt::Write as _, time::Instant};

use super::{
    Key, Terminal,
    days::{Home, PASSWORD},
};
use crate::{mongo::School, redis_server::RedisServer};

const STUDENTS: usize = 30;
const SHEET: [&str; 6] = ["--class", "TSE", "--subject", "Mathématiques", "--term", "1"];

/// What the two work on.
#[derive(Clone, Copy, Debug)]
struct On {
    mongodb: bool,
    redis: bool,
}

/// The last name of a student, by the place in the sheet.
fn name(place: usize) -> String {
    let letter = |number: usize| char::from(b'A' + u8::try_from(number).expect("a letter"));
    format!("NOM{}{}", letter(place / 26), letter(place % 26))
}

fn school(home: &Home) {
    home.furnish(&[]);
    let file = home.path().join("eleves.csv");
    let rows = (0..STUDENTS).map(|place| format!("{},Awa,TSE\n", name(place)));
    std::fs::write(&file, format!("nom,prénom,classe\n{}", rows.collect::<String>())).expect("written");
    home.good(&["import", "students", "--fill-missing", file.to_str().expect("path")]);
}

/// Runs the story on servers of that kind.
fn on(on: On, story: impl FnOnce(&Home)) {
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    let redis = on.redis.then(RedisServer::start);
    let database = on.mongodb.then(|| runtime.block_on(School::named()));
    let home = Home::new();
    let mut config = String::new();
    if let Some(school) = &database {
        let (uri, database) = (&school.options.uri, &school.options.database);
        let _ = write!(config, "[store]\nkind = \"mongodb\"\nuri = \"{uri}\"\ndatabase = \"{database}\"\n");
    }
    if let Some(redis) = &redis {
        let _ = write!(config, "[cache]\nkind = \"redis\"\nuri = \"{}\"\n", redis.uri());
    }
    home.configure(&config);
    school(&home);
    story(&home);
    if let Some(school) = database {
        runtime.block_on(school.end());
    }
}

impl Terminal {
    fn presses(&mut self, key: Key, times: usize) -> &mut Self {
        for _ in 0..times {
            self.press(key);
        }
        self
    }

    /// The line that the cursor is on.
    fn cursor(&self) -> String {
        self.text().lines().find(|line| line.trim_start().starts_with('▸')).unwrap_or_default().to_owned()
    }

    /// Waits until the cursor is on a line with `part`.
    fn cursor_on(&mut self, part: &str) -> &mut Self {
        let on = |text: &str| text.lines().any(|line| line.trim_start().starts_with('▸') && line.contains(part));
        self.wait(&format!("the cursor on {part}"), on)
    }

    /// Waits until the line of `name` has all the parts.
    fn line(&mut self, name: &str, parts: &[&str]) -> &mut Self {
        let has = |line: &str| line.contains(name) && parts.iter().all(|part| line.contains(part));
        self.wait(&format!("{name} with {parts:?}"), |text| text.lines().any(has))
    }

    /// The names that are in sight, in their order.
    fn names(&self) -> Vec<String> {
        let words = |line: &str| line.split_whitespace().find(|word| word.starts_with("NOM")).map(str::to_owned);
        self.text().lines().filter_map(words).collect()
    }
}

/// A mark is seen in sheet, list and figures.
fn marks(home: &Home, left: &mut Terminal, right: &mut Terminal) {
    // Right is at work far down in the sheet.
    right.presses(Key::Down, 25).cursor_on(&name(25)).type_text("7,").see("enregistrer, descendre");
    let in_sight = right.names();
    left.type_text("12,5").press(Key::Enter).see("12,50 enregistré").presses(Key::Down, 23).cursor_on(&name(24));
    left.type_text("15").press(Key::Enter).see("15,00 enregistré");
    right.line(&name(24), &["15,00", "│ 15,00", "1er"]).see("saisies 2/30").see("Moy : 13,75");
    assert!(right.cursor().contains(&name(25)) && right.cursor().contains("7,"), "{}", right.text());
    assert_eq!(right.names(), in_sight, "nothing has moved");
    right.type_text("5").press(Key::Enter).see("7,50 enregistré");
    left.line(&name(25), &["7,50", "3e"]).see("saisies 3/30").see("Moy : 11,67");
    // The list of students.
    right.go_to("Élèves").line(&name(24), &["15,00"]).presses(Key::Down, 3).type_text(" ").see("1 choisi");
    let cursor = right.cursor();
    left.cursor_on(&name(25)).type_text("18").press(Key::Enter).see("18,00 remplace 7,50");
    right.line(&name(25), &["18,00"]);
    assert_eq!(right.cursor(), cursor, "the cursor is on the same student:\n{}", right.text());
    right.see("1 choisi");
    // Figures.
    right.go_to("Statistiques").see("Élèves avec une moyenne").see("15,17");
    left.type_text("2").press(Key::Enter).see("2,00 enregistré");
    right.see_no_more("15,17").see("11,88");
    right.go_to("Accueil");
    let list = home.json(&["students", "list", "--sort", "-average", "--limit", "1"]);
    assert_eq!((list[0]["average"].as_f64(), list[0]["last_name"].as_str()), (Some(18.0), Some(name(25).as_str())));
}

/// Other things than marks, changed on the command line of another process.
fn set_up(home: &Home, right: &mut Terminal) {
    right.open_sheet("TSE", "Math").press(Key::Down).cursor_on(&name(1)).type_text("7,").see("enregistrer, descendre");
    let still = |right: &Terminal| {
        let cursor = right.cursor();
        assert!(cursor.contains(&name(1)) && cursor.contains("7,"), "the edit stays:\n{}", right.text());
    };
    home.good(&["students", "add", "--last", "Aaa", "--first", "Awa", "--class", "TSE"]);
    right.see("AAA Awa").see("/31");
    still(right);
    let matricule = home.json(&["students", "list", "--filter", "Aaa"])[0]["matricule"].as_str().unwrap().to_owned();
    home.good(&["students", "edit", &matricule, "--last", "Abdou"]);
    right.see("ABDOU Awa").see_no_more("AAA Awa");
    still(right);
    home.good(&[&["evaluations", "add", "Devoir 2"][..], &SHEET].concat());
    right.see("Dev 2");
    still(right);
    home.good(&[&["evaluations", "delete", "Devoir 2"][..], &SHEET].concat());
    right.see_no_more("Dev 2");
    still(right);
    right.type_text("5").press(Key::Enter).see("7,50 enregistré");
    right.go_to("Élèves").see("ABDOU");
    home.good(&["students", "delete", &matricule]);
    right.see_no_more("ABDOU");
    right.go_to("Classes").see("TSE");
    home.good(&["classes", "add", "10e Z"]);
    right.see("10e Z");
}

/// Rights that are taken away are gone in a program that runs, and so is an account.
fn rights(home: &Home) {
    let password = home.path().join("password");
    let given = password.to_str().expect("path");
    home.good(&["users", "add", "prof", "--role", "teacher", "--new-password-file", given]);
    let assignment = ["--teacher", "prof", "--class", "TSE", "--subject", "Mathématiques"];
    home.good(&[&["assignments", "add"][..], &assignment].concat());
    let mut prof = home.start();
    prof.see("Mot de passe").type_text("prof").press(Key::Tab).type_text(PASSWORD);
    prof.press(Key::Enter).see("Nouveau mot de passe").type_text(PASSWORD).press(Key::Enter);
    prof.type_text("un-autre-mot").press(Key::Enter).type_text("un-autre-mot").press(Key::Enter).see("Accueil");
    prof.go_to("Feuilles de notes")
        .see("▸ TSE · Math")
        .press(Key::Enter)
        .see("saisies")
        .cursor_on(&name(0))
        .type_text("3")
        .see("enregistrer, descendre");
    home.good(&[&["assignments", "delete"][..], &assignment].concat());
    prof.see("Votre rôle ne permet pas cette action").press(Key::Enter).line(&name(0), &["3,00!"]);
    let marks = home.json(&[&["marks", "list"][..], &SHEET].concat());
    assert!(marks.as_array().expect("marks").iter().all(|mark| mark["score"].as_f64() != Some(3.0)), "{marks}");
    home.good(&["users", "delete", "prof"]);
    prof.see("Mot de passe").kill();
}

/// Times marks from the key to the other screen.
fn timed(what: On, left: &mut Terminal, right: &mut Terminal) {
    let rounds = std::env::var("CARNET_TEST_LIVE").ok().and_then(|text| text.parse().ok()).unwrap_or(2);
    left.presses(Key::Up, STUDENTS).cursor_on(&name(0));
    let mut times = Vec::new();
    for round in 0..rounds {
        let (place, mark) = (round % 10, format!("{},{}", 3 + round / 10, if round % 2 == 0 { "25" } else { "75" }));
        if place == 0 {
            left.presses(Key::Up, STUDENTS).cursor_on(&name(0));
        }
        left.type_text(&mark).line(&name(place), &[&mark]);
        let (start, name) = (Instant::now(), name(place));
        left.press(Key::Enter);
        let seen = |text: String| text.lines().any(|line| line.contains(&name) && line.contains(&format!("{mark} ")));
        while !seen(right.text()) {
            assert!(start.elapsed() < super::PATIENCE, "{name} {mark} never came:\n{}", right.text());
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        times.push(start.elapsed());
        left.line(&name, &[&format!("{mark}✓")]);
    }
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    eprintln!("{what:?}: {rounds} marks, median {median:.1?}, worst {:.1?}", times.last().copied().unwrap_or_default());
}

fn side_by_side(what: On) {
    on(what, |home| {
        let (mut left, mut right) = (home.in_sheet(), home.in_sheet());
        marks(home, &mut left, &mut right);
        set_up(home, &mut right);
        right.open_sheet("TSE", "Math").cursor_on(&name(0));
        timed(what, &mut left, &mut right);
        left.quit();
        right.quit();
        rights(home);
        home.good(&["doctor"]);
    });
}

#[test]
fn on_an_embedded_store() {
    side_by_side(On { mongodb: false, redis: false });
}

#[test]
fn on_an_embedded_store_with_redis() {
    side_by_side(On { mongodb: false, redis: true });
}

#[test]
fn on_mongodb_with_a_cache_in_each_program() {
    side_by_side(On { mongodb: true, redis: false });
}

#[test]
fn on_mongodb_with_redis() {
    side_by_side(On { mongodb: true, redis: true });
}
