//! Checking the installation: the store itself, the audit chains, the read models.

use std::collections::HashMap;

use crate::{
    backend::{
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        entities::{Evaluation, Grade, Mark, Sheet, Student},
        id::{ActId, EvaluationId, StudentId},
        query::Filter,
        read_model::set_grade,
        schema::{Entity, Stored},
    },
    protocol::{DoctorReport, Failure, Reply},
    store::{Document, Records},
};

/// Students looked at at once.
const CHUNK: u32 = 250;
/// Readings of a chunk before giving up.
const TRIES: u32 = 20;

/// Where each column stands.
type Columns = HashMap<EvaluationId, (usize, Evaluation)>;

/// `Request::Doctor`.
pub async fn doctor(cx: &Cx, rebuild: bool) -> Result<Reply, Fault> {
    let sheets = cx.store.every::<Sheet>(&Filter::All).await?;
    let mut report = DoctorReport { store: cx.store.check().await?, ..DoctorReport::default() };
    report.audit = super::trail::check(cx).await?.findings;
    let columns: Columns = sheets
        .iter()
        .enumerate()
        .flat_map(|(place, sheet)| {
            sheet.evaluations.iter().map(move |column| (column.id.clone(), (place, column.clone())))
        })
        .collect();
    let act = cx.fresh_act();
    let mut after: Option<String> = None;
    let mut chunk = 0_u32;
    loop {
        let documents = cx.store.scan(Student::SCHEMA, &Filter::All, after.as_deref(), CHUNK).await?;
        after = documents.last().map(|document| document.id.clone());
        let last = documents.len() < CHUNK as usize;
        chunk = chunk.saturating_add(1);
        let op = ActId::new(format!("{act}.r{chunk}"));
        let stale = look(cx, (&act, &op), documents, (&sheets, &columns), rebuild).await?;
        report.stale = report.stale.saturating_add(stale);
        if rebuild {
            report.rebuilt = report.rebuilt.saturating_add(stale);
        }
        if last {
            return Ok(Reply::Doctor(Box::new(report)));
        }
    }
}

/// How many of these students' read models do not follow from their marks; with `rebuild` they then do.
async fn look(
    cx: &Cx,
    (act, op): (&ActId, &ActId),
    mut documents: Vec<Document>,
    (sheets, columns): (&[Stored<Sheet>], &Columns),
    rebuild: bool,
) -> Result<u64, Fault> {
    let mut cx = cx.clone();
    for _ in 0..TRIES {
        let ids: Vec<String> = documents.iter().map(|document| document.id.clone()).collect();
        let mut marks: HashMap<StudentId, Vec<Mark>> = HashMap::new();
        for mark in cx.store.every::<Mark>(&Filter::any_of("student", ids.iter().cloned())).await? {
            marks.entry(mark.student.clone()).or_default().push(mark.body);
        }
        let mut change = Change::new(&cx, act, op.clone());
        let mut stale = 0_u64;
        for document in &documents {
            let before: Stored<Student> = document.stored()?;
            let mut student = before.body.clone();
            student.grades.clear();
            for mark in marks.remove(&before.id).unwrap_or_default() {
                let Some((place, column)) = columns.get(&mark.evaluation) else { continue };
                let Some(sheet) = sheets.get(*place) else { continue };
                set_grade(&mut student, Grade::in_sheet(sheet, column, mark.value));
            }
            cx.settings.refresh(&mut student);
            if student != before.body {
                stale = stale.saturating_add(1);
                change.follow(before.version, &student)?;
                change.touches(Some(&before), Some(&student));
            }
        }
        if stale == 0 || !rebuild {
            return Ok(stale);
        }
        match change.commit().await {
            Err(fault) if fault.is_conflict() => {
                cx.reread().await?;
                documents = cx.store.get_many(Student::SCHEMA, &ids).await?;
            }
            done => return done.map(|_| stale),
        }
    }
    Err(Failure::Conflict.into())
}
