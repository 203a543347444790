//! One mark: set it, with its sheet, its student's averages and its history in one batch.

use super::{still_open, to_write};
use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
        guard,
    },
    domain::{
        entities::{Enrolment, EnrolmentStatus, Evaluation, Grade, Mark, Sheet, Student, User},
        history::{MARK_SET, mark_to_json},
        id::{ActId, EnrolmentId, EvaluationId, MarkId, StudentId},
        read_model::set_grade,
        schema::Stored,
        score::{MarkError, MarkValue, Scale, Score},
    },
    protocol::{CellConflict, Failure, Field, FirstMark, MarkSet, Reply, SetMark, SheetKey, Why},
    store::Records,
};

/// Refuses a score above its evaluation's scale.
pub(in crate::backend) fn fits(value: Option<MarkValue>, scale: Scale) -> Result<(), Failure> {
    match value {
        Some(MarkValue::Score(score)) if Score::new(score.hundredths(), scale).is_none() => {
            Err(Failure::invalid(Field::Mark, Why::Mark(MarkError::AboveScale { scale })))
        }
        Some(MarkValue::Score(_) | MarkValue::Code(_)) | None => Ok(()),
    }
}

/// Refuses an option subject that the student does not take.
pub(in crate::backend) fn in_option(cx: &Cx, student: &Student, key: &SheetKey) -> Result<(), Fault> {
    if cx.settings.weights.takes(&student.options, &key.year, &key.subject) {
        return Ok(());
    }
    Err(Failure::refused(Why::NotInOption).into())
}

/// Everything that writing one cell needs to have read.
pub(super) struct Cell {
    pub key: SheetKey,
    pub sheet: Stored<Sheet>,
    pub evaluation: Evaluation,
    pub student: Stored<Student>,
    pub mark: Option<Stored<Mark>>,
}

impl Cell {
    /// The cell of a student of the class.
    pub async fn read(cx: &Cx, key: &SheetKey, column: &EvaluationId, id: &StudentId) -> Result<Self, Fault> {
        let enrolment = EnrolmentId::of(id, &key.year);
        let enrolment = cx.store.one::<Enrolment>(enrolment.as_str());
        let (cell, enrolment) = tokio::join!(Self::of_anybody(cx, key, column, id), enrolment);
        let cell = cell?;
        let here = enrolment?
            .is_some_and(|enrolment| enrolment.class == key.class && enrolment.status == EnrolmentStatus::Enrolled);
        in_option(cx, &cell.student, key)?;
        if here { Ok(cell) } else { Err(Failure::refused(Why::NotInClass).into()) }
    }

    /// The cell also of who has left the class: what was given there stands on this sheet, and can be taken back.
    pub async fn of_anybody(cx: &Cx, key: &SheetKey, column: &EvaluationId, id: &StudentId) -> Result<Self, Fault> {
        // Beside each other: on a server each is a way there and back.
        let mark = MarkId::of(column, id);
        let (sheet, student, mark) =
            tokio::join!(to_write(cx, key), cx.store.one::<Student>(id.as_str()), cx.store.one::<Mark>(mark.as_str()));
        let sheet = sheet?.ok_or(Failure::NotFound)?;
        let evaluation = sheet.evaluation(column).cloned().ok_or(Failure::NotFound)?;
        let student = student?.ok_or(Failure::NotFound)?;
        still_open(&student, key)?;
        let mark = mark?;
        Ok(Self { key: key.clone(), sheet, evaluation, student, mark })
    }

    pub fn value(&self) -> Option<MarkValue> {
        self.mark.as_ref().and_then(|mark| mark.value)
    }

    pub fn version(&self) -> u64 {
        self.mark.as_ref().map_or(0, |mark| mark.version)
    }

    /// Does that value stand there, and is nobody else's change the last one? A colleague may have typed the same again.
    pub fn stands(&self, cx: &Cx, value: Option<MarkValue>) -> bool {
        self.value() == value && self.mark.as_ref().is_none_or(|mark| mark.updated_by == cx.who.actor())
    }

    /// Somebody's value stands in the way.
    pub async fn clash(&self, cx: &Cx) -> Result<Fault, Fault> {
        let at = (self.evaluation.id.clone(), self.student.id.clone());
        Ok(Failure::Cell(Box::new(conflict(cx, &at, self.mark.as_ref()).await?)).into())
    }

    /// Writes the value: mark, sheet with its history, and the student's averages.
    pub async fn write(
        &self,
        cx: &Cx,
        act: &ActId,
        value: Option<MarkValue>,
        action: &'static str,
        (reverts, reason): (Option<ActId>, Option<String>),
    ) -> Result<MarkSet, Fault> {
        fits(value, self.evaluation.scale)?;
        let mut change = Change::new(cx, act, act.clone());
        let mut sheet = self.sheet.body.clone();
        let mark = mark_of(self.mark.as_ref(), &self.evaluation.id, &self.student.id, value);
        let said = Said {
            action,
            target: mark.id.as_str().to_owned(),
            student: Some(self.student.id.as_str().to_owned()),
            reverts,
            old: mark_to_json(self.value()),
            new: mark_to_json(value),
            reason,
        };
        change.audit_sheet(&mut sheet, said)?;
        change.put_or_add(self.mark.as_ref(), &mark)?;
        change.follow(self.sheet.version, &sheet)?;
        let mut student = self.student.body.clone();
        set_grade(&mut student, Grade::in_sheet(&sheet, &self.evaluation, value));
        cx.settings.refresh(&mut student);
        change.follow(self.student.version, &student)?;
        change.touches(None, Some(&student));
        change.touches_sheet(&self.key);
        let at = change.at();
        if change.commit().await?.replayed {
            return self.done_before(cx, value).await;
        }
        Ok(MarkSet {
            sheet: self.key.clone(),
            evaluation: self.evaluation.id.clone(),
            student: student.id,
            value,
            version: self.version().saturating_add(1),
            at,
            undo: true,
            redo: false,
        })
    }

    /// The act was done before this try: only what stands in the cell may be called saved.
    async fn done_before(&self, cx: &Cx, value: Option<MarkValue>) -> Result<MarkSet, Fault> {
        let now = Self::of_anybody(cx, &self.key, &self.evaluation.id, &self.student.id).await?;
        if now.value() != value {
            return Err(now.clash(cx).await?);
        }
        Ok(MarkSet {
            sheet: self.key.clone(),
            evaluation: self.evaluation.id.clone(),
            student: self.student.body.id.clone(),
            value,
            version: now.version(),
            at: now.mark.as_ref().map_or_else(|| cx.now(), |mark| mark.updated_at),
            undo: true,
            redo: false,
        })
    }
}

/// What stands in a cell in which something else is wanted.
pub(super) async fn conflict(
    cx: &Cx,
    (evaluation, student): &(EvaluationId, StudentId),
    mark: Option<&Stored<Mark>>,
) -> Result<CellConflict, Fault> {
    let (by, at) = match mark {
        Some(mark) => (mark.updated_by.clone(), mark.updated_at),
        None => (String::new(), cx.now()),
    };
    Ok(CellConflict {
        evaluation: evaluation.clone(),
        student: student.clone(),
        theirs: mark.and_then(|mark| mark.value),
        version: mark.map_or(0, |mark| mark.version),
        own: by == cx.who.actor(),
        by: name_of(cx, &by).await?,
        at,
    })
}

/// The mark with that value; a comment is kept.
pub(in crate::backend) fn mark_of(
    before: Option<&Stored<Mark>>,
    evaluation: &EvaluationId,
    student: &StudentId,
    value: Option<MarkValue>,
) -> Mark {
    Mark {
        id: MarkId::of(evaluation, student),
        evaluation: evaluation.clone(),
        student: student.clone(),
        value,
        comment: before.and_then(|mark| mark.comment.clone()),
    }
}

/// An account's name, or its id if it is gone.
async fn name_of(cx: &Cx, actor: &str) -> Result<String, Fault> {
    if actor == guard::SERVICE {
        return Ok(actor.to_owned());
    }
    let user = cx.store.one::<User>(actor).await?;
    Ok(user.map_or_else(|| actor.to_owned(), |user| user.display_name.as_str().to_owned()))
}

/// `Request::SetMark`: one attempt.
pub async fn set_mark(cx: &Cx, ask: &SetMark) -> Result<Reply, Fault> {
    let cell = Cell::read(cx, &ask.sheet, &ask.evaluation, &ask.student).await?;
    fits(ask.value, cell.evaluation.scale)?;
    // Nothing to do: also what a retry finds after its first try was done.
    if cell.value() == ask.value {
        let at = cell.mark.as_ref().map_or_else(|| cx.now(), |mark| mark.updated_at);
        let open = super::steps::open_steps(cx, &cell.sheet).await?;
        return Ok(Reply::MarkSet(Box::new(MarkSet {
            sheet: ask.sheet.clone(),
            evaluation: ask.evaluation.clone(),
            student: ask.student.clone(),
            value: ask.value,
            version: cell.version(),
            at,
            undo: open.0,
            redo: open.1,
        })));
    }
    if ask.expect.is_some_and(|seen| seen != cell.version()) {
        return Err(cell.clash(cx).await?);
    }
    let set = cell.write(cx, &ask.act, ask.value, MARK_SET, (None, ask.reason.clone())).await?;
    Ok(Reply::MarkSet(Box::new(set)))
}

/// A mark given together with a new student: its sheet, read by the caller, moves on.
pub(in crate::backend) async fn first(
    cx: &Cx,
    change: &mut Change<'_>,
    sheet: &mut Sheet,
    student: &mut Student,
    first: &FirstMark,
) -> Result<(), Fault> {
    to_write(cx, &first.sheet).await?;
    still_open(student, &first.sheet)?;
    in_option(cx, student, &first.sheet)?;
    let evaluation = sheet.evaluation(&first.evaluation).cloned().ok_or(Failure::NotFound)?;
    let value = Some(first.value);
    fits(value, evaluation.scale)?;
    let before = cx.store.one::<Mark>(MarkId::of(&evaluation.id, &student.id).as_str()).await?;
    let mark = mark_of(before.as_ref(), &evaluation.id, &student.id, value);
    let said = Said {
        action: MARK_SET,
        target: mark.id.as_str().to_owned(),
        student: Some(student.id.as_str().to_owned()),
        old: mark_to_json(before.as_ref().and_then(|mark| mark.value)),
        new: mark_to_json(value),
        ..Said::default()
    };
    change.audit_sheet(sheet, said)?;
    change.put_or_add(before.as_ref(), &mark)?;
    set_grade(student, Grade::in_sheet(sheet, &evaluation, value));
    Ok(())
}
