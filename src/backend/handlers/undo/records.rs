//! Students come back, go again, or get their record back.

use super::{Reverting, body, class_name, moved};
use crate::{
    backend::{
        cx::Fault,
        handlers::terms::{freeze_where_closed, thaw_where_reopened},
    },
    domain::{
        entities::{Before, Enrolment, EnrolmentStatus, Grade, Mark, Sheet, Student},
        id::StudentId,
        query::Filter,
        read_model::set_grade,
        schema::{Entity, Stored},
    },
    store::Records,
};

impl Reverting<'_> {
    pub(super) async fn student(&mut self, before: &Before) -> Result<(), Fault> {
        let id = StudentId::new(before.id.as_str());
        let now = self.read(&id).await?;
        match (body::<Student>(before)?, before.after_version, now) {
            // Added by the act: goes again, as long as it is what the act made.
            (None, Some(made), Some(now)) if now.record_version == made => {
                self.leaving.insert(id, now);
                Ok(())
            }
            // Deleted by the act: comes back.
            (Some(then), None, None) => {
                let mut student = self.with_living_marks(then).await?;
                student.class_name = student.class.as_ref().and_then(|class| class_name(self.cx, class));
                if student.class_name.is_none() {
                    student.class = None;
                }
                thaw_where_reopened(self.cx, &mut self.change, &mut student).await?;
                for home in self.homes()? {
                    let (class, year) = (&home.class, &home.year);
                    freeze_where_closed(self.cx, &mut self.change, &mut student, (class, year)).await?;
                }
                student.record_version = 1;
                self.students.insert(id, (None, student));
                Ok(())
            }
            // Changed by the act: the record comes back, the marks stay.
            (Some(then), Some(left), Some(now)) if now.record_version == left => {
                let student = record_of(then, &now);
                self.students.insert(id, (Some(now), student));
                Ok(())
            }
            _ => Err(moved()),
        }
    }

    /// The student's places in classes, which come back with it.
    fn homes(&self) -> Result<Vec<Enrolment>, Fault> {
        let enrolments = self.chunk.befores.iter().filter(|before| before.collection == Enrolment::SCHEMA.collection);
        let homes: Result<Vec<Option<Enrolment>>, Fault> = enrolments.map(body::<Enrolment>).collect();
        Ok(homes?.into_iter().flatten().filter(|home| home.status == EnrolmentStatus::Enrolled).collect())
    }

    async fn read(&self, id: &StudentId) -> Result<Option<Stored<Student>>, Fault> {
        Ok(self.cx.store.one::<Student>(id.as_str()).await?)
    }

    /// Marks stayed when the student went; columns may have changed, gone or come back since.
    async fn with_living_marks(&self, mut student: Student) -> Result<Student, Fault> {
        student.grades.clear();
        let marks = self.cx.store.every::<Mark>(&Filter::equals("student", student.id.as_str())).await?;
        if marks.is_empty() {
            return Ok(student);
        }
        let sheets = self.cx.store.every::<Sheet>(&Filter::All).await?;
        for mark in marks {
            let home = sheets.iter().find_map(|sheet| Some((sheet, sheet.evaluation(&mark.evaluation)?)));
            if let Some((sheet, column)) = home {
                set_grade(&mut student, Grade::in_sheet(sheet, column, mark.value));
            }
        }
        Ok(student)
    }

    /// The student as it will be, with everything that this chunk does to it.
    pub(super) async fn pupil(&mut self, id: &StudentId) -> Result<Option<&mut Student>, Fault> {
        if self.leaving.contains_key(id) {
            return Ok(self.leaving.get_mut(id).map(|leaving| &mut leaving.body));
        }
        if !self.students.contains_key(id) {
            let Some(now) = self.read(id).await? else { return Ok(None) };
            let body = now.body.clone();
            self.students.insert(id.clone(), (Some(now), body));
        }
        Ok(self.students.get_mut(id).map(|(_, student)| student))
    }
}

/// The record as it was, on the marks and averages as they are.
fn record_of(then: Student, now: &Stored<Student>) -> Student {
    Student {
        grades: now.grades.clone(),
        averages: now.averages.clone(),
        subject_averages: now.subject_averages.clone(),
        average: now.average,
        closed: now.closed.clone(),
        rules_version: now.rules_version,
        record_version: now.version.saturating_add(1),
        ..then
    }
}
