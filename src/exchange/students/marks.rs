//! The marks of a row: which columns of which sheet they go to, and what they change.

use super::{Planner, Refusal, alike, fields::Cells};
use crate::{
    domain::{
        entities::{Evaluation, Student},
        id::ClassId,
        schema::Stored,
        score::{MarkValue, Scale, parse_mark},
        text_values::Name,
        words,
    },
    protocol::{Failure, Field, MarkColumn, Why},
};

impl Planner<'_> {
    /// The marks that the row changes: column and value.
    pub(super) fn marks(
        &self,
        existing: Option<&Stored<Student>>,
        class_name: Option<&Name>,
        class: Option<&ClassId>,
        cells: &Cells<'_>,
    ) -> Result<Vec<(usize, Option<MarkValue>)>, Refusal> {
        let mut changed = Vec::new();
        for (index, column) in self.source.marks.iter().enumerate() {
            let Some(text) = cells.mark(index) else { continue };
            let refuse = |why| (column.column.clone(), Failure::invalid(Field::Mark, why));
            let scale = self.scale(column, class);
            let value = parse_mark(text, scale).map_err(|error| refuse(Why::Mark(error)))?;
            if value.is_none() {
                continue;
            }
            if class.is_none() && class_name.is_none() {
                return Err(refuse(Why::NotInClass));
            }
            if !self.takes(existing.map(|student| &student.body), &column.subject) {
                return Err(refuse(Why::NotInOption));
            }
            let old = existing.and_then(|student| self.standing(student, column, class));
            if old != value {
                changed.push((index, value));
            }
        }
        Ok(changed)
    }

    /// Does the student have the subject? An option, only who takes it; nobody new does.
    fn takes(&self, student: Option<&Student>, subject: &Name) -> bool {
        let Some(subject) = self.known.subjects.iter().find(|known| alike(&known.name, subject)) else { return true };
        let taken = student.and_then(|student| student.options.get(self.known.year));
        !subject.optional || taken.is_some_and(|taken| taken.contains(&subject.id))
    }

    /// The column of the class's sheet that the file's column goes to, where it is there already.
    fn evaluation(&self, column: &MarkColumn, class: Option<&ClassId>) -> Option<&Evaluation> {
        let subject = self.known.subjects.iter().find(|subject| alike(&subject.name, &column.subject))?;
        let sheet = self.known.sheets.iter().find(|sheet| {
            Some(&sheet.class) == class
                && sheet.subject == subject.id
                && sheet.year == *self.known.year
                && sheet.term == column.term
        })?;
        let title = words::fold(&column.column);
        sheet.evaluations.iter().find(|evaluation| words::fold(evaluation.title.as_str()) == title)
    }

    fn scale(&self, column: &MarkColumn, class: Option<&ClassId>) -> Scale {
        self.evaluation(column, class).map_or(Scale::TWENTY, |evaluation| evaluation.scale)
    }

    pub(super) fn standing(
        &self,
        student: &Student,
        column: &MarkColumn,
        class: Option<&ClassId>,
    ) -> Option<MarkValue> {
        let evaluation = self.evaluation(column, class)?;
        let grade = student.grades.iter().find(|grade| grade.evaluation == evaluation.id)?;
        grade.value()
    }
}
