//! `carnet terms`.

use jiff::civil::Date;
use serde::Serialize;

use super::closing;

use crate::{
    cli::{
        app::App,
        args::TermsCommand,
        out::{Cell, Column},
        session::Session,
        stop::Stop,
    },
    domain::calendar::Term,
    protocol::Request,
    t,
};

#[derive(Serialize)]
struct TermOut<'a> {
    year: &'a str,
    term: Term,
    current: bool,
    #[serde(skip)]
    name: String,
    starts: Option<Date>,
    ends: Option<Date>,
}

pub async fn run(app: &mut App, session: &mut Session, what: TermsCommand) -> Result<(), Stop> {
    match what {
        TermsCommand::List => list(app, session),
        TermsCommand::Status(args) => closing::status(app, session, &args).await,
        TermsCommand::Cancel(args) => super::closing::cancel(app, session, &args).await,
        TermsCommand::Close(args) => closing::close(app, session, &args).await,
        TermsCommand::Reopen(args) => closing::reopen(app, session, &args).await,
        TermsCommand::SetCurrent { term } => {
            session.ask_long(Request::SetCurrentTerm(term), &mut app.out).await?;
            app.out.say(&t!(app.locale, "cli-term-set", term = session.setup().term(term)))
        }
    }
}

fn list(app: &mut App, session: &Session) -> Result<(), Stop> {
    let setup = session.setup();
    let locale = &app.locale;
    let columns = vec![
        Column::text("year", t!(locale, "cli-col-year")),
        Column::text("term", t!(locale, "cli-col-term")),
        Column::text("current", t!(locale, "cli-col-current")),
        Column::text("starts", t!(locale, "cli-col-starts")),
        Column::text("ends", t!(locale, "cli-col-ends")),
    ];
    let terms: Vec<TermOut<'_>> = setup
        .years
        .iter()
        .flat_map(|year| {
            year.terms.iter().map(|span| TermOut {
                year: year.id.as_str(),
                term: span.term,
                name: year.division.label(span.term),
                current: year.id == setup.school.current_year && span.term == setup.school.current_term,
                starts: span.starts,
                ends: span.ends,
            })
        })
        .collect();
    let yes = t!(locale, "cli-yes");
    app.out.records(columns, &terms, |term| {
        vec![
            Cell::text(term.year),
            Cell::text(term.name.as_str()),
            if term.current { Cell::text(yes.as_str()) } else { Cell::Empty },
            Cell::maybe(term.starts.map(|date| date.to_string())),
            Cell::maybe(term.ends.map(|date| date.to_string())),
        ]
    })
}
