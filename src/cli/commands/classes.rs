//! `carnet classes`.

use serde::Serialize;

use super::{act, done};
use crate::{
    cli::{
        app::App,
        args::ClassesCommand,
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::{
        entities::Class,
        id::{ClassId, UserId},
        text_values::Name,
    },
    protocol::{Field, Reply, Request},
    t,
    text::Locale,
};

#[derive(Serialize)]
struct ClassOut<'a> {
    id: &'a str,
    name: &'a str,
    level: Option<&'a str>,
    series: Option<&'a str>,
    head_teacher: Option<&'a str>,
    capacity: Option<u16>,
}

pub async fn run(app: &mut App, session: &mut Session, what: ClassesCommand) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let setup = session.setup().clone();
    let request = match what {
        ClassesCommand::List => return list(app, session),
        ClassesCommand::Add(args) => {
            let class = Class {
                id: ClassId::new(act().as_str()),
                head_teacher: teacher(&locale, session, args.head_teacher.as_deref()).await?,
                capacity: args.capacity,
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
            if args.head_teacher.is_some() {
                class.head_teacher = teacher(&locale, session, args.head_teacher.as_deref()).await?;
            }
            class.capacity = args.capacity.or(class.capacity);
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

/// The account of a user name; an empty one is nobody.
async fn teacher(locale: &Locale, session: &mut Session, typed: Option<&str>) -> Result<Option<UserId>, Stop> {
    let Some(typed) = typed.filter(|typed| !typed.trim().is_empty()) else { return Ok(None) };
    let Reply::Users(accounts) = session.ask(Request::Users).await? else { return Err(unexpected(locale)) };
    Ok(Some(resolve::account(locale, &accounts, typed)?.id.clone()))
}

fn list(app: &mut App, session: &Session) -> Result<(), Stop> {
    let locale = &app.locale;
    let columns = vec![
        Column::text("name", t!(locale, "cli-col-name")),
        Column::text("level", t!(locale, "cli-col-level")),
        Column::text("series", t!(locale, "cli-col-series")),
        Column::number("capacity", t!(locale, "cli-col-capacity")),
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
            head_teacher: class.body.head_teacher.as_ref().map(UserId::as_str),
            capacity: class.body.capacity,
        })
        .collect();
    app.out.records(columns, &classes, |class| {
        let capacity = class.capacity.map_or(Cell::Empty, |count| Cell::Integer(count.into()));
        vec![Cell::text(class.name), Cell::maybe(class.level), Cell::maybe(class.series), capacity]
    })
}
