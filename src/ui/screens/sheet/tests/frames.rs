//! Frames of the sheet and its states, in both languages and two sizes.

use insta::assert_snapshot;

use super::*;
use crate::protocol::{CellConflict, Failure, Part, Trouble, Why};

fn frames(name: &str, view: &SheetView, act: impl Fn(&mut Driver)) {
    for lang in Lang::ALL {
        for (columns, rows) in [(80, 24), (120, 40)] {
            let mut driver = opened(lang, view.clone()).sized(columns, rows);
            act(&mut driver);
            assert_snapshot!(format!("{name}_{}_{columns}x{rows}", lang.code()), driver.frame());
        }
    }
}

#[test]
fn ordinary() {
    frames("ordinary", &view(), |driver| driver.press("<down>"));
}

#[test]
fn editing_and_saving() {
    frames("editing", &view(), |driver| {
        driver.press("15<enter>16<enter>17<enter>");
        store_nth(driver, 1);
        driver.fail(Failure::Offline { what: Part::Store, detail: Trouble::Unreachable });
        driver.press("8,5");
    });
}

#[test]
fn refused() {
    frames("refused", &view(), |driver| driver.press("21<enter>"));
}

#[test]
fn refused_by_the_store() {
    frames("refused_by_the_store", &view(), |driver| {
        driver.press("15<enter>");
        driver.fail(Failure::refused(Why::NotInClass));
    });
}

#[test]
fn conflict() {
    frames("conflict", &view(), |driver| {
        driver.press("15<enter>");
        driver.fail(Failure::Cell(Box::new(CellConflict {
            evaluation: EvaluationId::new("e1"),
            student: StudentId::new("s1"),
            theirs: value("12"),
            version: 9,
            by: "Moussa Diarra".into(),
            own: false,
            at: at(),
        })));
    });
}

#[test]
fn explained() {
    frames("explained", &view(), |driver| driver.press("<down> ="));
}

#[test]
fn column() {
    frames("column", &view(), |driver| driver.press("+"));
}

#[test]
fn deleting() {
    frames("deleting", &view(), |driver| driver.press("D"));
}

#[test]
fn closed() {
    frames("closed", &SheetView { state: SheetState::Closed, ..view() }, |_| {});
}

#[test]
fn empty() {
    let mut empty = view();
    empty.evaluations.clear();
    empty.rows.iter_mut().for_each(|row| row.cells.clear());
    frames("empty", &empty, |_| {});
}

#[test]
fn nobody() {
    frames("nobody", &SheetView { rows: Vec::new(), ..view() }, |_| {});
}

#[test]
fn a_key_on_a_sheet_without_students_says_that_there_are_none() {
    let mut driver = opened(Lang::Fr, SheetView { rows: Vec::new(), ..view() });
    driver.press("<down>");
    assert!(!driver.shows("dernier élève"), "{}", driver.screen());
}

/// Two hundred students, twenty-five columns, names of all kinds, one who left.
fn large() -> SheetView {
    let mut large = view();
    large.evaluations =
        (1..=25).map(|n| super::column(&format!("e{n}"), &format!("Devoir {n}"), EvaluationKind::Test, "20")).collect();
    let names = [
        ("SANGARÉ", "Aïssata"),
        ("محمد", "عبد الله"),
        ("É́TOILE", "Zoé 🌟"),
        ("N’DIAYE-TOUNKARA DE LA TOUR", "Mamadou"),
    ];
    large.rows = (1..=200)
        .map(|n| {
            let (last, first) = names[n % names.len()];
            let cells: Vec<String> = (0..25).map(|c| ((n * 7 + c * 3) % 21).to_string()).collect();
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            SheetRow { left: n % 50 == 3, ..row(n, last, first, Sex::Female, &cells) }
        })
        .collect();
    large
}

#[test]
fn many() {
    frames("many", &large(), |driver| driver.press("G <end>"));
}

#[test]
fn waiting() {
    for lang in Lang::ALL {
        let mut driver = Driver::at(lang, Role::Teacher, Route::Sheet { key: key(), student: None });
        assert_snapshot!(format!("reading_{}", lang.code()), driver.frame());
        driver.fail(Failure::Denied);
        assert_snapshot!(format!("denied_{}", lang.code()), driver.frame());
    }
}

#[test]
fn dictating() {
    frames("dictating", &view(), |driver| driver.press("<right><f4><f5> tra 125"));
}

#[test]
fn about_to_paste() {
    frames("pasting", &view(), |driver| driver.paste("14,5\n12\n\n21\n8\n9"));
}
