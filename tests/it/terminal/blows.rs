//! The servers are killed and frozen while marks are typed: what a cell shows as saved or as kept is there once, and no
//! figure on any screen is older than the marks.

use std::{collections::BTreeMap, sync::mpsc, time::Duration};

use rand::{Rng, RngExt, SeedableRng};

use super::{Key, Terminal, days::Home};
use crate::{redis_server::RedisServer, services::Mongod};

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

/// Arguments of the server.
const SERVER: &[&str] = &["--replSet", "rs0"];

/// What is done to a server.
#[derive(Clone, Copy, PartialEq)]
enum Blow {
    Freeze,
    Kill,
}

/// To which.
#[derive(Clone, Copy, PartialEq)]
enum Target {
    Mongo,
    Redis,
    Both,
}

/// A school on servers of its own.
struct School {
    home: Home,
    mongod: Option<Mongod>,
    redis: Option<RedisServer>,
    names: Vec<String>,
    matricules: Vec<String>,
}

impl School {
    /// `mongo`: its store is a mongod, else a file. `redis`: its cache is a redis-server, else in the program.
    async fn open(mongo: bool, redis: bool) -> Self {
        let mut config = Vec::new();
        let mut mongod = None;
        if mongo {
            let one = Mongod::start(SERVER);
            one.initiate("rs0", "", &[&one]).await;
            config.push(format!("[store]\nkind = \"mongodb\"\nuri = \"{}\"\ndatabase = \"ecole\"\n", one.uri()));
            mongod = Some(one);
        }
        let redis = redis.then(RedisServer::start);
        if let Some(redis) = &redis {
            config.push(format!("[cache]\nkind = \"redis\"\nuri = \"{}\"\n", redis.uri()));
        }
        let home = Home::new();
        home.configure(&config.concat());
        home.furnish(&[]);
        let names: Vec<String> = (0..ROWS.min(rounds() + 1))
            .map(|row| format!("ELEVE{}", char::from(b'A' + u8::try_from(row).unwrap())))
            .collect();
        for (row, name) in names.iter().enumerate() {
            // Cards are cached by the phone.
            let phone = format!("700000{row:02}");
            home.good(&["students", "add", "--last", name, "--first", "Awa", "--class", "TSE", "--phone", &phone]);
        }
        let sheet = ["--class", "TSE", "--subject", "Mathématiques", "--term", "1"];
        for column in 2..=rounds().div_ceil(ROWS) {
            home.good(&[&["evaluations", "add", &format!("Devoir {column}")][..], &sheet].concat());
        }
        let list = home.json(&["students", "list", "--sort", "name"]);
        let matricules = list.as_array().expect("students").iter();
        let matricules = matricules.map(|one| one["matricule"].as_str().expect("matricule").to_owned()).collect();
        Self { home, mongod, redis, names, matricules }
    }

    fn strike(&mut self, blow: Blow, target: Target) {
        if let Some(mongod) = self.mongod.as_mut().filter(|_| target != Target::Redis) {
            match blow {
                Blow::Freeze => mongod.signal("STOP"),
                Blow::Kill => mongod.kill(),
            }
        }
        if let Some(redis) = self.redis.as_mut().filter(|_| target != Target::Mongo) {
            match blow {
                Blow::Freeze => redis.freeze(),
                Blow::Kill => redis.stop(),
            }
        }
    }

    fn heal(&mut self, blow: Blow, target: Target) {
        if let Some(mongod) = self.mongod.as_mut().filter(|_| target != Target::Redis) {
            match blow {
                Blow::Freeze => mongod.signal("CONT"),
                Blow::Kill => mongod.again(SERVER),
            }
        }
        if let Some(redis) = self.redis.as_mut().filter(|_| target != Target::Mongo) {
            match blow {
                Blow::Freeze => redis.thaw(),
                Blow::Kill => redis.restart(),
            }
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
    fn round(
        &mut self,
        terminal: &mut Terminal,
        round: usize,
        (blow, target): (Blow, Target),
        chance: &mut impl Rng,
    ) -> char {
        let (typed, _) = mark_of(round);
        terminal.type_text(&typed);
        let name = self.names[round % ROWS].clone();
        let sign = |text: &str| {
            let row = text.lines().find(|row| row.contains(name.as_str()))?.to_owned();
            ['✓', '~'].into_iter().find(|sign| row.contains(&format!(" {typed}{sign}")))
        };
        let moment = Duration::from_micros(chance.random_range(0..80_000));
        match chance.random_range(0..3) {
            0 => {
                self.strike(blow, target);
                terminal.press(Key::Enter);
            }
            1 => {
                terminal.press(Key::Enter);
                // Some moment on the mark's way: nobody is waited for.
                let (_open, never) = mpsc::channel::<()>();
                let _ = never.recv_timeout(moment);
                self.strike(blow, target);
            }
            // Right after it was said that it is stored, or that it is kept.
            _ => {
                terminal.press(Key::Enter).wait("the mark to be safe", |text| sign(text).is_some());
                self.strike(blow, target);
            }
        }
        let safe = format!("the mark of round {round} to be saved or kept");
        terminal.wait(&safe, |text| sign(text).is_some());
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

    /// What screens show that is made from the cache, if it has it.
    fn figures(&self) -> Vec<String> {
        let mut terminal = self.home.logged_in();
        let mut seen = vec![of_school(terminal.go_to("Statistiques"))];
        // The numbers of the panel before stand last on the screen: once they are gone, the frame is whole.
        terminal.press(Key::Tab).see("meilleurs").see("1er").see_no_more("Taux de réussite");
        seen.push(body(&terminal.text()));
        terminal.kill();
        let cards = self.matricules.iter().take(5);
        seen.extend(cards.map(|matricule| self.home.good(&["students", "show", matricule, "--format", "json"])));
        seen
    }
}

/// A screen without its title, its status line and its footer.
fn body(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines[1..lines.len().saturating_sub(3)].join("\n")
}

/// The statistics, once they are there.
fn of_school(terminal: &mut Terminal) -> String {
    terminal.see("Moyenne par classe").see("Écart type");
    body(&terminal.text())
}

/// Strikes while marks are typed, kills the program now and then as well, and counts in the end.
async fn struck(mongo: bool, redis: bool, (blow, target): (Blow, Target), seed: u64) {
    let mut school = School::open(mongo, redis).await;
    let mut chance = rand_chacha::ChaCha12Rng::seed_from_u64(seed);
    let count = rounds();
    let (mut saved, mut kept, mut killed) = (0, 0, 0);
    // Somebody looks on, and has the cache filled by every change.
    let mut other = school.home.logged_in();
    other.go_to("Statistiques");
    let mut terminal = school.at(0);
    for round in 0..count {
        if redis && chance.random_bool(0.3) {
            // Only so that the cache has it; a busy machine may not answer in time.
            school.home.cli(&["students", "show", &school.matricules[round % ROWS]]);
        }
        let sign = school.round(&mut terminal, round, (blow, target), &mut chance);
        if target == Target::Redis && sign != '✓' {
            eprintln!("round {round} is kept, though the store was there all the time:\n{}", terminal.log());
        }
        if sign == '✓' {
            saved += 1;
        } else {
            kept += 1;
        }
        let (kill, next) = (round % 10 == 3, round + 1);
        if kill {
            // While the server is away; without a cache one can also come in.
            terminal.kill();
            killed += 1;
            if target == Target::Redis {
                terminal = school.at(next.min(count - 1));
            }
        }
        school.heal(blow, target);
        if kill && target != Target::Redis {
            terminal = school.at(next.min(count - 1));
        } else if !kill && next.is_multiple_of(ROWS) {
            terminal.press(Key::Right);
            for _ in 1..ROWS {
                terminal.press(Key::Up);
            }
        }
        if chance.random_bool(0.75) {
            terminal.see_no_more("à envoyer");
            // Nobody has pressed a key since: it is seen that what was kept is stored.
            if !kill && !next.is_multiple_of(ROWS) {
                let (name, stored) = (&school.names[round % ROWS], format!(" {}✓", mark_of(round).0));
                let is = |row: &str| row.contains(name.as_str()) && row.contains(&stored);
                terminal.wait("the mark to be stored", |text| text.lines().any(is));
            }
        }
    }
    // One in twenty for a machine that is so busy that its store takes two seconds.
    assert!(target != Target::Redis || kept <= count / 20, "{kept} marks were kept, though the store was there");
    terminal.see_no_more("à envoyer");
    terminal.kill();
    let found = school.marks();
    for round in 0..count {
        let key = (school.names[round % ROWS].clone(), round / ROWS + 1);
        assert_eq!(found.get(&key), Some(&mark_of(round).1), "round {round}, {key:?}");
    }
    assert_eq!(found.len(), count, "and nothing that nobody typed");
    // Once: each mark was written one time.
    let trail = school.home.json(&["audit", "list", "--limit", "10000"]);
    let written = trail.as_array().expect("entries").iter().filter(|entry| entry["action"] == "mark.set").count();
    assert_eq!(written, count);
    school.home.good(&["doctor"]);
    let shown = school.figures();
    school.home.good(&["cache", "flush"]);
    assert_eq!(shown, school.figures(), "what was shown before the cache was emptied, and after");
    other.wait("the one who looks on to see the same", |text| body(text) == shown[0]);
    eprintln!("{count} rounds: {saved} saved, {kept} kept; the program killed {killed} times");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mongod_that_freezes_while_marks_are_typed() {
    struck(true, false, (Blow::Freeze, Target::Mongo), seed(1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mongod_that_is_killed_while_marks_are_typed() {
    struck(true, false, (Blow::Kill, Target::Mongo), seed(2)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_freezes_while_marks_are_typed() {
    struck(true, true, (Blow::Freeze, Target::Redis), seed(3)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_is_killed_while_marks_are_typed() {
    struck(true, true, (Blow::Kill, Target::Redis), seed(4)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_servers_freeze_while_marks_are_typed() {
    struck(true, true, (Blow::Freeze, Target::Both), seed(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_servers_are_killed_while_marks_are_typed() {
    struck(true, true, (Blow::Kill, Target::Both), seed(6)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_freezes_beside_a_file() {
    struck(false, true, (Blow::Freeze, Target::Redis), seed(7)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_is_killed_beside_a_file() {
    struck(false, true, (Blow::Kill, Target::Redis), seed(8)).await;
}
