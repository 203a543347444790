//! Any keys, any answers in any order, any trouble, somebody else in the same sheet: never a panic, and never a mark
//! lost that was handed in.

use proptest::prelude::*;

use super::*;
use crate::protocol::{Event, Failure, Part, Trouble};

#[derive(Clone, Debug)]
enum Happening {
    Keys(&'static str),
    /// The `n`th question that waits is answered.
    Answer(usize),
    /// It cannot be delivered.
    Trouble(usize),
    Meddle(usize, usize, u16),
    News,
    Wait,
    /// Pasted, looked at, and entered.
    Paste(&'static str),
}

fn happening() -> impl Strategy<Value = Happening> {
    let keys = prop_oneof![
        Just("15<enter>"),
        Just("8,5<tab>"),
        Just("21<enter>"),
        Just("-1<enter>"),
        Just("é"),
        Just("<enter>"),
        Just("<f2><esc>"),
        Just("a"),
        Just("d"),
        Just("."),
        Just("<delete>"),
        Just("<up>"),
        Just("<left>"),
        Just("<right>"),
        Just("<f2>"),
        Just("<backspace>"),
        Just("G"),
        Just("g"),
        Just("<space>"),
        Just("m"),
        Just("s"),
        Just("u"),
        Just("<C-r>"),
        Just("="),
        Just("<end>"),
        Just("<home>"),
        Just("<pagedown>"),
    ];
    prop_oneof![
        6 => keys.prop_map(Happening::Keys),
        4 => (0usize..6).prop_map(Happening::Answer),
        1 => (0usize..6).prop_map(Happening::Trouble),
        1 => (0usize..5, 0usize..4, 0u16..10).prop_map(|(row, column, points)| Happening::Meddle(row, column, points)),
        1 => Just(Happening::News),
        1 => Just(Happening::Wait),
        1 => prop_oneof![Just("12\n13"), Just("1\t2\n\t4"), Just("21\nABS\n7\n8\n9"), Just("5\n5\n5\n5\n5\n5")]
            .prop_map(Happening::Paste),
    ]
}

fn answer(driver: &mut Driver, server: &mut Server, n: usize) {
    if driver.asks.is_empty() {
        return;
    }
    let n = n % driver.asks.len();
    let result = server.answer(&driver.asks[n].body.clone());
    driver.answer_nth(n, result);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn nothing_is_lost(happenings in proptest::collection::vec(happening(), 1..60)) {
        let mut server = Server::new();
        let mut driver = opened(Lang::Fr, server.view.clone());
        for happening in happenings {
            match happening {
                Happening::Keys(keys) => driver.press(keys),
                Happening::Answer(n) => answer(&mut driver, &mut server, n),
                Happening::Trouble(n) => if !driver.asks.is_empty() {
                    let n = n % driver.asks.len();
                    // Half the time the store has done it all the same, and the answer was lost.
                    if n.is_multiple_of(2) {
                        let _ = server.answer(&driver.asks[n].body.clone());
                    }
                    driver.answer_nth(n, Err(Failure::Offline { what: Part::Store, detail: Trouble::Unreachable }));
                },
                Happening::Meddle(row, column, points) => {
                    let student = server.view.rows[row].student.clone();
                    let evaluation = server.view.evaluations[column].id.clone();
                    server.meddle(&student, &evaluation, value(&points.to_string()));
                }
                Happening::News => driver.event(Event::Sheet(key())),
                Happening::Wait => driver.wait(1),
                Happening::Paste(text) => {
                    driver.paste(text);
                    driver.press("<enter>");
                }
            }
            let _ = driver.frame();
        }
        // In the end all is answered, and every cell that shows no sign shows what the store holds.
        // F2 first: an Escape alone would leave the sheet.
        driver.press("<f2><esc>");
        driver.event(Event::Sheet(key()));
        for _ in 0..200 {
            if driver.asks.is_empty() {
                driver.wait(1);
            }
            if driver.asks.is_empty() {
                break;
            }
            answer(&mut driver, &mut server, 0);
        }
        prop_assert!(driver.asks.is_empty(), "{:?}", driver.asks);
        driver.event(Event::Sheet(key()));
        answer(&mut driver, &mut server, 0);
        // A conflict that came last is still being asked about.
        driver.press("<f2><esc>");
        let screen = driver.screen();
        for row in &server.view.rows {
            let line = screen.lines().find(|line| line.contains(row.last_name.as_str()) && line.contains('│'));
            let line = line.unwrap_or_default();
            prop_assert!(!line.contains('…') && !line.contains('~'), "still under way: {}", screen);
            if !line.contains('≠') && !line.contains('!') {
                for cell in &row.cells {
                    if let Some(MarkValue::Score(score)) = cell.value {
                        let shown = score.fixed(',');
                        prop_assert!(line.contains(&shown), "{} is not in {}", shown, line);
                    }
                }
            }
        }
    }
}
