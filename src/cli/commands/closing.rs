//! `carnet terms status`, `close`, `reopen`.

use serde::Serialize;

use super::act;
use crate::{
    cli::{
        app::App,
        args::{CancelClosingArgs, CloseTermArgs, ReopenTermArgs, TermStatusArgs},
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::{
        calendar::{Term, Timestamp},
        id::ClassId,
    },
    protocol::{ClassTerm, CloseTerm, Failure, Gap, Reply, Request, Why},
    t,
    ui::closing_shown,
};

#[derive(Serialize)]
struct StatusOut<'a> {
    class: &'a str,
    term: Term,
    students: u64,
    closed: bool,
    closed_at: Option<Timestamp>,
    closed_by: Option<&'a str>,
    rules: Option<&'a str>,
    missing: &'a [Gap],
}

fn class_of(app: &App, session: &Session, class: Option<&str>) -> Result<Option<ClassId>, Stop> {
    let class = class.map(|name| resolve::class(&app.locale, session.setup(), name));
    Ok(class.transpose()?.map(|class| class.body.id.clone()))
}

async fn state(app: &App, session: &mut Session, term: Term, class: Option<ClassId>) -> Result<Vec<ClassTerm>, Stop> {
    match session.ask(Request::TermState { term, class }).await? {
        Reply::TermState(rows) => Ok(rows),
        _ => Err(unexpected(&app.locale)),
    }
}

pub async fn status(app: &mut App, session: &mut Session, args: &TermStatusArgs) -> Result<(), Stop> {
    let class = class_of(app, session, args.class.as_deref())?;
    let term = args.term.unwrap_or(session.setup().school.current_term);
    let rows = state(app, session, term, class).await?;
    print(app, session, &rows)?;
    match session.ask(Request::ClosingJob { term }).await? {
        Reply::ClosingJob(Some(job)) => app.out.say(&closing_shown::under_way(&app.locale, &job)),
        _ => Ok(()),
    }
}

/// Stops a closing of all classes before the next one.
pub async fn cancel(app: &mut App, session: &mut Session, args: &CancelClosingArgs) -> Result<(), Stop> {
    session.ask(Request::CancelClosing { term: args.term }).await?;
    app.out.say(&t!(app.locale, "closing-cancelled"))
}

fn print(app: &mut App, session: &Session, rows: &[ClassTerm]) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let columns = vec![
        Column::text("class", t!(locale, "cli-col-class")),
        Column::text("term", t!(locale, "cli-col-term")),
        Column::number("students", t!(locale, "cli-col-students")),
        Column::text("closed", t!(locale, "cli-col-state")),
        Column::text("missing", t!(locale, "cli-col-lacking")),
    ];
    let out: Vec<StatusOut<'_>> = rows
        .iter()
        .map(|row| StatusOut {
            class: &row.name,
            term: row.term,
            students: row.students,
            closed: row.closed.is_some(),
            closed_at: row.closed.as_ref().map(|closed| closed.at),
            closed_by: row.closed.as_ref().map(|closed| closed.by.as_str()),
            rules: row.closed.as_ref().map(|closed| closed.rules.as_str()),
            missing: &row.gaps,
        })
        .collect();
    let setup = session.setup();
    app.out.records(columns, &out, |row| {
        let state = if row.closed { t!(locale, "sheet-state-closed") } else { t!(locale, "sheet-state-open") };
        let missing: Vec<String> = row.missing.iter().map(|gap| closing_shown::gap(&locale, gap)).collect();
        vec![
            Cell::text(row.class),
            Cell::text(setup.term(row.term)),
            Cell::count(row.students),
            Cell::text(state),
            if missing.is_empty() { Cell::Empty } else { Cell::text(missing.join(&t!(locale, "list-separator"))) },
        ]
    })
}

pub async fn close(app: &mut App, session: &mut Session, args: &CloseTermArgs) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let class = class_of(app, session, args.class.as_deref())?;
    let term = args.term;
    let ask = CloseTerm { act: act(), term, class: class.clone(), anyway: args.anyway };
    match session.try_long(Request::CloseTerm(ask), &mut app.out).await {
        Ok(Reply::TermClosed(report)) => {
            app.out.say(&closing_shown::closed(&locale, &report, &session.setup().term(term)))
        }
        Ok(_) => Err(unexpected(&locale)),
        Err(failure @ Failure::Invalid { why: Why::Gaps { .. }, .. }) => {
            let mut rows = state(app, session, term, class).await?;
            rows.retain(|row| !row.gaps.is_empty());
            print(app, session, &rows)?;
            Err(session.explain(&failure))
        }
        Err(failure) => Err(session.explain(&failure)),
    }
}

pub async fn reopen(app: &mut App, session: &mut Session, args: &ReopenTermArgs) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let class = resolve::class(&locale, session.setup(), &args.class)?.body.id.clone();
    let request = Request::ReopenTerm { term: args.term, class, reason: args.reason.clone() };
    match session.ask(request).await? {
        Reply::TermClosed(report) => app.out.say(&closing_shown::reopened(&locale, &report)),
        _ => Err(unexpected(&locale)),
    }
}
