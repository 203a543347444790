//! One chunk's rows on their way into a batch.

use std::collections::{BTreeMap, BTreeSet};

use super::ahead::{Ahead, by_id, written};
use crate::{
    backend::{
        audit::Said,
        change::Change,
        cx::{Cx, Fault},
        handlers::{
            sheet::{
                begin,
                cell::{fits, in_option, mark_of},
                key_of, still_open, to_write,
            },
            students::write::{audit_record, compose, enrol_from, follow_phone, unique},
        },
    },
    domain::{
        entities::{Evaluation, EvaluationKind, Grade, Mark, School, Sheet, Student},
        history::mark_to_json,
        id::{ActId, EnrolmentId, EvaluationId, MarkId},
        matricule,
        query::Filter,
        read_model::set_grade,
        schema::{Entity, Stored},
        score::{MarkValue, Scale},
        text_values::{Matricule, Name},
        words,
    },
    exchange::students::alike,
    protocol::{Failure, Field, ImportPlan, ImportRow, ImportWork, SheetKey, Starts, Why},
};

/// What became of rows, by their number, and whether anything was written.
pub(super) type Outcome = (BTreeMap<u64, Result<(), Failure>>, bool);

/// What is known of the whole plan before its rows are written.
pub(super) struct Tried {
    /// Students that an earlier try has written.
    pub done: BTreeSet<String>,
    /// Matricules that the file itself gives: no other row may be given one of them.
    pub given: BTreeSet<Matricule>,
}

/// A batch of rows being put together.
pub(super) struct Rows<'a> {
    cx: &'a Cx,
    plan: &'a ImportPlan,
    tried: &'a Tried,
    wrote: bool,
    id: &'a ActId,
    change: Change<'a>,
    /// Numbers given so far.
    school: School,
    sheets: BTreeMap<String, (Option<Stored<Sheet>>, Sheet)>,
    ahead: Ahead,
}

impl<'a> Rows<'a> {
    pub fn new(cx: &'a Cx, (plan, tried): (&'a ImportPlan, &'a Tried), id: &'a ActId) -> Self {
        let change = Change::new(cx, &plan.act, id.clone());
        let school = cx.settings.school.body.clone();
        Self { cx, plan, tried, wrote: false, id, change, school, sheets: BTreeMap::new(), ahead: Ahead::default() }
    }

    /// Writes the rows; those that had moved since they were planned are left out, each with why.
    pub async fn write(mut self, rows: &[&ImportRow]) -> Result<Outcome, Fault> {
        let mut outcome = BTreeMap::new();
        self.ahead = Ahead::read(self.cx, self.plan, self.tried, rows).await?;
        for row in rows {
            let Some(work) = &row.work else { continue };
            let done = match self.row(row.row, work).await {
                Ok(()) => Ok(()),
                Err(Fault::Said(failure)) => Err(failure),
                Err(fault) => return Err(fault),
            };
            outcome.insert(row.row, done);
        }
        if !self.wrote {
            return Ok((outcome, false));
        }
        for (before, sheet) in std::mem::take(&mut self.sheets).into_values() {
            // Those that only rows left out would have changed stay as they are.
            if before.as_ref().map_or(0, |before| before.audit_count) != sheet.audit_count {
                self.change.touches_sheet(&key_of(&sheet));
                self.change.put_or_add(before.as_ref(), &sheet)?;
            }
        }
        self.change.undoable(self.id.clone(), "import")?;
        if self.school != self.cx.settings.school.body {
            self.change.follow(self.cx.settings.school.version, &self.school)?;
        }
        self.change.commit().await?;
        Ok((outcome, true))
    }

    async fn row(&mut self, number: u64, work: &ImportWork) -> Result<(), Fault> {
        let cx = self.cx;
        if work.existing.as_ref().is_some_and(|(id, _)| self.tried.done.contains(id.as_str())) {
            return Ok(());
        }
        let before = self.existing(number, work)?;
        if before.is_none() && work.existing.is_some() {
            return Err(Failure::NotFound.into());
        }
        if work.existing.is_none() && before.is_some() {
            // An earlier try has made it.
            return Ok(());
        }
        let mut form = work.form.clone();
        let class = work.class.as_ref().map(|name| {
            let known = cx.settings.classes.iter().find(|class| alike(&class.name, name));
            known.ok_or_else(|| Failure::invalid(Field::Class, Why::Unknown { what: name.as_str().to_owned() }))
        });
        let class = match class.transpose()? {
            Some(class) => Some(class),
            None => form.class.as_ref().and_then(|class| cx.settings.class(class)),
        };
        form.class = class.map(|class| class.id.clone());
        let id = before.as_ref().map_or_else(|| written(self.plan, number, work), |before| before.id.clone());
        let given = match (&form.matricule, &before) {
            (Some(matricule), _) => matricule.clone(),
            (None, Some(before)) => before.matricule.clone(),
            (None, None) => self.next_matricule().await?,
        };
        if self.ahead.taken(&id, form.phone.as_ref(), &given) {
            unique(cx, &id, form.phone.as_ref(), &given).await?;
        }
        let class_name = class.map(|class| class.name.clone());
        let mut after = compose(before.as_deref(), id, given, &form, class_name);
        if after.source.is_none() {
            after.source.clone_from(&work.source);
        }
        let marks = self.marks(&mut after, work).await?;
        self.wrote = true;
        after.year = Some(cx.settings.school.current_year.clone());
        cx.settings.refresh(&mut after);
        after.record_version = before.as_ref().map_or(1, |before| before.version.saturating_add(1));
        self.change.put_or_add(before.as_ref(), &after)?;
        let enrolment = self.ahead.enrolment(&EnrolmentId::of(&after.id, &cx.settings.school.current_year));
        enrol_from(cx, &mut self.change, &after, enrolment.as_ref(), Starts::Keep)?;
        if before.is_some() {
            follow_phone(cx, &mut self.change, &after).await?;
        }
        for (mark_before, mark) in marks {
            self.change.put_or_add(mark_before.as_ref(), &mark)?;
        }
        audit_record(&mut self.change, "student.import", before.as_deref(), Some(&after)).await?;
        self.change.touches(before.as_deref(), Some(&after));
        Ok(())
    }

    /// The student as it was planned against: moved since, it is a conflict.
    fn existing(&self, number: u64, work: &ImportWork) -> Result<Option<Stored<Student>>, Fault> {
        let student = self.ahead.student(&written(self.plan, number, work));
        let Some((_, version)) = &work.existing else { return Ok(student) };
        let moved = |student: &Stored<Student>| {
            student.record_version > *version
                || self.cx.settings.weights.behind(student)
                || (!work.marks.is_empty() && student.version != *version)
        };
        if student.as_ref().is_some_and(moved) {
            return Err(Failure::Conflict.into());
        }
        Ok(student)
    }

    async fn next_matricule(&mut self) -> Result<Matricule, Fault> {
        loop {
            let school = &self.school;
            let (number, given) =
                matricule::next(&school.matricule_prefix, &school.current_year, &school.matricule_counters)
                    .map_err(|error| Failure::invalid(Field::Matricule, Why::Text(error)))?;
            let year = school.current_year.clone();
            matricule::record(&mut self.school.matricule_counters, &year, number);
            if self.tried.given.contains(&given) {
                continue;
            }
            let free = if let Some(free) = self.ahead.free(&given) {
                free
            } else {
                let filter = Filter::equals("matricule", given.as_str());
                self.cx.store.count(Student::SCHEMA, &filter, 1).await?.count == 0
            };
            if free {
                return Ok(given);
            }
        }
    }

    /// The row's marks, on the student and in their sheets' histories.
    async fn marks(
        &mut self,
        student: &mut Student,
        work: &ImportWork,
    ) -> Result<Vec<(Option<Stored<Mark>>, Mark)>, Fault> {
        // All of them are looked at before the first is written: a row goes whole or not at all, and a row that does not
        // go leaves no column behind.
        let mut cells = Vec::new();
        for (index, value) in &work.marks {
            let (sheet, evaluation) = self.column(student, *index).await?;
            fits(*value, evaluation.scale)?;
            cells.push((sheet, evaluation, value));
        }
        let stood = |sheet: &str, column: &Evaluation| {
            let before = self.sheets.get(sheet).and_then(|(before, _)| before.as_ref());
            before.is_some_and(|before| before.evaluation(&column.id).is_some())
        };
        // A column that is new with this chunk has no marks to be read.
        let old: Vec<String> = cells
            .iter()
            .filter(|(sheet, evaluation, _)| stood(sheet, evaluation))
            .map(|(_, evaluation, _)| MarkId::of(&evaluation.id, &student.id).as_str().to_owned())
            .collect();
        let old = by_id::<Mark>(self.cx, &old).await?;
        let mut written = Vec::new();
        for (sheet, evaluation, value) in cells {
            let evaluation = self.placed(&sheet, evaluation)?;
            let before = old.get(MarkId::of(&evaluation.id, &student.id).as_str()).cloned();
            let mark = mark_of(before.as_ref(), &evaluation.id, &student.id, *value);
            let was = before.as_ref().and_then(|mark| mark.value);
            if let Some((_, sheet)) = self.sheets.get_mut(&sheet) {
                self.change.audit_sheet(sheet, said(&mark, was))?;
                set_grade(student, Grade::in_sheet(sheet, &evaluation, *value));
            }
            written.push((before, mark));
        }
        Ok(written)
    }

    /// The sheet's id and the column that a column of the file goes to: a new one, if it is not there.
    async fn column(&mut self, student: &Student, index: usize) -> Result<(String, Evaluation), Fault> {
        let column = self.plan.columns.get(index).ok_or(Failure::NotFound)?;
        let settings = &self.cx.settings;
        let subject = settings.subjects.iter().find(|subject| alike(&subject.name, &column.subject));
        let what = column.subject.as_str().to_owned();
        let subject = subject.ok_or_else(|| Failure::invalid(Field::Subject, Why::Unknown { what }))?;
        let class = student.class.clone().ok_or(Failure::refused(Why::NotInClass))?;
        let key = SheetKey {
            class,
            subject: subject.id.clone(),
            year: settings.school.current_year.clone(),
            term: column.term,
        };
        still_open(student, &key)?;
        in_option(self.cx, student, &key)?;
        let id = Sheet::id_of(&key.class, &key.subject, &key.year, key.term).as_str().to_owned();
        if !self.sheets.contains_key(&id) {
            let before = to_write(self.cx, &key).await?;
            if before.is_none() {
                begin(&mut self.change, &key);
            }
            let sheet = before.as_ref().map_or_else(
                || Sheet::empty(key.class.clone(), key.subject.clone(), key.year.clone(), key.term),
                |sheet| sheet.body.clone(),
            );
            self.sheets.insert(id.clone(), (before, sheet));
        }
        let fresh = EvaluationId::new(self.cx.core.fresh_id());
        let (_, sheet) = self.sheets.get(&id).ok_or(Failure::NotFound)?;
        match titled(sheet, &column.column) {
            Some(known) => Ok((id, known.clone())),
            None => Ok((id, made(fresh, &column.column)?)),
        }
    }

    /// The column as it stands on its sheet, where it is put if it is new.
    fn placed(&mut self, sheet: &str, column: Evaluation) -> Result<Evaluation, Fault> {
        let (before, sheet) = self.sheets.get_mut(sheet).ok_or(Failure::NotFound)?;
        if let Some(known) = titled(sheet, column.title.as_str()) {
            return Ok(known.clone());
        }
        sheet.evaluations.push(column.clone());
        sheet.columns_version = before.as_ref().map_or(1, |before| before.version.saturating_add(1));
        let said = Said {
            action: "evaluation.save",
            target: column.id.as_str().to_owned(),
            new: serde_json::json!(column),
            ..Said::default()
        };
        self.change.audit_sheet(sheet, said)?;
        Ok(column)
    }
}

/// The sheet's column of that title.
fn titled<'s>(sheet: &'s Sheet, title: &str) -> Option<&'s Evaluation> {
    let title = words::fold(title);
    sheet.evaluations.iter().find(|known| words::fold(known.title.as_str()) == title)
}

/// A new column for marks of a file.
fn made(id: EvaluationId, heading: &str) -> Result<Evaluation, Fault> {
    let title = Name::parse(heading).map_err(|error| Failure::invalid(Field::Title, Why::Text(error)))?;
    Ok(Evaluation {
        id,
        kind: EvaluationKind::Test,
        title,
        date: None,
        scale: Scale::TWENTY,
        coefficient: 1,
        published: true,
    })
}

fn said(mark: &Mark, old: Option<MarkValue>) -> Said {
    Said {
        action: "mark.import",
        target: mark.id.as_str().to_owned(),
        student: Some(mark.student.as_str().to_owned()),
        old: mark_to_json(old),
        new: mark_to_json(mark.value),
        ..Said::default()
    }
}
