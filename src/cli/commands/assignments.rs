//! `carnet assignments`.

use super::done;
use crate::{
    cli::{
        app::App,
        args::{AddAssignment, AssignmentsCommand},
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::id::{ClassId, SubjectId, UserId},
    protocol::{AssignmentRow, Field, Reply, Request, Why},
    t,
    text::Locale,
};

pub async fn run(app: &mut App, session: &mut Session, what: AssignmentsCommand) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let request = match what {
        AssignmentsCommand::List => return list(app, session).await,
        AssignmentsCommand::Add(args) => {
            let (teacher, class, subject) = charge(&locale, session, &args).await?;
            Request::SaveAssignment { teacher, class, subject }
        }
        AssignmentsCommand::Delete(args) => {
            let (teacher, class, subject) = charge(&locale, session, &args).await?;
            let all = all(&locale, session).await?;
            let found =
                all.into_iter().find(|row| row.teacher == teacher && row.class == class && row.subject == subject);
            let Some(row) = found else {
                let what = format!("{}, {}, {}", args.teacher, args.class, args.subject);
                return Err(resolve::refuse(&locale, Field::Teacher, Why::Unknown { what }));
            };
            Request::DeleteAssignment { id: row.id, version: row.version }
        }
    };
    let reply = session.ask(request).await?;
    done(app, &reply)
}

async fn all(locale: &Locale, session: &mut Session) -> Result<Vec<AssignmentRow>, Stop> {
    match session.ask(Request::Assignments).await? {
        Reply::Assignments(rows) => Ok(rows),
        _ => Err(unexpected(locale)),
    }
}

async fn charge(
    locale: &Locale,
    session: &mut Session,
    args: &AddAssignment,
) -> Result<(UserId, ClassId, SubjectId), Stop> {
    let class = resolve::class(locale, session.setup(), &args.class)?.body.id.clone();
    let subject = resolve::subject(locale, session.setup(), &args.subject)?.body.id.clone();
    let Reply::Users(accounts) = session.ask(Request::Users).await? else {
        return Err(unexpected(locale));
    };
    let teacher = resolve::account(locale, &accounts, &args.teacher)?;
    Ok((teacher.id.clone(), class, subject))
}

async fn list(app: &mut App, session: &mut Session) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let rows = all(&locale, session).await?;
    let columns = vec![
        Column::text("teacher", t!(locale, "cli-col-teacher")),
        Column::text("class", t!(locale, "cli-col-class")),
        Column::text("subject", t!(locale, "cli-col-subject")),
    ];
    app.out.records(columns, &rows, |row| {
        vec![
            Cell::text(row.teacher_name.as_str()),
            Cell::text(row.class_name.as_str()),
            Cell::text(row.subject_name.as_str()),
        ]
    })
}
