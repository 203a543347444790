//! `carnet subjects`.

use super::done;
use crate::{
    cli::{
        app::App,
        args::{AddSubject, EditSubject, SeriesCoefficient, SubjectsCommand},
        out::{Cell, Column},
        resolve,
        session::Session,
        stop::Stop,
    },
    domain::{
        entities::{LevelCoefficient, Subject},
        text_values::Name,
    },
    protocol::{Field, Request, Setup, SubjectDraft},
    t,
    text::{Locale, names},
};

pub async fn run(app: &mut App, session: &mut Session, what: SubjectsCommand) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let setup = session.setup().clone();
    let request = match what {
        SubjectsCommand::List => return list(app, &setup),
        SubjectsCommand::Add(args) => add(&locale, &setup, &args)?,
        SubjectsCommand::Edit(args) => edit(&locale, &setup, &args)?,
        SubjectsCommand::Delete { name } => {
            let found = resolve::subject(&locale, &setup, &name)?;
            Request::DeleteSubject { id: found.body.id.clone(), version: found.version }
        }
    };
    let reply = session.ask(request).await?;
    done(app, &reply)
}

fn coefficients(locale: &Locale, given: &[SeriesCoefficient]) -> Result<Vec<LevelCoefficient>, Stop> {
    let name = |field, text: Option<&str>| resolve::optional_name(locale, field, text.unwrap_or_default());
    given
        .iter()
        .map(|one| {
            Ok(LevelCoefficient {
                level: name(Field::Level, one.level.as_deref())?,
                series: name(Field::Series, one.series.as_deref())?,
                coefficient: one.coefficient,
            })
        })
        .collect()
}

fn add(locale: &Locale, setup: &Setup, args: &AddSubject) -> Result<Request, Stop> {
    let last = setup.subjects.iter().map(|subject| subject.body.position).max().unwrap_or_default();
    let subject = SubjectDraft {
        id: None,
        name: resolve::name(locale, Field::Name, &args.name)?,
        short: resolve::optional_name(locale, Field::Short, args.short.as_deref().unwrap_or_default())?,
        coefficient: args.coefficient,
        coefficients: coefficients(locale, &args.coefficient_for)?,
        position: args.position.unwrap_or(last.saturating_add(1)),
        kind: args.kind.unwrap_or_default(),
        optional: args.option.unwrap_or_default(),
    };
    Ok(Request::SaveSubject { subject, version: None })
}

fn edit(locale: &Locale, setup: &Setup, args: &EditSubject) -> Result<Request, Stop> {
    let found = resolve::subject(locale, setup, &args.name)?;
    let old = &found.body;
    let mut subject = SubjectDraft {
        id: Some(old.id.clone()),
        name: old.name.clone(),
        short: old.short.clone(),
        coefficient: args.coefficient.unwrap_or(old.coefficient),
        coefficients: old.coefficients.clone(),
        position: args.position.unwrap_or(old.position),
        kind: args.kind.unwrap_or(old.kind),
        optional: args.option.unwrap_or(old.optional),
    };
    if let Some(name) = &args.rename {
        subject.name = resolve::name(locale, Field::Name, name)?;
    }
    if let Some(short) = &args.short {
        subject.short = resolve::optional_name(locale, Field::Short, short)?;
    }
    for new in coefficients(locale, &args.coefficient_for)? {
        subject.coefficients.retain(|old| (&old.level, &old.series) != (&new.level, &new.series));
        subject.coefficients.push(new);
    }
    Ok(Request::SaveSubject { subject, version: Some(found.version) })
}

fn list(app: &mut App, setup: &Setup) -> Result<(), Stop> {
    let locale = &app.locale;
    let columns = vec![
        Column::text("name", t!(locale, "cli-col-name")),
        Column::text("short", t!(locale, "cli-col-short")),
        Column::number("coefficient", t!(locale, "cli-col-coefficient")),
        Column::text("coefficients", t!(locale, "cli-col-coefficients")),
        Column::text("kind", t!(locale, "cli-col-kind")),
        Column::text("optional", t!(locale, "cli-col-option")),
        Column::text("sample", t!(locale, "subjects-column-sample")),
    ];
    let subjects: Vec<&Subject> = setup.subjects.iter().map(|subject| &subject.body).collect();
    app.out.records(columns, &subjects, |subject| {
        let by_level: Vec<String> = subject.coefficients.iter().map(by_level).collect();
        vec![
            Cell::text(subject.name.as_str()),
            Cell::maybe(subject.short.as_ref().map(Name::as_str)),
            Cell::Integer(subject.coefficient.into()),
            if by_level.is_empty() { Cell::Empty } else { Cell::text(by_level.join(", ")) },
            Cell::text(names::subject_kind(locale, subject.kind)),
            if subject.optional { Cell::text(t!(locale, "cli-yes")) } else { Cell::Empty },
            if subject.sample { Cell::text(t!(locale, "subjects-sample")) } else { Cell::Empty },
        ]
    })
}

/// As `--coefficient-for` takes it: `Terminale/TSE=5`.
fn by_level(entry: &LevelCoefficient) -> String {
    let level = entry.level.as_ref().map_or("*", Name::as_str);
    match &entry.series {
        Some(series) => format!("{level}/{series}={}", entry.coefficient),
        None => format!("{level}={}", entry.coefficient),
    }
}
