//! `carnet audit`: who did what, and whether the trail is whole.

use crate::{
    cli::{
        app::App,
        args::AuditCommand,
        out::{Cell, Column},
        resolve,
        session::{Session, unexpected},
        stop::Stop,
    },
    protocol::{AuditFinding, AuditLine, AuditQuestion, Reply, Request},
    t,
    text::{self, format, sanitise},
};

pub async fn run(app: &mut App, session: &mut Session, what: AuditCommand) -> Result<(), Stop> {
    match what {
        AuditCommand::List { stream, audit_student, audit_user, limit } => {
            let student = match audit_student {
                Some(typed) => {
                    let card = resolve::student(&app.locale, session, &typed).await?;
                    Some(card.student.id.as_str().to_owned())
                }
                None => None,
            };
            let actor = match audit_user {
                Some(typed) => Some(actor(app, session, &typed).await?),
                None => None,
            };
            list(app, session, AuditQuestion { stream, student, actor, limit }).await
        }
        AuditCommand::Verify => verify(app, session).await,
    }
}

/// An account by its name; the service account and those that are gone by their id.
async fn actor(app: &App, session: &mut Session, typed: &str) -> Result<String, Stop> {
    let Reply::Users(accounts) = session.ask(Request::Users).await? else {
        return Err(unexpected(&app.locale));
    };
    let known = accounts.iter().find(|account| account.username.as_str() == typed.to_lowercase());
    Ok(known.map_or_else(|| typed.to_owned(), |account| account.id.as_str().to_owned()))
}

async fn list(app: &mut App, session: &mut Session, question: AuditQuestion) -> Result<(), Stop> {
    let Reply::AuditTrail(lines) = session.ask(Request::AuditTrail(question)).await? else {
        return Err(unexpected(&app.locale));
    };
    let locale = &app.locale;
    let columns = vec![
        Column::text("at", t!(locale, "cli-col-at")),
        Column::text("by", t!(locale, "audit-by")),
        Column::text("action", t!(locale, "audit-action")),
        Column::text("stream", t!(locale, "audit-stream")),
        Column::number("seq", t!(locale, "audit-seq")),
        Column::text("target", t!(locale, "audit-target")),
        Column::text("old", t!(locale, "audit-old")),
        Column::text("new", t!(locale, "audit-new")),
        Column::text("reason", t!(locale, "audit-reason")),
    ];
    let zone = jiff::tz::TimeZone::system();
    app.out.records(columns, &lines, |line: &AuditLine| {
        vec![
            Cell::text(format::moment(line.at, &zone)),
            Cell::text(sanitise::line(&line.by)),
            Cell::text(sanitise::line(&line.action)),
            Cell::text(sanitise::line(&line.stream)),
            Cell::count(line.seq),
            Cell::text(sanitise::line(&line.target)),
            Cell::text(text::audit_value(&line.old)),
            Cell::text(text::audit_value(&line.new)),
            Cell::maybe(line.reason.as_deref().map(sanitise::line)),
        ]
    })
}

async fn verify(app: &mut App, session: &mut Session) -> Result<(), Stop> {
    let Reply::AuditChecked(report) = session.ask(Request::VerifyAudit).await? else {
        return Err(unexpected(&app.locale));
    };
    let locale = app.locale.clone();
    let columns = vec![
        Column::text("stream", t!(locale, "audit-stream")),
        Column::number("seq", t!(locale, "audit-seq")),
        Column::text("fault", t!(locale, "audit-fault")),
    ];
    app.out.object_of_rows(&*report, columns, &report.findings, |finding: &AuditFinding| {
        vec![
            Cell::text(sanitise::line(&finding.stream)),
            Cell::count(finding.seq),
            Cell::text(text::audit_fault(&locale, finding.fault)),
        ]
    })?;
    if report.findings.is_empty() {
        let (streams, entries) = (report.streams.to_string(), report.entries.to_string());
        let anchors = report.anchors.to_string();
        return app.out.say(&t!(locale, "audit-whole", streams = streams, entries = entries, anchors = anchors));
    }
    app.out.say(&t!(locale, "audit-not-whole", count = report.findings.len().to_string()))?;
    Err(Stop::Said)
}
