//! Closing: one batch a class, all under one act. What was cut short goes on where it stopped when it is asked for
//! again, for a class that is closed is passed over.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Ground, asked, closed, gaps, job::Job};
use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
        handlers::sheet::{key_of, rules_of},
        settings::Settings,
    },
    domain::{
        bulletin::{BulletinOf, BulletinPage, honours},
        calendar::{Term, YearId},
        entities::{
            Class, ClassResult, ClosedTerm, Figures, FollowUp, Sheet, SheetState, StreamHead, Student, StudentResult,
            Subject, SubjectResult,
        },
        history::{BULLETIN_CLOSE, SHEET_CLOSE},
        id::{ActId, ClassId, SubjectId},
        read_model,
        rules::{Rank, rank_in},
        schema::Entity,
        score::Average,
        stats::{Summary, summary},
        weights::Weights,
    },
    protocol::{CloseTerm, Failure, Reply, TermClosed, Why},
    store::Records,
};

/// Readings of a class before a conflict is the user's. Each is a mark that somebody has given meanwhile, and reading a
/// class takes longer than giving a mark: many at once may be faster for a while.
const TRIES: u32 = 200;

/// `Request::CloseTerm`.
pub async fn close(cx: &Cx, ask: &CloseTerm) -> Result<Reply, Fault> {
    let mut cx = cx.clone();
    cx.in_lane = false;
    let (year, classes) = asked(&cx, ask.term, ask.class.as_ref())?;
    let known = closed(&cx, &year, ask.term).await?;
    let (done, open): (Vec<ClassId>, Vec<ClassId>) = classes.into_iter().partition(|class| known.contains_key(class));
    if !ask.anyway {
        whole(&cx, &open, &year, ask.term).await?;
    }
    let length = |classes: &[ClassId]| u64::try_from(classes.len()).unwrap_or(u64::MAX);
    let mut report = TermClosed { already: length(&done), ..TermClosed::default() };
    // One class is one batch; all of them are work on record.
    let at = cx.clone();
    let job = Job { cx: &at, act: &ask.act, year: &year, term: ask.term };
    let job = if ask.class.is_none() && !open.is_empty() { Some(job) } else { None };
    if let Some(job) = &job {
        job.claim(length(&open)).await?;
    }
    for class in &open {
        if let Some(job) = &job
            && !job.goes_on(report.classes).await?
        {
            report.stopped = true;
            break;
        }
        match one(&mut cx, &ask.act, class, &year, ask.term).await? {
            Some(students) => {
                report.classes = report.classes.saturating_add(1);
                report.students = report.students.saturating_add(students);
            }
            None => report.already = report.already.saturating_add(1),
        }
        cx.progress(report.classes, length(&open));
    }
    if let Some(job) = &job {
        job.end().await?;
    }
    Ok(Reply::TermClosed(report))
}

/// Refuses while something is missing anywhere.
async fn whole(cx: &Cx, classes: &[ClassId], year: &YearId, term: Term) -> Result<(), Fault> {
    let mut wanting = 0_u64;
    for class in classes {
        let ground = Ground::read(cx, class, year, term).await?;
        if !gaps::of(cx, class, year, &ground).await?.is_empty() {
            wanting = wanting.saturating_add(1);
        }
    }
    if wanting == 0 { Ok(()) } else { Err(Failure::refused(Why::Gaps { classes: wanting }).into()) }
}

/// One class, from a new reading while somebody is faster. `None`: it is closed already.
async fn one(cx: &mut Cx, act: &ActId, class: &ClassId, year: &YearId, term: Term) -> Result<Option<u64>, Fault> {
    let op = ActId::new(format!("{act}.{class}"));
    for _ in 0..TRIES {
        match attempt(cx, (act, &op), class, year, term).await {
            Err(fault) if fault.is_conflict() => {
                cx.reread().await?;
                if closed(cx, year, term).await?.contains_key(class) {
                    return Ok(None);
                }
            }
            done => return done.map(Some),
        }
    }
    Err(Failure::Conflict.into())
}

async fn attempt(
    cx: &Cx,
    (act, op): (&ActId, &ActId),
    class: &ClassId,
    year: &YearId,
    term: Term,
) -> Result<u64, Fault> {
    let of = cx.settings.class(class).ok_or(Failure::NotFound)?.body.clone();
    let mut ground = Ground::read(cx, class, year, term).await?;
    let mut change = Change::new(cx, act, op.clone());
    for student in &mut ground.students {
        let version = student.version;
        let before = student.body.clone();
        freeze(&cx.settings, &mut student.body, class, year, term);
        change.follow(version, &student.body)?;
        change.touches(Some(&before), Some(&student.body));
    }
    let follows = follows(cx, &ground, year, term).await?;
    let result = result(&cx.settings, &of, (&ground, &follows), year, term);
    change.add(&result)?;
    end_steps(cx, &mut change, &BulletinOf { class: class.clone(), year: year.clone(), term }).await?;
    for sheet in &ground.sheets {
        let rules = Some(cx.settings.rules.id.clone());
        // Nothing of before is taken back once the term is opened again.
        let mut after = Sheet { state: SheetState::Closed, rules, columns_act: None, ..sheet.body.clone() };
        let said = Said { action: SHEET_CLOSE, target: sheet.id.as_str().to_owned(), ..Said::default() };
        change.audit_sheet(&mut after, said)?;
        change.follow(sheet.version, &after)?;
        change.touches_sheet(&key_of(&after));
    }
    let said = json!({ "rules": result.rules, "general": result.general, "students": result.students.len() });
    change
        .audit("setup", Said { action: "term.close", target: result.id.clone(), new: said, ..Said::default() })
        .await?;
    change.commit().await?;
    Ok(u64::try_from(ground.students.len()).unwrap_or(u64::MAX))
}

/// A deleted student comes back: a term that was closed for it may have been opened again meanwhile, or closed anew
/// without it. Then it is no longer closed as it was.
pub(in crate::backend) async fn thaw_where_reopened(
    cx: &Cx,
    change: &mut Change<'_>,
    student: &mut Student,
) -> Result<(), Fault> {
    let closed = student.closed.iter().flat_map(|(year, terms)| {
        terms.iter().map(|(term, how)| (year.clone(), *term, ClassResult::id_of(&how.class, year, *term)))
    });
    for (year, term, id) in closed.collect::<Vec<_>>() {
        match cx.store.one::<ClassResult>(&id).await? {
            Some(result) if result.students.iter().any(|row| row.student == student.id) => {
                change.guard(&result);
                continue;
            }
            Some(result) => change.guard(&result),
            None => change.guard_absent::<ClassResult>(&id),
        }
        let terms = student.closed.entry(year.clone()).or_default();
        terms.remove(&term);
        if terms.is_empty() {
            student.closed.remove(&year);
        }
    }
    Ok(())
}

/// A deleted student comes back: terms that its class has closed meanwhile are closed for it too, by the rules and
/// coefficients of the closing. None of the others may be closed before it is here.
pub(in crate::backend) async fn freeze_where_closed(
    cx: &Cx,
    change: &mut Change<'_>,
    student: &mut Student,
    (class, year): (&ClassId, &YearId),
) -> Result<(), Fault> {
    for term in cx.settings.terms(year) {
        let id = ClassResult::id_of(class, year, term);
        let Some(result) = cx.store.one::<ClassResult>(&id).await? else {
            change.guard_absent::<ClassResult>(&id);
            continue;
        };
        change.guard(&result);
        if student.closed_term(year, term).is_none() {
            let weights = weights_then(cx, &result).await?;
            weights.refresh(student);
            freeze_by(&weights, &result.rules, student, (class, year, term));
        }
    }
    Ok(())
}

/// What averages were made by when a class closed a term.
async fn weights_then(cx: &Cx, result: &ClassResult) -> Result<Weights, Fault> {
    let rules = rules_of(cx, Some(&result.rules)).await?;
    let coefficient = |subject: &Subject| result.subjects.iter().find(|then| then.subject == subject.id);
    let then = |subject: &Subject| match coefficient(subject) {
        Some(then) => Subject { coefficient: then.coefficient, coefficients: Vec::new(), ..subject.clone() },
        None => subject.clone(),
    };
    let subjects: Vec<Subject> = cx.settings.subjects.iter().map(|subject| then(subject)).collect();
    let subjects: Vec<&Subject> = subjects.iter().collect();
    // The class as it was then: its level chooses the formula.
    let of_then = |class: &Class| {
        let then = class.id == result.class;
        let (level, series) = if then { (&result.level, &result.series) } else { (&class.level, &class.series) };
        Class { level: level.clone(), series: series.clone(), ..class.clone() }
    };
    let classes: Vec<Class> = cx.settings.classes.iter().map(|class| of_then(&class.body)).collect();
    Ok(Weights::new(&rules, cx.settings.current(), &classes, &subjects))
}

/// The student's averages of the term, made anew once more, stay from now on.
fn freeze(settings: &Settings, student: &mut Student, class: &ClassId, year: &YearId, term: Term) {
    settings.refresh(student);
    freeze_by(&settings.weights, &settings.rules.id, student, (class, year, term));
}

fn freeze_by(weights: &Weights, rules: &str, student: &mut Student, (class, year, term): (&ClassId, &YearId, Term)) {
    if student.closed_term(year, term).is_some() {
        // In the class of before: what was printed there stands.
        return;
    }
    let exact = read_model::generals(student, year, weights).get(&term).map(|average| average.fraction());
    let how = ClosedTerm { class: class.clone(), rules: rules.to_owned(), exact };
    student.closed.entry(year.clone()).or_default().insert(term, how);
}

/// Ranked headcount and places of one column of averages.
struct Ranked(Summary);

impl Ranked {
    fn of(settings: &Settings, averages: &[Option<Average>]) -> Self {
        Self(summary(averages, settings.rules.pass))
    }

    fn place(&self, settings: &Settings, average: Average) -> Option<Rank> {
        rank_in(settings.rules.ranking, &self.0.sorted, average)
    }
}

/// The follow-ups of the class, in the order of its students.
async fn follows(cx: &Cx, ground: &Ground, year: &YearId, term: Term) -> Result<Vec<FollowUp>, Fault> {
    let ids: Vec<String> = ground.students.iter().map(|student| FollowUp::id_of(&student.id, year, term)).collect();
    let documents = cx.store.get_many(FollowUp::SCHEMA, &ids).await?;
    let follows: Result<Vec<FollowUp>, _> =
        documents.iter().map(|document| document.parse(FollowUp::SCHEMA.collection)).collect();
    Ok(follows?)
}

/// Nothing that was written beside the marks before the closing is taken back after it, also when it is opened again.
async fn end_steps(cx: &Cx, change: &mut Change<'_>, of: &BulletinOf) -> Result<(), Fault> {
    let subjects = cx.settings.subjects.iter().map(|subject| BulletinPage::Subject(subject.id.clone()));
    let pages = subjects.chain([BulletinPage::FollowUp, BulletinPage::Council]);
    let streams: Vec<String> = pages.map(|page| page.stream(of)).collect();
    for head in cx.store.get_many(StreamHead::SCHEMA, &streams).await? {
        let head: StreamHead = head.parse(StreamHead::SCHEMA.collection)?;
        let said = Said { action: BULLETIN_CLOSE, target: head.id.clone(), ..Said::default() };
        change.audit(&head.id, said).await?;
    }
    Ok(())
}

fn result(
    settings: &Settings,
    class: &Class,
    (ground, follows): (&Ground, &[FollowUp]),
    year: &YearId,
    term: Term,
) -> ClassResult {
    let general = |student: &Student| student.averages.get(year).and_then(|all| all.terms.get(&term)).copied();
    let of_subject = |student: &Student, subject: &SubjectId| {
        student.subject_averages.get(year).and_then(|all| all.get(&term)).and_then(|all| all.get(subject)).copied()
    };
    let column = |average: &dyn Fn(&Student) -> Option<Average>| {
        let averages: Vec<Option<Average>> = ground.students.iter().map(|student| average(student)).collect();
        Ranked::of(settings, &averages)
    };
    let whole = column(&general);
    let subjects: BTreeMap<&SubjectId, Ranked> = settings
        .subjects
        .iter()
        .map(|subject| (&subject.id, column(&|student| of_subject(student, &subject.id))))
        .filter(|(_, ranked)| ranked.0.count > 0)
        .collect();
    let row = |student: &Student| {
        let average = general(student);
        let own = subjects.iter().filter_map(|(subject, ranked)| {
            let average = of_subject(student, subject)?;
            Some(((*subject).clone(), (average, ranked.place(settings, average))))
        });
        StudentResult {
            student: student.id.clone(),
            average,
            rank: average.and_then(|average| whole.place(settings, average)),
            honour: honours(&settings.rules, average, follows.iter().find(|one| one.student == student.id)).1,
            subjects: own.collect(),
        }
    };
    let listed = settings.subjects.iter().filter_map(|subject| {
        let ranked = subjects.get(&subject.id)?;
        let coefficient = subject.coefficient_in(class);
        let figures = Figures::from(&ranked.0);
        Some(SubjectResult { subject: subject.id.clone(), name: subject.name.clone(), coefficient, figures })
    });
    ClassResult {
        id: ClassResult::id_of(&class.id, year, term),
        class: class.id.clone(),
        year: year.clone(),
        term,
        class_name: class.name.clone(),
        level: class.level.clone(),
        series: class.series.clone(),
        rules: settings.rules.id.clone(),
        general: Figures::from(&whole.0),
        subjects: listed.collect(),
        students: ground.students.iter().map(|student| row(student)).collect(),
    }
}
