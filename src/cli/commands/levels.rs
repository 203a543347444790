//! `carnet levels`.

use super::done;
use crate::{
    cli::{
        app::App,
        args::{LevelsCommand, WhichLevel},
        out::{Cell, Column},
        resolve,
        session::Session,
        stop::Stop,
    },
    domain::{
        entities::{Level, LevelKind},
        id::LevelId,
        schema::Stored,
    },
    protocol::{Field, Request, Setup},
    t,
    text::{Locale, names},
};

pub async fn run(app: &mut App, session: &mut Session, what: LevelsCommand) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let setup = session.setup().clone();
    let request = match what {
        LevelsCommand::List => return list(app, &setup),
        LevelsCommand::Fill => Request::FillLevels,
        LevelsCommand::Add(args) => {
            let kind = kind(&args.which);
            let last = of(&setup, kind).map(|level| level.position).max().unwrap_or_default();
            let level = Level {
                id: LevelId::new(""),
                kind,
                name: resolve::name(&locale, Field::Name, &args.which.name)?,
                position: args.position.unwrap_or(last.saturating_add(1)),
            };
            Request::SaveLevel { level, version: None }
        }
        LevelsCommand::Edit(args) => {
            let found = found(&locale, &setup, &args.which)?;
            let mut level = found.body.clone();
            if let Some(name) = &args.rename {
                level.name = resolve::name(&locale, Field::Name, name)?;
            }
            level.position = args.position.unwrap_or(level.position);
            Request::SaveLevel { level, version: Some(found.version) }
        }
        LevelsCommand::Delete(which) => {
            let found = found(&locale, &setup, &which)?;
            Request::DeleteLevel { id: found.id.clone(), version: found.version }
        }
    };
    let reply = session.ask(request).await?;
    done(app, &reply)
}

fn kind(which: &WhichLevel) -> LevelKind {
    if which.series { LevelKind::Series } else { LevelKind::Level }
}

fn of(setup: &Setup, kind: LevelKind) -> impl Iterator<Item = &Stored<Level>> + Clone {
    setup.levels.iter().filter(move |level| level.kind == kind)
}

fn found<'a>(locale: &Locale, setup: &'a Setup, which: &WhichLevel) -> Result<&'a Stored<Level>, Stop> {
    let field = match kind(which) {
        LevelKind::Level => Field::Level,
        LevelKind::Series => Field::Series,
    };
    resolve::named(locale, field, &which.name, of(setup, kind(which)), |level| vec![level.body.name.as_str()])
}

fn list(app: &mut App, setup: &Setup) -> Result<(), Stop> {
    let locale = &app.locale;
    let columns = vec![
        Column::text("kind", t!(locale, "cli-col-kind")),
        Column::number("position", t!(locale, "cli-col-position")),
        Column::text("name", t!(locale, "cli-col-name")),
    ];
    let levels: Vec<&Level> = setup.levels.iter().map(|level| &level.body).collect();
    app.out.records(columns, &levels, |level| {
        vec![
            Cell::text(names::level_kind(locale, level.kind)),
            Cell::Integer(level.position.into()),
            Cell::text(level.name.as_str()),
        ]
    })
}
