//! `carnet backup`.

use std::io::{BufRead, IsTerminal};

use crate::{
    cli::{
        app::App,
        args::BackupCommand,
        out::{Cell, Column},
        session::{Session, unexpected},
        stop::Stop,
    },
    protocol::{BackupRow, Reply, Request},
    t,
    text::format,
};

pub async fn run(app: &mut App, session: &mut Session, what: BackupCommand) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let request = match what {
        BackupCommand::Create => Request::CreateBackup,
        BackupCommand::List => Request::Backups,
        BackupCommand::Verify { name } => Request::VerifyBackup { name },
        BackupCommand::Prune { keep } => Request::PruneBackups { keep },
        BackupCommand::Restore { name, yes } => {
            if !yes {
                confirm(app, &name)?;
            }
            session.ask(Request::RestoreBackup { name }).await?;
            return app.out.say(&t!(locale, "cli-backup-restored"));
        }
    };
    let pruned = matches!(request, Request::PruneBackups { .. });
    match session.ask(request).await? {
        Reply::BackupMade(row) => {
            app.out.say(&t!(locale, "cli-backup-made"))?;
            table(app, &[row])
        }
        Reply::BackupGood(row) => {
            app.out.say(&t!(locale, "cli-backup-good"))?;
            table(app, &[row])
        }
        Reply::Backups(rows) => {
            if pruned {
                app.out.say(&t!(locale, "cli-backup-pruned", count = rows.len().to_string()))?;
            }
            table(app, &rows)
        }
        _ => Err(unexpected(&locale)),
    }
}

/// Everything is replaced: that is asked at a terminal, and must be said by `--yes` elsewhere.
fn confirm(app: &mut App, name: &str) -> Result<(), Stop> {
    if !std::io::stdin().is_terminal() {
        return Err(Stop::Usage(t!(app.locale, "cli-backup-yes")));
    }
    app.out.say(&t!(app.locale, "cli-backup-confirm", name = name))?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    let word = t!(app.locale, "cli-backup-confirm-word");
    if answer.trim() == word { Ok(()) } else { Err(Stop::Failed(t!(app.locale, "cli-backup-kept"))) }
}

fn table(app: &mut App, rows: &[BackupRow]) -> Result<(), Stop> {
    let locale = &app.locale;
    let columns = vec![
        Column::text("name", t!(locale, "cli-col-file")),
        Column::text("at", t!(locale, "cli-col-at")),
        Column::number("bytes", t!(locale, "cli-col-bytes")),
        Column::number("documents", t!(locale, "cli-col-documents")),
    ];
    let zone = jiff::tz::TimeZone::system();
    app.out.records(columns, rows, |row| {
        vec![
            Cell::text(row.name.as_str()),
            Cell::text(format::moment(row.at, &zone)),
            Cell::count(row.bytes),
            Cell::count(row.documents),
        ]
    })
}
