//! `carnet evaluations`.

use super::done;
use crate::{
    cli::{
        app::App,
        args::{AddEvaluation, EditEvaluation, EvaluationsCommand, SheetOf},
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::calendar::YearId,
    protocol::{EvaluationDraft, Field, Reply, Request, SheetView},
    t,
    text::{Locale, names},
};

pub async fn run(app: &mut App, session: &mut Session, what: EvaluationsCommand) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let request = match what {
        EvaluationsCommand::List(of) => {
            let sheet = open(&locale, session, &of).await?;
            return list(app, &sheet);
        }
        EvaluationsCommand::Add(args) => add(&locale, session, &args).await?,
        EvaluationsCommand::Edit(args) => edit(&locale, session, &args).await?,
        EvaluationsCommand::Move { title, sheet, to } => {
            let sheet = open(&locale, session, &sheet).await?;
            let evaluation = resolve::evaluation(&locale, &sheet, &title)?.id.clone();
            let (to, version) = (to.saturating_sub(1), sheet.version);
            Request::MoveEvaluation { sheet: sheet.key, evaluation, to, version }
        }
        EvaluationsCommand::Delete { title, sheet } => {
            let sheet = open(&locale, session, &sheet).await?;
            let evaluation = resolve::evaluation(&locale, &sheet, &title)?.id.clone();
            Request::DeleteEvaluation { sheet: sheet.key.clone(), evaluation, version: sheet.version }
        }
    };
    let reply = session.ask(request).await?;
    done(app, &reply)
}

/// The sheet that is meant.
///
/// # Errors
/// No such class or subject; the user may not open it.
pub async fn open(locale: &Locale, session: &mut Session, of: &SheetOf) -> Result<Box<SheetView>, Stop> {
    open_in(locale, session, of, None).await
}

/// The same of a year; `None`: the current one.
///
/// # Errors
/// No such class, subject or year; the user may not open it.
pub async fn open_in(
    locale: &Locale,
    session: &mut Session,
    of: &SheetOf,
    year: Option<&YearId>,
) -> Result<Box<SheetView>, Stop> {
    let key = resolve::sheet_key(locale, session.setup(), &of.class, &of.subject, (year, of.term))?;
    match session.ask(Request::OpenSheet(key)).await? {
        Reply::Sheet(sheet) => Ok(sheet),
        _ => Err(unexpected(locale)),
    }
}

async fn add(locale: &Locale, session: &mut Session, args: &AddEvaluation) -> Result<Request, Stop> {
    let sheet = open(locale, session, &args.sheet).await?;
    Ok(Request::SaveEvaluation(Box::new(EvaluationDraft {
        version: sheet.version,
        sheet: sheet.key,
        id: None,
        kind: resolve::kind(locale, &args.kind)?,
        title: resolve::name(locale, Field::Title, &args.title)?,
        date: resolve::date(locale, Field::Date, args.date.as_deref().unwrap_or_default())?,
        scale: resolve::scale(locale, &args.scale)?,
        coefficient: args.coefficient,
        published: !args.unpublished,
    })))
}

async fn edit(locale: &Locale, session: &mut Session, args: &EditEvaluation) -> Result<Request, Stop> {
    let sheet = open(locale, session, &args.sheet).await?;
    let old = resolve::evaluation(locale, &sheet, &args.title)?.clone();
    let mut draft = EvaluationDraft {
        version: sheet.version,
        sheet: sheet.key,
        id: Some(old.id),
        kind: old.kind,
        title: old.title,
        date: old.date,
        scale: old.scale,
        coefficient: args.coefficient.unwrap_or(old.coefficient),
        published: args.published.unwrap_or(old.published),
    };
    if let Some(title) = &args.rename {
        draft.title = resolve::name(locale, Field::Title, title)?;
    }
    if let Some(kind) = &args.kind {
        draft.kind = resolve::kind(locale, kind)?;
    }
    if let Some(date) = &args.date {
        draft.date = resolve::date(locale, Field::Date, date)?;
    }
    if let Some(scale) = &args.scale {
        draft.scale = resolve::scale(locale, scale)?;
    }
    Ok(Request::SaveEvaluation(Box::new(draft)))
}

fn list(app: &mut App, sheet: &SheetView) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let columns = vec![
        Column::text("title", t!(locale, "cli-col-title")),
        Column::text("kind", t!(locale, "cli-col-kind")),
        Column::text("date", t!(locale, "cli-col-date")),
        Column::number("scale", t!(locale, "cli-col-scale")),
        Column::number("coefficient", t!(locale, "cli-col-coefficient")),
        Column::text("published", t!(locale, "cli-col-published")),
    ];
    let (yes, no) = (t!(locale, "cli-yes"), t!(locale, "cli-no"));
    app.out.records(columns, &sheet.evaluations, |evaluation| {
        vec![
            Cell::text(evaluation.title.as_str()),
            Cell::text(names::kind(&locale, evaluation.kind)),
            Cell::maybe(evaluation.date.map(|date| date.to_string())),
            Cell::Decimal(evaluation.scale.to_f64(), 2),
            Cell::Integer(evaluation.coefficient.into()),
            Cell::text(if evaluation.published { yes.as_str() } else { no.as_str() }),
        ]
    })
}
