//! Columns and marks come back or go again; averages follow.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Reverting, body, column, moved};
use crate::{
    backend::{
        audit::Said,
        cx::Fault,
        handlers::{
            sheet::{cell::fits, key_of},
            students::write::audit_record,
        },
    },
    domain::{
        entities::{Before, ColumnsAct, Evaluation, Grade, Mark, Sheet, SheetState},
        history::{EVALUATION_RESTORE, mark_to_json},
        id::{EvaluationId, StudentId},
        query::Filter,
        read_model::{remove_evaluation, set_grade},
        schema::Stored,
        score::MarkValue,
    },
    protocol::{Failure, Why},
    store::Records,
};

impl Reverting<'_> {
    /// The columns come back as they were; the sheet's history goes on.
    pub(super) async fn sheet(&mut self, before: &Before) -> Result<(), Fault> {
        let now = self.cx.store.one::<Sheet>(&before.id).await?.ok_or_else(moved)?;
        if now.state == SheetState::Closed || !self.cx.settings.writable(&now.year) {
            return Err(Failure::refused(Why::Closed).into());
        }
        let then = body::<Sheet>(before)?;
        let earlier = then.as_ref().and_then(Sheet::last_columns_act).cloned();
        let columns = then.map(|sheet| sheet.evaluations).unwrap_or_default();
        let mut sheet = now.body.clone();
        if columns != now.evaluations {
            // As the act left them, or as those that came after it and were taken back have left them again.
            let last = now.last_columns_act().is_some_and(|last| last.act == self.chunk.id);
            if before.after_version != Some(now.columns_version) && !last {
                return Err(moved());
            }
            let was = std::mem::replace(&mut sheet.evaluations, columns);
            let version = now.version.saturating_add(1);
            sheet.columns_version = version;
            sheet.columns_act = earlier.map(|earlier| ColumnsAct { version, ..earlier });
            self.columns_said(&was, &mut sheet)?;
        }
        self.sheets.insert(before.id.clone(), (now, sheet));
        Ok(())
    }

    pub(super) async fn mark(&mut self, before: &Before) -> Result<(), Fault> {
        let now = self.cx.store.one::<Mark>(&before.id).await?;
        if now.as_ref().map(|mark| mark.version) != before.after_version {
            return Err(moved());
        }
        let (evaluation, student) = before.id.split_once(':').ok_or_else(moved)?;
        let value = body::<Mark>(before)?.and_then(|mark| mark.value);
        let (evaluation, student) = (EvaluationId::new(evaluation), StudentId::new(student));
        let old = now.and_then(|mark| mark.value);
        self.said(&evaluation, &student, old, value)?;
        self.cells.push((evaluation, student, value));
        self.document(before).await
    }

    /// Columns that come back, go again or become as they were stand in the sheet's history.
    fn columns_said(&mut self, was: &[Evaluation], sheet: &mut Sheet) -> Result<(), Fault> {
        let ids: BTreeSet<&EvaluationId> = was.iter().chain(&sheet.evaluations).map(|column| &column.id).collect();
        let ids: Vec<EvaluationId> = ids.into_iter().cloned().collect();
        for id in ids {
            let (old, new) = (was.iter().find(|column| column.id == id), sheet.evaluation(&id));
            if old != new {
                let (target, old, new) = (id.as_str().to_owned(), json!(old), json!(new));
                let said = Said { action: EVALUATION_RESTORE, target, old, new, ..Said::default() };
                self.change.audit_sheet(sheet, said)?;
            }
        }
        Ok(())
    }

    /// The change of a mark stands in its sheet's history too.
    fn said(
        &mut self,
        evaluation: &EvaluationId,
        student: &StudentId,
        old: Option<MarkValue>,
        new: Option<MarkValue>,
    ) -> Result<(), Fault> {
        let home = self
            .sheets
            .values_mut()
            .find(|(now, then)| column(now, evaluation).is_some() || column(then, evaluation).is_some());
        let Some((_, sheet)) = home else { return Ok(()) };
        let said = Said {
            action: "mark.restore",
            target: format!("{evaluation}:{student}"),
            student: Some(student.as_str().to_owned()),
            old: mark_to_json(old),
            new: mark_to_json(new),
            ..Said::default()
        };
        self.change.audit_sheet(sheet, said)
    }

    /// Brings marks and columns onto the students, and writes students and sheets.
    pub(super) async fn settle(&mut self) -> Result<(), Fault> {
        for (evaluation, student, value) in std::mem::take(&mut self.cells) {
            let grade = self
                .sheets
                .values()
                .find_map(|(_, sheet)| column(sheet, &evaluation).map(|column| Grade::in_sheet(sheet, column, value)));
            let Some(pupil) = self.pupil(&student).await? else { continue };
            match grade {
                Some(grade) => set_grade(pupil, grade),
                None => remove_evaluation(pupil, &evaluation),
            }
        }
        self.columns().await?;
        for (now, student) in
            std::mem::take(&mut self.leaving).into_values().map(|leaving| (leaving.clone(), leaving.body))
        {
            // Marks that others have given since would be lost.
            if !student.grades.is_empty() {
                return Err(moved());
            }
            audit_record(&mut self.change, "student.undo", Some(&now), None).await?;
            self.change.delete(&now)?;
            self.change.touches(Some(&now), None);
        }
        for (now, mut student) in std::mem::take(&mut self.students).into_values() {
            self.cx.settings.refresh(&mut student);
            audit_record(&mut self.change, "student.undo", now.as_deref(), Some(&student)).await?;
            self.change.put_or_add(now.as_ref(), &student)?;
            self.change.touches(now.as_deref(), Some(&student));
        }
        for (now, sheet) in std::mem::take(&mut self.sheets).into_values() {
            self.change.touches_sheet(&key_of(&sheet));
            self.change.follow(now.version, &sheet)?;
        }
        Ok(())
    }

    /// Columns that change (coefficient, scale) change averages; a column that goes must be empty by then.
    async fn columns(&mut self) -> Result<(), Fault> {
        let mut touched: Vec<(Sheet, EvaluationId)> = Vec::new();
        for (now, then) in self.sheets.values() {
            for known in &now.evaluations {
                if column(then, &known.id) != Some(known) {
                    touched.push((then.clone(), known.id.clone()));
                }
            }
        }
        for (sheet, id) in touched {
            let filter = Filter::equals("evaluation", id.as_str());
            let marks: Vec<Stored<Mark>> = self.cx.store.every(&filter).await?;
            match column(&sheet, &id).cloned() {
                Some(column) => {
                    for mark in marks {
                        // A mark given since may stand above the scale that would come back.
                        fits(mark.value, column.scale).map_err(|_| moved())?;
                        let grade = Grade::in_sheet(&sheet, &column, mark.value);
                        if let Some(pupil) = self.pupil(&mark.student).await? {
                            set_grade(pupil, grade);
                        }
                    }
                }
                None => {
                    for mark in marks.iter().filter(|mark| !self.change.deletes(mark.id.as_str())).collect::<Vec<_>>() {
                        // Emptied again: its history stays without it.
                        if mark.value.is_some() {
                            return Err(moved());
                        }
                        self.change.remove(mark);
                    }
                }
            }
        }
        Ok(())
    }
}
