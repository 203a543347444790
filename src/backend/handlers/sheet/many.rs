//! Several marks of a sheet in one act: pasted, filled, or taken back together. One commit, whatever their number.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    cell::{conflict, fits, mark_of},
    steps::open_steps,
    still_open, to_write,
};
use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
    },
    domain::{
        calendar::Timestamp,
        entities::{Enrolment, EnrolmentStatus, Grade, Mark, Sheet, Student},
        history::{MARK_SET, mark_to_json},
        id::{ActId, EnrolmentId, EvaluationId, MarkId, StudentId},
        read_model::set_grade,
        schema::{Entity, Stored},
        score::MarkValue,
    },
    protocol::{CellRefused, CellSet, CellWritten, Failure, Field, MarksSet, Reply, SetMarks, SheetKey, Why},
};

/// A cell of the sheet.
pub(super) type At = (EvaluationId, StudentId);

/// Everything that writing several cells needs to have read.
pub(super) struct Many {
    key: SheetKey,
    pub sheet: Stored<Sheet>,
    students: BTreeMap<StudentId, Stored<Student>>,
    marks: BTreeMap<At, Stored<Mark>>,
}

/// What was written, and when.
pub(super) struct Wrote {
    pub at: Timestamp,
    /// The batch had been committed before: what stands now has to be read.
    pub replayed: bool,
}

impl Many {
    pub async fn read(cx: &Cx, key: &SheetKey, cells: &[At]) -> Result<Self, Fault> {
        let sheet = to_write(cx, key).await?.ok_or(Failure::NotFound)?;
        let ids: BTreeSet<&str> = cells.iter().map(|(_, student)| student.as_str()).collect();
        let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
        let mut students = BTreeMap::new();
        for document in cx.store.get_many(Student::SCHEMA, &ids).await? {
            let student: Stored<Student> = document.stored()?;
            students.insert(student.body.id.clone(), student);
        }
        let ids: Vec<String> =
            cells.iter().map(|(column, student)| MarkId::of(column, student).as_str().to_owned()).collect();
        let mut marks = BTreeMap::new();
        for document in cx.store.get_many(Mark::SCHEMA, &ids).await? {
            let mark: Stored<Mark> = document.stored()?;
            marks.insert((mark.evaluation.clone(), mark.student.clone()), mark);
        }
        Ok(Self { key: key.clone(), sheet, students, marks })
    }

    pub fn value(&self, at: &At) -> Option<MarkValue> {
        self.marks.get(at).and_then(|mark| mark.value)
    }

    fn version(&self, at: &At) -> u64 {
        self.marks.get(at).map_or(0, |mark| mark.version)
    }

    /// The column and the student are there.
    pub fn has(&self, (column, student): &At) -> bool {
        self.sheet.evaluation(column).is_some() && self.students.contains_key(student)
    }

    /// Refuses a score above the scale that the column has now.
    pub fn fits(&self, (column, _): &At, value: Option<MarkValue>) -> Result<(), Failure> {
        self.sheet.evaluation(column).map_or(Err(Failure::NotFound), |column| fits(value, column.scale))
    }

    /// Does that value stand there, and is nobody else's change the last one? A colleague may have typed the same again.
    pub fn stands(&self, cx: &Cx, at: &At, value: Option<MarkValue>) -> bool {
        self.value(at) == value && self.marks.get(at).is_none_or(|mark| mark.updated_by == cx.who.actor())
    }

    /// As it stands, as an answer has it.
    pub fn standing(&self, at: &At) -> CellWritten {
        let (evaluation, student) = at.clone();
        CellWritten { evaluation, student, value: self.value(at), version: self.version(at) }
    }

    /// Somebody's value stands in the way.
    pub async fn clash(&self, cx: &Cx, at: &At) -> Result<CellRefused, Fault> {
        let found = conflict(cx, at, self.marks.get(at)).await?;
        Ok(CellRefused { evaluation: at.0.clone(), student: at.1.clone(), why: Failure::Cell(Box::new(found)) })
    }

    /// Those of the students who are in the class.
    async fn enrolled(&self, cx: &Cx) -> Result<BTreeSet<StudentId>, Fault> {
        let ids: Vec<String> =
            self.students.keys().map(|student| EnrolmentId::of(student, &self.key.year).as_str().to_owned()).collect();
        let mut here = BTreeSet::new();
        for document in cx.store.get_many(Enrolment::SCHEMA, &ids).await? {
            let enrolment: Stored<Enrolment> = document.stored()?;
            if enrolment.class == self.key.class && enrolment.status == EnrolmentStatus::Enrolled {
                here.insert(enrolment.student.clone());
            }
        }
        Ok(here)
    }

    /// Writes the values: marks, the sheet with its history, and the students' averages.
    pub async fn write(
        &self,
        cx: &Cx,
        act: &ActId,
        values: &BTreeMap<At, Option<MarkValue>>,
        action: &'static str,
        reverts: Option<&ActId>,
    ) -> Result<Wrote, Fault> {
        let mut change = Change::new(cx, act, act.clone());
        let mut sheet = self.sheet.body.clone();
        let mut pupils: BTreeMap<&StudentId, (u64, Student)> = BTreeMap::new();
        for (at, value) in values {
            let (Some(column), Some(student)) = (self.sheet.evaluation(&at.0), self.students.get(&at.1)) else {
                return Err(Failure::NotFound.into());
            };
            still_open(student, &self.key)?;
            let before = self.marks.get(at);
            let mark = mark_of(before, &at.0, &at.1, *value);
            let said = Said {
                action,
                target: mark.id.as_str().to_owned(),
                student: Some(at.1.as_str().to_owned()),
                reverts: reverts.cloned(),
                old: mark_to_json(self.value(at)),
                new: mark_to_json(*value),
                reason: None,
            };
            change.audit_sheet(&mut sheet, said)?;
            change.put_or_add(before, &mark)?;
            let (_, pupil) = pupils.entry(&at.1).or_insert_with(|| (student.version, student.body.clone()));
            set_grade(pupil, Grade::in_sheet(&sheet, column, *value));
        }
        change.follow(self.sheet.version, &sheet)?;
        for (version, mut pupil) in pupils.into_values() {
            cx.settings.refresh(&mut pupil);
            change.follow(version, &pupil)?;
            change.touches(None, Some(&pupil));
        }
        change.touches_sheet(&self.key);
        let at = change.at();
        Ok(Wrote { at, replayed: change.commit().await?.replayed })
    }

    /// What stands in these cells now, after a write of these values.
    pub fn written(&self, values: &BTreeMap<At, Option<MarkValue>>) -> Vec<CellWritten> {
        let written = |(at, value): (&At, &Option<MarkValue>)| CellWritten {
            value: *value,
            version: self.version(at).saturating_add(1),
            ..self.standing(at)
        };
        values.iter().map(written).collect()
    }
}

/// What becomes of a cell.
enum Fate {
    Write,
    /// It has that value.
    Same,
    Clash,
    Refused(Failure),
}

fn fate(cx: &Cx, many: &Many, here: &BTreeSet<StudentId>, at: &At, cell: &CellSet) -> Fate {
    let Some(column) = many.sheet.evaluation(&at.0) else { return Fate::Refused(Failure::NotFound) };
    if !here.contains(&at.1) {
        return Fate::Refused(Failure::refused(Why::NotInClass));
    }
    let takes =
        |student: &Stored<Student>| cx.settings.weights.takes(&student.options, &many.key.year, &many.key.subject);
    if !many.students.get(&at.1).is_some_and(takes) {
        return Fate::Refused(Failure::refused(Why::NotInOption));
    }
    if let Err(failure) = fits(cell.value, column.scale) {
        return Fate::Refused(failure);
    }
    if many.students.get(&at.1).is_some_and(|student| still_open(student, &many.key).is_err()) {
        return Fate::Refused(Failure::refused(Why::Closed));
    }
    if many.value(at) == cell.value {
        Fate::Same
    } else if cell.expect.is_some_and(|seen| seen != many.version(at)) {
        Fate::Clash
    } else {
        Fate::Write
    }
}

/// `Request::SetMarks`: one attempt. Cells that cannot be written are left out and said; all others are written in one
/// commit.
pub async fn set_marks(cx: &Cx, ask: &SetMarks) -> Result<Reply, Fault> {
    let max = i64::try_from(SetMarks::MAX).unwrap_or(i64::MAX);
    if ask.cells.is_empty() || ask.cells.len() > SetMarks::MAX {
        return Err(Failure::invalid(Field::Mark, Why::Whole { min: 1, max }).into());
    }
    let wanted: BTreeMap<At, &CellSet> =
        ask.cells.iter().map(|cell| ((cell.evaluation.clone(), cell.student.clone()), cell)).collect();
    let cells: Vec<At> = wanted.keys().cloned().collect();
    let many = Many::read(cx, &ask.sheet, &cells).await?;
    let here = many.enrolled(cx).await?;
    let (mut values, mut written, mut refused) = (BTreeMap::new(), Vec::new(), Vec::new());
    for (at, cell) in wanted {
        match fate(cx, &many, &here, &at, cell) {
            Fate::Write => {
                values.insert(at, cell.value);
            }
            Fate::Same => written.push(many.standing(&at)),
            Fate::Clash => refused.push(many.clash(cx, &at).await?),
            Fate::Refused(why) => refused.push(CellRefused { evaluation: at.0, student: at.1, why }),
        }
    }
    let (mut at, mut open) = (cx.now(), (true, false));
    if values.is_empty() {
        open = open_steps(cx, &many.sheet).await?;
    } else {
        let wrote = many.write(cx, &ask.act, &values, MARK_SET, None).await?;
        if wrote.replayed {
            return done_before(cx, &ask.sheet, &values, (written, refused)).await;
        }
        at = wrote.at;
        written.extend(many.written(&values));
    }
    Ok(answer(&ask.sheet, (written, refused), at, open))
}

fn answer(
    sheet: &SheetKey,
    (written, refused): (Vec<CellWritten>, Vec<CellRefused>),
    at: Timestamp,
    (undo, redo): (bool, bool),
) -> Reply {
    Reply::MarksSet(Box::new(MarksSet { sheet: sheet.clone(), written, refused, at, undo, redo }))
}

/// The act was done before this try: only what stands in the cells may be called saved.
async fn done_before(
    cx: &Cx,
    key: &SheetKey,
    values: &BTreeMap<At, Option<MarkValue>>,
    (mut written, mut refused): (Vec<CellWritten>, Vec<CellRefused>),
) -> Result<Reply, Fault> {
    let cells: Vec<At> = values.keys().cloned().collect();
    let now = Many::read(cx, key, &cells).await?;
    for (at, value) in values {
        if now.value(at) == *value {
            written.push(now.standing(at));
        } else {
            refused.push(now.clash(cx, at).await?);
        }
    }
    let open = open_steps(cx, &now.sheet).await?;
    Ok(answer(key, (written, refused), cx.now(), open))
}
