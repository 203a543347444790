//! `carnet rules`.

use std::{fmt::Write as _, io::Read, path::Path};

use serde::Serialize;

use crate::{
    cli::{
        app::App,
        args::{Format, RulesCommand},
        out::{Cell, Column},
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::{
        calendar::Timestamp,
        rules::{Preset, RuleSet},
    },
    protocol::{BeforeAfter, Reply, Request, RulesPreview, RulesRow, SaveRules},
    t,
    text::{self, Locale, format, sanitise},
    ui::rules_shown,
};

/// The longest file of rules.
const LONGEST: u64 = 1_000_000;

pub async fn run(app: &mut App, session: &mut Session, what: RulesCommand) -> Result<(), Stop> {
    match what {
        RulesCommand::List => list(app, session).await,
        RulesCommand::Show { rules } => show(app, session, rules.as_deref()).await,
        RulesCommand::Edit { file, dry_run } => edit(app, session, &file, dry_run).await,
        RulesCommand::Use { rules } => choose(app, session, &rules).await,
    }
}

#[derive(Serialize)]
struct RowOut<'a> {
    id: &'a str,
    version: u32,
    current: bool,
    at: Timestamp,
    by: &'a str,
    closed: u64,
}

async fn rows(app: &App, session: &mut Session) -> Result<Vec<RulesRow>, Stop> {
    match session.ask(Request::Rules).await? {
        Reply::Rules(rows) => Ok(rows),
        _ => Err(unexpected(&app.locale)),
    }
}

async fn list(app: &mut App, session: &mut Session) -> Result<(), Stop> {
    let rows = rows(app, session).await?;
    let locale = &app.locale;
    let columns = vec![
        Column::text("id", t!(locale, "cli-col-rules")),
        Column::text("current", t!(locale, "cli-col-in-force")),
        Column::text("at", t!(locale, "cli-col-at")),
        Column::text("by", t!(locale, "cli-col-by")),
        Column::number("closed", t!(locale, "cli-col-closed-terms")),
    ];
    let out: Vec<RowOut<'_>> = rows
        .iter()
        .map(|row| RowOut {
            id: &row.rules.id,
            version: row.rules.version,
            current: row.current,
            at: row.at,
            by: &row.by,
            closed: row.closed,
        })
        .collect();
    let yes = t!(locale, "cli-yes");
    let zone = jiff::tz::TimeZone::system();
    app.out.records(columns, &out, |row| {
        vec![
            Cell::text(row.id),
            if row.current { Cell::text(yes.as_str()) } else { Cell::Empty },
            Cell::text(format::moment(row.at, &zone)),
            Cell::text(row.by),
            Cell::count(row.closed),
        ]
    })
}

async fn show(app: &mut App, session: &mut Session, id: Option<&str>) -> Result<(), Stop> {
    let rules = match id {
        None => session.setup().rules.clone(),
        Some(id) => match Preset::parse(id) {
            Some(preset) => preset.rules(),
            None => found(app, session, id).await?,
        },
    };
    if app.out.format() == Format::Json {
        return app.out.object(&rules, &[]);
    }
    let mut text = String::new();
    for (label, value) in rules_shown::lines(&app.locale, &rules) {
        let _ = writeln!(text, "{}  {}", sanitise::fit(&label, 28, false), sanitise::line(&value));
    }
    app.out.raw(&text)
}

async fn found(app: &App, session: &mut Session, id: &str) -> Result<RuleSet, Stop> {
    let known = rows(app, session).await?;
    let known = known.into_iter().find(|row| row.rules.id == id).map(|row| row.rules);
    known.ok_or_else(|| Stop::Failed(t!(app.locale, "cli-rules-unknown", id = sanitise::line(id))))
}

async fn edit(app: &mut App, session: &mut Session, file: &Path, dry_run: bool) -> Result<(), Stop> {
    let rules = read(&app.locale, file)?;
    if dry_run {
        let request = Request::PreviewRules { rules: Box::new(rules), student: None };
        let Reply::RulesPreview(preview) = session.ask(request).await? else { return Err(unexpected(&app.locale)) };
        return previewed(app, &preview);
    }
    // What `show` gave names the rules that the change was made to: somebody else's in between are not overwritten.
    let over = rules.id.clone();
    save(app, session, Request::SaveRules(Box::new(SaveRules { rules, over }))).await
}

async fn choose(app: &mut App, session: &mut Session, id: &str) -> Result<(), Stop> {
    let setup = session.setup();
    let over = setup.rules.id.clone();
    let request = if let Some(preset) = Preset::parse(id) {
        let mut rules = preset.rules();
        rules.annual_weights.resize(setup.terms().len().max(1), 1);
        Request::SaveRules(Box::new(SaveRules { rules, over }))
    } else {
        let id = found(app, session, id).await?.id;
        Request::UseRules { id, over }
    };
    save(app, session, request).await
}

async fn save(app: &mut App, session: &mut Session, request: Request) -> Result<(), Stop> {
    let Reply::RulesSaved { rules, students, act } = session.ask_long(request, &mut app.out).await? else {
        return Err(unexpected(&app.locale));
    };
    let (locale, id) = (&app.locale, sanitise::line(&rules.id));
    let sentence = match act {
        None => t!(locale, "cli-rules-same", id = id),
        Some(act) => {
            let students = format::integer(students, locale.lang());
            t!(locale, "cli-rules-saved", id = id, students = students, act = act.as_str())
        }
    };
    app.out.say(&sentence)
}

fn read(locale: &Locale, file: &Path) -> Result<RuleSet, Stop> {
    let mut bytes = Vec::new();
    let read = if file.to_str() == Some("-") {
        std::io::stdin().take(LONGEST).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|opened| opened.take(LONGEST).read_to_end(&mut bytes))
    };
    read.map_err(|error| Stop::Failed(text::io_error(locale, &error)))?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let (line, column) = (error.line().to_string(), error.column().to_string());
        Stop::Failed(t!(
            locale,
            "cli-rules-unreadable",
            line = line,
            column = column,
            why = sanitise::line(&error.to_string())
        ))
    })
}

fn previewed(app: &mut App, preview: &RulesPreview) -> Result<(), Stop> {
    if app.out.format() == Format::Json {
        return app.out.object(preview, &[]);
    }
    let locale = app.locale.clone();
    let columns = vec![
        Column::text("subject", t!(locale, "cli-col-subject")),
        Column::number("before", t!(locale, "cli-col-before")),
        Column::number("after", t!(locale, "cli-col-after")),
    ];
    if let Some(example) = &preview.student {
        app.out.say(&t!(locale, "rules-example-student", student = sanitise::line(&example.name)))?;
        let mut lines: Vec<(String, BeforeAfter)> =
            example.subjects.iter().map(|(name, change)| (name.as_str().to_owned(), *change)).collect();
        lines.push((t!(locale, "rules-example-general"), example.general));
        lines.push((t!(locale, "rules-example-year"), example.year));
        app.out.records(columns, &lines, |(name, change)| {
            vec![Cell::text(name.as_str()), Cell::average(change.before), Cell::average(change.after)]
        })?;
    }
    app.out.say(&rules_shown::students(&locale, preview.students))
}
