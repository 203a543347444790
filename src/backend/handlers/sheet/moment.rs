//! The time machine: a sheet's averages and ranks at a moment of the past, and what has moved them since.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use super::{known, open::rules_of};
use crate::{
    backend::{
        cx::{Cx, Fault},
        handlers::students::names_of,
    },
    domain::{
        access::sees_subject,
        calendar::{Term, Timestamp, YearId},
        entities::{AuditEntry, Enrolment, EnrolmentStatus, Evaluation, Mark, Sheet, Student},
        id::{ClassId, EvaluationId, StudentId},
        query::Filter,
        replay::{About, Contents, about, contents_at, stand_at, until},
        rules::ranks,
        schema::{Entity, Stored},
        score::Average,
        words,
    },
    protocol::{MomentChange, MomentQuestion, MomentRow, Reply, SheetKey, SheetMoment, Standing},
    store::Records,
};

/// Values in one filter.
const STEP: usize = 5_000;

/// One of the class's sheets of the term with its history.
struct Told {
    sheet: Sheet,
    entries: Vec<AuditEntry>,
    /// Entries up to the moment.
    split: usize,
    then: Contents,
    now: Contents,
}

/// `Request::SheetAt`.
pub async fn moment(cx: &Cx, question: &MomentQuestion) -> Result<Reply, Fault> {
    let (key, at) = (&question.sheet, question.at);
    known(cx, key)?;
    let sheets = histories(cx, (&key.class, &key.year, key.term), at).await?;
    let own = sheets.iter().find(|told| told.sheet.subject == key.subject);
    let level = cx.settings.class(&key.class).and_then(|class| class.level.clone());
    let rows = rows(cx, key, at, &sheets, own).await?;
    let shown = sheets.iter().filter(|told| {
        told.sheet.subject == key.subject || sees_subject(&cx.who, Some(&key.class), &told.sheet.subject)
    });
    let changes = changes(cx, shown).await?;
    // Whatever was written in that very millisecond is stepped over as one.
    let before = |entry: &AuditEntry| entry.at.checked_sub(SignedDuration::from_millis(1)).ok();
    let last = own.and_then(|told| told.entries.get(told.split.checked_sub(1)?));
    Ok(Reply::SheetAt(Box::new(SheetMoment {
        key: key.clone(),
        at,
        rules: rules_of(cx, own.and_then(|told| told.sheet.rules.as_deref())).await?.at(level.as_ref()).into_owned(),
        columns: own.map(|told| told.then.columns.clone()).unwrap_or_default(),
        rows,
        changes,
        earlier: last.and_then(before),
        later: own.and_then(|told| told.entries.get(told.split)).map(|entry| entry.at),
    })))
}

/// The class's sheets of the term: what stands on them, and how it came to stand there.
async fn histories(cx: &Cx, (class, year, term): (&ClassId, &YearId, Term), at: Timestamp) -> Result<Vec<Told>, Fault> {
    let filter = Filter::equals("class", class.as_str()).and(Filter::equals("year", year.as_str()));
    let filter = filter.and(Filter::equals("term", term.to_string()));
    let sheets = cx.store.every::<Sheet>(&filter).await?;
    let marks = marks(cx, &sheets).await?;
    let streams = Filter::any_of("stream", sheets.iter().map(|sheet| sheet.id.as_str()));
    let mut entries: BTreeMap<String, Vec<AuditEntry>> = BTreeMap::new();
    for entry in cx.store.every::<AuditEntry>(&streams).await? {
        entries.entry(entry.stream.clone()).or_default().push(entry.body);
    }
    let told = |sheet: Stored<Sheet>| {
        let mut entries = entries.remove(sheet.id.as_str()).unwrap_or_default();
        entries.sort_by_key(|entry| entry.seq);
        let here = |column: &Evaluation| marks.get(&column.id).into_iter().flatten();
        let stands = sheet.evaluations.iter().flat_map(|column| {
            here(column).filter_map(|mark| Some(((column.id.clone(), mark.student.clone()), mark.value?)))
        });
        let stands = Contents { columns: sheet.evaluations.clone(), marks: stands.collect() };
        let split = until(&entries, at);
        Told {
            split,
            then: contents_at(&stands, &entries, split),
            // What was written between two of these readings is in the entries.
            now: contents_at(&stands, &entries, entries.len()),
            sheet: sheet.body,
            entries,
        }
    };
    Ok(sheets.into_iter().map(told).collect())
}

async fn marks(cx: &Cx, sheets: &[Stored<Sheet>]) -> Result<BTreeMap<EvaluationId, Vec<Mark>>, Fault> {
    let ids: Vec<&str> =
        sheets.iter().flat_map(|sheet| sheet.evaluations.iter().map(|column| column.id.as_str())).collect();
    let mut marks: BTreeMap<EvaluationId, Vec<Mark>> = BTreeMap::new();
    for some in ids.chunks(STEP) {
        for mark in cx.store.every::<Mark>(&Filter::any_of("evaluation", some.iter().copied())).await? {
            marks.entry(mark.evaluation.clone()).or_default().push(mark.body);
        }
    }
    Ok(marks)
}

/// Puts a student's marks of a term as they stood in that class at a moment, averages and all; gives back the class's
/// sheets of then. A closed term keeps its figures, unless something has been written since.
pub(in crate::backend) async fn stood_at(
    cx: &Cx,
    student: &mut Student,
    (class, year, term): (&ClassId, &YearId, Term),
    at: Timestamp,
) -> Result<Vec<Sheet>, Fault> {
    let sheets = histories(cx, (class, year, term), at).await?;
    let since = sheets.iter().any(|told| told.split < told.entries.len());
    if let Some(closed) = student.closed.get_mut(year).filter(|_| since) {
        closed.remove(&term);
    }
    for told in &sheets {
        stand_at(student, &told.sheet, &told.then);
    }
    cx.settings.refresh(student);
    Ok(sheets.into_iter().map(|told| Sheet { evaluations: told.then.columns, ..told.sheet }).collect())
}

/// A student's average in the subject, and the general one.
type OwnAndGeneral = (Option<Average>, Option<Average>);

/// When somebody was in the class.
struct Stay {
    then: bool,
    now: bool,
}

async fn stays(cx: &Cx, key: &SheetKey, at: Timestamp) -> Result<BTreeMap<StudentId, Stay>, Fault> {
    let filter = Filter::equals("class", key.class.as_str()).and(Filter::equals("year", key.year.as_str()));
    let stay = |enrolment: Stored<Enrolment>| {
        let now = enrolment.status == EnrolmentStatus::Enrolled;
        let then = enrolment.created_at <= at && (now || enrolment.updated_at > at);
        (enrolment.body.student, Stay { then, now })
    };
    Ok(cx.store.every::<Enrolment>(&filter).await?.into_iter().map(stay).collect())
}

async fn rows(
    cx: &Cx,
    key: &SheetKey,
    at: Timestamp,
    sheets: &[Told],
    own: Option<&Told>,
) -> Result<Vec<MomentRow>, Fault> {
    let mut stays = stays(cx, key, at).await?;
    // Made-up schools and restored ones may be older than their enrolments: then nobody would have been there.
    if !stays.values().any(|stay| stay.then) {
        for stay in stays.values_mut() {
            stay.then = stay.now;
        }
    }
    let marked = own.into_iter().flat_map(|told| told.then.marks.keys().chain(told.now.marks.keys()));
    let ids: BTreeSet<&StudentId> = stays.keys().chain(marked.map(|(_, student)| student)).collect();
    let ids: Vec<String> = ids.into_iter().map(|id| id.as_str().to_owned()).collect();
    let mut students: Vec<Student> = Vec::new();
    for document in cx.store.get_many(Student::SCHEMA, &ids).await? {
        let student: Stored<Student> = document.stored()?;
        students.push(student.body);
    }
    students.sort_by_cached_key(|student| {
        (words::sort_key(&[student.last_name.as_str(), student.first_name.as_str()]), student.id.clone())
    });
    let was = |student: &Student| stays.get(&student.id).is_some_and(|stay| stay.then);
    let is = |student: &Student| stays.get(&student.id).is_some_and(|stay| stay.now);
    // A closed term keeps its figures; those of a moment before are made of what stood then.
    let since = sheets.iter().any(|told| told.split < told.entries.len());
    let then = standings(cx, key, (&students, since), was, sheets, |told| &told.then);
    let now = standings(cx, key, (&students, false), is, sheets, |told| &told.now);
    let row = |((student, then), now): ((Student, Option<Standing>), Option<Standing>)| {
        let columns = own.map(|told| told.then.columns.as_slice()).unwrap_or_default().iter();
        let cell = |column: &Evaluation| own?.then.marks.get(&(column.id.clone(), student.id.clone())).copied();
        MomentRow {
            cells: columns.map(cell).collect(),
            student: student.id,
            matricule: student.matricule,
            last_name: student.last_name,
            first_name: student.first_name,
            sex: student.sex,
            then,
            now,
        }
    };
    Ok(students.into_iter().zip(then).zip(now).map(row).collect())
}

/// Averages and ranks of those who are `there`, by what stood on the class's sheets; `anew`: also where the term is
/// closed.
fn standings<'a>(
    cx: &Cx,
    key: &SheetKey,
    (students, anew): (&[Student], bool),
    there: impl Fn(&Student) -> bool,
    sheets: &'a [Told],
    stood: impl Fn(&'a Told) -> &'a Contents,
) -> Vec<Option<Standing>> {
    let figures = |student: &Student| -> Option<(Option<Average>, Option<Average>)> {
        if !there(student) {
            return None;
        }
        let mut then = student.clone();
        if let Some(closed) = then.closed.get_mut(&key.year).filter(|_| anew) {
            closed.remove(&key.term);
        }
        for told in sheets {
            stand_at(&mut then, &told.sheet, stood(told));
        }
        cx.settings.refresh(&mut then);
        let subjects = then.subject_averages.get(&key.year).and_then(|terms| terms.get(&key.term));
        let general = then.averages.get(&key.year).and_then(|year| year.terms.get(&key.term));
        Some((subjects.and_then(|subjects| subjects.get(&key.subject)).copied(), general.copied()))
    };
    let figures: Vec<_> = students.iter().map(figures).collect();
    let ranked = |of: fn(&OwnAndGeneral) -> Option<Average>| {
        let averages: Vec<Option<Average>> = figures.iter().map(|figures| figures.as_ref().and_then(of)).collect();
        ranks(cx.settings.rules.ranking, &averages)
    };
    let (own, general) = (ranked(|figures| figures.0), ranked(|figures| figures.1));
    let standing = |((figures, rank), general_rank)| {
        let figures: &Option<OwnAndGeneral> = figures;
        figures.map(|(average, general)| Standing { average, rank, general, general_rank })
    };
    figures.iter().zip(own).zip(general).map(standing).collect()
}

/// What has been changed since on those sheets, newest first.
async fn changes<'a>(cx: &Cx, sheets: impl Iterator<Item = &'a Told>) -> Result<Vec<MomentChange>, Fault> {
    let mut since: Vec<(&Told, &AuditEntry)> = Vec::new();
    for told in sheets {
        // Where a column stands moves nobody.
        let since_then = told.entries.iter().skip(told.split).filter(|entry| entry.action != "evaluation.move");
        since.extend(since_then.map(|entry| (told, entry)));
    }
    since.sort_by_key(|(_, entry)| std::cmp::Reverse((entry.at, entry.seq)));
    let names = names_of(cx, since.iter().map(|(_, entry)| entry.actor.as_str())).await?;
    let change = |(told, entry): (&Told, &AuditEntry)| {
        let (column, student) = match about(entry) {
            About::Cell((column, student)) => (Some(column), Some(student)),
            About::Column(column) => (Some(column), None),
            About::Other => (None, None),
        };
        let columns = told.now.columns.iter().chain(&told.then.columns);
        let title =
            |id: EvaluationId| columns.clone().find(|known| known.id == id).map(|known| known.title.to_string());
        let given = entry.new.get("title").or_else(|| entry.old.get("title")).and_then(serde_json::Value::as_str);
        MomentChange {
            at: entry.at,
            by: names.get(&entry.actor).cloned().unwrap_or_else(|| entry.actor.clone()),
            action: entry.action.clone(),
            subject: told.sheet.subject.clone(),
            student,
            evaluation: column.and_then(title).or_else(|| given.map(str::to_owned)),
            old: entry.old.clone(),
            new: entry.new.clone(),
            reason: entry.reason.clone(),
        }
    };
    Ok(since.into_iter().map(change).collect())
}
