//! `carnet import`.

use std::{collections::BTreeMap, io::Read, path::Path};

use serde::Serialize;

use crate::{
    cli::{
        app::App,
        args::{ImportCommand, ImportStudents},
        out::{Cell, Column, write_csv},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    domain::text_values::Matricule,
    exchange::read_csv::{self, Limits},
    protocol::{Field, ImportFate, ImportRow, MarkColumn, Reply, Request, StudentsSource},
    t,
    text::{self, Locale, sanitise},
};

pub async fn run(app: &mut App, session: &mut Session, what: ImportCommand) -> Result<(), Stop> {
    match what {
        ImportCommand::Students(args) => students(app, session, &args).await,
    }
}

async fn students(app: &mut App, session: &mut Session, args: &ImportStudents) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let source = source(&locale, args)?;
    let Reply::Plan(plan) = session.ask(Request::PlanImport(Box::new(source.clone()))).await? else {
        return Err(unexpected(&locale));
    };
    let refused = plan.rows.iter().filter(|row| row.fate == ImportFate::Refuse).count();
    if let Some(path) = &args.rejects {
        rejects(&locale, path, &source, &plan.rows)?;
    }
    let work = plan.rows.iter().any(|row| matches!(row.fate, ImportFate::Create | ImportFate::Update));
    let stopped = refused > 0 && !args.only_good;
    if args.dry_run || stopped || !work {
        print(app, &plan.rows, &plan.totals)?;
        totals(app, &plan.totals)?;
        return if stopped {
            Err(Stop::Failed(t!(locale, "cli-import-refused", count = refused.to_string())))
        } else if args.dry_run {
            app.out.say(&t!(locale, "cli-import-dry"))
        } else {
            app.out.say(&t!(locale, "cli-import-nothing"))
        };
    }
    let request = Request::CommitImport { plan, only_good: args.only_good };
    let Reply::Imported(report) = session.ask_long(request, &mut app.out).await? else {
        return Err(unexpected(&locale));
    };
    print(app, &report.rows, &report.totals)?;
    totals(app, &report.totals)?;
    if let Some(failure) = &report.stopped {
        let (done, why) = (report.committed, text::failure(&locale, failure));
        let act = report.act.as_str();
        return Err(Stop::Failed(t!(locale, "cli-import-stopped", done = done, why = why, act = act)));
    }
    app.out.say(&t!(locale, "cli-done-undo", act = report.act.as_str()))
}

/// The file as a table, with what its columns mean.
fn source(locale: &Locale, args: &ImportStudents) -> Result<StudentsSource, Stop> {
    let bytes = read(locale, &args.file)?;
    let table = read_csv::read(&bytes, &Limits::default()).map_err(|error| Stop::Failed(error.sentence(locale)))?;
    let stem = match args.file.to_str() {
        Some("-") => Some("stdin"),
        _ => args.file.file_stem().and_then(|stem| stem.to_str()),
    };
    let marks = args.mark.iter().map(|target| {
        let subject = resolve::name(locale, Field::Subject, &target.subject)?;
        Ok(MarkColumn { column: target.column.clone(), subject, term: target.term })
    });
    Ok(StudentsSource {
        headers: table.headers,
        rows: table.rows,
        map: args.map.iter().map(|map| (map.field.clone(), map.column.clone())).collect(),
        marks: marks.collect::<Result<_, Stop>>()?,
        fill_missing: args.fill_missing,
        source: args.source.clone().or_else(|| stem.map(str::to_owned)).unwrap_or_default(),
    })
}

/// The whole file, up to a little more than is allowed, so that too much is noticed and not swallowed.
///
/// # Errors
/// It cannot be read.
pub fn read(locale: &Locale, path: &Path) -> Result<Vec<u8>, Stop> {
    let most = Limits::default().bytes.saturating_add(1);
    let mut bytes = Vec::new();
    let done = if path.as_os_str() == "-" {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    done.map_err(|error| {
        let (path, why) = (sanitise::line(&path.display().to_string()), text::io_error(locale, &error));
        Stop::Failed(t!(locale, "cli-import-unreadable", path = path, why = why))
    })?;
    Ok(bytes)
}

#[derive(Serialize)]
struct Refused<'a> {
    column: &'a str,
    reason: String,
}

#[derive(Serialize)]
struct RowOut<'a> {
    row: u64,
    fate: ImportFate,
    student: Option<&'a str>,
    matricule: Option<&'a str>,
    changes: &'a BTreeMap<String, (String, String)>,
    refused: Option<Refused<'a>>,
}

#[derive(Serialize)]
struct ImportOut<'a> {
    rows: &'a [RowOut<'a>],
    totals: BTreeMap<ImportFate, u64>,
}

const FATES: [ImportFate; 4] = [ImportFate::Create, ImportFate::Update, ImportFate::Unchanged, ImportFate::Refuse];

fn fate(locale: &Locale, fate: ImportFate) -> String {
    match fate {
        ImportFate::Create => t!(locale, "cli-fate-create"),
        ImportFate::Update => t!(locale, "cli-fate-update"),
        ImportFate::Unchanged => t!(locale, "cli-fate-unchanged"),
        ImportFate::Refuse => t!(locale, "cli-fate-refuse"),
    }
}

/// The plan and what a commit did are printed as the same object.
fn print(app: &mut App, rows: &[ImportRow], totals: &BTreeMap<ImportFate, u64>) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let shown: Vec<RowOut<'_>> = rows
        .iter()
        .map(|row| RowOut {
            row: row.row,
            fate: row.fate,
            student: row.student.as_deref(),
            matricule: row.matricule.as_ref().map(Matricule::as_str),
            changes: &row.changes,
            refused: row.refused.as_ref().map(|(column, why)| Refused { column, reason: text::failure(&locale, why) }),
        })
        .collect();
    let totals = FATES.into_iter().map(|fate| (fate, totals.get(&fate).copied().unwrap_or_default())).collect();
    let columns = vec![
        Column::number("row", t!(locale, "cli-col-row")),
        Column::text("fate", t!(locale, "cli-col-fate")),
        Column::text("matricule", t!(locale, "cli-col-matricule")),
        Column::text("student", t!(locale, "cli-col-student")),
        Column::text("detail", t!(locale, "cli-col-detail")),
    ];
    app.out.object_of_rows(&ImportOut { rows: &shown, totals }, columns, &shown, |row| {
        let changes = row.changes.iter().map(|(field, (old, new))| format!("{field}: {old} → {new}"));
        let refused = row.refused.iter().map(|refused| because(refused.column, &refused.reason));
        let detail: Vec<String> = changes.chain(refused).collect();
        vec![
            Cell::count(row.row),
            Cell::text(fate(&locale, row.fate)),
            Cell::maybe(row.matricule),
            Cell::maybe(row.student),
            if detail.is_empty() { Cell::Empty } else { Cell::text(detail.join(", ")) },
        ]
    })
}

fn totals(app: &mut App, totals: &BTreeMap<ImportFate, u64>) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let of = |wanted: ImportFate| totals.get(&wanted).copied().unwrap_or_default();
    let parts: Vec<String> = FATES.into_iter().map(|one| format!("{} {}", of(one), fate(&locale, one))).collect();
    app.out.say(&parts.join(", "))
}

/// What is wrong with a row, after its column where it is one's; a row that has moved meanwhile has none.
fn because(column: &str, why: &str) -> String {
    if column.is_empty() { why.to_owned() } else { format!("{column}: {why}") }
}

/// The refused rows as they stand in the file, with the reason beside, to be mended and read again.
fn rejects(locale: &Locale, path: &Path, source: &StudentsSource, rows: &[ImportRow]) -> Result<(), Stop> {
    let reason = t!(locale, "cli-col-reason");
    let mut lines = vec![source.headers.iter().cloned().chain([reason]).map(Cell::Text).collect::<Vec<_>>()];
    let table: BTreeMap<u64, &[String]> = source.rows.iter().map(|(row, cells)| (*row, cells.as_slice())).collect();
    for row in rows {
        let Some((column, why)) = &row.refused else { continue };
        let cells = table.get(&row.row).copied();
        let why = because(column, &text::failure(locale, why));
        let line = cells.unwrap_or_default().iter().cloned().chain([why]).map(Cell::typed);
        lines.push(line.collect());
    }
    write_csv(path, &lines).map_err(|error| {
        let (path, why) = (sanitise::line(&path.display().to_string()), text::io_error(locale, &error));
        Stop::Failed(t!(locale, "cli-cannot-write", path = path, why = why))
    })
}
