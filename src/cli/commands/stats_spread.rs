//! `carnet stats subjects` and `carnet stats terms`: figures side by side.

use serde::Serialize;

use super::stats::rounded;
use crate::{
    cli::{
        app::App,
        args::Format,
        out::{Cell, Column},
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::calendar::Term,
    protocol::{Reply, Request, Share, StatsQuestion, StatsSpread},
    t,
};

#[derive(Serialize)]
struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    term: Option<Term>,
    count: u64,
    mean: Option<f64>,
    pass_rate: Option<f64>,
}

impl Line {
    fn new(subject: Option<String>, term: Option<Term>, share: &Share) -> Self {
        let (mean, pass_rate) = (rounded(share.mean, 2), rounded(share.pass_rate, 4));
        Self { subject, term, count: share.count, mean, pass_rate }
    }
}

async fn ask(app: &App, session: &mut Session, question: StatsQuestion) -> Result<Box<StatsSpread>, Stop> {
    match session.ask(Request::StatsSpread(question)).await? {
        Reply::StatsSpread(spread) => Ok(spread),
        _ => Err(unexpected(&app.locale)),
    }
}

/// The subjects of a class or the school in one term.
pub async fn subjects(app: &mut App, session: &mut Session, question: StatsQuestion) -> Result<(), Stop> {
    let spread = ask(app, session, question).await?;
    let setup = session.setup();
    let name = |id| setup.subject(id).map_or_else(String::new, |subject| subject.name.to_string());
    let lines: Vec<Line> =
        spread.subjects.iter().map(|(id, share)| Line::new(Some(name(id)), spread.term, share)).collect();
    print(app, Column::text("subject", t!(app.locale, "cli-col-subject")), &lines, |line| {
        Cell::maybe(line.subject.as_deref())
    })
}

/// One average from term to term.
pub async fn terms(app: &mut App, session: &mut Session, question: StatsQuestion) -> Result<(), Stop> {
    let spread = ask(app, session, question).await?;
    let setup = session.setup();
    let lines: Vec<Line> = spread.terms.iter().map(|(term, share)| Line::new(None, Some(*term), share)).collect();
    print(app, Column::text("term", t!(app.locale, "cli-col-term")), &lines, |line| {
        Cell::maybe(line.term.map(|term| setup.term(term)))
    })
}

fn print(app: &mut App, first: Column, lines: &[Line], name: impl Fn(&Line) -> Cell) -> Result<(), Stop> {
    let columns = vec![
        first,
        Column::number("count", t!(app.locale, "cli-col-count")),
        Column::number("mean", t!(app.locale, "cli-col-mean")),
        Column::number("pass_rate", t!(app.locale, "cli-col-pass-rate")),
    ];
    // For people the rate is in percent; programs read it as a share of one.
    let percent = app.out.format() == Format::Table;
    app.out.records(columns, lines, |line| {
        let rate = match line.pass_rate {
            Some(rate) if percent => Cell::Decimal(rate * 100.0, 1),
            Some(rate) => Cell::Decimal(rate, 4),
            None => Cell::Empty,
        };
        vec![name(line), Cell::count(line.count), Cell::decimal(line.mean), rate]
    })
}
