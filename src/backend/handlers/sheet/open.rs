//! Opening a sheet: the class's enrolments with their students, and the marks of its columns.

use std::collections::{BTreeSet, HashMap};

use super::{known, steps::open_steps};
use crate::{
    backend::cx::{Cx, Fault},
    domain::{
        access::{Action, Resource},
        entities::{ClassResult, Enrolment, EnrolmentStatus, Mark, Sheet, SheetState, Student},
        id::{EvaluationId, StudentId},
        query::Filter,
        rules::RuleSet,
        schema::{Entity, Stored},
        score::MarkValue,
        words,
    },
    protocol::{CellView, Failure, Reply, SheetKey, SheetRow, SheetView},
    store::Records,
};

/// The part of a student that a row shows: the rest is not read.
#[derive(serde::Deserialize)]
struct Pupil {
    #[serde(rename = "_id")]
    id: StudentId,
    matricule: crate::domain::text_values::Matricule,
    last_name: crate::domain::text_values::Name,
    first_name: crate::domain::text_values::Name,
    sex: Option<crate::domain::entities::Sex>,
}

/// `Request::OpenSheet`.
pub async fn open(cx: &Cx, key: &SheetKey) -> Result<Reply, Fault> {
    known(cx, key)?;
    let class = cx.settings.class(&key.class).ok_or(Failure::NotFound)?.body.clone();
    let subject = cx.settings.subject(&key.subject).ok_or(Failure::NotFound)?.body.clone();
    // Before the marks: one that is sent meanwhile is then seen twice, and not nowhere.
    let kept = cx.core.offline.of_sheet(cx.who.user.as_ref(), key);
    let id = Sheet::id_of(&key.class, &key.subject, &key.year, key.term);
    let stored = cx.store.one::<Sheet>(id.as_str()).await?;
    let (undo, redo) = match &stored {
        Some(sheet) => open_steps(cx, sheet).await?,
        None => (false, false),
    };
    let last = stored.as_ref().and_then(|sheet| sheet.last_columns_act());
    let columns_undo = last.filter(|last| last.by == cx.who.actor()).map(|last| last.act.clone());
    let version = stored.as_ref().map_or(0, |sheet| sheet.version);
    let sheet = stored.map_or_else(
        || Sheet::empty(key.class.clone(), key.subject.clone(), key.year.clone(), key.term),
        |sheet| sheet.body,
    );
    let resource = Resource::Sheet { class: key.class.clone(), subject: key.subject.clone() };
    let editable =
        cx.may(Action::EditSheet, &resource) && sheet.state == SheetState::Open && cx.settings.writable(&key.year);
    let then = then(cx, &sheet).await?;
    let level = then.as_ref().map_or(&class.level, |then| &then.level);
    let rules = rules_of(cx, sheet.rules.as_deref()).await?.at(level.as_ref()).into_owned();
    let mut rows = rows(cx, key, &sheet).await?;
    if let Some(then) = &then {
        as_then(then, key, &mut rows);
    }
    let weight = then.as_ref().and_then(|then| then.subjects.iter().find(|one| one.subject == key.subject));
    Ok(Reply::Sheet(Box::new(SheetView {
        key: key.clone(),
        coefficient: weight.map_or_else(|| subject.coefficient_in(&class), |then| then.coefficient),
        class,
        subject,
        state: sheet.state,
        version,
        rows,
        evaluations: sheet.evaluations,
        rules,
        editable,
        undo: undo && editable,
        redo: redo && editable,
        columns_undo: columns_undo.filter(|_| editable),
        kept,
    })))
}

/// What was kept of the class when the sheet was closed; `None` while it is open.
async fn then(cx: &Cx, sheet: &Sheet) -> Result<Option<ClassResult>, Fault> {
    if sheet.state == SheetState::Open {
        return Ok(None);
    }
    let then = cx.store.one::<ClassResult>(&ClassResult::id_of(&sheet.class, &sheet.year, sheet.term)).await?;
    Ok(then.map(|result| result.body))
}

/// Who was in the class when its term was closed is ranked in it for ever, and who has come since is not: ranks and foot
/// stay those of the bulletins.
fn as_then(then: &ClassResult, key: &SheetKey, rows: &mut [SheetRow]) {
    let students: HashMap<&StudentId, bool> =
        then.students.iter().map(|one| (&one.student, one.subjects.contains_key(&key.subject))).collect();
    for row in rows {
        match students.get(&row.student) {
            Some(true) => row.left = false,
            // Was there and had no average: where that one stands changes no figure.
            Some(false) => {}
            None => row.left = true,
        }
    }
}

/// The rules that a term was closed by; else those in force.
pub(in crate::backend) async fn rules_of(cx: &Cx, closed_by: Option<&str>) -> Result<RuleSet, Fault> {
    match closed_by {
        Some(id) if id != cx.settings.rules.id => {
            let then = cx.store.one::<RuleSet>(id).await?;
            Ok(then.map_or_else(|| cx.settings.rules.clone(), |rules| rules.body))
        }
        Some(_) | None => Ok(cx.settings.rules.clone()),
    }
}

async fn rows(cx: &Cx, key: &SheetKey, sheet: &Sheet) -> Result<Vec<SheetRow>, Fault> {
    let filter = Filter::equals("class", key.class.as_str()).and(Filter::equals("year", key.year.as_str()));
    let enrolments = cx.store.every::<Enrolment>(&filter).await?;
    let mut marks = marks(cx, sheet).await?;
    // Of an option, those who take it. Who has gone to another class, or has left the option, keeps a row for the marks
    // that stand here.
    let option = cx.settings.subject(&key.subject).is_some_and(|subject| subject.optional);
    let enrolments: Vec<Stored<Enrolment>> =
        enrolments.into_iter().filter(|one| !option || one.options.contains(&key.subject)).collect();
    let enrolled: BTreeSet<&StudentId> = enrolments.iter().map(|enrolment| &enrolment.student).collect();
    let given = marks.iter().filter(|(_, cells)| cells.iter().any(|cell| cell.value.is_some()));
    let given = given.map(|(student, _)| student);
    let gone: BTreeSet<StudentId> = given.filter(|student| !enrolled.contains(student)).cloned().collect();
    let ids: Vec<String> = enrolled.into_iter().chain(&gone).map(|student| student.as_str().to_owned()).collect();
    let mut pupils: HashMap<StudentId, Pupil> = HashMap::new();
    for document in cx.store.get_many_without(Student::SCHEMA, &ids, Student::LONG).await? {
        let pupil: Pupil = document.parse(Student::SCHEMA.collection)?;
        pupils.insert(pupil.id.clone(), pupil);
    }
    let mut rows: Vec<SheetRow> = Vec::with_capacity(enrolments.len());
    let here = enrolments.into_iter().map(|enrolment| {
        let Enrolment { student, call_number, status, starts, .. } = enrolment.body;
        (student, call_number, starts, status == EnrolmentStatus::Left)
    });
    for (student, call_number, since, left) in here.chain(gone.into_iter().map(|student| (student, None, None, true))) {
        // A student who is deleted has no row; the marks stay for when it comes back.
        let Some(pupil) = pupils.remove(&student) else { continue };
        let none = || vec![CellView::default(); sheet.evaluations.len()];
        rows.push(SheetRow {
            cells: marks.remove(&pupil.id).unwrap_or_else(none),
            student: pupil.id,
            matricule: pupil.matricule,
            last_name: pupil.last_name,
            first_name: pupil.first_name,
            sex: pupil.sex,
            call_number,
            left,
            since,
        });
    }
    rows.sort_by_cached_key(|row| {
        (words::sort_key(&[row.last_name.as_str(), row.first_name.as_str()]), row.student.clone())
    });
    Ok(rows)
}

/// The part of a mark that a cell shows.
#[derive(serde::Deserialize)]
struct Cell {
    evaluation: EvaluationId,
    student: StudentId,
    value: Option<MarkValue>,
    version: u64,
}

/// The cells of each student with marks here, in the order of the columns.
async fn marks(cx: &Cx, sheet: &Sheet) -> Result<HashMap<StudentId, Vec<CellView>>, Fault> {
    const UNREAD: &[&str] = &["comment", "created_at", "updated_at", "updated_by"];
    let places: HashMap<&EvaluationId, usize> =
        sheet.evaluations.iter().enumerate().map(|(place, column)| (&column.id, place)).collect();
    let mut cells: HashMap<StudentId, Vec<CellView>> = HashMap::new();
    if places.is_empty() {
        return Ok(cells);
    }
    let columns = Filter::any_of("evaluation", sheet.evaluations.iter().map(|column| column.id.as_str()));
    for mark in cx.store.every_part::<Mark, Cell>(&columns, UNREAD).await? {
        let row = cells.entry(mark.student).or_insert_with(|| vec![CellView::default(); places.len()]);
        if let Some(cell) = places.get(&mark.evaluation).and_then(|place| row.get_mut(*place)) {
            *cell = CellView { value: mark.value, version: mark.version };
        }
    }
    Ok(cells)
}
