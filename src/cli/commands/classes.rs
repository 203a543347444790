//! `carnet classes`.

use serde::Serialize;

use super::{act, done};
use crate::{
    cli::{
        app::App,
        args::ClassesCommand,
        out::{Cell, Column},
        resolve,
        session::Session,
        stop::Stop,
    },
    domain::{entities::Class, id::ClassId, text_values::Name},
    protocol::{Field, Request},
    t,
};

#[derive(Serialize)]
struct ClassOut<'a> {
    id: &'a str,
    name: &'a str,
    level: Option<&'a str>,
    series: Option<&'a str>,
}

pub async fn run(app: &mut App, session: &mut Session, what: ClassesCommand) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let setup = session.setup().clone();
    let request = match what {
        ClassesCommand::List => return list(app, session),
        ClassesCommand::Add(args) => {
            let class = Class {
                id: ClassId::new(act().as_str()),
                name: resolve::name(&locale, Field::Name, &args.name)?,
                level: resolve::optional_name(&locale, Field::Level, &args.level.unwrap_or_default())?,
                series: resolve::optional_name(&locale, Field::Series, &args.series.unwrap_or_default())?,
            };
            Request::SaveClass { class, version: None }
        }
        ClassesCommand::Edit(args) => {
            let found = resolve::class(&locale, &setup, &args.name)?;
            let mut class = found.body.clone();
            if let Some(name) = args.rename {
                class.name = resolve::name(&locale, Field::Name, &name)?;
            }
            if let Some(level) = args.level {
                class.level = resolve::optional_name(&locale, Field::Level, &level)?;
            }
            if let Some(series) = args.series {
                class.series = resolve::optional_name(&locale, Field::Series, &series)?;
            }
            Request::SaveClass { class, version: Some(found.version) }
        }
        ClassesCommand::Delete { name } => {
            let found = resolve::class(&locale, &setup, &name)?;
            Request::DeleteClass { id: found.body.id.clone(), version: found.version }
        }
    };
    let reply = session.ask(request).await?;
    done(app, &reply)
}

fn list(app: &mut App, session: &Session) -> Result<(), Stop> {
    let locale = &app.locale;
    let columns = vec![
        Column::text("name", t!(locale, "cli-col-name")),
        Column::text("level", t!(locale, "cli-col-level")),
        Column::text("series", t!(locale, "cli-col-series")),
    ];
    let classes: Vec<ClassOut<'_>> = session
        .setup()
        .classes
        .iter()
        .map(|class| ClassOut {
            id: class.body.id.as_str(),
            name: class.body.name.as_str(),
            level: class.body.level.as_ref().map(Name::as_str),
            series: class.body.series.as_ref().map(Name::as_str),
        })
        .collect();
    app.out.records(columns, &classes, |class| {
        vec![Cell::text(class.name), Cell::maybe(class.level), Cell::maybe(class.series)]
    })
}
