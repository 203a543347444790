//! `carnet options`: who takes an option subject.

use super::done;
use crate::{
    cli::{
        app::App,
        args::{OptionOf, OptionStudents, OptionsCommand},
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::id::{ClassId, SubjectId},
    protocol::{OptionRow, Reply, Request, SetOption},
    t,
    text::Locale,
};

pub async fn run(app: &mut App, session: &mut Session, what: OptionsCommand) -> Result<(), Stop> {
    let locale = app.locale.clone();
    match what {
        OptionsCommand::List(of) => {
            let (class, subject) = place(&locale, session, &of)?;
            let Reply::Options(rows) = session.ask(Request::Options { class, subject }).await? else {
                return Err(unexpected(&locale));
            };
            list(app, &rows)
        }
        OptionsCommand::Add(args) => set(app, session, &args, true).await,
        OptionsCommand::Remove(args) => set(app, session, &args, false).await,
    }
}

fn place(locale: &Locale, session: &Session, of: &OptionOf) -> Result<(ClassId, SubjectId), Stop> {
    let setup = session.setup();
    let class = resolve::class(locale, setup, &of.class)?.body.id.clone();
    Ok((class, resolve::subject(locale, setup, &of.subject)?.body.id.clone()))
}

async fn set(app: &mut App, session: &mut Session, args: &OptionStudents, takes: bool) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let (class, subject) = place(&locale, session, &args.of)?;
    let mut students = Vec::new();
    for matricule in &args.matricules {
        students.push((resolve::student(&locale, session, matricule).await?.student.body.id.clone(), takes));
    }
    let reply = session.ask(Request::SetOption(Box::new(SetOption { class, subject, students }))).await?;
    done(app, &reply)
}

fn list(app: &mut App, rows: &[OptionRow]) -> Result<(), Stop> {
    let locale = &app.locale;
    let columns = vec![
        Column::text("matricule", t!(locale, "cli-col-matricule")),
        Column::text("name", t!(locale, "cli-col-name")),
        Column::text("takes", t!(locale, "cli-col-takes")),
    ];
    let yes = t!(locale, "cli-yes");
    app.out.records(columns, rows, |row| {
        vec![
            Cell::text(row.matricule.as_str()),
            Cell::text(row.name.as_str()),
            if row.takes { Cell::text(yes.as_str()) } else { Cell::Empty },
        ]
    })
}
