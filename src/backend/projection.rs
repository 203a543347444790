//! What a student's record repeats of its enrolment: the class, the options, and whether it is still in the school. When
//! the year turns, records follow the enrolments of the new one.

use std::collections::HashMap;

use super::cx::{Cx, Fault};
use crate::domain::{
    entities::{Enrolment, EnrolmentStatus, Student, StudentStatus},
    id::{EnrolmentId, StudentId},
    schema::{Entity, Stored},
};

/// The enrolments of the current year of those who still carry another year's class.
pub(super) async fn places(cx: &Cx, students: &[Stored<Student>]) -> Result<HashMap<StudentId, Enrolment>, Fault> {
    let year = &cx.settings.school.current_year;
    let behind = students.iter().filter(|student| cx.settings.weights.behind(student));
    let ids: Vec<String> = behind.map(|student| EnrolmentId::of(&student.id, year).as_str().to_owned()).collect();
    let mut places = HashMap::new();
    if ids.is_empty() {
        return Ok(places);
    }
    for document in cx.store.get_many(Enrolment::SCHEMA, &ids).await? {
        let enrolment: Enrolment = document.parse(Enrolment::SCHEMA.collection)?;
        places.insert(enrolment.student.clone(), enrolment);
    }
    Ok(places)
}

/// Gives the record the place of the current year. Who was in a class and has none now has left the school.
pub(super) fn project(cx: &Cx, student: &mut Student, enrolment: Option<&Enrolment>) {
    let year = cx.settings.school.current_year.clone();
    let here = enrolment.filter(|enrolment| enrolment.status == EnrolmentStatus::Enrolled);
    if let Some(enrolment) = here {
        student.class = Some(enrolment.class.clone());
        student.class_name = cx.settings.class(&enrolment.class).map(|class| class.name.clone());
        if student.status == StudentStatus::Withdrawn {
            student.status = StudentStatus::Active;
        }
    } else {
        if student.class.is_some() {
            student.status = StudentStatus::Withdrawn;
        }
        (student.class, student.class_name) = (None, None);
    }
    match enrolment.map(|enrolment| enrolment.options.clone()).filter(|options| !options.is_empty()) {
        Some(options) => student.options.insert(year.clone(), options),
        None => student.options.remove(&year),
    };
    student.year = Some(year);
}
