//! `carnet marks list --at`, `compare`, `changes`: a sheet as it stood at a moment, and what has moved it since.

use serde::Serialize;
use serde_json::Value;

use crate::{
    cli::{
        app::App,
        args::{MarksAt, SheetOf},
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::{
        calendar::{Timestamp, YearId},
        id::StudentId,
        rules::Rank,
        score::Average,
    },
    protocol::{Field, MomentChange, MomentQuestion, MomentRow, Reply, Request, SheetMoment, Standing, Why},
    t,
    text::{Locale, agree, changes, format},
};

/// The sheet at that moment.
///
/// # Errors
/// It is no moment; no such class or subject; the user may not open the sheet.
pub async fn ask(
    app: &App,
    session: &mut Session,
    (of, year): (&SheetOf, Option<&YearId>),
    at: &str,
) -> Result<Box<SheetMoment>, Stop> {
    let locale = &app.locale;
    let sheet = resolve::sheet_key(locale, session.setup(), &of.class, &of.subject, (year, of.term))?;
    let at = moment(locale, at)?;
    match session.ask(Request::SheetAt(MomentQuestion { sheet, at })).await? {
        Reply::SheetAt(stood) => Ok(stood),
        _ => Err(unexpected(locale)),
    }
}

/// The moment that is meant, by this machine's clock.
///
/// # Errors
/// It is none.
pub fn moment(locale: &Locale, typed: &str) -> Result<Timestamp, Stop> {
    let example = || Why::Form { example: "20/11/2026 10:42".to_owned() };
    format::read_moment(typed, &jiff::tz::TimeZone::system())
        .ok_or_else(|| resolve::refuse(locale, Field::Date, example()))
}

/// The student that is meant, of those on the sheet.
fn only(locale: &Locale, stood: &SheetMoment, typed: Option<&str>) -> Result<Option<StudentId>, Stop> {
    let Some(typed) = typed else { return Ok(None) };
    let wanted = resolve::matricule(locale, typed)?;
    let row = stood.rows.iter().find(|row| row.matricule == wanted);
    let unknown = || resolve::refuse(locale, Field::Student, Why::Unknown { what: typed.to_owned() });
    row.map(|row| Some(row.student.clone())).ok_or_else(unknown)
}

#[derive(Serialize)]
struct Figures {
    average: Option<Average>,
    rank: Option<u32>,
    general: Option<Average>,
    general_rank: Option<u32>,
}

impl From<Standing> for Figures {
    fn from(standing: Standing) -> Self {
        Self {
            average: standing.average,
            rank: standing.rank.map(|rank| rank.position),
            general: standing.general,
            general_rank: standing.general_rank.map(|rank| rank.position),
        }
    }
}

#[derive(Serialize)]
struct CompareOut<'a> {
    matricule: &'a str,
    student: String,
    /// `None`: was not in the class then.
    then: Option<Figures>,
    /// `None`: is not in the class now.
    now: Option<Figures>,
}

/// Averages and ranks of then and of now.
pub async fn compare(app: &mut App, session: &mut Session, args: &MarksAt) -> Result<(), Stop> {
    let stood = ask(app, session, (&args.sheet, None), &args.at).await?;
    let locale = app.locale.clone();
    let only = only(&locale, &stood, args.student.as_deref())?;
    let rows = stood.rows.iter().filter(|row| only.as_ref().is_none_or(|only| row.student == *only));
    let both = |id: &str| {
        let name = locale.get(id);
        [t!(locale, "marks-then", name = name.as_str()), t!(locale, "marks-now", name = name.as_str())]
    };
    let mut columns = vec![
        Column::text("matricule", t!(locale, "cli-col-matricule")),
        Column::text("student", t!(locale, "cli-col-student")),
    ];
    let figures = [
        (["average_then", "average_now"], "cli-col-average"),
        (["rank_then", "rank_now"], "cli-col-rank"),
        (["general_then", "general_now"], "cli-col-general"),
        (["general_rank_then", "general_rank_now"], "cli-col-rank"),
    ];
    for (names, id) in figures {
        columns.extend(names.into_iter().zip(both(id)).map(|(name, title)| Column::number(name, title)));
    }
    let mut list = app.out.list(columns);
    for row in rows {
        let student = name_of(row);
        let mut cells = vec![Cell::text(row.matricule.as_str()), Cell::text(student.as_str())];
        let average = |of: fn(Standing) -> Option<Average>| {
            [row.then, row.now].map(|standing| Cell::average(standing.and_then(of)))
        };
        let rank = |of: fn(Standing) -> Option<Rank>| {
            [row.then, row.now].map(|standing| {
                let rank = standing.and_then(of);
                Cell::maybe(rank.map(|rank| agree::rank(&locale, Some(rank), row.sex)))
            })
        };
        cells.extend(average(|standing| standing.average));
        cells.extend(rank(|standing| standing.rank));
        cells.extend(average(|standing| standing.general));
        cells.extend(rank(|standing| standing.general_rank));
        let line = CompareOut {
            matricule: row.matricule.as_str(),
            student,
            then: row.then.map(Figures::from),
            now: row.now.map(Figures::from),
        };
        list.row(&line, &cells)?;
    }
    list.finish()
}

fn name_of(row: &MomentRow) -> String {
    format!("{} {}", row.last_name.as_str().to_uppercase(), row.first_name)
}

#[derive(Serialize)]
struct ChangeOut<'a> {
    at: Timestamp,
    by: &'a str,
    action: &'a str,
    subject: Option<String>,
    matricule: Option<&'a str>,
    student: Option<String>,
    evaluation: Option<&'a str>,
    old: &'a Value,
    new: &'a Value,
    reason: Option<&'a str>,
}

/// What has been changed since, newest first.
pub async fn changes(app: &mut App, session: &mut Session, args: &MarksAt) -> Result<(), Stop> {
    let stood = ask(app, session, (&args.sheet, None), &args.at).await?;
    let locale = app.locale.clone();
    let only = only(&locale, &stood, args.student.as_deref())?;
    let sheet =
        resolve::sheet_key(&locale, session.setup(), &args.sheet.class, &args.sheet.subject, (None, args.sheet.term))?;
    // What changes a column changes everybody's average.
    let meant = |change: &&MomentChange| {
        change.subject == sheet.subject
            && only.as_ref().is_none_or(|only| change.student.as_ref().is_none_or(|student| student == only))
    };
    let columns = vec![
        Column::text("at", t!(locale, "cli-col-at")),
        Column::text("by", t!(locale, "audit-by")),
        Column::text("action", t!(locale, "audit-action")),
        Column::text("subject", t!(locale, "cli-col-subject")),
        Column::text("student", t!(locale, "cli-col-student")),
        Column::text("evaluation", t!(locale, "cli-col-evaluation")),
        Column::text("old", t!(locale, "audit-old")),
        Column::text("new", t!(locale, "audit-new")),
        Column::text("reason", t!(locale, "audit-reason")),
    ];
    let zone = jiff::tz::TimeZone::system();
    let setup = session.setup();
    let mut list = app.out.list(columns);
    for change in stood.changes.iter().filter(meant) {
        let row = stood.rows.iter().find(|row| Some(&row.student) == change.student.as_ref());
        let line = ChangeOut {
            at: change.at,
            by: &change.by,
            action: &change.action,
            subject: setup.subject(&change.subject).map(|subject| subject.name.to_string()),
            matricule: row.map(|row| row.matricule.as_str()),
            student: row.map(name_of),
            evaluation: change.evaluation.as_deref(),
            old: &change.old,
            new: &change.new,
            reason: change.reason.as_deref(),
        };
        let cells = [
            Cell::text(format::moment(line.at, &zone)),
            Cell::text(line.by),
            Cell::text(changes::act(&locale, line.action)),
            Cell::maybe(line.subject.clone()),
            Cell::maybe(line.student.clone()),
            Cell::maybe(line.evaluation),
            Cell::text(changes::value(&locale, line.old)),
            Cell::text(changes::value(&locale, line.new)),
            Cell::maybe(line.reason),
        ];
        list.row(&line, &cells)?;
    }
    list.finish()
}
