//! `carnet marks`.

use serde::Serialize;

use super::act;
use crate::{
    cli::{
        app::App,
        args::{MarksCommand, SetMarkArgs, SheetOf},
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::{
        calendar::YearId,
        entities::Evaluation,
        score::{MarkCode, MarkValue, Scale, Score, parse_mark},
        text_values::{Matricule, Name},
    },
    protocol::{Field, Reply, Request, SetMark, SheetKey, Why},
    t,
};

pub async fn run(app: &mut App, session: &mut Session, what: MarksCommand) -> Result<(), Stop> {
    match what {
        MarksCommand::List { sheet, year, at } => list(app, session, (&sheet, year.as_ref()), at.as_deref()).await,
        MarksCommand::Compare(args) => super::marks_at::compare(app, session, &args).await,
        MarksCommand::Changes(args) => super::marks_at::changes(app, session, &args).await,
        MarksCommand::Paste(args) => super::marks_together::paste(app, session, &args).await,
        MarksCommand::Fill(args) => super::marks_together::fill(app, session, &args).await,
        MarksCommand::Set(args) => set(app, session, args).await,
        MarksCommand::Mine(args) => super::my_marks::run(app, session, &args).await,
    }
}

#[derive(Serialize)]
struct MarkOut<'a> {
    matricule: &'a str,
    last_name: &'a str,
    first_name: &'a str,
    evaluation: &'a str,
    score: Option<Score>,
    code: Option<MarkCode>,
    scale: Scale,
    coefficient: u8,
}

async fn list(
    app: &mut App,
    session: &mut Session,
    (of, year): (&SheetOf, Option<&YearId>),
    at: Option<&str>,
) -> Result<(), Stop> {
    if let Some(at) = at {
        let stood = super::marks_at::ask(app, session, (of, year), at).await?;
        let rows = stood.rows.iter().map(|row| (&row.matricule, [&row.last_name, &row.first_name], row.cells.clone()));
        return print(app, &stood.columns, rows);
    }
    let locale = app.locale.clone();
    let sheet = super::evaluations::open_in(&locale, session, of, year).await?;
    let rows = sheet.rows.iter().map(|row| {
        let values = row.cells.iter().map(|cell| cell.value).collect();
        (&row.matricule, [&row.last_name, &row.first_name], values)
    });
    print(app, &sheet.evaluations, rows)
}

/// A line a cell: matricule, names, values in the order of the columns.
fn print<'a>(
    app: &mut App,
    evaluations: &[Evaluation],
    rows: impl Iterator<Item = (&'a Matricule, [&'a Name; 2], Vec<Option<MarkValue>>)>,
) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let columns = vec![
        Column::text("matricule", t!(locale, "cli-col-matricule")),
        Column::text("last_name", t!(locale, "cli-col-last")),
        Column::text("first_name", t!(locale, "cli-col-first")),
        Column::text("evaluation", t!(locale, "cli-col-evaluation")),
        Column::number("score", t!(locale, "cli-col-score")),
        Column::text("code", t!(locale, "cli-col-code")),
        Column::number("scale", t!(locale, "cli-col-scale")),
    ];
    let mut list = app.out.list(columns);
    for (matricule, [last, first], values) in rows {
        for (evaluation, value) in evaluations.iter().zip(values) {
            let (score, code) = match value {
                None => (None, None),
                Some(MarkValue::Score(score)) => (Some(score), None),
                Some(MarkValue::Code(code)) => (None, Some(code)),
            };
            let mark = MarkOut {
                matricule: matricule.as_str(),
                last_name: last.as_str(),
                first_name: first.as_str(),
                evaluation: evaluation.title.as_str(),
                score,
                code,
                scale: evaluation.scale,
                coefficient: evaluation.coefficient,
            };
            let cells = [
                Cell::text(mark.matricule),
                Cell::text(mark.last_name),
                Cell::text(mark.first_name),
                Cell::text(mark.evaluation),
                Cell::decimal(score.map(Score::to_f64)),
                Cell::maybe(code.map(MarkCode::as_str)),
                Cell::Decimal(evaluation.scale.to_f64(), 2),
            ];
            list.row(&mark, &cells)?;
        }
    }
    list.finish()
}

async fn set(app: &mut App, session: &mut Session, args: SetMarkArgs) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let card = resolve::student(&locale, session, &args.matricule).await?;
    let Some(class) = card.student.body.class.clone() else {
        return Err(resolve::refuse(&locale, Field::Student, Why::NotInClass));
    };
    let setup = session.setup();
    let key = SheetKey {
        class,
        subject: resolve::subject(&locale, setup, &args.subject)?.body.id.clone(),
        year: setup.school.current_year.clone(),
        term: args.term.unwrap_or(setup.school.current_term),
    };
    let Reply::Sheet(sheet) = session.ask(Request::OpenSheet(key.clone())).await? else {
        return Err(unexpected(&locale));
    };
    let evaluation = resolve::evaluation(&locale, &sheet, &args.evaluation)?;
    let value = parse_mark(&args.score, evaluation.scale)
        .map_err(|error| resolve::refuse(&locale, Field::Mark, Why::Mark(error)))?;
    let request = SetMark {
        act: act(),
        sheet: key,
        evaluation: evaluation.id.clone(),
        student: card.student.body.id.clone(),
        value,
        expect: None,
        reason: args.reason,
    };
    session.ask(Request::SetMark(Box::new(request))).await?;
    let shown = value.map_or_else(|| "—".to_owned(), |value| value.short(locale.lang().decimal()));
    let student = card.student.body.full_name();
    app.out.say(&t!(locale, "cli-mark-set", student = student, value = shown, evaluation = evaluation.title.as_str()))
}
