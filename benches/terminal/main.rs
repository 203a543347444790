//! The whole program as somebody sits before it: `cargo bench --bench terminal -- 100000`, or with the folder of a
//! school that `carnet demo --keep` has built.
//!
//! Runs the release binary in a pseudo-terminal of 80×24 and prints how long a key takes until its frame is drawn, how
//! many bytes that is, how fast the program starts and how much memory it holds; then, without a screen, what the
//! backend adds to the store and the store to bare SQLite.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a measuring program; a failure ends it")]

mod backend;
mod pty;

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use pty::{Drawn, Terminal};
use rusqlite::Connection;

const DOWN: &str = "\x1b[B";
const PAGE_DOWN: &str = "\x1b[6~";

/// Percentiles of measured times, in one line.
pub fn show(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| {
        times.get((times.len() * part / 100).min(times.len().saturating_sub(1))).map_or(0.0, |t| t.as_secs_f64() * 1e3)
    };
    println!("{name:<52} p50 {:8.2} ms   p99 {:8.2} ms   max {:8.2} ms   n={}", at(50), at(99), at(100), times.len());
}

/// The middle number of bytes, beside what a bare ratatui table of that size writes.
fn bytes(name: &str, drawn: &[Drawn], bare: usize) {
    let mut bytes: Vec<usize> = drawn.iter().map(|one| one.bytes).collect();
    bytes.sort_unstable();
    let (middle, most) = (bytes.get(bytes.len() / 2).copied().unwrap_or(0), bytes.last().copied().unwrap_or(0));
    let ratio = f64::from(u32::try_from(middle).unwrap()) / f64::from(u32::try_from(bare).unwrap());
    println!("{name:<52} median {middle:6}   most {most:6}   bare {bare:6}   {ratio:.2}×");
}

fn first(drawn: &[Drawn]) -> Vec<Duration> {
    drawn.iter().map(|one| one.first).collect()
}

fn last(drawn: &[Drawn]) -> Vec<Duration> {
    drawn.iter().map(|one| one.last).collect()
}

fn press_all<'a>(terminal: &mut Terminal, keys: impl IntoIterator<Item = &'a str>) -> Vec<Drawn> {
    keys.into_iter().filter_map(|key| terminal.press(key)).collect()
}

fn login(config: &Path, home: &Path) -> Terminal {
    let mut terminal = Terminal::start(config, home);
    terminal.see("prof");
    terminal.send("admin\r");
    terminal.send("carnet-demo\r");
    terminal.see("Feuilles");
    terminal
}

fn starts(config: &Path, home: &Path) {
    let (mut frames, mut ready) = (Vec::new(), Vec::new());
    for _ in 0..11 {
        let terminal = Terminal::start(config, home);
        // The footer is written last.
        frames.push(terminal.wait("a frame", |text| text.lines().nth(23).is_some_and(|line| !line.trim().is_empty())));
        ready.push(terminal.see("prof"));
    }
    show("start → first frame", frames);
    show("start → login ready", ready);
}

/// The table of students: moving, sorting, searching.
fn students(terminal: &mut Terminal) {
    terminal.send(DOWN);
    let opened = terminal.press("\r").unwrap();
    terminal.see("Filtre");
    println!("opening the list: {} bytes (bare first paint 2847)", opened.bytes);
    let rows = press_all(terminal, [DOWN; 12]);
    bytes("bytes: cursor one row", &rows, 199);
    let pages = press_all(terminal, [PAGE_DOWN; 60]);
    bytes("bytes: page", &pages, 1_424);
    println!("bytes: idle for 3 s: {}", terminal.listen(Duration::from_secs(3)));
    let moves: Vec<&str> = [DOWN, DOWN, DOWN, PAGE_DOWN].into_iter().cycle().take(400).collect();
    show("students: key → frame", first(&press_all(terminal, moves)));
    let mut averages = Vec::new();
    for _ in 0..11 {
        sort_by(terminal, "Nom");
        averages.push(sort_by(terminal, "Moy"));
    }
    show("first page by average: key → last frame", last(&averages));
    for (order, prefixes) in [("Moy", ["tra", "ma", "kone"]), ("Nom", ["tra", "ma", "kone"])] {
        sort_by(terminal, order);
        for prefix in prefixes {
            let (mut shown, mut settled) = (Vec::new(), Vec::new());
            for _ in 0..5 {
                terminal.press("/");
                for letter in prefix.chars() {
                    let drawn = terminal.press(&letter.to_string());
                    shown.extend(drawn.map(|drawn| drawn.first));
                    settled.extend(drawn.map(|drawn| drawn.last));
                }
                terminal.press("\x1b");
            }
            show(&format!("search {prefix} by {order}: key → frame"), shown);
            show(&format!("search {prefix} by {order}: key → list and count"), settled);
        }
    }
}

/// Orders the list by the column of that heading.
fn sort_by(terminal: &mut Terminal, heading: &str) -> Drawn {
    terminal.press("s");
    for _ in 0..12 {
        let line = terminal.cursor_line();
        if line.split('▸').nth(1).is_some_and(|rest| rest.contains(heading)) {
            break;
        }
        terminal.press(DOWN);
    }
    terminal.press("\r").unwrap()
}

/// Opens the first sheet of the first class: the large demo schools have marks in their first subjects.
fn open_sheet(terminal: &mut Terminal) {
    terminal.press("\r");
    terminal.press("\r");
    terminal.see("Français");
    terminal.press("\r");
    terminal.see("Rang");
    // Letters pressed in one run with the opening keys are not taken by the sheet: somebody looks at it first.
    std::thread::sleep(Duration::from_secs(1));
}

/// Marks typed one after the other; each is waited for.
fn sheet(terminal: &mut Terminal) {
    let (mut digits, mut saved) = (Vec::new(), Vec::new());
    for pass in 0..4 {
        terminal.press("g");
        for row in 1..=40 {
            // Not a figure that made-up marks have: one that changes nothing is not sent.
            let value = format!("1{pass},23");
            for key in value.chars() {
                digits.extend(terminal.press(&key.to_string()));
            }
            let (number, tick) = (format!(" {row} "), format!("{value}✓"));
            saved.push(terminal.press_until("\r", "the tick", |line| {
                line.get(..8).is_some_and(|head| head.contains(&number)) && line.contains(&tick)
            }));
        }
    }
    bytes("bytes: one digit in the sheet", &digits, 47);
    show("sheet: digit → frame", first(&digits));
    show("sheet: Enter → ✓ seen", saved);
}

/// Another process writes for a second at a time.
fn hold_the_lock(store: PathBuf, stop: Arc<AtomicBool>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let connection = Connection::open(store).unwrap();
        connection.busy_timeout(Duration::from_secs(10)).unwrap();
        while !stop.load(Ordering::Relaxed) {
            connection.execute_batch("BEGIN IMMEDIATE").unwrap();
            std::thread::sleep(Duration::from_secs(1));
            connection.execute_batch("COMMIT").unwrap();
            std::thread::sleep(Duration::from_millis(100));
        }
    })
}

fn slow_store(terminal: &mut Terminal, store: &Path) {
    let stop = Arc::new(AtomicBool::new(false));
    let other = hold_the_lock(store.to_path_buf(), Arc::clone(&stop));
    terminal.press("g");
    let mut drawn = Vec::new();
    for _ in 0..40 {
        drawn.extend(press_all(terminal, ["1", "5", ",", "5", "\r"]));
    }
    stop.store(true, Ordering::Relaxed);
    other.join().unwrap();
    show("sheet, store locked 1 s at a time: key → frame", first(&drawn));
    terminal.wait("every mark saved", |text| !text.lines().any(|line| line.contains('…') && line.contains("15,5")));
}

fn memory(name: &str, process: u32) {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let wanted = ["VmHWM", "VmRSS", "RssAnon"];
    let lines = status.lines().filter(|line| wanted.iter().any(|wanted| line.starts_with(wanted)));
    let said: Vec<String> = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    println!("memory {name}: {}", said.join(", "));
}

fn build(students: u32, folder: &Path) {
    let start = Instant::now();
    let done = Command::new(env!("CARGO_BIN_EXE_carnet"))
        .args(["demo", "--students", &students.to_string(), "--keep"])
        .arg(folder)
        .status()
        .unwrap();
    assert!(done.success());
    println!("built in {:.0} s", start.elapsed().as_secs_f64());
}

fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or("100000".to_owned());
    let place = tempfile::tempdir_in(std::env::var_os("CARNET_BENCH_DIR").unwrap_or_else(|| ".".into())).unwrap();
    let school = match wanted.parse() {
        Ok(students) => {
            let folder = place.path().join("school");
            build(students, &folder);
            folder
        }
        Err(_) => PathBuf::from(wanted),
    };
    let (config, store) = (school.join("config.toml"), school.join("carnet.db"));
    println!("file: {} MB", store.metadata().unwrap().len() >> 20);
    let home = |name: &str| {
        let home = place.path().join(name);
        std::fs::create_dir_all(&home).unwrap();
        home
    };
    starts(&config, &home("start"));
    let mut terminal = login(&config, &home("students"));
    students(&mut terminal);
    memory("after the list", terminal.process());
    drop(terminal);
    let mut terminal = login(&config, &home("sheet"));
    open_sheet(&mut terminal);
    sheet(&mut terminal);
    slow_store(&mut terminal, &store);
    memory("after the sheet", terminal.process());
    drop(terminal);
    backend::measure(&school);
}
