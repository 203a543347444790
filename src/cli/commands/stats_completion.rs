//! `carnet stats completion`: how far the marks are entered, a line a sheet.

use serde::Serialize;

use crate::{
    cli::{
        app::App,
        out::{Cell, Column},
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::calendar::{Term, YearId},
    protocol::{CompletionQuestion, Reply, Request, Setup, SheetKey, SheetProgress},
    t,
};

#[derive(Serialize)]
struct Line<'a> {
    class: String,
    subject: String,
    year: &'a YearId,
    term: Term,
    students: u64,
    evaluations: u64,
    entered: u64,
    missing: u64,
    closed: bool,
}

fn line<'a>(setup: &Setup, sheet: &'a SheetProgress) -> Line<'a> {
    let SheetKey { class, subject, year, term } = &sheet.key;
    Line {
        class: setup.class(class).map_or_else(String::new, |class| class.name.to_string()),
        subject: setup.subject(subject).map_or_else(String::new, |subject| subject.name.to_string()),
        year,
        term: *term,
        students: sheet.students,
        evaluations: u64::try_from(sheet.columns.len()).unwrap_or(u64::MAX),
        entered: sheet.entered(),
        missing: sheet.expected().saturating_sub(sheet.entered()),
        closed: sheet.closed,
    }
}

pub async fn run(app: &mut App, session: &mut Session, question: CompletionQuestion) -> Result<(), Stop> {
    let Reply::Completion(sheets) = session.ask(Request::Completion(question)).await? else {
        return Err(unexpected(&app.locale));
    };
    let setup = session.setup();
    let lines: Vec<Line<'_>> = sheets.iter().map(|sheet| line(setup, sheet)).collect();
    let locale = &app.locale;
    let columns = vec![
        Column::text("class", t!(locale, "cli-col-class")),
        Column::text("subject", t!(locale, "cli-col-subject")),
        Column::text("term", t!(locale, "cli-col-term")),
        Column::number("students", t!(locale, "cli-col-students")),
        Column::number("evaluations", t!(locale, "cli-col-columns")),
        Column::number("entered", t!(locale, "cli-col-entered")),
        Column::number("missing", t!(locale, "cli-col-missing")),
        Column::text("closed", t!(locale, "cli-col-closed")),
    ];
    let closed = t!(locale, "cli-col-closed");
    app.out.records(columns, &lines, |line| {
        vec![
            Cell::text(line.class.as_str()),
            Cell::text(line.subject.as_str()),
            Cell::text(setup.term_in(line.year, line.term)),
            Cell::count(line.students),
            Cell::count(line.evaluations),
            Cell::count(line.entered),
            Cell::count(line.missing),
            Cell::maybe(line.closed.then_some(closed.as_str())),
        ]
    })
}
