//! Closing a term in words: the same on the screen and on the command line.

use crate::{
    protocol::{ClosingUnderWay, Gap, GapKind, TermClosed},
    t,
    text::{Locale, format, sanitise},
};

/// What is missing in a subject.
#[must_use]
pub fn gap(locale: &Locale, gap: &Gap) -> String {
    let subject = sanitise::line(&gap.subject);
    match gap.kind {
        GapKind::NoColumns => t!(locale, "closing-gap-columns", subject = subject),
        GapKind::NoComposition => t!(locale, "closing-gap-composition", subject = subject),
        GapKind::Empty { cells, of } => {
            let (many, of) = (format::integer(cells, locale.lang()), format::integer(of, locale.lang()));
            t!(locale, "closing-gap-empty", subject = subject, count = cells, cells = many, of = of)
        }
    }
}

/// What closing did.
#[must_use]
pub fn closed(locale: &Locale, report: &TermClosed, term: &str) -> String {
    if report.stopped {
        return t!(locale, "closing-stopped", term = term, count = report.classes);
    }
    if report.classes == 0 {
        return t!(locale, "closing-already-closed", term = term);
    }
    let students = format::integer(report.students, locale.lang());
    t!(locale, "closing-closed", term = term, count = report.classes, students = students)
}

/// A closing that is under way, or stands still.
#[must_use]
pub fn under_way(locale: &Locale, job: &ClosingUnderWay) -> String {
    let by = sanitise::line(&job.by);
    if job.standing {
        t!(locale, "closing-standing", by = by, done = job.done, total = job.total)
    } else if job.stopping {
        t!(locale, "closing-stopping", done = job.done, total = job.total)
    } else {
        t!(locale, "closing-under-way", by = by, done = job.done, total = job.total)
    }
}

/// What opening again did.
#[must_use]
pub fn reopened(locale: &Locale, report: &TermClosed) -> String {
    if report.classes == 0 {
        return t!(locale, "closing-already-open");
    }
    let students = format::integer(report.students, locale.lang());
    t!(locale, "closing-reopened", count = report.students, students = students)
}
