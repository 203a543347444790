//! How many keys a class of sixty takes in each mode: 58 marks such as `12,5`, two codes. The figures of
//! `docs/keystrokes.md` are these.

use super::*;
use crate::ui::testing::strokes;

const DOC: &str = include_str!("../../../../../docs/keystrokes.md");

const LAST: [&str; 20] = [
    "BAGAYOKO",
    "BALLO",
    "CAMARA",
    "CISSÉ",
    "COULIBALY",
    "DEMBÉLÉ",
    "DIABATÉ",
    "DIALLO",
    "DIARRA",
    "FOFANA",
    "KANTÉ",
    "KEÏTA",
    "KONATÉ",
    "KONÉ",
    "MAÏGA",
    "SANGARÉ",
    "SIDIBÉ",
    "SISSOKO",
    "TOURÉ",
    "TRAORÉ",
];
const FIRST: [&str; 3] = ["Awa", "Issa", "Mariam"];

fn class() -> SheetView {
    let names = LAST.iter().flat_map(|last| FIRST.iter().map(move |first| (*last, *first)));
    SheetView {
        evaluations: vec![column("e1", "Devoir 1", EvaluationKind::Test, "20")],
        rows: names.enumerate().map(|(n, (last, first))| row(n, last, first, Sex::Female, &[""])).collect(),
        ..view()
    }
}

/// Two digits, a comma, a digit; `None`: a code.
fn score(student: usize) -> Option<(usize, usize)> {
    (![17, 41].contains(&student)).then_some((10 + student * 3 % 10, 1 + student * 7 % 9))
}

fn code(student: usize) -> &'static str {
    if student == 17 { "a" } else { "d" }
}

/// All marks as they must have been sent, by student.
fn expected() -> Vec<(String, Option<MarkValue>)> {
    let text = |student: usize| match score(student) {
        Some((whole, tenth)) => format!("{whole},{tenth}"),
        None if student == 17 => "ABS".to_owned(),
        None => "DISP".to_owned(),
    };
    let mut all: Vec<_> = (0..60).map(|student| (format!("s{student}"), value(&text(student)))).collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

fn entered(driver: &Driver) -> Vec<(String, Option<MarkValue>)> {
    let mut all: Vec<_> = sent(driver).into_iter().map(|(student, _, value, _)| (student, value)).collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

#[track_caller]
fn told(mode: &str, keys: usize) {
    assert!(DOC.contains(&format!("| {mode} | {keys} |")), "the paper does not say: | {mode} | {keys} |");
}

#[test]
fn typed_and_on_the_pad() {
    for (mode, begin, comma) in [("type mode", "", ","), ("numeric pad (F4)", "<f4>", "")] {
        let mut driver = opened(Lang::Fr, class());
        driver.press(begin);
        let script: String = (0..60)
            .map(|student| match score(student) {
                Some((whole, tenth)) => format!("{whole}{comma}{tenth}<enter>"),
                None => code(student).to_owned(),
            })
            .collect();
        driver.press(&script);
        assert_eq!(entered(&driver), expected(), "{mode}");
        told(mode, strokes(&script));
    }
}

/// The fewest letters that bring the student up, in the order of a shuffled pile; then the mark as on the pad.
#[test]
fn dictated_from_a_shuffled_pile() {
    let mut driver = opened(Lang::Fr, class());
    driver.press("<f4><f5>");
    let class = class();
    let mut keys = 0;
    for paper in 0..60 {
        let student = (paper * 23 + 11) % 60;
        let who = &class.rows[student];
        let (last, first) = (who.last_name.as_str(), who.first_name.as_str());
        let letters = crate::domain::words::fold(&format!("{last} {first}"));
        let mut script = letters.chars().map(|c| if c == ' ' { "<space>".to_owned() } else { c.to_string() });
        let up = format!("▸ {last} {first}  {}", who.matricule);
        while !driver.shows(&up) {
            let key = script.next().expect("the whole name brings anybody up");
            driver.press(&key);
            keys += 1;
        }
        let mark = match score(student) {
            Some((whole, tenth)) => format!("{whole}{tenth}<enter>"),
            None => format!("<enter>{}<enter>", code(student)),
        };
        driver.press(&mark);
        keys += strokes(&mark);
    }
    assert_eq!(entered(&driver), expected());
    told("dictation (F5), with the pad", keys);
}

#[test]
fn pasted_at_once() {
    let mut driver = opened(Lang::Fr, class());
    let lines: Vec<String> = expected_in_order();
    driver.paste(&lines.join("\r\n"));
    driver.press("<enter>");
    assert_eq!(entered(&driver), expected());
    // The terminal's key for pasting, and Enter.
    told("paste", 1 + strokes("<enter>"));
}

fn expected_in_order() -> Vec<String> {
    let text = |student: usize| match score(student) {
        Some((whole, tenth)) => format!("{whole},{tenth}"),
        None if student == 17 => "ABS".to_owned(),
        None => "DISP".to_owned(),
    };
    (0..60).map(text).collect()
}
