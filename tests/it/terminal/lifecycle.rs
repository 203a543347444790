//! Signals, pauses, sizes, pastes, strange names, idleness: the terminal is treated well.

use std::time::{Duration, Instant};

use super::{
    Key, Terminal,
    days::{Home, SIZE},
};

/// What must be written last: the mouse, bracketed paste and the other screen given up, the cursor shown.
fn assert_given_back(terminal: &Terminal) {
    let output = terminal.output();
    let end = |code: &str| output.rfind(code).unwrap_or_else(|| panic!("{code:?} is missing"));
    for (on, off) in [
        ("\u{1b}[?1000h", "\u{1b}[?1000l"),
        ("\u{1b}[?2004h", "\u{1b}[?2004l"),
        ("\u{1b}[?1049h", "\u{1b}[?1049l"),
        ("\u{1b}[?25l", "\u{1b}[?25h"),
    ] {
        assert!(output.rfind(on) < Some(end(off)), "{on:?} is left on");
    }
}

fn ended_by(signal: &str) {
    let home = Home::with_sheet(&[("COULIBALY", "Awa"), ("DIALLO", "Modibo")]);
    let mut terminal = home.in_sheet();
    terminal.type_text("12,5").press(Key::Enter).see("12,50 enregistré");
    terminal.type_text("15").see("15").signal(signal);
    assert_eq!(terminal.exit_code(), 0);
    terminal.wait_output("the terminal to be given back", |output| output.contains("\u{1b}[?1049l"));
    assert_given_back(&terminal);
    let averages: Vec<Option<f64>> = home
        .json(&["students", "list", "--sort", "name"])
        .as_array()
        .expect("students")
        .iter()
        .map(|student| student["average"].as_f64())
        .collect();
    assert_eq!(averages, [Some(12.5), None], "what was said is kept; what was not handed in is not guessed");
}

#[test]
fn sigterm_in_the_middle_of_typing() {
    ended_by("TERM");
}

#[test]
fn sighup_in_the_middle_of_typing() {
    ended_by("HUP");
}

#[test]
fn ctrl_z_gives_the_shell_back_and_fg_draws_again() {
    let home = Home::with_sheet(&[("COULIBALY", "Awa")]);
    let mut terminal = Terminal::shell(home.path(), SIZE);
    terminal.type_text("$CARNET\r").log_in();
    terminal.open_sheet("TSE", "Math").type_text("1").see("enregistrer, descendre");
    terminal.press(Key::Ctrl('z'));
    terminal.wait("the shell", |text| text.contains("Stopped") && !text.contains("COULIBALY"));
    terminal.type_text("echo $((20+22))\r").see("42");
    terminal.type_text("fg\r").see("COULIBALY Awa").see("enregistrer, descendre");
    terminal.type_text("3").press(Key::Enter).see("13,00 enregistré");
    terminal.press(Key::Ctrl('c')).see("42");
    terminal.type_text("exit\r");
    terminal.exit_code();
}

#[test]
fn too_small_is_said_kindly_and_nothing_is_lost() {
    let home = Home::with_sheet(&[("COULIBALY", "Awa")]);
    let mut terminal = home.in_sheet();
    terminal.type_text("17").see("enregistrer, descendre");
    terminal.resize(5, 20).see("Agrandissez la").see_no_more("COULIBALY");
    // Nothing that cannot be seen is done.
    // Ctrl-L draws anew: once that is seen, the key before it has been dealt with, and cannot meet the next size.
    let drawn = |output: &str| output.matches("\u{1b}[?1049h").count();
    let before = drawn(&terminal.output());
    terminal.press(Key::Enter).press(Key::Ctrl('l'));
    terminal.wait_output("to be drawn anew", |output| drawn(output) > before);
    terminal.resize(24, 80).see("COULIBALY Awa").see("enregistrer, descendre");
    terminal.press(Key::Enter).see("17,00 enregistré");
    terminal.quit();
}

#[test]
fn without_a_terminal_it_says_so() {
    let home = Home::new();
    let mut terminal = Terminal::shell(home.path(), SIZE);
    for (line, code) in [("$CARNET </dev/null", 11), ("$CARNET | cat; false", 21)] {
        terminal.type_text(&format!("clear; {line}; echo $(($?+{}))\r", code - 1));
        terminal.see("a besoin d’un terminal").see(&format!("\n{code}"));
    }
    assert!(!home.store().exists(), "nothing was made on the way");
}

#[test]
fn a_paste_of_five_thousand_lines_into_a_field() {
    let home = Home::with_sheet(&[]);
    let mut terminal = home.logged_in();
    terminal.go_to("Nouvel élève").see("Prénom");
    let text = "une ligne collée\n".repeat(5_000);
    terminal.type_text(&format!("\u{1b}[200~{text}\u{1b}[201~")).see("ne tenait pas").see("une ligne collée");
    // It is one field's text, and the program still listens.
    terminal.press(Key::Down).type_text("Awa").see("Awa");
    terminal.press(Key::Escape).see("n’est pas enregistré");
    assert_eq!(home.json(&["students", "list"]), serde_json::json!([]));
}

#[test]
fn strange_names_are_harmless() {
    let home = Home::with_sheet(&[("محمد", "عبد الله"), ("E\u{301}toile", "Zoé 🌟")]);
    // The way in cleans; what another program has put into the file is shown harmless all the same.
    home.good(&["students", "add", "--last", "Le\u{1b}[31;5mRouge\nZ", "--first", "Ali", "--class", "TSE"]);
    home.good(&["students", "add", "--last", "Poison", "--first", "Ali", "--class", "TSE"]);
    let connection = rusqlite::Connection::open(home.store()).expect("store");
    let poison = r"\u001b]0;volé\u0007\u001b[2J\u202ePoison";
    let changed =
        connection.execute("UPDATE students SET doc = replace(doc, 'Poison', ?1)", [poison]).expect("changed");
    assert!(changed > 0);
    drop(connection);
    let mut terminal = home.in_sheet();
    terminal.see("Zoé 🌟").see("محمد");
    let rows: Vec<String> = terminal.text().lines().filter(|row| row.contains('│')).map(str::to_owned).collect();
    assert!(rows.len() >= 4, "{rows:?}");
    terminal.go_to("Élèves").see("Zoé 🌟");
    let output = terminal.output();
    for bad in ["\u{1b}]0;volé", "\u{1b}[2J\u{202e}", "\u{1b}[31;5m", "volé\u{7}", "\u{202e}"] {
        assert!(!output.contains(bad), "{bad:?} reached the terminal");
    }
}

/// The bytes written in a span in which nothing happens. A span is what is measured here, so this waits for one.
fn bytes_in(terminal: &Terminal, span: Duration) -> usize {
    let (before, end) = (terminal.bytes(), Instant::now() + span);
    while Instant::now() < end {
        std::thread::yield_now();
        std::thread::sleep(Duration::from_millis(50));
    }
    terminal.bytes() - before
}

#[test]
fn nothing_is_written_while_nothing_happens() {
    let home = Home::with_sheet(&[("COULIBALY", "Awa"), ("DIALLO", "Modibo")]);
    let mut terminal = home.in_sheet();
    terminal.type_text("12").press(Key::Enter).see("12,00 enregistré").see("1er");
    // What is still on its way (figures, the history's head) comes first.
    let end = Instant::now() + Duration::from_secs(30);
    while bytes_in(&terminal, Duration::from_millis(500)) > 0 {
        assert!(Instant::now() < end, "it never rests");
    }
    assert_eq!(bytes_in(&terminal, Duration::from_secs(4)), 0);
}
