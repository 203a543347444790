//! The sheet by its keys, its answers and its frames.

mod columns;
mod conflicts;
mod entry;
mod fast;
mod fingers;
mod frames;
mod history;
mod kept;
mod keystrokes;
mod pasted;
mod properties;
mod server;

use server::Server;

use crate::{
    domain::{
        calendar::Timestamp,
        entities::{Class, Evaluation, EvaluationKind, Role, Sex, SheetState},
        id::{ActId, ClassId, EvaluationId, StudentId, SubjectId},
        score::{MarkValue, Scale, parse_mark},
        text_values::Matricule,
    },
    protocol::{
        CellRefused, CellSet, CellView, CellWritten, MarkSet, MarksSet, Reply, Request, SetMark, SetMarks, SheetKey,
        SheetRow, SheetView,
    },
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

pub fn key() -> SheetKey {
    SheetKey {
        class: ClassId::new("tse"),
        subject: SubjectId::new("math"),
        year: sample::year(),
        term: sample::term(1),
    }
}

/// `16`, `ABS`, or nothing.
pub fn value(text: &str) -> Option<MarkValue> {
    parse_mark(text, Scale::parse("100").expect("scale")).expect("mark")
}

pub fn column(id: &str, title: &str, kind: EvaluationKind, scale: &str) -> Evaluation {
    Evaluation {
        id: EvaluationId::new(id),
        kind,
        title: sample::name(title),
        date: Some("2026-10-12".parse().expect("date")),
        scale: Scale::parse(scale).expect("scale"),
        coefficient: 1,
        published: true,
    }
}

pub fn row(n: usize, last: &str, first: &str, sex: Sex, cells: &[&str]) -> SheetRow {
    SheetRow {
        student: StudentId::new(format!("s{n}")),
        matricule: Matricule::parse(&format!("MLE-2026-{n:04}")).expect("matricule"),
        last_name: sample::name(last),
        first_name: sample::name(first),
        sex: Some(sex),
        call_number: None,
        since: None,
        left: false,
        cells: cells.iter().map(|text| CellView { value: value(text), version: u64::from(!text.is_empty()) }).collect(),
    }
}

/// Two tests, a quiz, a composition; five students.
pub fn view() -> SheetView {
    let setup = sample::setup(Role::Teacher);
    SheetView {
        key: key(),
        class: setup.class(&ClassId::new("tse")).cloned().unwrap_or_else(|| Class {
            id: ClassId::new("tse"),
            name: sample::name("TSE"),
            level: None,
            series: None,
            head_teacher: None,
            capacity: None,
        }),
        subject: setup.subject(&SubjectId::new("math")).cloned().expect("subject"),
        coefficient: 4,
        state: SheetState::Open,
        version: 7,
        evaluations: vec![
            column("e1", "Devoir 1", EvaluationKind::Test, "20"),
            column("e2", "Devoir 2", EvaluationKind::Test, "20"),
            column("e3", "Interrogation 1", EvaluationKind::Quiz, "10"),
            column("e4", "Composition", EvaluationKind::Composition, "40"),
        ],
        rows: vec![
            row(1, "COULIBALY", "Awa", Sex::Female, &["14,5", "12", "7", "31"]),
            row(2, "DIALLO", "Modibo", Sex::Male, &["11", "ABS", "6,5", "22"]),
            row(3, "KEITA", "Fatoumata", Sex::Female, &["16", "15,5", "9", "38"]),
            row(4, "KONATÉ", "Seydou", Sex::Male, &["9", "", "", ""]),
            row(5, "TRAORÉ", "Aminata Fatoumata Mariam", Sex::Female, &["", "", "", ""]),
        ],
        rules: sample::rules(),
        editable: true,
        undo: false,
        redo: false,
        columns_undo: None,
        kept: Vec::new(),
    }
}

/// On the sheet, which has been read.
pub fn opened(lang: Lang, view: SheetView) -> Driver {
    let mut driver = Driver::at(lang, Role::Teacher, Route::Sheet { key: key(), student: None });
    assert_eq!(driver.asked(), &Request::OpenSheet(key()));
    driver.reply(Reply::Sheet(Box::new(view)));
    driver
}

pub fn french() -> Driver {
    opened(Lang::Fr, view())
}

/// The marks on their way: student, column, value, expected version.
pub fn sent(driver: &Driver) -> Vec<(String, String, Option<MarkValue>, Option<u64>)> {
    let told = |mark: &SetMark| (mark.student.to_string(), mark.evaluation.to_string(), mark.value, mark.expect);
    let cell = |cell: &CellSet| (cell.student.to_string(), cell.evaluation.to_string(), cell.value, cell.expect);
    driver
        .asks
        .iter()
        .flat_map(|ask| match &ask.body {
            Request::SetMark(mark) => vec![told(mark)],
            Request::SetMarks(marks) => marks.cells.iter().map(cell).collect(),
            _ => Vec::new(),
        })
        .collect()
}

pub fn stored(mark: &SetMark, version: u64) -> Reply {
    Reply::MarkSet(Box::new(MarkSet {
        sheet: mark.sheet.clone(),
        evaluation: mark.evaluation.clone(),
        student: mark.student.clone(),
        value: mark.value,
        version,
        at: at(),
        undo: true,
        redo: false,
    }))
}

/// Stores the `n`th question that waits, which is a mark or several.
pub fn store_nth(driver: &mut Driver, n: usize) {
    let reply = match driver.asks[n].body.clone() {
        Request::SetMark(mark) => stored(&mark, mark.expect.unwrap_or(0) + 1),
        Request::SetMarks(marks) => all_stored(&marks, Vec::new()),
        other => panic!("not a mark: {other:?}"),
    };
    driver.answer_nth(n, Ok(reply));
}

/// All but those that are refused.
pub fn all_stored(marks: &SetMarks, refused: Vec<CellRefused>) -> Reply {
    let written = |cell: &CellSet| CellWritten {
        evaluation: cell.evaluation.clone(),
        student: cell.student.clone(),
        value: cell.value,
        version: cell.expect.unwrap_or(0) + 1,
    };
    let is_refused = |cell: &&CellSet| refused.iter().any(|refused| refused.student == cell.student);
    Reply::MarksSet(Box::new(MarksSet {
        sheet: marks.sheet.clone(),
        written: marks.cells.iter().filter(|cell| !is_refused(cell)).map(written).collect(),
        refused,
        at: at(),
        undo: true,
        redo: false,
    }))
}

pub fn at() -> Timestamp {
    "2026-11-20T10:42:00Z".parse().expect("moment")
}

pub fn act(driver: &Driver, n: usize) -> ActId {
    match &driver.asks[n].body {
        Request::SetMark(mark) => mark.act.clone(),
        Request::SetMarks(marks) => marks.act.clone(),
        Request::UndoMark { act, .. } | Request::RedoMark { act, .. } => act.clone(),
        other => panic!("no act in {other:?}"),
    }
}
