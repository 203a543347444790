//! `carnet years`.

use serde::Serialize;

use super::{done, turn};
use crate::{
    cli::{
        app::App,
        args::{TermDates, YearsCommand},
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::{
        calendar::{Division, TermSpan, YearId},
        entities::SchoolYear,
        schema::Stored,
    },
    protocol::{Field, Reply, Request, Why},
    t,
    text::{Locale, names},
};

#[derive(Serialize)]
struct YearOut<'a> {
    year: &'a str,
    current: bool,
    closed: bool,
    division: Division,
    terms: &'a [TermSpan],
}

pub async fn run(app: &mut App, session: &mut Session, what: YearsCommand) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let request = match what {
        YearsCommand::List => return list(app, session).await,
        YearsCommand::Plan { class } => return turn::plan(app, session, class.as_deref()).await,
        YearsCommand::Decide(args) => return turn::decide(app, session, &args).await,
        YearsCommand::Map { class, next } => return turn::map(app, session, &class, &next).await,
        YearsCommand::Open(args) => return turn::open(app, session, &args).await,
        YearsCommand::Enrol { matricule, class } => return turn::enrol(app, session, &matricule, &class).await,
        YearsCommand::Add(args) => {
            let division = if args.semesters { Division::Semesters } else { Division::Trimesters };
            let id = id(&locale, &args.year)?;
            let year = SchoolYear { id, division, terms: spans(division), closed: false };
            Request::SaveYear { year: dated(&locale, year, &args.dates)?, version: None }
        }
        YearsCommand::Edit(args) => {
            let found = found(&locale, session, &args.year).await?;
            let mut year = found.body.clone();
            if let Some(division) = args.division.filter(|division| *division != year.division) {
                (year.division, year.terms) = (division, spans(division));
            }
            Request::SaveYear { year: dated(&locale, year, &args.dates)?, version: Some(found.version) }
        }
        YearsCommand::Delete { year } => {
            let found = found(&locale, session, &year).await?;
            Request::DeleteYear { id: found.body.id, version: found.version }
        }
    };
    let reply = session.ask_long(request, &mut app.out).await?;
    done(app, &reply)
}

fn spans(division: Division) -> Vec<TermSpan> {
    division.terms().into_iter().map(|term| TermSpan { term, starts: None, ends: None }).collect()
}

/// With the days that were given.
fn dated(locale: &Locale, mut year: SchoolYear, dates: &[TermDates]) -> Result<SchoolYear, Stop> {
    for given in dates {
        let span = year.terms.iter_mut().find(|span| span.term == given.term);
        let Some(span) = span else {
            return Err(resolve::refuse(locale, Field::Term, Why::Unknown { what: given.term.to_string() }));
        };
        (span.starts, span.ends) = (Some(given.starts), Some(given.ends));
    }
    Ok(year)
}

fn id(locale: &Locale, typed: &str) -> Result<YearId, Stop> {
    let example = || resolve::refuse(locale, Field::Year, Why::Form { example: "2027-2028".to_owned() });
    YearId::parse(typed).ok_or_else(example)
}

async fn all(locale: &Locale, session: &mut Session) -> Result<Vec<Stored<SchoolYear>>, Stop> {
    match session.ask(Request::Years).await? {
        Reply::Years(years) => Ok(years),
        _ => Err(unexpected(locale)),
    }
}

async fn found(locale: &Locale, session: &mut Session, typed: &str) -> Result<Stored<SchoolYear>, Stop> {
    let id = id(locale, typed)?;
    let years = all(locale, session).await?;
    let found = years.into_iter().find(|year| year.id == id);
    found.ok_or_else(|| resolve::refuse(locale, Field::Year, Why::Unknown { what: id.to_string() }))
}

async fn list(app: &mut App, session: &mut Session) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let years = all(&locale, session).await?;
    let current = session.setup().school.current_year.clone();
    let columns = vec![
        Column::text("year", t!(locale, "cli-col-year")),
        Column::text("current", t!(locale, "cli-col-current")),
        Column::text("closed", t!(locale, "cli-col-closed")),
        Column::text("division", t!(locale, "cli-col-division")),
    ];
    let rows: Vec<YearOut<'_>> = years
        .iter()
        .map(|year| YearOut {
            year: year.body.id.as_str(),
            current: year.body.id == current,
            closed: year.closed,
            division: year.division,
            terms: &year.terms,
        })
        .collect();
    let yes = t!(locale, "cli-yes");
    let mark = |is: bool| if is { Cell::text(yes.as_str()) } else { Cell::Empty };
    app.out.records(columns, &rows, |year| {
        vec![
            Cell::text(year.year),
            mark(year.current),
            mark(year.closed),
            Cell::text(names::division(&locale, year.division)),
        ]
    })
}
