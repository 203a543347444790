//! The columns of a sheet: adding, changing, removing an evaluation, with the averages that follow in the same batch.

use serde_json::json;

use super::{begin, cell::fits, still_open, to_write};
use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        entities::{ColumnsAct, Evaluation, Grade, Mark, Sheet, Student},
        history::EVALUATION_DELETE,
        id::{ActId, EvaluationId, StudentId},
        query::Filter,
        read_model::{remove_evaluation, set_grade},
        schema::{Entity, Stored},
        score::{MarkValue, Score},
        words,
    },
    protocol::{EvaluationDraft, Failure, Field, Reply, SheetKey, Why},
    store::Records,
};

/// The greatest coefficient of a column.
const MOST: u8 = 100;
/// So many marks above a new scale are named.
const TOLD: usize = 12;

/// `Request::SaveEvaluation`: one attempt.
pub async fn save_evaluation(cx: &Cx, draft: &EvaluationDraft) -> Result<Reply, Fault> {
    let key = &draft.sheet;
    let before = to_write(cx, key).await?;
    unmoved(before.as_ref(), draft.version)?;
    let mut sheet = before.as_ref().map_or_else(
        || Sheet::empty(key.class.clone(), key.subject.clone(), key.year.clone(), key.term),
        |sheet| sheet.body.clone(),
    );
    if draft.coefficient > MOST {
        return Err(Failure::invalid(Field::Coefficient, Why::Whole { min: 0, max: MOST.into() }).into());
    }
    let column = column_of(cx, draft);
    title_free(&sheet, &column)?;
    let old = match sheet.evaluations.iter_mut().find(|known| known.id == column.id) {
        Some(known) => Some(std::mem::replace(known, column.clone())),
        None if draft.id.is_some() => return Err(Failure::NotFound.into()),
        None => {
            sheet.evaluations.push(column.clone());
            None
        }
    };
    if old.as_ref() == Some(&column) {
        return Ok(Reply::Done);
    }
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    if before.is_none() {
        begin(&mut change, key);
    }
    let marks = if old.is_some() { marks_of(cx, &column.id).await? } else { Vec::new() };
    none_above(cx, &marks, &column).await?;
    if old.as_ref().is_some_and(|old| counts_otherwise(old, &column)) {
        none_closed(cx, &marks, key).await?;
    }
    let said = Said {
        action: "evaluation.save",
        target: column.id.as_str().to_owned(),
        old: json!(old),
        new: json!(column),
        ..Said::default()
    };
    write_sheet(&mut change, before.as_ref(), sheet.clone(), (&act, said))?;
    regrade(cx, &mut change, &marks, |student, mark| {
        set_grade(student, Grade::in_sheet(&sheet, &column, mark.value));
    })
    .await?;
    finish(change, act, "evaluation.save", key).await
}

/// `Request::DeleteEvaluation`: one attempt. Its marks go with it, and come back with [`crate::protocol::Request::Undo`].
pub async fn delete_evaluation(cx: &Cx, key: &SheetKey, id: &EvaluationId, version: u64) -> Result<Reply, Fault> {
    let before = to_write(cx, key).await?.ok_or(Failure::NotFound)?;
    unmoved(Some(&before), version)?;
    let column = before.evaluation(id).cloned().ok_or(Failure::NotFound)?;
    let mut sheet = before.body.clone();
    sheet.evaluations.retain(|known| known.id != *id);
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    let marks = marks_of(cx, id).await?;
    none_closed(cx, &marks, key).await?;
    let said =
        Said { action: EVALUATION_DELETE, target: id.as_str().to_owned(), old: json!(column), ..Said::default() };
    write_sheet(&mut change, Some(&before), sheet, (&act, said))?;
    for mark in &marks {
        change.delete(mark)?;
    }
    regrade(cx, &mut change, &marks, |student, _| remove_evaluation(student, id)).await?;
    finish(change, act, EVALUATION_DELETE, key).await
}

/// Refuses when somebody has changed the columns since they were read.
fn unmoved(sheet: Option<&Stored<Sheet>>, seen: u64) -> Result<(), Fault> {
    match sheet {
        Some(sheet) if sheet.columns_version > seen => Err(Failure::Conflict.into()),
        Some(_) | None => Ok(()),
    }
}

fn column_of(cx: &Cx, draft: &EvaluationDraft) -> Evaluation {
    Evaluation {
        id: draft.id.clone().unwrap_or_else(|| EvaluationId::new(cx.core.fresh_id())),
        kind: draft.kind,
        title: draft.title.clone(),
        date: draft.date,
        scale: draft.scale,
        coefficient: draft.coefficient,
        published: draft.published,
    }
}

/// Two columns of one title could not be told apart, by people or by an import.
fn title_free(sheet: &Sheet, column: &Evaluation) -> Result<(), Fault> {
    let title = words::fold(column.title.as_str());
    let taken =
        sheet.evaluations.iter().find(|other| other.id != column.id && words::fold(other.title.as_str()) == title);
    match taken {
        Some(other) => {
            let name = other.title.as_str().to_owned();
            Err(Failure::invalid(Field::Title, Why::NameTaken { name }).into())
        }
        None => Ok(()),
    }
}

/// Refuses a scale that marks of the column stand above, with those marks.
async fn none_above(cx: &Cx, marks: &[Stored<Mark>], column: &Evaluation) -> Result<(), Fault> {
    let above: Vec<(&StudentId, Score)> = marks
        .iter()
        .filter_map(|mark| match mark.value {
            Some(MarkValue::Score(score)) if fits(mark.value, column.scale).is_err() => Some((&mark.student, score)),
            Some(MarkValue::Score(_) | MarkValue::Code(_)) | None => None,
        })
        .collect();
    if above.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = above.iter().map(|(student, _)| student.as_str().to_owned()).collect();
    let mut first = Vec::new();
    for document in cx.store.get_many(Student::SCHEMA, &ids).await? {
        let student: Stored<Student> = document.stored()?;
        let score = above.iter().find(|(id, _)| **id == student.id).map(|(_, score)| *score);
        let name = format!("{} {}", student.last_name.as_str().to_uppercase(), student.first_name);
        first.extend(score.map(|score| (name, score)));
    }
    first.sort();
    first.truncate(TOLD);
    let count = u64::try_from(above.len()).unwrap_or(u64::MAX);
    Err(Failure::invalid(Field::Scale, Why::MarksAbove { count, first }).into())
}

/// Do averages come out otherwise?
fn counts_otherwise(old: &Evaluation, new: &Evaluation) -> bool {
    (old.kind, old.scale, old.coefficient) != (new.kind, new.scale, new.coefficient)
}

/// Refuses while somebody's mark in the column counts in a term that was closed in another class, where they have gone:
/// what was printed there must be able to be added up again.
async fn none_closed(cx: &Cx, marks: &[Stored<Mark>], key: &SheetKey) -> Result<(), Fault> {
    let given = marks.iter().filter(|mark| mark.value.is_some());
    let ids: Vec<String> = given.map(|mark| mark.student.as_str().to_owned()).collect();
    for document in cx.store.get_many(Student::SCHEMA, &ids).await? {
        let student: Stored<Student> = document.parse(Student::SCHEMA.collection)?;
        still_open(&student, key)?;
    }
    Ok(())
}

/// `Request::MoveEvaluation`: one attempt. Nothing but the order changes.
pub async fn move_evaluation(
    cx: &Cx,
    key: &SheetKey,
    id: &EvaluationId,
    to: u32,
    version: u64,
) -> Result<Reply, Fault> {
    let before = to_write(cx, key).await?.ok_or(Failure::NotFound)?;
    unmoved(Some(&before), version)?;
    let mut sheet = before.body.clone();
    let from = sheet.evaluations.iter().position(|known| known.id == *id).ok_or(Failure::NotFound)?;
    let to = usize::try_from(to).unwrap_or(usize::MAX).min(sheet.evaluations.len().saturating_sub(1));
    if from == to {
        return Ok(Reply::Done);
    }
    let column = sheet.evaluations.remove(from);
    sheet.evaluations.insert(to, column);
    let act = cx.fresh_act();
    let mut change = Change::new(cx, &act, act.clone());
    let said = Said {
        action: "evaluation.move",
        target: id.as_str().to_owned(),
        old: json!(from),
        new: json!(to),
        ..Said::default()
    };
    write_sheet(&mut change, Some(&before), sheet, (&act, said))?;
    finish(change, act, "evaluation.move", key).await
}

async fn marks_of(cx: &Cx, column: &EvaluationId) -> Result<Vec<Stored<Mark>>, Fault> {
    Ok(cx.store.every::<Mark>(&Filter::equals("evaluation", column.as_str())).await?)
}

fn write_sheet(
    change: &mut Change<'_>,
    before: Option<&Stored<Sheet>>,
    mut sheet: Sheet,
    (act, said): (&ActId, Said),
) -> Result<(), Fault> {
    sheet.columns_version = before.map_or(1, |before| before.version.saturating_add(1));
    let added = said.action == "evaluation.save" && said.old.is_null();
    change.audit_sheet(&mut sheet, said)?;
    sheet.columns_act = Some(ColumnsAct {
        act: act.clone(),
        by: change.actor().to_owned(),
        entries: sheet.audit_count,
        added,
        version: sheet.columns_version,
    });
    change.put_or_add(before, &sheet)
}

/// Makes the averages of every student with a mark in the column anew.
pub(in crate::backend) async fn regrade(
    cx: &Cx,
    change: &mut Change<'_>,
    marks: &[Stored<Mark>],
    apply: impl Fn(&mut Student, &Mark),
) -> Result<(), Fault> {
    let ids: Vec<String> = marks.iter().map(|mark| mark.student.as_str().to_owned()).collect();
    for document in cx.store.get_many(Student::SCHEMA, &ids).await? {
        let before: Stored<Student> = document.stored()?;
        let mut student = before.body.clone();
        let of = |mark: &&Stored<Mark>| mark.student == StudentId::new(document.id.as_str());
        for mark in marks.iter().filter(of) {
            apply(&mut student, mark);
        }
        cx.settings.refresh(&mut student);
        if student != before.body {
            change.follow(before.version, &student)?;
            change.touches(None, Some(&student));
        }
    }
    Ok(())
}

async fn finish(mut change: Change<'_>, act: ActId, action: &str, key: &SheetKey) -> Result<Reply, Fault> {
    change.undoable(act.clone(), action)?;
    change.touches_sheet(key);
    change.commit().await?;
    Ok(Reply::Acted(act))
}
