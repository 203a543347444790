//! `carnet stats`.

use serde::Serialize;

use crate::{
    cli::{
        app::App,
        args::{Format, StatsCommand, StatsOptions},
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::{
        calendar::{Term, YearId},
        score::Average,
    },
    protocol::{ClassStats, CompletionQuestion, Reply, Request, StatsQuestion, TopQuestion},
    t,
    text::Locale,
};

pub async fn run(app: &mut App, session: &mut Session, what: StatsCommand) -> Result<(), Stop> {
    let locale = app.locale.clone();
    match what {
        StatsCommand::School(options) => {
            let question = question(&locale, session, None, &options)?;
            stats(app, session, question).await
        }
        StatsCommand::Class { name, options } => {
            let question = question(&locale, session, Some(&name), &options)?;
            stats(app, session, question).await
        }
        StatsCommand::Subject { name, term, year } => {
            let options = StatsOptions { subject: Some(name), term, year };
            let question = question(&locale, session, None, &options)?;
            stats(app, session, question).await
        }
        StatsCommand::Subjects { class, term, year } => {
            let question = question(&locale, session, class.as_deref(), &StatsOptions { subject: None, term, year })?;
            super::stats_spread::subjects(app, session, question).await
        }
        StatsCommand::Terms { class, subject, year } => {
            let question = question(&locale, session, class.as_deref(), &StatsOptions { subject, term: None, year })?;
            super::stats_spread::terms(app, session, question).await
        }
        StatsCommand::Completion { class, term, year } => {
            let class = match class {
                Some(name) => Some(resolve::class(&locale, session.setup(), &name)?.body.id.clone()),
                None => None,
            };
            super::stats_completion::run(app, session, CompletionQuestion { class, year, term }).await
        }
        StatsCommand::Top { limit, with_ties, class, term, year } => {
            let class = match class {
                Some(name) => Some(resolve::class(&locale, session.setup(), &name)?.body.id.clone()),
                None => None,
            };
            top(app, session, TopQuestion { class, year, term, limit, with_ties }).await
        }
    }
}

fn question(
    locale: &Locale,
    session: &Session,
    class: Option<&str>,
    options: &StatsOptions,
) -> Result<StatsQuestion, Stop> {
    let setup = session.setup();
    let class = match class {
        Some(name) => Some(resolve::class(locale, setup, name)?.body.id.clone()),
        None => None,
    };
    let subject = match &options.subject {
        Some(name) => Some(resolve::subject(locale, setup, name)?.body.id.clone()),
        None => None,
    };
    Ok(StatsQuestion { class, subject, year: options.year.clone(), term: options.term })
}

/// Rounded as people read it: half up, so many decimals.
pub(super) fn rounded(number: Option<f64>, decimals: i32) -> Option<f64> {
    let power = 10_f64.powi(decimals);
    number.map(|number| (number * power).round() / power)
}

#[derive(Serialize)]
struct ClassLine<'a> {
    class: &'a str,
    count: u64,
    mean: Option<f64>,
}

#[derive(Serialize)]
struct StatsOut<'a> {
    year: &'a YearId,
    term: Option<Term>,
    count: u64,
    without: u64,
    mean: Option<f64>,
    min: Option<Average>,
    max: Option<Average>,
    median: Option<f64>,
    deviation: Option<f64>,
    pass_rate: Option<f64>,
    below_10: u64,
    distribution: &'a [u64],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    classes: Vec<ClassLine<'a>>,
}

impl<'a> From<&'a ClassStats> for StatsOut<'a> {
    fn from(stats: &'a ClassStats) -> Self {
        let class = |(_, class, count, mean): &'a (_, String, u64, Option<f64>)| ClassLine {
            class,
            count: *count,
            mean: rounded(*mean, 2),
        };
        Self {
            year: &stats.year,
            term: stats.term,
            count: stats.count,
            without: stats.without,
            mean: rounded(stats.mean, 2),
            min: stats.min,
            max: stats.max,
            median: rounded(stats.median, 2),
            deviation: rounded(stats.deviation, 2),
            pass_rate: rounded(stats.pass_rate, 4),
            below_10: stats.below_10,
            distribution: &stats.distribution,
            classes: stats.classes.iter().map(class).collect(),
        }
    }
}

async fn stats(app: &mut App, session: &mut Session, question: StatsQuestion) -> Result<(), Stop> {
    let Reply::Stats(stats) = session.ask(Request::Stats(question)).await? else {
        return Err(unexpected(&app.locale));
    };
    let out = StatsOut::from(&*stats);
    let locale = &app.locale;
    let term = out.term.map(|term| session.setup().term_in(out.year, term));
    let rate = out.pass_rate.map_or(Cell::Empty, |rate| Cell::Decimal(rate * 100.0, 1));
    // For people the rate is in percent; programs read it as a share of one.
    let rate = if app.out.format() == Format::Csv {
        out.pass_rate.map_or(Cell::Empty, |rate| Cell::Decimal(rate, 4))
    } else {
        rate
    };
    let fields = [
        (Column::text("year", t!(locale, "cli-col-year")), Cell::text(out.year.as_str())),
        (Column::text("term", t!(locale, "cli-col-term")), Cell::maybe(term)),
        (Column::number("count", t!(locale, "cli-col-count")), Cell::count(out.count)),
        (Column::number("without", t!(locale, "cli-col-without")), Cell::count(out.without)),
        (Column::number("mean", t!(locale, "cli-col-mean")), Cell::decimal(out.mean)),
        (Column::number("min", t!(locale, "cli-col-min")), Cell::average(out.min)),
        (Column::number("max", t!(locale, "cli-col-max")), Cell::average(out.max)),
        (Column::number("median", t!(locale, "cli-col-median")), Cell::decimal(out.median)),
        (Column::number("deviation", t!(locale, "cli-col-deviation")), Cell::decimal(out.deviation)),
        (Column::number("pass_rate", t!(locale, "cli-col-pass-rate")), rate),
        (Column::number("below_10", t!(locale, "cli-col-below")), Cell::count(out.below_10)),
    ];
    app.out.object(&out, &fields)?;
    if app.out.format() == Format::Table && !out.classes.is_empty() {
        app.out.raw("\n")?;
        let columns = vec![
            Column::text("class", t!(app.locale, "cli-col-class")),
            Column::number("count", t!(app.locale, "cli-col-count")),
            Column::number("mean", t!(app.locale, "cli-col-mean")),
        ];
        app.out.records(columns, &out.classes, |line| {
            vec![Cell::text(line.class), Cell::count(line.count), Cell::decimal(line.mean)]
        })?;
    }
    Ok(())
}

#[derive(Serialize)]
struct TopOut<'a> {
    rank: u32,
    tied: bool,
    student: &'a str,
    class: Option<&'a str>,
    average: Average,
}

async fn top(app: &mut App, session: &mut Session, question: TopQuestion) -> Result<(), Stop> {
    let Reply::Top(rows) = session.ask(Request::Top(question)).await? else {
        return Err(unexpected(&app.locale));
    };
    let locale = &app.locale;
    let columns = vec![
        Column::number("rank", t!(locale, "cli-col-rank")),
        Column::text("student", t!(locale, "cli-col-student")),
        Column::text("class", t!(locale, "cli-col-class")),
        Column::number("average", t!(locale, "cli-col-average")),
    ];
    let rows: Vec<TopOut<'_>> = rows
        .iter()
        .map(|row| TopOut {
            rank: row.rank,
            tied: row.tied,
            student: &row.student,
            class: row.class.as_deref(),
            average: row.average,
        })
        .collect();
    app.out.records(columns, &rows, |row| {
        vec![
            Cell::Integer(row.rank.into()),
            Cell::text(row.student),
            Cell::maybe(row.class),
            Cell::average(Some(row.average)),
        ]
    })
}
