//! `carnet doctor`: looks the installation over, and says where the trust boundary runs.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Serialize;

use crate::{
    backend::{KeptOf, survey},
    cli::{
        app::App,
        args::Doctor,
        config::StoreKind,
        keys::{KeyFiles, others_may},
        open::offline_folder,
        out::{Cell, Column},
        session::{Session, unexpected},
        stop::Stop,
    },
    protocol::{AuditFinding, CacheFault, DoctorReport, Health, KeptMark, KeptState, Lamp, Reply, Request},
    t,
    text::{self, sanitise},
};

#[derive(Serialize)]
struct DoctorOut<'a> {
    store_kind: &'a str,
    store: Lamp,
    store_path: String,
    format: u32,
    cache_kind: &'a str,
    cache: Lamp,
    cache_fault: Option<&'a CacheFault>,
    students: u64,
    marks: u64,
    /// What others than the owner may read or write, and should not.
    open_files: Vec<String>,
    store_findings: &'a [String],
    audit_findings: &'a [AuditFinding],
    stale: u64,
    rebuilt: u64,
}

pub async fn run(app: &mut App, args: &Doctor) -> Result<(), Stop> {
    // First, and from their files alone: a store that is away is what they wait for.
    let kept = kept(app);
    for line in kept_lines(app, &kept) {
        app.out.say(&line)?;
    }
    let mut session = Session::open(app).await?;
    let done = look(app, &mut session, args).await;
    session.close().await;
    done
}

/// The marks that are kept on this machine because the store was away.
fn kept(app: &App) -> Vec<KeptOf> {
    survey(&offline_folder(&app.config)).unwrap_or_else(|error| {
        tracing::warn!(%error, "kept marks cannot be read");
        Vec::new()
    })
}

/// A line for each user and sheet; and what cannot be read.
fn kept_lines(app: &App, kept: &[KeptOf]) -> Vec<String> {
    let locale = &app.locale;
    let mut lines = Vec::new();
    for KeptOf { user, marks, damaged } in kept {
        let mut sheets: BTreeMap<(String, String), Vec<&KeptMark>> = BTreeMap::new();
        for mark in marks {
            let sheet = (sanitise::line(&mark.names.class), sanitise::line(&mark.names.subject));
            sheets.entry(sheet).or_default().push(mark);
        }
        let name = marks.first().map_or_else(|| user.to_string(), |mark| mark.names.user.clone());
        let name = sanitise::line(&name);
        for ((class, subject), marks) in sheets {
            let stuck = marks.iter().filter(|mark| mark.state != KeptState::Waiting).count();
            let since = marks.iter().map(|mark| mark.at).min().map(|at| at.to_string()).unwrap_or_default();
            let (user, count) = (name.as_str(), marks.len());
            lines.push(t!(
                locale,
                "cli-doctor-kept",
                user = user,
                class = class,
                subject = subject,
                count = count,
                since = since,
                stuck = stuck
            ));
        }
        if *damaged > 0 {
            let path = sanitise::line(&offline_folder(&app.config).display().to_string());
            lines.push(t!(locale, "cli-doctor-kept-damaged", user = name, count = *damaged, path = path));
        }
    }
    lines
}

async fn look(app: &mut App, session: &mut Session, args: &Doctor) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let Reply::Health(health) = session.ask(Request::Health).await? else {
        return Err(unexpected(&locale));
    };
    let Reply::Doctor(report) = session.ask_long(Request::Doctor { rebuild: args.rebuild }, &mut app.out).await? else {
        return Err(unexpected(&locale));
    };
    let open = open_files(app);
    print(app, &health, &report, &open)?;
    for path in &open {
        app.out.say(&t!(locale, "cli-doctor-open", path = path.as_str()))?;
    }
    let trail = report.audit.iter().map(|finding| text::audit_finding(&locale, finding));
    for finding in report.store.iter().map(|finding| sanitise::line(finding)).chain(trail) {
        app.out.say(&t!(locale, "cli-doctor-finding", finding = finding))?;
    }
    // A cache that is configured and of no use is a finding: somebody thinks that there is one.
    let cacheless = health.cache != Lamp::Good;
    if cacheless {
        let fault = health.cache_fault.as_ref().unwrap_or(&CacheFault::Silent);
        let place = sanitise::line(&app.config.cache_place());
        app.out.say(&t!(locale, "cli-doctor-cache", place = place, said = text::cache_fault(&locale, fault)))?;
    }
    let left = report.stale.saturating_sub(report.rebuilt);
    if left > 0 {
        app.out.say(&t!(locale, "cli-doctor-stale", count = left.to_string()))?;
    }
    app.out.say(&t!(locale, "cli-doctor-boundary", path = sanitise::line(&app.config.place())))?;
    if report.store.is_empty() && report.audit.is_empty() && open.is_empty() && left == 0 && !cacheless {
        app.out.say(&t!(locale, "cli-doctor-good"))
    } else {
        Err(Stop::Said)
    }
}

/// Files of ours that others may read or write.
fn open_files(app: &App) -> Vec<String> {
    let keys = KeyFiles::new(&app.config.keys);
    let data = match app.config.store {
        StoreKind::Sqlite => Some(app.config.path.clone()),
        StoreKind::MongoDb => None,
    };
    let files = data.into_iter().chain([keys.audit_key(), keys.admin_token()]).chain(app.config.secret_files.clone());
    let files: Vec<PathBuf> = files.collect();
    files.iter().filter(|path| others_may(path)).map(|path| sanitise::line(&path.display().to_string())).collect()
}

fn print(app: &mut App, health: &Health, report: &DoctorReport, open: &[String]) -> Result<(), Stop> {
    let locale = app.locale.clone();
    let lamp = |lamp: Lamp| match lamp {
        Lamp::Good => t!(locale, "cli-lamp-good"),
        Lamp::Slow => t!(locale, "cli-lamp-slow"),
        Lamp::Gone => t!(locale, "cli-lamp-gone"),
    };
    let out = DoctorOut {
        store_kind: &health.store_kind,
        store: health.store,
        store_path: app.config.place(),
        format: health.format,
        cache_kind: &health.cache_kind,
        cache: health.cache,
        cache_fault: health.cache_fault.as_ref(),
        students: health.students,
        marks: health.marks,
        open_files: open.to_vec(),
        store_findings: &report.store,
        audit_findings: &report.audit,
        stale: report.stale,
        rebuilt: report.rebuilt,
    };
    let store = format!("{}, {}", out.store_kind, lamp(out.store));
    let cache = format!("{}, {}", out.cache_kind, lamp(out.cache));
    let findings = out.store_findings.len().saturating_add(out.audit_findings.len());
    let fields = [
        (Column::text("store", t!(locale, "cli-col-store")), Cell::text(store)),
        (Column::text("store_path", t!(locale, "cli-col-file")), Cell::text(out.store_path.as_str())),
        (Column::number("format", t!(locale, "cli-col-format")), Cell::Integer(out.format.into())),
        (Column::text("cache", t!(locale, "cli-col-cache")), Cell::text(cache)),
        (Column::number("students", t!(locale, "cli-col-students")), Cell::count(out.students)),
        (Column::number("marks", t!(locale, "cli-col-marks")), Cell::count(out.marks)),
        (
            Column::number("findings", t!(locale, "cli-col-findings")),
            Cell::count(u64::try_from(findings).unwrap_or(u64::MAX)),
        ),
        (Column::number("stale", t!(locale, "cli-col-stale")), Cell::count(out.stale)),
        (Column::number("rebuilt", t!(locale, "cli-col-rebuilt")), Cell::count(out.rebuilt)),
    ];
    app.out.object(&out, &fields)
}
